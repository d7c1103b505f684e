// Classes and functions that a program lends to a loader, by the names that files know them under.
// A file can only name them; it never says what they are.
import { ArgumentError } from '../core/errors.js';
import { getCustomObjects } from '../core/registration.js';
import type { CustomSettings, PlainConfig } from '../core/serialized.js';

/** A class that is made from its options, or a function. */
// biome-ignore lint/complexity/noBannedTypes: every class and function is one of these
export type CustomObject = Function;

/** Name in files -> class or function: `{ Scale, 'my_package>Scale': Scale }`. */
export type CustomObjects = Readonly<Record<string, CustomObject>>;

export function isClass(value: CustomObject): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** Looks names up. Python's `package>Name` is found under `Name` too. */
export class CustomRegistry {
  readonly #objects: ReadonlyMap<string, CustomObject>;

  constructor(objects: CustomObjects = {}) {
    // What is lent to this loader comes before what is registered for all.
    this.#objects = new Map([...getCustomObjects(), ...Object.entries(objects)]);
    for (const [name, value] of this.#objects) {
      if (typeof value === 'function') continue;
      throw new ArgumentError({
        where: 'customObjects',
        what: `"${name}" is neither a class nor a function`,
        expected: 'for example { Scale } where Scale is a class',
        received: typeof value,
      });
    }
  }

  get names(): readonly string[] {
    return [...this.#objects.keys()];
  }

  /** The object with one of these names; the full registered name counts first. */
  find(...names: readonly unknown[]): CustomObject | undefined {
    for (const name of names) {
      if (typeof name !== 'string') continue;
      const short = name.slice(name.lastIndexOf('>') + 1);
      const found = this.#objects.get(name) ?? this.#objects.get(short) ?? this.#lone(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** An unpackaged name, as in a list of losses, finds what is registered under `Custom`. */
  #lone(name: string): CustomObject | undefined {
    return this.#objects.get(`Custom>${name}`);
  }

  /** The classes among them as factories of settings; `isOne` says which results count. */
  settings<T>(noun: string, isOne: (value: unknown) => value is T): CustomSettings<T> {
    const classes = [...this.#objects].filter(([, value]) => isClass(value));
    return Object.fromEntries(
      classes.map(([name, Class]) => {
        const make = (config: PlainConfig): T => {
          const made: unknown = Reflect.construct(Class, [config]);
          if (isOne(made)) return made;
          throw new ArgumentError({
            where: 'customObjects',
            what: `"${name}" is not a ${noun}`,
            fix: `let the class extend that of a ${noun}`,
          });
        };
        return [name.slice(name.lastIndexOf('>') + 1), make];
      }),
    );
  }
}

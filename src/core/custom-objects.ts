// Classes and functions that a program lends to a loader, by the names that files know them under.
// A file can only name them; it never says what they are.
import { lentObjects, requireCustomObjects, type ScopedObjects } from './custom-scope.js';
import { ArgumentError } from './errors.js';
import type { Registered } from './registration.js';
import type { CustomSettings, PlainConfig } from './serialized.js';
import { Tensor } from './tensor.js';

/** A class that is made from its options, or a function. */
export type CustomObject = Registered;

/** Name in files -> class or function: `{ Scale, 'my_package>Scale': Scale }`. */
export type CustomObjects = ScopedObjects;

export function isClass(value: CustomObject): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** A function of tensors. */
export type LentFunction = (...inputs: readonly Tensor[]) => Tensor;

/** A function of the program, checked when it answers. Its name is kept, since logs show it. */
export function lentFunction(object: CustomObject | undefined): LentFunction | undefined {
  if (object === undefined || isClass(object)) return undefined;
  const call: LentFunction = (...inputs) => {
    const result: unknown = Reflect.apply(object, undefined, inputs);
    if (result instanceof Tensor) return result;
    throw new ArgumentError({
      where: object.name,
      what: 'a function that was lent gave no tensor',
      received: typeof result,
      fix: 'let it return a tensor',
    });
  };
  Object.defineProperty(call, 'name', { value: object.name });
  return call;
}

/** The function that the program lends now under exactly this name. */
export function functionNamed(name: string): LentFunction | undefined {
  return lentFunction(lentObjects().get(name));
}

/** Looks names up. Python's `package>Name` is found under `Name` too. */
export class CustomRegistry {
  readonly #objects: ReadonlyMap<string, CustomObject>;

  constructor(objects: CustomObjects = {}) {
    requireCustomObjects('customObjects', objects);
    // What is lent to this loader comes before what is lent or registered for all.
    this.#objects = new Map([...lentObjects(), ...Object.entries(objects)]);
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

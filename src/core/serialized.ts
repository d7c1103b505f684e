// The objects that Keras's files are made of, and the families of settings written as such objects.
import { describe } from './arguments.js';
import { type CustomObject, CustomRegistry, isClass } from './custom-objects.js';
import { lentObjects } from './custom-scope.js';
import { ArgumentError, unknownName } from './errors.js';
import { spellingFree } from './names.js';
import { camelKey, snakeKey } from './naming.js';
import type { Plain } from './op.js';
import { registeredNameOf } from './registration.js';
import { isRecord } from './tree.js';

/** Options as plain data. */
export type PlainConfig = Readonly<Record<string, Plain>>;

/** An object as Keras writes it: what it is and the options (snake_case) to make it again. */
export interface SerializedObject {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: PlainConfig | null;
  readonly registered_name?: string | null;
  readonly [key: string]: Plain;
}

export function isSerialized(value: unknown): value is SerializedObject {
  return isRecord(value) && typeof value['class_name'] === 'string';
}

/** The same options under Keras's names. Only the outermost keys change. */
export function toKerasConfig(config: PlainConfig): PlainConfig {
  const entries = Object.entries(config).map(([key, value]) => [snakeKey(key), value ?? null]);
  return Object.fromEntries(entries);
}

/** The same options under our names. Only the outermost keys change. */
export function fromKerasConfig(config: PlainConfig): PlainConfig {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [camelKey(key), value]));
}

/** Something small with options: an initializer, a regularizer, a constraint. */
export interface Setting {
  /** Keras's name of the class. */
  readonly className: string;
  getConfig(): PlainConfig;
}

/** Makes a setting from its options. */
export type MakeSetting<T> = (config: PlainConfig) => T;

/** Classes that a program adds to those that are known: class name -> factory. */
export type CustomSettings<T> = Readonly<Record<string, MakeSetting<T>>>;

/** All settings of one kind, found by name in any spelling. */
export class SettingFamily<T extends Setting> {
  readonly #classes: ReadonlyMap<string, MakeSetting<T>>;
  readonly #keys = new Map<string, string>();

  /** `aliases` are further names: alias -> class name; `kind` is the parent of all. */
  constructor(
    readonly noun: string,
    readonly module: string,
    private readonly kind: abstract new (...options: never) => T,
    classes: Readonly<Record<string, MakeSetting<T>>>,
    aliases: Readonly<Record<string, string>> = {},
  ) {
    this.#classes = new Map(Object.entries(classes));
    for (const name of this.#classes.keys()) this.#keys.set(spellingFree(name), name);
    for (const [alias, name] of Object.entries(aliases)) this.#keys.set(spellingFree(alias), name);
  }

  /** The setting that `identifier` is, names or describes. */
  get(identifier: T | string | SerializedObject, custom: CustomSettings<T> = {}): T {
    if (typeof identifier === 'string') return this.#make(identifier, {}, custom);
    if (!isSerialized(identifier)) return this.#own(identifier);
    const { config, registered_name: registered } = identifier;
    if (isRecord(config)) {
      return this.#make(identifier.class_name, fromKerasConfig(config), custom, registered);
    }
    // Keras writes a bare function as { class_name: 'function', config: name }.
    if (typeof config === 'string') return this.#make(config, {}, custom);
    throw new ArgumentError({
      where: identifier.class_name,
      what: `the ${this.noun} has no config`,
      fix: 'write the object as { class_name, config: { ... } }',
    });
  }

  /** `given`, where it is a setting of this kind. */
  #own(given: T): T {
    if (given instanceof this.kind) return given;
    const isClass = typeof given === 'function';
    throw new ArgumentError({
      where: this.noun,
      what: `this is no ${this.noun}`,
      expected: 'a name, or an object of one of its classes',
      received: describe(given),
      fix: isClass ? 'make one of the class: new ...({ ... })' : `name a known ${this.noun}`,
    });
  }

  /** Whether Keras has a class of this name. */
  has(className: string): boolean {
    return this.#classes.has(className);
  }

  /** What the program lends under this name; undefined for anything else. */
  lent(name: string): T | undefined {
    return this.#constructed(lentObjects().get(name), {});
  }

  /** The object that Keras writes for `setting`. */
  serialize(setting: T): SerializedObject {
    const known = this.#classes.has(setting.className);
    return {
      module: known ? this.module : null,
      class_name: setting.className,
      config: toKerasConfig(setting.getConfig()),
      registered_name: known ? null : registeredNameOf(setting, setting.className),
    };
  }

  #make(
    name: string,
    config: PlainConfig,
    custom: CustomSettings<T>,
    registered?: string | null,
  ): T {
    const added = Object.hasOwn(custom, name) ? custom[name] : undefined;
    if (added !== undefined) return added(config);
    const lent = this.#constructed(lentObjects().get(registered ?? name), config);
    if (lent !== undefined) return lent;
    const className = this.#keys.get(spellingFree(name));
    const make = className === undefined ? undefined : this.#classes.get(className);
    if (make !== undefined) return make(config);
    // Only now by the short name of a registered class: it never passes for one of Keras's.
    const found = this.#constructed(new CustomRegistry().find(registered, name), config);
    if (found !== undefined) return found;
    const known = new Set([...this.#classes.keys(), ...Object.keys(custom)]);
    throw unknownName(this.noun, name, [...known]);
  }

  /** A lent class with these options, where it makes settings of this kind. */
  #constructed(object: CustomObject | undefined, config: PlainConfig): T | undefined {
    if (object === undefined || !isClass(object)) return undefined;
    if (!(Reflect.get(object, 'prototype') instanceof this.kind)) return undefined;
    const made: unknown = Reflect.construct(object, [config]);
    return made instanceof this.kind ? made : undefined;
  }
}

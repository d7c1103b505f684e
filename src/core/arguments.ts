// Checks of what callers without types may pass: a message instead of a TypeError from the depths.
// First in the flow: imports only errors.
import { ArgumentError, unknownName } from './errors.js';

/** What a class says of its objects in messages, whatever a minifier calls it. */
export interface ClassInWords {
  /** Such as `a tensor`. */
  readonly inWords?: string;
  /** What to do where such an object was given as a tensor. */
  readonly insteadOfTensor?: string;
}

/** What the class of an object says of it. */
export function classOf(value: object): ClassInWords & { readonly name?: string } {
  return value.constructor ?? {};
}

/** `value` in a few words, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`;
  if (typeof value === 'function') {
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    return isClass ? `the class ${value.name}` : 'a function';
  }
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`;
  if (value instanceof Promise) return 'a promise';
  const { name, inWords } = classOf(value);
  if (inWords !== undefined) return inWords;
  if (name === undefined || name === 'Object') return 'an object';
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Throws unless `value`, the argument `name` of `where`, is a list. */
export function requireList(where: string, name: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new ArgumentError({
    where,
    what: `${name} is no list`,
    expected: 'a list',
    received: describe(value),
    fix: `write ${name} in brackets`,
  });
}

/** Throws unless `value` is a number or a list: one for all axes, or one for each. */
export function requireNumberOrList(where: string, name: string, value: unknown): void {
  if (typeof value === 'number') return;
  if (Array.isArray(value)) return;
  throw new ArgumentError({
    where,
    what: `${name} is neither a number nor a list of numbers`,
    expected: 'a number or a list of numbers',
    received: describe(value),
    fix: `give ${name} as a number, or in brackets`,
  });
}

/** Throws unless `value` is a text. */
export function requireText(where: string, name: string, value: unknown): void {
  if (typeof value === 'string') return;
  throw new ArgumentError({
    where,
    what: `${name} is no text`,
    expected: 'a text',
    received: describe(value),
    fix: `write ${name} in quotes`,
  });
}

/** Throws unless `options` is an object, where a function cannot do without them. */
export function requireOptions(where: string, needed: string, options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  // Classes and their static functions take options alone; other functions take them last.
  const call = /^[A-Z]\w*$/.test(where) ? `new ${where}(` : `${where}(`;
  throw new ArgumentError({
    where,
    what: 'the options are missing',
    expected: `an object with ${needed}`,
    received: describe(options),
    fix: `write ${call}${/^[A-Z]/.test(where) ? '' : '..., '}{ ${needed}: ... })`,
  });
}

/** The names of the options that something takes. */
export type KnownOptions = Readonly<Record<string, true>>;

/** One entry for each option of `Options`, so that TypeScript says where one is missing. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/**
 * Throws unless `options` is an object whose members are all in `known`: a misspelt option, or one
 * under Keras's name in snake_case, would else be left out without a word.
 *
 * @throws UnknownNameError with the nearest name; ArgumentError for what holds no options.
 */
export function checkOptions(where: string, options: unknown, known: KnownOptions): void {
  requireObject(where, options, known);
  // A loop, since ops come by here at every call.
  for (const key in options) {
    if (known[key] === true) continue;
    const prototype: unknown = Object.getPrototypeOf(options);
    if (prototype !== Object.prototype && prototype !== null) {
      throw notOptions(where, options, known);
    }
    throw unknownName('option', key, Object.keys(known), where);
  }
}

/** Throws unless `options` is an object that may hold those in `known`. */
export function requireObject(
  where: string,
  options: unknown,
  known: object,
): asserts options is object {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw notOptions(where, options, known);
}

/** A class whose constructor takes options, and which these are where it says so. */
export interface ClassOfOptions {
  readonly name: string;
  readonly className?: string;
  readonly optionNames?: KnownOptions | undefined;
}

/** Checks the options of a class that says which it takes; what a user makes of it may take more. */
export function checkOptionsOf(Class: ClassOfOptions, options: unknown): void {
  const { optionNames } = Class;
  if (optionNames === undefined || !Object.hasOwn(Class, 'optionNames')) return;
  checkOptions(Class.className ?? Class.name, options, optionNames);
}

function notOptions(where: string, options: unknown, known: object): ArgumentError {
  const names = Object.keys(known);
  return new ArgumentError({
    where,
    what: 'the options are no object',
    expected: `an object with ${names.join(', ')}`,
    received: describe(options),
    fix: `write { ${names[0] ?? 'name'}: ... }, or leave the options out`,
  });
}

// Checks of what callers without types may pass: a message instead of a TypeError from the depths.
// First in the flow: imports only errors.
import { ArgumentError } from './errors.js';

/** `value` in a few words, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `${typeof value} ${String(value)}`;
  if (value instanceof Promise) return 'a promise';
  const { name } = value.constructor ?? {};
  return name === undefined || name === 'Object' ? 'an object' : `a ${name}`;
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
  throw new ArgumentError({
    where,
    what: 'the options are missing',
    expected: `an object with ${needed}`,
    received: describe(options),
    fix: `write ${where}(..., { ${needed}: ... })`,
  });
}

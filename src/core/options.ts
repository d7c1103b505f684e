// Reading options that came from a file: plain data whose types nobody has checked yet.
import { ArgumentError } from './errors.js';
import type { Plain } from './op.js';

type Options = Readonly<Record<string, Plain>>;

function wrong(key: string, expected: string, value: Plain): ArgumentError {
  return new ArgumentError({
    what: `the option ${key} has the wrong type`,
    expected,
    received: JSON.stringify(value)?.slice(0, 200) ?? 'undefined',
    fix: `give ${expected}`,
  });
}

/** The number at `key`; `otherwise` where there is none. */
export function numberOption(options: Options, key: string, otherwise: number): number {
  const value = options[key];
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'number') throw wrong(key, 'a number', value);
  return value;
}

/** The number at `key`; null where there is none. */
export function optionalNumber(options: Options, key: string): number | null {
  const value = options[key];
  return value === undefined || value === null ? null : numberOption(options, key, 0);
}

/** The string at `key`; `otherwise` where there is none. */
export function stringOption(options: Options, key: string, otherwise: string): string {
  const value = options[key];
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'string') throw wrong(key, 'a string', value);
  return value;
}

/** The number or list of numbers at `key`; `otherwise` where there is none. */
export function axesOption(
  options: Options,
  key: string,
  otherwise: number | null,
): number | readonly number[] | null {
  const value = options[key];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number') return value;
  if (!Array.isArray(value)) throw wrong(key, 'a number or a list of numbers', value);
  return value.map((item: Plain) => {
    if (typeof item !== 'number') throw wrong(key, 'a number or a list of numbers', value);
    return item;
  });
}

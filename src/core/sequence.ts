// Small readings of arrays that every folder needs. First in the flow: imports only errors.
import { KeratinError } from './errors.js';

/** The element at `index` (negative counts from the end); throws where there is none. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const position = index < 0 ? list.length + index : index;
  const value = list[position];
  if (value === undefined && !(position in list)) {
    throw new KeratinError({
      what: 'an index lies outside a list',
      expected: `0 to ${list.length - 1}`,
      received: String(index),
      fix: 'this is a fault inside Keratin: please report it with the call that led here',
    });
  }
  return value as T;
}

/** 0, 1, ... count - 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The product of all numbers; 1 for none. */
export function product(values: readonly number[]): number {
  let result = 1;
  for (const value of values) result *= value;
  return result;
}

/** Whether two lists hold the same numbers in the same order. */
export function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

// How far results of two targets may lie apart.
import { expect } from 'vitest';
import type { TypedArray } from '../../src/core/dtype.js';
import { at } from '../../src/core/sequence.js';

/** Fails unless the numbers agree to `ulps` units in the last place of the largest one. */
export function expectClose(received: TypedArray, expected: TypedArray, ulps: number): void {
  const scale = Array.from(expected, Math.abs).reduce((a, b) => Math.max(a, b), 0);
  const allowed = ulps * scale * 2 ** -23;
  for (let index = 0; index < expected.length; index++) {
    const [a, b] = [at(received, index), at(expected, index)];
    if (Math.abs(a - b) <= allowed || (Number.isNaN(a) && Number.isNaN(b))) continue;
    expect.fail(`element ${index} is ${a}, expected ${b} (within ${allowed})`);
  }
}

/** The ulps by which sums of `length` terms in different orders may differ. */
export const ulpsFor = (length: number): number => 4 + 2 * Math.sqrt(length);

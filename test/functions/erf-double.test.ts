import { describe, expect, it } from 'vitest';
import { erf } from '../../src/kernels/functions/erf-double.js';

// Computed with 40 digits, rounded to double.
const KNOWN: readonly (readonly [number, number])[] = [
  [1e-300, 1.1283791670955126e-300],
  [0.001, 0.0011283787909692365],
  [0.1, 0.1124629160182849],
  [0.25, 0.27632639016823696],
  [0.5, 0.5204998778130465],
  [0.7, 0.6778011938374184],
  [0.8125, 0.749464025586362],
  [0.875, 0.7840750610598597],
  [1, 0.8427007929497149],
  [1.25, 0.9229001282564583],
  [1.4375, 0.95794060605646],
  [1.5, 0.9661051464753108],
  [1.75, 0.9866716712191824],
  [1.9375, 0.9938568063952132],
  [2, 0.9953222650189527],
  [2.25, 0.9985372834133188],
  [2.5, 0.999593047982555],
  [3, 0.9999779095030014],
  [3.5, 0.9999992569016276],
  [4, 0.9999999845827421],
  [5, 0.9999999999984626],
  [5.75, 0.9999999999999996],
  [7, 1],
  [Number.POSITIVE_INFINITY, 1],
];

describe('erf in double precision', () => {
  it('is right to the last place, odd, and keeps NaN', () => {
    for (const [x, value] of KNOWN) {
      expect(Math.abs(erf(x) - value) / value, `erf(${x})`).toBeLessThanOrEqual(2 ** -52);
      expect(erf(-x)).toBe(-erf(x));
    }
    expect(Object.is(erf(-0), -0)).toBe(true);
    expect(erf(Number.NaN)).toBeNaN();
  });
});

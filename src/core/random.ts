// The process-wide stream of seeds: whoever is given no seed takes its next one from here.

let state = 0;

/** SplitMix32: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
function next(): number {
  state = (state + 0x9e3779b9) >>> 0;
  let mixed = state;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * Makes everything random that follows repeatable: initializers, dropout, shuffling.
 * Without it every process draws other numbers.
 *
 * @example
 * ```ts
 * import { layers, setRandomSeed } from 'keratin';
 * setRandomSeed(1);
 * const dense = layers.dense({ units: 2 });
 * ```
 */
export function setRandomSeed(seed: number): void {
  state = seed >>> 0;
}

/** A seed from the process-wide stream: a whole number from 0 to 2^31 - 1. */
export function nextSeed(): number {
  return next() >>> 1;
}

setRandomSeed(Math.floor(Math.random() * 2 ** 32));

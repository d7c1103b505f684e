// The process-wide stream of seeds: whoever is given no seed takes its next one from here.
import { describe } from './arguments.js';
import { ArgumentError } from './errors.js';

let state = 0;

const GOLDEN_STEP = 0x9e3779b9;

/** SplitMix32: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
function mix(position: number): number {
  let mixed = position;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * Makes everything random that follows repeatable: initializers, dropout, shuffling. Generators and
 * layers that were made before, and calls with a seed of their own, are not changed. Without it every
 * process draws other numbers.
 *
 * @throws ArgumentError unless `seed` is a whole number from 0 to 2^32 - 1.
 * @example
 * ```ts
 * import { layers, setRandomSeed } from 'keratin';
 * setRandomSeed(1);
 * const dense = layers.dense({ units: 2 });
 * ```
 */
export function setRandomSeed(seed: number): void {
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new ArgumentError({
      where: 'setRandomSeed',
      what: 'this is no seed',
      expected: 'a whole number from 0 to 4294967295',
      received: describe(seed),
      fix: 'for example setRandomSeed(1)',
    });
  }
  state = seed;
}

/** The seed that makes {@link setRandomSeed} go on from here. */
export function randomState(): number {
  return state;
}

/** A seed from the process-wide stream: a whole number from 0 to 2^31 - 1. */
export function nextSeed(): number {
  state = (state + GOLDEN_STEP) >>> 0;
  return mix(state) >>> 1;
}

setRandomSeed(Math.floor(Math.random() * 2 ** 32));

/** Normal numbers (mean 0, deviation 1) drawn on the host, by Box and Muller (1958). */
export function normalStream(seed: number): () => number {
  let position = seed >>> 0;
  let spare: number | undefined;
  const uniform = (): number => {
    position = (position + GOLDEN_STEP) >>> 0;
    return (mix(position) + 0.5) / 2 ** 32;
  };
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

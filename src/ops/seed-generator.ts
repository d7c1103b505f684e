// SeedGenerator: a stream of random keys whose state is a variable, so that compiled steps draw
// new numbers in each run and checkpoints continue where they stopped.
import { nextSeed } from '../core/random.js';
import type { Tensor } from '../core/tensor.js';
import { Variable } from '../core/variable.js';
import { add } from './arithmetic.js';
import { tensorOf } from './convert.js';

/** The two words of a key for a whole number. */
export function keyWords(seed: number): [number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

/**
 * Gives a new random key at each `next()`; equal seeds give equal streams.
 *
 * @example
 * ```ts
 * import { SeedGenerator, random } from 'keratin';
 * const seeds = new SeedGenerator(1);
 * const a = random.uniform([2], { seed: seeds });
 * const b = random.uniform([2], { seed: new SeedGenerator(1) });
 * console.log(await a.equal(b).array()); // [ true, true ]
 * ```
 */
export class SeedGenerator {
  /** uint32 [seed, counter]. */
  readonly state: Variable;
  readonly seed: number;
  readonly name: string;

  constructor(seed: number = nextSeed(), options: { readonly name?: string } = {}) {
    this.seed = seed;
    this.name = options.name ?? 'seed_generator';
    this.state = new Variable(tensorOf([keyWords(seed)[0], 0], 'uint32'), {
      name: options.name ?? 'seed_generator_state',
      trainable: false,
    });
  }

  /** A key that no earlier call gave. */
  next(): Tensor {
    const key = this.state.value;
    this.state.assign(add(key, tensorOf([0, 1], 'uint32')));
    return key;
  }
}

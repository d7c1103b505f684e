// Random tensors: keys from seeds, bits from keys, distributions from bits. The same seed gives
// the same bits on every engine and device.
import { checkOptions, type OptionNames, requireOptions } from '../core/arguments.js';
import { type DType, isFloat } from '../core/dtype.js';
import { ArgumentError, DTypeError } from '../core/errors.js';
import type { Op } from '../core/op.js';
import { nextSeed } from '../core/random.js';
import { at, product } from '../core/sequence.js';
import { checkShape, formatShape, normalizeAxis, type Shape } from '../core/shape.js';
import { Tensor } from '../core/tensor.js';
import { argMax } from './arg-reductions.js';
import { add, mul, neg, sub } from './arithmetic.js';
import { less } from './comparison.js';
import { applyOne, asTensor, type TensorLike, tensorOf } from './convert.js';
import { mod } from './division.js';
import { gather } from './gather.js';
import { log } from './powers.js';
import {
  normalFromBitsOp,
  randomBitsOp,
  truncatedFromBitsOp,
  uniformFromBitsOp,
} from './random-ops.js';
import { keyWords, SeedGenerator } from './seed-generator.js';
import { cast, reshape } from './shaping.js';
import { argsort } from './sort.js';
import { presentTurn } from './turns.js';
import { expandDims } from './views.js';
import { where } from './where.js';

/** A whole number (always the same numbers), a uint32 key of two words, or a stream of keys. */
export type Seed = number | Tensor | SeedGenerator;

/** A key from the process-wide stream; in a traced loop another one in each turn. */
function freshKey(): Tensor {
  const key = tensorOf(keyWords(nextSeed()), 'uint32');
  const turn = presentTurn();
  return turn === undefined ? key : add(key, mul(tensorOf([0, 1], 'uint32'), turn));
}

function keyOf(seed: Seed | null | undefined): Tensor {
  if (seed instanceof SeedGenerator) return seed.next();
  if (seed === undefined || seed === null) return freshKey();
  if (!(seed instanceof Tensor)) return tensorOf(keyWords(seed), 'uint32');
  if (seed.dtype === 'uint32' && seed.size === 2) return reshape(seed, [2]);
  throw new ArgumentError({
    where: 'random',
    what: 'the seed is no key',
    expected: 'a whole number, a uint32 tensor of shape [2], or a SeedGenerator',
    received: `${formatShape(seed.shape)} of ${seed.dtype}`,
    fix: 'pass a whole number',
  });
}

function bits(shape: Shape, seed: Seed | null | undefined): Tensor {
  checkShape('random', shape);
  const count = product(shape);
  return reshape(applyOne(randomBitsOp, [keyOf(seed)], { count }), shape);
}

/** What every distribution takes. */
export interface RandomOptions {
  /** The next key of the process-wide stream where none is given. */
  readonly seed?: Seed | null | undefined;
  readonly dtype?: DType | undefined;
}

/** The names of {@link RandomOptions}. */
export const RANDOM_OPTIONS: OptionNames<RandomOptions> = { seed: true, dtype: true };

function draw(op: Op<{ readonly dtype: DType }>, shape: Shape, options: RandomOptions): Tensor {
  const dtype = options.dtype ?? 'float32';
  if (!isFloat(dtype)) {
    throw new DTypeError({
      where: 'random',
      what: 'this distribution gives fractions',
      expected: 'a float dtype',
      received: dtype,
      fix: 'draw whole numbers with random.randint',
    });
  }
  return applyOne(op, [bits(shape, options.seed)], { dtype });
}

function scaled(x: Tensor, factor: number, shift: number): Tensor {
  const wide = factor === 1 ? x : mul(x, factor);
  return shift === 0 ? wide : add(wide, shift);
}

/**
 * Numbers evenly distributed over [min, max); [0, 1) by default.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * const x = random.uniform([100], { seed: 1, min: 2, max: 3 });
 * console.log((await x.min().item()) >= 2, (await x.max().item()) < 3); // true true
 * ```
 */
export function uniform(
  shape: Shape,
  options: RandomOptions & { readonly min?: number; readonly max?: number } = {},
): Tensor {
  checkOptions('random.uniform', options, { ...RANDOM_OPTIONS, min: true, max: true });
  const { min = 0, max = 1 } = options;
  return scaled(draw(uniformFromBitsOp, shape, options), max - min, min);
}

/** Where a normal distribution lies. */
export interface NormalOptions extends RandomOptions {
  readonly mean?: number | undefined;
  readonly stddev?: number | undefined;
}

const NORMAL_OPTIONS: OptionNames<NormalOptions> = {
  mean: true,
  stddev: true,
  seed: true,
  dtype: true,
};

/**
 * Normally distributed numbers, by the inverse error function of a uniform one.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * const x = random.normal([1000], { seed: 1, mean: 5 });
 * console.log(Math.round(await x.mean().item())); // 5
 * ```
 */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  checkOptions('random.normal', options, NORMAL_OPTIONS);
  const { mean = 0, stddev = 1 } = options;
  return scaled(draw(normalFromBitsOp, shape, options), stddev, mean);
}

/**
 * Normally distributed numbers within two deviations of the mean.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * const x = random.truncatedNormal([1000], { seed: 1 });
 * console.log((await x.abs().max().item()) <= 2); // true
 * ```
 */
export function truncatedNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  checkOptions('random.truncatedNormal', options, NORMAL_OPTIONS);
  const { mean = 0, stddev = 1 } = options;
  return scaled(draw(truncatedFromBitsOp, shape, options), stddev, mean);
}

/**
 * 1 with `probability`, else 0; float32 unless `dtype` says otherwise.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * console.log(await random.bernoulli([2], { seed: 1, probability: 1 }).array()); // [ 1, 1 ]
 * ```
 */
export function bernoulli(
  shape: Shape,
  options: RandomOptions & { readonly probability?: TensorLike } = {},
): Tensor {
  checkOptions('random.bernoulli', options, { ...RANDOM_OPTIONS, probability: true });
  const { probability = 0.5, seed, dtype = 'float32' } = options;
  return cast(less(uniform(shape, { seed }), probability), dtype);
}

/**
 * Whole numbers from `min` up to (without) `max`, as int32.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * const x = random.randint([100], { seed: 1, min: 3, max: 6 });
 * console.log(await x.min().item(), await x.max().item()); // 3 5
 * ```
 */
export function randint(
  shape: Shape,
  options: RandomOptions & { readonly min?: number; readonly max: number },
): Tensor {
  requireOptions('random.randint', 'max', options);
  checkOptions('random.randint', options, { ...RANDOM_OPTIONS, min: true, max: true });
  const { min = 0, max, seed, dtype = 'int32' } = options;
  if (!(max > min)) {
    throw new ArgumentError({
      where: 'random.randint',
      what: 'the range is empty',
      expected: `a max above ${min}`,
      received: String(max),
      fix: 'max itself is never drawn: make it larger than min',
    });
  }
  const offsets = mod(bits(shape, seed), tensorOf(max - min, 'uint32'));
  return cast(add(cast(offsets, 'int32'), min), dtype);
}

/**
 * Positions drawn along the last axis with the probabilities softmax(logits), by the Gumbel-max
 * trick: `count` for each row, 1 by default.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * console.log(await random.categorical([[0, 100]], { seed: 1, count: 2 }).array()); // [ [ 1, 1 ] ]
 * ```
 */
export function categorical(
  logits: TensorLike,
  options: { readonly seed?: Seed | null | undefined; readonly count?: number } = {},
): Tensor {
  checkOptions('random.categorical', options, { seed: true, count: true });
  const { seed, count = 1 } = options;
  const input = expandDims(asTensor(logits), -2);
  const shape = [...input.shape.slice(0, -2), count, at(input.shape, -1)];
  // Uniform numbers without 0: the middles of the steps of `uniform`.
  const middle = add(uniform(shape, { seed }), 2 ** -25);
  return argMax(sub(input, log(neg(log(middle)))), { axis: -1 });
}

/**
 * The numbers 0 to x - 1 in random order, or the slices of x along `axis` in random order.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * console.log(await random.permutation(10, { seed: 1 }).sum().item()); // 45
 * ```
 */
export function permutation(
  x: number | Tensor,
  options: { readonly seed?: Seed | null | undefined; readonly axis?: number } = {},
): Tensor {
  checkOptions('random.permutation', options, { seed: true, axis: true });
  const { seed, axis = 0 } = options;
  if (typeof x === 'number') return argsort(bits([x], seed));
  const input = asTensor(x);
  const count = at(input.shape, normalizeAxis('permutation', axis, input.rank));
  const order = argsort(bits([count], seed));
  return gather(input, order, { axis });
}

/**
 * `permutation` of a tensor's slices, under the name that Keras gives it. Slices stay whole, as on
 * Keras's TensorFlow backend; on JAX Keras 3.15 shuffles each line along the axis in its own order.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * console.log((await random.shuffle([1, 2, 3], { seed: 1 }).sum().item())); // 6
 * ```
 */
export function shuffle(
  x: TensorLike,
  options: { readonly seed?: Seed | null | undefined; readonly axis?: number } = {},
): Tensor {
  checkOptions('random.shuffle', options, { seed: true, axis: true });
  return permutation(asTensor(x), options);
}

/**
 * x with a share `rate` of its elements set to 0 and the others divided by 1 - rate.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * console.log(await random.dropout([1, 1], 0).array()); // [ 1, 1 ]
 * ```
 */
export function dropout(
  x: TensorLike,
  rate: number,
  options: {
    readonly seed?: Seed | null | undefined;
    readonly noiseShape?: Shape | undefined;
  } = {},
): Tensor {
  checkOptions('random.dropout', options, { seed: true, noiseShape: true });
  const input = asTensor(x);
  if (rate <= 0) return input;
  const { seed, noiseShape = input.shape } = options;
  const kept = less(uniform(noiseShape, { seed }), 1 - rate);
  return where(kept, rate >= 1 ? input : mul(input, 1 / (1 - rate)), 0);
}

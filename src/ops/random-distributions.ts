// Distributions made of uniform numbers: gamma, beta, binomial. Rejection runs a fixed number of
// rounds side by side, so that programs have one shape and the same numbers on every engine.
import { checkOptions, describe } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { at, range } from '../core/sequence.js';
import { checkShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { sigmoid } from './activations.js';
import { add, div, mul, sub } from './arithmetic.js';
import { greater, less, logicalAnd } from './comparison.js';
import { asTensor, type TensorLike, tensorOf } from './convert.js';
import { erfinv } from './numpy/special.js';
import { exp, log, sqrt, square } from './powers.js';
import { RANDOM_OPTIONS, type RandomOptions, uniform } from './random.js';
import { broadcastTo, cast, reshape, sum } from './shaping.js';
import { sliceAxis } from './slicing.js';
import { squeeze } from './views.js';
import { clip, maximum, where } from './where.js';

/** Each round accepts at least 95 in 100, so that 8 leave one number in 10^10 to the last. */
const ROUNDS = 8;

/** Numbers in (0, 1), without both ends: one tensor of `shape` a row. */
function openUniform(rows: number, shape: Shape, options: RandomOptions): Tensor[] {
  checkShape('random', shape);
  const { seed } = options;
  const all = clip(uniform([rows, ...shape], { seed }), 2 ** -25, 1 - 2 ** -24);
  return range(rows).map((row) => squeeze(sliceAxis(all, 0, row, 1), 0));
}

const ROWS = 2 * ROUNDS + 1;

/**
 * Logarithms of gamma-distributed numbers of scale 1, after Marsaglia and Tsang, "A simple method
 * for generating gamma variables" (2000). For small `alpha` the numbers themselves would vanish.
 */
function logGamma(numbers: readonly Tensor[], alpha: Tensor): Tensor {
  const isSmall = less(alpha, 1);
  const d = sub(where(isSmall, add(alpha, 1), alpha), 1 / 3);
  const c = div(1 / 3, sqrt(d));
  let result: Tensor | undefined;
  for (const round of range(ROUNDS).reverse()) {
    const x = mul(erfinv(sub(mul(at(numbers, 2 * round), 2), 1)), Math.SQRT2);
    const root = add(1, mul(c, x));
    const cube = mul(square(root), root);
    const logCube = log(maximum(cube, 1e-30));
    const limit = add(mul(square(x), 0.5), mul(d, add(sub(1, cube), logCube)));
    const isAccepted = logicalAnd(greater(cube, 0), less(log(at(numbers, 2 * round + 1)), limit));
    result = result === undefined ? logCube : where(isAccepted, logCube, result);
  }
  const boost = div(log(at(numbers, 2 * ROUNDS)), where(isSmall, alpha, 1));
  return add(add(log(d), result ?? 0), where(isSmall, boost, 0));
}

function spread(value: TensorLike, shape: Shape): Tensor {
  return broadcastTo(cast(value, 'float32'), shape);
}

/** Logarithms of what `gamma` gives, for where the numbers are divided by each other. */
export function logGammaNumbers(shape: Shape, alpha: TensorLike, options: RandomOptions): Tensor {
  return logGamma(openUniform(ROWS, shape, options), spread(alpha, shape));
}

/**
 * Numbers of the gamma distribution of shape `alpha` and scale 1; alpha broadcasts.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * const x = random.gamma([2000], 4, { seed: 1 });
 * console.log(Math.round(await x.mean().item())); // 4
 * ```
 */
export function gamma(shape: Shape, alpha: TensorLike, options: RandomOptions = {}): Tensor {
  checkOptions('random.gamma', options, RANDOM_OPTIONS);
  return cast(exp(logGammaNumbers(shape, alpha, options)), options.dtype ?? 'float32');
}

/**
 * Numbers of the beta distribution, from 0 to 1; alpha and beta broadcast.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * const x = random.beta([2000], 3, 1, { seed: 1 });
 * console.log(Math.round((await x.mean().item()) * 4)); // 3
 * ```
 */
export function beta(
  shape: Shape,
  alpha: TensorLike,
  beta: TensorLike,
  options: RandomOptions = {},
): Tensor {
  checkOptions('random.beta', options, RANDOM_OPTIONS);
  const numbers = openUniform(2 * ROWS, shape, options);
  const first = logGamma(numbers.slice(0, ROWS), spread(alpha, shape));
  const second = logGamma(numbers.slice(ROWS), spread(beta, shape));
  return cast(sigmoid(sub(first, second)), options.dtype ?? 'float32');
}

/** Arrays of numbers, which texts are not. */
function isNumbers(counts: TensorLike): boolean {
  return Array.isArray(counts) || ArrayBuffer.isView(counts);
}

function largest(counts: TensorLike): number {
  if (typeof counts === 'number') return counts;
  if (!isNumbers(counts)) {
    throw new ArgumentError({
      where: 'random.binomial',
      what: 'the numbers of tries decide how much is drawn, so they cannot be a tensor',
      expected: 'a number or an array of numbers',
      received: describe(counts),
      fix: 'pass plain numbers: await counts.array()',
    });
  }
  const values = Array.from(counts as ArrayLike<TensorLike>).map(largest);
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/**
 * How many of `counts` tries succeed, each with a probability; both broadcast. It draws every try,
 * so memory grows with the largest count.
 *
 * @example
 * ```ts
 * import { random } from 'keratin';
 * const x = random.binomial([2000], 10, 0.3, { seed: 1 });
 * console.log(Math.round(await x.mean().item())); // 3
 * ```
 */
export function binomial(
  shape: Shape,
  counts: TensorLike,
  probabilities: TensorLike,
  options: RandomOptions = {},
): Tensor {
  checkOptions('random.binomial', options, RANDOM_OPTIONS);
  checkShape('random.binomial', shape);
  const tries = Math.max(1, Math.ceil(largest(counts)));
  const { seed, dtype = 'float32' } = options;
  const drawn = uniform([tries, ...shape], { seed });
  const numbers = reshape(tensorOf(range(tries), 'float32'), [tries, ...shape.map(() => 1)]);
  const isTry = less(numbers, spread(asTensor(counts), shape));
  const isHit = less(drawn, spread(probabilities, shape));
  return sum(cast(logicalAnd(isTry, isHit), dtype), { axis: 0 });
}

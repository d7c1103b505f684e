// Activations that are exactly 0 for some inputs, and measures of likeness of Keras's nn module.
import { checkOptions } from '../../core/arguments.js';
import { ShapeError } from '../../core/errors.js';
import { at, range, sameNumbers } from '../../core/sequence.js';
import { formatShape, normalizeAxis } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { greater, greaterEqual, lessEqual } from '../comparison.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { cumsum } from '../cumulative.js';
import { log10, square } from '../powers.js';
import { max, mean } from '../reductions.js';
import { ONE_HOT_OPTIONS, type OneHotOptions, oneHot } from '../scatter.js';
import { asFloat, cast, sum } from '../shaping.js';
import { sort } from '../sort.js';
import { moveAxis } from '../views.js';
import { clip, maximum, where } from '../where.js';

/**
 * 0 up to -1, x from 1 on, and (x + 1)² / 4 between.
 *
 * @example
 * ```ts
 * import { sparsePlus } from 'keratin';
 * console.log(await sparsePlus([-2, 0, 3]).array()); // [ 0, 0.25, 3 ]
 * ```
 */
export function sparsePlus(x: TensorLike): Tensor {
  const input = asFloat(x);
  const bend = mul(square(add(input, 1)), 0.25);
  return where(lessEqual(input, -1), 0, where(greaterEqual(input, 1), input, bend));
}

/**
 * The slope of sparsePlus: 0 up to -1, 1 from 1 on, a straight line between.
 *
 * @example
 * ```ts
 * import { sparseSigmoid } from 'keratin';
 * console.log(await sparseSigmoid([-2, 0, 3]).array()); // [ 0, 0.5, 1 ]
 * ```
 */
export function sparseSigmoid(x: TensorLike): Tensor {
  return mul(clip(add(asFloat(x), 1), 0, 2), 0.5);
}

/**
 * x less a threshold along `axis` (the last by default), and 0 below it: like softmax, but with
 * exact zeros (Martins and Astudillo 2016). The threshold is Keras's, which adds up the running sums
 * of the largest elements instead of the elements: where more than one stands out, the result is
 * smaller than the nearest distribution and does not add up to 1.
 *
 * @example
 * ```ts
 * import { sparsemax } from 'keratin';
 * console.log(await sparsemax([1, 3, 0]).array()); // [ 0, 1, 0 ]
 * ```
 */
export function sparsemax(
  x: TensorLike,
  options: { readonly axis?: number | undefined } = {},
): Tensor {
  checkOptions('sparsemax', options, { axis: true });
  const input = asFloat(x);
  const axis = normalizeAxis('sparsemax', options.axis ?? -1, input.rank);
  const rows = moveAxis(input, axis, -1);
  const sorted = sort(rows, { descending: true });
  const ranks = range(at(rows.shape, -1)).map((place) => place + 1);
  const sums = cumsum(sorted);
  const excess = div(sub(sums, 1), tensorOf(ranks, rows.dtype));
  const isSupport = greater(sorted, excess);
  const count = sum(cast(isSupport, rows.dtype), { axis: -1, keepDims: true });
  const total = sum(where(isSupport, sums, 0), { axis: -1, keepDims: true });
  return moveAxis(maximum(sub(rows, div(sub(total, 1), count)), 0), -1, axis);
}

/**
 * One row with a 1 for every class that comes in x [..., n]: [..., classes] (a single vector gives
 * a single row).
 *
 * @example
 * ```ts
 * import { multiHot } from 'keratin';
 * console.log(await multiHot([0, 2], 4).array()); // [ 1, 0, 1, 0 ]
 * ```
 */
export function multiHot(x: TensorLike, classes: number, options: OneHotOptions = {}): Tensor {
  checkOptions('multiHot', options, ONE_HOT_OPTIONS);
  const ids = asTensor(x, 'int32');
  return max(oneHot(ids, classes, options), { axis: ids.rank > 1 ? 1 : 0 });
}

/**
 * The peak signal-to-noise ratio of two tensors of one shape, in decibels.
 *
 * @example
 * ```ts
 * import { psnr } from 'keratin';
 * console.log((await psnr([0, 0], [0.1, 0.1], 1).item()).toFixed(2)); // 20.00
 * ```
 */
export function psnr(a: TensorLike, b: TensorLike, maxValue: number): Tensor {
  const [x, y] = [asFloat(a), asFloat(b)];
  if (!sameNumbers(x.shape, y.shape)) {
    throw new ShapeError({
      where: 'psnr',
      what: 'the shapes differ',
      expected: formatShape(x.shape),
      received: formatShape(y.shape),
      fix: 'compare tensors of one shape',
    });
  }
  const error = mean(square(sub(x, y)));
  return sub(20 * Math.log10(maxValue), mul(log10(error), 10));
}

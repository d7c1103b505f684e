// Reductions that look past NaN, as NumPy's nan* functions.
import { checkOptions } from '../../core/arguments.js';
import type { DType } from '../../core/dtype.js';
import { isFloat } from '../../core/dtype.js';
import type { Tensor } from '../../core/tensor.js';
import { ARG_OPTIONS, type ArgOptions, argMax, argMin } from '../arg-reductions.js';
import { div, sub } from '../arithmetic.js';
import { isNaN, logicalNot } from '../comparison.js';
import { asTensor, type TensorLike } from '../convert.js';
import { CUMULATIVE_OPTIONS, type CumulativeOptions, cumprod, cumsum } from '../cumulative.js';
import { floatOf } from '../kernel-values.js';
import { sqrt, square } from '../powers.js';
import { REDUCE_OPTIONS, type ReduceOptions } from '../reduced-shape.js';
import { all, max, min, prod } from '../reductions.js';
import { cast, sum } from '../shaping.js';
import { where } from '../where.js';

/** x with `filler` in the place of NaN; whole numbers have none. */
function filled(x: TensorLike, filler: number): Tensor {
  const input = asTensor(x);
  return isFloat(input.dtype) ? where(isNaN(input), filler, input) : input;
}

/** How many elements are not NaN, as a tensor of `dtype`. */
function countOf(x: Tensor, dtype: DType, options: ReduceOptions): Tensor {
  return sum(cast(logicalNot(isNaN(x)), dtype), options);
}

/**
 * The sum of the elements that are not NaN; 0 where all are.
 *
 * @example
 * ```ts
 * import { nanSum } from 'keratin';
 * console.log(await nanSum([1, Number.NaN, 2]).item()); // 3
 * ```
 */
export function nanSum(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanSum', options, REDUCE_OPTIONS);
  return sum(filled(x, 0), options);
}

/**
 * The product of the elements that are not NaN; 1 where all are.
 *
 * @example
 * ```ts
 * import { nanProd } from 'keratin';
 * console.log(await nanProd([3, Number.NaN, 2]).item()); // 6
 * ```
 */
export function nanProd(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanProd', options, REDUCE_OPTIONS);
  return prod(filled(x, 1), options);
}

function extreme(
  x: TensorLike,
  filler: number,
  reduce: (x: Tensor, options: ReduceOptions) => Tensor,
  options: ReduceOptions,
): Tensor {
  const input = asTensor(x);
  if (!isFloat(input.dtype)) return reduce(input, options);
  return where(all(isNaN(input), options), Number.NaN, reduce(filled(input, filler), options));
}

/**
 * The largest element that is not NaN; NaN where all are.
 *
 * @example
 * ```ts
 * import { nanMax } from 'keratin';
 * console.log(await nanMax([1, Number.NaN, 2]).item()); // 2
 * ```
 */
export function nanMax(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanMax', options, REDUCE_OPTIONS);
  return extreme(x, Number.NEGATIVE_INFINITY, max, options);
}

/**
 * The smallest element that is not NaN; NaN where all are.
 *
 * @example
 * ```ts
 * import { nanMin } from 'keratin';
 * console.log(await nanMin([1, Number.NaN, 2]).item()); // 1
 * ```
 */
export function nanMin(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanMin', options, REDUCE_OPTIONS);
  return extreme(x, Number.POSITIVE_INFINITY, min, options);
}

/**
 * The mean of the elements that are not NaN; NaN where all are.
 *
 * @example
 * ```ts
 * import { nanMean } from 'keratin';
 * console.log(await nanMean([1, Number.NaN, 2]).item()); // 1.5
 * ```
 */
export function nanMean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanMean', options, REDUCE_OPTIONS);
  const input = asTensor(x);
  const floats = cast(input, floatOf(input.dtype));
  return div(nanSum(floats, options), countOf(floats, floats.dtype, options));
}

/**
 * The variance (over the count, as NumPy) of the elements that are not NaN.
 *
 * @example
 * ```ts
 * import { nanVar } from 'keratin';
 * console.log(await nanVar([1, Number.NaN, 3]).item()); // 1
 * ```
 */
export function nanVar(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanVar', options, REDUCE_OPTIONS);
  const input = asTensor(x);
  const floats = cast(input, floatOf(input.dtype));
  return nanMean(square(sub(floats, nanMean(floats, { ...options, keepDims: true }))), options);
}

/**
 * The standard deviation (over the count) of the elements that are not NaN.
 *
 * @example
 * ```ts
 * import { nanStd } from 'keratin';
 * console.log(await nanStd([1, Number.NaN, 3]).item()); // 1
 * ```
 */
export function nanStd(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanStd', options, REDUCE_OPTIONS);
  return sqrt(nanVar(x, options));
}

function extremePlace(
  x: TensorLike,
  filler: number,
  find: (x: Tensor, options: ArgOptions) => Tensor,
  options: ArgOptions,
): Tensor {
  const input = asTensor(x);
  const empty = all(isNaN(input), options);
  return where(empty, -1, find(filled(input, filler), options));
}

/**
 * The position of the largest element that is not NaN; -1 where all are.
 *
 * @example
 * ```ts
 * import { nanArgMax } from 'keratin';
 * console.log(await nanArgMax([1, Number.NaN, 2]).item()); // 2
 * ```
 */
export function nanArgMax(x: TensorLike, options: ArgOptions = {}): Tensor {
  checkOptions('nanArgMax', options, ARG_OPTIONS);
  return extremePlace(x, Number.NEGATIVE_INFINITY, argMax, options);
}

/**
 * The position of the smallest element that is not NaN; -1 where all are.
 *
 * @example
 * ```ts
 * import { nanArgMin } from 'keratin';
 * console.log(await nanArgMin([Number.NaN, 1, 2]).item()); // 1
 * ```
 */
export function nanArgMin(x: TensorLike, options: ArgOptions = {}): Tensor {
  checkOptions('nanArgMin', options, ARG_OPTIONS);
  return extremePlace(x, Number.POSITIVE_INFINITY, argMin, options);
}

/**
 * The running sum along `axis` (the last by default) in which NaN counts as 0.
 *
 * @example
 * ```ts
 * import { nanCumsum } from 'keratin';
 * console.log(await nanCumsum([1, Number.NaN, 2]).array()); // [ 1, 1, 3 ]
 * ```
 */
export function nanCumsum(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  checkOptions('nanCumsum', options, CUMULATIVE_OPTIONS);
  return cumsum(filled(x, 0), options);
}

/**
 * The running product along `axis` (the last by default) in which NaN counts as 1.
 *
 * @example
 * ```ts
 * import { nanCumprod } from 'keratin';
 * console.log(await nanCumprod([2, Number.NaN, 3]).array()); // [ 2, 2, 6 ]
 * ```
 */
export function nanCumprod(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  checkOptions('nanCumprod', options, CUMULATIVE_OPTIONS);
  return cumprod(filled(x, 1), options);
}

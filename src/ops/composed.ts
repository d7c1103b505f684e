// Sentences over other ops: NumPy's and Keras's smaller functions. None has a kernel of its own.

import { checkOptions, type OptionNames, requireList } from '../core/arguments.js';
import { promote } from '../core/dtype.js';
import { currentEpsilon } from '../core/epsilon.js';
import { at, range } from '../core/sequence.js';
import { normalizeAxis, requireAxes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, div, mul, sub } from './arithmetic.js';
import {
  equal,
  greater,
  isFinite,
  isInf,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
} from './comparison.js';
import { asTensor, operands, type TensorLike } from './convert.js';
import { scalar } from './create.js';
import { divideNoNan } from './division.js';
import { concat } from './joining.js';
import { floatOf } from './kernel-values.js';
import { norm } from './linalg/norm.js';
import { abs, sqrt, square } from './powers.js';
import { REDUCE_OPTIONS, type ReduceOptions } from './reduced-shape.js';
import { all, max, mean } from './reductions.js';
import { rangeOf } from './saturate-cast.js';
import { broadcastTo, cast, reshape, sum } from './shaping.js';
import { sliceAxis } from './slicing.js';
import { expandDims, swapAxes } from './views.js';
import { maximum, minimum, where } from './where.js';

/**
 * sqrt(a² + b²) of floats (float32 for whole numbers); infinite where either is, also beside NaN.
 *
 * @example
 * ```ts
 * import { hypot } from 'keratin';
 * console.log(await hypot([3], [4]).array()); // [ 5 ]
 * ```
 */
export function hypot(a: TensorLike, b: TensorLike): Tensor {
  const pair = operands([a, b]);
  const dtype = floatOf(promote(at(pair, 0).dtype, at(pair, 1).dtype));
  const [x, y] = [abs(cast(at(pair, 0), dtype)), abs(cast(at(pair, 1), dtype))];
  const large = maximum(x, y);
  // In parts of the larger number, so that neither its square nor that of whole numbers overflows.
  const isZero = equal(large, 0);
  const ratio = div(minimum(x, y), where(isZero, 1, large));
  const length = where(isZero, large, mul(large, sqrt(add(square(ratio), 1))));
  return where(logicalOr(isInf(x), isInf(y)), Number.POSITIVE_INFINITY, length);
}

/** How near counts as close. */
export interface CloseOptions {
  readonly relative?: number | undefined;
  readonly absolute?: number | undefined;
}

const CLOSE_OPTIONS: OptionNames<CloseOptions> = { relative: true, absolute: true };

/**
 * Whether |a - b| <= absolute + relative * |b|, as bools; 1e-8 and 1e-5 by default.
 *
 * @example
 * ```ts
 * import { isClose } from 'keratin';
 * console.log(await isClose([1, 2], [1.000001, 2.1]).array()); // [ true, false ]
 * ```
 */
export function isClose(a: TensorLike, b: TensorLike, options: CloseOptions = {}): Tensor {
  checkOptions('isClose', options, CLOSE_OPTIONS);
  const { relative = 1e-5, absolute = 1e-8 } = options;
  const isNear = lessEqual(abs(sub(a, b)), add(mul(abs(b), relative), absolute));
  return logicalOr(logicalAnd(isNear, isFinite(b)), equal(a, b));
}

/**
 * Whether all elements are close (see isClose), as one bool.
 *
 * @example
 * ```ts
 * import { allClose } from 'keratin';
 * console.log(await allClose([1, 2], [1, 2.00001]).item()); // 1
 * ```
 */
export function allClose(a: TensorLike, b: TensorLike, options: CloseOptions = {}): Tensor {
  checkOptions('allClose', options, CLOSE_OPTIONS);
  return all(isClose(a, b, options));
}

/** What takes the place of what is no number. */
export interface NanToNumOptions {
  /** 0 by default. */
  readonly nan?: number | undefined;
  /** The largest and lowest finite number of the dtype by default. */
  readonly positiveInfinity?: number | undefined;
  readonly negativeInfinity?: number | undefined;
}

const NAN_TO_NUM_OPTIONS: OptionNames<NanToNumOptions> = {
  nan: true,
  positiveInfinity: true,
  negativeInfinity: true,
};

/**
 * x with NaN replaced by 0 and infinities by the largest finite numbers, or by numbers of yours.
 *
 * @example
 * ```ts
 * import { nanToNum } from 'keratin';
 * console.log(await nanToNum([Number.NaN, 1]).array()); // [ 0, 1 ]
 * ```
 */
export function nanToNum(x: TensorLike, options: NanToNumOptions = {}): Tensor {
  checkOptions('nanToNum', options, NAN_TO_NUM_OPTIONS);
  const input = asTensor(x);
  const [lowest, largest] = rangeOf(input.dtype);
  const { nan = 0, positiveInfinity = largest, negativeInfinity = lowest } = options;
  // Numbers of the input's own dtype: the largest of float64 is infinite in float32.
  const of = (value: number): Tensor => scalar(value, input.dtype);
  const bounded = where(greater(input, 0), of(positiveInfinity), of(negativeInfinity));
  return where(isNaN(input), nan, where(isFinite(input), input, bounded));
}

/**
 * How many elements are not 0, as int32.
 *
 * @example
 * ```ts
 * import { countNonzero } from 'keratin';
 * console.log(await countNonzero([0, 3, 0, 1]).item()); // 2
 * ```
 */
export function countNonzero(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('countNonzero', options, REDUCE_OPTIONS);
  return sum(cast(notEqual(x, 0), 'int32'), options);
}

/** A vector of weights turned to lie along the one axis that is averaged over, as in NumPy. */
function alongAxis(weights: Tensor, axis: ReduceOptions['axis'], rank: number): Tensor {
  const [only, ...others] = typeof axis === 'number' ? [axis] : (axis ?? []);
  if (weights.rank !== 1 || only === undefined || others.length > 0) return weights;
  const place = normalizeAxis('average', only, rank);
  return reshape(
    weights,
    range(rank).map((one) => (one === place ? weights.size : 1)),
  );
}

/**
 * The mean over `axis`, weighted. Weights have the shape of `x` (or one that broadcasts to it), or
 * are a vector along the one axis that is averaged over.
 *
 * @example
 * ```ts
 * import { average } from 'keratin';
 * console.log(await average([1, 5], { weights: [3, 1] }).item()); // 2
 * ```
 */
export function average(
  x: TensorLike,
  options: ReduceOptions & { readonly weights?: TensorLike } = {},
): Tensor {
  checkOptions('average', options, { ...REDUCE_OPTIONS, weights: true });
  const { weights, ...axes } = options;
  if (weights === undefined) return mean(x, axes);
  const [given, amounts] = [asTensor(x), asTensor(weights)];
  const dtype = floatOf(promote(given.dtype, amounts.dtype));
  const input = cast(given, dtype);
  const turned = alongAxis(cast(amounts, dtype), axes.axis, input.rank);
  const shares = broadcastTo(turned, input.shape);
  return div(sum(mul(input, shares), axes), sum(shares, axes));
}

/** Which length `normalize` makes 1. */
export interface NormalizeOptions {
  /** The last axis by default. */
  readonly axis?: number | readonly number[] | undefined;
  /** Which norm: 2 by default. */
  readonly order?: number | undefined;
  /** Shorter vectors are divided by this instead; 1e-7 by default. */
  readonly epsilon?: number | undefined;
}

const NORMALIZE_OPTIONS: OptionNames<NormalizeOptions> = { axis: true, order: true, epsilon: true };

/**
 * x divided by its length along `axis` (the last by default); zero vectors stay zero.
 *
 * @example
 * ```ts
 * import { normalize } from 'keratin';
 * console.log(await normalize([3, 4]).array()); // [ 0.6000000238418579, 0.800000011920929 ]
 * ```
 */
export function normalize(x: TensorLike, options: NormalizeOptions = {}): Tensor {
  checkOptions('normalize', options, NORMALIZE_OPTIONS);
  const { axis = -1, order = 2, epsilon = currentEpsilon() } = options;
  if (order !== 2) return div(x, maximum(norm(x, { axis, order, keepDims: true }), epsilon));
  // The bound comes before the root, whose slope at 0 is infinite.
  const squares = sum(square(x), { axis, keepDims: true });
  return div(x, sqrt(maximum(squares, epsilon ** 2)));
}

/**
 * The differences of neighbours along `axis` (the last by default), taken `order` times.
 *
 * @example
 * ```ts
 * import { diff } from 'keratin';
 * console.log(await diff([1, 4, 9]).array()); // [ 3, 5 ]
 * ```
 */
export function diff(
  x: TensorLike,
  options: { readonly axis?: number | undefined; readonly order?: number | undefined } = {},
): Tensor {
  checkOptions('diff', options, { axis: true, order: true });
  const { order = 1 } = options;
  const input = asTensor(x);
  if (order === 0) return input;
  const axis = normalizeAxis('diff', options.axis ?? -1, input.rank);
  const count = Math.max(0, at(input.shape, axis) - 1);
  const start = Math.min(1, at(input.shape, axis));
  const steps = sub(sliceAxis(input, axis, start, count), sliceAxis(input, axis, 0, count));
  return diff(steps, { axis, order: order - 1 });
}

/**
 * In which of the parts that `boundaries` cut each element lies, as int32: how many of rising
 * boundaries are not above it, and how many of falling ones are. NaN lies above all.
 *
 * @example
 * ```ts
 * import { digitize } from 'keratin';
 * console.log(await digitize([0.5, 1, 7], [1, 5]).array()); // [ 0, 1, 2 ]
 * console.log(await digitize([0.5, 1, 7], [5, 1]).array()); // [ 2, 1, 0 ]
 * ```
 */
export function digitize(x: TensorLike, boundaries: TensorLike): Tensor {
  const bounds = asTensor(boundaries);
  requireAxes('digitize', bounds.shape, 1);
  const count = at(bounds.shape, 0);
  const isBelow = less(expandDims(asTensor(x), -1), bounds);
  const above = sum(cast(isBelow, 'int32'), { axis: -1 });
  if (count < 2) return sub(count, above);
  const isFalling = greater(sliceAxis(bounds, 0, 0, 1), sliceAxis(bounds, 0, count - 1, 1));
  return where(reshape(isFalling, []), above, sub(count, above));
}

/**
 * Whether each target is among the `count` largest predictions of its row, as bools. As in Keras,
 * targets below 0 count from the last class, and the prediction of a class that is not there, or NaN,
 * is the lowest of all.
 *
 * @example
 * ```ts
 * import { inTopK } from 'keratin';
 * console.log(await inTopK([0, 2], [[1, 5, 3], [1, 5, 3]], 2).array()); // [ false, true ]
 * ```
 */
export function inTopK(targets: TensorLike, predictions: TensorLike, count: number): Tensor {
  const scores = asTensor(predictions);
  requireAxes('inTopK', scores.shape, 1);
  const classes = at(scores.shape, -1);
  const given = expandDims(asTensor(targets, 'int32'), -1);
  const ids = where(less(given, 0), add(given, classes), given);
  const isTarget = logicalAnd(
    equal(ids, asTensor(range(classes), 'int32')),
    logicalNot(isNaN(scores)),
  );
  const own = max(where(isTarget, scores, Number.NEGATIVE_INFINITY), { axis: -1, keepDims: true });
  const ahead = sum(cast(greater(scores, own), 'int32'), { axis: -1 });
  return greater(count, ahead);
}

/**
 * Tensors joined along the second axis; vectors along their only one.
 *
 * @example
 * ```ts
 * import { hstack } from 'keratin';
 * console.log(await hstack([[[1], [2]], [[3], [4]]]).array()); // [ [ 1, 3 ], [ 2, 4 ] ]
 * ```
 */
export function hstack(list: readonly TensorLike[]): Tensor {
  requireList('hstack', 'what is joined', list);
  const tensors = list.map((one) => asTensor(one));
  return concat(tensors, (tensors[0]?.rank ?? 1) <= 1 ? 0 : 1);
}

/**
 * Tensors joined along the first axis; vectors count as rows.
 *
 * @example
 * ```ts
 * import { vstack } from 'keratin';
 * console.log(await vstack([[1, 2], [3, 4]]).array()); // [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export function vstack(list: readonly TensorLike[]): Tensor {
  requireList('vstack', 'what is joined', list);
  const rows = list.map((one) => asTensor(one));
  return concat(rows.map((row) => (row.rank === 1 ? expandDims(row, 0) : row)));
}

/** Which axis belongs to which vector of `meshgrid`. */
export interface MeshgridOptions {
  /** `xy` (default, as NumPy): the first two are exchanged; `ij`: axis i belongs to vector i. */
  readonly indexing: 'xy' | 'ij';
}

function isMeshgridOptions(value: TensorLike | MeshgridOptions): value is MeshgridOptions {
  return typeof value === 'object' && value !== null && 'indexing' in value;
}

/**
 * Coordinates of a grid: each vector repeated along the axes of the others. The first vector runs
 * along the columns, the second along the rows, as in NumPy; `{ indexing: 'ij' }` as the last
 * argument gives them in order.
 *
 * @example
 * ```ts
 * import { meshgrid } from 'keratin';
 * const [x] = meshgrid([1, 2], [5, 6, 7]);
 * console.log(await x?.array()); // [ [ 1, 2 ], [ 1, 2 ], [ 1, 2 ] ]
 * ```
 */
export function meshgrid(...given: readonly (TensorLike | MeshgridOptions)[]): Tensor[] {
  const options = given.find(isMeshgridOptions);
  const vectors = given
    .filter((one): one is TensorLike => !isMeshgridOptions(one))
    .map((one) => reshape(asTensor(one), [-1]));
  const shape = vectors.map(({ size }) => size);
  return vectors.map((one, axis) => {
    const sizes = shape.map((extent, index) => (index === axis ? extent : 1));
    const grid = broadcastTo(reshape(one, sizes), shape);
    return options?.indexing === 'ij' || shape.length < 2 ? grid : swapAxes(grid, 0, 1);
  });
}

/**
 * The cosine of the angle between vectors along `axis` (the last by default); 0 for zero vectors.
 *
 * @example
 * ```ts
 * import { cosineSimilarity } from 'keratin';
 * console.log(await cosineSimilarity([1, 0], [0, 2]).item()); // 0
 * ```
 */
export function cosineSimilarity(
  a: TensorLike,
  b: TensorLike,
  options: { readonly axis?: number } = {},
): Tensor {
  checkOptions('cosineSimilarity', options, { axis: true });
  const { axis = -1 } = options;
  const lengths = mul(norm(a, { axis }), norm(b, { axis }));
  return divideNoNan(sum(mul(a, b), { axis }), lengths);
}

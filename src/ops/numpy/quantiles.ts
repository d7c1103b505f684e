// Order statistics: quantiles, percentiles and medians, and those that look past NaN.

import { checkOptions, type OptionNames, requireNumberOrList } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at, product, range } from '../../core/sequence.js';
import { normalizeAxes } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, mul, sub } from '../arithmetic.js';
import { isNaN, lessEqual } from '../comparison.js';
import { asTensor, type TensorLike } from '../convert.js';
import { scalar } from '../create.js';
import { takeAlongAxis } from '../gather.js';
import { stack } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { ceil, floor } from '../powers.js';
import { REDUCE_OPTIONS, type ReduceOptions } from '../reduced-shape.js';
import { cast, reshape, sum } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { sort } from '../sort.js';
import { transpose } from '../views.js';
import { maximum, where } from '../where.js';

/** What to take where the place asked for lies between two elements. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

/** Which axes quantiles are taken along, and how. */
export interface QuantileOptions extends ReduceOptions {
  /** `linear` by default: a weighted mean of both neighbours. */
  readonly method?: QuantileMethod | undefined;
}

const QUANTILE_OPTIONS: OptionNames<QuantileOptions> = { method: true, axis: true, keepDims: true };

/** Sorted rows along the last axis, and the shape of results with and without reduced axes. */
interface SortedRows {
  readonly rows: Tensor;
  readonly shape: readonly number[];
}

function sortedRows(where: string, x: TensorLike, options: ReduceOptions): SortedRows {
  const given = asTensor(x);
  const input = cast(given, floatOf(given.dtype));
  const axes = normalizeAxes(where, options.axis, input.rank);
  const kept = range(input.rank).filter((axis) => !axes.includes(axis));
  const outer = kept.map((axis) => at(input.shape, axis));
  const length = product(axes.map((axis) => at(input.shape, axis)));
  if (length === 0) {
    throw new ArgumentError({
      where,
      what: 'there are no elements to choose from',
      received: `[${input.shape.join(', ')}]`,
      fix: 'check that the tensor is not empty',
    });
  }
  const rows = sort(reshape(transpose(input, [...kept, ...axes]), [...outer, length]));
  const keptShape = input.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return { rows, shape: options.keepDims === true ? keptShape : outer };
}

/** How much of the upper neighbour a method takes, given the place between the two. */
const SHARES: Readonly<Record<QuantileMethod, (part: Tensor) => Tensor>> = {
  linear: (part) => part,
  lower: (part) => mul(part, 0),
  higher: (part) => ceil(part),
  midpoint: (part) => mul(ceil(part), 0.5),
  nearest: (part) => where(lessEqual(part, 0.5), mul(part, 0), 1),
};

/** The elements of `rows` at `places` (one for each row, as floats), or between two. */
function between(rows: Tensor, places: Tensor, method: QuantileMethod): Tensor {
  const low = floor(places);
  const pick = (place: Tensor): Tensor => takeAlongAxis(rows, cast(place, 'int32'), { axis: -1 });
  const share = SHARES[method](sub(places, low));
  // A neighbour that does not count must not spoil the result where it is infinite.
  const [lower, upper] = [pick(low), pick(ceil(places))];
  const part = (value: Tensor, weight: Tensor): Tensor =>
    where(lessEqual(weight, 0), 0, mul(value, weight));
  return add(part(lower, sub(1, share)), part(upper, share));
}

function checkShares(where: string, shares: readonly number[]): void {
  const wrong = shares.find((share) => !(share >= 0 && share <= 1));
  if (wrong === undefined) return;
  throw new ArgumentError({
    where,
    what: 'this is no share of the elements',
    expected: '0 to 1 (percentile: 0 to 100)',
    received: String(wrong),
    fix: 'divide percentages by 100, or call percentile',
  });
}

/** One result for a number, a new first axis for a list of numbers. */
function forShares(
  where: string,
  q: number | readonly number[],
  one: (share: number) => Tensor,
): Tensor {
  requireNumberOrList(where, 'q', q);
  const shares = typeof q === 'number' ? [q] : q;
  checkShares(where, shares);
  return typeof q === 'number' ? one(q) : stack(shares.map(one));
}

/**
 * The value below which a share `q` (0 to 1) of the elements along `axis` (all by default) lies; a
 * list of shares gives a new first axis. NaN where a row holds NaN.
 *
 * @example
 * ```ts
 * import { quantile } from 'keratin';
 * console.log(await quantile([1, 2, 3, 4], 0.5).item()); // 2.5
 * ```
 */
export function quantile(
  x: TensorLike,
  q: number | readonly number[],
  options: QuantileOptions = {},
): Tensor {
  checkOptions('quantile', options, QUANTILE_OPTIONS);
  const { rows, shape } = sortedRows('quantile', x, options);
  const length = at(rows.shape, -1);
  const { method = 'linear' } = options;
  const isSpoilt = isNaN(sliceAxis(rows, -1, length - 1, 1));
  return forShares('quantile', q, (share) => {
    const places = scalar(share * (length - 1), rows.dtype);
    const spread = add(mul(cast(isSpoilt, rows.dtype), 0), places);
    return reshape(where(isSpoilt, Number.NaN, between(rows, spread, method)), shape);
  });
}

/**
 * The quantile of percentages instead of shares: 0 to 100.
 *
 * @example
 * ```ts
 * import { percentile } from 'keratin';
 * console.log(await percentile([1, 2, 3, 4], 50).item()); // 2.5
 * ```
 */
export function percentile(
  x: TensorLike,
  q: number | readonly number[],
  options: QuantileOptions = {},
): Tensor {
  checkOptions('percentile', options, QUANTILE_OPTIONS);
  return quantile(x, shareOf(q), options);
}

function shareOf(q: number | readonly number[]): number | readonly number[] {
  requireNumberOrList('percentile', 'q', q);
  return typeof q === 'number' ? q / 100 : q.map((one) => one / 100);
}

/**
 * The middle value along `axis` (all axes by default): the quantile of 1/2.
 *
 * @example
 * ```ts
 * import { median } from 'keratin';
 * console.log(await median([3, 1, 2]).item()); // 2
 * ```
 */
export function median(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('median', options, REDUCE_OPTIONS);
  return quantile(x, 0.5, options);
}

/**
 * The quantile of the elements that are not NaN; NaN where all are.
 *
 * @example
 * ```ts
 * import { nanQuantile } from 'keratin';
 * console.log(await nanQuantile([1, Number.NaN, 3], 0.5).item()); // 2
 * ```
 */
export function nanQuantile(
  x: TensorLike,
  q: number | readonly number[],
  options: QuantileOptions = {},
): Tensor {
  checkOptions('nanQuantile', options, QUANTILE_OPTIONS);
  const { rows, shape } = sortedRows('nanQuantile', x, options);
  const { method = 'linear' } = options;
  // NaN sorts last, so that what counts stands in front.
  const isMissing = isNaN(rows);
  const count = sum(cast(isMissing, rows.dtype), { axis: -1, keepDims: true });
  const last = sub(at(rows.shape, -1) - 1, count);
  const isEmpty = lessEqual(add(last, 1), 0);
  const numbers = where(isMissing, 0, rows);
  return forShares('nanQuantile', q, (share) => {
    const places = mul(maximum(last, 0), share);
    return reshape(where(isEmpty, Number.NaN, between(numbers, places, method)), shape);
  });
}

/**
 * The percentile of the elements that are not NaN.
 *
 * @example
 * ```ts
 * import { nanPercentile } from 'keratin';
 * console.log(await nanPercentile([1, Number.NaN, 3], 100).item()); // 3
 * ```
 */
export function nanPercentile(
  x: TensorLike,
  q: number | readonly number[],
  options: QuantileOptions = {},
): Tensor {
  checkOptions('nanPercentile', options, QUANTILE_OPTIONS);
  return nanQuantile(x, shareOf(q), options);
}

/**
 * The middle value of the elements that are not NaN.
 *
 * @example
 * ```ts
 * import { nanMedian } from 'keratin';
 * console.log(await nanMedian([5, Number.NaN, 1, 3]).item()); // 3
 * ```
 */
export function nanMedian(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('nanMedian', options, REDUCE_OPTIONS);
  return nanQuantile(x, 0.5, options);
}

// Elements looked up, counted and told apart: sentences over comparisons, sort and addAlong.

import {
  checkOptions,
  type OptionNames,
  requireList,
  requireOptions,
} from '../../core/arguments.js';
import { isFloat } from '../../core/dtype.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { at, range } from '../../core/sequence.js';
import { checkShape, formatShape, normalizeAxis, type Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { equal, greater, greaterEqual, less, logicalAnd, logicalNot } from '../comparison.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { onesLike } from '../create.js';
import { diagonal } from '../diagonals.js';
import { floorDiv, mod } from '../division.js';
import { addAlong, indexTensor } from '../gather.js';
import { floatOf } from '../kernel-values.js';
import { matmul } from '../matmul.js';
import { sqrt, square } from '../powers.js';
import { REDUCE_OPTIONS, type ReduceOptions } from '../reduced-shape.js';
import { any, max, mean, min } from '../reductions.js';
import { cast, reshape, sum } from '../shaping.js';
import { argsort, SORT_OPTIONS, type SortOptions } from '../sort.js';
import { expandDims, transpose } from '../views.js';
import { clip, where } from '../where.js';

/**
 * The difference of the largest and the smallest element over `axis` (all axes by default).
 *
 * @example
 * ```ts
 * import { ptp } from 'keratin';
 * console.log(await ptp([3, 9, 5]).item()); // 6
 * ```
 */
export function ptp(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('ptp', options, REDUCE_OPTIONS);
  return sub(max(x, options), min(x, options));
}

/**
 * Whether each element of x is among `elements`, as bools; or whether it is not, with `invert`.
 *
 * @example
 * ```ts
 * import { isIn } from 'keratin';
 * console.log(await isIn([1, 2, 3], [3, 1]).array()); // [ true, false, true ]
 * ```
 */
export function isIn(
  x: TensorLike,
  elements: TensorLike,
  options: { readonly invert?: boolean | undefined } = {},
): Tensor {
  checkOptions('isIn', options, { invert: true });
  const found = any(equal(expandDims(asTensor(x), -1), reshape(elements, [-1])), { axis: -1 });
  return options.invert === true ? logicalNot(found) : found;
}

/**
 * The place at which each value would go into an ascending vector: in front of equal elements
 * (`left`), or behind them (`right`), as int32.
 *
 * @example
 * ```ts
 * import { searchSorted } from 'keratin';
 * console.log(await searchSorted([1, 3, 5], [0, 3, 9]).array()); // [ 0, 1, 3 ]
 * ```
 */
export function searchSorted(
  sorted: TensorLike,
  values: TensorLike,
  options: { readonly side?: 'left' | 'right' | undefined } = {},
): Tensor {
  checkOptions('searchSorted', options, { side: true });
  const sequence = asTensor(sorted);
  if (sequence.rank !== 1) {
    throw new ShapeError({
      where: 'searchSorted',
      what: 'the sorted sequence is no vector',
      expected: 'one axis',
      received: formatShape(sequence.shape),
      fix: 'search each row on its own, with vectorizedMap',
    });
  }
  const targets = expandDims(asTensor(values), -1);
  const isBefore = options.side === 'right' ? greaterEqual : greater;
  return sum(cast(isBefore(targets, sequence), 'int32'), { axis: -1 });
}

/** What is counted, and how far. */
export interface BincountOptions {
  /** How many numbers are counted: 0 to size - 1; larger and negative ones are left out. */
  readonly size: number;
  /** What each element adds; 1 by default. */
  readonly weights?: TensorLike | undefined;
}

const BINCOUNT_OPTIONS: OptionNames<BincountOptions> = { size: true, weights: true };

/**
 * How often each whole number from 0 to size - 1 comes in x, for each row of a matrix on its own.
 * The size must be given, as the shape of a result cannot depend on values (see max and item).
 *
 * @example
 * ```ts
 * import { bincount } from 'keratin';
 * console.log(await bincount([1, 3, 1], { size: 4 }).array()); // [ 0, 2, 0, 1 ]
 * ```
 */
export function bincount(x: TensorLike, options: BincountOptions): Tensor {
  checkOptions('bincount', options, BINCOUNT_OPTIONS);
  const ids = indexTensor('bincount', x);
  requireOptions('bincount', 'size', options);
  const { size, weights } = options;
  const updates = weights === undefined ? onesLike(ids, 'int32') : asTensor(weights);
  // Negative ids would count from the end.
  const places = where(less(ids, 0), size, cast(ids, 'int32'));
  if (ids.rank === 1) return addAlong(places, updates, 0, size);
  if (ids.rank !== 2) {
    throw new ShapeError({
      where: 'bincount',
      what: 'only vectors and rows of matrices are counted',
      expected: '[n] or [rows, n]',
      received: formatShape(ids.shape),
      fix: 'reshape to [-1] to count all elements',
    });
  }
  const rows = at(ids.shape, 0);
  const isCounted = logicalAnd(greaterEqual(ids, 0), less(ids, size));
  const starts = expandDims(
    tensorOf(
      range(rows).map((row) => row * size),
      'int32',
      [rows],
    ),
    1,
  );
  const flat = where(isCounted, add(places, starts), rows * size);
  const counts = addAlong(reshape(flat, [-1]), reshape(updates, [-1]), 0, rows * size);
  return reshape(counts, [rows, size]);
}

/** Into how many bins values are sorted, and from where to where. */
export interface HistogramOptions {
  /** 10 by default. */
  readonly bins?: number | undefined;
  /** The smallest and the largest value by default. */
  readonly range?: readonly [number, number] | undefined;
}

const HISTOGRAM_OPTIONS: OptionNames<HistogramOptions> = { bins: true, range: true };

/**
 * How many elements fall into each of equally wide bins, and the edges of the bins.
 *
 * @example
 * ```ts
 * import { histogram } from 'keratin';
 * const { counts, edges } = histogram([0, 1, 1, 4], { bins: 2 });
 * console.log(await counts.array(), await edges.array()); // [ 3, 1 ] [ 0, 2, 4 ]
 * ```
 */
export function histogram(
  x: TensorLike,
  options: HistogramOptions = {},
): { readonly counts: Tensor; readonly edges: Tensor } {
  checkOptions('histogram', options, HISTOGRAM_OPTIONS);
  const { bins = 10 } = options;
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ArgumentError({
      where: 'histogram',
      what: 'there must be at least one bin',
      expected: 'a whole number of at least 1',
      received: String(bins),
      fix: 'give the number of bins',
    });
  }
  const given = reshape(x, [-1]);
  const values = cast(given, floatOf(given.dtype));
  const [low, high] = options.range ?? [min(values), max(values)];
  const [from, to] = [cast(low, values.dtype), cast(high, values.dtype)];
  // Equal bounds are widened by a half on both sides.
  const isPoint = equal(from, to);
  const start = where(isPoint, sub(from, 0.5), from);
  const end = where(isPoint, add(to, 0.5), to);
  const shares = tensorOf(
    range(bins + 1).map((edge) => edge / bins),
    values.dtype,
    [bins + 1],
  );
  const edges = add(mul(start, sub(1, shares)), mul(end, shares));
  const above = sum(cast(greaterEqual(expandDims(values, -1), edges), 'int32'), { axis: -1 });
  const isInside = logicalAnd(greaterEqual(values, start), logicalNot(greater(values, end)));
  // The last bin holds its upper edge too.
  const places = where(isInside, clip(sub(above, 1), 0, bins - 1), bins);
  const counts = addAlong(places, onesLike(values), 0, bins);
  return { counts, edges };
}

/**
 * How much the rows of a matrix vary together: correlation coefficients, 1 on the diagonal.
 *
 * @example
 * ```ts
 * import { corrcoef } from 'keratin';
 * console.log(await corrcoef([[1, 2], [4, 2]]).array()); // [ [ 1, -1 ], [ -1, 1 ] ]
 * ```
 */
export function corrcoef(x: TensorLike): Tensor {
  const given = asTensor(x);
  const rows = cast(given.rank === 1 ? expandDims(given, 0) : given, floatOf(given.dtype));
  const centred = sub(rows, mean(rows, { axis: 1, keepDims: true }));
  const products = matmul(centred, transpose(centred));
  const lengths = sqrt(diagonal(products));
  const scaled = div(div(products, expandDims(lengths, 1)), expandDims(lengths, 0));
  const bounded = clip(scaled, -1, 1);
  return given.rank === 1 ? reshape(bounded, []) : bounded;
}

/**
 * The distance of every row of x from every row of y: [..., m, d] and [..., n, d] give [..., m, n].
 *
 * @example
 * ```ts
 * import { cdist } from 'keratin';
 * console.log(await cdist([[0, 0]], [[3, 4], [0, 1]]).array()); // [ [ 5, 1 ] ]
 * ```
 */
export function cdist(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = [asTensor(x), asTensor(y)];
  if (a.rank < 2 || b.rank < 2 || at(a.shape, -1) !== at(b.shape, -1)) {
    throw new ShapeError({
      where: 'cdist',
      what: 'the rows do not fit each other',
      expected: '[..., m, d] and [..., n, d]',
      received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      fix: 'give rows of the same length',
    });
  }
  return sqrt(sum(square(sub(expandDims(a, -2), expandDims(b, -3))), { axis: -1 }));
}

/**
 * The index along each axis of a shape for places counted in row-major order, one tensor an axis.
 *
 * @example
 * ```ts
 * import { unravelIndex } from 'keratin';
 * const [rows, columns] = unravelIndex([4], [2, 3]);
 * console.log(await rows?.array(), await columns?.array()); // [ 1 ] [ 1 ]
 * ```
 */
export function unravelIndex(places: TensorLike, shape: Shape): Tensor[] {
  const flat = indexTensor('unravelIndex', places);
  checkShape('unravelIndex', shape);
  const index: Tensor[] = [];
  let rest = where(
    less(flat, 0),
    add(
      flat,
      shape.reduce((all, size) => all * size, 1),
    ),
    flat,
  );
  for (const size of [...shape].reverse()) {
    index.unshift(mod(rest, size));
    rest = floorDiv(rest, size);
  }
  return index;
}

/**
 * From each place of a list of choices the first whose condition holds there, else `fallback`.
 *
 * @example
 * ```ts
 * import { select } from 'keratin';
 * const chosen = select([[true, false, false], [true, true, false]], [[1, 2, 3], [4, 5, 6]], 0);
 * console.log(await chosen.array()); // [ 1, 5, 0 ]
 * ```
 */
export function select(
  conditions: readonly TensorLike[],
  choices: readonly TensorLike[],
  fallback: TensorLike = 0,
): Tensor {
  requireList('select', 'the conditions', conditions);
  requireList('select', 'the choices', choices);
  if (conditions.length !== choices.length || conditions.length === 0) {
    throw new ArgumentError({
      where: 'select',
      what: 'each choice needs a condition',
      expected: 'as many conditions as choices, at least one',
      received: `${conditions.length} conditions and ${choices.length} choices`,
      fix: 'give one condition for each choice',
    });
  }
  return conditions.reduceRight<Tensor>(
    (rest, condition, index) => where(condition, at(choices, index), rest),
    asFallback(fallback, at(choices, 0)),
  );
}

function asFallback(fallback: TensorLike, choice: TensorLike): Tensor {
  const like = asTensor(choice);
  const isPlain =
    typeof fallback === 'number' && (isFloat(like.dtype) || Number.isInteger(fallback));
  return isPlain ? cast(fallback, like.dtype) : asTensor(fallback);
}

/**
 * Positions such that the element at place `kth` is where sorting would put it, smaller ones in
 * front and larger ones behind. They are those of `argsort`, which promises more.
 *
 * @example
 * ```ts
 * import { argPartition } from 'keratin';
 * console.log(await argPartition([5, 1, 3], 0).array()); // [ 1, 2, 0 ]
 * ```
 */
export function argPartition(x: TensorLike, kth: number, options: SortOptions = {}): Tensor {
  checkOptions('argPartition', options, SORT_OPTIONS);
  const input = asTensor(x);
  const length = at(input.shape, normalizeAxis('argPartition', options.axis ?? -1, input.rank));
  if (!Number.isInteger(kth) || kth < -length || kth >= length) {
    throw new ArgumentError({
      where: 'argPartition',
      what: 'there is no such place',
      expected: `${-length} to ${length - 1}`,
      received: String(kth),
      fix: 'name a place along the axis',
    });
  }
  return argsort(input, options);
}

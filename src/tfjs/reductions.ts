// Reductions and what else runs along an axis, with the argument orders of TensorFlow.js.
import { at } from '../core/sequence.js';
import {
  asTensor,
  bincount as bincountOf,
  equal,
  gather,
  less,
  moments as momentsOf,
  type NormOrder,
  norm as normOf,
  reshape,
  searchSorted as searchSortedOf,
  segmentSum,
  stack,
  type Tensor,
  type TensorLike,
  tensor,
  topK,
  unstack,
  where,
} from '../index.js';
import * as positional from '../ops/positional.js';
import { dataSync } from './environment.js';

export {
  all,
  any,
  logSoftmax,
  logSumExp,
  max,
  mean,
  min,
  prod,
  softmax,
  sum,
} from '../ops/positional.js';

/** Where the largest element along `axis` is; the first axis by default. */
export function argMax(x: TensorLike, axis = 0): Tensor {
  return positional.argMax(x, axis);
}

/** Where the smallest element along `axis` is; the first axis by default. */
export function argMin(x: TensorLike, axis = 0): Tensor {
  return positional.argMin(x, axis);
}

/** Running sums along `axis`, the first by default. */
export function cumsum(x: TensorLike, axis = 0, exclusive = false, reverse = false): Tensor {
  return positional.cumsum(x, axis, exclusive, reverse);
}

/** Running products along `axis`, the first by default. */
export function cumprod(x: TensorLike, axis = 0, exclusive = false, reverse = false): Tensor {
  return positional.cumprod(x, axis, exclusive, reverse);
}

/** Mean and variance. */
export function moments(
  x: TensorLike,
  axis: positional.Axes = null,
  keepDims = false,
): { mean: Tensor; variance: Tensor } {
  return momentsOf(x, positional.reduceOptions(axis, keepDims));
}

/** A norm of vectors or matrices: `euclidean` (default), `fro`, a number or Infinity. */
export function norm(
  x: TensorLike,
  order: NormOrder | 'euclidean' = 'euclidean',
  axis: positional.Axes = null,
  keepDims = false,
): Tensor {
  const how = order === 'euclidean' ? {} : { order };
  // Without axes the norm is that of all elements, whatever their arrangement.
  if (axis !== null) return normOf(x, { ...positional.reduceOptions(axis, keepDims), ...how });
  const input = asTensor(x);
  const value = normOf(reshape(input, [-1]), order === 'fro' ? {} : how);
  return keepDims
    ? reshape(
        value,
        input.shape.map(() => 1),
      )
    : value;
}

/** The root of the sum of squares. */
export function euclideanNorm(
  x: TensorLike,
  axis: positional.Axes = null,
  keepDims = false,
): Tensor {
  return norm(x, 'euclidean', axis, keepDims);
}

/** The `count` largest elements along the last axis, largest first, and where they are. */
export function topk(
  x: TensorLike,
  count = 1,
  _sorted = true,
): { values: Tensor; indices: Tensor } {
  return topK(x, count);
}

/** For each row whether its target is among the `count` largest predictions. */
export async function inTopKAsync(
  predictions: TensorLike,
  targets: TensorLike,
  count = 1,
): Promise<Tensor> {
  // Of equal predictions the first ones count.
  const { indices } = topK(predictions, count);
  return positional.any(equal(indices, positional.expandDims(targets, -1)), -1);
}

/** How often each whole number below `size` comes, or the sum of its weights. */
export function bincount(x: TensorLike, weights: TensorLike, size: number): Tensor {
  const given = asTensor(weights);
  return bincountOf(x, given.size === 0 ? { size } : { size, weights: given }).cast('float32');
}

/** `bincount` of a vector or of each row; with `binaryOutput` only whether a number comes. */
export function denseBincount(
  x: TensorLike,
  weights: TensorLike,
  size: number,
  binaryOutput = false,
): Tensor {
  const [input, given] = [asTensor(x), asTensor(weights)];
  if (input.rank < 2) {
    const counts = bincount(input, given, size);
    return binaryOutput ? positional.max(presence(input, size), 0) : counts;
  }
  if (binaryOutput) return positional.max(presence(input, size), 1);
  const each = given.size === 0 ? undefined : unstack(given);
  return stack(unstack(input).map((row, index) => bincount(row, each?.[index] ?? given, size)));
}

/** 1 where an element is a number below `size`, on a new last axis. */
function presence(x: Tensor, size: number): Tensor {
  const numbers = Array.from({ length: size }, (_, number) => number);
  return equal(positional.expandDims(x, -1), numbers).cast('float32');
}

/** The sums of the slices of x that share an id; ids below 0 belong to none. */
export function unsortedSegmentSum(x: TensorLike, ids: TensorLike, count: number): Tensor {
  const given = asTensor(ids, 'int32');
  return segmentSum(x, where(less(given, 0), count, given), count);
}

/** The different values, in the order in which they first come, and which of them each element is. */
export function unique(x: TensorLike, axis?: number | null): { values: Tensor; indices: Tensor } {
  const input = asTensor(x);
  const along =
    axis === undefined || axis === null ? undefined : axis < 0 ? axis + input.rank : axis;
  const lines = along === undefined ? [reshape(input, [-1])] : unstack(input, along);
  const keys =
    along === undefined
      ? Array.from(dataSync(at(lines, 0)), String)
      : lines.map((line) => String(dataSync(line)));
  const places = new Map<string, number>();
  const firsts: number[] = [];
  const indices = keys.map((key, place) => {
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, firsts.length);
    return firsts.push(place) - 1;
  });
  const from = along === undefined ? at(lines, 0) : input;
  return {
    values: gather(from, tensor(firsts, 'int32'), { axis: along ?? 0 }),
    indices: tensor(indices, 'int32'),
  };
}

/** For each value the place in its sorted row where it would go: [rows, values], also of vectors. */
export function searchSorted(
  sorted: TensorLike,
  values: TensorLike,
  side: 'left' | 'right' = 'left',
): Tensor {
  const rowsOf = (x: Tensor): Tensor[] => unstack(reshape(x, [-1, x.shape.at(-1) ?? 1]));
  const wanted = rowsOf(asTensor(values));
  const rows = rowsOf(asTensor(sorted));
  return stack(rows.map((row, index) => searchSortedOf(row, at(wanted, index), { side })));
}

/** The first place where each value could go. */
export function lowerBound(sorted: TensorLike, values: TensorLike): Tensor {
  return searchSorted(sorted, values, 'left');
}

/** The last place where each value could go. */
export function upperBound(sorted: TensorLike, values: TensorLike): Tensor {
  return searchSorted(sorted, values, 'right');
}

// Ops that look at the windows of an image one element at a time: pooling with holes, dilation, and the
// places of maxima. A window's elements are as many shifted images.
import { at } from '../core/sequence.js';
import {
  ArgumentError,
  add,
  asTensor,
  div,
  gather,
  greater,
  maximum,
  pad as padOf,
  reshape,
  squeeze,
  stridedSlice,
  type Tensor,
  type TensorLike,
  tensor,
  where,
} from '../index.js';
import { batched } from './batched.js';
import type { Pad } from './convolution.js';

type Sizes = number | readonly number[];

/** How windows lie. */
interface Windows {
  readonly size: Sizes;
  readonly strides: Sizes;
  readonly pad: Pad;
  readonly dilations: Sizes;
}

/** One element of all windows, [n, height, width, channels] of the result. */
interface Part {
  readonly row: number;
  readonly column: number;
  readonly values: Tensor;
}

function pairOf(sizes: Sizes): readonly [number, number] {
  if (typeof sizes === 'number') return [sizes, sizes];
  return [at(sizes, 0), sizes[1] ?? at(sizes, 0)];
}

/** Room before and after, and windows, along one axis. */
function along(extent: number, size: number, stride: number, pad: Pad, axis: number) {
  if (pad === 'same') {
    const count = Math.ceil(extent / stride);
    const room = Math.max(0, (count - 1) * stride + size - extent);
    return { before: Math.floor(room / 2), after: room - Math.floor(room / 2), count };
  }
  const sides = typeof pad === 'number' ? ([pad, pad] as const) : undefined;
  const [before, after] = sides ?? (typeof pad === 'object' ? pad[axis + 1] : undefined) ?? [0, 0];
  return { before, after, count: Math.floor((extent + before + after - size) / stride) + 1 };
}

/** The elements of the windows of x [n, height, width, channels], `fill` outside of the image. */
function partsOf(x: Tensor, { size, strides, pad, dilations }: Windows, fill: number) {
  const [sizes, steps, holes] = [pairOf(size), pairOf(strides), pairOf(dilations)];
  const axes = ([0, 1] as const).map((axis) => {
    const whole = (sizes[axis] - 1) * holes[axis] + 1;
    return along(at(x.shape, axis + 1), whole, steps[axis], pad, axis);
  });
  const [rows, columns] = [at(axes, 0), at(axes, 1)];
  const room = [
    [0, 0],
    [rows.before, rows.after],
    [columns.before, columns.after],
    [0, 0],
  ] as const;
  const wide = padOf(x, room, { value: fill });
  const [count = 1, , , depth = 1] = x.shape;
  const parts: Part[] = [];
  for (let row = 0; row < sizes[0]; row++) {
    for (let column = 0; column < sizes[1]; column++) {
      const [top, left] = [row * holes[0], column * holes[1]];
      const bottom = top + (rows.count - 1) * steps[0] + 1;
      const right = left + (columns.count - 1) * steps[1] + 1;
      const values = stridedSlice(
        wide,
        [0, top, left, 0],
        [count, bottom, right, depth],
        [1, steps[0], steps[1], 1],
      );
      parts.push({ row, column, values });
    }
  }
  return parts;
}

function folded(parts: readonly Tensor[], fold: (a: Tensor, b: Tensor) => Tensor): Tensor {
  return parts.reduce((total, next) => fold(total, next));
}

/** Pooling of windows with holes; in means what lies outside of the image counts as 0. */
export function dilatedPool(x: TensorLike, type: 'avg' | 'max', windows: Windows): Tensor {
  return batched(x, 4, (batch) => {
    const fill = type === 'max' ? Number.NEGATIVE_INFINITY : 0;
    const parts = partsOf(batch, windows, fill).map((part) => part.values);
    return type === 'max' ? folded(parts, maximum) : div(folded(parts, add), parts.length);
  });
}

/**
 * The largest sum of an element of a window and that of the filter [height, width, channels] on it: what
 * mathematical morphology calls dilation.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const x = tf.tensor3d([1, 5, 2, 3], [2, 2, 1]);
 * console.log(tf.dilation2d(x, tf.zeros([2, 2, 1]), 1, 'valid').arraySync()); // [ [ [ 5 ] ] ]
 * ```
 */
export function dilation2d(
  x: TensorLike,
  filter: TensorLike,
  strides: Sizes,
  pad: 'valid' | 'same',
  dilations: Sizes = 1,
): Tensor {
  const weights = asTensor(filter);
  const [height = 1, width = 1, depth = 1] = weights.shape;
  const rows = reshape(weights, [height * width, depth]);
  const windows = { size: [height, width], strides, pad, dilations };
  return batched(x, 4, (batch) => {
    const parts = partsOf(batch, windows, Number.NEGATIVE_INFINITY);
    const sums = parts.map(({ values }, place) => {
      return add(values, squeeze(gather(rows, tensor([place], 'int32')), 0));
    });
    return folded(sums, maximum);
  });
}

/** The largest element of each window, and where in the image it is, row by row. */
export function maxPoolWithArgmax(
  x: TensorLike,
  filterSize: Sizes,
  strides: Sizes,
  pad: Pad,
  includeBatchInIndex = false,
): { result: Tensor; indexes: Tensor } {
  const input = asTensor(x);
  if (input.rank !== 4) {
    throw new ArgumentError({
      where: 'maxPoolWithArgmax',
      what: 'the images are no batch',
      expected: '[n, height, width, channels]',
      received: JSON.stringify(input.shape),
      fix: 'call expandDims(0) first',
    });
  }
  const [count = 1, height = 1, width = 1, depth = 1] = input.shape;
  const each = height * width * depth;
  const numbers = Int32Array.from({ length: count * each }, (_, place) =>
    includeBatchInIndex ? place : place % each,
  );
  const windows = { size: filterSize, strides, pad, dilations: 1 };
  const values = partsOf(input, windows, Number.NEGATIVE_INFINITY);
  const places = partsOf(tensor(numbers, { shape: input.shape }), windows, 0);
  let result = at(values, 0).values;
  let indexes = at(places, 0).values;
  for (const [part, { values: next }] of values.entries()) {
    const isLarger = greater(next, result);
    result = where(isLarger, next, result);
    indexes = where(isLarger, at(places, part).values, indexes);
  }
  return { result, indexes };
}

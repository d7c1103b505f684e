// Arranging and picking elements by the names and argument orders of TensorFlow.js.
import { at } from '../core/sequence.js';
import {
  add,
  asTensor,
  broadcastTo,
  concat as concatOf,
  depthToSpace as depthToSpaceOf,
  equal,
  flip,
  gather as gatherOf,
  meshgrid as meshgridOf,
  moveAxis,
  mul,
  pad as padOf,
  reshape,
  type Shape,
  ShapeError,
  scalar,
  scatter,
  scatterUpdate,
  split as splitOf,
  squeeze,
  stack as stackOf,
  stridedSlice as stridedSliceOf,
  sum,
  type Tensor,
  type TensorLike,
  tensor,
  transpose,
  where,
} from '../index.js';
import * as positional from '../ops/positional.js';
import { scoped } from './scoped.js';

export { unstack } from '../index.js';

/** Tensors of one shape along a new axis. */
export const stack = /* @__PURE__ */ scoped(stackOf);
export { expandDims, slice } from '../ops/positional.js';

/** The shape that two shapes broadcast to. */
export type Paddings = readonly (readonly [number, number])[];

/** Tensors behind each other along `axis`. */
export function concat(tensors: readonly TensorLike[], axis = 0): Tensor {
  return concatOf(tensors, axis);
}

/** Vectors behind each other. */
export function concat1d(tensors: readonly TensorLike[]): Tensor {
  return concatOf(tensors, 0);
}

/** `concat`, `slice`, `reverse` and `pad` are the same for every number of axes. */
export const concat2d = concat;
export const concat3d = concat;
export const concat4d = concat;

/** Equal parts, or parts of these sizes, one of which may be -1: the rest. */
export function split(x: TensorLike, countOrSizes: number | readonly number[], axis = 0): Tensor[] {
  if (typeof countOrSizes === 'number') return splitOf(x, countOrSizes, axis);
  const input = asTensor(x);
  const extent = at(input.shape, axis < 0 ? axis + input.rank : axis);
  const known = countOrSizes.filter((size) => size >= 0).reduce((total, size) => total + size, 0);
  const sizes = countOrSizes.map((size) => (size < 0 ? extent - known : size));
  const ends = sizes.map((_, index) =>
    sizes.slice(0, index + 1).reduce((total, size) => total + size, 0),
  );
  if (ends.at(-1) === extent) return splitOf(input, ends.slice(0, -1), axis);
  throw new ShapeError({
    where: 'split',
    what: 'the sizes do not add up to the axis',
    expected: `a sum of ${extent}`,
    received: JSON.stringify(countOrSizes),
    fix: 'change a size, or write -1 for the rest',
  });
}

/** Room round x, filled with `value`. */
export function pad(x: TensorLike, paddings: Paddings, value = 0): Tensor {
  return padOf(x, paddings, { value });
}

export const pad2d = pad;
export const pad3d = pad;
export const pad4d = pad;

/** Room in front of and behind a vector. */
export function pad1d(x: TensorLike, paddings: readonly [number, number], value = 0): Tensor {
  return padOf(x, [paddings], { value });
}

/** Room round x that mirrors it, without (`reflect`) or with (`symmetric`) the edge. */
export function mirrorPad(
  x: TensorLike,
  paddings: Paddings,
  mode: 'reflect' | 'symmetric',
): Tensor {
  return padOf(x, paddings, { mode });
}

/** x backwards along these axes, all by default. */
export function reverse(x: TensorLike, axis: positional.Axes = null): Tensor {
  return flip(x, axis ?? undefined);
}

/** A vector backwards. */
export function reverse1d(x: TensorLike): Tensor {
  return flip(x, 0);
}

export const reverse2d = reverse;
export const reverse3d = reverse;
export const reverse4d = reverse;

/** A part of a vector. */
export function slice1d(x: TensorLike, begin: number, size: number): Tensor {
  return positional.slice(x, [begin], [size]);
}

export const slice2d = positional.slice;
export const slice3d = positional.slice;
export const slice4d = positional.slice;

/** The masks of `stridedSlice`: bit i speaks of axis i. */
function bit(mask: number, axis: number): boolean {
  return Math.floor(mask / 2 ** axis) % 2 === 1;
}

interface Masks {
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Ranges for every axis, where an ellipsis stood for some, and a shape that has the new axes. */
function writtenOut(
  shape: Shape,
  ranges: { begin: readonly number[]; end: readonly number[]; strides: readonly number[] },
  masks: Masks,
) {
  const full = { shape: [] as number[], begin: [] as number[], end: [] as number[] };
  const strides: number[] = [];
  const kept = { beginMask: 0, endMask: 0, shrinkAxisMask: 0 };
  const isNew = (place: number): boolean =>
    bit(masks.newAxisMask, place) && !bit(masks.ellipsisMask, place);
  const newAxes = ranges.begin.filter((_, place) => isNew(place)).length;
  const has = masks.ellipsisMask !== 0 ? 1 : 0;
  const spread = shape.length - (ranges.begin.length - newAxes - has);
  let axis = 0;
  const whole = (size: number): void => {
    kept.beginMask += 2 ** full.shape.length;
    kept.endMask += 2 ** full.shape.length;
    full.begin.push(0);
    full.end.push(0);
    strides.push(1);
    full.shape.push(size);
  };
  for (const [place, begin] of ranges.begin.entries()) {
    if (bit(masks.ellipsisMask, place)) {
      for (let count = 0; count < spread; count++) whole(at(shape, axis++));
    } else if (isNew(place)) whole(1);
    else {
      const weight = 2 ** full.shape.length;
      if (bit(masks.beginMask, place)) kept.beginMask += weight;
      if (bit(masks.endMask, place)) kept.endMask += weight;
      if (bit(masks.shrinkAxisMask, place)) kept.shrinkAxisMask += weight;
      full.begin.push(begin);
      full.end.push(at(ranges.end, place));
      strides.push(ranges.strides[place] ?? 1);
      full.shape.push(at(shape, axis++));
    }
  }
  while (axis < shape.length) whole(at(shape, axis++));
  return { ...full, strides, masks: kept };
}

/**
 * Every `strides`-th element from `begin` up to `end`. Bits of `beginMask` and `endMask` open the
 * range of an axis; bits of `shrinkAxisMask` take one element and drop the axis.
 */
export function stridedSlice(
  x: TensorLike,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[] = begin.map(() => 1),
  beginMask = 0,
  endMask = 0,
  ellipsisMask = 0,
  newAxisMask = 0,
  shrinkAxisMask = 0,
): Tensor {
  const given = asTensor(x);
  if (ellipsisMask !== 0 || newAxisMask !== 0) {
    const masks = { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask };
    const full = writtenOut(given.shape, { begin, end, strides }, masks);
    const input = reshape(given, full.shape);
    const { beginMask: starts, endMask: stops, shrinkAxisMask: dropped } = full.masks;
    return stridedSlice(input, full.begin, full.end, full.strides, starts, stops, 0, 0, dropped);
  }
  const input = given;
  const ranges = input.shape.map((size, axis) => {
    const isSingle = bit(shrinkAxisMask, axis);
    const step = isSingle ? 1 : (strides[axis] ?? 1);
    const place = (given: number | undefined, isOpen: boolean, open: number): number => {
      if (isOpen || given === undefined) return open;
      return given < 0 ? given + size : given;
    };
    const start = place(begin[axis], bit(beginMask, axis), step < 0 ? size - 1 : 0);
    const stop = place(end[axis], bit(endMask, axis), step < 0 ? -1 : size);
    // Backwards is forwards on the flipped axis.
    if (step < 0)
      return { axis, isSingle, step: -step, start: size - 1 - start, stop: size - 1 - stop };
    return { axis, isSingle, step, start, stop: isSingle ? start + 1 : stop };
  });
  const flipped = ranges.filter(
    ({ axis }) => (strides[axis] ?? 1) < 0 && !bit(shrinkAxisMask, axis),
  );
  const turned =
    flipped.length === 0
      ? input
      : flip(
          input,
          flipped.map(({ axis }) => axis),
        );
  const part = stridedSliceOf(
    turned,
    ranges.map(({ start }) => start),
    ranges.map(({ stop }) => stop),
    ranges.map(({ step }) => step),
  );
  const dropped = ranges.filter(({ isSingle }) => isSingle).map(({ axis }) => axis);
  return dropped.length === 0 ? part : squeeze(part, dropped);
}

/** The slices of x at `indices` along `axis`; the first `batchDims` axes are those of `indices`. */
export function gather(x: TensorLike, indices: TensorLike, axis = 0, batchDims = 0): Tensor {
  const [input, places] = [asTensor(x), asTensor(indices, 'int32')];
  const along = axis < 0 ? axis + input.rank : axis;
  if (batchDims === 0) return gatherOf(input, places, { axis: along });
  // The batch becomes one axis with the picked one: row b begins at b times its size.
  const batch = input.shape.slice(0, batchDims);
  const rows = batch.reduce((total, size) => total * size, 1);
  const extent = at(input.shape, along);
  const order = [
    ...batch.map((_, i) => i),
    along,
    ...input.shape.map((_, i) => i).filter((i) => i >= batchDims && i !== along),
  ];
  const rest = order.slice(batchDims + 1).map((i) => at(input.shape, i));
  const flat = reshape(transpose(input, order), [rows * extent, ...rest]);
  const offsets = Array.from({ length: rows }, (_, row) => row * extent);
  const inner = places.shape.slice(batchDims);
  const shifted = add(reshape(places, [rows, -1]), reshape(tensor(offsets, 'int32'), [rows, 1]));
  const picked = reshape(gatherOf(flat, reshape(shifted, [-1])), [...batch, ...inner, ...rest]);
  // Between the batch and the picked axis stood along - batchDims others: they go in front again.
  const before = along - batchDims;
  const first = batchDims + inner.length;
  const back = [
    ...batch.map((_, i) => i),
    ...Array.from({ length: before }, (_, i) => first + i),
    ...inner.map((_, i) => batchDims + i),
    ...rest.slice(before).map((_, i) => first + before + i),
  ];
  return transpose(picked, back);
}

/** Row-major places of the index vectors in the last axis of `indices`. */
function flatPlaces(indices: Tensor, shape: Shape): { places: Tensor; rest: readonly number[] } {
  const depth = indices.shape.at(-1) ?? 0;
  const weights = Array.from({ length: depth }, (_, axis) =>
    shape.slice(axis + 1, depth).reduce((product, size) => product * size, 1),
  );
  const places = sum(mul(indices, tensor(weights, 'int32')), { axis: -1 });
  return { places, rest: shape.slice(depth) };
}

/** The slices of x that the index vectors in the last axis of `indices` name. */
export function gatherND(x: TensorLike, indices: TensorLike): Tensor {
  const [input, vectors] = [asTensor(x), asTensor(indices, 'int32')];
  const { places, rest } = flatPlaces(vectors, input.shape);
  return gatherOf(reshape(input, [-1, ...rest]), places);
}

/** Zeros of `shape` with `updates` added at `indices`. */
export function scatterND(indices: TensorLike, updates: TensorLike, shape: Shape): Tensor {
  return scatter(indices, updates, shape);
}

/** x with `updates` in place of what stands at `indices`. */
export function tensorScatterUpdate(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
): Tensor {
  return scatterUpdate(x, indices, updates);
}

/** `fallback` everywhere but at `indices`, where `values` are. */
export function sparseToDense(
  indices: TensorLike,
  values: TensorLike,
  shape: Shape,
  fallback: TensorLike = 0,
): Tensor {
  const places = asTensor(indices, 'int32');
  const vectors = places.rank < 2 ? reshape(places, [-1, 1]) : places;
  const given = asTensor(values);
  const all = broadcastTo(given, [at(vectors.shape, 0)]);
  const background = broadcastTo(asTensor(fallback, given.dtype), shape);
  return scatterUpdate(background, vectors, all);
}

/** The larger of both sizes on every axis, the shape that two shapes broadcast to. */
export function broadcastArgs(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = [asTensor(a, 'int32'), asTensor(b, 'int32')];
  const length = Math.max(left.size, right.size);
  const full = (x: Tensor): Tensor => padOf(x, [[length - x.size, 0]], { value: 1 });
  const [wide, high] = [full(left), full(right)];
  return where(equal(wide, scalar(1, 'int32')), high, wide);
}

/** Coordinates of the points of a grid. */
export function meshgrid(
  x: TensorLike,
  y?: TensorLike,
  { indexing = 'xy' }: { indexing?: 'xy' | 'ij' } = {},
): Tensor[] {
  return y === undefined ? [asTensor(x)] : meshgridOf(x, y, { indexing });
}

/** Blocks of channels become squares of pixels; in both formats channels count the block first. */
export function depthToSpace(
  x: TensorLike,
  block: number,
  dataFormat: 'NHWC' | 'NCHW' = 'NHWC',
): Tensor {
  if (dataFormat === 'NHWC') return depthToSpaceOf(x, block);
  return moveAxis(depthToSpaceOf(moveAxis(x, 1, -1), block), -1, 1);
}

/** Blocks of the spatial axes move to the batch, after padding. */
export function spaceToBatchND(
  x: TensorLike,
  blockShape: readonly number[],
  paddings: Paddings,
): Tensor {
  const input = asTensor(x);
  const kept = input.rank - 1 - blockShape.length;
  const rest = Array.from({ length: kept }, () => [0, 0] as const);
  const padded = padOf(input, [[0, 0], ...paddings, ...rest]);
  const [batch = 1, ...sizes] = padded.shape;
  const inner = sizes.slice(blockShape.length);
  const cut = blockShape.flatMap((block, axis) => [Math.floor(at(sizes, axis) / block), block]);
  const count = blockShape.length;
  const order = [
    ...blockShape.map((_, axis) => 2 + 2 * axis),
    0,
    ...blockShape.map((_, axis) => 1 + 2 * axis),
    ...inner.map((_, axis) => 1 + 2 * count + axis),
  ];
  const blocks = blockShape.reduce((product, block) => product * block, 1);
  const shrunk = blockShape.map((_, axis) => at(cut, 2 * axis));
  return reshape(transpose(reshape(padded, [batch, ...cut, ...inner]), order), [
    batch * blocks,
    ...shrunk,
    ...inner,
  ]);
}

/** The batch moves back into blocks of the spatial axes, and `crops` are cut off. */
export function batchToSpaceND(
  x: TensorLike,
  blockShape: readonly number[],
  crops: Paddings,
): Tensor {
  const input = asTensor(x);
  const [batch = 1, ...sizes] = input.shape;
  const count = blockShape.length;
  const inner = sizes.slice(count);
  const blocks = blockShape.reduce((product, block) => product * block, 1);
  const order = [
    count,
    ...blockShape.flatMap((_, axis) => [count + 1 + axis, axis]),
    ...inner.map((_, axis) => 1 + 2 * count + axis),
  ];
  const wide = blockShape.map((block, axis) => block * at(sizes, axis));
  const cut = reshape(input, [...blockShape, batch / blocks, ...sizes]);
  const whole = reshape(transpose(cut, order), [batch / blocks, ...wide, ...inner]);
  const starts = [0, ...crops.map(([before]) => before)];
  const kept = [-1, ...crops.map(([before, after], axis) => at(wide, axis) - before - after)];
  return positional.slice(whole, starts, kept);
}

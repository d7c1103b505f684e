// Making tensors by the names and argument orders of TensorFlow.js.

import {
  arange,
  asTensor,
  cast,
  type DType,
  diagflat,
  expandDims,
  eye as eyeOf,
  full,
  linspace as linspaceOf,
  type NestedArray,
  oneHot as oneHotOf,
  ones as onesOf,
  reshape,
  type Shape,
  ShapeError,
  scalar as scalarOf,
  scope,
  squeeze,
  type Tensor,
  type TensorLike,
  type TypedArray,
  tensor as tensorOf,
  tile,
  where,
  zeros as zerosOf,
} from '../index.js';

/** What tensors are made of. */
export type Values = NestedArray | TypedArray | Tensor;

/** Bytes are whole numbers there, not pixels of their own dtype. */
function dtypeOf(values: Values): DType | undefined {
  const isBytes = values instanceof Uint8Array || values instanceof Uint8ClampedArray;
  return isBytes ? 'int32' : undefined;
}

/**
 * A tensor of nested arrays, or of flat values in this shape.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * console.log(await tf.tensor([1, 2, 3, 4], [2, 2], 'int32').array()); // [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export function tensor(values: Values, shape?: Shape, dtype?: DType): Tensor {
  return tensorOf(values, { shape, dtype: dtype ?? dtypeOf(values) });
}

/** A tensor with one element. */
export function scalar(value: number | boolean, dtype?: DType): Tensor {
  return scalarOf(value, dtype);
}

/** A vector. */
export function tensor1d(values: Values, dtype?: DType): Tensor {
  return ofRank(1, values, undefined, dtype);
}

function ofRank(rank: number, values: Values, shape?: Shape, dtype?: DType): Tensor {
  const made = tensor(values, shape, dtype);
  if (made.rank === rank) return made;
  throw new ShapeError({
    where: `tensor${rank}d`,
    what: 'the values have another number of axes',
    expected: `${rank} axes`,
    received: `${made.rank} axes`,
    fix: rank === 1 ? 'give a flat list' : 'give the shape after flat values, or nest the arrays',
  });
}

/** `tensor` for one number of axes. */
export type TensorOfRank = (values: Values, shape?: Shape, dtype?: DType) => Tensor;

function maker(rank: number): TensorOfRank {
  return (values, shape, dtype) => ofRank(rank, values, shape, dtype);
}

/** A matrix. */
export const tensor2d = /* @__PURE__ */ maker(2);
/** A tensor with three axes. */
export const tensor3d = /* @__PURE__ */ maker(3);
/** A tensor with four axes. */
export const tensor4d = /* @__PURE__ */ maker(4);
/** A tensor with five axes. */
export const tensor5d = /* @__PURE__ */ maker(5);
/** A tensor with six axes. */
export const tensor6d = /* @__PURE__ */ maker(6);

/** A tensor of one value. */
export function fill(shape: Shape, value: number | boolean, dtype?: DType): Tensor {
  const kind = dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32');
  return scope(() => full(shape, value, kind));
}

/** Zeros. */
export function zeros(shape: Shape, dtype?: DType): Tensor {
  return scope(() => zerosOf(shape, dtype));
}

/** Ones. */
export function ones(shape: Shape, dtype?: DType): Tensor {
  return scope(() => onesOf(shape, dtype));
}

/** Ones on the diagonal of [rows, columns], once for each place of `batchShape`. */
export function eye(
  rows: number,
  columns = rows,
  batchShape: Shape = [],
  dtype: DType = 'float32',
): Tensor {
  const matrix = eyeOf(rows, columns, { dtype });
  if (batchShape.length === 0) return matrix;
  const single = batchShape.map(() => 1);
  return tile(reshape(matrix, [...single, rows, columns]), [...batchShape, 1, 1]);
}

/** `num` numbers from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, num: number): Tensor {
  return linspaceOf(start, stop, { num });
}

/** Numbers from `start` up to, or down to, `stop`, which is left out. */
export function range(
  start: number,
  stop: number,
  step = stop < start ? -1 : 1,
  dtype: DType = 'float32',
): Tensor {
  return arange(start, stop, step, dtype);
}

/** A new last axis with `onValue` at each index and `offValue` elsewhere. */
export function oneHot(
  indices: TensorLike,
  depth: number,
  onValue = 1,
  offValue = 0,
  dtype: DType = 'int32',
): Tensor {
  const hot = oneHotOf(indices, depth, { dtype });
  if (onValue === 1 && offValue === 0) return hot;
  return cast(where(hot, scalarOf(onValue, dtype), scalarOf(offValue, dtype)), dtype);
}

/** The same values in a tensor of its own: disposing of one leaves the other. */
export function clone(x: TensorLike): Tensor {
  return scope(() => squeeze(expandDims(asTensor(x), 0), 0));
}

/** A tensor with x on its diagonal and twice as many axes. */
export function diag(x: TensorLike): Tensor {
  const input = asTensor(x);
  return reshape(diagflat(input), [...input.shape, ...input.shape]);
}

/** x, if its shape is `shape`; null stands for any size. */
export function ensureShape(x: TensorLike, shape: readonly (number | null)[]): Tensor {
  const input = asTensor(x);
  const fits = shape.every((size, axis) => size === null || size === input.shape[axis]);
  if (fits && shape.length === input.rank) return input;
  throw new ShapeError({
    where: 'ensureShape',
    what: 'the tensor has another shape',
    expected: JSON.stringify(shape),
    received: JSON.stringify(input.shape),
    fix: 'look where the tensor was made',
  });
}

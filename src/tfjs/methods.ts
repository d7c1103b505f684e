// The methods that tensors have in TensorFlow.js and not in the main entry: x.matMul(y).toFloat().

import { nestedArray } from '../core/tensor.js';
import {
  cast,
  type DType,
  logSigmoid,
  type NestedArray,
  onesLike,
  relu6,
  reshape,
  type Shape,
  selu,
  stack as stackOf,
  Tensor,
  type TensorLike,
  type TypedArray,
  type Variable,
  where as whereOf,
  zerosLike,
} from '../index.js';
import { addMethods } from '../ops/fluent.js';
import * as arithmetic from './arithmetic.js';
import { buffer, type TensorBuffer } from './buffer.js';
import * as convolution from './convolution.js';
import { dataSync } from './environment.js';
import * as image from './image.js';
import * as normalization from './normalization.js';
import { print } from './printing.js';
import * as reductions from './reductions.js';
import { scopeMethods } from './scoped.js';
import * as shapes from './shapes.js';
import * as spectral from './spectral.js';
import * as tensors from './tensors.js';
import type { DataTypeMap } from './types.js';
import { variable } from './variable.js';
import * as windows from './windows.js';

function of(x: Tensor, rank: number, shape: Shape): Tensor {
  return reshape(x, rank === 0 ? [] : shape);
}

/** The values as nested arrays. A function by name: declarations keep what its type needs. */
export function arraySync(x: Tensor): NestedArray {
  return nestedArray(dataSync(x), x.shape);
}

/** Functions whose first argument is the tensor that the method is called on. */
const methods = {
  arraySync,
  as1D: (x: Tensor): Tensor => of(x, 1, [-1]),
  as2D: (x: Tensor, ...shape: [number, number]): Tensor => of(x, 2, shape),
  as3D: (x: Tensor, ...shape: [number, number, number]): Tensor => of(x, 3, shape),
  as4D: (x: Tensor, ...shape: [number, number, number, number]): Tensor => of(x, 4, shape),
  as5D: (x: Tensor, ...shape: [number, number, number, number, number]): Tensor => of(x, 5, shape),
  asScalar: (x: Tensor): Tensor => of(x, 0, []),
  asType: (x: Tensor, dtype: DType): Tensor => cast(x, dtype),
  avgPool: convolution.avgPool,
  buffer: async (x: Tensor): Promise<TensorBuffer> => buffer(x.shape, x.dtype, await x.data()),
  bufferSync: (x: Tensor): TensorBuffer => buffer(x.shape, x.dtype, dataSync(x)),
  batchNorm: normalization.batchNorm,
  batchToSpaceND: shapes.batchToSpaceND,
  clipByValue: arithmetic.clipByValue,
  clone: tensors.clone,
  concat: (x: Tensor, others: TensorLike | readonly Tensor[], axis = 0): Tensor => {
    const rest = Array.isArray(others) && others.every((one) => one instanceof Tensor);
    return shapes.concat(rest ? [x, ...others] : [x, others as TensorLike], axis);
  },
  conv1d: convolution.conv1d,
  conv2d: convolution.conv2d,
  conv2dTranspose: convolution.conv2dTranspose,
  dataSync: (x: Tensor): TypedArray => dataSync(x),
  depthToSpace: shapes.depthToSpace,
  depthwiseConv2d: convolution.depthwiseConv2d,
  divNoNan: arithmetic.divNoNan,
  euclideanNorm: reductions.euclideanNorm,
  flatten: (x: Tensor): Tensor => reshape(x, [-1]),
  dilation2d: windows.dilation2d,
  localResponseNormalization: normalization.localResponseNormalization,
  logSigmoid,
  matMul: arithmetic.matMul,
  maxPool: convolution.maxPool,
  mirrorPad: shapes.mirrorPad,
  norm: reductions.norm,
  oneHot: tensors.oneHot,
  onesLike: (x: Tensor): Tensor => onesLike(x),
  pool: convolution.pool,
  prelu: arithmetic.prelu,
  print,
  relu6,
  reshapeAs: (x: Tensor, other: { readonly shape: Shape }): Tensor => reshape(x, other.shape),
  resizeBilinear: image.resizeBilinear,
  resizeNearestNeighbor: image.resizeNearestNeighbor,
  reverse: shapes.reverse,
  selu,
  separableConv2d: convolution.separableConv2d,
  spaceToBatchND: shapes.spaceToBatchND,
  split: shapes.split,
  stack: (x: Tensor, other: Tensor, axis = 0): Tensor => stackOf([x, other], axis),
  step: arithmetic.step,
  toBool: (x: Tensor): Tensor => cast(x, 'bool'),
  toFloat: (x: Tensor): Tensor => cast(x, 'float32'),
  toInt: (x: Tensor): Tensor => cast(x, 'int32'),
  topk: reductions.topk,
  rfft: spectral.rfft,
  unique: reductions.unique,
  unsortedSegmentSum: reductions.unsortedSegmentSum,
  unstack: (x: Tensor, axis = 0): Tensor[] => shapes.unstack(x, axis),
  variable: (x: Tensor, trainable?: boolean, name?: string, dtype?: DType): Variable =>
    variable(x, trainable, name, dtype),
  where: (x: Tensor, condition: TensorLike, other: TensorLike): Tensor =>
    whereOf(condition, x, other),
  zerosLike: (x: Tensor): Tensor => zerosLike(x),
} as const;

type Methods = Omit<typeof methods, 'arraySync' | 'dataSync'>;

/** The method that a function becomes: without its first parameter. */
type Method<F> = F extends (first: never, ...rest: infer R) => infer Out
  ? (...rest: R) => Out
  : never;

/** The methods of tensors that only TensorFlow.js has. */
export type TensorMethods = { [K in keyof Methods]: Method<Methods[K]> };

declare module '../core/tensor.js' {
  interface Tensor extends TensorMethods {
    /** The values as nested arrays, now; as deep as the caller says. */
    arraySync<Values extends NestedArray = NestedArray>(): Values;
    /** The values in row-major order, now; not on a GPU. */
    dataSync<D extends keyof DataTypeMap = keyof DataTypeMap>(): DataTypeMap[D];
  }
}

/** Hangs the methods on tensors; tfjs/index.ts calls it once. */
export function installMethods(): void {
  addMethods(methods);
  scopeMethods();
}

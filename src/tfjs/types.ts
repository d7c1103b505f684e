// The types of TensorFlow.js by its names: ranks, tensors of a rank, and what tensors are made of.

import { type TensorLike as AnyTensorLike, type DType, Tensor as TensorClass } from '../index.js';
import type { PartialShape } from '../layers/symbolic.js';
import type { Optimizer } from '../optimizers/optimizer.js';

/** The number of axes, in types: `tf.Tensor<tf.Rank.R2>`. */
export enum Rank {
  R0 = 'R0',
  R1 = 'R1',
  R2 = 'R2',
  R3 = 'R3',
  R4 = 'R4',
  R5 = 'R5',
  R6 = 'R6',
}

/** What `array()` and `arraySync()` give, by the number of axes. */
export interface ArrayMap {
  R0: number;
  R1: number[];
  R2: number[][];
  R3: number[][][];
  R4: number[][][][];
  R5: number[][][][][];
  R6: number[][][][][][];
}

/** Reading a tensor whose rank is known. */
interface Reads<R extends Rank> {
  array(): Promise<ArrayMap[R]>;
  arraySync(): ArrayMap[R];
}

export const Tensor = TensorClass;

/**
 * A tensor. The rank only tells what `array` and `arraySync` give: as functions do not follow it, any
 * tensor may stand where one of a rank is expected.
 */
export type Tensor<R extends Rank = Rank> = Rank extends R ? TensorClass : Reads<R> & TensorClass;

/** Tensors of a rank. */
export type Scalar = Tensor<Rank.R0>;
export type Tensor1D = Tensor<Rank.R1>;
export type Tensor2D = Tensor<Rank.R2>;
export type Tensor3D = Tensor<Rank.R3>;
export type Tensor4D = Tensor<Rank.R4>;
export type Tensor5D = Tensor<Rank.R5>;
export type Tensor6D = Tensor<Rank.R6>;

/** The sizes of axes; null where a size may vary. */
export type Shape = PartialShape;
export type DataType = DType;
export type NumericDataType = Exclude<DType, 'bool'>;
export type TensorLike = AnyTensorLike;
export type ScalarLike = number | boolean | TensorClass;
export type TypedArray = Float32Array | Int32Array | Uint8Array;
/** Values nested in lists. */
export type RecursiveArray<T> = readonly (T | RecursiveArray<T>)[];

/** Tensors by names. */
export type NamedTensorMap = Record<string, TensorClass>;
/** Tensors, numbers and texts nested in lists and records: what `tidy` may give. */
export type TensorContainer =
  | undefined
  | null
  | string
  | number
  | boolean
  | TensorClass
  | TensorContainerObject
  | TensorContainerArray;
export interface TensorContainerObject {
  readonly [name: string]: TensorContainer;
}
export interface TensorContainerArray extends ReadonlyArray<TensorContainer> {}

/** Shape and dtype. */
export interface TensorInfo {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Losses and metrics by name. */
export interface Logs {
  [name: string]: number;
}

/** What values of a dtype are read into. */
export interface DataTypeMap {
  float32: Float32Array;
  int32: Int32Array;
  bool: Uint8Array;
}

/** The optimizers of `tf.train`, as types. */
export type SGDOptimizer = Optimizer;
export type MomentumOptimizer = Optimizer;
export type AdamOptimizer = Optimizer;
export type AdamaxOptimizer = Optimizer;
export type AdagradOptimizer = Optimizer;
export type AdadeltaOptimizer = Optimizer;
export type RMSPropOptimizer = Optimizer;

// tf.buffer: values that are set one by one and become a tensor afterwards.
import { at } from '../core/sequence.js';
import { ArgumentError, type DType, type Shape, type TypedArray, tensor } from '../index.js';
import { requireDType } from '../ops/convert.js';
import type { Rank, Tensor } from './types.js';

/**
 * Values of a tensor to be. Tensors never change; a buffer does.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const buffer = tf.buffer([2, 2]);
 * buffer.set(5, 0, 1);
 * console.log(await buffer.toTensor().array()); // [ [ 0, 5 ], [ 0, 0 ] ]
 * ```
 */
export class TensorBuffer<R extends Rank = Rank> {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: TypedArray | number[];

  constructor(shape: Shape, dtype: DType = 'float32', values?: TypedArray | number[]) {
    requireDType('buffer', dtype);
    const size = shape.reduce((product, extent) => product * extent, 1);
    this.shape = shape;
    this.dtype = dtype;
    this.values = values ?? Array.from({ length: size }, () => 0);
    if (this.values.length === size) return;
    throw new ArgumentError({
      where: 'buffer',
      what: 'the values do not fill the shape',
      expected: `${size} values`,
      received: String(this.values.length),
      fix: 'change the shape, or leave the values out for zeros',
    });
  }

  get size(): number {
    return this.values.length;
  }

  get rank(): number {
    return this.shape.length;
  }

  #place(where: readonly number[]): number {
    const isInside = where.every((index, axis) => {
      return Number.isInteger(index) && index >= 0 && index < (this.shape[axis] ?? 0);
    });
    if (!isInside || where.length !== this.shape.length) {
      throw new ArgumentError({
        where: 'buffer',
        what: 'there is no such place',
        expected: `indices within ${JSON.stringify(this.shape)}`,
        received: JSON.stringify(where),
        fix: 'give one index for each axis',
      });
    }
    return where.reduce((place, index, axis) => place * at(this.shape, axis) + index, 0);
  }

  /** Puts a value at these indices. */
  set(value: number, ...where: number[]): void {
    this.values[this.#place(where)] = value;
  }

  /** The value at these indices. */
  get(...where: number[]): number {
    return this.values[this.#place(where)] ?? 0;
  }

  /** Distances between neighbours on each axis but the last. */
  get strides(): number[] {
    return this.shape.slice(0, -1).map((_, axis) => {
      return this.shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
    });
  }

  /** The place of these indices among `values`. */
  locToIndex(where: readonly number[]): number {
    return this.#place(where);
  }

  /** The indices of a place among `values`. */
  indexToLoc(index: number): number[] {
    let rest = index;
    const inside = this.strides.map((stride) => {
      const along = Math.floor(rest / stride);
      rest -= along * stride;
      return along;
    });
    return this.rank === 0 ? [] : [...inside, rest];
  }

  /** A tensor of the values as they are now. */
  toTensor(): Tensor<R> {
    const made: unknown = tensor(Array.from(this.values), { shape: this.shape, dtype: this.dtype });
    return made as Tensor<R>;
  }
}

/** Zeros, or `values`, that may be set one by one. */
export function buffer<R extends Rank = Rank>(
  shape: Shape,
  dtype: DType = 'float32',
  values?: TypedArray | number[],
): TensorBuffer<R> {
  return new TensorBuffer<R>(shape, dtype, values);
}

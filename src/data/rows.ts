// Rows of a host array in another order: gathered when they are first wanted, on the host or straight
// into the memory of a device. Shuffled batches (array-source.ts) are made of them.
import { type CopyRows, copyRows } from '../core/copy-rows.js';
import { newArray, type TypedArray } from '../core/dtype.js';
import { currentEngine, type Gathered } from '../core/engine.js';
import { type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { HostArray, HostData } from './host-array.js';

/** An array of zeros of the kind of `like`. */
export function emptyLike(like: TypedArray, length: number): TypedArray {
  if (like instanceof Float32Array) return new Float32Array(length);
  if (like instanceof Int32Array) return new Int32Array(length);
  if (like instanceof Uint8Array) return new Uint8Array(length);
  if (like instanceof Uint32Array) return new Uint32Array(length);
  return like instanceof Float64Array ? new Float64Array(length) : newArray('float16', length);
}

/** The rows of an array that `order` lists. */
export class GatheredRows implements HostArray, Gathered {
  readonly kind = 'host';
  readonly dtype: HostArray['dtype'];
  readonly shape: Shape;
  readonly #array: HostArray;
  readonly #order: Uint32Array;
  #values: TypedArray | undefined;

  constructor(array: HostArray, order: Uint32Array, shape?: Shape) {
    this.#array = array;
    this.#order = order;
    this.dtype = array.dtype;
    this.shape = shape ?? [order.length, ...array.shape.slice(1)];
  }

  /** The rows on the host. */
  get values(): TypedArray {
    if (this.#values === undefined) {
      this.#values = emptyLike(this.#array.values, sizeOf(this.shape));
      this.copyTo(this.#values, copyRows);
    }
    return this.#values;
  }

  /** Writes the rows into memory of their size and type. */
  copyTo(memory: TypedArray, copy: CopyRows): void {
    const { values, shape } = this.#array;
    copy(memory, values, this.#order, sizeOf(shape.slice(1)));
  }
}

/** Rows of an array that follow each other, seen where they lie. */
class RowRange implements HostArray, Gathered {
  readonly kind = 'host';
  readonly dtype: HostArray['dtype'];
  readonly shape: Shape;
  readonly #array: HostArray;
  readonly #start: number;

  constructor(array: HostArray, from: number, to: number) {
    const [, ...rest] = array.shape;
    this.#array = array;
    this.#start = from * sizeOf(rest);
    this.dtype = array.dtype;
    this.shape = [to - from, ...rest];
  }

  /** The rows on the host, looked up when they are wanted: what is lent (loans.ts) may move. */
  get values(): TypedArray {
    return this.#array.values.subarray(this.#start, this.#start + sizeOf(this.shape));
  }

  copyTo(memory: TypedArray): void {
    memory.set(this.values);
  }
}

/** A tensor of what a host array holds. */
export function writeHost(array: HostArray): Tensor {
  const isGathered = array instanceof GatheredRows || array instanceof RowRange;
  return currentEngine().write(array, isGathered ? array : array.values);
}

/** The rows that `order` lists, one after the other; as `shape`, where they are more than a list. */
export function takeRows(array: HostArray, order: Uint32Array, shape?: Shape): HostArray {
  return new GatheredRows(array, order, shape);
}

/** Numbers or strings of the samples that `order` lists. */
export function takeSamples(data: HostData, order: Uint32Array): HostData {
  if (data.kind === 'host') return takeRows(data, order);
  const [, ...rest] = data.shape;
  const width = sizeOf(rest);
  const rowAt = (row: number) => data.values.slice(row * width, (row + 1) * width);
  return { kind: 'texts', values: Array.from(order, rowAt).flat(), shape: [order.length, ...rest] };
}

/** Samples `from` to `to`, without copying numbers. */
export function sliceSamples(data: HostData, from: number, to: number): HostData {
  if (data.kind === 'host') return new RowRange(data, from, to);
  const [, ...rest] = data.shape;
  const values = data.values.slice(from * sizeOf(rest), to * sizeOf(rest));
  return { ...data, values, shape: [to - from, ...rest] };
}

// Element types: their sizes, how JavaScript holds them, and which type a mix of them gives.
import { DTypeError } from './errors.js';

/**
 * The element types of tensors. `float16` and `bfloat16` are storage: kernels read them as float32
 * and round when they write. `float64` runs on the CPU only.
 */
export type DType =
  | 'float32'
  | 'float64'
  | 'int32'
  | 'uint32'
  | 'uint8'
  | 'bool'
  | 'float16'
  | 'bfloat16';

/** The typed arrays that tensors are read into and written from. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

const BYTES: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  uint32: 4,
  uint8: 1,
  bool: 1,
  float16: 2,
  bfloat16: 2,
};

/** Bytes that one element takes. */
export function bytesPerElement(dtype: DType): number {
  return BYTES[dtype];
}

export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && Object.hasOwn(BYTES, name);
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

export function isInteger(dtype: DType): boolean {
  return dtype === 'int32' || dtype === 'uint32' || dtype === 'uint8';
}

/** Whether memory holds numbers of this dtype as JavaScript's arrays do, and any number is one. */
export function isPlain(dtype: DType): boolean {
  return dtype !== 'float16' && dtype !== 'bfloat16' && dtype !== 'bool';
}

/** A view of `buffer` as elements of `dtype`; half types are seen as their raw 16 bits. */
export function viewOf(
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    case 'float64':
      return new Float64Array(buffer, byteOffset, length);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, length);
    case 'float16':
    case 'bfloat16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, byteOffset, length);
  }
}

/** Fresh zeros of `dtype`; half types are held as their raw 16 bits. */
export function newArray(dtype: DType, length: number): TypedArray {
  return viewOf(dtype, new ArrayBuffer(length * bytesPerElement(dtype)), 0, length);
}

/** Widening order within floats; mixing the two half types gives float32, as in JAX. */
const RANK: Readonly<Record<DType, number>> = {
  bool: 0,
  uint8: 1,
  uint32: 2,
  int32: 3,
  bfloat16: 4,
  float16: 4,
  float32: 5,
  float64: 6,
};

/** The dtype that an operation on `a` and `b` computes in (the JAX lattice, as Keras 3). */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  if (RANK[a] === RANK[b]) return 'float32';
  return RANK[a] > RANK[b] ? a : b;
}

/** Throws unless `dtype` is one of `allowed`. */
export function requireDType(where: string, dtype: DType, allowed: readonly DType[]): void {
  if (allowed.includes(dtype)) return;
  throw new DTypeError({
    where,
    what: 'the element type does not fit',
    expected: allowed.join(' or '),
    received: dtype,
    fix: `cast the tensor first, e.g. cast(x, '${allowed[0] ?? 'float32'}')`,
  });
}

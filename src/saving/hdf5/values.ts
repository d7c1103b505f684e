// Bytes of a file as numbers. Little-endian values that are aligned are seen in place, not copied.
import { fromBfloat16Bits, fromFloat16Bits } from '../../core/half.js';
import type { ElementType, FileDType } from './types.js';

export type FileValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** The numbers of 16-bit floats, which are read as their raw bits; nothing is lost. Others stay. */
export function widenedValues(array: {
  readonly dtype: FileDType;
  readonly values: FileValues;
}): FileValues {
  const { dtype, values } = array;
  if (dtype !== 'float16' && dtype !== 'bfloat16') return values;
  const widen = dtype === 'float16' ? fromFloat16Bits : fromBfloat16Bits;
  return Float32Array.from({ length: values.length }, (_, index) => widen(Number(values[index])));
}

function viewAs(dtype: FileDType, buffer: ArrayBufferLike, at: number, count: number): FileValues {
  switch (dtype) {
    case 'float16':
    case 'bfloat16':
    case 'uint16':
      return new Uint16Array(buffer, at, count);
    case 'float32':
      return new Float32Array(buffer, at, count);
    case 'float64':
      return new Float64Array(buffer, at, count);
    case 'int8':
      return new Int8Array(buffer, at, count);
    case 'int16':
      return new Int16Array(buffer, at, count);
    case 'int32':
      return new Int32Array(buffer, at, count);
    case 'int64':
      return new BigInt64Array(buffer, at, count);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, at, count);
    case 'uint32':
      return new Uint32Array(buffer, at, count);
    case 'uint64':
      return new BigUint64Array(buffer, at, count);
  }
}

function swapped(raw: Uint8Array, size: number): Uint8Array {
  const result = Uint8Array.from(raw);
  for (let start = 0; start < result.length; start += size) {
    result.subarray(start, start + size).reverse();
  }
  return result;
}

/** `count` numbers of `type` from their bytes in the file. */
export function valuesFrom(
  raw: Uint8Array,
  type: ElementType & { readonly kind: 'number' },
  count: number,
): FileValues {
  const ordered = type.swap ? swapped(raw, type.size) : raw;
  const aligned = ordered.byteOffset % type.size === 0 ? ordered : Uint8Array.from(ordered);
  return viewAs(type.dtype, aligned.buffer, aligned.byteOffset, count);
}

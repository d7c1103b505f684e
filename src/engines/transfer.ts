// Between JavaScript numbers and the bytes of tensors.
import {
  bytesPerElement,
  type DType,
  isPlain,
  newArray,
  type TypedArray,
  viewOf,
} from '../core/dtype.js';
import { ShapeError } from '../core/errors.js';
import { fromBfloat16Bits, fromFloat16Bits, toBfloat16Bits, toFloat16Bits } from '../core/half.js';
import { formatShape, type Spec, sizeOf } from '../core/shape.js';

/** The bytes of values that are already as a tensor holds them; devices copy what they are given. */
function heldBytes(dtype: DType, values: ArrayLike<number>): Uint8Array | undefined {
  const isHeld =
    (dtype === 'float32' && values instanceof Float32Array) ||
    (dtype === 'float64' && values instanceof Float64Array) ||
    (dtype === 'int32' && values instanceof Int32Array) ||
    (dtype === 'uint32' && values instanceof Uint32Array) ||
    (dtype === 'uint8' && values instanceof Uint8Array);
  return isHeld ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : undefined;
}

/** The bytes of `values` as elements of the spec's dtype: a view of them where they need no change. */
export function toBytes(spec: Spec, values: ArrayLike<number>): Uint8Array {
  const size = sizeOf(spec.shape);
  if (values.length !== size) {
    throw new ShapeError({
      where: 'tensor',
      what: 'the number of values does not fit the shape',
      expected: `${size} values for ${formatShape(spec.shape)}`,
      received: `${values.length} values`,
      fix: 'give another shape, or check the data',
    });
  }
  const held = heldBytes(spec.dtype, values);
  if (held !== undefined) return held;
  const array = newArray(spec.dtype, size);
  if (spec.dtype === 'float16' || spec.dtype === 'bfloat16') {
    const toBits = spec.dtype === 'float16' ? toFloat16Bits : toBfloat16Bits;
    for (let index = 0; index < size; index++) array[index] = toBits(values[index] ?? 0);
  } else if (spec.dtype === 'bool') {
    for (let index = 0; index < size; index++) array[index] = values[index] ? 1 : 0;
  } else {
    array.set(values);
  }
  return new Uint8Array(array.buffer);
}

/** The numbers that bytes hold; half types become float32. */
export function fromBytes(dtype: DType, bytes: Uint8Array): TypedArray {
  const length = bytes.byteLength / bytesPerElement(dtype);
  const raw = viewOf(dtype, bytes.buffer, bytes.byteOffset, length);
  if (isPlain(dtype) || dtype === 'bool') return raw;
  const toNumber = dtype === 'float16' ? fromFloat16Bits : fromBfloat16Bits;
  return Float32Array.from(raw, toNumber);
}

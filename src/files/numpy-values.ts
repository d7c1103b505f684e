// The numbers of a NumPy dtype, from bytes. For .npy files and pickles.
import type { TypedArray } from '../core/dtype.js';
import { FormatError } from '../core/errors.js';

/** How one element of each code is read; whole numbers of 64 bits become floats of 64. */
const READERS: Readonly<
  Record<string, readonly [bytes: number, make: (count: number) => TypedArray, read: Reader]>
> = {
  b1: [1, (count) => new Uint8Array(count), (view, at) => view.getUint8(at)],
  u1: [1, (count) => new Uint8Array(count), (view, at) => view.getUint8(at)],
  i1: [1, (count) => new Int32Array(count), (view, at) => view.getInt8(at)],
  u2: [2, (count) => new Int32Array(count), (view, at, little) => view.getUint16(at, little)],
  i2: [2, (count) => new Int32Array(count), (view, at, little) => view.getInt16(at, little)],
  u4: [4, (count) => new Uint32Array(count), (view, at, little) => view.getUint32(at, little)],
  i4: [4, (count) => new Int32Array(count), (view, at, little) => view.getInt32(at, little)],
  u8: [8, (n) => new Float64Array(n), (view, at, little) => Number(view.getBigUint64(at, little))],
  i8: [8, (n) => new Float64Array(n), (view, at, little) => Number(view.getBigInt64(at, little))],
  f4: [4, (count) => new Float32Array(count), (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (count) => new Float64Array(count), (view, at, little) => view.getFloat64(at, little)],
};

type Reader = (view: DataView, at: number, little: boolean) => number;

/** `count` numbers of a dtype such as `<f4` or `|u1`; throws unless the bytes hold just as many. */
export function valuesOf(
  where: string,
  code: string,
  bytes: Uint8Array,
  count: number,
): TypedArray {
  const reader = Object.hasOwn(READERS, code.slice(1)) ? READERS[code.slice(1)] : undefined;
  if (reader === undefined) {
    throw new FormatError({
      where,
      what: 'the array is of a dtype that is not read',
      expected: Object.keys(READERS).join(', '),
      received: code.slice(0, 40),
      fix: 'save the array with another dtype',
    });
  }
  const [size, make, read] = reader;
  if (bytes.length !== count * size) {
    throw new FormatError({
      where,
      what: 'the array does not fill its shape',
      expected: `${count * size} bytes`,
      received: `${bytes.length}`,
      fix: 'the file is damaged: fetch it again',
    });
  }
  const values = make(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = code[0] !== '>';
  for (let at = 0; at < count; at++) values[at] = read(view, at * size, little);
  return values;
}

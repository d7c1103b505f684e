// The bytes of one weight as numbers: what a manifest declares is checked before anything is read,
// and quantised weights become the numbers that they stand for.
import { FormatError } from '../../core/errors.js';
import { fromFloat16Bits } from '../../core/half.js';
import { fullLimits, type ReadLimits } from '../../files/limits.js';
import type { CompositeArrayBuffer } from './composite-buffer.js';
import type { Quantization, WeightsManifestEntry } from './types.js';

/** What weights of models are once read; 'string' and 'complex64' are no weights of models. */
export interface WeightArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
}

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  float16: 2,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
};
const MOST_AXES = 32;
const LONGEST_NAME = 4096;

export function badWeight(name: unknown, what: string, expected: string, received: unknown) {
  return new FormatError({
    where: `weight ${(JSON.stringify(name) ?? 'undefined').slice(0, 100)}`,
    what,
    expected,
    received: String(received).slice(0, 100),
    fix: 'the files are damaged or do not belong together: save the model again',
  });
}

function sizeOf({ name, shape }: WeightsManifestEntry): number {
  const isShape =
    Array.isArray(shape) &&
    shape.length <= MOST_AXES &&
    shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  const size = isShape ? shape.reduce((product, extent) => product * extent, 1) : Number.NaN;
  if (Number.isSafeInteger(size)) return size;
  throw badWeight(name, 'this is no shape', 'a list of counts', JSON.stringify(shape));
}

function checkQuantization(spec: WeightsManifestEntry, { dtype, scale, min }: Quantization): void {
  const { name } = spec;
  if (dtype === 'float16' && spec.dtype === 'float32') return;
  const isWhole = dtype === 'uint8' || dtype === 'uint16';
  if (!isWhole || !['float32', 'int32'].includes(spec.dtype)) {
    const expected = 'uint8, uint16, or float16 for float32';
    throw badWeight(name, 'it is quantised in an unknown way', expected, dtype);
  }
  if (Number.isFinite(scale) && Number.isFinite(min)) return;
  throw badWeight(name, 'quantised weights need two numbers', 'scale and min', `${scale}, ${min}`);
}

/** The bytes that a weight takes in its file; throws for what cannot be read. */
export function storedBytes(spec: WeightsManifestEntry): number {
  const { name, dtype, quantization } = spec;
  if (typeof name !== 'string' || name.length > LONGEST_NAME) {
    throw badWeight(name, 'this is no name', 'a text', typeof name);
  }
  const size = sizeOf(spec);
  if (!['float32', 'int32', 'bool'].includes(dtype)) {
    throw badWeight(name, 'no tensor has this type', 'float32, int32 or bool', dtype);
  }
  if (quantization === undefined || quantization === null) return size * (BYTES[dtype] ?? 0);
  checkQuantization(spec, quantization);
  return size * (BYTES[quantization.dtype] ?? 0);
}

/** The bytes of all weights together, in their files; held against the limits. */
export function checkedBytes(specs: readonly WeightsManifestEntry[], limits?: ReadLimits): number {
  const { maxBytes, maxItems } = fullLimits(limits);
  if (specs.length > maxItems) {
    throw badWeight('...', 'there are too many weights', `at most ${maxItems}`, specs.length);
  }
  let stored = 0;
  let expanded = 0;
  for (const spec of specs) {
    stored += storedBytes(spec);
    expanded += sizeOf(spec) * 4;
    if (stored <= maxBytes && expanded <= maxBytes) continue;
    throw badWeight(spec.name, 'the weights are too large', `at most ${maxBytes} bytes`, 'more');
  }
  return stored;
}

/** Numbers that are written with the low byte first, wherever this runs. */
function read<T extends Float32Array | Int32Array | Uint16Array>(
  bytes: ArrayBuffer,
  values: T,
  get: (view: DataView, at: number) => number,
): T {
  const view = new DataView(bytes);
  for (let at = 0; at < values.length; at++) values[at] = get(view, at * values.BYTES_PER_ELEMENT);
  return values;
}

function plainValues(dtype: string, bytes: ArrayBuffer): WeightArray['values'] {
  if (dtype === 'bool') return new Uint8Array(bytes);
  const size = bytes.byteLength / 4;
  return dtype === 'int32'
    ? read(bytes, new Int32Array(size), (view, at) => view.getInt32(at, true))
    : read(bytes, new Float32Array(size), (view, at) => view.getFloat32(at, true));
}

function expandedValues(
  dtype: string,
  { dtype: stored, scale = 1, min = 0 }: Quantization,
  bytes: ArrayBuffer,
): WeightArray['values'] {
  const numbers =
    stored === 'uint8'
      ? new Uint8Array(bytes)
      : read(bytes, new Uint16Array(bytes.byteLength / 2), (view, at) => view.getUint16(at, true));
  if (stored === 'float16') return Float32Array.from(numbers, fromFloat16Bits);
  const expand = (value: number): number => value * scale + min;
  return dtype === 'int32'
    ? Int32Array.from(numbers, (value) => Math.round(expand(value)))
    : Float32Array.from(numbers, expand);
}

/** The weights that lie in `data` one after another; what follows them is left alone. */
export function* weightArrays(
  data: CompositeArrayBuffer,
  specs: readonly WeightsManifestEntry[],
): Generator<readonly [WeightsManifestEntry, WeightArray]> {
  let offset = 0;
  for (const spec of specs) {
    const end = offset + storedBytes(spec);
    if (end > data.byteLength) {
      const expected = `${end} bytes up to here`;
      throw badWeight(spec.name, 'the files end too early', expected, data.byteLength);
    }
    yield [spec, weightArray(spec, data.slice(offset, end))];
    offset = end;
  }
}

/** The weight whose bytes these are. */
export function weightArray(spec: WeightsManifestEntry, bytes: ArrayBuffer): WeightArray {
  const { shape, quantization } = spec;
  const dtype = spec.dtype === 'int32' || spec.dtype === 'bool' ? spec.dtype : 'float32';
  const values = quantization
    ? expandedValues(dtype, quantization, bytes)
    : plainValues(dtype, bytes);
  return { shape, dtype, values };
}

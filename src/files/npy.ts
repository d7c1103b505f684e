// NumPy's .npy and .npz files. Format: numpy.lib.format, versions 1 to 3.
import type { TypedArray } from '../core/dtype.js';
import { FormatError } from '../core/errors.js';
import { readNodeFile } from './node-files.js';
import { valuesOf } from './numpy-values.js';
import { type PickledArray, readPickle } from './pickle.js';
import { readZip } from './zip.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const OBJECTS = '|O';

function damaged(where: string, what: string, received?: string): FormatError {
  return new FormatError({
    where,
    what,
    ...(received === undefined ? {} : { received: received.slice(0, 100) }),
    fix: 'the file is damaged or no NumPy array: fetch it again',
  });
}

function isArray(value: unknown): value is PickledArray {
  return typeof value === 'object' && value !== null && 'shape' in value && 'values' in value;
}

/** The array in .npy bytes. Objects are read as plain data: see pickle.ts. */
export function readNpy(where: string, bytes: Uint8Array): PickledArray {
  if (bytes.length < 12 || !MAGIC.every((byte, at) => bytes[at] === byte)) {
    throw damaged(where, 'this is no .npy file');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const code = /'descr': '([^']+)'/.exec(header)?.[1];
  const sizes = /'shape': \(([\d, ]*)\)/.exec(header)?.[1];
  if (code === undefined || sizes === undefined) throw damaged(where, 'the header is none', header);
  const shape = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  if (/'fortran_order': True/.test(header) && shape.length > 1) {
    throw damaged(where, 'arrays in the order of Fortran are not read', header);
  }
  const content = bytes.subarray(end);
  if (code !== OBJECTS) {
    const count = shape.reduce((product, size) => product * size, 1);
    return { shape, values: valuesOf(where, code, content, count) };
  }
  const array = readPickle(where, content);
  if (!isArray(array)) throw damaged(where, 'the pickle holds no array');
  return array;
}

/** The arrays of an .npz file by their names. */
export async function readNpz(path: string): Promise<ReadonlyMap<string, PickledArray>> {
  const members = await readZip(await readNodeFile(path));
  return new Map(
    [...members].map(([name, bytes]) => [
      name.replace(/\.npy$/, ''),
      readNpy(`${path}: ${name}`, bytes),
    ]),
  );
}

/** The array called `name`, which must hold numbers. */
export function numbersNamed(
  path: string,
  arrays: ReadonlyMap<string, PickledArray>,
  name: string,
): { readonly shape: readonly number[]; readonly values: TypedArray } {
  const array = arrays.get(name);
  if (array === undefined)
    throw damaged(path, `there is no array "${name}"`, [...arrays.keys()].join(', '));
  if (!ArrayBuffer.isView(array.values)) throw damaged(path, `the array "${name}" holds objects`);
  return { shape: array.shape, values: array.values };
}

/** The lists of whole numbers in the array called `name`. */
export function listsNamed(
  path: string,
  arrays: ReadonlyMap<string, PickledArray>,
  name: string,
): readonly (readonly number[])[] {
  const array = arrays.get(name);
  if (array === undefined)
    throw damaged(path, `there is no array "${name}"`, [...arrays.keys()].join(', '));
  return Array.from(array.values, (list: unknown): readonly number[] => {
    const isList = Array.isArray(list) && list.every((item) => Number.isInteger(item));
    if (!isList) throw damaged(path, `the array "${name}" holds more than lists of whole numbers`);
    return list;
  });
}

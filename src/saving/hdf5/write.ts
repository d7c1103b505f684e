// Writes weights as HDF5 through h5wasm, on its in-memory file system: bytes come out, so the same
// code serves Node and browsers. Keras and h5py read the result.
import type { File, Group } from 'h5wasm';
import { KeratinError, StateError } from '../../core/errors.js';
import { product } from '../../core/sequence.js';
import { type Hdf5Package, importHdf5 } from '../../files/peers.js';
import type { AttributeValue } from './attributes.js';
import type { WeightsFile } from './read.js';
import { widenedValues } from './values.js';

let nextFileNumber = 0;

/** The group at `path`, made with its parents where missing. */
class GroupMaker {
  readonly #groups: Map<string, Group>;

  constructor(root: Group) {
    this.#groups = new Map([['', root]]);
  }

  at(path: string): Group {
    const known = this.#groups.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const parent = this.at(cut < 0 ? '' : path.slice(0, cut));
    const group = parent.create_group(path.slice(cut + 1));
    this.#groups.set(path, group);
    return group;
  }
}

function writeAttributes(
  target: { create_attribute(name: string, value: AttributeData): void },
  attributes: ReadonlyMap<string, AttributeValue> | undefined,
): void {
  for (const [name, value] of attributes ?? []) {
    target.create_attribute(name, typeof value === 'object' ? copyOf(value) : value);
  }
}

type AttributeData = string | number | string[] | number[];

function copyOf(values: readonly string[] | readonly number[]): string[] | number[] {
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length > 0 ? texts : values.map(Number);
}

function fill(file: File, { arrays, attributes }: WeightsFile): void {
  const groups = new GroupMaker(file);
  for (const [path, values] of attributes) {
    if (!arrays.has(path)) writeAttributes(groups.at(path), values);
  }
  for (const [path, array] of arrays) {
    const cut = path.lastIndexOf('/');
    const group = groups.at(cut < 0 ? '' : path.slice(0, cut));
    const dataset = group.create_dataset({
      name: path.slice(cut + 1),
      // h5wasm knows no 16-bit floats; readers cast back.
      data: widenedValues(array),
      shape: [...array.shape],
    });
    writeAttributes(dataset, attributes.get(path));
  }
}

function checkSizes({ arrays }: WeightsFile): void {
  for (const [path, { shape, values }] of arrays) {
    if (product(shape) === values.length) continue;
    throw new StateError({
      where: `weights "${path}"`,
      what: 'an array has another number of values than its shape says',
      expected: String(product(shape)),
      received: String(values.length),
    });
  }
}

/** At least as many bytes as the file will have. */
function roomFor({ arrays, attributes }: WeightsFile): number {
  const PER_OBJECT = 4096;
  let total = PER_OBJECT * (arrays.size + attributes.size + 16);
  for (const { values } of arrays.values()) total += Math.max(values.byteLength, values.length * 4);
  return total;
}

/** The file up to the end that its superblock (version 0) states. */
function withoutSpareRoom(bytes: Uint8Array): Uint8Array {
  const END_OF_FILE = 40;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.subarray(0, Number(view.getBigUint64(END_OF_FILE, true)));
}

function writeWith(hdf5: Hdf5Package, content: WeightsFile): Uint8Array {
  const { FS, Module } = hdf5;
  if (FS === null) throw new StateError({ what: 'h5wasm has no file system', fix: 'update it' });
  const name = `/keratin-${nextFileNumber++}.h5`;
  Module.activate_throwing_error_handler();
  try {
    const file = new hdf5.File(name, 'w', { libver: ['earliest', 'latest'] });
    try {
      // The file system grows a file by an eighth at a time; one step saves copying it all the way.
      FS.truncate(name, roomFor(content));
      fill(file, content);
    } finally {
      file.close();
    }
    return withoutSpareRoom(FS.readFile(name));
  } finally {
    Module.deactivate_throwing_error_handler();
    if (FS.analyzePath(name).exists) FS.unlink(name);
  }
}

/** The bytes of an HDF5 file with these arrays and attributes; groups are made as paths need. */
export async function writeWeights(content: WeightsFile): Promise<Uint8Array> {
  checkSizes(content);
  const hdf5 = await importHdf5();
  try {
    return writeWith(hdf5, content);
  } catch (error) {
    if (error instanceof KeratinError) throw error;
    throw new StateError(
      {
        where: 'HDF5 file',
        what: 'the weights could not be written',
        received: (error instanceof Error ? error.message : String(error)).slice(0, 200),
        fix: 'check that there is enough memory for a second copy of the weights',
      },
      { cause: error },
    );
  }
}

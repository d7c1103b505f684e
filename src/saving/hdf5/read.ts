// Reads the HDF5 files that hold weights: groups, attributes and arrays of numbers, nothing else.
// Our own reader, because no library lets the guards run before it follows what a file says.
import { FormatError } from '../../core/errors.js';
import { product } from '../../core/sequence.js';
import {
  EXPANSION_FLOOR,
  type FullLimits,
  fullLimits,
  type ReadLimits,
} from '../../files/limits.js';
import { type AttributeValue, readAttributes } from './attributes.js';
import { readChunks } from './chunks.js';
import { Cursor, damaged, refused } from './cursor.js';
import { MESSAGE, type Message, onlyMessage, readHeader } from './header.js';
import { readLinks } from './links.js';
import { type Layout, readFilters, readLayout } from './storage.js';
import { rootAddress } from './superblock.js';
import { type ElementType, type FileDType, readDataspace, readDatatype } from './types.js';
import { type FileValues, valuesFrom } from './values.js';

/** One array of numbers in a weights file. */
export interface FileArray {
  readonly shape: readonly number[];
  readonly dtype: FileDType;
  /** Row-major; float16 and bfloat16 as their raw 16 bits, 64-bit integers as bigint. */
  readonly values: FileValues;
}

/** What a weights file holds, by full path such as `layers/dense/vars/0`; the root is ``. */
export interface WeightsFile {
  readonly arrays: ReadonlyMap<string, FileArray>;
  /** The attributes of every group and array. */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, AttributeValue>>;
}

interface PlannedArray {
  readonly path: string;
  readonly shape: readonly number[];
  readonly type: ElementType & { readonly kind: 'number' };
  readonly layout: Layout;
  readonly messages: readonly Message[];
}

/** Walks the file and checks every size; values are read only after all checks have passed. */
class Planner {
  readonly arrays: PlannedArray[] = [];
  readonly attributes = new Map<string, ReadonlyMap<string, AttributeValue>>();
  readonly #bytes: Uint8Array;
  readonly #limits: FullLimits;
  readonly #seen = new Set<number>();
  #plainBytes = 0;
  #totalBytes = 0;

  constructor(bytes: Uint8Array, limits: FullLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  visit(path: string, address: number, depth: number): void {
    if (this.#seen.has(address)) {
      throw refused('an object has two names, or contains itself', path, 'store it once');
    }
    this.#seen.add(address);
    if (this.#seen.size > this.#limits.maxItems) throw damaged('too many objects', path);
    if (depth > this.#limits.maxDepth) throw damaged('groups nest too deeply', depth);
    const messages = readHeader(this.#bytes, address, this.#limits);
    this.attributes.set(path, readAttributes(this.#bytes, messages, this.#limits));
    const links = readLinks(this.#bytes, messages, this.#limits);
    if (links === undefined) {
      this.#array(path, messages);
      return;
    }
    const names = new Set<string>();
    for (const link of links) {
      this.#checkName(link.name, names);
      this.visit(path === '' ? link.name : `${path}/${link.name}`, link.address, depth + 1);
    }
  }

  #checkName(name: string, names: Set<string>): void {
    if (name === '' || name === '.' || name === '..' || name.includes('/') || names.has(name)) {
      throw damaged('a group holds a bad or repeated name', JSON.stringify(name.slice(0, 100)));
    }
    names.add(name);
  }

  #array(path: string, messages: readonly Message[]): void {
    const dataspace = onlyMessage(this.#bytes, messages, MESSAGE.dataspace);
    const datatype = onlyMessage(this.#bytes, messages, MESSAGE.datatype);
    const layout = onlyMessage(this.#bytes, messages, MESSAGE.layout);
    if (dataspace === undefined || datatype === undefined || layout === undefined) {
      throw refused('an object is neither group nor array', path, 'save the file again');
    }
    const shape = readDataspace(dataspace);
    const type = this.#numberType(path, readDatatype(datatype));
    const planned = { path, shape, type, layout: readLayout(layout), messages };
    this.#checkSize(planned);
    this.arrays.push(planned);
  }

  /** bfloat16 has no HDF5 type: Keras writes two opaque bytes and says so in an attribute. */
  #numberType(path: string, type: ElementType): ElementType & { readonly kind: 'number' } {
    if (type.kind === 'number') return type;
    const named = this.attributes.get(path)?.get('dtype');
    if (type.kind === 'opaque' && type.size === 2 && named === 'bfloat16') {
      return { kind: 'number', dtype: 'bfloat16', size: 2, swap: false };
    }
    throw refused(`"${path}" does not hold numbers`, type.kind, 'save the weights as float32');
  }

  #checkSize({ path, shape, type, layout }: PlannedArray): void {
    const size = product(shape) * type.size;
    this.#totalBytes += size;
    const stored = layout.kind === 'chunked' ? undefined : layout.length;
    if (layout.kind !== 'chunked') this.#plainBytes += size;
    const available = this.#bytes.length;
    const most = Math.min(
      this.#limits.maxBytes,
      Math.max(EXPANSION_FLOOR, available * this.#limits.maxExpansion),
    );
    const honest = stored === undefined || stored === size || size === 0;
    if (honest && this.#plainBytes <= available && this.#totalBytes <= most) return;
    throw new FormatError({
      where: `HDF5 file "${path.slice(0, 200)}"`,
      what: 'an array declares more values than the file holds',
      expected: `at most ${stored === undefined ? most : Math.min(stored, available)} bytes`,
      received: `shape [${shape.join(', ')}], ${size} bytes`,
      fix: 'the file is damaged, or made to exhaust memory: do not use it',
    });
  }
}

async function readArray(
  bytes: Uint8Array,
  planned: PlannedArray,
  limits: FullLimits,
): Promise<FileArray> {
  const { shape, type, layout, messages, path } = planned;
  const count = product(shape);
  const filterMessage = onlyMessage(bytes, messages, MESSAGE.filters);
  const filters = filterMessage === undefined ? [] : readFilters(filterMessage);
  const result = (raw: Uint8Array): FileArray => ({
    shape,
    dtype: type.dtype,
    values: valuesFrom(raw, type, count),
  });
  if (count === 0) return result(new Uint8Array());
  if (layout.kind === 'chunked') {
    const chunk = layout.chunk.slice(0, -1);
    const elementSize = type.size;
    const { tree } = layout;
    return result(await readChunks({ bytes, tree, chunk, shape, elementSize, filters, limits }));
  }
  if (filters.length > 0) throw damaged('values in one piece are compressed', path);
  if (layout.start === undefined) throw damaged('values were never written', path);
  return result(new Cursor(bytes, layout.start, layout.length).take(count * type.size));
}

/** Reads every array and attribute; anything unusual or unsafe is a FormatError. */
export async function readWeights(bytes: Uint8Array, limits?: ReadLimits): Promise<WeightsFile> {
  const full = fullLimits(limits);
  const planner = new Planner(bytes, full);
  planner.visit('', rootAddress(bytes), 0);
  const arrays = new Map<string, FileArray>();
  for (const planned of planner.arrays) {
    arrays.set(planned.path, await readArray(bytes, planned, full));
  }
  return { arrays, attributes: planner.attributes };
}

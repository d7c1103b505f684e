// Groups with many members in newer files: link records lie in a fractal heap, and a B-tree says
// where. Used by links.ts; each record is returned as a cursor over its bytes.
import type { FullLimits } from '../../files/limits.js';
import { Cursor, damaged, refused } from './cursor.js';

interface HeapShape {
  readonly bytes: Uint8Array;
  readonly offsetWidth: number;
  readonly lengthWidth: number;
  readonly width: number;
  readonly startSize: number;
  readonly maxDirectSize: number;
  readonly root: number;
  readonly rootRows: number;
}

/** How many bytes hold a number up to `largest`. */
function widthOf(largest: number): number {
  let width = 1;
  for (let rest = Math.floor(largest / 256); rest > 0; rest = Math.floor(rest / 256)) width++;
  return width;
}

function readHeapShape(bytes: Uint8Array, address: number): HeapShape {
  const cursor = new Cursor(bytes, address);
  cursor.signature('FRHP');
  cursor.skip(1 + 2); // Version, Heap ID Length
  const filterLength = cursor.u16();
  if (filterLength !== 0) throw refused('a group is compressed', filterLength, 'save it again');
  cursor.skip(1); // Flags
  const maxObject = cursor.u32();
  // Next Huge Object ID to Number of Tiny Objects in Heap: objects of other kinds, and free space.
  cursor.skip(12 * 8);
  const width = cursor.u16();
  const startSize = cursor.size();
  const maxDirectSize = cursor.size();
  const maxHeapBits = cursor.u16();
  cursor.skip(2); // Starting # of Rows in Root Indirect Block
  const root = cursor.requiredAddress();
  const rootRows = cursor.u16();
  if (width === 0 || startSize === 0 || maxHeapBits > 64 || rootRows > 64) {
    throw damaged('a heap has an impossible form', address);
  }
  return {
    bytes,
    offsetWidth: Math.ceil(maxHeapBits / 8),
    lengthWidth: widthOf(Math.min(maxObject, maxDirectSize)),
    width,
    startSize,
    maxDirectSize,
    root,
    rootRows,
  };
}

/** Finds objects by their offset in the heap's own address space. */
class FractalHeap {
  readonly #shape: HeapShape;

  constructor(bytes: Uint8Array, address: number) {
    this.#shape = readHeapShape(bytes, address);
  }

  #rowSize(row: number): number {
    return row === 0 ? this.#shape.startSize : this.#shape.startSize * 2 ** (row - 1);
  }

  /** A cursor over `length` bytes at `offset` of the heap. */
  object(offset: number, length: number): Cursor {
    const { bytes, root, rootRows, startSize } = this.#shape;
    if (rootRows === 0) {
      if (offset + length > startSize) throw damaged('a heap object is out of place', offset);
      return new Cursor(bytes, root + offset, length);
    }
    return this.#within(root, rootRows, offset, length, 0);
  }

  #within(address: number, rows: number, offset: number, length: number, depth: number): Cursor {
    if (depth > 8) throw damaged('a heap nests too deeply', address);
    const { bytes, width, maxDirectSize, offsetWidth } = this.#shape;
    const cursor = new Cursor(bytes, address);
    cursor.signature('FHIB');
    cursor.skip(1 + 8 + offsetWidth); // Version, Heap Header Address, Block Offset
    let start = 0;
    for (let row = 0; row < rows; row++) {
      const size = this.#rowSize(row);
      for (let column = 0; column < width; column++) {
        const child = cursor.address();
        if (offset >= start && offset < start + size) {
          if (child === undefined) throw damaged('a heap object is missing', offset);
          const inner = offset - start;
          if (size > maxDirectSize) {
            return this.#within(child, this.#rowsOf(size), inner, length, depth + 1);
          }
          if (inner + length > size) throw damaged('a heap object is out of place', offset);
          return new Cursor(bytes, child + inner, length);
        }
        start += size;
      }
    }
    throw damaged('a heap object is out of place', offset);
  }

  /** How many rows an indirect block that spans `size` bytes has. */
  #rowsOf(size: number): number {
    return Math.log2(size) - Math.log2(this.#shape.startSize * this.#shape.width) + 1;
  }

  /** The object that an identifier of a B-tree record names. */
  named(id: Cursor): Cursor {
    const kind = id.u8() & 0x30;
    if (kind !== 0) throw refused('a name is kept in an unusual way', kind, 'save it again');
    const offset = id.unsigned(this.#shape.offsetWidth);
    return this.object(offset, id.unsigned(this.#shape.lengthWidth));
  }
}

const LINK_NAME_TREE = 5;
const NODE_OVERHEAD = 10;

interface TreeShape {
  readonly bytes: Uint8Array;
  readonly nodeSize: number;
  readonly recordSize: number;
  /** Most records in a node of each depth, and in all of its descendants. */
  readonly most: readonly number[];
  readonly mostBelow: readonly number[];
}

function treeShape(bytes: Uint8Array, nodeSize: number, recordSize: number, depth: number) {
  if (recordSize === 0 || nodeSize < NODE_OVERHEAD + recordSize || depth > 16) {
    throw damaged('a tree has an impossible form', nodeSize);
  }
  const most = [Math.floor((nodeSize - NODE_OVERHEAD) / recordSize)];
  const mostBelow = [most[0] ?? 0];
  for (let level = 1; level <= depth; level++) {
    const pointer = pointerWidth(most, mostBelow, level);
    const records = Math.floor((nodeSize - NODE_OVERHEAD - pointer) / (recordSize + pointer));
    most.push(records);
    mostBelow.push((records + 1) * (mostBelow[level - 1] ?? 0) + records);
  }
  return { bytes, nodeSize, recordSize, most, mostBelow } satisfies TreeShape;
}

/** Bytes of one child pointer in a node at `level`. */
function pointerWidth(most: readonly number[], mostBelow: readonly number[], level: number) {
  const records = widthOf(most[0] ?? 0);
  return 8 + records + (level > 1 ? widthOf(mostBelow[level - 1] ?? 0) : 0);
}

function* treeRecords(
  shape: TreeShape,
  address: number,
  count: number,
  level: number,
): Generator<Cursor> {
  if (count > (shape.most[level] ?? 0)) throw damaged('a tree node is too full', count);
  const cursor = new Cursor(shape.bytes, address, shape.nodeSize);
  cursor.signature(level === 0 ? 'BTLF' : 'BTIN');
  cursor.skip(1 + 1); // Version, Type
  for (let index = 0; index < count; index++) yield cursor.part(shape.recordSize);
  if (level === 0) return;
  const counts = widthOf(shape.most[0] ?? 0);
  const totals = level > 1 ? widthOf(shape.mostBelow[level - 1] ?? 0) : 0;
  for (let index = 0; index <= count; index++) {
    const child = cursor.requiredAddress();
    const childCount = cursor.unsigned(counts);
    cursor.skip(totals); // Total Number of Records in Child Node
    yield* treeRecords(shape, child, childCount, level - 1);
  }
}

/** The link records of a group with many members. */
export function* denseLinks(
  bytes: Uint8Array,
  heapAddress: number,
  treeAddress: number,
  limits: FullLimits,
): Generator<Cursor> {
  const heap = new FractalHeap(bytes, heapAddress);
  const cursor = new Cursor(bytes, treeAddress);
  cursor.signature('BTHD');
  cursor.skip(1); // Version
  if (cursor.u8() !== LINK_NAME_TREE) throw damaged('a group has a tree of another kind');
  const nodeSize = cursor.u32();
  const recordSize = cursor.u16();
  const depth = cursor.u16();
  cursor.skip(1 + 1); // Split Percent, Merge Percent
  const shape = treeShape(bytes, nodeSize, recordSize, depth);
  const root = cursor.address();
  const rootCount = cursor.u16();
  if (root === undefined) return;
  let seen = 0;
  for (const record of treeRecords(shape, root, rootCount, depth)) {
    if (++seen > limits.maxItems) throw damaged('a group is too large', seen);
    record.skip(4); // Hash of Name
    yield heap.named(record);
  }
}

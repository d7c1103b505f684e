// Datasets kept in chunks, perhaps compressed: every chunk is expanded into its place. Keras does
// not write these, other programs do. Used by read.ts after the sizes have been checked.
import { FormatError } from '../../core/errors.js';
import { product } from '../../core/sequence.js';
import { type FullLimits, mayExpand } from '../../files/limits.js';
import { Cursor, damaged, refused } from './cursor.js';
import type { Filter } from './storage.js';

export interface ChunkedSource {
  readonly bytes: Uint8Array;
  readonly tree: number | undefined;
  /** Sizes of a chunk, without the element size. */
  readonly chunk: readonly number[];
  readonly shape: readonly number[];
  readonly elementSize: number;
  readonly filters: readonly Filter[];
  readonly limits: FullLimits;
}

interface StoredChunk {
  readonly start: number;
  readonly length: number;
  readonly offsets: readonly number[];
}

function* storedChunks(
  source: ChunkedSource,
  address: number,
  expectedLevel: number | undefined,
  seen: Set<number>,
): Generator<StoredChunk> {
  if (seen.has(address)) throw damaged('chunks run in a circle', address);
  seen.add(address);
  const cursor = new Cursor(source.bytes, address);
  cursor.signature('TREE');
  if (cursor.u8() !== 1) throw damaged('chunks have a tree of another kind', address);
  const level = cursor.u8();
  if (expectedLevel !== undefined && level !== expectedLevel) {
    throw damaged('a chunk tree has a wrong level', level);
  }
  const count = cursor.u16();
  cursor.skip(8 + 8); // Address of Left Sibling, Address of Right Sibling
  for (let index = 0; index < count; index++) {
    const length = cursor.u32();
    const skipped = cursor.u32();
    const offsets = source.shape.map(() => cursor.size());
    cursor.skip(8); // Chunk Offset in the last dimension, that of an element's bytes: always 0
    const child = cursor.requiredAddress();
    if (skipped !== 0) throw refused('a chunk skips filters', skipped, 'save the weights again');
    if (level === 0) yield { start: child, length, offsets };
    else yield* storedChunks(source, child, level - 1, seen);
  }
}

/** Expands a zlib stream to exactly `size` bytes, without ever holding more. */
async function inflate(stored: Uint8Array, size: number): Promise<Uint8Array> {
  const result = new Uint8Array(size);
  let filled = 0;
  const stream = new Blob([Uint8Array.from(stored)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (filled + next.value.length > size) throw damaged('a chunk is longer than declared');
      result.set(next.value, filled);
      filled += next.value.length;
    }
  } catch (error) {
    throw error instanceof FormatError ? error : damaged('a chunk cannot be expanded');
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (filled !== size) throw damaged('a chunk is shorter than declared', filled);
  return result;
}

/** Puts the bytes of each element together again; shuffling stores them plane by plane. */
function unshuffle(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  const result = Uint8Array.from(bytes);
  for (let plane = 0; plane < elementSize; plane++) {
    for (let index = 0; index < count; index++) {
      result[index * elementSize + plane] = bytes[plane * count + index] ?? 0;
    }
  }
  return result;
}

async function expand(source: ChunkedSource, stored: Uint8Array, size: number) {
  let content = stored;
  const { filters } = source;
  const checksumInside =
    filters.includes('checksum') && filters.indexOf('checksum') < filters.indexOf('inflate');
  for (const filter of [...filters].reverse()) {
    if (filter === 'inflate') {
      content = await inflate(content, size + (checksumInside ? 4 : 0));
    } else if (filter === 'checksum') content = content.subarray(0, content.length - 4);
    else content = unshuffle(content, source.elementSize);
  }
  if (content.length !== size) throw damaged('a chunk has a wrong size', content.length);
  return content;
}

/** Copies a chunk to its place, leaving out what hangs over the edges. */
function place(
  source: ChunkedSource,
  chunk: Uint8Array,
  target: Uint8Array,
  at: readonly number[],
) {
  const { shape, elementSize } = source;
  const rank = shape.length;
  const copyRow = (axis: number, from: number, to: number): void => {
    const size = shape[axis] ?? 1;
    const chunkSize = source.chunk[axis] ?? 1;
    const offset = at[axis] ?? 0;
    const count = Math.min(chunkSize, size - offset);
    if (axis === rank - 1) {
      const start = from * chunkSize * elementSize;
      const values = chunk.subarray(start, start + count * elementSize);
      target.set(values, (to * size + offset) * elementSize);
      return;
    }
    for (let index = 0; index < count; index++) {
      copyRow(axis + 1, from * chunkSize + index, to * size + offset + index);
    }
  };
  copyRow(0, 0, 0);
}

/** All values of a chunked dataset as bytes in row-major order. */
export async function readChunks(source: ChunkedSource): Promise<Uint8Array> {
  const { shape, chunk, elementSize, limits, bytes } = source;
  if (chunk.length !== shape.length || shape.length === 0) {
    throw damaged('chunks have another rank than their dataset', chunk.length);
  }
  const total = product(shape) * elementSize;
  const size = product(chunk) * elementSize;
  const chunkCount = product(shape.map((length, axis) => Math.ceil(length / (chunk[axis] ?? 1))));
  if (!(size > 0) || chunkCount > limits.maxItems)
    throw damaged('chunks have no usable size', size);
  if (!mayExpand(limits, bytes.length, size) || !mayExpand(limits, bytes.length, total)) {
    throw refused('a dataset expands too much', `${total} bytes`, 'raise maxExpansion');
  }
  const target = new Uint8Array(total);
  if (source.tree === undefined) return target;
  const placed = new Set<string>();
  for (const stored of storedChunks(source, source.tree, undefined, new Set())) {
    const { offsets } = stored;
    const fits = offsets.every(
      (offset, axis) => offset % (chunk[axis] ?? 1) === 0 && offset < (shape[axis] ?? 0),
    );
    const key = offsets.join();
    if (!fits || placed.has(key)) throw damaged('a chunk is out of place', key);
    placed.add(key);
    const content = new Cursor(bytes, stored.start, stored.length).take(stored.length);
    place(source, await expand(source, content, size), target, offsets);
  }
  if (placed.size !== chunkCount) throw damaged('chunks are missing', chunkCount - placed.size);
  return target;
}

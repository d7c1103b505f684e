// Weights in several files, as Keras writes them: NAME.weights.json says which of NAME_00000.weights.h5,
// NAME_00001.weights.h5, ... holds which group. weights-file.ts puts the files where they belong.
import { ArgumentError, FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { crc32 } from '../files/crc32.js';
import type { ReadLimits } from '../files/limits.js';
import { checkMemberName } from '../files/zip-names.js';
import type { AttributeValue } from './hdf5/attributes.js';
import type { FileArray, WeightsFile } from './hdf5/read.js';
import { isPlainList, parseJson, requireRecord } from './json.js';

export const INDEX_ENDING = '.weights.json';

/** Keras calls it GB. */
const GIBIBYTE = 2 ** 30;

/** What NAME.weights.json holds. */
export interface ShardIndex {
  /** The files that hold arrays of a group, by the group's path. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** The checksums of the files where Keratin wrote them; Keras writes none. */
  readonly checksums: ReadonlyMap<string, number>;
}

function groupOfArray(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** A size in GiB as bytes. */
export function shardBytes(maxShardSize: number): number {
  if (Number.isFinite(maxShardSize) && maxShardSize > 0) return maxShardSize * GIBIBYTE;
  throw new ArgumentError({
    where: 'saveWeights',
    what: 'maxShardSize is not a size',
    expected: 'a number of GiB above 0, such as 5',
    received: String(maxShardSize),
  });
}

function tooLarge(path: string, size: number, limit: number): ArgumentError {
  return new ArgumentError({
    where: 'saveWeights',
    what: `the weight "${path}" is larger than a file may be`,
    expected: `at most ${limit} bytes`,
    received: `${size} bytes`,
    fix: `raise maxShardSize to ${size / GIBIBYTE} or more`,
  });
}

/**
 * The content of each file: arrays in their order, a new file where the next one would not fit.
 * A group may go on in the next file; its attributes are in both.
 */
export function splitWeights(content: WeightsFile, limit: number): readonly WeightsFile[] {
  interface Shard extends WeightsFile {
    readonly arrays: Map<string, FileArray>;
    readonly attributes: Map<string, ReadonlyMap<string, AttributeValue>>;
  }
  let current: Shard = { arrays: new Map(), attributes: new Map(content.attributes) };
  const shards = [current];
  let filled = 0;
  for (const [path, array] of content.arrays) {
    const size = array.values.byteLength;
    if (size > limit) throw tooLarge(path, size, limit);
    filled += size;
    if (filled > limit) {
      current = { arrays: new Map(), attributes: new Map() };
      shards.push(current);
      filled = size;
    }
    current.arrays.set(path, array);
    const group = groupOfArray(path);
    const attributes = content.attributes.get(group);
    if (attributes !== undefined) current.attributes.set(group, attributes);
  }
  return shards;
}

/** The name of a file beside the index `model.weights.json`: `model_00000.weights.h5`. */
export function shardName(indexName: string, number: number): string {
  const base = indexName.slice(0, -INDEX_ENDING.length);
  return `${base}_${String(number).padStart(5, '0')}.weights.h5`;
}

/** One file to write. */
export interface ShardFile {
  readonly name: string;
  readonly content: WeightsFile;
  readonly bytes: Uint8Array;
}

/** The bytes of the index of these files. */
export function indexBytes(files: readonly ShardFile[]): Uint8Array {
  let size = 0;
  const places = new Map<string, string[]>();
  for (const { name, content } of files) {
    for (const [path, { values }] of content.arrays) {
      size += values.byteLength;
      const group = `/${groupOfArray(path)}`;
      const names = places.get(group) ?? [];
      if (!names.includes(name)) names.push(name);
      places.set(group, names);
    }
  }
  const weightMap = [...places].map(([group, names]) => [
    group,
    names.length === 1 ? names[0] : names,
  ]);
  const checksums = files.map(({ name, bytes }) => [name, crc32(bytes)]);
  const index = {
    metadata: { total_size: size, checksums: Object.fromEntries(checksums) },
    weight_map: Object.fromEntries(weightMap),
  };
  return new TextEncoder().encode(JSON.stringify(index, null, 4));
}

function damaged(where: string, what: string, received: string): FormatError {
  return new FormatError({
    where,
    what,
    received: received.slice(0, 200),
    fix: 'the files do not belong together or are damaged: save or copy all of them again',
  });
}

/** Names of files: plain ones, so that an index opens nothing but its neighbours. */
function fileNames(where: string, value: Plain): readonly string[] {
  const names = isPlainList(value) ? value : [value];
  return names.map((name) => {
    if (typeof name !== 'string' || !name.endsWith('.h5') || name.includes('/')) {
      throw damaged(
        where,
        'this is not the name of a file beside it',
        JSON.stringify(name ?? null),
      );
    }
    checkMemberName(where, name);
    return name;
  });
}

/** Reads NAME.weights.json. */
export function readIndex(where: string, bytes: Uint8Array, limits?: ReadLimits): ShardIndex {
  const index = requireRecord(where, parseJson(where, bytes, limits));
  const map = requireRecord(where, index['weight_map'] ?? null);
  const places = new Map(
    Object.entries(map).map(([group, value]) => [
      group.replace(/^\//, ''),
      fileNames(where, value),
    ]),
  );
  const metadata = requireRecord(where, index['metadata'] ?? {});
  const checksums = Object.entries(requireRecord(where, metadata['checksums'] ?? {}));
  const known = checksums.filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return { places, checksums: new Map(known) };
}

/** The names of all files that an index needs, each once. */
export function filesOf({ places }: ShardIndex): readonly string[] {
  return [...new Set([...places.values()].flat())];
}

/** Throws where a file is not the one that the index was written for. */
export function checkShard({ checksums }: ShardIndex, name: string, bytes: Uint8Array): void {
  const wanted = checksums.get(name);
  if (wanted === undefined || wanted === crc32(bytes)) return;
  throw damaged(name, 'the file is not the one that was saved with its index', 'another checksum');
}

/** All weights of the files; throws where the index and the files disagree. */
export function joinWeights(
  where: string,
  { places }: ShardIndex,
  shards: ReadonlyMap<string, WeightsFile>,
): WeightsFile {
  const arrays = new Map<string, FileArray>();
  const attributes = new Map<string, ReadonlyMap<string, AttributeValue>>();
  for (const [name, shard] of shards) {
    for (const [path, array] of shard.arrays) {
      if (!places.get(groupOfArray(path))?.includes(name) || arrays.has(path)) {
        throw damaged(where, `"${name}" holds an array that the index does not place there`, path);
      }
      arrays.set(path, array);
    }
    for (const [path, values] of shard.attributes) attributes.set(path, values);
  }
  const found = new Set([...arrays.keys()].map(groupOfArray));
  for (const group of places.keys()) {
    if (!found.has(group)) throw damaged(where, 'a group is in none of the files', group);
  }
  return { arrays, attributes };
}

// Weights in several files on disk: the index and its neighbours. shards.ts says what is in which.
import { FormatError } from '../core/errors.js';
import { fullLimits, type ReadLimits } from '../files/limits.js';
import { type FilePlace, neighbour, readPlace, writePlace } from '../files/places.js';
import { readWeights, type WeightsFile } from './hdf5/read.js';
import { writeWeights } from './hdf5/write.js';
import {
  checkShard,
  filesOf,
  indexBytes,
  joinWeights,
  readIndex,
  type ShardFile,
  shardBytes,
  shardName,
  splitWeights,
} from './shards.js';

/** Writes the files, then the index that makes them valid. */
export async function writeShards(
  place: FilePlace,
  weights: WeightsFile,
  maxShardSize: number,
  overwrite: boolean,
): Promise<void> {
  const { own, path } = await neighbour(place);
  const shards = splitWeights(weights, shardBytes(maxShardSize));
  const files: ShardFile[] = [];
  for (const [number, content] of shards.entries()) {
    files.push({ name: shardName(own, number), content, bytes: await writeWeights(content) });
  }
  for (const { name, bytes } of files) await writePlace(path(name), bytes, overwrite);
  await writePlace(path(own), indexBytes(files), overwrite);
}

/** Reads the index and all files that it names, as one. */
export async function readShards(place: FilePlace, limits?: ReadLimits): Promise<WeightsFile> {
  const { own, path } = await neighbour(place);
  const index = readIndex(own, await readPlace(path(own)), limits);
  const { maxBytes } = fullLimits(limits);
  const shards = new Map<string, WeightsFile>();
  let total = 0;
  for (const name of filesOf(index)) {
    const bytes = await readPlace(path(name));
    total += bytes.length;
    if (total > maxBytes) {
      throw new FormatError({
        where: own,
        what: 'the files are too large together',
        expected: `at most ${maxBytes} bytes`,
        received: `${total} bytes up to ${name}`,
        fix: 'if you trust the files, raise maxBytes',
      });
    }
    checkShard(index, name, bytes);
    shards.set(name, await readWeights(bytes, limits));
  }
  return joinWeights(own, index, shards);
}

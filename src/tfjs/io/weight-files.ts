// The weight files that model.json lists, wherever they lie: how many bytes each group must have is
// known before the first one is read.
import { FormatError } from '../../core/errors.js';
import { isRecord } from '../../core/tree.js';
import { crc32 } from '../../files/crc32.js';
import { CompositeArrayBuffer } from './composite-buffer.js';
import type {
  ModelArtifacts,
  OnProgressCallback,
  WeightsManifestConfig,
  WeightsManifestEntry,
  WeightsManifestGroupConfig,
} from './types.js';
import { checkedBytes } from './weight-arrays.js';
import { getWeightSpecs } from './weights.js';

/** The name of the one file of weights that is written. */
export const WEIGHTS_FILE = 'weights.bin';

/** Reads a file of at most so many bytes. */
export type ReadFile = (path: string, most: number) => Promise<Uint8Array>;

/** A group as it is written here: with checksums, which TensorFlow.js leaves alone. */
interface CheckedGroup extends WeightsManifestGroupConfig {
  readonly checksums?: Readonly<Record<string, number>>;
}

function damaged(path: string, what: string, expected: string, received: string): FormatError {
  return new FormatError({
    where: path.slice(0, 200),
    what,
    expected,
    received,
    fix: 'the files do not belong together, or are damaged: save or copy all of them again',
  });
}

function checkSum({ checksums }: CheckedGroup, path: string, bytes: Uint8Array): void {
  const wanted: unknown = isRecord(checksums) ? checksums[path] : undefined;
  if (typeof wanted !== 'number' || wanted === crc32(bytes)) return;
  throw damaged(
    path,
    'the file is not the one that was saved with model.json',
    'its checksum',
    'another',
  );
}

async function readGroup(
  group: WeightsManifestGroupConfig,
  read: ReadFile,
  onFile: () => void,
): Promise<Uint8Array[]> {
  const total = checkedBytes(group.weights);
  const files: Uint8Array[] = [];
  let left = total;
  for (const path of group.paths) {
    const bytes = await read(path, left);
    if (bytes.length > left) {
      throw damaged(
        path,
        'the file is larger than its weights',
        `${left} bytes`,
        `${bytes.length}`,
      );
    }
    checkSum(group, path, bytes);
    left -= bytes.length;
    files.push(bytes);
    onFile();
  }
  if (left === 0) return files;
  const where = group.paths.join(', ') || 'weightsManifest';
  throw damaged(where, 'bytes are missing', `${total}`, `${total - left}`);
}

/** The weights of a manifest, with their bytes. */
export async function readWeightFiles(
  manifest: WeightsManifestConfig,
  read: ReadFile,
  onProgress?: OnProgressCallback,
): Promise<[WeightsManifestEntry[], ArrayBuffer]> {
  const count = manifest.reduce((sum, { paths }) => sum + paths.length, 0);
  let done = 0;
  const groups: Uint8Array[][] = [];
  for (const group of manifest) {
    groups.push(await readGroup(group, read, () => onProgress?.(++done / count)));
  }
  return [getWeightSpecs(manifest), CompositeArrayBuffer.join(groups.flat())];
}

/** The manifest of one file, and the bytes of that file. */
export function manifestOf(
  { weightSpecs = [], weightData = [] }: ModelArtifacts,
  path = WEIGHTS_FILE,
): { manifest: WeightsManifestConfig; bytes: Uint8Array } {
  const bytes = new Uint8Array(CompositeArrayBuffer.join(weightData));
  const group: CheckedGroup = {
    paths: [path],
    weights: weightSpecs,
    checksums: { [path]: crc32(bytes) },
  };
  return { manifest: [group], bytes };
}

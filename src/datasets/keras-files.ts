// Where the files of Keras's data sets lie: its addresses and hashes, fetched through the cache.
import { ArgumentError } from '../core/errors.js';
import { getFile } from '../files/get-file.js';

const FOLDER = 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/';

/** Options of all data sets that come from Keras's addresses. */
export interface DataSetOptions {
  /** The name of the file in the cache; default that of Keras. */
  readonly path?: string;
  /** Another address of the same file, `file:` too; default that of Keras. */
  readonly origin?: string | URL;
  /** The hash that the file must have; default that of Keras's file. null checks nothing. */
  readonly fileHash?: string | null;
  /** The cache; default `$KERATIN_HOME`, or `.keratin` in the home folder. */
  readonly cacheDir?: string;
}

/** A file as Keras knows it. */
export interface KerasFile {
  readonly name: string;
  /** The whole address, where it is not in Keras's folder. */
  readonly origin?: string;
  readonly hash: string;
}

/** The path of a file, fetched if need be; of the folder with its members for an archive. */
export function fetched(
  file: KerasFile,
  options: DataSetOptions,
  extract = false,
): Promise<string> {
  const { path, origin, fileHash, cacheDir } = options;
  return getFile(origin ?? file.origin ?? FOLDER + file.name, {
    fname: path ?? file.name,
    fileHash: fileHash === undefined ? file.hash : fileHash,
    extract,
    ...(cacheDir === undefined ? {} : { cacheDir }),
  });
}

/** The number of samples to train on; throws unless `part` is one. */
export function trainCount(where: string, count: number, part: number): number {
  if (part >= 0 && part < 1) return Math.trunc(count * (1 - part));
  throw new ArgumentError({
    where,
    what: 'testSplit is no part',
    expected: 'a number from 0 to below 1',
    received: String(part),
    fix: 'for example 0.2',
  });
}

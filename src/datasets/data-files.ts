// Files of data sets: looked for in folders, else downloaded into the cache. Node only.
import { ArgumentError, FormatError } from '../core/errors.js';
import { writeNodeFile } from '../files/node-files.js';
import { importFiles, importPaths } from '../files/node-modules.js';

/** A file of a data set. */
export interface DataFile {
  readonly name: string;
  /** SHA-256 of the unpacked bytes, since packers differ; null where any will do. */
  readonly sha256: string | null;
}

/** Where a data set may be. */
export interface DataPlaces {
  readonly dataSet: string;
  /** Folders to look in, in order. */
  readonly folders: readonly string[];
  /** Where downloads are kept. */
  readonly cache: string;
  /** The address that the file's name is put behind. */
  readonly url: string;
  /** What else the user may do, for the error. */
  readonly hint: string;
}

async function unpack(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function checked(
  file: DataFile,
  packed: Uint8Array<ArrayBuffer>,
  from: string,
): Promise<Uint8Array> {
  const damaged = (received: string, cause?: unknown): FormatError =>
    new FormatError(
      {
        where: from,
        what: 'the file is not the one that belongs to the data set',
        expected: `unpacked bytes${file.sha256 === null ? '' : ` with SHA-256 ${file.sha256}`}`,
        received,
        fix: 'delete the file, so that it is fetched again',
      },
      { cause },
    );
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await unpack(packed);
  } catch (cause) {
    throw damaged('bytes that cannot be unpacked', cause);
  }
  if (file.sha256 === null) return bytes;
  const found = await sha256(bytes);
  if (found !== file.sha256) throw damaged(found);
  return bytes;
}

/** Writes so that a reader sees the whole file or none. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const { mkdir } = await importFiles();
  const { join } = await importPaths();
  await mkdir(folder, { recursive: true });
  await writeNodeFile(join(folder, name), bytes, true);
}

async function download(file: DataFile, places: DataPlaces): Promise<Uint8Array> {
  const address = `${places.url}/${file.name}`;
  let packed: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    packed = new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new ArgumentError(
      {
        where: places.dataSet,
        what: `the file ${file.name} was not found and could not be downloaded`,
        expected: `it in ${[...places.folders, places.cache].join(' or ')}, or at ${address}`,
        received: cause instanceof Error ? cause.message : String(cause),
        fix: places.hint,
      },
      { cause },
    );
  }
  const bytes = await checked(file, packed, address);
  await writeWhole(places.cache, file.name, packed);
  return bytes;
}

/** The unpacked bytes of a file: from the first folder that has it, else downloaded. */
export async function readDataFile(file: DataFile, places: DataPlaces): Promise<Uint8Array> {
  const { readFile } = await importFiles();
  const { join } = await importPaths();
  for (const folder of [...places.folders, places.cache]) {
    const path = join(folder, file.name);
    let packed: Uint8Array<ArrayBuffer>;
    try {
      packed = new Uint8Array(await readFile(path));
    } catch {
      continue;
    }
    return checked(file, packed, path);
  }
  return download(file, places);
}

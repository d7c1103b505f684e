// Where a file lies: a path on Node, a file handle in browsers. One read and one write for both.
import { describe } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { readNodeFile, readNodeFolder, writeNodeFile } from './node-files.js';
import { writeNodeFolder } from './node-folder.js';
import { importPaths, importUrls } from './node-modules.js';

/** A path or file URL on Node, or a handle that the user picked in a browser. */
export type FilePlace = string | URL | FileSystemFileHandle;

/** The name that an extension is read from. */
export function nameOfPlace(place: FilePlace): string {
  if (typeof place === 'string') return place;
  if (place instanceof URL) return decodeURIComponent(place.pathname);
  if (typeof place === 'object' && place !== null && typeof place.name === 'string')
    return place.name;
  throw new ArgumentError({
    where: 'file',
    what: 'this says of no file where it lies',
    expected: 'a path, a file URL, or a file handle',
    received: describe(place),
    fix: "give a path such as 'output/model.keras'",
  });
}

async function pathOf(place: string | URL): Promise<string> {
  if (typeof place === 'string') return place;
  const { fileURLToPath } = await importUrls();
  return fileURLToPath(place);
}

/** All bytes that lie at `place`. */
export async function readPlace(place: FilePlace): Promise<Uint8Array> {
  if (isPath(place)) return readNodeFile(await pathOf(place));
  return new Uint8Array(await (await place.getFile()).arrayBuffer());
}

/** Those of the named files that the folder at `place` holds; undefined where it is no folder. */
export async function readFolder(
  place: FilePlace,
  names: readonly string[],
): Promise<Map<string, Uint8Array> | undefined> {
  return isPath(place) ? readNodeFolder(await pathOf(place), names) : undefined;
}

function isPath(place: FilePlace): place is string | URL {
  return typeof place === 'string' || place instanceof URL;
}

function withoutFolder(place: FilePlace): ArgumentError {
  return new ArgumentError({
    where: nameOfPlace(place),
    what: 'several files need a folder, which a file handle does not tell',
    expected: 'a path or file URL',
    received: 'a FileSystemFileHandle',
    fix: 'keep all weights in one file',
  });
}

/** The name of the file at `place`, without its folder, and the path of its neighbour `name`. */
export async function neighbour(place: FilePlace): Promise<{
  readonly own: string;
  readonly path: (name: string) => string;
}> {
  if (!isPath(place)) throw withoutFolder(place);
  const { basename, dirname, join } = await importPaths();
  const path = await pathOf(place);
  return { own: basename(path), path: (name) => join(dirname(path), name) };
}

/** Makes the folder at `place` hold these files and no other, as a whole or not at all. */
export async function writeFolder(
  place: FilePlace,
  members: ReadonlyMap<string, Uint8Array>,
  overwrite: boolean,
): Promise<void> {
  if (!isPath(place)) throw withoutFolder(place);
  await writeNodeFolder(await pathOf(place), members, overwrite);
}

/** Replaces what lies at `place`, as a whole or not at all. */
export async function writePlace(
  place: FilePlace,
  bytes: Uint8Array,
  overwrite: boolean,
): Promise<void> {
  if (isPath(place)) {
    return writeNodeFile(await pathOf(place), bytes, overwrite);
  }
  // A writable of a handle collects bytes beside the file and swaps them in when closed.
  const writable = await place.createWritable();
  await writable.write(Uint8Array.from(bytes));
  await writable.close();
}

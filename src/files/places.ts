// Where a file lies: a path on Node, a file handle in browsers. One read and one write for both.
import { readNodeFile, readNodeFolder, writeNodeFile } from './node-files.js';
import { importUrls } from './node-modules.js';

/** A path or file URL on Node, or a handle that the user picked in a browser. */
export type FilePlace = string | URL | FileSystemFileHandle;

/** The name that an extension is read from. */
export function nameOfPlace(place: FilePlace): string {
  if (typeof place === 'string') return place;
  return place instanceof URL ? decodeURIComponent(place.pathname) : place.name;
}

async function pathOf(place: string | URL): Promise<string> {
  if (typeof place === 'string') return place;
  const { fileURLToPath } = await importUrls();
  return fileURLToPath(place);
}

/** All bytes that lie at `place`. */
export async function readPlace(place: FilePlace): Promise<Uint8Array> {
  if (typeof place === 'string' || place instanceof URL) return readNodeFile(await pathOf(place));
  return new Uint8Array(await (await place.getFile()).arrayBuffer());
}

/** Those of the named files that the folder at `place` holds; undefined where it is no folder. */
export async function readFolder(
  place: FilePlace,
  names: readonly string[],
): Promise<Map<string, Uint8Array> | undefined> {
  const isPath = typeof place === 'string' || place instanceof URL;
  return isPath ? readNodeFolder(await pathOf(place), names) : undefined;
}

/** Replaces what lies at `place`, as a whole or not at all. */
export async function writePlace(
  place: FilePlace,
  bytes: Uint8Array,
  overwrite: boolean,
): Promise<void> {
  if (typeof place === 'string' || place instanceof URL) {
    return writeNodeFile(await pathOf(place), bytes, overwrite);
  }
  // A writable of a handle collects bytes beside the file and swaps them in when closed.
  const writable = await place.createWritable();
  await writable.write(Uint8Array.from(bytes));
  await writable.close();
}

// Files on disk. A save is written beside its target, flushed, then renamed over it: whoever looks,
// whenever the power fails, finds the old file or the new one, never half of one.
import type { FileHandle } from 'node:fs/promises';
import { ArgumentError, StateError } from '../core/errors.js';
import { importFiles, importPaths } from './node-modules.js';

/** What is used of node:fs/promises, so that tests can make each step fail. */
export interface FileOperations {
  open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: boolean }): Promise<void>;
  stat(path: string): Promise<{ readonly mode: number }>;
  realpath(path: string): Promise<string>;
}

/** Node moves at most 2 GiB in one call. */
const PIECE = 2 ** 28;

export function runsOnNode(): boolean {
  return typeof process !== 'undefined' && typeof process.versions?.node === 'string';
}

export async function nodeFiles(path: string): Promise<typeof import('node:fs/promises')> {
  if (runsOnNode()) return importFiles();
  throw new StateError({
    where: path,
    what: 'there are no file paths outside Node',
    fix: 'pass a FileSystemFileHandle, or use modelToBytes and modelFromBytes',
  });
}

export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The error for a file or folder that could not be read or written. */
export function failed(path: string, verb: string, cause: unknown): StateError {
  const code = codeOf(cause);
  const fixes: Record<string, string> = {
    ENOENT: `check the path${verb === 'written' ? ': its folder must exist' : ''}`,
    EACCES: 'check who may read and write there',
    EROFS: 'choose a folder that can be written to',
    ENOSPC: 'free some space on the disk',
    EISDIR: 'give the path of a file, not of a folder',
  };
  return new StateError(
    {
      where: path,
      what: `the file could not be ${verb}`,
      received: cause instanceof Error ? cause.message : String(cause),
      fix: fixes[code ?? ''] ?? 'see the cause of this error',
    },
    { cause },
  );
}

/** All bytes of a file. */
export async function readNodeFile(path: string, files?: FileOperations): Promise<Uint8Array> {
  const { open } = files ?? (await nodeFiles(path));
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        const wanted = Math.min(PIECE, size - filled);
        const { bytesRead } = await handle.read(bytes, filled, wanted, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw failed(path, 'read', error);
  }
}

/** Those of the named files that a folder holds (links do not count); undefined for no folder. */
export async function readNodeFolder(
  path: string,
  names: readonly string[],
): Promise<Map<string, Uint8Array> | undefined> {
  if (!runsOnNode()) return undefined;
  const { readdir } = await importFiles();
  const { join } = await importPaths();
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  const contents = new Map<string, Uint8Array>();
  for (const entry of entries) {
    if (!entry.isFile() || !names.includes(entry.name)) continue;
    contents.set(entry.name, await readNodeFile(join(path, entry.name)));
  }
  for (const name of names) {
    const end = name.lastIndexOf('/');
    if (end < 0) continue;
    const inner = await readNodeFolder(join(path, name.slice(0, end)), [name.slice(end + 1)]);
    for (const content of inner?.values() ?? []) contents.set(name, content);
  }
  return contents;
}

async function writeFlushed(files: FileOperations, path: string, bytes: Uint8Array, mode: number) {
  const handle = await files.open(path, 'wx', mode);
  try {
    let written = 0;
    while (written < bytes.length) {
      const wanted = Math.min(PIECE, bytes.length - written);
      const { bytesWritten } = await handle.write(bytes, written, wanted, written);
      if (bytesWritten === 0) throw new Error('the disk took no more bytes');
      written += bytesWritten;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the rename itself survive a power cut. Windows cannot open folders, nor needs to. */
async function flushFolder(files: FileOperations, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Where a path leads, and the permissions of what lies there already. */
async function existing(files: FileOperations, path: string) {
  try {
    const target = await files.realpath(path);
    return { target, mode: (await files.stat(target)).mode & 0o777 };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export function randomSuffix(): string {
  return Math.floor(Math.random() * 2 ** 48).toString(36);
}

async function replace(files: FileOperations, path: string, bytes: Uint8Array, overwrite: boolean) {
  const found = await existing(files, path);
  if (found !== undefined && !overwrite) {
    throw new ArgumentError({
      where: path,
      what: 'the file exists already',
      fix: 'choose another name, or save with { overwrite: true }',
    });
  }
  const target = found?.target ?? path;
  const { dirname, basename, join } = await importPaths();
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.tmp-${process.pid}-${randomSuffix()}`);
  try {
    await writeFlushed(files, temporary, bytes, found?.mode ?? 0o666);
    await files.rename(temporary, target);
  } catch (error) {
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushFolder(files, folder);
}

/** Writes a file as a whole or not at all. */
export async function writeNodeFile(
  path: string,
  bytes: Uint8Array,
  overwrite: boolean,
  files?: FileOperations,
): Promise<void> {
  const operations = files ?? (await nodeFiles(path));
  try {
    await replace(operations, path, bytes, overwrite);
  } catch (error) {
    throw error instanceof ArgumentError ? error : failed(path, 'written', error);
  }
}

// Saving is all or nothing: whichever step fails, the file holds the old bytes or the new ones.
import { type ChildProcess, spawn } from 'node:child_process';
import * as realFiles from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgumentError, StateError } from '../../src/core/errors.js';
import { type FileOperations, readNodeFile, writeNodeFile } from '../../src/files/node-files.js';

const before = new Uint8Array(1000).fill(1);
const after = new Uint8Array(3000).fill(2);
let folder = '';
let path = '';

beforeEach(async () => {
  folder = await realFiles.mkdtemp(join(tmpdir(), 'keratin-'));
  path = join(folder, 'model.keras');
});

afterEach(async () => {
  await realFiles.rm(folder, { recursive: true, force: true });
});

/** File operations of which the step with this number fails. */
function failingAt(step: number, code: string): { files: FileOperations; steps: () => number } {
  let count = 0;
  const guard = <Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      if (count++ === step) throw Object.assign(new Error(`${code}: injected`), { code });
      return run(...args);
    };
  };
  const open: FileOperations['open'] = guard(async (...args) => {
    const handle = await realFiles.open(...args);
    for (const method of ['write', 'sync'] as const) {
      const original: unknown = Reflect.get(handle, method);
      if (typeof original !== 'function') continue;
      const run = (...values: unknown[]) => Reflect.apply(original, handle, values);
      Reflect.set(handle, method, guard(run));
    }
    return handle;
  });
  const { rename, rm } = realFiles;
  const files: FileOperations = {
    open,
    rename: guard(rename),
    rm,
    stat: guard((name: string) => realFiles.stat(name)),
    realpath: guard((name: string) => realFiles.realpath(name)),
  };
  return { files, steps: () => count };
}

describe('files on disk', () => {
  it('reads back what it wrote, over an older file too', async () => {
    await writeNodeFile(path, before, true);
    expect(await readNodeFile(path)).toEqual(before);
    await writeNodeFile(path, after, true);
    expect(await readNodeFile(path)).toEqual(after);
    expect(await realFiles.readdir(folder)).toEqual(['model.keras']);
  });

  it('keeps an older file unless told to overwrite it', async () => {
    await writeNodeFile(path, before, false);
    await expect(writeNodeFile(path, after, false)).rejects.toThrow(ArgumentError);
    expect(await readNodeFile(path)).toEqual(before);
  });

  it('writes through a symbolic link, and keeps permissions', async () => {
    await writeNodeFile(path, before, true);
    await realFiles.chmod(path, 0o600);
    const link = join(folder, 'link.keras');
    await realFiles.symlink(path, link);
    await writeNodeFile(link, after, true);
    expect(await readNodeFile(path)).toEqual(after);
    expect((await realFiles.stat(path)).mode & 0o777).toBe(0o600);
    expect((await realFiles.lstat(link)).isSymbolicLink()).toBe(true);
  });

  it('ignores what an interrupted save left behind', async () => {
    await realFiles.writeFile(join(folder, '.model.keras.tmp-1-abc'), 'half');
    await writeNodeFile(path, after, false);
    expect(await readNodeFile(path)).toEqual(after);
  });

  it('says what is wrong with a path', async () => {
    const missing = join(folder, 'missing', 'model.keras');
    await expect(writeNodeFile(missing, after, true)).rejects.toThrow(/folder must exist/);
    await expect(readNodeFile(missing)).rejects.toThrow(StateError);
    await expect(readNodeFile(folder)).rejects.toThrow(/not of a folder/);
  });

  it('throws, and keeps one whole file, whichever step fails', async () => {
    const { files, steps } = failingAt(-1, '');
    await writeNodeFile(path, before, true, files);
    await writeNodeFile(path, before, true, files);
    const count = steps();
    expect(count).toBeGreaterThan(8);
    for (const code of ['ENOSPC', 'EACCES', 'EIO']) {
      for (let step = 0; step < count; step++) {
        await writeNodeFile(path, before, true);
        const failing = failingAt(step, code);
        const outcome = await writeNodeFile(path, after, true, failing.files).catch(
          (error: unknown) => error,
        );
        const found = await readNodeFile(path);
        expect([before, after]).toContainEqual(found);
        if (outcome === undefined) expect(found).toEqual(after);
        else expect(outcome).toBeInstanceOf(StateError);
      }
    }
    expect(await realFiles.readdir(folder)).toEqual(['model.keras']);
  });
});

describe('a killed process', () => {
  const kills = Number(process.env.KERATIN_FUZZ ?? 0) > 0 ? 200 : 3;

  it('leaves a whole file', { timeout: 600_000 }, async () => {
    const script = new URL('./save-forever.ts', import.meta.url).pathname;
    for (let round = 0; round < kills; round++) {
      const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      const bytes = await readNodeFile(path);
      expect(bytes.length).toBe(2 ** 20);
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
    }
  });
});

// Where Fashion-MNIST is looked for, and what is said where it is missing or damaged.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ArgumentError, datasets, FormatError } from '../../src/index.js';

const FILE = 'train-images-idx3-ubyte.gz';

describe('fashionMnist', () => {
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'fashion-'));
    vi.stubEnv('HOME', home);
    vi.stubEnv('USERPROFILE', home);
  });
  afterEach(() => vi.unstubAllGlobals());
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });

  it('says where it looked when there is no file and no network', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new Error('no network')));
    const dir = join(home, 'empty');
    const failed = datasets.fashionMnist({ dir });
    await expect(failed).rejects.toThrow(ArgumentError);
    await expect(failed).rejects.toThrow(`it in ${dir} or `);
    await expect(failed).rejects.toThrow('no network');
    await expect(failed).rejects.toThrow('dataset-fashion-mnist');
  });

  it('refuses files that are damaged or others', async () => {
    await writeFile(join(home, FILE), 'not packed');
    await expect(datasets.fashionMnist({ dir: home })).rejects.toThrow('cannot be unpacked');
    await writeFile(join(home, FILE), gzipSync('another file'));
    const failed = datasets.fashionMnist({ dir: home });
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow('SHA-256 c59f468a');
  });

  it('names the file that does not hold what it announces, and labels of other pictures', async () => {
    const dir = join(home, 'others');
    await mkdir(dir);
    const files: Readonly<Record<string, readonly number[]>> = {
      [FILE]: [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9],
      'train-labels-idx1-ubyte.gz': [0, 0, 8, 1, 0, 0, 0, 2, 4],
    };
    const write = async (name: string, bytes: readonly number[]) =>
      writeFile(join(dir, name), gzipSync(Uint8Array.from(bytes)));
    for (const [name, bytes] of Object.entries(files)) await write(name, bytes);
    const load = () => datasets.fashionMnist({ dir, fileHash: null });
    await expect(load()).rejects.toThrow(FormatError);
    await expect(load()).rejects.toThrow('expected 2 bytes');
    await write('train-labels-idx1-ubyte.gz', [0, 0, 8, 1, 0, 0, 0, 2, 4, 4]);
    await expect(load()).rejects.toThrow('1 labels, one for each picture');
    await write(FILE, [0, 0, 9, 3, 0, 0, 0, 1]);
    await expect(load()).rejects.toThrow('not an IDX file');
    await rm(dir, { recursive: true });
  });

  it('does not keep a download that is wrong', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(gzipSync('a login page'))));
    const failed = datasets.fashionMnist({ dir: join(home, 'empty') });
    await expect(failed).rejects.toThrow(FormatError);
    expect(await readdir(home)).toEqual([FILE]);
  });
});

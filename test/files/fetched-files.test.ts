// getFile against Keras's, from a server of our own: paths, requests, and what lies in the cache.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { data, KeratinError } from '../../src/index.js';
import { goldenCases, ourOptions } from '../golden-cases.js';
import { type LocalServer, startServer } from './local-server.js';

interface Call {
  /** What the address ends with, behind the server. */
  readonly path: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** What the server holds from then on in the place of words.txt, in base64. */
  readonly content?: string;
  /** The path in the cache; null where Keras fails. */
  readonly result: string | null;
  readonly requests: number;
  /** Files of the cache with the MD5 of what they hold. */
  readonly kept: Readonly<Record<string, string>>;
}

interface FileCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly calls: readonly Call[];
}

const cases = goldenCases<FileCase>('fetched-files');
const files = cases.find((one) => 'files' in one)?.files ?? {};

const held = new Map<string, Buffer>();
let server: LocalServer;
let origin = '';
let requests = 0;
let cacheDir = '';

const slashed = (path: string) => path.replaceAll('\\', '/');

beforeAll(async () => {
  server = await startServer(({ url = '' }, response) => {
    requests += 1;
    const content = held.get(basename(new URL(url, origin).pathname));
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  origin = server.origin;
});
afterAll(() => server.close());
beforeEach(async () => {
  for (const [name, content] of Object.entries(files))
    held.set(name, Buffer.from(content, 'base64'));
  cacheDir = await mkdtemp(join(tmpdir(), 'cache-'));
});
afterEach(() => rm(cacheDir, { recursive: true }));

async function kept(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(cacheDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const digest = createHash('md5')
      .update(await readFile(path))
      .digest('hex');
    found[slashed(relative(cacheDir, path))] = digest;
  }
  return found;
}

async function follows(call: Call): Promise<void> {
  const { path, options, content, result } = call;
  if (content !== undefined) held.set('words.txt', Buffer.from(content, 'base64'));
  const before = requests;
  const fetched = data.getFile(`${origin}/${path}`, { cacheDir, ...ourOptions(options) });
  if (result === null) {
    await expect(fetched).rejects.toThrow(KeratinError);
    return;
  }
  expect(slashed(relative(cacheDir, await fetched))).toBe(result);
  expect(requests - before).toBe(call.requests);
  expect(await kept()).toEqual(call.kept);
}

describe('getFile equals Keras', () => {
  const runs = cases.filter((one) => 'calls' in one);
  it.each(runs)('$name', async ({ calls }) => {
    for (const call of calls) await follows(call);
  });
});

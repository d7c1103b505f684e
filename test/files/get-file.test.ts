// getFile against a server of our own: what is kept, what is refused, and what a failure leaves.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeZip } from '../../src/files/zip.js';
import { ArgumentError, data, FormatError, StateError } from '../../src/index.js';
import { rawZip } from '../saving/raw-zip.js';
import { type LocalServer, startServer } from './local-server.js';
import { type RawMember, rawTar } from './raw-tar.js';

let server: LocalServer;
let origin = '';
let answer: RequestListener = () => undefined;
let requests = 0;
let cacheDir = '';

beforeAll(async () => {
  server = await startServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  origin = server.origin;
});
afterAll(() => server.close());
beforeEach(async () => {
  requests = 0;
  cacheDir = await mkdtemp(join(tmpdir(), 'cache-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cacheDir, { recursive: true });
});

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const serve = (content: string | Uint8Array): void => {
  answer = (_, response) => void response.end(content);
};
const kept = () => readdir(join(cacheDir, 'datasets')).catch(() => []);

describe('getFile', () => {
  it('fetches once and keeps the file', async () => {
    serve('hello');
    const steps: unknown[] = [];
    const onProgress = (...step: unknown[]) => steps.push(step);
    const path = await data.getFile(`${origin}/a/words.txt?x=1`, { cacheDir, onProgress });
    expect(path).toBe(join(cacheDir, 'datasets', 'words.txt'));
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect(steps).toEqual([[5, 5]]);
    serve('changed');
    expect(await data.getFile(`${origin}/a/words.txt`, { cacheDir })).toBe(path);
    expect(requests).toBe(1);
    await data.getFile(`${origin}/a/words.txt`, { cacheDir, forceDownload: true });
    expect(await readFile(path, 'utf8')).toBe('changed');
    expect(await kept()).toEqual(['words.txt']);
  });

  it('uses KERATIN_HOME, other names and folders', async () => {
    serve('hello');
    vi.stubEnv('KERATIN_HOME', cacheDir);
    const options = { fname: 'other', cacheSubdir: 'models/texts' };
    const path = await data.getFile(`${origin}/words`, options);
    expect(path).toBe(join(cacheDir, 'models', 'texts', 'other'));
  });

  it('checks SHA-256 and MD5, and fetches again what has another', async () => {
    serve('hello');
    const md5 = createHash('md5').update('hello').digest('hex').toUpperCase();
    const path = await data.getFile(`${origin}/x`, { cacheDir, fileHash: md5 });
    await writeFile(path, 'damaged');
    await data.getFile(`${origin}/x`, { cacheDir, fileHash: sha256('hello') });
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect(requests).toBe(2);
    const failed = data.getFile(`${origin}/x`, { cacheDir, fileHash: sha256('other') });
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow(
      `expected sha256 ${sha256('other')}   received ${sha256('hello')}`,
    );
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect(await kept()).toEqual(['x']);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['is not there', (_, response) => void response.writeHead(404).end(), /answered 404/],
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('12345', () => response.destroy());
      },
      /could not be fetched/,
    ],
    [
      'falls silent',
      (_, response) => void response.writeHead(200).write('12'),
      /silent for 100 ms/,
    ],
    ['never answers', () => undefined, /silent for 100 ms/],
    ['is too large', (_, response) => void response.end(Buffer.alloc(2000)), /at most 1000 bytes/],
  ])('leaves nothing where the file %s', async (_, listener, message) => {
    answer = listener;
    const limits = { maxBytes: 1000 };
    const failed = data.getFile(`${origin}/x`, { cacheDir, timeout: 100, limits });
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow(`${origin}/x`);
    expect(await kept()).toEqual([]);
  });

  it('keeps the old file where a new one cannot be had', async () => {
    serve('old');
    const path = await data.getFile(`${origin}/x`, { cacheDir });
    answer = (_, response) => void response.writeHead(500).end();
    const failed = data.getFile(`${origin}/x`, { cacheDir, forceDownload: true });
    await expect(failed).rejects.toThrow(StateError);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it.each([
    ['ftp://host/x', {}, 'no address'],
    ['words.txt', {}, 'no address'],
    ['http://host/', {}, 'does not end in a name'],
    ['http://host/%2e%2e', {}, 'does not end in a name'],
    ['http://host/a%2Fb', {}, 'the name of a file'],
    ['http://host/a%5Cb', {}, 'unsafe name'],
    ['http://host/x', { fname: '../x' }, 'fname is a path'],
    ['http://host/x', { fileHash: 'abc' }, 'fileHash is no hash'],
    ['http://host/x', { fileHash: sha256(''), hashAlgorithm: 'md5' }, '64 characters, md5'],
  ])('refuses %s %o', async (address, options, message) => {
    const failed = data.getFile(address, { cacheDir, ...(options as object) });
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow(
      message.startsWith('unsafe') ? FormatError : ArgumentError,
    );
  });
});

describe('getFile extracts', () => {
  const long = `${'folder/'.repeat(20)}file.txt`;
  const record = ` path=${long}\n`;
  const plain: RawMember[] = [
    { name: './', kind: '5' },
    { name: './a/', kind: '5' },
    { name: './a/one.txt', content: 'one' },
    { name: 'x', kind: 'x', content: `${record.length + 3}${record}` },
    { name: 'cut', content: 'deep' },
    { name: '././@LongLink', kind: 'L', content: `b/${'n'.repeat(120)}\0` },
    { name: 'cut', content: new Uint8Array(3000).fill(7) },
  ];

  it.each([
    ['tar', rawTar(plain)],
    ['tar.gz', gzipSync(rawTar(plain))],
  ])('%s', async (ending, content) => {
    serve(content);
    const options = { cacheDir, extract: true, fname: `files.${ending}` };
    const folder = await data.getFile(`${origin}/x`, options);
    expect(folder).toBe(join(cacheDir, 'datasets', 'files_extracted'));
    expect(await readFile(join(folder, 'a/one.txt'), 'utf8')).toBe('one');
    expect(await readFile(join(folder, long), 'utf8')).toBe('deep');
    expect((await readFile(join(folder, 'b', 'n'.repeat(120)))).every((byte) => byte === 7)).toBe(
      true,
    );
    expect(await data.getFile(`${origin}/x`, options)).toBe(folder);
    expect(requests).toBe(1);
    expect((await kept()).sort()).toEqual([`files.${ending}`, 'files_extracted']);
  });

  it('zip, from a file on disk, with the names of Keras', async () => {
    const path = join(cacheDir, 'some.zip');
    const content = new TextEncoder().encode('one');
    await writeFile(path, await writeZip([{ name: 'a/one.txt', content }]));
    const folder = await data.getFile(pathToFileURL(path), { cacheDir, extract: true });
    expect(folder).toBe(join(cacheDir, 'datasets', 'some.zip'));
    expect(await readFile(join(folder, 'a/one.txt'), 'utf8')).toBe('one');
    expect((await kept()).sort()).toEqual(['some.zip', 'some.zip_archive']);
  });

  const bomb = gzipSync(
    Buffer.concat([rawTar([{ name: 'big', size: 2 ** 25 }]), Buffer.alloc(2 ** 25)]),
  );
  const tar = (...members: RawMember[]) => rawTar(members);
  const wrongSum = tar({ name: 'a', content: 'x' });
  wrongSum[0] = 98;
  it.each<[string, Uint8Array, string]>([
    ['climbs out', tar({ name: '../evil', content: 'x' }), 'climbs out'],
    ['climbs out within', tar({ name: 'a/../../evil', content: 'x' }), 'climbs out'],
    ['is absolute', tar({ name: '/evil', content: 'x' }), 'absolute'],
    ['has a drive', tar({ name: 'C:evil', content: 'x' }), 'drive'],
    ['is a symbolic link', tar({ name: 'a', kind: '2', link: '/etc' }), 'a link or device'],
    ['is a hard link', tar({ name: 'a', kind: '1', link: '../x' }), 'a link or device'],
    ['is a device', tar({ name: 'a', kind: '3' }), 'a link or device'],
    ['is there twice', tar({ name: 'a', content: 'x' }, { name: 'A', content: 'y' }), 'same name'],
    [
      'is a folder and a file',
      tar({ name: 'a', content: 'x' }, { name: 'a/b', content: 'y' }),
      'could not be extracted',
    ],
    ['ends too early', tar({ name: 'a', content: 'x' }).subarray(0, 512), 'ends within a member'],
    ['has no end', tar({ name: 'a', content: 'x' }).subarray(0, 1024), 'no end'],
    ['has another checksum', wrongSum, 'checksum'],
    ['expands to far more', bomb, 'expands to far more'],
    [
      'cannot be unpacked',
      gzipSync(tar({ name: 'a', content: 'xyz' })).subarray(0, 40),
      'could not be extracted',
    ],
    ['is a page of a website', new TextEncoder().encode('<html>'), 'no archive'],
    [
      'climbs out of a zip',
      rawZip([{ name: '../evil', content: new Uint8Array(1) }]),
      'Unsafe filename',
    ],
  ])('nothing where a member %s', async (_, content, message) => {
    serve(content);
    const failed = data.getFile(`${origin}/x`, { cacheDir, extract: true });
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow(message);
    expect(await kept()).toEqual(['x_archive']);
    expect(await readdir(cacheDir)).toEqual(['datasets']);
  });

  it('only the kind of archive that is wanted, and as many files as allowed', async () => {
    serve(rawTar([{ name: 'a' }, { name: 'b' }, { name: 'c' }]));
    const wanted = { cacheDir, extract: true, archiveFormat: 'zip' } as const;
    await expect(data.getFile(`${origin}/x`, wanted)).rejects.toThrow('a zip archive');
    const few = { cacheDir, extract: true, limits: { maxItems: 2 } };
    await expect(data.getFile(`${origin}/x`, few)).rejects.toThrow('2 files');
  });
});

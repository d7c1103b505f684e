// A file from the network or from disk to a path: streamed, counted, hashed, and in place only when
// all of it is there and is what was expected.
import type { FileHandle } from 'node:fs/promises';
import { FormatError, KeratinError, StateError } from '../core/errors.js';
import {
  importFiles,
  importHashes,
  importPaths,
  importStreamedFiles,
  importUrls,
} from './node-modules.js';

/** How a file's content is checked. */
export interface ExpectedHash {
  readonly algorithm: 'sha256' | 'md5';
  /** Lower-case hexadecimal digits. */
  readonly digest: string;
}

/** Told how far a download is; `total` is undefined where the server does not say. */
export type Progress = (received: number, total: number | undefined) => void;

/** What a download may take. */
export interface DownloadOptions {
  readonly hash?: ExpectedHash | undefined;
  /** Most bytes; what is larger is given up. */
  readonly maxBytes: number;
  /** Milliseconds without a byte after which a server counts as silent. */
  readonly timeout: number;
  readonly onProgress?: Progress | undefined;
}

interface Incoming {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly total: number | undefined;
}

/** Bytes that a server promises; packed transfers are counted otherwise than they arrive. */
function promisedBytes(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  if (length === null || headers.get('content-encoding') !== null) return undefined;
  return Number(length);
}

async function* bodyOf(response: Response, onPiece: () => void): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      onPiece();
      yield step.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function requested(address: URL, timeout: number): Promise<Incoming> {
  const abort = new AbortController();
  const silent = new Error(`the server was silent for ${timeout} ms`);
  const start = () => setTimeout(() => abort.abort(silent), timeout);
  let timer = start();
  const again = (): void => {
    clearTimeout(timer);
    timer = start();
  };
  try {
    const response = await fetch(address, { signal: abort.signal });
    if (!response.ok)
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    if (address.protocol === 'https:' && new URL(response.url).protocol !== 'https:') {
      throw new Error(`the server sent us on to ${response.url}, which is not protected`);
    }
    const pieces = async function* () {
      try {
        yield* bodyOf(response, again);
      } finally {
        clearTimeout(timer);
      }
    };
    return { pieces: pieces(), total: promisedBytes(response.headers) };
  } catch (error) {
    clearTimeout(timer);
    throw error;
  }
}

async function opened(address: URL, timeout: number): Promise<Incoming> {
  if (address.protocol !== 'file:') return requested(address, timeout);
  const { fileURLToPath } = await importUrls();
  const { stat } = await importFiles();
  const { createReadStream } = await importStreamedFiles();
  const path = fileURLToPath(address);
  return { pieces: createReadStream(path), total: (await stat(path)).size };
}

function wrong(address: URL, what: string, expected: string, received: string): FormatError {
  const fix = 'try again; if it happens again, the file at this address is another one';
  return new FormatError({ where: address.href, what, expected, received, fix });
}

async function receive(address: URL, handle: FileHandle, options: DownloadOptions): Promise<void> {
  const { createHash } = await importHashes();
  const { hash, maxBytes, timeout, onProgress } = options;
  const digest = createHash(hash?.algorithm ?? 'sha256');
  const { pieces, total } = await opened(address, timeout);
  let received = 0;
  for await (const piece of pieces) {
    received += piece.length;
    if (received > maxBytes) {
      throw wrong(address, 'the file is too large', `at most ${maxBytes} bytes`, 'more');
    }
    digest.update(piece);
    await handle.writeFile(piece);
    onProgress?.(received, total);
  }
  if (total !== undefined && received !== total) {
    throw wrong(address, 'the file ended too early', `${total} bytes`, `${received}`);
  }
  const found = digest.digest('hex');
  if (hash !== undefined && found !== hash.digest) {
    const expected = `${hash.algorithm} ${hash.digest}`;
    throw wrong(address, 'the file is not the one that was expected', expected, found);
  }
}

/** Writes what lies at `address` to `path`; where that fails, `path` stays as it was. */
export async function download(
  address: URL,
  path: string,
  options: DownloadOptions,
): Promise<void> {
  const { mkdir, open, rename, rm } = await importFiles();
  const { basename, dirname, join } = await importPaths();
  const { randomUUID } = await importHashes();
  const partial = join(dirname(path), `.${basename(path)}.part-${randomUUID()}`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(partial, 'wx');
    try {
      await receive(address, handle, options);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    if (cause instanceof KeratinError) throw cause;
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw new StateError(
      {
        where: address.href,
        what: 'the file could not be fetched',
        received: inner instanceof Error ? inner.message : String(inner),
        fix: `check the address and the network, or put the file at ${path}`,
      },
      { cause },
    );
  }
}

/** Whether the file at `path` has this hash; false where there is none. */
export async function hasHash(path: string, hash: ExpectedHash): Promise<boolean> {
  const { createHash } = await importHashes();
  const { createReadStream } = await importStreamedFiles();
  const digest = createHash(hash.algorithm);
  for await (const piece of createReadStream(path)) digest.update(piece);
  return digest.digest('hex') === hash.digest;
}

// getFile: a file from an address, fetched once and kept in a cache folder.
import { ArgumentError } from '../core/errors.js';
import { download, type ExpectedHash, hasHash, type Progress } from './download.js';
import { type ArchiveFormat, extractArchive } from './extract.js';
import type { ReadLimits } from './limits.js';
import { importFiles, importPaths, importSystem } from './node-modules.js';
import { checkMemberName } from './zip-names.js';

const WHERE = 'getFile';
const MINUTE = 60_000;
const MOST_BYTES = 64 * 2 ** 30;

/** Options of {@link getFile}; the defaults are Keras's. */
export interface GetFileOptions {
  /** The name of the file in the cache; default the last part of the address, without escapes such as %20. */
  readonly fname?: string | null;
  /** Hexadecimal digits that the content must have; default none, so nothing is checked. */
  readonly fileHash?: string | null;
  /** `sha256` or `md5`; default what the length of `fileHash` says. */
  readonly hashAlgorithm?: 'auto' | 'sha256' | 'md5';
  /** The folder in the cache; default `datasets`. */
  readonly cacheSubdir?: string;
  /** The cache; default `$KERATIN_HOME`, or `.keratin` in the home folder. */
  readonly cacheDir?: string | null;
  /** Extract a .zip, .tar or .tar.gz file; default false. */
  readonly extract?: boolean;
  /** Which kind of archive it must be; default `auto`. */
  readonly archiveFormat?: 'auto' | ArchiveFormat;
  /** Fetch it even if it is in the cache; default false. */
  readonly forceDownload?: boolean;
  /** What an archive may ask for when it is extracted; `maxBytes` holds for the file too. */
  readonly limits?: ReadLimits;
  /** Milliseconds without a byte after which a server counts as silent; default one minute. */
  readonly timeout?: number;
  /** Told how far the download is. */
  readonly onProgress?: Progress;
}

function addressOf(origin: string | URL): URL {
  const address = URL.canParse(String(origin)) ? new URL(String(origin)) : undefined;
  if (address !== undefined && ['http:', 'https:', 'file:'].includes(address.protocol))
    return address;
  throw new ArgumentError({
    where: WHERE,
    what: 'origin is no address that files are fetched from',
    expected: 'https://..., http://... or file:///...',
    received: String(origin).slice(0, 200),
    fix: 'give the whole address',
  });
}

function expectedHash(options: GetFileOptions): ExpectedHash | undefined {
  const { fileHash, hashAlgorithm = 'auto' } = options;
  if (fileHash === undefined || fileHash === null) return undefined;
  const digest = fileHash.toLowerCase();
  const byLength = { 32: 'md5', 64: 'sha256' } as const;
  const algorithm =
    digest.length === 32 || digest.length === 64 ? byLength[digest.length] : undefined;
  const fits = hashAlgorithm === 'auto' || hashAlgorithm === algorithm;
  if (algorithm !== undefined && fits && /^[0-9a-f]+$/.test(digest)) return { algorithm, digest };
  throw new ArgumentError({
    where: WHERE,
    what: 'fileHash is no hash of this kind',
    expected: '64 hexadecimal digits for sha256, 32 for md5',
    received: `${digest.length} characters, ${hashAlgorithm}`,
    fix: 'copy the hash from where the file is described',
  });
}

function nameOf(address: URL, given: string | null | undefined): string {
  const name =
    given ?? decodeURIComponent(address.pathname.slice(address.pathname.lastIndexOf('/') + 1));
  if (name === '' || name.includes('/')) {
    throw new ArgumentError({
      where: WHERE,
      what: name === '' ? 'the address does not end in a name' : 'fname is a path',
      expected: 'the name of a file',
      received: JSON.stringify(name),
      fix: "give fname, for example 'flowers.tar.gz', and cacheSubdir for a folder",
    });
  }
  checkMemberName(WHERE, name);
  return name;
}

/** The file's name in the cache and that of the folder it is extracted to, as Keras names them. */
function namesOf(
  name: string,
  isGiven: boolean,
  extract: boolean,
): { file: string; folder: string } {
  if (!extract) return { file: name, folder: '' };
  const dot = name.indexOf('.');
  if (isGiven && dot >= 0) return { file: name, folder: `${name.slice(0, dot)}_extracted` };
  return { file: `${name}_archive`, folder: name };
}

/** Whether something lies at `path`. */
async function exists(path: string): Promise<boolean> {
  const { stat } = await importFiles();
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The folder that files are kept in: `$KERATIN_HOME`, or `.keratin` in the home folder. */
export async function cacheFolder(): Promise<string> {
  const { homedir } = await importSystem();
  const { join } = await importPaths();
  return process.env['KERATIN_HOME'] ?? join(homedir(), '.keratin');
}

/**
 * The path of a file that lies at `origin`: `https:`, `http:` or `file:`. It is fetched if it is not in
 * the cache, or has another hash than `fileHash`. With `extract`, the path of the folder that holds what
 * the archive held. A download that fails leaves nothing behind, and keeps what was there. Archives
 * with links, with names that leave their folder, or that expand beyond `limits` are refused. Node only.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one than
 * expected or cannot be extracted safely; ArgumentError for an address or a hash that is none.
 * @example
 * ```ts
 * import { mkdir, writeFile } from 'node:fs/promises';
 * import { basename } from 'node:path';
 * import { pathToFileURL } from 'node:url';
 * import { data } from 'keratin';
 * await mkdir('output', { recursive: true });
 * await writeFile('output/words.txt', 'hello');
 * const path = await data.getFile(pathToFileURL('output/words.txt'), {
 *   cacheDir: 'output/cache',
 *   fileHash: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
 * });
 * console.log(basename(path)); // words.txt
 * ```
 */
export async function getFile(origin: string | URL, options: GetFileOptions = {}): Promise<string> {
  const address = addressOf(origin);
  const hash = expectedHash(options);
  const { cacheSubdir = 'datasets', extract = false, archiveFormat = 'auto', limits } = options;
  const given = options.fname === '' ? undefined : options.fname;
  const isGiven = given !== undefined && given !== null;
  const names = namesOf(nameOf(address, given), isGiven, extract);
  const { join } = await importPaths();
  const cache = join(options.cacheDir ?? (await cacheFolder()), cacheSubdir);
  const file = join(cache, names.file);
  const isThere =
    options.forceDownload !== true &&
    (await exists(file)) &&
    (hash === undefined || (await hasHash(file, hash)));
  if (!isThere) {
    await download(address, file, {
      hash,
      maxBytes: limits?.maxBytes ?? MOST_BYTES,
      timeout: options.timeout ?? MINUTE,
      onProgress: options.onProgress,
    });
  }
  if (!extract) return file;
  const folder = join(cache, names.folder);
  if (!isThere || !(await exists(folder)))
    await extractArchive(file, folder, archiveFormat, limits);
  return folder;
}

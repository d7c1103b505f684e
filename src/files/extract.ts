// Archives to folders: .zip, .tar and .tar.gz. Into a new folder beside the target, which takes its
// place only when all is well. Links are refused, so no member can lead out of the folder.
import { FormatError, KeratinError } from '../core/errors.js';
import { fullLimits, mayExpand, type ReadLimits } from './limits.js';
import { readNodeFile } from './node-files.js';
import {
  importCompression,
  importFiles,
  importPaths,
  importStreamedFiles,
  importStreams,
} from './node-modules.js';
import { tarMembers } from './tar.js';
import { eachZipMember } from './zip.js';
import { checkUniqueNames } from './zip-names.js';

/** Kinds of archives. */
export type ArchiveFormat = 'zip' | 'tar';

type Kind = 'zip' | 'tar' | 'tar.gz';

async function kindOf(path: string): Promise<Kind | undefined> {
  const { open } = await importFiles();
  const handle = await open(path, 'r');
  try {
    const head = new Uint8Array(262);
    await handle.read(head, 0, head.length, 0);
    if (head[0] === 0x50 && head[1] === 0x4b) return 'zip';
    if (head[0] === 0x1f && head[1] === 0x8b) return 'tar.gz';
    return new TextDecoder().decode(head.subarray(257)) === 'ustar' ? 'tar' : undefined;
  } finally {
    await handle.close();
  }
}

function tooLarge(archive: string, limits: Required<ReadLimits>, received: string): FormatError {
  return new FormatError({
    where: archive,
    what: 'the archive expands to far more than it holds, or than is allowed',
    expected: `at most ${limits.maxExpansion} times its size, ${limits.maxBytes} bytes and ${limits.maxItems} files`,
    received,
    fix: 'if you trust the file, raise maxBytes, maxExpansion or maxItems in `limits`',
  });
}

/** The pieces of a tar archive, unpacked. */
async function piecesOf(archive: string, kind: Kind): Promise<AsyncIterable<Uint8Array>> {
  const { createReadStream } = await importStreamedFiles();
  const source = createReadStream(archive);
  if (kind === 'tar') return source;
  const { createGunzip } = await importCompression();
  const { pipeline } = await importStreams();
  const unpacked = createGunzip();
  // A failure reaches the reader of `unpacked`, which throws.
  pipeline(source, unpacked, () => undefined);
  return unpacked;
}

async function extractTar(
  archive: string,
  kind: Kind,
  folder: string,
  limits: Required<ReadLimits>,
) {
  const { mkdir, open, stat } = await importFiles();
  const { dirname, join } = await importPaths();
  const stored = (await stat(archive)).size;
  const names = new Set<string>();
  let total = 0;
  for await (const { name, size, content } of tarMembers(await piecesOf(archive, kind))) {
    const folded = name.normalize('NFC').toLowerCase();
    if (names.has(folded)) checkUniqueNames(archive, [name, name]);
    names.add(folded);
    total += size;
    if (names.size > limits.maxItems) throw tooLarge(archive, limits, `${names.size} files`);
    if (total > limits.maxBytes || !mayExpand(limits, stored, total)) {
      throw tooLarge(archive, limits, `${total} bytes or more`);
    }
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'wx');
    try {
      for await (const piece of content) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
  }
}

async function extractZip(archive: string, folder: string, limits: Required<ReadLimits>) {
  const { mkdir, writeFile } = await importFiles();
  const { dirname, join } = await importPaths();
  const write = async (name: string, content: Uint8Array): Promise<void> => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: 'wx' });
  };
  await eachZipMember(await readNodeFile(archive), write, limits);
}

async function extractInto(
  archive: string,
  folder: string,
  format: ArchiveFormat | 'auto',
  limits: Required<ReadLimits>,
): Promise<void> {
  const kind = await kindOf(archive);
  const wanted = format === 'auto' || kind?.startsWith(format) === true;
  if (kind === undefined || !wanted) {
    throw new FormatError({
      where: archive,
      what: 'this is no archive that can be extracted',
      expected: format === 'auto' ? 'a .zip, .tar or .tar.gz file' : `a ${format} archive`,
      received: kind ?? 'another kind of file',
      fix: 'check the address, or extract the file with a program of your own',
    });
  }
  if (kind === 'zip') await extractZip(archive, folder, limits);
  else await extractTar(archive, kind, folder, limits);
}

/** Extracts an archive: afterwards `target` holds all of it, or what it held before. */
export async function extractArchive(
  archive: string,
  target: string,
  format: ArchiveFormat | 'auto',
  limits?: ReadLimits,
): Promise<void> {
  const { mkdtemp, rename, rm } = await importFiles();
  const { basename, dirname, join } = await importPaths();
  const fresh = await mkdtemp(join(dirname(target), `.${basename(target)}.part-`));
  try {
    await extractInto(archive, fresh, format, fullLimits(limits));
    await rm(target, { recursive: true, force: true });
    await rename(fresh, target);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true });
    if (cause instanceof KeratinError) throw cause;
    throw new FormatError(
      {
        where: archive,
        what: 'the archive could not be extracted',
        received: cause instanceof Error ? cause.message : String(cause),
        fix: 'the file is damaged or the disk is full: download it again with forceDownload',
      },
      { cause },
    );
  }
}

// Zip archives as bytes. zip.js does the work; what it does not refuse is refused here first.
// Nothing is extracted to disk here.
import type { FileEntry, ZipReader } from '@zip.js/zip.js';
import { FormatError, KeratinError } from '../core/errors.js';
import { crc32 } from './crc32.js';
import { type FullLimits, fullLimits, mayExpand, type ReadLimits } from './limits.js';
import { importZip, type ZipPackage } from './peers.js';
import { checkMemberName, checkUniqueNames } from './zip-names.js';

const WHERE = 'zip archive';
const STORED = 0;
const DEFLATED = 8;
const MAX_MEMBERS = 10_000;
/** Bytes before the name of a member. */
const LOCAL_HEADER = 30;

function damaged(what: string, received?: string, cause?: unknown): FormatError {
  return new FormatError(
    {
      where: WHERE,
      what,
      ...(received === undefined ? {} : { received }),
      fix: 'the file is damaged or not a plain zip archive: save or download it again',
    },
    { cause },
  );
}

/** The members in file order, after every check that needs no content. */
async function listMembers(reader: ZipReader<unknown>, limits: FullLimits): Promise<FileEntry[]> {
  const members: FileEntry[] = [];
  const names: string[] = [];
  let total = 0;
  for await (const entry of reader.getEntriesGenerator()) {
    const { filename } = entry;
    checkMemberName(WHERE, filename);
    names.push(filename);
    if (names.length > Math.min(MAX_MEMBERS, limits.maxItems)) throw damaged('too many members');
    const name = JSON.stringify(filename.slice(0, 100));
    if (entry.encrypted) throw damaged('a member is encrypted', name);
    if (entry.symlink) throw damaged('a member is a link', name);
    if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
      throw damaged('a member is compressed in an unknown way', String(entry.compressionMethod));
    }
    if (entry.directory) {
      if (entry.uncompressedSize !== 0) throw damaged('a folder holds bytes', name);
      continue;
    }
    const { compressedSize: stored, uncompressedSize: size } = entry;
    if (entry.compressionMethod === STORED && stored !== size) {
      throw damaged('a stored member declares two sizes', `${stored} and ${size}`);
    }
    total += size;
    if (!mayExpand(limits, stored, size) || total > limits.maxBytes) {
      throw new FormatError({
        where: WHERE,
        what: 'the archive expands to far more than it holds',
        expected: `at most ${limits.maxExpansion} times its size and ${limits.maxBytes} bytes`,
        received: `${size} bytes in ${name}`,
        fix: 'if you trust the file, raise maxBytes or maxExpansion',
      });
    }
    members.push(entry);
  }
  checkUniqueNames(WHERE, names);
  return members;
}

/** Throws where the bytes of two members, or of a member and the directory, overlap. */
function checkNoOverlap(members: readonly FileEntry[], directoryOffset: number): void {
  let end = 0;
  for (const member of [...members].sort((a, b) => a.offset - b.offset)) {
    if (member.offset < end) throw damaged('two members share bytes', member.filename);
    end = member.offset + LOCAL_HEADER + member.rawFilename.length + member.compressedSize;
  }
  if (end > directoryOffset) throw damaged('a member reaches into the directory');
}

/** The content of a stored member: a view of the archive, checked. */
async function readStored(member: FileEntry, bytes: Uint8Array): Promise<Uint8Array> {
  // Compares the header before the content with the directory, and reads nothing else.
  await member.getData(new WritableStream(), { checkOverlappingEntryOnly: true });
  const header = new DataView(bytes.buffer, bytes.byteOffset + member.offset, LOCAL_HEADER);
  const start =
    member.offset + LOCAL_HEADER + header.getUint16(26, true) + header.getUint16(28, true);
  const content = bytes.subarray(start, start + member.uncompressedSize);
  if (content.length !== member.uncompressedSize) throw damaged('a member ends too early');
  if (crc32(content) !== member.crc32) throw damaged('a checksum does not fit', member.filename);
  return content;
}

/** The content of a compressed member; more bytes than declared are an error, not an allocation. */
async function readDeflated(member: FileEntry): Promise<Uint8Array> {
  const content = new Uint8Array(member.uncompressedSize);
  let filled = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (filled + chunk.length > content.length) throw damaged('a member is longer than declared');
      content.set(chunk, filled);
      filled += chunk.length;
    },
  });
  await member.getData(sink, { checkCrc32: true, useWebWorkers: false });
  if (filled !== content.length) throw damaged('a member is shorter than declared');
  return content;
}

function readMember(member: FileEntry, bytes: Uint8Array): Promise<Uint8Array> {
  const isStored = member.compressionMethod === STORED;
  return isStored ? readStored(member, bytes) : readDeflated(member);
}

/** Told of each member in turn. */
type Visit = (name: string, content: Uint8Array) => void | Promise<void>;

async function visitAll(
  zip: ZipPackage,
  bytes: Uint8Array,
  limits: FullLimits,
  visit: Visit,
): Promise<void> {
  const reader = new zip.ZipReader(new zip.Uint8ArrayReader(bytes), {
    strictness: 'strict',
    filenameValidation: 'strict',
    checkOverlappingEntry: true,
    useWebWorkers: false,
  });
  try {
    const members = await listMembers(reader, limits);
    checkNoOverlap(members, reader.directoryOffset ?? bytes.length);
    for (const member of members) await visit(member.filename, await readMember(member, bytes));
  } finally {
    await reader.close();
  }
}

/**
 * Hands the members of a zip archive to `visit`, one after the other, so that only one is in memory.
 * Archives that two programs could read differently, that hide more than they declare, or whose
 * names leave their folder are refused with a FormatError before the first call.
 */
export async function eachZipMember(
  bytes: Uint8Array,
  visit: Visit,
  limits?: ReadLimits,
): Promise<void> {
  const zip = await importZip();
  try {
    await visitAll(zip, bytes, fullLimits(limits), visit);
  } catch (error) {
    if (error instanceof KeratinError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw damaged('the archive cannot be read', message.slice(0, 200), error);
  }
}

/** The members of a zip archive by name, checked as {@link eachZipMember} says. */
export async function readZip(
  bytes: Uint8Array,
  limits?: ReadLimits,
): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  await eachZipMember(bytes, (name, content) => void contents.set(name, content), limits);
  return contents;
}

/** One member to write. */
export interface ZipMember {
  readonly name: string;
  readonly content: Uint8Array;
}

/** An archive of uncompressed members in the given order: what Keras writes and reads. */
export async function writeZip(members: readonly ZipMember[]): Promise<Uint8Array> {
  for (const { name } of members) checkMemberName(WHERE, name);
  checkUniqueNames(
    WHERE,
    members.map(({ name }) => name),
  );
  const zip = await importZip();
  const writer = new zip.ZipWriter(new zip.Uint8ArrayWriter(), {
    level: 0,
    useWebWorkers: false,
    keepOrder: true,
    dataDescriptor: false,
    extendedTimestamp: false,
    useUnicodeFileNames: false,
  });
  for (const { name, content } of members) {
    await writer.add(name, new zip.Uint8ArrayReader(content));
  }
  return writer.close();
}

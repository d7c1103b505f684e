// Tar archives as a stream of files: POSIX ustar with pax and GNU long names. Links and devices are
// refused, since nothing that is data needs them.
import { FormatError } from '../core/errors.js';
import { joinedPath } from '../core/names.js';
import { checkMemberName } from './zip-names.js';

const BLOCK = 512;
const LONGEST_HEADER = 2 ** 20;

function damaged(what: string, received?: string): FormatError {
  return new FormatError({
    where: 'tar archive',
    what,
    ...(received === undefined ? {} : { received }),
    fix: 'the file is damaged or no plain tar archive: download it again',
  });
}

/** Reads on in a stream of pieces. */
class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest = new Uint8Array(0);

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes; none at the end. */
  async some(most: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return this.#rest;
      this.#rest = Uint8Array.from(next.value);
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** Exactly `count` bytes; undefined where the stream is at its end. */
  async exactly(count: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      const part = await this.some(count - filled);
      if (part.length === 0) {
        if (filled === 0) return undefined;
        throw damaged('the archive ends within a member');
      }
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }
}

function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Octal digits, or bytes after a first one with its highest bit set. */
function numberOf(bytes: Uint8Array): number {
  if (((bytes[0] ?? 0) & 0x80) !== 0) {
    return bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, (bytes[0] ?? 0) & 0x7f);
  }
  const text = textOf(bytes).trim();
  if (!/^[0-7]*$/.test(text)) throw damaged('a number in a header is none', JSON.stringify(text));
  return Number.parseInt(text || '0', 8);
}

interface Header {
  readonly name: string;
  readonly size: number;
  readonly kind: string;
}

function headerOf(block: Uint8Array): Header {
  const stated = numberOf(block.subarray(148, 156));
  const sum = block.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== stated) throw damaged('a checksum does not fit');
  const size = numberOf(block.subarray(124, 136));
  if (!Number.isSafeInteger(size)) throw damaged('a member is too large', String(size));
  const isPosix = textOf(block.subarray(257, 262)) === 'ustar' && block[262] === 0;
  const prefix = isPosix ? textOf(block.subarray(345, 500)) : '';
  const name = textOf(block.subarray(0, 100));
  const kind = String.fromCharCode(block[156] ?? 0);
  return { name: joinedPath(prefix, name), size, kind };
}

/** The records of a pax header: each its own length, a space, key=value and a line feed. */
function paxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = Number(textOf(bytes.subarray(at, Math.max(at, space))));
    if (space < 0 || !(length > 0)) throw damaged('an extended header cannot be read');
    const [key = '', ...value] = textOf(bytes.subarray(space + 1, at + length - 1)).split('=');
    records.set(key, value.join('='));
    at += length;
  }
  return records;
}

/** A file in an archive. */
export interface TarMember {
  readonly name: string;
  readonly size: number;
  /** Its bytes in pieces; read them before asking for the next member. */
  readonly content: AsyncIterable<Uint8Array>;
}

async function* contentOf(reader: PieceReader, size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const part = await reader.some(left);
    if (part.length === 0) throw damaged('the archive ends within a member');
    left -= part.length;
    yield part;
  }
}

async function wholeContent(reader: PieceReader, { size }: Header): Promise<Uint8Array> {
  if (size > LONGEST_HEADER) throw damaged('an extended header is too long', `${size} bytes`);
  const content = (await reader.exactly(size)) ?? new Uint8Array(0);
  await reader.exactly((BLOCK - (size % BLOCK)) % BLOCK);
  return content;
}

const FILES = ['0', '\0', '7'];
const FOLDER = '5';

/** What the headers before a member say of it. */
interface Extended {
  readonly path?: string | undefined;
  readonly size?: number | undefined;
}

/** Reads headers up to that of the next file; undefined at the end of the archive. */
async function nextFile(reader: PieceReader): Promise<{ name: string; size: number } | undefined> {
  let extended: Extended = {};
  for (;;) {
    const block = await reader.exactly(BLOCK);
    if (block === undefined) throw damaged('the archive has no end');
    if (block.every((byte) => byte === 0)) return undefined;
    const header = headerOf(block);
    if (header.kind === 'x') {
      const records = paxRecords(await wholeContent(reader, header));
      const size = records.get('size');
      extended = { path: records.get('path'), size: size === undefined ? undefined : Number(size) };
      continue;
    }
    if (header.kind === 'L' || header.kind === 'g') {
      const content = await wholeContent(reader, header);
      if (header.kind === 'L') extended = { ...extended, path: textOf(content) };
      continue;
    }
    const name = (extended.path ?? header.name).replace(/^(\.\/)+/, '');
    const size = extended.size ?? header.size;
    extended = {};
    if (name === '' || name === '.') continue;
    checkMemberName('tar archive', name);
    if (header.kind === FOLDER) continue;
    if (!FILES.includes(header.kind)) {
      const received = `${JSON.stringify(name.slice(0, 100))}, a link or device`;
      throw damaged('a member is neither a file nor a folder', received);
    }
    if (!Number.isSafeInteger(size) || size < 0) throw damaged('a size is none', String(size));
    return { name, size };
  }
}

/** The files in a tar archive, each to be read before the next. Folders are passed over. */
export async function* tarMembers(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const reader = new PieceReader(pieces);
  try {
    for (;;) {
      const file = await nextFile(reader);
      if (file === undefined) return;
      const content = contentOf(reader, file.size);
      yield { ...file, content };
      for await (const rest of content) void rest;
      await reader.exactly((BLOCK - (file.size % BLOCK)) % BLOCK);
    }
  } finally {
    await reader.close();
  }
}

// Object headers: the list of messages that describe one group or dataset. Only messages that
// Keratin understands pass; what points outside the file or shares types is refused here.
import type { FullLimits } from '../../files/limits.js';
import { Cursor, damaged, refused } from './cursor.js';

export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
} as const;

/** What reading weights does not need: fill values, times, comments, tree sizes, where dense
 * attributes lie (only objects with more than eight attributes have those). */
const IGNORED = new Set([0x00, 0x04, 0x05, 0x0a, 0x0d, 0x0e, 0x12, 0x13, 0x15, 0x16]);
const KNOWN: ReadonlySet<number> = new Set(Object.values(MESSAGE));
const EXTERNAL_FILES = 0x07;
const SHARED_FLAG = 0x02;

export interface Message {
  readonly type: number;
  readonly start: number;
  readonly length: number;
}

interface Block {
  readonly start: number;
  readonly length: number;
}

function checkMessage(type: number, flags: number): void {
  if (type === EXTERNAL_FILES) {
    throw refused('values are kept in another file', 'external storage', 'keep values in the file');
  }
  if ((flags & SHARED_FLAG) !== 0) {
    throw refused('a type is shared between objects', `message ${type}`, 'save the file again');
  }
  if (!KNOWN.has(type) && !IGNORED.has(type)) {
    throw refused('the file uses an unknown feature', `message ${type}`, 'save the file again');
  }
}

/** Collects messages and follows continuation blocks, each at most once. */
class MessageList {
  readonly messages: Message[] = [];
  readonly #blocks: Block[] = [];
  readonly #seen = new Set<number>();
  readonly #bytes: Uint8Array;
  readonly #limits: FullLimits;

  constructor(bytes: Uint8Array, limits: FullLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  add(type: number, flags: number, body: Cursor): void {
    checkMessage(type, flags);
    if (this.messages.length >= this.#limits.maxItems) throw damaged('too many messages');
    if (type === MESSAGE.continuation) {
      this.#blocks.push({ start: body.requiredAddress(), length: body.size() });
    } else if (!IGNORED.has(type)) {
      this.messages.push({ type, start: body.position, length: body.left });
    }
  }

  /** The next continuation block that has not been read. */
  nextBlock(): Cursor | undefined {
    const block = this.#blocks.shift();
    if (block === undefined) return undefined;
    if (this.#seen.has(block.start)) throw damaged('a header continues in a circle', block.start);
    this.#seen.add(block.start);
    return new Cursor(this.#bytes, block.start, block.length);
  }
}

function readOld(bytes: Uint8Array, address: number, limits: FullLimits): Message[] {
  const cursor = new Cursor(bytes, address);
  if (cursor.u8() !== 1) throw damaged('an object header has an unknown version', address);
  cursor.skip(1); // Reserved
  const count = cursor.u16();
  cursor.skip(4); // Object Reference Count
  const size = cursor.u32();
  cursor.skip(4); // padding to a multiple of 8 bytes
  const list = new MessageList(bytes, limits);
  let seen = 0;
  for (let block: Cursor | undefined = cursor.part(size); block; block = list.nextBlock()) {
    while (block.left >= 8 && seen < count) {
      const type = block.u16();
      const length = block.u16();
      const flags = block.u8();
      block.skip(3); // Reserved
      list.add(type, flags, block.part(length));
      seen++;
    }
  }
  return list.messages;
}

function readNew(bytes: Uint8Array, address: number, limits: FullLimits): Message[] {
  const cursor = new Cursor(bytes, address);
  cursor.signature('OHDR');
  if (cursor.u8() !== 2) throw damaged('an object header has an unknown version', address);
  const flags = cursor.u8();
  if ((flags & 0x20) !== 0) cursor.skip(4 * 4); // Access, Modification, Change and Birth Time
  if ((flags & 0x10) !== 0) cursor.skip(2 + 2); // Maximum # Compact, Minimum # Dense Attributes
  const size = cursor.unsigned(1 << (flags & 3));
  const head = flags & 0x04 ? 6 : 4;
  const list = new MessageList(bytes, limits);
  const readBlock = (block: Cursor): void => {
    while (block.left >= head) {
      const type = block.u8();
      const length = block.u16();
      const messageFlags = block.u8();
      block.skip(head - 4); // Creation Order
      list.add(type, messageFlags, block.part(length));
    }
  };
  readBlock(cursor.part(size));
  for (let block = list.nextBlock(); block !== undefined; block = list.nextBlock()) {
    block.signature('OCHK');
    readBlock(block.part(Math.max(0, block.left - 4))); // all but the Checksum
  }
  return list.messages;
}

/** The messages of the object whose header starts at `address`. */
export function readHeader(bytes: Uint8Array, address: number, limits: FullLimits): Message[] {
  const isNew = bytes[address] === 0x4f;
  return isNew ? readNew(bytes, address, limits) : readOld(bytes, address, limits);
}

/** The only message of a type, or undefined; two of them are an error. */
export function onlyMessage(
  bytes: Uint8Array,
  messages: readonly Message[],
  type: number,
): Cursor | undefined {
  const found = messages.filter((message) => message.type === type);
  if (found.length > 1) throw damaged('an object is described twice', `message ${type}`);
  const [message] = found;
  return message === undefined ? undefined : new Cursor(bytes, message.start, message.length);
}

// The members of a group: names and the addresses of what they name. Hard links only; soft and
// external links could make a file mean something else on every machine, so they are refused.
import type { FullLimits } from '../../files/limits.js';
import { Cursor, damaged, decodeText, refused } from './cursor.js';
import { denseLinks } from './dense-links.js';
import { MESSAGE, type Message, onlyMessage } from './header.js';

export interface Link {
  readonly name: string;
  readonly address: number;
}

const SOFT_LINK_CACHE = 2;
const LONGEST_NAME = 4096;

function refuseLink(kind: string): never {
  throw refused('a member of a group points elsewhere', kind, 'save the file without links');
}

/** One member, as newer versions of the library write it. */
function readLink(cursor: Cursor): Link {
  const version = cursor.u8();
  if (version !== 1) throw damaged('a link has an unknown version', version);
  const flags = cursor.u8();
  const type = (flags & 0x08) !== 0 ? cursor.u8() : 0;
  if ((flags & 0x04) !== 0) cursor.skip(8); // Creation Order
  if ((flags & 0x10) !== 0) cursor.skip(1); // Link Name Character Set
  const nameLength = cursor.unsigned(1 << (flags & 3));
  if (nameLength > LONGEST_NAME) throw damaged('a name is too long', nameLength);
  const name = decodeText(cursor.take(nameLength));
  if (type === 1) refuseLink('soft link');
  if (type === 64) refuseLink('external link');
  if (type !== 0) refuseLink('user-defined link');
  return { name, address: cursor.requiredAddress() };
}

/** Walks the old form: a tree whose leaves list names kept in a heap beside it. */
class OldGroup {
  readonly links: Link[] = [];
  readonly #heap: Cursor;
  readonly #limits: FullLimits;
  readonly #seen = new Set<number>();

  constructor(message: Cursor, limits: FullLimits) {
    this.#limits = limits;
    const tree = message.requiredAddress();
    const heap = new Cursor(message.bytes, message.requiredAddress());
    heap.signature('HEAP');
    heap.skip(1 + 3); // Version, Reserved
    const size = heap.size();
    heap.skip(8); // Offset to Head of Free-list
    this.#heap = new Cursor(message.bytes, heap.requiredAddress(), size);
    this.#node(tree, undefined);
  }

  #visit(address: number): Cursor {
    if (this.#seen.has(address)) throw damaged('a group runs in a circle', address);
    this.#seen.add(address);
    if (this.#seen.size > this.#limits.maxItems) throw damaged('a group is too large');
    return new Cursor(this.#heap.bytes, address);
  }

  #node(address: number, expectedLevel: number | undefined): void {
    const cursor = this.#visit(address);
    cursor.signature('TREE');
    if (cursor.u8() !== 0) throw damaged('a group has a tree of another kind', address);
    const level = cursor.u8();
    if (expectedLevel !== undefined && level !== expectedLevel) {
      throw damaged('a group tree has a wrong level', level);
    }
    const count = cursor.u16();
    cursor.skip(8 + 8 + 8); // Address of Left Sibling, Address of Right Sibling, Key 0
    for (let index = 0; index < count; index++) {
      const child = cursor.requiredAddress();
      cursor.skip(8); // the next Key: a child is found by walking, not by name
      if (level === 0) this.#names(child);
      else this.#node(child, level - 1);
    }
  }

  #names(address: number): void {
    const cursor = this.#visit(address);
    cursor.signature('SNOD');
    cursor.skip(1 + 1); // Version Number, Reserved
    const count = cursor.u16();
    if (this.links.length + count > this.#limits.maxItems) throw damaged('a group is too large');
    for (let index = 0; index < count; index++) {
      const nameOffset = cursor.size();
      const header = cursor.address();
      const cache = cursor.u32();
      cursor.skip(4 + 16); // Reserved, Scratch-pad Space
      if (cache === SOFT_LINK_CACHE || header === undefined) refuseLink('soft link');
      this.links.push({ name: this.#nameAt(nameOffset), address: header });
    }
  }

  #nameAt(offset: number): string {
    const left = this.#heap.left - offset;
    if (left <= 0) throw damaged('a name lies outside its heap', offset);
    const cursor = new Cursor(this.#heap.bytes, this.#heap.position + offset, left);
    return cursor.zeroTerminated(LONGEST_NAME);
  }
}

function newGroup(
  bytes: Uint8Array,
  messages: readonly Message[],
  info: Cursor,
  limits: FullLimits,
): Link[] {
  const links = messages
    .filter((message) => message.type === MESSAGE.link)
    .map((message) => readLink(new Cursor(bytes, message.start, message.length)));
  if (info.u8() !== 0) throw damaged('a group has an unknown version');
  const flags = info.u8();
  if ((flags & 1) !== 0) info.skip(8); // Maximum Creation Index
  const heap = info.address();
  const names = info.address();
  if (heap === undefined || names === undefined) return links;
  for (const record of denseLinks(bytes, heap, names, limits)) links.push(readLink(record));
  return links;
}

/** The members of a group, or undefined where the object is no group. */
export function readLinks(
  bytes: Uint8Array,
  messages: readonly Message[],
  limits: FullLimits,
): Link[] | undefined {
  const table = onlyMessage(bytes, messages, MESSAGE.symbolTable);
  if (table !== undefined) return new OldGroup(table, limits).links;
  const info = onlyMessage(bytes, messages, MESSAGE.linkInfo);
  if (info !== undefined) return newGroup(bytes, messages, info, limits);
  return undefined;
}

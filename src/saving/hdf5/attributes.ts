// Attributes: the small named facts that groups and datasets carry. Used by read.ts.
import type { FullLimits } from '../../files/limits.js';
import { Cursor, damaged, decodeText, refused } from './cursor.js';
import type { Message } from './header.js';
import { MESSAGE } from './header.js';
import { type ElementType, readDataspace, readDatatype } from './types.js';

/** What an attribute may hold: a text, texts, or numbers. */
export type AttributeValue = string | readonly string[] | number | readonly number[];

function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}

interface HeapObject {
  readonly start: number;
  readonly length: number;
}

/** Heaps that were read already: thousands of texts may lie in the same one. */
const heaps = new WeakMap<Uint8Array, Map<number, ReadonlyMap<number, HeapObject>>>();

function readHeap(bytes: Uint8Array, address: number): Map<number, HeapObject> {
  const heap = new Cursor(bytes, address);
  heap.signature('GCOL');
  heap.skip(1 + 3); // Version, Reserved
  const size = heap.size();
  if (size < 16) throw damaged('a heap has no room', address);
  const content = new Cursor(bytes, address, size);
  content.skip(16); // the heap's own header, read above
  const objects = new Map<number, HeapObject>();
  while (content.left >= 16) {
    const index = content.u16();
    content.skip(2 + 4); // Reference Count, Reserved
    const length = content.size();
    if (index === 0) break;
    const start = content.position;
    content.skip(Math.min(padded(length), content.left)); // Object Data
    objects.set(index, { start, length: Math.min(length, content.end - start) });
  }
  return objects;
}

/** The text that a reference into the file's global heap names. */
function heapText(cursor: Cursor): string {
  const { bytes } = cursor;
  const length = cursor.u32();
  const address = cursor.address();
  const index = cursor.u32();
  if (length === 0 || address === undefined || address === 0) return '';
  const known = heaps.get(bytes) ?? new Map<number, ReadonlyMap<number, HeapObject>>();
  heaps.set(bytes, known);
  const heap = known.get(address) ?? readHeap(bytes, address);
  known.set(address, heap);
  const object = heap.get(index);
  if (object === undefined) throw damaged('a text is missing from its heap', index);
  if (length > object.length) throw damaged('a text is longer than its place', length);
  return withoutPadding(new Cursor(bytes, object.start, length).take(length));
}

function withoutPadding(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end));
}

function readNumber(cursor: Cursor, type: ElementType & { kind: 'number' }): number {
  const bytes = Uint8Array.from(cursor.take(type.size));
  const view = new DataView((type.swap ? bytes.reverse() : bytes).buffer);
  switch (type.dtype) {
    case 'float32':
      return view.getFloat32(0, true);
    case 'float64':
      return view.getFloat64(0, true);
    case 'int64':
      return Number(view.getBigInt64(0, true));
    case 'int32':
      return view.getInt32(0, true);
    case 'int16':
      return view.getInt16(0, true);
    case 'int8':
      return view.getInt8(0);
    default:
      return new Cursor(bytes, 0).unsigned(type.size);
  }
}

function readValue(cursor: Cursor, type: ElementType): string | number {
  if (type.kind === 'text') return withoutPadding(cursor.take(type.size));
  if (type.kind === 'variableText') return heapText(cursor);
  if (type.kind === 'number') return readNumber(cursor, type);
  throw refused('an attribute is not text or numbers', type.kind, 'save the file again');
}

function readData(
  cursor: Cursor,
  type: ElementType,
  shape: readonly number[],
  limits: FullLimits,
): AttributeValue {
  if (shape.length === 0) return readValue(cursor, type);
  if (shape.length > 1) throw refused('an attribute is a matrix', shape.length, 'flatten it');
  const count = shape[0] ?? 0;
  if (count > limits.maxItems || count * type.size > cursor.left) {
    throw damaged('an attribute is larger than its place', count);
  }
  const values = Array.from({ length: count }, () => readValue(cursor, type));
  const texts = values.filter((value) => typeof value === 'string');
  return type.kind === 'number' ? values.map(Number) : texts;
}

function readAttribute(cursor: Cursor, limits: FullLimits): [string, AttributeValue] {
  const version = cursor.u8();
  if (version < 1 || version > 3) throw damaged('an attribute has an unknown version', version);
  const flags = cursor.u8();
  if (version > 1 && flags !== 0) {
    throw refused('an attribute shares its type', flags, 'save the file again');
  }
  const nameSize = cursor.u16();
  const typeSize = cursor.u16();
  const spaceSize = cursor.u16();
  if (version === 3) cursor.skip(1); // Name Character Set Encoding
  const round = version === 1 ? padded : (size: number) => size;
  const name = withoutPadding(cursor.take(round(nameSize)));
  const type = readDatatype(cursor.part(round(typeSize)));
  const shape = readDataspace(cursor.part(round(spaceSize)));
  return [name, readData(cursor, type, shape, limits)];
}

/** The attributes among an object's messages. */
export function readAttributes(
  bytes: Uint8Array,
  messages: readonly Message[],
  limits: FullLimits,
): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  for (const { type, start, length } of messages) {
    if (type !== MESSAGE.attribute) continue;
    const [name, value] = readAttribute(new Cursor(bytes, start, length), limits);
    attributes.set(name, value);
  }
  return attributes;
}

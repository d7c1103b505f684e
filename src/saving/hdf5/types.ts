// Shapes and element types as HDF5 writes them, in Keratin's words. Used by read.ts, attributes.ts.
import { type Cursor, damaged, refused } from './cursor.js';

/** The element types of weights; more than tensors have, since files hold them all. */
export type FileDType =
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool';

export type ElementType =
  | {
      readonly kind: 'number';
      readonly dtype: FileDType;
      readonly size: number;
      readonly swap: boolean;
    }
  | { readonly kind: 'opaque'; readonly size: number }
  | { readonly kind: 'text'; readonly size: number }
  | { readonly kind: 'variableText'; readonly size: number };

const MAX_RANK = 32;

/** The sizes of a dataspace; `[]` for a scalar. */
export function readDataspace(cursor: Cursor): number[] {
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.skip(1); // Flags: whether maximum sizes follow, which nothing here needs
  if (rank > MAX_RANK) throw damaged('a shape has too many axes', rank);
  if (version === 1)
    cursor.skip(1 + 4); // Reserved, twice
  else if (version === 2) {
    if (cursor.u8() === 2) throw damaged('a dataset has no shape');
  } else throw damaged('a shape has an unknown version', version);
  return Array.from({ length: rank }, () => cursor.size());
}

const FLOATS: ReadonlyMap<string, FileDType> = new Map([
  ['2:10,5,0,10,15', 'float16'],
  ['2:7,8,0,7,127', 'bfloat16'],
  ['4:23,8,0,23,127', 'float32'],
  ['8:52,11,0,52,1023', 'float64'],
]);

function readFloat(cursor: Cursor, size: number, order: number): ElementType {
  cursor.skip(2 + 2); // Bit Offset, Bit Precision: they follow from the parts below
  const layout = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8(), cursor.u32()].join(',');
  const dtype = FLOATS.get(`${size}:${layout}`);
  if (dtype === undefined || (order & 0x40) !== 0) {
    throw refused('a float type is unusual', `${size} bytes`, 'save the weights as float32');
  }
  return { kind: 'number', dtype, size, swap: (order & 1) !== 0 };
}

const INTEGERS: ReadonlyMap<string, FileDType> = new Map([
  ['1s', 'int8'],
  ['2s', 'int16'],
  ['4s', 'int32'],
  ['8s', 'int64'],
  ['1u', 'uint8'],
  ['2u', 'uint16'],
  ['4u', 'uint32'],
  ['8u', 'uint64'],
]);

function readInteger(cursor: Cursor, size: number, flags: number): ElementType {
  const bitOffset = cursor.u16();
  const precision = cursor.u16();
  const dtype = INTEGERS.get(`${size}${(flags & 8) !== 0 ? 's' : 'u'}`);
  if (dtype === undefined || bitOffset !== 0 || precision !== size * 8) {
    throw refused('an integer type is unusual', `${size} bytes`, 'save the weights as int32');
  }
  return { kind: 'number', dtype, size, swap: (flags & 1) !== 0 };
}

/** h5py writes booleans as an enumeration over one byte. */
function readEnumeration(cursor: Cursor, size: number): ElementType {
  const base = readDatatype(cursor);
  if (size === 1 && base.kind === 'number' && base.size === 1) {
    return { kind: 'number', dtype: 'bool', size: 1, swap: false };
  }
  throw refused('values are an enumeration', `${size} bytes`, 'save the weights as numbers');
}

function readVariableLength(size: number, flags: number): ElementType {
  const isText = (flags & 0x0f) === 1;
  if (isText && size === 16) return { kind: 'variableText', size };
  throw refused('values are lists of varying length', `${size} bytes`, 'save them as one array');
}

const CLASS_NAMES: ReadonlyMap<number, string> = new Map([
  [2, 'times'],
  [4, 'bit fields'],
  [6, 'compound'],
  [7, 'references'],
  [10, 'arrays'],
]);

/** The element type that a datatype message describes. */
export function readDatatype(cursor: Cursor): ElementType {
  const versionAndClass = cursor.u8();
  const flags = cursor.u8();
  cursor.skip(2); // the other 16 bits of the Class Bit Field
  const size = cursor.u32();
  const kind = versionAndClass & 0x0f;
  if (size === 0) throw damaged('an element type has no size');
  if (kind === 0) return readInteger(cursor, size, flags);
  if (kind === 1) return readFloat(cursor, size, flags);
  if (kind === 3) return { kind: 'text', size };
  if (kind === 5) return { kind: 'opaque', size };
  if (kind === 8) return readEnumeration(cursor, size);
  if (kind === 9) return readVariableLength(size, flags);
  throw refused(
    'an element type is not readable',
    CLASS_NAMES.get(kind) ?? `class ${kind}`,
    'save the weights as plain numbers',
  );
}

// The first bytes of an HDF5 file: which version it is, and where its root group starts.
import { Cursor, damaged, refused } from './cursor.js';

const MARK = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

function checkSizes(offsets: number, lengths: number): void {
  if (offsets === 8 && lengths === 8) return;
  throw refused(
    'addresses are not 8 bytes wide',
    `${offsets} and ${lengths}`,
    'save the file again with h5py or Keras',
  );
}

function checkPlacement(cursor: Cursor): void {
  const base = cursor.size();
  if (base !== 0) throw refused('the file starts with foreign data', base, 'remove it first');
}

/** Versions 0 and 1: what Keras and h5py write unless told otherwise. */
function oldRoot(cursor: Cursor, version: number): number {
  // Version # of File Free Space Storage, of Root Group Symbol Table Entry, Reserved, and Version # of
  // Shared Header Message Format.
  cursor.skip(1 + 1 + 1 + 1);
  checkSizes(cursor.u8(), cursor.u8());
  cursor.skip(1 + 2 + 2 + 4); // Reserved, Group Leaf Node K, Group Internal Node K, Consistency Flags
  if (version === 1) cursor.skip(2 + 2); // Indexed Storage Internal Node K, Reserved
  checkPlacement(cursor);
  cursor.skip(8); // Address of File Free Space Info
  checkFileEnd(cursor);
  if (cursor.address() !== undefined) throw damaged('the file is part of a set of files');
  cursor.skip(8); // Link Name Offset of the Root Group Symbol Table Entry
  return cursor.requiredAddress();
}

/** Versions 2 and 3: what newer versions of the HDF5 library write. */
function newRoot(cursor: Cursor): number {
  checkSizes(cursor.u8(), cursor.u8());
  cursor.skip(1); // File Consistency Flags
  checkPlacement(cursor);
  cursor.skip(8); // Superblock Extension Address
  checkFileEnd(cursor);
  return cursor.requiredAddress();
}

function checkFileEnd(cursor: Cursor): void {
  const end = cursor.size();
  if (end > cursor.bytes.length) {
    throw damaged('the file is shorter than it says', `${cursor.bytes.length} of ${end} bytes`);
  }
}

/** The address of the root group's header. */
export function rootAddress(bytes: Uint8Array): number {
  const cursor = new Cursor(bytes, 0);
  if (bytes.length < 48 || !MARK.every((byte, index) => bytes[index] === byte)) {
    throw damaged('the file is not HDF5', `${bytes.length} bytes`);
  }
  cursor.skip(MARK.length); // Format Signature, checked above
  const version = cursor.u8();
  if (version === 0 || version === 1) return oldRoot(cursor, version);
  if (version === 2 || version === 3) return newRoot(cursor);
  throw refused('the HDF5 version is unknown', version, 'save the file again with h5py or Keras');
}

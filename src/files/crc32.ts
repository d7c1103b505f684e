// CRC-32 as zip archives and PNG images use it, and CRC-32C as event files do, eight bytes at a time
// (Kounavis and Berry 2005). Streaming members through a library would copy every weight twice.

/** Table k holds the effect of a byte that k further bytes follow. */
function makeTables(polynomial: number): readonly Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? polynomial : 0);
    return value;
  });
  const tables = [first];
  for (let index = 1; index < 8; index++) {
    const before = tables[index - 1] ?? first;
    tables.push(before.map((value) => (value >>> 8) ^ (first[value & 255] ?? 0)));
  }
  return tables;
}

const made = new Map<number, readonly Uint32Array[]>();

function tablesOf(polynomial: number): readonly Uint32Array[] {
  const tables = made.get(polynomial) ?? makeTables(polynomial);
  made.set(polynomial, tables);
  return tables;
}

/** The checksum of `bytes` with a reversed polynomial. */
function checksum(polynomial: number, bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tablesOf(polynomial);
  if (!(t0 && t1 && t2 && t3 && t4 && t5 && t6 && t7)) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = 0xffffffff;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = view.getUint32(at, true) ^ crc;
    const high = view.getUint32(at + 4, true);
    crc =
      (t7[low & 255] ?? 0) ^
      (t6[(low >>> 8) & 255] ?? 0) ^
      (t5[(low >>> 16) & 255] ?? 0) ^
      (t4[low >>> 24] ?? 0) ^
      (t3[high & 255] ?? 0) ^
      (t2[(high >>> 8) & 255] ?? 0) ^
      (t1[(high >>> 16) & 255] ?? 0) ^
      (t0[high >>> 24] ?? 0);
  }
  for (; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The checksum of zip members and PNG chunks. */
export function crc32(bytes: Uint8Array): number {
  return checksum(0xedb88320, bytes);
}

/** The checksum of Castagnoli (1993), which record files use. */
export function crc32c(bytes: Uint8Array): number {
  return checksum(0x82f63b78, bytes);
}

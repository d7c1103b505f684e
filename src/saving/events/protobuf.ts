// The bytes of Protocol Buffers messages: a list of fields, each a key and a value. Writing only,
// and only the four kinds of field that event files need.

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function fixed(kind: number, field: number, size: number, write: (view: DataView) => void) {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return joined([Uint8Array.from(varint(field * 8 + kind)), bytes]);
}

/** A whole number of at least 0. */
export function whole(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + VARINT), ...varint(value)]);
}

/** A float64. */
export function double(field: number, value: number): Uint8Array {
  return fixed(FIXED_64, field, 8, (view) => view.setFloat64(0, value, true));
}

/** A float32. */
export function float(field: number, value: number): Uint8Array {
  return fixed(FIXED_32, field, 4, (view) => view.setFloat32(0, value, true));
}

/** Bytes, or text as UTF-8. */
export function bytes(field: number, value: Uint8Array | string): Uint8Array {
  const content = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return joined([
    Uint8Array.from([...varint(field * 8 + BYTES), ...varint(content.length)]),
    content,
  ]);
}

/** A message inside a message. */
export function message(field: number, ...fields: readonly Uint8Array[]): Uint8Array {
  return bytes(field, joined(fields));
}

/** A whole message. */
export function root(...fields: readonly Uint8Array[]): Uint8Array {
  return joined(fields);
}

// A reading position in the bytes of an HDF5 file. Every step is checked against the end, so a
// structure that lies about its size becomes an error here. All readers of this folder use it.
import { FormatError } from '../../core/errors.js';

const UNDEFINED_ADDRESS = 0xffff_ffff_ffff_ffffn;

export function damaged(what: string, received?: string | number): FormatError {
  return new FormatError({
    where: 'HDF5 file',
    what,
    ...(received === undefined ? {} : { received: String(received) }),
    fix: 'the file is damaged or incomplete: save or download it again',
  });
}

export function refused(what: string, received: string | number, fix: string): FormatError {
  return new FormatError({ where: 'HDF5 file', what, received: String(received), fix });
}

export class Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position: number, length: number = bytes.length - position) {
    if (position < 0 || length < 0 || position + length > bytes.length) {
      throw damaged('a structure lies outside the file', `${length} bytes at ${position}`);
    }
    this.bytes = bytes;
    this.position = position;
    this.end = position + length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.end - this.position;
  }

  #advance(count: number): number {
    const start = this.position;
    if (count > this.end - start) throw damaged('a structure ends too early', start);
    this.position = start + count;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A 64-bit size or count that JavaScript can hold exactly. */
  size(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('a size is absurd', `${value}`);
    return Number(value);
  }

  /** A position in the file; undefined where the file says "nowhere". */
  address(): number | undefined {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value === UNDEFINED_ADDRESS) return undefined;
    if (value >= BigInt(this.bytes.length)) {
      throw damaged('an address lies outside the file', `${value}`);
    }
    return Number(value);
  }

  requiredAddress(): number {
    const address = this.address();
    if (address === undefined) throw damaged('an address is missing', this.position - 8);
    return address;
  }

  /** An unsigned number of `width` bytes (1 to 8). */
  unsigned(width: number): number {
    let value = 0;
    for (let index = 0; index < width; index++) value += this.u8() * 256 ** index;
    if (!Number.isSafeInteger(value)) throw damaged('a number is absurd', value);
    return value;
  }

  take(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.bytes.subarray(start, start + count);
  }

  /** Steps over `count` bytes; callers name the fields in the words of HDF5's specification. */
  skip(count: number): void {
    this.#advance(count);
  }

  /** A cursor over the next `count` bytes, which this one steps over. */
  part(count: number): Cursor {
    return new Cursor(this.bytes, this.#advance(count), count);
  }

  signature(expected: string): void {
    const found = String.fromCharCode(...this.take(expected.length));
    if (found !== expected) throw damaged(`the mark ${expected} is missing`, this.position - 4);
  }

  /** Text up to a zero byte or `limit` bytes. */
  zeroTerminated(limit: number): string {
    const room = Math.min(limit, this.left);
    const stop = this.bytes.subarray(this.position, this.position + room).indexOf(0);
    if (stop < 0) throw damaged('a name has no end', this.position);
    return decodeText(this.take(stop));
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw damaged('a text is not UTF-8');
  }
}

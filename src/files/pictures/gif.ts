// GIF pictures: the first frame. Format: CompuServe, "Graphics Interchange Format" 89a (1990).
import { checkSize, damagedPicture, type Picture, type PictureLimits } from './picture.js';

const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const IMAGE = 0x2c;
const MOST_CODES = 4096;

export function isGif(bytes: Uint8Array): boolean {
  const name = String.fromCharCode(...bytes.subarray(0, 6));
  return name === 'GIF87a' || name === 'GIF89a';
}

/** Reads on; bytes after the end are an error. */
class Cursor {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) throw new RangeError('the file ends too early');
    return value;
  }

  short(): number {
    return this.byte() + this.byte() * 256;
  }

  take(count: number): Uint8Array {
    const part = this.#bytes.subarray(this.at, this.at + count);
    if (part.length < count) throw new RangeError('the file ends too early');
    this.at += count;
    return part;
  }

  /** The content of blocks up to the empty one. */
  blocks(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let size = this.byte(); size > 0; size = this.byte()) parts.push(this.take(size));
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let filled = 0;
    for (const part of parts) {
      all.set(part, filled);
      filled += part.length;
    }
    return all;
  }
}

/** `count` values from codes of growing width: Lempel, Ziv and Welch (1984), as GIF writes them. */
function unpack(packed: Uint8Array, firstWidth: number, count: number): Uint8Array {
  const clear = 2 ** firstWidth;
  const end = clear + 1;
  const before = new Uint16Array(MOST_CODES);
  const last = new Uint8Array(MOST_CODES);
  const values = new Uint8Array(count);
  const stack = new Uint8Array(MOST_CODES + 1);
  let [width, next, previous, first, filled, bit] = [firstWidth + 1, end + 1, -1, 0, 0, 0];
  while (filled < count) {
    if (bit + width > packed.length * 8) throw new RangeError('the data of the picture end early');
    let code = 0;
    for (let done = 0; done < width; done++, bit++) {
      code |= (((packed[bit >> 3] ?? 0) >> (bit & 7)) & 1) << done;
    }
    if (code === end) throw new RangeError('the data of the picture end early');
    if (code === clear) {
      [width, next, previous] = [firstWidth + 1, end + 1, -1];
      continue;
    }
    const isNew = code >= next;
    if (code > next || (isNew && previous < 0)) throw new RangeError(`there is no code ${code}`);
    let depth = 0;
    if (isNew) stack[depth++] = first;
    let inner = isNew ? previous : code;
    for (; inner > end; inner = before[inner] ?? 0) stack[depth++] = last[inner] ?? 0;
    first = inner;
    stack[depth++] = first;
    while (depth > 0 && filled < count) values[filled++] = stack[--depth] ?? 0;
    if (previous >= 0 && next < MOST_CODES) {
      before[next] = previous;
      last[next++] = first;
      if (next === 2 ** width && width < 12) width++;
    }
    previous = code;
  }
  return values;
}

/** The frame's rows in the order in which an interlaced file holds them. */
function interlacedRows(height: number): number[] {
  const rows: number[] = [];
  for (const [from, step] of [
    [0, 8],
    [4, 8],
    [2, 4],
    [1, 2],
  ] as const) {
    for (let row = from; row < height; row += step) rows.push(row);
  }
  return rows;
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly palette: Uint8Array;
  readonly rows: readonly number[];
  readonly values: Uint8Array;
  /** The index that leaves what is below as it is. */
  readonly hole: number | undefined;
}

/** The first frame; what comes before it is skipped. */
function firstFrame(
  cursor: Cursor,
  common: Uint8Array,
  check: (w: number, h: number) => void,
): Frame {
  let hole: number | undefined;
  for (;;) {
    const kind = cursor.byte();
    if (kind === EXTENSION) {
      const label = cursor.byte();
      const content = cursor.blocks();
      const hasHole = label === GRAPHIC_CONTROL && ((content[0] ?? 0) & 1) === 1;
      if (hasHole) hole = content[3];
      continue;
    }
    if (kind !== IMAGE) throw new RangeError('there is no frame in it');
    const [left, top] = [cursor.short(), cursor.short()];
    const [width, height] = [cursor.short(), cursor.short()];
    check(width, height);
    const flags = cursor.byte();
    const own = (flags & 0x80) === 0 ? undefined : cursor.take(3 * 2 ** ((flags & 7) + 1));
    const codeWidth = cursor.byte();
    if (codeWidth < 1 || codeWidth > 8) throw new RangeError(`codes of ${codeWidth} bits`);
    const values = unpack(cursor.blocks(), codeWidth, width * height);
    const straight = Array.from({ length: height }, (_, row) => row);
    const rows = (flags & 0x40) === 0 ? straight : interlacedRows(height);
    return { left, top, width, height, palette: own ?? common, rows, values, hole };
  }
}

function paint(data: Uint8Array, width: number, height: number, frame: Frame): void {
  for (const [line, row] of frame.rows.entries()) {
    for (let column = 0; column < frame.width; column++) {
      const index = frame.values[line * frame.width + column] ?? 0;
      const [x, y] = [frame.left + column, frame.top + row];
      if (x >= width || y >= height) continue;
      const colour = frame.palette.subarray(index * 3, index * 3 + 3);
      if (colour.length < 3) throw new RangeError(`there is no colour ${index}`);
      data.set(colour, (y * width + x) * 4);
      data[(y * width + x) * 4 + 3] = index === frame.hole ? 0 : 255;
    }
  }
}

/** The first frame in GIF bytes on its canvas; what it leaves empty has no opacity. */
export function decodeGif(where: string, bytes: Uint8Array, limits: PictureLimits): Picture {
  const cursor = new Cursor(bytes);
  const check = (width: number, height: number) => checkSize(where, width, height, limits);
  try {
    cursor.take(6);
    const [width, height] = [cursor.short(), cursor.short()];
    const flags = cursor.byte();
    cursor.take(2);
    const common =
      (flags & 0x80) === 0 ? new Uint8Array(0) : cursor.take(3 * 2 ** ((flags & 7) + 1));
    check(width, height);
    const data = new Uint8Array(width * height * 4);
    paint(data, width, height, firstFrame(cursor, common, check));
    return { width, height, channels: 4, data };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw damagedPicture(where, cause.message, cause);
  }
}

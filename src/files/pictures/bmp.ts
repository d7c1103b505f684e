// BMP pictures without compression: 1, 4, 8 (palette), 16, 24 and 32 bits a pixel.
import { checkSize, damagedPicture, type Picture, type PictureLimits } from './picture.js';

const FILE_HEADER = 14;
const INFO_HEADER = 40;
const UNCOMPRESSED = 0;
const BIT_FIELDS = 3;

/** What the headers say. */
interface Header {
  readonly width: number;
  readonly height: number;
  /** Rows begin at the top rather than at the bottom. */
  readonly fromTop: boolean;
  readonly bits: number;
  readonly pixels: number;
  readonly palette: number;
  readonly paletteSize: number;
  /** Where red, green, blue lie in a pixel of 16 or 32 bits. */
  readonly masks: readonly number[];
}

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

function masksOf(view: DataView, bits: number, compression: number): number[] {
  if (compression === BIT_FIELDS) {
    return [0, 4, 8].map((at) => view.getUint32(FILE_HEADER + INFO_HEADER + at, true));
  }
  return bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff];
}

function headerOf(where: string, view: DataView): Header {
  if (view.byteLength < FILE_HEADER + INFO_HEADER) {
    throw damagedPicture(where, 'the file ends in its header');
  }
  const infoBytes = view.getUint32(14, true);
  const height = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  if (infoBytes < INFO_HEADER || ![1, 4, 8, 16, 24, 32].includes(bits)) {
    throw damagedPicture(where, `BMP with a header of ${infoBytes} bytes and ${bits} bits a pixel`);
  }
  const isFields = compression === BIT_FIELDS && (bits === 16 || bits === 32);
  if (compression !== UNCOMPRESSED && !isFields) {
    throw damagedPicture(where, 'compressed BMP is not read: save it as PNG');
  }
  if (isFields && view.byteLength < FILE_HEADER + INFO_HEADER + 12) {
    throw damagedPicture(where, 'the file ends in its header');
  }
  return {
    width: view.getInt32(18, true),
    height: Math.abs(height),
    fromTop: height < 0,
    bits,
    pixels: view.getUint32(10, true),
    palette: FILE_HEADER + infoBytes,
    paletteSize: view.getUint32(46, true) || 2 ** Math.min(bits, 8),
    masks: masksOf(view, bits, compression),
  };
}

/** The value under a mask, stretched to 255. */
function field(pixel: number, mask: number): number {
  if (mask === 0) return 0;
  const shift = 31 - Math.clz32(mask & -mask);
  return Math.round((((pixel & mask) >>> shift) * 255) / (mask >>> shift));
}

type Colour = readonly [red: number, green: number, blue: number];

/** How the pixel at `column` of the row that begins at byte `row` is read. */
function pixelReader(view: DataView, header: Header): (row: number, column: number) => Colour {
  const { bits, masks, palette, paletteSize } = header;
  const [red = 0, green = 0, blue = 0] = masks;
  if (bits === 24) {
    return (row, column) => {
      const at = row + column * 3;
      return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)];
    };
  }
  if (bits > 8) {
    return (row, column) => {
      const pixel =
        bits === 16
          ? view.getUint16(row + column * 2, true)
          : view.getUint32(row + column * 4, true);
      return [field(pixel, red), field(pixel, green), field(pixel, blue)];
    };
  }
  return (row, column) => {
    const bit = column * bits;
    const byte = view.getUint8(row + (bit >> 3));
    const index = (byte >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
    if (index >= paletteSize) throw new RangeError(`colour ${index} of ${paletteSize}`);
    const at = palette + index * 4;
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at)];
  };
}

/** The picture in BMP bytes. The fourth byte of 32 bits is no opacity in BMP, and is left out. */
export function decodeBmp(where: string, bytes: Uint8Array, limits: PictureLimits): Picture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = headerOf(where, view);
  const { width, height, bits, pixels, fromTop } = header;
  checkSize(where, width, height, limits);
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (pixels + rowBytes * height > bytes.length) {
    throw damagedPicture(where, 'the file ends before its last row');
  }
  const pixelAt = pixelReader(view, header);
  const data = new Uint8Array(width * height * 3);
  try {
    for (let row = 0; row < height; row++) {
      const from = pixels + (fromTop ? row : height - 1 - row) * rowBytes;
      for (let column = 0; column < width; column++) {
        data.set(pixelAt(from, column), (row * width + column) * 3);
      }
    }
  } catch (cause) {
    throw damagedPicture(where, cause instanceof Error ? cause.message : String(cause), cause);
  }
  return { width, height, channels: 3, data };
}

/** BMP bytes of a picture: 24 bits a pixel, opacity dropped. */
export function encodeBmp({ width, height, channels, data }: Picture): Uint8Array {
  const rowBytes = Math.ceil((width * 24) / 32) * 4;
  const start = FILE_HEADER + INFO_HEADER;
  const bytes = new Uint8Array(start + rowBytes * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, INFO_HEADER, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  const step = channels === 1 ? 0 : 1;
  for (let row = 0; row < height; row++) {
    const to = start + (height - 1 - row) * rowBytes;
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * channels;
      for (let channel = 0; channel < 3; channel++) {
        bytes[to + column * 3 + 2 - channel] = data[from + channel * step] ?? 0;
      }
    }
  }
  return bytes;
}

// PNG images of grey values, for weights that are looked at as pictures.
import { crc32 } from '../../files/crc32.js';

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const GREY = 0;

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

async function deflated(data: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([Uint8Array.from(data)])
    .stream()
    .pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A picture of `height` rows of `width` values from 0 (black) to 1 (white). */
export async function greyPng(
  width: number,
  height: number,
  values: ArrayLike<number>,
): Promise<Uint8Array> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, GREY, 0, 0, 0], 8);
  // Each row begins with the number of its filter: 0, none.
  const rows = new Uint8Array(height * (width + 1));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = Math.min(Math.max(values[row * width + column] ?? 0, 0), 1);
      rows[row * (width + 1) + 1 + column] = Math.floor(value * 255.5);
    }
  }
  const parts = [
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', await deflated(rows)),
    chunk('IEND', new Uint8Array(0)),
  ];
  return new Uint8Array(await new Blob(parts.map((part) => Uint8Array.from(part))).arrayBuffer());
}

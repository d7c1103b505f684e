// PNG pictures through fast-png: what it does not refuse or unpack is done here.
import type { DecodedPng } from 'fast-png';
import { importPng } from '../peers.js';
import { checkSize, damagedPicture, type Picture, type PictureLimits } from './picture.js';

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const HEADER_BYTES = 33;
/** No deflated byte stands for more. */
const MOST_INFLATION = 1032;
/** Pictures that cannot inflate beyond this need no look before. */
const HARMLESS = 2 ** 28;

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, at) => bytes[at] === byte);
}

/** Deflated bytes of all IDAT chunks. */
function packedData(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = SIGNATURE.length; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x49444154) {
      parts.push(Uint8Array.from(bytes.subarray(at + 8, at + 8 + length)));
    }
    at += 12 + length;
  }
  return parts;
}

/** Throws where the data would inflate to more than the header says: nothing is kept. */
async function checkInflation(where: string, bytes: Uint8Array, declared: number): Promise<void> {
  if (bytes.length * MOST_INFLATION <= Math.max(HARMLESS, declared)) return;
  const stream = new Blob(packedData(bytes))
    .stream()
    .pipeThrough(new DecompressionStream('deflate'));
  let total = 0;
  const reader = stream.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    total += step.value.length;
    if (total > declared) {
      await reader.cancel();
      throw damagedPicture(where, `it holds more than the ${declared} bytes that it declares`);
    }
  }
}

/** Values of fewer than 8 bits, several to a byte, as one byte each; rows begin on a byte. */
function unpackBits({ data, width, height, depth }: DecodedPng): Uint8Array {
  const values = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = data[row * rowBytes + (bit >> 3)] ?? 0;
      values[row * width + column] = (byte >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return values;
}

/** One value of 8 bits for each entry: the high byte of 16 bits, low depths stretched to 255. */
function toBytes(png: DecodedPng): Uint8Array {
  const { data, depth } = png;
  if (depth === 16) return Uint8Array.from(data, (value) => value >> 8);
  if (depth === 8) return Uint8Array.from(data);
  return unpackBits(png).map((value) => (value * 255) / (2 ** depth - 1));
}

function fromPalette(png: DecodedPng, palette: readonly (readonly number[])[]): Picture {
  const indices = png.depth < 8 ? unpackBits(png) : png.data;
  const channels = (palette[0]?.length ?? 3) > 3 ? 4 : 3;
  const data = new Uint8Array(indices.length * channels);
  for (const [pixel, index] of indices.entries()) {
    const colour = palette[index];
    if (colour === undefined) throw new RangeError(`colour ${index} of ${palette.length}`);
    data.set(colour, pixel * channels);
  }
  return { width: png.width, height: png.height, channels, data };
}

/** Grey or colour, where one value stands for "not there". */
function withHole(png: DecodedPng, data: Uint8Array, hole: Uint16Array): Picture {
  const { width, height, channels } = png;
  const out = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    let same = true;
    for (let channel = 0; channel < channels; channel++) {
      const at = pixel * channels + channel;
      same &&= (png.depth < 8 ? undefined : png.data[at]) === hole[channel];
    }
    for (let channel = 0; channel < 3; channel++) {
      out[pixel * 4 + channel] = data[pixel * channels + (channels === 1 ? 0 : channel)] ?? 0;
    }
    out[pixel * 4 + 3] = same ? 0 : 255;
  }
  return { width, height, channels: 4, data: out };
}

/** Grey with opacity as colour with opacity. */
function fromGreyAlpha({ width, height }: DecodedPng, data: Uint8Array): Picture {
  const out = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const grey = data[pixel * 2] ?? 0;
    out.set([grey, grey, grey, data[pixel * 2 + 1] ?? 0], pixel * 4);
  }
  return { width, height, channels: 4, data: out };
}

function pictureOf(png: DecodedPng): Picture {
  if (png.palette !== undefined && png.channels === 1) return fromPalette(png, png.palette);
  const { width, height, channels, transparency } = png;
  const data = toBytes(png);
  if (channels === 2) return fromGreyAlpha(png, data);
  if (transparency !== undefined && png.depth >= 8) return withHole(png, data, transparency);
  return { width, height, channels: channels === 1 ? 1 : channels === 3 ? 3 : 4, data };
}

/** The picture in PNG bytes; 16 bits become 8. `where` names the file in errors. */
export async function decodePng(
  where: string,
  bytes: Uint8Array,
  limits: PictureLimits,
): Promise<Picture> {
  if (bytes.length < HEADER_BYTES) throw damagedPicture(where, 'the file ends in its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  checkSize(where, width, height, limits);
  // At most 4 channels of 16 bits, a filter byte a row, and the extra rows of interlacing.
  await checkInflation(where, bytes, width * height * 8 + height * 3 + 64);
  const { decode } = await importPng();
  try {
    return pictureOf(decode(bytes, { checkCrc: true }));
  } catch (cause) {
    throw damagedPicture(where, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** PNG bytes of a picture. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  const { encode } = await importPng();
  return encode({ ...picture, depth: 8 });
}

// JPEG pictures: read by libjpeg-turbo, which decodes as Pillow does; written, and read where they are in
// the colours of print (CMYK), by jpeg-js.
import { KeratinError } from '../../core/errors.js';
import { importJpeg, importJpegCodec } from '../peers.js';
import { withChannels } from './channels.js';
import { checkSize, damagedPicture, type Picture, type PictureLimits } from './picture.js';

const MEGA = 1e6;
/** Bytes that jpeg-js may take for each pixel: coefficients, components and the result. */
const BYTES_PER_PIXEL = 32;
const SMALLEST_BUDGET = 64;
/** Components of pictures made for print. */
const PRINTED = 4;
/** After a larger picture the decoder goes, since WebAssembly never gives memory back. */
const KEPT_PIXELS = 2 ** 24;

type Codec = Awaited<ReturnType<Awaited<ReturnType<typeof importJpegCodec>>>>;

/** One decoder for all pictures. */
let kept: Promise<Codec> | undefined;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Markers that begin a frame and so tell the size: SOF0 to SOF15 without DHT, JPG and DAC. */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** What the frame declares. */
interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

function frameOf(where: string, bytes: Uint8Array): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 10 <= bytes.length; ) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (beginsFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { width, height, components: view.getUint8(at + 9) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw damagedPicture(where, 'there is no frame in it');
}

async function decodePrinted(
  where: string,
  bytes: Uint8Array,
  frame: Frame,
  limits: PictureLimits,
): Promise<Picture> {
  const megapixels = (frame.width * frame.height) / MEGA;
  const jpeg = await importJpeg();
  try {
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: Math.ceil(megapixels) + 1,
      maxMemoryUsageInMB: SMALLEST_BUDGET + Math.ceil(megapixels * BYTES_PER_PIXEL),
    });
    checkSize(where, width, height, limits);
    return { width, height, channels: 3, data };
  } catch (cause) {
    if (cause instanceof KeratinError) throw cause;
    throw damagedPicture(where, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The pixels, which the codec keeps until its next picture, copied. */
function decodedBy({ JPEGDecoder }: Codec, bytes: Uint8Array): Picture {
  const decoder = new JPEGDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, componentCount } = decoder.getFrameInfo();
    const data = decoder.getDecodedBuffer().slice();
    return { width, height, channels: componentCount === 1 ? 1 : 3, data };
  } finally {
    decoder.delete();
  }
}

/** The picture in JPEG bytes. Broken data is an error, never a half-grey picture. */
export async function decodeJpeg(
  where: string,
  bytes: Uint8Array,
  limits: PictureLimits,
): Promise<Picture> {
  const frame = frameOf(where, bytes);
  checkSize(where, frame.width, frame.height, limits);
  if (frame.components === PRINTED) return decodePrinted(where, bytes, frame, limits);
  const create = await importJpegCodec();
  kept ??= create();
  const codec = await kept;
  if (frame.width * frame.height > KEPT_PIXELS) kept = undefined;
  try {
    const picture = decodedBy(codec, bytes);
    checkSize(where, picture.width, picture.height, limits);
    return picture;
  } catch (cause) {
    if (cause instanceof KeratinError) throw cause;
    // What was thrown lies in the codec's memory, which may be in any state.
    kept = undefined;
    const reason = 'its data end too early, are damaged, or of a kind that libjpeg does not read';
    throw damagedPicture(where, reason, cause);
  }
}

/** JPEG bytes of a picture, opacity dropped; `quality` from 1 to 100. */
export async function encodeJpeg(picture: Picture, quality: number): Promise<Uint8Array> {
  const jpeg = await importJpeg();
  const { width, height, data } = withChannels(picture, 4);
  return Uint8Array.from(jpeg.encode({ width, height, data }, quality).data);
}

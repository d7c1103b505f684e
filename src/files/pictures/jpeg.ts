// JPEG pictures through jpeg-js.
import { KeratinError } from '../../core/errors.js';
import { importJpeg } from '../peers.js';
import { withChannels } from './channels.js';
import { checkSize, damagedPicture, type Picture, type PictureLimits } from './picture.js';

const MEGA = 1e6;
/** Bytes that jpeg-js may take for each pixel: coefficients, components and the result. */
const BYTES_PER_PIXEL = 32;
const SMALLEST_BUDGET = 64;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Markers that begin a frame and so tell the size: SOF0 to SOF15 without DHT, JPG and DAC. */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Width and height as the frame declares them. */
function declaredSize(where: string, bytes: Uint8Array): readonly [width: number, height: number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (beginsFrame(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  throw damagedPicture(where, 'there is no frame in it');
}

/** The picture in JPEG bytes. Broken data is an error, never a half-grey picture. */
export async function decodeJpeg(
  where: string,
  bytes: Uint8Array,
  limits: PictureLimits,
): Promise<Picture> {
  const [declaredWidth, declaredHeight] = declaredSize(where, bytes);
  checkSize(where, declaredWidth, declaredHeight, limits);
  const megapixels = (declaredWidth * declaredHeight) / MEGA;
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

/** JPEG bytes of a picture, opacity dropped; `quality` from 1 to 100. */
export async function encodeJpeg(picture: Picture, quality: number): Promise<Uint8Array> {
  const jpeg = await importJpeg();
  const { width, height, data } = withChannels(picture, 4);
  return Uint8Array.from(jpeg.encode({ width, height, data }, quality).data);
}

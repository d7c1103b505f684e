// Any picture file as a picture: the first bytes tell its format, whatever its name says.
import { UnknownNameError } from '../../core/errors.js';
import { decodeBmp, encodeBmp, isBmp } from './bmp.js';
import { decodeGif, isGif } from './gif.js';
import { decodeJpeg, encodeJpeg, isJpeg } from './jpeg.js';
import { damagedPicture, type Picture, type PictureLimits } from './picture.js';
import { decodePng, encodePng, isPng } from './png.js';

/** The formats that pictures are written in. */
export type PictureFormat = 'png' | 'jpeg' | 'bmp';

/** The picture in the bytes of a PNG, JPEG, GIF (first frame) or BMP file called `where`. */
export async function decodePicture(
  where: string,
  bytes: Uint8Array,
  limits: PictureLimits = {},
): Promise<Picture> {
  if (isPng(bytes)) return decodePng(where, bytes, limits);
  if (isJpeg(bytes)) return decodeJpeg(where, bytes, limits);
  if (isGif(bytes)) return decodeGif(where, bytes, limits);
  if (isBmp(bytes)) return decodeBmp(where, bytes, limits);
  const reason = bytes.length === 0 ? 'the file is empty' : 'it is no PNG, JPEG, GIF or BMP';
  throw damagedPicture(where, reason);
}

/** The bytes of a picture; `quality` (1 to 100) counts for JPEG alone. */
export async function encodePicture(
  picture: Picture,
  format: PictureFormat,
  quality: number,
): Promise<Uint8Array> {
  if (format === 'png') return encodePng(picture);
  return format === 'jpeg' ? encodeJpeg(picture, quality) : encodeBmp(picture);
}

/** The format that a name or a file extension stands for. */
export function formatNamed(where: string, name: string): PictureFormat {
  const format = name.toLowerCase();
  if (format === 'jpg' || format === 'jpeg') return 'jpeg';
  if (format === 'png' || format === 'bmp') return format;
  throw new UnknownNameError({
    where,
    what: `pictures are not written in the format "${name}"`,
    expected: 'png, jpg, jpeg or bmp',
    received: name,
    fix: "name the file like 'picture.png', or give fileFormat",
  });
}

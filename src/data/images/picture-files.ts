// loadImg and saveImg: pictures in files, at the size that is wanted.
import { currentEngine } from '../../core/engine.js';
import { ArgumentError, unknownName } from '../../core/errors.js';
import { withChannels } from '../../files/pictures/channels.js';
import { decodePicture, encodePicture, formatNamed } from '../../files/pictures/decode.js';
import type { Picture, PictureLimits } from '../../files/pictures/picture.js';
import { type FilePlace, nameOfPlace, readPlace, writePlace } from '../../files/places.js';
import { gather } from '../../ops/gather.js';
import { scaleAndTranslate } from '../../ops/image/resize.js';
import type { ArrayLike as Arrays } from '../host-array.js';
import { type ArrayToImgOptions, arrayToImg } from './arrays.js';
import { type ColorMode, channelsOf } from './color-mode.js';

/** Pillow's names of ways to resize, and ours. Shrinking averages, as there. */
const METHODS = { bilinear: 'bilinear', bicubic: 'bicubic', lanczos: 'lanczos3' } as const;

/** Options of {@link loadImg}; the defaults are Keras's. */
export interface LoadImgOptions extends PictureLimits {
  /** `grayscale` 1, `rgb` (default) 3, `rgba` 4 channels. */
  readonly colorMode?: ColorMode;
  /** Height and width; default those of the file. */
  readonly targetSize?: readonly [height: number, width: number] | null;
  /** `nearest` (default), `bilinear`, `bicubic` or `lanczos`; all but the first average when shrinking. */
  readonly interpolation?: 'nearest' | keyof typeof METHODS;
  /** Cut the largest centred part with the new proportions first; default false. */
  readonly keepAspectRatio?: boolean;
}

/** The part of an axis of `from` pixels that becomes `to` pixels. */
interface Cut {
  readonly start: number;
  readonly size: number;
  readonly to: number;
}

function cutsOf(
  { width, height }: Picture,
  [tall, wide]: readonly [number, number],
  keepsProportions: boolean,
): readonly [rows: Cut, columns: Cut] {
  const rows = keepsProportions ? Math.min(height, Math.floor((width * tall) / wide)) : height;
  const columns = keepsProportions ? Math.min(width, Math.floor((height * wide) / tall)) : width;
  return [
    { start: Math.floor((height - rows) / 2), size: rows, to: tall },
    { start: Math.floor((width - columns) / 2), size: columns, to: wide },
  ];
}

function nearestPlaces({ start, size, to }: Cut): Int32Array {
  return Int32Array.from({ length: to }, (_, at) => start + Math.floor(((at + 0.5) * size) / to));
}

/** Bytes again, halves rounded up, as Pillow does after each axis. */
function bytesOf(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (value) => Math.min(Math.max(Math.floor(value + 0.5), 0), 255));
}

/** The picture with one axis (0: rows, 1: columns) sampled anew. */
async function resampled(
  picture: Picture,
  axis: 0 | 1,
  cut: Cut,
  method: 'nearest' | keyof typeof METHODS,
): Promise<Picture> {
  const { width, height, channels, data } = picture;
  const length = axis === 0 ? height : width;
  if (cut.size === length && cut.to === length) return picture;
  const engine = currentEngine();
  const image = engine.write({ shape: [height, width, channels], dtype: 'float32' }, data);
  const shape = axis === 0 ? [cut.to, width, channels] : [height, cut.to, channels];
  const scale = cut.to / cut.size;
  const changed = engine.scope(() =>
    method === 'nearest'
      ? gather(image, engine.write({ shape: [cut.to], dtype: 'int32' }, nearestPlaces(cut)), {
          axis,
        })
      : scaleAndTranslate(
          image,
          shape,
          { axes: [axis], scale: [scale], translation: [-cut.start * scale] },
          { method: METHODS[method] },
        ),
  );
  try {
    const values = bytesOf(await changed.data());
    const size = axis === 0 ? { width, height: cut.to } : { width: cut.to, height };
    return { ...size, channels, data: values };
  } finally {
    changed.dispose();
    image.dispose();
  }
}

function checkTarget(size: readonly number[]): void {
  const isSize = size.length === 2 && size.every((side) => Number.isInteger(side) && side > 0);
  if (isSize) return;
  throw new ArgumentError({
    where: 'loadImg',
    what: 'targetSize is no size of a picture',
    expected: '[height, width] in whole pixels',
    received: JSON.stringify(size),
    fix: 'for example targetSize: [224, 224]',
  });
}

/**
 * The picture in a PNG, JPEG, BMP or GIF (first frame) file: a path or URL on Node, a handle in
 * browsers. PNG needs the package `fast-png`, JPEG `@cornerstonejs/codec-libjpeg-turbo-8bit`, and `jpeg-js`
 * where it is in the colours of print (CMYK). Turn it into a tensor with {@link imgToArray}. 16-bit
 * channels become 8 bits.
 *
 * @throws FormatError that names the file where it cannot be decoded.
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 * import { data } from 'keratin';
 * await mkdir('output', { recursive: true });
 * const path = 'output/two.png';
 * await data.saveImg(path, [[[0], [255]]]);
 * const picture = await data.loadImg(path, { colorMode: 'grayscale', targetSize: [1, 4] });
 * console.log(picture.width, [...picture.data]); // 4 [ 0, 0, 255, 255 ]
 * ```
 */
export async function loadImg(place: FilePlace, options: LoadImgOptions = {}): Promise<Picture> {
  const { colorMode = 'rgb', targetSize = null, interpolation = 'nearest' } = options;
  const channels = channelsOf('loadImg', colorMode);
  const methods = ['nearest', ...Object.keys(METHODS)];
  if (!methods.includes(interpolation)) {
    throw unknownName('interpolation', interpolation, methods, 'loadImg');
  }
  if (targetSize !== null) checkTarget(targetSize);
  const decoded = await decodePicture(nameOfPlace(place), await readPlace(place), options);
  const picture = withChannels(decoded, channels);
  if (targetSize === null) return picture;
  const [tall, wide] = targetSize;
  if (picture.width === wide && picture.height === tall) return picture;
  const [rows, columns] = cutsOf(picture, targetSize, options.keepAspectRatio ?? false);
  return resampled(await resampled(picture, 1, columns, interpolation), 0, rows, interpolation);
}

/** Options of {@link saveImg}. */
export interface SaveImgOptions extends ArrayToImgOptions {
  /** `png`, `jpg` or `bmp`; default what the name ends in. */
  readonly fileFormat?: string | null;
  /** Quality of JPEG, 1 to 100; default 75. */
  readonly quality?: number;
  /** Whether a file that is there may be replaced; default true, as in Keras. */
  readonly overwrite?: boolean;
}

/**
 * Writes an array of one picture, `[height, width, 1, 3 or 4]`, to a PNG, JPEG or BMP file, as a whole
 * or not at all. JPEG and BMP drop opacity. PNG needs the package `fast-png`, JPEG `jpeg-js`. See
 * {@link arrayToImg} for `scale`.
 *
 * @throws UnknownNameError for another format; ShapeError where the array is no picture.
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 * import { data, ones } from 'keratin';
 * await mkdir('output', { recursive: true });
 * const path = 'output/white.bmp';
 * await data.saveImg(path, ones([2, 2, 3]).mul(255), { scale: false });
 * console.log((await data.loadImg(path)).data[0]); // 255
 * ```
 */
export async function saveImg(
  place: FilePlace,
  x: Arrays,
  options: SaveImgOptions = {},
): Promise<void> {
  const name = nameOfPlace(place);
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const format = formatNamed('saveImg', options.fileFormat ?? ending);
  const { quality = 75, overwrite = true } = options;
  if (!(quality >= 1 && quality <= 100)) {
    throw new ArgumentError({
      where: 'saveImg',
      what: 'there is no such quality',
      expected: 'a number from 1 to 100',
      received: String(quality),
      fix: 'leave quality out for 75',
    });
  }
  const picture = await arrayToImg(x, options);
  await writePlace(place, await encodePicture(picture, format, quality), overwrite);
}

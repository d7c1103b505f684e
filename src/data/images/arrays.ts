// Pictures and arrays: arrayToImg, imgToArray and smartResize of keras.utils.
import { type DType, newArray } from '../../core/dtype.js';
import { currentEngine } from '../../core/engine.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { imageDataFormat } from '../../core/settings.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import type { Picture } from '../../files/pictures/picture.js';
import type { TensorLike } from '../../ops/convert.js';
import { resize } from '../../ops/image/resize.js';
import type { DataFormat } from '../../ops/windows.js';
import { type ArrayLike as Arrays, toHostArray } from '../host-array.js';
import { interpolationNamed } from './resized.js';

/** Options of {@link arrayToImg}. */
export interface ArrayToImgOptions {
  /** `channelsLast` is `[height, width, channels]`. Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat;
  /** Stretch the values so that the smallest becomes 0 and the largest 255; default true. */
  readonly scale?: boolean;
}

/** How values become bytes: from 0 to 255 where asked for, then cut to whole numbers as Keras does. */
function toBytes(values: ArrayLike<number>, scale: boolean): (at: number) => number {
  if (!scale) return (at) => Math.trunc(values[at] ?? 0);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < values.length; at++) {
    least = Math.min(least, values[at] ?? 0);
    most = Math.max(most, values[at] ?? 0);
  }
  const range = Math.fround(most - least) || 1;
  const byte = (value: number) =>
    Math.fround(Math.fround(Math.fround(value - least) / range) * 255);
  return (at) => Math.trunc(byte(values[at] ?? 0));
}

/**
 * An array of one picture, `[height, width, channels]` with 1, 3 or 4 channels, as a picture of
 * bytes. Fractions are cut off; without `scale` values outside of 0 to 255 are refused, where Keras
 * lets them wrap around.
 *
 * @throws ShapeError where the array is no picture; ArgumentError where a value is no byte.
 * @example
 * ```ts
 * import { data } from 'keratin';
 * const picture = await data.arrayToImg([[[0], [0.5], [1]]]);
 * console.log(picture.width, picture.height, [...picture.data]); // 3 1 [ 0, 127, 255 ]
 * ```
 */
export async function arrayToImg(x: Arrays, options: ArrayToImgOptions = {}): Promise<Picture> {
  const { dataFormat = imageDataFormat(), scale = true } = options;
  const { values, shape } = await toHostArray('arrayToImg', x);
  const isFirst = dataFormat === 'channelsFirst';
  const [a = 0, b = 0, c = 0] = shape;
  const [height, width, channels] = isFirst ? [b, c, a] : [a, b, c];
  if (shape.length !== 3 || (channels !== 1 && channels !== 3 && channels !== 4)) {
    throw new ShapeError({
      where: 'arrayToImg',
      what: 'the array is no picture',
      expected: isFirst ? '[1, 3 or 4, height, width]' : '[height, width, 1, 3 or 4]',
      received: formatShape(shape),
      fix: 'give one picture, not a batch, with 1, 3 or 4 channels',
    });
  }
  const byteAt = toBytes(values, scale);
  const data = new Uint8Array(values.length);
  const plane = height * width;
  for (let at = 0; at < data.length; at++) {
    const byte = byteAt(isFirst ? (at % channels) * plane + Math.floor(at / channels) : at);
    if (!(byte >= 0 && byte <= 255)) {
      throw new ArgumentError({
        where: 'arrayToImg',
        what: 'a value is no byte',
        expected: 'values from 0 to 255, or scale: true',
        received: String(byte),
        fix: 'leave scale at true, or bring the values into range',
      });
    }
    data[at] = byte;
  }
  return { width, height, channels, data };
}

/** A picture, or what a canvas gives: an `ImageData` of a browser, always with opacity. */
export type PictureLike =
  | Picture
  | { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** Options of {@link imgToArray}. */
export interface ImgToArrayOptions {
  /** `channelsLast` is `[height, width, channels]`. Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat;
  /** Default float32. */
  readonly dtype?: DType;
}

/**
 * A picture as a tensor `[height, width, channels]` of numbers from 0 to 255.
 *
 * @throws ShapeError where the bytes do not fill the picture.
 * @example
 * ```ts
 * import { data } from 'keratin';
 * const picture = await data.arrayToImg([[[0], [1]]]);
 * console.log(await data.imgToArray(picture).array()); // [ [ [ 0 ], [ 255 ] ] ]
 * ```
 */
export function imgToArray(picture: PictureLike, options: ImgToArrayOptions = {}): Tensor {
  const { dataFormat = imageDataFormat(), dtype = 'float32' } = options;
  const { width, height, data } = picture;
  const channels = 'channels' in picture ? picture.channels : 4;
  if (data.length !== width * height * channels) {
    throw new ShapeError({
      where: 'imgToArray',
      what: 'the bytes do not fill the picture',
      expected: `${width} x ${height} x ${channels} bytes`,
      received: `${data.length}`,
      fix: 'give width, height and channels that belong to the data',
    });
  }
  if (dataFormat === 'channelsLast') {
    return currentEngine().write({ shape: [height, width, channels], dtype }, data);
  }
  const values = newArray(dtype, data.length);
  const plane = width * height;
  for (const [at, byte] of data.entries()) {
    values[(at % channels) * plane + Math.floor(at / channels)] = byte;
  }
  return currentEngine().write({ shape: [channels, height, width], dtype }, values);
}

/** Options of {@link smartResize}. */
export interface SmartResizeOptions {
  /** `bilinear` (default), `nearest`, `bicubic`, `lanczos3` or `lanczos5`. */
  readonly interpolation?: string;
  /** Default: `config.imageDataFormat()`. */
  readonly dataFormat?: DataFormat;
}

/**
 * Pictures, `[height, width, channels]` or with a batch axis before, at another size without being
 * squeezed: the largest centred part with the new proportions is cut out and resized.
 *
 * @throws ShapeError where the rank is neither 3 nor 4.
 * @example
 * ```ts
 * import { data, ones } from 'keratin';
 * console.log(data.smartResize(ones([340, 500, 3]), [200, 200]).shape); // [ 200, 200, 3 ]
 * ```
 */
export function smartResize(
  x: TensorLike,
  size: readonly [height: number, width: number],
  options: SmartResizeOptions = {},
): Tensor {
  const { interpolation = 'bilinear', dataFormat = imageDataFormat() } = options;
  return resize(x, size, {
    interpolation: interpolationNamed('smartResize', interpolation),
    cropToAspectRatio: true,
    dataFormat,
  });
}

// Colour spaces: grey, red-green-blue and hue-saturation-value.
import { checkOptions } from '../../core/arguments.js';
import { isFloat } from '../../core/dtype.js';
import { DTypeError, ShapeError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { equal, greater, less } from '../comparison.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { mod } from '../division.js';
import { split, stack } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { abs } from '../powers.js';
import { cast, sum } from '../shaping.js';
import { squeeze } from '../views.js';
import { clip, maximum, minimum, where } from '../where.js';
import { IMAGE_OPTIONS, type ImageOptions, onBatch } from './batches.js';

/** Shares of red, green and blue in brightness, as ITU-R BT.601 rounds them. */
const BRIGHTNESS = [0.2989, 0.587, 0.114];

function requireChannels(where: string, images: Tensor, allowed: readonly number[]): void {
  if (allowed.includes(at(images.shape, -1))) return;
  throw new ShapeError({
    where,
    what: 'the images have another number of channels',
    expected: `${allowed.join(' or ')} channels`,
    received: formatShape(images.shape),
    fix: 'check the data format',
  });
}

/**
 * Brightness of red-green-blue images, with one channel; images with one channel stay as they are.
 *
 * @example
 * ```ts
 * import { image, ones } from 'keratin';
 * console.log(image.rgbToGrayscale(ones([4, 4, 3])).shape); // [ 4, 4, 1 ]
 * ```
 */
export function rgbToGrayscale(images: TensorLike, options: ImageOptions = {}): Tensor {
  checkOptions('image.rgbToGrayscale', options, IMAGE_OPTIONS);
  return onBatch('rgbToGrayscale', images, options, (x) => {
    requireChannels('rgbToGrayscale', x, [1, 3]);
    if (at(x.shape, -1) === 1) return x;
    const dtype = floatOf(x.dtype);
    const shares = mul(cast(x, dtype), tensorOf(BRIGHTNESS, dtype));
    return cast(sum(shares, { axis: -1, keepDims: true }), x.dtype);
  });
}

/** Runs `body` on the three channels of float images. */
function onPlanes(
  where: string,
  images: TensorLike,
  options: ImageOptions,
  body: (planes: readonly Tensor[]) => readonly Tensor[],
): Tensor {
  const { dtype } = asTensor(images);
  if (!isFloat(dtype)) {
    throw new DTypeError({
      where,
      what: 'colours are fractions here',
      expected: 'images of a float dtype, from 0 to 1',
      received: dtype,
      fix: "cast(images, 'float32') and divide by 255 first",
    });
  }
  return onBatch(where, images, options, (x) => {
    requireChannels(where, x, [3]);
    return stack(body(split(x, 3, -1).map((plane) => squeeze(plane, -1))), -1);
  });
}

/**
 * Hue, saturation and value (each 0 to 1) of red-green-blue float images.
 *
 * @example
 * ```ts
 * import { image } from 'keratin';
 * console.log(await image.rgbToHsv([[[0, 0, 0.5]]]).array()); // [ [ [ 0.6666666865348816, 1, 0.5 ] ] ]
 * ```
 */
export function rgbToHsv(images: TensorLike, options: ImageOptions = {}): Tensor {
  checkOptions('image.rgbToHsv', options, IMAGE_OPTIONS);
  return onPlanes('rgbToHsv', images, options, (planes) => {
    // What is smaller than float32's rounding error counts as black.
    const clean = (index: number): Tensor => {
      const plane = at(planes, index);
      return where(less(abs(plane), 2 ** -23), 0, plane);
    };
    const [red, green, blue] = [clean(0), clean(1), clean(2)];
    const value = maximum(maximum(red, green), blue);
    const span = sub(value, minimum(minimum(red, green), blue));
    const isBright = greater(value, 0);
    const isColoured = greater(span, 0);
    const saturation = where(isBright, div(span, where(isBright, value, 1)), 0);
    const sixth = div(1, mul(where(isColoured, span, 1), 6));
    const part = (a: Tensor, b: Tensor, turn: number): Tensor => add(mul(sixth, sub(a, b)), turn);
    const warm = where(equal(value, green), part(blue, red, 1 / 3), part(red, green, 2 / 3));
    const hue = where(isColoured, where(equal(value, red), part(green, blue, 0), warm), 0);
    return [where(less(hue, 0), add(hue, 1), hue), saturation, value];
  });
}

/**
 * Red-green-blue images of hue, saturation and value: the opposite of `rgbToHsv`.
 *
 * @example
 * ```ts
 * import { image } from 'keratin';
 * console.log(await image.hsvToRgb([[[0, 1, 0.5]]]).array()); // [ [ [ 0.5, 0, 0 ] ] ]
 * ```
 */
export function hsvToRgb(images: TensorLike, options: ImageOptions = {}): Tensor {
  checkOptions('image.hsvToRgb', options, IMAGE_OPTIONS);
  return onPlanes('hsvToRgb', images, options, (planes) => {
    const [hue, saturation, value] = [at(planes, 0), at(planes, 1), at(planes, 2)];
    const sector = mul(mod(hue, 1), 6);
    const ramps = [
      sub(abs(sub(sector, 3)), 1),
      sub(2, abs(sub(sector, 2))),
      sub(2, abs(sub(sector, 4))),
    ];
    const grey = sub(1, saturation);
    return ramps.map((ramp) => mul(value, add(grey, mul(saturation, clip(ramp, 0, 1)))));
  });
}

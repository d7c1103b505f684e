// resize and scaleAndTranslate: images at another size, by one matrix of weights for each axis.

import {
  checkOptions,
  type OptionNames,
  requireList,
  requireOptions,
} from '../../core/arguments.js';
import { isInteger } from '../../core/dtype.js';
import { ArgumentError } from '../../core/errors.js';
import { at, range } from '../../core/sequence.js';
import { checkShape, normalizeAxis, type Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { gather } from '../gather.js';
import { pad } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { matmul } from '../matmul.js';
import { round } from '../powers.js';
import { saturateCast } from '../saturate-cast.js';
import { cast } from '../shaping.js';
import { slice } from '../slicing.js';
import { moveAxis } from '../views.js';
import { type ImageOptions, onBatch } from './batches.js';
import { type Resampling, resamplingMatrix, type SmoothInterpolation } from './resampling.js';

/** How pixels between pixels are guessed. */
export type Interpolation = 'nearest' | SmoothInterpolation;

/** How `resize` works. */
export interface ResizeOptions extends ImageOptions {
  /** `bilinear` by default. */
  readonly interpolation?: Interpolation | undefined;
  /** Whether shrinking averages over all pixels that fall together; false by default. */
  readonly antialias?: boolean | undefined;
  /** Cuts the largest centred part with the new proportions first; false by default. */
  readonly cropToAspectRatio?: boolean | undefined;
  /** Adds borders of `fillValue` first, so that nothing is cut or squeezed; false by default. */
  readonly padToAspectRatio?: boolean | undefined;
  /** 0 by default. */
  readonly fillValue?: number | undefined;
}

const RESIZE_OPTIONS: OptionNames<ResizeOptions> = {
  interpolation: true,
  antialias: true,
  cropToAspectRatio: true,
  padToAspectRatio: true,
  fillValue: true,
  dataFormat: true,
};

type Size = readonly [height: number, width: number];

/** The middle of x [n, height, width, c] with the proportions of `size`, as large as possible. */
function cropped(x: Tensor, size: Size): Tensor {
  const [height, width] = [at(x.shape, 1), at(x.shape, 2)];
  const tall = Math.max(Math.min(height, Math.floor((width * size[0]) / size[1])), 1);
  const wide = Math.max(Math.min(width, Math.floor((height * size[1]) / size[0])), 1);
  const top = Math.floor((height - tall) / 2);
  const left = Math.floor((width - wide) / 2);
  return slice(x, [0, top, left, 0], [-1, tall, wide, -1]);
}

/** x with equal borders above and below, or left and right, as Keras: an odd pixel is not added. */
function bordered(x: Tensor, size: Size, value: number): Tensor {
  const [height, width] = [at(x.shape, 1), at(x.shape, 2)];
  const tall = Math.max(height, Math.floor((width * size[0]) / size[1]));
  const wide = Math.max(width, Math.floor((height * size[1]) / size[0]));
  const top = Math.floor((tall - height) / 2);
  const left = top > 0 ? 0 : Math.floor((wide - width) / 2);
  return pad(
    x,
    [
      [0, 0],
      [top, top],
      [left, left],
      [0, 0],
    ],
    { value },
  );
}

function nearestPlaces(from: number, to: number): number[] {
  return range(to).map((row) => Math.min(from - 1, Math.floor(((row + 0.5) * from) / to)));
}

/** `x` with `axis` multiplied by a matrix of weights. */
function resampled(x: Tensor, axis: number, how: Resampling): Tensor {
  const matrix = tensorOf(resamplingMatrix(how), x.dtype, [how.to, how.from]);
  if (axis === x.rank - 2 || x.rank === 1) return matmul(matrix, x);
  return moveAxis(matmul(matrix, moveAxis(x, axis, -2)), -2, axis);
}

function resizeBatch(x: Tensor, size: Size, options: ResizeOptions): Tensor {
  const { interpolation = 'bilinear', antialias = false } = options;
  if (interpolation === 'nearest') {
    return size.reduce((image, to, axis) => {
      const places = nearestPlaces(at(x.shape, axis + 1), to);
      return gather(image, tensorOf(places, 'int32'), { axis: axis + 1 });
    }, x);
  }
  const resized = size.reduce(
    (image, to, axis) => {
      const from = at(x.shape, axis + 1);
      const how = { from, to, scale: to / from, translation: 0, interpolation, antialias };
      return from === to ? image : resampled(image, axis + 1, how);
    },
    cast(x, floatOf(x.dtype)),
  );
  return isInteger(x.dtype) ? saturateCast(round(resized), x.dtype) : resized;
}

/**
 * Images [n, height, width, c] (or one without n) at another size, as Keras: half-pixel centres,
 * no antialiasing unless asked for; whole numbers are rounded and stay in range.
 *
 * @example
 * ```ts
 * import { ones, resize } from 'keratin';
 * console.log(resize(ones([1, 4, 4, 3]), [2, 8]).shape); // [ 1, 2, 8, 3 ]
 * ```
 */
export function resize(images: TensorLike, size: Size, options: ResizeOptions = {}): Tensor {
  checkOptions('image.resize', options, RESIZE_OPTIONS);
  const { cropToAspectRatio = false, padToAspectRatio = false, fillValue = 0 } = options;
  requireList('resize', 'the size', size);
  if (cropToAspectRatio && padToAspectRatio) {
    throw new ArgumentError({
      where: 'resize',
      what: 'proportions can be kept by cropping or by padding, not both',
      received: 'cropToAspectRatio and padToAspectRatio',
      fix: 'set one of the two',
    });
  }
  return onBatch('resize', images, options, (x) => {
    const shaped = padToAspectRatio ? bordered(x, size, fillValue) : x;
    return resizeBatch(cropToAspectRatio ? cropped(shaped, size) : shaped, size, options);
  });
}

/** How `scaleAndTranslate` samples. */
export interface ScaleAndTranslateOptions {
  /** `linear`, `cubic` (their bi- and trilinear names mean the same), `lanczos3` or `lanczos5`. */
  readonly method: keyof typeof METHODS;
  /** Whether shrinking averages over all pixels that fall together; true by default. */
  readonly antialias?: boolean | undefined;
}

const SCALE_AND_TRANSLATE_OPTIONS: OptionNames<ScaleAndTranslateOptions> = {
  method: true,
  antialias: true,
};

const METHODS = {
  linear: 'bilinear',
  bilinear: 'bilinear',
  trilinear: 'bilinear',
  cubic: 'bicubic',
  bicubic: 'bicubic',
  tricubic: 'bicubic',
  lanczos3: 'lanczos3',
  lanczos5: 'lanczos5',
} as const satisfies Readonly<Record<string, SmoothInterpolation>>;

/** Which axes `scaleAndTranslate` samples anew, and where their elements go. */
export interface Placement {
  readonly axes: readonly number[];
  /** New place = old place times scale plus translation, for each of `axes`. */
  readonly scale: readonly number[];
  readonly translation: readonly number[];
}

/**
 * x sampled anew along some axes, each scaled and moved by numbers of its own; the result has
 * `shape`, with 0 where the image does not reach.
 *
 * @example
 * ```ts
 * import { image } from 'keratin';
 * const place = { axes: [0], scale: [1], translation: [1] };
 * const moved = image.scaleAndTranslate([1, 2, 3], [4], place, { method: 'linear' });
 * console.log(await moved.array()); // [ 0, 1, 2, 3 ]
 * ```
 */
export function scaleAndTranslate(
  x: TensorLike,
  shape: Shape,
  placement: Placement,
  options: ScaleAndTranslateOptions,
): Tensor {
  requireOptions('scaleAndTranslate', 'axes, scale, translation', placement);
  checkOptions('image.scaleAndTranslate', options, SCALE_AND_TRANSLATE_OPTIONS);
  requireOptions('scaleAndTranslate', 'method', options);
  checkShape('scaleAndTranslate', shape);
  const input = asTensor(x);
  const { axes, scale, translation } = placement;
  for (const one of [axes, scale, translation]) requireList('scaleAndTranslate', 'axes', one);
  if (axes.length !== scale.length || axes.length !== translation.length) {
    throw new ArgumentError({
      where: 'scaleAndTranslate',
      what: 'each axis needs a scale and a translation',
      expected: `${axes.length} of each`,
      received: `${scale.length} scales and ${translation.length} translations`,
      fix: 'give one number of each for every axis',
    });
  }
  const interpolation = METHODS[options.method];
  const { antialias = true } = options;
  return axes.reduce(
    (image, axis, index) => {
      const place = normalizeAxis('scaleAndTranslate', axis, input.rank);
      const [from, to] = [at(input.shape, place), at(shape, place)];
      const own = { scale: at(scale, index), translation: at(translation, index) };
      return resampled(image, place, { from, to, ...own, interpolation, antialias });
    },
    cast(input, floatOf(input.dtype)),
  );
}

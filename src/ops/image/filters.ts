// Filters that look at a pixel's surroundings: blur, edges, likeness of two images.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { lessEqual } from '../comparison.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { arange } from '../create.js';
import { depthwiseConv2d } from '../depthwise-conv.js';
import { stack } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { abs, exp, floor, square } from '../powers.js';
import { mean } from '../reductions.js';
import { broadcastTo, cast, reshape, sum } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { expandDims, squeeze } from '../views.js';
import { where } from '../where.js';
import type { Padding } from '../windows.js';
import { batchOf, IMAGE_OPTIONS, type ImageOptions, onBatch } from './batches.js';

/** A bell curve of `size` numbers that add up to 1. */
function bell(size: number, sigma: Tensor): Tensor {
  const places = sub(arange(0, size, 1, sigma.dtype), (size - 1) / 2);
  const heights = exp(mul(square(div(places, sigma)), -0.5));
  return div(heights, sum(heights));
}

/** Each channel of x [n, h, w, c] with the weights `column` down and `row` across. */
function separable(x: Tensor, column: Tensor, row: Tensor, padding: Padding): Tensor {
  const channels = at(x.shape, 3);
  const kernel = (weights: Tensor, shape: readonly [number, number]): Tensor =>
    broadcastTo(reshape(weights, [...shape, 1, 1]), [...shape, channels, 1]);
  const down = depthwiseConv2d(x, kernel(column, [column.size, 1]), { padding });
  return depthwiseConv2d(down, kernel(row, [1, row.size]), { padding });
}

/**
 * Fields x [n, h, w] smoothed by a bell curve of deviation `sigma`, which may be a tensor: the window
 * has `6 sigma` pixels, rounded to an odd number, and at most `width`.
 */
export function smoothed(x: Tensor, sigma: Tensor, width: number): Tensor {
  const places = sub(arange(0, width, 1, sigma.dtype), (width - 1) / 2);
  const reach = floor(div(floor(mul(sigma, 6)), 2));
  const isInside = lessEqual(abs(places), reach);
  const heights = where(isInside, exp(mul(square(div(places, sigma)), -0.5)), 0);
  const weights = div(heights, sum(heights));
  return squeeze(separable(expandDims(x, -1), weights, weights, 'same'), -1);
}

/** How `gaussianBlur` weighs neighbours. */
export interface BlurOptions extends ImageOptions {
  /** Width and height of the window, [3, 3] by default: Keras names the width first. */
  readonly kernelSize?: readonly [width: number, height: number] | undefined;
  /** Standard deviations across and down in pixels, [1, 1] by default; may be a tensor. */
  readonly sigma?: TensorLike | undefined;
}

const BLUR_OPTIONS: OptionNames<BlurOptions> = { kernelSize: true, sigma: true, dataFormat: true };

/**
 * Images blurred by a bell curve; what lies outside counts as 0. (Keras takes the channels to stand
 * first in this op alone where no data format is given; here they stand last, as everywhere.)
 *
 * @example
 * ```ts
 * import { image } from 'keratin';
 * const spot = image.gaussianBlur([[[0], [1], [0]]], { kernelSize: [3, 1] });
 * console.log((await spot.sum().item()).toFixed(4)); // 1.0000
 * ```
 */
export function gaussianBlur(images: TensorLike, options: BlurOptions = {}): Tensor {
  checkOptions('image.gaussianBlur', options, BLUR_OPTIONS);
  const { kernelSize = [3, 3], sigma = [1, 1] } = options;
  return onBatch('gaussianBlur', images, options, (x) => {
    const dtype = floatOf(x.dtype);
    const widths = cast(sigma, dtype);
    const curve = (axis: 0 | 1): Tensor =>
      bell(kernelSize[axis], squeeze(sliceAxis(widths, 0, axis, 1), 0));
    return separable(cast(x, dtype), curve(1), curve(0), 'same');
  });
}

/**
 * How brightness changes down and across: a new last axis holds both, by Sobel's filters. What
 * lies outside counts as 0.
 *
 * @example
 * ```ts
 * import { image, ones } from 'keratin';
 * console.log(image.sobelEdges(ones([1, 4, 4, 3])).shape); // [ 1, 4, 4, 3, 2 ]
 * ```
 */
export function sobelEdges(images: TensorLike, options: ImageOptions = {}): Tensor {
  checkOptions('image.sobelEdges', options, IMAGE_OPTIONS);
  const { dtype } = asTensor(images);
  const [smooth, slope] = [tensorOf([1, 2, 1], dtype), tensorOf([-1, 0, 1], dtype)];
  const edges = (column: Tensor, row: Tensor): Tensor =>
    onBatch('sobelEdges', images, options, (x) => separable(x, column, row, 'same'));
  return stack([edges(slope, smooth), edges(smooth, slope)], -1);
}

/** How `ssim` compares. */
export interface SsimOptions extends ImageOptions {
  /** The difference between black and white; 1 by default. */
  readonly maxValue?: number | undefined;
  /** Pixels along a side of the window; 11 by default. */
  readonly filterSize?: number | undefined;
  /** Deviation of the window's bell curve; 1.5 by default. */
  readonly filterSigma?: number | undefined;
  /** Steady the quotient where images are dark (0.01) or flat (0.03). */
  readonly k1?: number | undefined;
  readonly k2?: number | undefined;
}

const SSIM_OPTIONS: OptionNames<SsimOptions> = {
  maxValue: true,
  filterSize: true,
  filterSigma: true,
  k1: true,
  k2: true,
  dataFormat: true,
};

/**
 * How alike two images look, 1 for equal ones: the structural similarity of Wang et al. (2004),
 * one number for each image.
 *
 * @example
 * ```ts
 * import { image, random } from 'keratin';
 * const x = random.uniform([1, 16, 16, 3], { seed: 1 });
 * console.log(await image.ssim(x, x).array()); // [ 1 ]
 * ```
 */
export function ssim(a: TensorLike, b: TensorLike, options: SsimOptions = {}): Tensor {
  checkOptions('image.ssim', options, SSIM_OPTIONS);
  const { maxValue = 1, filterSize = 11, filterSigma = 1.5, k1 = 0.01, k2 = 0.03 } = options;
  const dtype = floatOf(asTensor(a).dtype);
  const window = bell(filterSize, tensorOf(filterSigma, dtype));
  const local = (x: Tensor): Tensor => separable(x, window, window, 'valid');
  const x = cast(batchOf('ssim', a, options), dtype);
  const y = cast(batchOf('ssim', b, options), dtype);
  const [meanX, meanY] = [local(x), local(y)];
  const meanXY = mul(meanX, meanY);
  const varianceX = sub(local(square(x)), square(meanX));
  const varianceY = sub(local(square(y)), square(meanY));
  const covariance = sub(local(mul(x, y)), meanXY);
  const [dark, flat] = [(k1 * maxValue) ** 2, (k2 * maxValue) ** 2];
  const above = mul(add(mul(meanXY, 2), dark), add(mul(covariance, 2), flat));
  const means = add(add(square(meanX), square(meanY)), dark);
  const below = mul(means, add(add(varianceX, varianceY), flat));
  const likeness = mean(div(above, below), { axis: [1, 2, 3] });
  return cast(asTensor(a).rank === 3 ? squeeze(likeness, 0) : likeness, asTensor(a).dtype);
}

// Depthwise and separable convolutions: sentences over convolution with a group for each channel.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ShapeError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { formatShape, requireAxes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { type ConvOptions, conv1d, conv2d } from './conv.js';
import { asTensor, type TensorLike } from './convert.js';
import { reshape } from './shaping.js';

type Conv = (x: TensorLike, kernel: TensorLike, options: ConvOptions) => Tensor;

/** How a kernel moves over its input, one channel at a time. */
export type DepthwiseOptions = Omit<ConvOptions, 'groups'>;

/** The names of {@link DepthwiseOptions}. */
export const DEPTHWISE_OPTIONS: OptionNames<DepthwiseOptions> = {
  strides: true,
  padding: true,
  dilation: true,
  dataFormat: true,
};

function depthwise(
  where: string,
  conv: Conv,
  inputs: readonly [TensorLike, TensorLike],
  options: DepthwiseOptions,
): Tensor {
  const [x, kernel] = [asTensor(inputs[0]), asTensor(inputs[1])];
  requireAxes(where, x.shape, 3);
  const channels = at(x.shape, options.dataFormat === 'channelsFirst' ? 1 : -1);
  if (kernel.rank !== x.rank || at(kernel.shape, -2) !== channels) {
    throw new ShapeError({
      where,
      what: 'the kernel does not fit the input',
      expected: `[...window, ${channels}, multiplier]`,
      received: formatShape(kernel.shape),
      fix: 'a depthwise kernel has one slice for each channel of the input',
    });
  }
  const size = kernel.shape.slice(0, -2);
  const grouped = reshape(kernel, [...size, 1, channels * at(kernel.shape, -1)]);
  return conv(x, grouped, { ...options, groups: channels });
}

/**
 * Each channel of x [n, size, c] with kernels of its own: kernel [window, c, multiplier].
 *
 * @example
 * ```ts
 * import { depthwiseConv1d, ones } from 'keratin';
 * console.log(depthwiseConv1d(ones([1, 4, 3]), ones([2, 3, 2])).shape); // [ 1, 3, 6 ]
 * ```
 */
export function depthwiseConv1d(
  x: TensorLike,
  kernel: TensorLike,
  options: DepthwiseOptions = {},
): Tensor {
  checkOptions('depthwiseConv1d', options, DEPTHWISE_OPTIONS);
  return depthwise('depthwiseConv1d', conv1d, [x, kernel], options);
}

/**
 * Each channel of x [n, height, width, c] with kernels of its own: kernel [h, w, c, multiplier].
 *
 * @example
 * ```ts
 * import { depthwiseConv2d, ones } from 'keratin';
 * console.log(depthwiseConv2d(ones([1, 4, 4, 3]), ones([2, 2, 3, 2])).shape); // [ 1, 3, 3, 6 ]
 * ```
 */
export function depthwiseConv2d(
  x: TensorLike,
  kernel: TensorLike,
  options: DepthwiseOptions = {},
): Tensor {
  checkOptions('depthwiseConv2d', options, DEPTHWISE_OPTIONS);
  return depthwise('depthwiseConv2d', conv2d, [x, kernel], options);
}

/**
 * A depthwise convolution, then a pointwise one: kernels [window, c, m] and [1, c * m, filters].
 *
 * @example
 * ```ts
 * import { ones, separableConv1d } from 'keratin';
 * const y = separableConv1d(ones([1, 4, 3]), ones([2, 3, 2]), ones([1, 6, 5]));
 * console.log(y.shape); // [ 1, 3, 5 ]
 * ```
 */
export function separableConv1d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options: DepthwiseOptions = {},
): Tensor {
  checkOptions('separableConv1d', options, DEPTHWISE_OPTIONS);
  const inner = depthwise('separableConv1d', conv1d, [x, depthwiseKernel], options);
  return conv1d(inner, pointwiseKernel, { dataFormat: options.dataFormat });
}

/**
 * A depthwise convolution, then a pointwise one: kernels [h, w, c, m] and [1, 1, c * m, filters].
 *
 * @example
 * ```ts
 * import { ones, separableConv2d } from 'keratin';
 * const y = separableConv2d(ones([1, 4, 4, 3]), ones([2, 2, 3, 2]), ones([1, 1, 6, 5]));
 * console.log(y.shape); // [ 1, 3, 3, 5 ]
 * ```
 */
export function separableConv2d(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options: DepthwiseOptions = {},
): Tensor {
  checkOptions('separableConv2d', options, DEPTHWISE_OPTIONS);
  const inner = depthwise('separableConv2d', conv2d, [x, depthwiseKernel], options);
  return conv2d(inner, pointwiseKernel, { dataFormat: options.dataFormat });
}

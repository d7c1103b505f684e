// Convolution and pooling under one name for every number of spatial axes, as in Keras's ops.
import { checkOptions } from '../../core/arguments.js';
import { ShapeError } from '../../core/errors.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { CONV_OPTIONS, type ConvOptions, conv1d, conv2d, conv3d } from '../conv.js';
import {
  CONV_TRANSPOSE_OPTIONS,
  type ConvTransposeOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../conv-transpose.js';
import { asTensor, type TensorLike } from '../convert.js';
import {
  DEPTHWISE_OPTIONS,
  type DepthwiseOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
} from '../depthwise-conv.js';
import {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  POOL_OPTIONS,
  type PoolOptions,
} from '../pool.js';

/** The function for the spatial axes of x: what it has beyond batch and channels. */
function forRank<F>(where: string, x: TensorLike, functions: readonly F[]): F {
  const input = asTensor(x);
  const found = functions[input.rank - 3];
  if (found !== undefined) return found;
  throw new ShapeError({
    where,
    what: 'the input has another number of axes',
    expected: `3 to ${functions.length + 2} axes: batch, channels and 1 to ${functions.length} others`,
    received: formatShape(input.shape),
    fix: 'add the missing axes with expandDims, or reshape',
  });
}

/**
 * Cross-correlation over one, two or three spatial axes, as the input has them (see conv2d).
 *
 * @example
 * ```ts
 * import { conv, ones } from 'keratin';
 * console.log(conv(ones([1, 4, 2]), ones([3, 2, 5])).shape); // [ 1, 2, 5 ]
 * ```
 */
export function conv(x: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor {
  checkOptions('conv', options, CONV_OPTIONS);
  return forRank('conv', x, [conv1d, conv2d, conv3d])(x, kernel, options);
}

/**
 * Transposed convolution over as many spatial axes as the input has (see convTranspose2d).
 *
 * @example
 * ```ts
 * import { convTranspose, ones } from 'keratin';
 * console.log(convTranspose(ones([1, 4, 2]), ones([3, 5, 2])).shape); // [ 1, 6, 5 ]
 * ```
 */
export function convTranspose(
  x: TensorLike,
  kernel: TensorLike,
  options: ConvTransposeOptions = {},
): Tensor {
  checkOptions('convTranspose', options, CONV_TRANSPOSE_OPTIONS);
  const functions = [convTranspose1d, convTranspose2d, convTranspose3d];
  return forRank('convTranspose', x, functions)(x, kernel, options);
}

/**
 * A convolution of each channel on its own, over one or two spatial axes (see depthwiseConv2d).
 *
 * @example
 * ```ts
 * import { depthwiseConv, ones } from 'keratin';
 * console.log(depthwiseConv(ones([1, 4, 3]), ones([2, 3, 2])).shape); // [ 1, 3, 6 ]
 * ```
 */
export function depthwiseConv(
  x: TensorLike,
  kernel: TensorLike,
  options: DepthwiseOptions = {},
): Tensor {
  checkOptions('depthwiseConv', options, DEPTHWISE_OPTIONS);
  return forRank('depthwiseConv', x, [depthwiseConv1d, depthwiseConv2d])(x, kernel, options);
}

/**
 * A depthwise and a pointwise convolution over one or two spatial axes (see separableConv2d).
 *
 * @example
 * ```ts
 * import { ones, separableConv } from 'keratin';
 * const y = separableConv(ones([1, 4, 3]), ones([2, 3, 2]), ones([1, 6, 5]));
 * console.log(y.shape); // [ 1, 3, 5 ]
 * ```
 */
export function separableConv(
  x: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options: DepthwiseOptions = {},
): Tensor {
  checkOptions('separableConv', options, DEPTHWISE_OPTIONS);
  const run = forRank('separableConv', x, [separableConv1d, separableConv2d]);
  return run(x, depthwiseKernel, pointwiseKernel, options);
}

/**
 * Means over windows of as many spatial axes as the input has (see averagePool2d).
 *
 * @example
 * ```ts
 * import { averagePool, ones } from 'keratin';
 * console.log(averagePool(ones([1, 4, 2])).shape); // [ 1, 2, 2 ]
 * ```
 */
export function averagePool(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('averagePool', options, POOL_OPTIONS);
  return forRank('averagePool', x, [averagePool1d, averagePool2d, averagePool3d])(x, options);
}

/**
 * Maxima over windows of as many spatial axes as the input has (see maxPool2d).
 *
 * @example
 * ```ts
 * import { maxPool, ones } from 'keratin';
 * console.log(maxPool(ones([1, 4, 2])).shape); // [ 1, 2, 2 ]
 * ```
 */
export function maxPool(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('maxPool', options, POOL_OPTIONS);
  return forRank('maxPool', x, [maxPool1d, maxPool2d, maxPool3d])(x, options);
}

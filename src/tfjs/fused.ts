// tf.fused: a product, a bias and an activation in one call. Compiled steps fuse them in any case.
import {
  ArgumentError,
  add,
  asTensor,
  elu,
  relu,
  relu6,
  sigmoid,
  type Tensor,
  type TensorLike,
} from '../index.js';
import { leakyRelu, matMul as matMulOf, prelu } from './arithmetic.js';
import {
  conv2d as convolved,
  depthwiseConv2d as depthwise,
  type Format,
  type Pad,
} from './convolution.js';

/** What comes after the product. */
export interface Finish {
  readonly bias?: TensorLike | undefined;
  readonly activation?:
    | 'linear'
    | 'relu'
    | 'relu6'
    | 'elu'
    | 'sigmoid'
    | 'prelu'
    | 'leakyrelu'
    | undefined;
  readonly preluActivationWeights?: TensorLike | undefined;
  /** 0.2 by default. */
  readonly leakyreluAlpha?: number | undefined;
}

function finish(product: Tensor, options: Finish): Tensor {
  const { bias, activation = 'linear' } = options;
  const x = bias === undefined ? product : add(product, bias);
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return relu(x);
    case 'relu6':
      return relu6(x);
    case 'elu':
      return elu(x);
    case 'sigmoid':
      return sigmoid(x);
    case 'prelu':
      return prelu(x, asTensor(options.preluActivationWeights ?? 0));
    case 'leakyrelu':
      return leakyRelu(x, options.leakyreluAlpha);
    default:
      throw new ArgumentError({
        where: 'fused',
        what: 'there is no such activation',
        expected: 'linear, relu, relu6, elu, sigmoid, prelu or leakyrelu',
        received: String(activation),
        fix: 'leave it out and call the function on the result',
      });
  }
}

/**
 * `activation(a b + bias)`.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const y = tf.fused.matMul({ a: [[1, -2]], b: [[3], [2]], bias: [-5], activation: 'relu' });
 * console.log(await y.array()); // [ [ 0 ] ]
 * ```
 */
export function matMul(
  options: Finish & {
    readonly a: TensorLike;
    readonly b: TensorLike;
    readonly transposeA?: boolean | undefined;
    readonly transposeB?: boolean | undefined;
  },
): Tensor {
  const { a, b, transposeA = false, transposeB = false } = options;
  return finish(matMulOf(a, b, transposeA, transposeB), options);
}

/** What is convolved and how. */
export interface FusedConvOptions extends Finish {
  readonly x: TensorLike;
  readonly filter: TensorLike;
  readonly strides: number | readonly number[];
  readonly pad: Pad;
  readonly dataFormat?: Format | undefined;
  readonly dilations?: number | readonly number[] | undefined;
}

/** `activation(conv2d(x, filter) + bias)`. */
export function conv2d(options: FusedConvOptions): Tensor {
  const { x, filter, strides, pad, dataFormat, dilations } = options;
  return finish(convolved(x, filter, strides, pad, dataFormat, dilations), options);
}

/** `activation(depthwiseConv2d(x, filter) + bias)`. */
export function depthwiseConv2d(options: FusedConvOptions): Tensor {
  const { x, filter, strides, pad, dataFormat, dilations } = options;
  return finish(depthwise(x, filter, strides, pad, dataFormat, dilations), options);
}

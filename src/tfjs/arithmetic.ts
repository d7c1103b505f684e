// Elementwise and matrix functions whose names or arguments differ in TensorFlow.js.
import { isInteger } from '../core/dtype.js';
import {
  ArgumentError,
  add,
  asTensor,
  clip,
  div as divide,
  divideNoNan,
  dot as dotOf,
  floorDiv,
  greater,
  isNaN,
  leakyRelu as leakyReluOf,
  matmul,
  mul,
  outer,
  swapAxes,
  type Tensor,
  type TensorLike,
  where,
} from '../index.js';

/** a / b; whole numbers by whole numbers are rounded down. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = [asTensor(a), asTensor(b)];
  const areWhole = isInteger(left.dtype) && isInteger(right.dtype);
  return areWhole ? floorDiv(left, right) : divide(left, right);
}

/** a / b, and 0 where b is 0. */
export const divNoNan = divideNoNan;

/** The sum of tensors of one shape. */
export function addN(tensors: readonly TensorLike[]): Tensor {
  const [first, ...rest] = tensors;
  if (first !== undefined) {
    return rest.reduce<Tensor>((total, next) => add(total, next), asTensor(first));
  }
  throw new ArgumentError({
    where: 'addN',
    what: 'there is nothing to add',
    expected: 'at least one tensor',
    received: '[]',
    fix: 'give a list of tensors',
  });
}

/** x, no less than `low` and no more than `high`. */
export function clipByValue(x: TensorLike, low: number, high: number): Tensor {
  return clip(x, low, high);
}

/** x above 0, alpha x below. */
export function leakyRelu(x: TensorLike, alpha = 0.2): Tensor {
  return leakyReluOf(x, { negativeSlope: alpha });
}

/** x above 0, alpha x below, where alpha is a tensor. */
export function prelu(x: TensorLike, alpha: TensorLike): Tensor {
  const input = asTensor(x);
  return where(greater(input, 0), input, mul(input, alpha));
}

/** 1 above 0, alpha elsewhere; NaN stays. */
export function step(x: TensorLike, alpha = 0): Tensor {
  const input = asTensor(x);
  return where(isNaN(input), input, where(greater(input, 0), 1, alpha));
}

/**
 * The product of the matrices in the last two axes, each transposed first if asked for.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const [a, b] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])];
 * console.log(await tf.matMul(a, b, false, true).array()); // [ [ 11 ] ]
 * ```
 */
export function matMul(
  a: TensorLike,
  b: TensorLike,
  transposeA = false,
  transposeB = false,
): Tensor {
  const turned = (x: TensorLike, turn: boolean): Tensor =>
    turn ? swapAxes(asTensor(x), -1, -2) : asTensor(x);
  return matmul(turned(a, transposeA), turned(b, transposeB));
}

/** The products of all elements of two vectors. */
export function outerProduct(a: TensorLike, b: TensorLike): Tensor {
  return outer(a, b);
}

/** The product of vectors and matrices. */
export function dot(a: TensorLike, b: TensorLike): Tensor {
  return dotOf(a, b);
}

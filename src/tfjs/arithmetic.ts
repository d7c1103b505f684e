// Elementwise and matrix functions whose names or arguments differ in TensorFlow.js.
import { isInteger } from '../core/dtype.js';
import {
  ArgumentError,
  add,
  asTensor,
  cast,
  clip,
  div as divide,
  divideNoNan,
  dot as dotOf,
  equal,
  floor,
  floorDiv as floorDivide,
  greater,
  isNaN,
  leakyRelu as leakyReluOf,
  less,
  matmul,
  mul,
  outer,
  pow as power,
  scope,
  swapAxes,
  type Tensor,
  type TensorLike,
  where,
} from '../index.js';

/** a / b; whole numbers by whole numbers are rounded down. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = [asTensor(a), asTensor(b)];
  return areWhole(left, right) ? floorDiv(left, right) : divide(left, right);
}

/** Whether both hold whole numbers; truth values count there, next to whole numbers. */
function areWhole(a: Tensor, b: Tensor): boolean {
  const isWhole = (x: Tensor): boolean => isInteger(x.dtype) || x.dtype === 'bool';
  return isWhole(a) && isWhole(b) && (isInteger(a.dtype) || isInteger(b.dtype));
}

/** a / b, and 0 where b is 0; whole numbers by whole numbers are rounded down. */
export function divNoNan(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = [asTensor(a), asTensor(b)];
  const result = divideNoNan(left, right);
  return areWhole(left, right) ? cast(floor(result), 'int32') : result;
}

/** a / b rounded down, as whole numbers; 0 where b is 0. */
export function floorDiv(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = [asTensor(a), asTensor(b)];
  const quotient = areWhole(left, right)
    ? floorDivide(left, where(equal(right, 0), 1, right))
    : floor(divideNoNan(left, right));
  return cast(where(equal(right, 0), 0, quotient), 'int32');
}

/** a to the power b. Whole numbers stay whole: with negative exponents they are cut. */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  const [base, exponent] = [asTensor(a), asTensor(b)];
  if (!areWhole(base, exponent)) return power(base, exponent);
  const isNegative = less(exponent, 0);
  const cut = cast(power(cast(base, 'float32'), cast(exponent, 'float32')), 'int32');
  const whole = power(base, where(isNegative, 0, exponent));
  return where(isNegative, where(equal(base, 0), 0, cut), whole);
}

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
  return scope(() => clip(x, low, high));
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
  return scope(() => {
    const input = asTensor(x);
    return where(isNaN(input), input, where(greater(input, 0), 1, alpha));
  });
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

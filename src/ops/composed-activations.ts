// Activations that are sentences over other ops; formulas and defaults are Keras's.
import { checkOptions } from '../core/arguments.js';
import { at } from '../core/sequence.js';
import { normalizeAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { elu, sigmoid, softplus } from './activations.js';
import { add, mul, neg, sub } from './arithmetic.js';
import { greater, less } from './comparison.js';
import { asTensor, type TensorLike } from './convert.js';
import { abs, sqrt, square } from './powers.js';
import { asFloat } from './shaping.js';
import { sliceAxis } from './slicing.js';
import { tanh } from './trigonometry.js';
import { bound, ofNumbers, where } from './where.js';

/**
 * log(sigmoid(x)) without overflow.
 *
 * @example
 * ```ts
 * import { logSigmoid } from 'keratin';
 * console.log(await logSigmoid([-1000]).array()); // [ -1000 ]
 * ```
 */
export function logSigmoid(x: TensorLike): Tensor {
  return neg(softplus(neg(x)));
}

/**
 * The first half of x along `axis` times the sigmoid of the second (Dauphin et al. 2016).
 *
 * @example
 * ```ts
 * import { glu } from 'keratin';
 * console.log(await glu([2, 0]).array()); // [ 1 ]
 * ```
 */
export function glu(x: TensorLike, options: { readonly axis?: number } = {}): Tensor {
  checkOptions('glu', options, { axis: true });
  const input = asTensor(x);
  const axis = normalizeAxis('glu', options.axis ?? -1, input.rank);
  const half = Math.floor(at(input.shape, axis) / 2);
  return mul(sliceAxis(input, axis, 0, half), sigmoid(sliceAxis(input, axis, half, half)));
}

/**
 * max(0, x) + min(0, alpha (exp(x / alpha) - 1)): an elu with a smooth slope.
 *
 * @example
 * ```ts
 * import { celu } from 'keratin';
 * console.log(await celu([0, 3]).array()); // [ 0, 3 ]
 * ```
 */
export function celu(x: TensorLike, options: { readonly alpha?: number } = {}): Tensor {
  checkOptions('celu', options, { alpha: true });
  const { alpha = 1 } = options;
  return mul(elu(mul(x, 1 / alpha)), alpha);
}

/**
 * min(max(x, -1), 1). As in Keras, -1 wraps around among unsigned numbers.
 *
 * @example
 * ```ts
 * import { hardTanh } from 'keratin';
 * console.log(await hardTanh([-2, 0.5]).array()); // [ -1, 0.5 ]
 * ```
 */
export function hardTanh(x: TensorLike): Tensor {
  const input = ofNumbers(asTensor(x));
  const [low, high] = [bound(-1, input), bound(1, input)];
  return where(greater(input, high), high, where(less(input, low), low, input));
}

/**
 * x where |x| > threshold (0.5 by default), else 0.
 *
 * @example
 * ```ts
 * import { hardShrink } from 'keratin';
 * console.log(await hardShrink([0.25, 2]).array()); // [ 0, 2 ]
 * ```
 */
export function hardShrink(x: TensorLike, options: { readonly threshold?: number } = {}): Tensor {
  checkOptions('hardShrink', options, { threshold: true });
  const input = asFloat(x);
  return where(greater(abs(input), options.threshold ?? 0.5), input, 0);
}

/**
 * x moved towards 0 by threshold (0.5 by default), and 0 where it is nearer than that.
 *
 * @example
 * ```ts
 * import { softShrink } from 'keratin';
 * console.log(await softShrink([0.25, 2]).array()); // [ 0, 1.5 ]
 * ```
 */
export function softShrink(x: TensorLike, options: { readonly threshold?: number } = {}): Tensor {
  checkOptions('softShrink', options, { threshold: true });
  const input = asFloat(x);
  const { threshold = 0.5 } = options;
  const below = where(less(input, -threshold), add(input, threshold), 0);
  return where(greater(input, threshold), sub(input, threshold), below);
}

/**
 * x - tanh(x).
 *
 * @example
 * ```ts
 * import { tanhShrink } from 'keratin';
 * console.log(await tanhShrink([0]).array()); // [ 0 ]
 * ```
 */
export function tanhShrink(x: TensorLike): Tensor {
  return sub(x, tanh(x));
}

/**
 * x where it is above `threshold`, else `value`.
 *
 * @example
 * ```ts
 * import { threshold } from 'keratin';
 * console.log(await threshold([1, 3], 2, 0).array()); // [ 0, 3 ]
 * ```
 */
export function threshold(x: TensorLike, limit: number, value: number): Tensor {
  const input = asTensor(x);
  return where(greater(input, limit), input, value);
}

/**
 * (x + sqrt(x² + b)) / 2: a relu with a smooth bend; b is 4 by default.
 *
 * @example
 * ```ts
 * import { squareplus } from 'keratin';
 * console.log(await squareplus([0]).array()); // [ 1 ]
 * ```
 */
export function squareplus(x: TensorLike, options: { readonly b?: number } = {}): Tensor {
  checkOptions('squareplus', options, { b: true });
  const input = asTensor(x);
  return mul(add(input, sqrt(add(square(input), options.b ?? 4))), 0.5);
}

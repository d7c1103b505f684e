// Functions of complex numbers. There is no complex dtype: tensors are real, and what is complex
// (see fft, polar) goes as a pair of tensors [real, imaginary].
import type { Tensor } from '../../core/tensor.js';
import { mul } from '../arithmetic.js';
import { asTensor, type TensorLike } from '../convert.js';
import { onesLike, zerosLike } from '../create.js';
import { atan2 } from '../division.js';
import { floatOf } from '../kernel-values.js';
import { cast } from '../shaping.js';
import { cos, sin } from '../trigonometry.js';

/** A complex tensor as its real and its imaginary part, of one shape. */
export type ComplexPair = readonly [real: Tensor, imaginary: Tensor];

/**
 * The real part, which of a real tensor is the tensor itself.
 *
 * @example
 * ```ts
 * import { real } from 'keratin';
 * console.log(await real([1, -2]).array()); // [ 1, -2 ]
 * ```
 */
export function real(x: TensorLike): Tensor {
  return asTensor(x);
}

/**
 * The imaginary part, which of a real tensor is 0.
 *
 * @example
 * ```ts
 * import { imag } from 'keratin';
 * console.log(await imag([1, -2]).array()); // [ 0, 0 ]
 * ```
 */
export function imag(x: TensorLike): Tensor {
  return zerosLike(x);
}

/**
 * The complex conjugate, which of a real tensor is the tensor itself.
 *
 * @example
 * ```ts
 * import { conj } from 'keratin';
 * console.log(await conj([1, -2]).array()); // [ 1, -2 ]
 * ```
 */
export function conj(x: TensorLike): Tensor {
  return asTensor(x);
}

/**
 * The angle in the complex plane: 0 for positive numbers, pi for negative ones.
 *
 * @example
 * ```ts
 * import { angle } from 'keratin';
 * console.log(await angle([2]).array()); // [ 0 ]
 * ```
 */
export function angle(x: TensorLike): Tensor {
  const input = asTensor(x);
  const floats = cast(input, floatOf(input.dtype));
  return atan2(zerosLike(floats), floats);
}

/**
 * Whether the imaginary part is 0, which it always is.
 *
 * @example
 * ```ts
 * import { isReal } from 'keratin';
 * console.log(await isReal([1]).array()); // [ true ]
 * ```
 */
export function isReal(x: TensorLike): Tensor {
  return onesLike(x, 'bool');
}

/**
 * The complex numbers of these magnitudes and angles, as a pair [real, imaginary].
 *
 * @example
 * ```ts
 * import { polar } from 'keratin';
 * const [real, imaginary] = polar([2], [0]);
 * console.log(await real.array(), await imaginary.array()); // [ 2 ] [ 0 ]
 * ```
 */
export function polar(magnitude: TensorLike, angle: TensorLike): ComplexPair {
  return [mul(magnitude, cos(angle)), mul(magnitude, sin(angle))];
}

// tf.spectral: Fourier transforms. A complex tensor is a pair [real, imaginary] here.
import {
  asTensor,
  type ComplexLike,
  type ComplexPair,
  cast,
  fft as fftOf,
  ifft as ifftOf,
  irfft as irfftOf,
  rfft as rfftOf,
  type Tensor,
  type TensorLike,
} from '../index.js';

function pairOf([real, imaginary]: ComplexLike): ComplexPair {
  return [cast(asTensor(real), 'float32'), cast(asTensor(imaginary), 'float32')];
}

/**
 * The transform along the last axis.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const [real] = tf.spectral.fft(tf.complex([1, 2], [0, 0]));
 * console.log(await real.array()); // [ 3, -1 ]
 * ```
 */
export function fft(x: ComplexLike): ComplexPair {
  return fftOf(pairOf(x));
}

/** Undoes `fft`. */
export function ifft(x: ComplexLike): ComplexPair {
  return ifftOf(pairOf(x));
}

/** The first half of the transform of real numbers; the last axis is cut or filled to `length`. */
export function rfft(x: TensorLike, length?: number): ComplexPair {
  return rfftOf(x, { length });
}

/** Undoes `rfft`. */
export function irfft(x: ComplexLike): Tensor {
  return irfftOf(pairOf(x));
}

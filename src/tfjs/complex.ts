// Complex numbers by the names of TensorFlow.js: pairs [real, imaginary], since there is no complex
// dtype here.
import { asTensor, type ComplexPair, type Tensor, type TensorLike } from '../index.js';

/** A complex tensor of its parts. */
export function complex(real: TensorLike, imaginary: TensorLike): ComplexPair {
  return [asTensor(real), asTensor(imaginary)];
}

/** The real part. */
export function real(x: ComplexPair): Tensor {
  return x[0];
}

/** The imaginary part. */
export function imag(x: ComplexPair): Tensor {
  return x[1];
}

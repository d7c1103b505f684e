// tf.signal: windows, frames and the short-time Fourier transform.
import {
  asTensor,
  type ComplexPair,
  extractSequences,
  mul,
  type Tensor,
  type TensorLike,
  tensor,
} from '../index.js';
import { pad } from '../ops/positional.js';
import { rfft } from './spectral.js';

/** a - b cos(2 pi i / n) for n elements, periodic where n is even. */
export function cosineWindow(length: number, a: number, b: number): Tensor {
  const period = length + (1 - (length % 2)) - 1;
  const at = (index: number): number => a - b * Math.cos((2 * Math.PI * index) / period);
  return tensor(Array.from({ length }, (_, index) => at(index)));
}

/** A Hann window. */
export function hannWindow(length: number): Tensor {
  return cosineWindow(length, 0.5, 0.5);
}

/** A Hamming window. */
export function hammingWindow(length: number): Tensor {
  return cosineWindow(length, 0.54, 0.46);
}

/** Pieces of a signal that overlap; with `padEnd` the last ones are filled with `padValue`. */
export function frame(
  signal: TensorLike,
  frameLength: number,
  frameStep: number,
  padEnd = false,
  padValue = 0,
): Tensor {
  const input = asTensor(signal);
  const count = Math.ceil(input.size / frameStep);
  const missing = padEnd ? Math.max((count - 1) * frameStep + frameLength - input.size, 0) : 0;
  const whole = missing === 0 ? input : pad(input, [[0, missing]], padValue);
  return extractSequences(whole, { length: frameLength, stride: frameStep });
}

/** The power of two that is not less than `value`. */
export function enclosingPowerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

/** The transform of each piece of a signal, as a pair [real, imaginary]. */
export function stft(
  signal: TensorLike,
  frameLength: number,
  frameStep: number,
  fftLength = enclosingPowerOfTwo(frameLength),
  windowFn: (length: number) => Tensor = hannWindow,
): ComplexPair {
  const pieces = frame(signal, frameLength, frameStep);
  return rfft(mul(pieces, windowFn(frameLength)), fftLength);
}

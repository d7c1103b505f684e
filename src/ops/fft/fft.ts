// fft and its relatives for users: pairs [real, imaginary], as in Keras.
import { checkOptions, type OptionNames, requireList } from '../../core/arguments.js';
import { isFloat } from '../../core/dtype.js';
import { DTypeError, ShapeError } from '../../core/errors.js';
import { at, range, sameNumbers } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { mul, neg } from '../arithmetic.js';
import { asTensor, type TensorLike } from '../convert.js';
import { zerosLike } from '../create.js';
import { concat, pad } from '../joining.js';
import type { ComplexPair } from '../numpy/complex.js';
import { sliceAxis } from '../slicing.js';
import { flip, swapAxes } from '../views.js';
import { transformed } from './transform.js';

/** What a complex tensor is given as. */
export type ComplexLike = readonly [real: TensorLike, imaginary: TensorLike];

function pairOf(where: string, x: ComplexLike, axes = 1): ComplexPair {
  requireList(where, 'the complex tensor', x);
  const [real, imaginary] = [asTensor(x[0]), asTensor(x[1])];
  const wrong = [real, imaginary].find(({ dtype }) => !isFloat(dtype));
  if (wrong !== undefined) {
    throw new DTypeError({
      where,
      what: 'spectra are made of fractions',
      expected: 'two float tensors',
      received: wrong.dtype,
      fix: "cast both first: cast(x, 'float32')",
    });
  }
  if (sameNumbers(real.shape, imaginary.shape) && real.rank >= axes) return [real, imaginary];
  throw new ShapeError({
    where,
    what: 'real and imaginary part do not make a complex tensor',
    expected: `two tensors of one shape with at least ${axes === 1 ? 'one axis' : 'two axes'}`,
    received: `${formatShape(real.shape)} and ${formatShape(imaginary.shape)}`,
    fix: 'give [real, imaginary] of one shape; zerosLike(real) where there is no imaginary part',
  });
}

function alongBoth(x: ComplexPair, sign: 1 | -1): ComplexPair {
  const [real, imaginary] = transformed(x, sign);
  const columns = transformed([swapAxes(real, -1, -2), swapAxes(imaginary, -1, -2)], sign);
  return [swapAxes(columns[0], -1, -2), swapAxes(columns[1], -1, -2)];
}

function scaled([real, imaginary]: ComplexPair, factor: number): ComplexPair {
  return [mul(real, factor), mul(imaginary, factor)];
}

/**
 * The discrete Fourier transform along the last axis of a pair [real, imaginary].
 *
 * @example
 * ```ts
 * import { fft } from 'keratin';
 * const [real, imaginary] = fft([[1, 1], [0, 0]]);
 * console.log(await real.array(), await imaginary.array()); // [ 2, 0 ] [ 0, 0 ]
 * ```
 */
export function fft(x: ComplexLike): ComplexPair {
  return transformed(pairOf('fft', x), -1);
}

/**
 * The inverse of `fft`: divided by the length.
 *
 * @example
 * ```ts
 * import { ifft } from 'keratin';
 * const [real] = ifft([[2, 0], [0, 0]]);
 * console.log(await real.array()); // [ 1, 1 ]
 * ```
 */
export function ifft(x: ComplexLike): ComplexPair {
  const pair = pairOf('ifft', x);
  return scaled(transformed(pair, 1), 1 / at(pair[0].shape, -1));
}

/**
 * The Fourier transform along the last two axes of a pair.
 *
 * @example
 * ```ts
 * import { fft2, ones, zeros } from 'keratin';
 * const [real] = fft2([ones([2, 2]), zeros([2, 2])]);
 * console.log(await real.array()); // [ [ 4, 0 ], [ 0, 0 ] ]
 * ```
 */
export function fft2(x: ComplexLike): ComplexPair {
  return alongBoth(pairOf('fft2', x, 2), -1);
}

/**
 * The inverse of `fft2`.
 *
 * @example
 * ```ts
 * import { ifft2, ones, zeros } from 'keratin';
 * const [real] = ifft2([ones([2, 2]), zeros([2, 2])]);
 * console.log(await real.array()); // [ [ 1, 0 ], [ 0, 0 ] ]
 * ```
 */
export function ifft2(x: ComplexLike): ComplexPair {
  const pair = pairOf('ifft2', x, 2);
  const count = at(pair[0].shape, -1) * at(pair[0].shape, -2);
  return scaled(alongBoth(pair, 1), 1 / count);
}

/** How long a transform is. */
export interface LengthOption {
  /** The last axis is cut to this length, or filled with zeros; its own by default. */
  readonly length?: number | undefined;
}

const LENGTH_OPTION: OptionNames<LengthOption> = { length: true };

/** The last axis cut or filled with zeros. */
function fitted(x: Tensor, length: number): Tensor {
  const own = at(x.shape, -1);
  if (own >= length) return sliceAxis(x, -1, 0, length);
  return pad(x, lastAxisWidths(x.rank, 0, length - own));
}

/** Widths for `pad` that leave all axes but the last as they are. */
export function lastAxisWidths(
  rank: number,
  front: number,
  back: number,
): readonly (readonly [number, number])[] {
  return range(rank).map((axis) => (axis === rank - 1 ? [front, back] : [0, 0]));
}

/**
 * The Fourier transform of real numbers along the last axis: the first half of the spectrum, which
 * tells the other.
 *
 * @example
 * ```ts
 * import { rfft } from 'keratin';
 * const [real, imaginary] = rfft([1, 0, 0, 0]);
 * console.log(await real.array(), await imaginary.array()); // [ 1, 1, 1 ] [ 0, 0, 0 ]
 * ```
 */
export function rfft(x: TensorLike, options: LengthOption = {}): ComplexPair {
  checkOptions('rfft', options, LENGTH_OPTION);
  const input = asTensor(x);
  const [whole] = pairOf('rfft', [input, input]);
  const length = options.length ?? at(whole.shape, -1);
  const signal = fitted(whole, length);
  const spectrum = transformed([signal, zerosLike(signal)], -1);
  const kept = Math.floor(length / 2) + 1;
  return [sliceAxis(spectrum[0], -1, 0, kept), sliceAxis(spectrum[1], -1, 0, kept)];
}

/**
 * The real numbers whose `rfft` is the pair x; their number is even unless `length` says otherwise.
 *
 * @example
 * ```ts
 * import { irfft } from 'keratin';
 * console.log(await irfft([[1, 1, 1], [0, 0, 0]]).array()); // [ 1, 0, 0, 0 ]
 * ```
 */
export function irfft(x: ComplexLike, options: LengthOption = {}): Tensor {
  checkOptions('irfft', options, LENGTH_OPTION);
  const pair = pairOf('irfft', x);
  const length = options.length ?? 2 * (at(pair[0].shape, -1) - 1);
  const kept = Math.floor(length / 2) + 1;
  const [real, imaginary] = [fitted(pair[0], kept), fitted(pair[1], kept)];
  // The other half mirrors the first; the first number (and the middle one) are their own mirrors.
  const mirrored = (part: Tensor): Tensor => flip(sliceAxis(part, -1, 1, length - kept), -1);
  const own = ownMirrors(imaginary, length);
  const whole: ComplexPair = [
    concat([real, mirrored(real)], -1),
    concat([own, neg(mirrored(own))], -1),
  ];
  return mul(transformed(whole, 1)[0], 1 / length);
}

/** The imaginary half with 0 where a spectrum of real numbers has none. */
function ownMirrors(imaginary: Tensor, length: number): Tensor {
  const kept = at(imaginary.shape, -1);
  const first = zerosLike(sliceAxis(imaginary, -1, 0, 1));
  const hasMiddle = length % 2 === 0 && kept > 1;
  const middle = sliceAxis(imaginary, -1, 1, kept - 1 - (hasMiddle ? 1 : 0));
  return concat(hasMiddle ? [first, middle, first] : [first, middle], -1);
}

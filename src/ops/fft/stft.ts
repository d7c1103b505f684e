// Spectra of pieces of a signal and back: stft, istft, and the pieces themselves.

import { checkOptions, type OptionNames, requireOptions } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at, range } from '../../core/sequence.js';
import { requireAxes } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { div, mul } from '../arithmetic.js';
import { greater } from '../comparison.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { addAlong, gather } from '../gather.js';
import { pad } from '../joining.js';
import type { ComplexPair } from '../numpy/complex.js';
import { square } from '../powers.js';
import { broadcastTo, cast } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { where } from '../where.js';
import { type ComplexLike, irfft, lastAxisWidths, rfft } from './fft.js';

/** How a signal is cut. */
export interface SequenceOptions {
  /** Elements of each piece. */
  readonly length: number;
  /** Elements from one piece to the next. */
  readonly stride: number;
}

const SEQUENCE_OPTIONS: OptionNames<SequenceOptions> = { length: true, stride: true };

function placesOf(count: number, { length, stride }: SequenceOptions): Tensor {
  const places = range(count).flatMap((piece) =>
    range(length).map((step) => piece * stride + step),
  );
  return tensorOf(places, 'int32', [count, length]);
}

function requirePieces(where: string, options: SequenceOptions, size: number): number {
  const { length, stride } = options;
  const isGood = [length, stride].every((one) => Number.isInteger(one) && one >= 1);
  if (isGood && length <= size) return Math.floor((size - length) / stride) + 1;
  throw new ArgumentError({
    where,
    what: 'the signal cannot be cut like this',
    expected: `a length from 1 to ${size} and a stride of at least 1`,
    received: `length ${length}, stride ${stride}`,
    fix: 'use shorter pieces, or pad the signal',
  });
}

/**
 * Pieces of the last axis: [..., size] becomes [..., pieces, length].
 *
 * @example
 * ```ts
 * import { extractSequences } from 'keratin';
 * const pieces = extractSequences([1, 2, 3, 4, 5], { length: 3, stride: 2 });
 * console.log(await pieces.array()); // [ [ 1, 2, 3 ], [ 3, 4, 5 ] ]
 * ```
 */
export function extractSequences(x: TensorLike, options: SequenceOptions): Tensor {
  requireOptions('extractSequences', 'length, stride', options);
  checkOptions('extractSequences', options, SEQUENCE_OPTIONS);
  const input = asTensor(x);
  requireAxes('extractSequences', input.shape, 1);
  const count = requirePieces('extractSequences', options, at(input.shape, -1));
  return gather(input, placesOf(count, options), { axis: -1 });
}

/** How a signal is cut, weighted and transformed. */
export interface StftOptions extends SequenceOptions {
  /** Elements of each transform, at least `length`; pieces stand in its middle. */
  readonly fftLength: number;
  /** What pieces are weighted with: `hann` (default), `hamming`, a vector of `length`, or null. */
  readonly window?: 'hann' | 'hamming' | TensorLike | null | undefined;
  /** Whether piece t is centred at t * stride, the signal being mirrored at its ends (default true). */
  readonly center?: boolean | undefined;
}

const STFT_OPTIONS: OptionNames<StftOptions> = {
  fftLength: true,
  window: true,
  center: true,
  length: true,
  stride: true,
};

/** The cosine windows are periodic here, as signal processing has them: without their last zero. */
function windowOf(where: string, options: StftOptions, like: Tensor): Tensor {
  const { length, fftLength, window = 'hann' } = options;
  if (fftLength < length) {
    throw new ArgumentError({
      where,
      what: 'the transform is shorter than the pieces',
      expected: `an fftLength of at least ${length}`,
      received: String(fftLength),
      fix: 'make fftLength at least the length of the pieces',
    });
  }
  const front = Math.floor((fftLength - length) / 2);
  const around = [[front, fftLength - length - front]] as const;
  if (window === null)
    return tensorOf(
      range(fftLength).map(() => 1),
      like.dtype,
    );
  if (window !== 'hann' && window !== 'hamming') return pad(cast(window, like.dtype), around);
  const base = window === 'hann' ? 0.5 : 0.54;
  const heights = range(length).map(
    (place) => base - (1 - base) * Math.cos((2 * Math.PI * place) / length),
  );
  return pad(tensorOf(heights, like.dtype), around);
}

/**
 * The spectra of overlapping pieces of a signal [..., size]: a pair of [..., pieces, bins].
 *
 * @example
 * ```ts
 * import { ones, stft } from 'keratin';
 * const [real] = stft(ones([16]), { length: 4, stride: 2, fftLength: 4 });
 * console.log(real.shape); // [ 9, 3 ]
 * ```
 */
export function stft(x: TensorLike, options: StftOptions): ComplexPair {
  requireOptions('stft', 'length, stride, fftLength', options);
  checkOptions('stft', options, STFT_OPTIONS);
  const { stride, fftLength, center = true } = options;
  const input = asTensor(x);
  const window = windowOf('stft', options, input);
  const half = Math.floor(fftLength / 2);
  const widths = lastAxisWidths(input.rank, half, half);
  const signal = center ? pad(input, widths, { mode: 'reflect' }) : input;
  return rfft(mul(extractSequences(signal, { length: fftLength, stride }), window));
}

/** How a signal was cut, and how much of it to give back. */
export interface IstftOptions extends StftOptions {
  /** Elements of the signal; as many as the spectra tell by default. */
  readonly signalLength?: number | undefined;
}

const ISTFT_OPTIONS: OptionNames<IstftOptions> = {
  signalLength: true,
  fftLength: true,
  window: true,
  center: true,
  length: true,
  stride: true,
};

/**
 * The signal whose `stft` is the pair x [..., pieces, bins]: overlapping pieces are added and
 * divided by what the windows sum to (Griffin and Lim 1984).
 *
 * @example
 * ```ts
 * import { istft, ones, stft } from 'keratin';
 * const options = { length: 4, stride: 2, fftLength: 4 };
 * const back = istft(stft(ones([16]), options), options);
 * console.log(back.shape, (await back.max().item()).toFixed(3)); // [ 16 ] 1.000
 * ```
 */
export function istft(x: ComplexLike, options: IstftOptions): Tensor {
  requireOptions('istft', 'length, stride, fftLength', options);
  checkOptions('istft', options, ISTFT_OPTIONS);
  const { stride, fftLength, center = true, signalLength } = options;
  const pieces = irfft(x, { length: fftLength });
  const window = windowOf('istft', options, pieces);
  const count = at(pieces.shape, -2);
  const size = fftLength + stride * (count - 1);
  const places = placesOf(count, { length: fftLength, stride });
  const axis = pieces.rank - 2;
  const total = addAlong(places, mul(pieces, window), axis, size);
  const squares = broadcastTo(square(window), [count, fftLength]);
  const weight = addAlong(places, squares, 0, size);
  const isCovered = greater(weight, 1e-10);
  const signal = where(isCovered, div(total, where(isCovered, weight, 1)), total);
  const start = center ? Math.floor(fftLength / 2) : 0;
  const end = signalLength === undefined ? size - start : Math.min(size, start + signalLength);
  return sliceAxis(signal, -1, start, end - start);
}

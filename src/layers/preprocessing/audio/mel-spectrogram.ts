// MelSpectrogram: how loud a signal is, over time and over pitch as ears tell it apart.
import { ArgumentError } from '../../../core/errors.js';
import { at, range } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import {
  add,
  cast,
  log10,
  max,
  maximum,
  mul,
  pow,
  sqrt,
  square,
  stft,
  sub,
  swapAxes,
  tensor,
  tensordot,
} from '../../../ops/index.js';
import { Layer } from '../../layer.js';
import { type LayerOptions, positive, withDefaults } from '../../options.js';

/** Options of {@link MelSpectrogram}. */
export interface MelSpectrogramOptions extends LayerOptions {
  /** Steps of a transform. Default 2048. */
  readonly fftLength?: number;
  /** Steps from one piece to the next. Default 512. */
  readonly sequenceStride?: number;
  /** Steps of a piece. Default: those of a transform. */
  readonly sequenceLength?: number | null;
  /** Default `hann`. */
  readonly window?: 'hann' | 'hamming' | null;
  /** Steps in a second. Default 16000. */
  readonly samplingRate?: number;
  /** How many pitches are told apart. Default 128. */
  readonly numMelBins?: number;
  /** The lowest and the highest frequency, in hertz. Default 20, and half the sampling rate. */
  readonly minFreq?: number;
  readonly maxFreq?: number | null;
  /** Whether the result is in decibels. Default true. */
  readonly powerToDb?: boolean;
  /** How many decibels below the loudest count as silence. Default 80. */
  readonly topDb?: number;
  /** The power that magnitudes are raised to. Default 2. */
  readonly magExp?: number;
  /** What counts as no power at all. Default 1e-10. */
  readonly minPower?: number;
  /** The power of 0 decibels. Default 1. */
  readonly refPower?: number;
}

const DEFAULTS: Required<Omit<MelSpectrogramOptions, keyof LayerOptions>> = {
  fftLength: 2048,
  sequenceStride: 512,
  sequenceLength: null,
  window: 'hann',
  samplingRate: 16000,
  numMelBins: 128,
  minFreq: 20,
  maxFreq: null,
  powerToDb: true,
  topDb: 80,
  magExp: 2,
  minPower: 1e-10,
  refPower: 1,
};

function configOf(options: MelSpectrogramOptions) {
  const where = 'MelSpectrogram';
  const config = withDefaults(where, DEFAULTS, [], options);
  const { fftLength, samplingRate } = config;
  positive(where, 'fftLength', fftLength);
  positive(where, 'sequenceStride', config.sequenceStride);
  positive(where, 'numMelBins', config.numMelBins);
  const sequenceLength = config.sequenceLength ?? fftLength;
  if (sequenceLength > fftLength) {
    throw new ArgumentError({
      where,
      what: 'pieces are longer than transforms',
      expected: `a sequenceLength of at most ${fftLength}`,
      received: String(sequenceLength),
      fix: 'make fftLength at least as large',
    });
  }
  const maxFreq = config.maxFreq ?? Math.trunc(samplingRate / 2);
  return { ...config, sequenceLength, maxFreq };
}

const { fround } = Math;

/**
 * Pitch in mel (O'Shaughnessy 1987), as the HTK toolkit has it; rounded to float32 at each step,
 * since the small differences of pitches feel the rounding that Keras does.
 */
function mel(hertz: number): number {
  return fround(1127 * fround(Math.log(fround(1 + fround(hertz / 700)))));
}

/** Number `place` of `count` evenly spaced float32 numbers. */
function spaced(from: number, to: number, place: number, count: number): number {
  if (place === count - 1) return to;
  const share = fround(place / (count - 1));
  return fround(fround(from * fround(1 - share)) + fround(to * share));
}

/**
 * Decibels (or powers) of signals `[n, time]` or `[time]` over pitch and time: `[n, numMelBins,
 * pieces]`. Pieces are centred, the signal is mirrored at its ends. As in Keras, `topDb` counts from
 * the loudest of the whole batch.
 *
 * @throws ArgumentError where a piece is longer than a transform.
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const layer = layers.melSpectrogram({ fftLength: 64, sequenceStride: 32, numMelBins: 8 });
 * console.log(layer.apply(layers.input({ shape: [320] })).shape); // [ null, 8, 11 ]
 * ```
 */
export class MelSpectrogram extends Layer<ReturnType<typeof configOf>> {
  static readonly className = 'MelSpectrogram';
  static readonly kerasModule = 'keras.layers';

  constructor(options: MelSpectrogramOptions = {}) {
    super(configOf(options));
    this.inputSpec = { minRank: 1, maxRank: 2 };
  }

  protected override call(x: Tensor): Tensor {
    const { fftLength, sequenceLength, sequenceStride, window, magExp, powerToDb } = this.config;
    const dtype = this.computeDtype === 'float64' ? 'float64' : 'float32';
    const options = { length: sequenceLength, stride: sequenceStride, fftLength, window };
    const [real, imag] = stft(cast(x, dtype), options);
    const sizes = sqrt(add(square(real), square(imag)));
    const weights = cast(this.#weights(at(sizes.shape, -1)), dtype);
    const powers = tensordot(pow(sizes, magExp), weights, 1);
    const result = powerToDb ? this.#decibels(powers) : powers;
    return cast(swapAxes(result, -1, -2), this.computeDtype);
  }

  #decibels(powers: Tensor): Tensor {
    const { minPower, refPower, topDb } = this.config;
    const reference = 10 * Math.log10(Math.max(Math.abs(refPower), minPower));
    const loud = sub(mul(log10(maximum(powers, minPower)), 10), reference);
    return maximum(loud, sub(max(loud), topDb));
  }

  /** How much each frequency counts for each pitch: triangles in mel, `[frequencies, pitches]`. */
  #weights(bins: number): Tensor {
    const { samplingRate, minFreq, maxFreq, numMelBins } = this.config;
    const [low, high] = [mel(minFreq), mel(maxFreq)];
    const edges = range(numMelBins + 2).map((place) => spaced(low, high, place, numMelBins + 2));
    const rows = range(bins).map((bin) => {
      const pitch = mel(spaced(0, fround(samplingRate / 2), bin, bins));
      return range(numMelBins).map((place) => {
        const [lower, centre, upper] = [
          at(edges, place),
          at(edges, place + 1),
          at(edges, place + 2),
        ];
        const rise = fround(pitch - lower) / fround(centre - lower);
        const fall = fround(upper - pitch) / fround(upper - centre);
        // The constant part of the spectrum belongs to no pitch.
        return bin === 0 ? 0 : Math.max(0, Math.min(rise, fall));
      });
    });
    return tensor(rows);
  }
}

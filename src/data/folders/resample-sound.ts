// Sounds at another sampling rate, as Keras gets them: below folders of sounds. Windowed sinc
// interpolation (J. O. Smith, "Digital Audio Resampling"), with the sizes that the resampler of Speex has
// at its quality 4, which TensorFlow I/O runs for Keras.
import { FormatError } from '../../core/errors.js';
import type { Sound } from '../../files/wav.js';

/** Moments of the slower side that one result is made of. */
const TAPS = 64;
/** The part of the band that is kept; less of it where the rate falls, so that nothing folds back. */
const KEPT = { rising: 0.94, falling: 0.921 };
/** The sinc is known at this many points a moment, and interpolated between, where rates have no small ratio. */
const POINTS = 8;
/** Shape of the Kaiser window, and the points of its half between which it is interpolated. */
const BETA = 8;
const WINDOW_POINTS = 32;
/** Beyond this ratio of rates a file is taken for damaged. */
const MOST_RATIO = 256;

/** The modified Bessel function of the first kind and order 0: the sum of ((x / 2)^k / k!)^2. */
function bessel0(x: number): number {
  let term = 1;
  let total = 1;
  for (let k = 1; term > total * Number.EPSILON; k++) {
    term *= (x / 2 / k) ** 2;
    total += term;
  }
  return total;
}

const WINDOW = Float64Array.from({ length: WINDOW_POINTS + 1 }, (_, at) => {
  const place = at / WINDOW_POINTS;
  return bessel0(BETA * Math.sqrt(1 - place * place)) / bessel0(BETA);
});

/** Lagrange's cubic between points 0 and 1: the weights of the points -1, 0, 1 and 2. */
function cubicWeights(place: number): readonly [number, number, number, number] {
  const square = place * place;
  const cube = square * place;
  const before = -place / 3 + square / 2 - cube / 6;
  const next = place + square / 2 - cube / 2;
  const after = (cube - place) / 6;
  return [before, 1 - before - next - after, next, after];
}

/** The Kaiser window, even, at -1 to 1. */
function windowAt(place: number): number {
  const scaled = Math.abs(place) * WINDOW_POINTS;
  const point = Math.floor(scaled);
  const weights = cubicWeights(scaled - point);
  return weights.reduce(
    (total, weight, at) => total + weight * (WINDOW[Math.abs(point - 1 + at)] ?? 0),
    0,
  );
}

/** What is the same for all results: a filter for each place between two moments of the input. */
interface Resampler {
  /** Moments of input, over moments of output, in lowest terms. */
  readonly step: number;
  readonly phases: number;
  readonly taps: number;
  readonly cutoff: number;
  readonly points: number;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function resamplerOf(from: number, to: number): Resampler {
  const divisor = commonDivisor(from, to);
  const [step, phases] = [from / divisor, to / divisor];
  if (step <= phases) return { step, phases, taps: TAPS, cutoff: KEPT.rising, points: POINTS };
  // The sinc is wider where the rate falls, and so needs fewer points a moment.
  const halvings = [2, 4, 8, 16].filter((ratio) => ratio * phases < step).length;
  return {
    step,
    phases,
    taps: Math.ceil(Math.floor((TAPS * step) / phases) / 8) * 8,
    cutoff: (KEPT.falling * phases) / step,
    points: Math.max(POINTS >> halvings, 1),
  };
}

/** The windowed sinc, `moment` moments of input from its middle. */
function sincAt({ cutoff, taps }: Resampler, moment: number): number {
  const place = (2 * moment) / taps;
  if (Math.abs(place) > 1) return 0;
  const angle = Math.PI * moment * cutoff;
  return cutoff * (angle === 0 ? 1 : Math.sin(angle) / angle) * windowAt(place);
}

/** The weights of the last `taps` moments of input for a result `phase` phases after the last one. */
function filterOf(resampler: Resampler, phase: number): Float64Array {
  const { phases, taps, points } = resampler;
  const start = 1 - taps / 2;
  if (phases <= points) {
    return Float64Array.from({ length: taps }, (_, tap) =>
      sincAt(resampler, start + tap - phase / phases),
    );
  }
  const scaled = (phase * points) / phases;
  const point = Math.floor(scaled);
  const weights = cubicWeights(scaled - point);
  return Float64Array.from({ length: taps }, (_, tap) =>
    weights.reduce(
      (total, weight, at) =>
        total + weight * sincAt(resampler, start + tap - (point - 1 + at) / points),
      0,
    ),
  );
}

/** One result: what the filter makes of one channel up to the moment `last`; before the first is silence. */
function filtered(sound: Sound, channel: number, last: number, filter: Float64Array): number {
  const { channels, samples } = sound;
  const first = last - filter.length + 1;
  let total = 0;
  for (let tap = Math.max(-first, 0); tap < filter.length; tap++) {
    total += (filter[tap] ?? 0) * (samples[(first + tap) * channels + channel] ?? 0);
  }
  return total;
}

/**
 * The sound at another rate, `floor(frames * rate / samplingRate)` moments of it. As in Keras it begins
 * with the silence before the filter's middle, about 32 moments of the slower rate, and as much of the end
 * is cut.
 * Sounds of the same rate go through the filter too.
 */
export function resampleSound(where: string, sound: Sound, rate: number): Sound {
  const { samplingRate, channels, frames } = sound;
  if (Math.max(rate / samplingRate, samplingRate / rate) > MOST_RATIO) {
    throw new FormatError({
      where,
      what: 'the sampling rate is too far from the one that is wanted',
      expected: `a rate of at most ${MOST_RATIO} times, and at least a ${MOST_RATIO}th of, ${rate}`,
      received: String(samplingRate),
      fix: 'the file may be damaged: replace it, or give another samplingRate',
    });
  }
  const resampler = resamplerOf(samplingRate, rate);
  const results = Math.floor((frames * rate) / samplingRate);
  const samples = new Float32Array(results * channels);
  const filters: (Float64Array | undefined)[] = [];
  for (let result = 0; result < results; result++) {
    const place = result * resampler.step;
    const phase = place % resampler.phases;
    const filter = filters[phase] ?? filterOf(resampler, phase);
    filters[phase] = filter;
    const last = (place - phase) / resampler.phases;
    for (let channel = 0; channel < channels; channel++) {
      samples[result * channels + channel] = filtered(sound, channel, last, filter);
    }
  }
  return { samplingRate: rate, channels, frames: results, samples };
}

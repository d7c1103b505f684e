// STFT: kernels that compute a short-time Fourier transform by convolution. Formula: Keras 3;
// windows: Harris, "On the use of windows for harmonic analysis" (1978).
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError, ShapeError, unknownName } from '../core/errors.js';
import type { PlainConfig } from '../core/serialized.js';
import { formatShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { Initializer } from './initializer.js';

/** Value of a window at `phase`, which runs from 0 to 1. */
type Window = (phase: number) => number;

/** a0 − a1 cos 2πp + a2 cos 4πp − ... */
function cosines(...factors: readonly number[]): Window {
  return (phase) =>
    factors.reduce(
      (sum, factor, k) => sum + (-1) ** k * factor * Math.cos(2 * Math.PI * k * phase),
      0,
    );
}

const WINDOWS: Readonly<Record<string, Window>> = {
  hann: cosines(0.5, 0.5),
  hamming: cosines(0.54, 0.46),
  blackman: cosines(0.42, 0.5, 0.08),
  nuttall: cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  bartlett: (phase) => 1 - Math.abs(2 * phase - 1),
  boxcar: () => 1,
};

/** The names of the windows. */
export type WindowName =
  | 'hann'
  | 'hamming'
  | 'blackman'
  | 'nuttall'
  | 'blackmanharris'
  | 'flattop'
  | 'bartlett'
  | 'boxcar';

/** Options of {@link STFT}. */
export interface STFTOptions {
  /** Which part of the complex numbers; default `real`. */
  readonly side?: 'real' | 'imag';
  /** A window by name, its values, or null for none; default `hann`. */
  readonly window?: WindowName | (string & {}) | readonly number[] | null;
  /** Divide by the window's L2 norm (`density`, the default), its sum (`spectrum`), or nothing. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether the window goes on where it ends; default false. */
  readonly periodic?: boolean;
}

function named(name: string): Window {
  const found = Object.hasOwn(WINDOWS, name) ? WINDOWS[name] : undefined;
  if (found !== undefined) return found;

  throw unknownName('window', name, Object.keys(WINDOWS), 'STFT');
}

/** Cosine and sine kernels of shape `[frame length, 1, frequencies]`, for `STFTSpectrogram`. */
export class STFT extends Initializer {
  static readonly className = 'STFT';
  static override readonly optionNames: KnownOptions = {
    side: true,
    window: true,
    scaling: true,
    periodic: true,
  } satisfies OptionNames<STFTOptions>;
  readonly side: 'real' | 'imag';
  readonly window: string | readonly number[] | null;
  readonly scaling: 'density' | 'spectrum' | null;
  readonly periodic: boolean;

  constructor(options: STFTOptions = {}) {
    super(options);
    const { side = 'real', window = 'hann', scaling = 'density', periodic = false } = options;
    const wrong =
      side !== 'real' && side !== 'imag'
        ? side
        : scaling !== null && scaling !== 'density' && scaling !== 'spectrum'
          ? scaling
          : undefined;
    if (wrong !== undefined) {
      throw new ArgumentError({
        where: 'STFT',
        what: 'an option has a value that there is not',
        expected: "side 'real' or 'imag', scaling 'density', 'spectrum' or null",
        received: String(wrong),
        fix: 'leave the option out for its default',
      });
    }
    if (typeof window === 'string') named(window);
    this.side = side;
    this.window = window;
    this.scaling = scaling;
    this.periodic = periodic;
  }

  override initialize(shape: Shape, dtype: DType): Tensor {
    const [length = 0, channels, frequencies = 0] = shape;
    if (shape.length !== 3 || channels !== 1) {
      throw new ShapeError({
        where: 'STFT',
        what: 'the weight has a shape that no transform has',
        expected: '[frame length, 1, frequencies]',
        received: formatShape(shape),
        fix: 'use it for the kernel of a Conv1D over one channel',
      });
    }
    const window = this.#windowValues(length);
    const wave = this.side === 'real' ? Math.cos : Math.sin;
    const scale = this.#scale(window);
    const step = (-2 * Math.PI) / ((frequencies - 1) * 2);
    const values = new Float64Array(length * frequencies);
    for (let time = 0; time < length; time++) {
      for (let frequency = 0; frequency < frequencies; frequency++) {
        const value = wave(step * time * frequency) * (window?.[time] ?? 1);
        values[time * frequencies + frequency] = value / scale;
      }
    }
    return currentEngine().write({ shape, dtype }, values);
  }

  #windowValues(length: number): readonly number[] | undefined {
    const { window, periodic } = this;
    if (window === null) return undefined;
    if (typeof window === 'string') {
      const value = named(window);
      const last = periodic ? length : length - 1;
      return Array.from({ length }, (_, at) => (length === 1 ? 1 : value(at / last)));
    }
    if (window.length === length) return window;
    throw new ShapeError({
      where: 'STFT',
      what: 'the window has not the length of a frame',
      expected: `${length} values`,
      received: `${window.length}`,
      fix: 'give one value for each sample of a frame',
    });
  }

  #scale(window: readonly number[] | undefined): number {
    if (window === undefined) return 1;
    if (this.scaling === 'density') return Math.hypot(...window);
    if (this.scaling === null) return 1;
    return window.reduce((sum, value) => sum + Math.abs(value), 0);
  }

  override getConfig(): PlainConfig {
    const { side, window, periodic, scaling } = this;
    return { side, window, periodic, scaling };
  }
}

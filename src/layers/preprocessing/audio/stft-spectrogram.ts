// STFTSpectrogram: spectra of overlapping pieces of signals, as a convolution with waves that
// training may change.
import { currentEpsilon } from '../../../core/epsilon.js';
import { ArgumentError, unknownName } from '../../../core/errors.js';
import { at } from '../../../core/sequence.js';
import type { Tensor } from '../../../core/tensor.js';
import { STFT, type STFTOptions } from '../../../initializers/stft.js';
import {
  add,
  atan2,
  concat,
  conv1d,
  log,
  maximum,
  pad,
  reshape,
  sqrt,
  square,
  transpose,
} from '../../../ops/index.js';
import { sliceAxis } from '../../../ops/slicing.js';
import { type DataFormat, dataFormatOf, paddingOf } from '../../data-format.js';
import { Layer } from '../../layer.js';
import { type LayerOptions, positive, withDefaults } from '../../options.js';
import type { Weight } from '../../weight.js';

const MODES = ['log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft'] as const;

/** What comes out of {@link STFTSpectrogram}. */
export type SpectrogramMode = (typeof MODES)[number];

/** Options of {@link STFTSpectrogram}. */
export interface STFTSpectrogramOptions extends LayerOptions {
  /** Logarithms, magnitudes, power density, parts, angles, or both parts. Default `log`. */
  readonly mode?: SpectrogramMode;
  /** Steps of a piece. Default 256. */
  readonly frameLength?: number;
  /** Steps from one piece to the next. Default: half a piece. */
  readonly frameStep?: number | null;
  /** Steps of a transform, at least a piece. Default: the next power of 2. */
  readonly fftLength?: number | null;
  /** What pieces are weighted with. Default `hann`. */
  readonly window?: STFTOptions['window'];
  /** Whether the window goes on where it ends. Default false. */
  readonly periodic?: boolean;
  /** Default `density`. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** `valid` (default) or `same`. */
  readonly padding?: 'valid' | 'same';
  /** Whether frequencies get an axis of their own. Default false. */
  readonly expandDims?: boolean;
  /** Where the channels stand. Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
}

function configOf(options: STFTSpectrogramOptions) {
  const where = 'STFTSpectrogram';
  const defaults: Required<Omit<STFTSpectrogramOptions, keyof LayerOptions>> = {
    mode: 'log',
    frameLength: 256,
    frameStep: null,
    fftLength: null,
    window: 'hann',
    periodic: false,
    scaling: 'density',
    padding: 'valid',
    expandDims: false,
    dataFormat: null,
  };
  const config = withDefaults(where, defaults, [], options);
  const { frameLength, frameStep, fftLength, mode } = config;
  positive(where, 'frameLength', frameLength);
  if (!MODES.some((known) => known === mode)) throw unknownName('mode', mode, MODES, where);
  const stepFits = frameStep === null || (frameStep >= 1 && frameStep <= frameLength);
  if (!stepFits || (fftLength !== null && fftLength < frameLength)) {
    throw new ArgumentError({
      where,
      what: 'the lengths do not fit together',
      expected: 'frameStep from 1 to frameLength, fftLength of at least frameLength',
      received: JSON.stringify({ frameLength, frameStep, fftLength }),
      fix: 'leave frameStep and fftLength out',
    });
  }
  paddingOf(where, config.padding);
  return { ...config, dataFormat: dataFormatOf(where, config.dataFormat) };
}

/**
 * Short-time Fourier transforms of signals `[n, time, channels]`: `[n, pieces, channels *
 * frequencies]`, or `[n, pieces, frequencies, channels]` with `expandDims`. The waves are weights,
 * which training changes unless `trainable` is false.
 *
 * @throws ArgumentError for lengths that do not fit together.
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [100, 1] });
 * console.log(layers.stftSpectrogram({ frameLength: 16 }).apply(x).shape); // [ null, 11, 9 ]
 * ```
 */
export class STFTSpectrogram extends Layer<ReturnType<typeof configOf>> {
  static readonly className = 'STFTSpectrogram';
  static readonly kerasModule = 'keras.layers';
  private realKernel: Weight | undefined;
  private imagKernel: Weight | undefined;

  constructor(options: STFTSpectrogramOptions = {}) {
    super(configOf(options));
    this.inputSpec = { rank: 3 };
  }

  protected override build(): void {
    const { mode, frameLength, fftLength, window, scaling, periodic } = this.config;
    const length = fftLength ?? 2 ** Math.ceil(Math.log2(frameLength));
    const shape = [frameLength, 1, Math.floor(length / 2) + 1];
    const kernel = (side: 'real' | 'imag'): Weight => {
      const initializer = new STFT({ side, window: window ?? null, scaling, periodic });
      return this.weight(`${side}_kernel`, shape, { initializer });
    };
    if (mode !== 'imag') this.realKernel = kernel('real');
    if (mode !== 'real') this.imagKernel = kernel('imag');
  }

  /** Both parts, or one: `[n, channels, pieces, frequencies]`. */
  #part(signals: Tensor, kernel: Weight | undefined): Tensor | undefined {
    if (kernel === undefined) return undefined;
    const { frameLength, frameStep, padding } = this.config;
    const [n, channels, time] = [at(signals.shape, 0), at(signals.shape, 1), at(signals.shape, 2)];
    const stride = frameStep ?? Math.floor(frameLength / 2);
    const flat = reshape(signals, [n * channels, time, 1]);
    const found = conv1d(flat, kernel.value, { strides: stride, padding });
    return reshape(found, [n, channels, at(found.shape, 1), at(found.shape, 2)]);
  }

  protected override call(x: Tensor): Tensor {
    const signals = this.config.dataFormat === 'channels_first' ? x : transpose(x, [0, 2, 1]);
    const real = this.#part(signals, this.realKernel);
    const imag = this.#part(signals, this.imagKernel);
    return this.#arranged(this.#joined(real, imag));
  }

  #joined(real: Tensor | undefined, imag: Tensor | undefined): Tensor {
    const { mode } = this.config;
    if (real === undefined || imag === undefined)
      return at(
        [real ?? imag].flatMap((t) => t ?? []),
        0,
      );
    if (mode === 'angle') return atan2(imag, real);
    if (mode === 'stft') return concat([real, imag], 3);
    const power = add(square(real), square(imag));
    if (mode === 'psd') {
      const inner = sliceAxis(power, 3, 1, at(power.shape, 3) - 2);
      return add(
        power,
        pad(inner, [
          [0, 0],
          [0, 0],
          [0, 0],
          [1, 1],
        ]),
      );
    }
    const size = sqrt(maximum(power, currentEpsilon()));
    return mode === 'magnitude' ? size : log(maximum(size, currentEpsilon()));
  }

  /** `[n, channels, pieces, frequencies]` in the form that was asked for. */
  #arranged(found: Tensor): Tensor {
    const { dataFormat, expandDims } = this.config;
    const [n, channels, pieces, bins] = found.shape;
    const first = dataFormat === 'channels_first';
    if (expandDims) return first ? found : transpose(found, [0, 2, 3, 1]);
    const width = (channels ?? 1) * (bins ?? 1);
    if (!first) return reshape(transpose(found, [0, 2, 1, 3]), [n ?? 1, pieces ?? 1, width]);
    return reshape(transpose(found, [0, 1, 3, 2]), [n ?? 1, width, pieces ?? 1]);
  }
}

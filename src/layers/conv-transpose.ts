// Transposed convolutions: what a convolution's gradient does, to make maps larger.
import { type Activation, get as getActivation } from '../activations/index.js';
import { ArgumentError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { add } from '../ops/index.js';
import { required } from './built.js';
import { notBoth } from './conv.js';
import { convolveTransposed } from './convolve.js';
import {
  channelAxis,
  type DataFormat,
  dataFormatOf,
  paddingOf,
  type Window,
  windowOf,
  withChannelsLast,
} from './data-format.js';
import {
  biasSettings,
  KERNEL_DEFAULTS,
  type KernelOptions,
  kernelSettings,
} from './kernel-options.js';
import { knownSize } from './known-size.js';
import { Layer } from './layer.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends KernelOptions {
  /** Size of the channel axis of the output. */
  readonly filters: number;
  /** Size of the window: one number, or one for each axis of space. */
  readonly kernelSize: Window;
  /** How many times larger the output is. Default 1. */
  readonly strides?: Window;
  /** `valid` (default) or `same`. */
  readonly padding?: string;
  /** Cells added at the end, fewer than the strides. Default null: those that Keras chooses. */
  readonly outputPadding?: Window | null;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the cells that one value is spread over. Default 1. */
  readonly dilationRate?: Window;
}

const DEFAULTS: DefaultsOf<ConvTransposeOptions, 'filters' | 'kernelSize'> = {
  strides: 1,
  padding: 'valid',
  dataFormat: null,
  dilationRate: 1,
  ...KERNEL_DEFAULTS,
  activityRegularizer: null,
  outputPadding: null,
};

function transposeConfig(
  className: string,
  rank: number,
  options: ConvTransposeOptions,
): Resolved<ConvTransposeOptions> {
  const config = withDefaults(className, DEFAULTS, ['filters', 'kernelSize'], options);
  const strides = windowOf(className, 'strides', config.strides, rank);
  const dilationRate = windowOf(className, 'dilationRate', config.dilationRate, rank);
  positive(className, 'filters', config.filters);
  notBoth(className, strides, dilationRate);
  const given = config.outputPadding;
  const outputPadding =
    given === null ? null : windowOf(className, 'outputPadding', given, rank, 0);
  for (const [axis, extra] of (outputPadding ?? []).entries()) {
    if (extra < (strides[axis] ?? 1)) continue;
    throw new ArgumentError({
      where: className,
      what: 'outputPadding must be smaller than strides',
      received: `outputPadding ${extra}, strides ${strides[axis] ?? 1}`,
      fix: 'make outputPadding smaller or strides larger',
    });
  }
  return {
    ...config,
    kernelSize: windowOf(className, 'kernelSize', config.kernelSize, rank),
    strides,
    dilationRate,
    outputPadding,
    padding: paddingOf(className, config.padding),
    dataFormat: dataFormatOf(className, config.dataFormat),
  };
}

/** What the three transposed convolutions share. */
abstract class ConvTranspose extends Layer<Resolved<ConvTransposeOptions>> {
  readonly #rank: number;
  readonly #activation: Activation;
  private kernel: Weight | undefined;
  private bias: Weight | undefined;

  constructor(className: string, rank: number, options: ConvTransposeOptions) {
    super(transposeConfig(className, rank, options));
    this.#rank = rank;
    this.#activation = getActivation(this.config.activation);
    this.inputSpec = { rank: rank + 2 };
  }

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const axis = channelAxis(config.dataFormat);
    const channels = knownSize(inputShape, axis);
    const window = windowOf('ConvTranspose', 'kernelSize', config.kernelSize, this.#rank);
    const shape = [...window, config.filters, channels];
    this.kernel = this.weight('kernel', shape, kernelSettings(config));
    if (config.useBias) this.bias = this.weight('bias', [config.filters], biasSettings(config));
    this.inputSpec = { rank: this.#rank + 2, axes: { [axis]: channels } };
  }

  protected override call(x: Tensor): Tensor {
    const { strides, dilationRate, outputPadding, padding, dataFormat } = this.config;
    const linear = withChannelsLast(x, dataFormat, (last) => {
      const y = convolveTransposed(last, required(this.kernel).value, {
        strides,
        dilation: dilationRate,
        outputPadding,
        padding: padding === 'same' ? 'same' : 'valid',
      });
      return this.bias === undefined ? y : add(y, this.bias.value);
    });
    return this.#activation(linear);
  }
}

/**
 * Transposed convolution over time: `[batch, steps, channels]` becomes `[batch, more, filters]`.
 * Weights: kernel `[size, filters, channels]`, bias `[filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [10, 2] });
 * console.log(layers.conv1dTranspose({ filters: 8, kernelSize: 3 }).apply(x).shape); // [ null, 12, 8 ]
 * ```
 */
export class Conv1DTranspose extends ConvTranspose {
  static readonly className = 'Conv1DTranspose';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvTransposeOptions) {
    super('Conv1DTranspose', 1, options);
  }
}

/**
 * Transposed convolution over images. Weights: kernel `[rows, columns, filters, channels]`, bias
 * `[filters]`. With `same` padding the output is `strides` times as large as the input.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [7, 7, 4] });
 * const up = layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' });
 * console.log(up.apply(x).shape); // [ null, 14, 14, 2 ]
 * ```
 */
export class Conv2DTranspose extends ConvTranspose {
  static readonly className = 'Conv2DTranspose';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvTransposeOptions) {
    super('Conv2DTranspose', 2, options);
  }
}

/**
 * Transposed convolution over volumes. Weights: kernel `[depth, rows, columns, filters, channels]`,
 * bias `[filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4, 4, 4, 1] });
 * console.log(layers.conv3dTranspose({ filters: 8, kernelSize: 2 }).apply(x).shape); // [ null, 5, 5, 5, 8 ]
 * ```
 */
export class Conv3DTranspose extends ConvTranspose {
  static readonly className = 'Conv3DTranspose';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvTransposeOptions) {
    super('Conv3DTranspose', 3, options);
  }
}

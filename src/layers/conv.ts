// Convolutions: Conv1D, Conv2D, Conv3D. A learnt kernel slides over the axes of space.
import { type Activation, get as getActivation } from '../activations/index.js';
import { ArgumentError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { add } from '../ops/index.js';
import { required } from './built.js';
import { convolve } from './convolve.js';
import {
  channelAxis,
  type DataFormat,
  dataFormatOf,
  type Padding,
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

/** Options of convolutions. */
export interface ConvOptions extends KernelOptions {
  /** Size of the channel axis of the output. */
  readonly filters: number;
  /** Size of the window: one number, or one for each axis of space. */
  readonly kernelSize: Window;
  /** Steps of the window. Default 1. */
  readonly strides?: Window;
  /** `valid` (default), `same`, or for Conv1D `causal`. */
  readonly padding?: string;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the values that one window sees. Default 1. */
  readonly dilationRate?: Window;
  /** Into how many groups the channels are split. Default 1. */
  readonly groups?: number;
}

const DEFAULTS: DefaultsOf<ConvOptions, 'filters' | 'kernelSize'> = {
  strides: 1,
  padding: 'valid',
  dataFormat: null,
  dilationRate: 1,
  groups: 1,
  ...KERNEL_DEFAULTS,
  activityRegularizer: null,
};

/** Throws where a window both skips and spreads, which no convolution here does. */
export function notBoth(
  where: string,
  strides: readonly number[],
  dilation: readonly number[],
): void {
  const skips = strides.some((step) => step > 1);
  if (!skips || dilation.every((step) => step === 1)) return;
  throw new ArgumentError({
    where,
    what: 'strides and dilationRate cannot both be above 1',
    received: `strides [${strides.join(', ')}], dilationRate [${dilation.join(', ')}]`,
    fix: 'set one of the two to 1',
  });
}

function convConfig(className: string, rank: number, options: ConvOptions): Resolved<ConvOptions> {
  const config = withDefaults(className, DEFAULTS, ['filters', 'kernelSize'], options);
  const strides = windowOf(className, 'strides', config.strides, rank);
  const dilationRate = windowOf(className, 'dilationRate', config.dilationRate, rank);
  positive(className, 'filters', config.filters);
  positive(className, 'groups', config.groups);
  notBoth(className, strides, dilationRate);
  if (config.filters % config.groups !== 0) {
    throw new ArgumentError({
      where: className,
      what: 'the filters do not divide into the groups',
      expected: `a multiple of ${config.groups}`,
      received: String(config.filters),
      fix: 'choose a number of groups that divides the filters',
    });
  }
  return {
    ...config,
    kernelSize: windowOf(className, 'kernelSize', config.kernelSize, rank),
    strides,
    dilationRate,
    padding: paddingOf(className, config.padding, rank === 1),
    dataFormat: dataFormatOf(className, config.dataFormat),
  };
}

/** What the three convolutions share. */
abstract class Conv extends Layer<Resolved<ConvOptions>> {
  readonly #rank: number;
  readonly #activation: Activation;
  readonly #padding: Padding;
  private kernel: Weight | undefined;
  private bias: Weight | undefined;

  constructor(className: string, rank: number, options: ConvOptions) {
    super(convConfig(className, rank, options));
    this.#rank = rank;
    this.#activation = getActivation(this.config.activation);
    this.#padding = paddingOf(className, this.config.padding, rank === 1);
    this.inputSpec = { rank: rank + 2 };
  }

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const axis = channelAxis(config.dataFormat);
    const channels = knownSize(inputShape, axis);
    if (channels % config.groups !== 0) {
      throw new ArgumentError({
        what: 'the input channels do not divide into the groups',
        expected: `a multiple of ${config.groups} channels`,
        received: String(channels),
        fix: 'choose a number of groups that divides the channels',
      });
    }
    const window = windowOf('Conv', 'kernelSize', config.kernelSize, this.#rank);
    const shape = [...window, channels / config.groups, config.filters];
    this.kernel = this.weight('kernel', shape, kernelSettings(config));
    if (config.useBias) this.bias = this.weight('bias', [config.filters], biasSettings(config));
    this.inputSpec = { rank: this.#rank + 2, axes: { [axis]: channels } };
  }

  protected override call(x: Tensor): Tensor {
    const { strides, dilationRate, groups, dataFormat } = this.config;
    const kernel = required(this.kernel).value;
    const linear = withChannelsLast(x, dataFormat, (last) => {
      const moves = { strides, dilation: dilationRate, groups, padding: this.#padding };
      const y = convolve(last, kernel, moves);
      return this.bias === undefined ? y : add(y, this.bias.value);
    });
    return this.#activation(linear);
  }
}

/**
 * Convolution over time: `[batch, steps, channels]` becomes `[batch, new steps, filters]`.
 * Weights: kernel `[size, channels / groups, filters]`, bias `[filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [10, 2] });
 * console.log(layers.conv1d({ filters: 8, kernelSize: 3 }).apply(x).shape); // [ null, 8, 8 ]
 * ```
 */
export class Conv1D extends Conv {
  static readonly className = 'Conv1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvOptions) {
    super('Conv1D', 1, options);
  }
}

/**
 * Convolution over images: `[batch, rows, columns, channels]` becomes
 * `[batch, new rows, new columns, filters]`.
 * Weights: kernel `[rows, columns, channels / groups, filters]`, bias `[filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const image = layers.input({ shape: [28, 28, 1] });
 * console.log(layers.conv2d({ filters: 8, kernelSize: 3 }).apply(image).shape); // [ null, 26, 26, 8 ]
 * ```
 */
export class Conv2D extends Conv {
  static readonly className = 'Conv2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvOptions) {
    super('Conv2D', 2, options);
  }
}

/**
 * Convolution over volumes: `[batch, depth, rows, columns, channels]` becomes
 * `[batch, new depth, new rows, new columns, filters]`.
 * Weights: kernel `[depth, rows, columns, channels / groups, filters]`, bias `[filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [9, 9, 9, 1] });
 * console.log(layers.conv3d({ filters: 8, kernelSize: 3 }).apply(x).shape); // [ null, 7, 7, 7, 8 ]
 * ```
 */
export class Conv3D extends Conv {
  static readonly className = 'Conv3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvOptions) {
    super('Conv3D', 3, options);
  }
}

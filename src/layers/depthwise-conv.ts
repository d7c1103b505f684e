// Convolutions that treat each channel on its own: DepthwiseConv, and SeparableConv, which mixes
// the channels afterwards with a kernel of size 1.
import { type Activation, get as getActivation } from '../activations/index.js';
import type { ConstraintLike } from '../constraints/index.js';
import type { Tensor } from '../core/tensor.js';
import type { InitializerLike } from '../initializers/index.js';
import { add } from '../ops/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import { required } from './built.js';
import { notBoth } from './conv.js';
import { convolve, convolveDepthwise } from './convolve.js';
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
import { BIAS_DEFAULTS, type BiasOptions, biasSettings } from './kernel-options.js';
import { knownSize } from './known-size.js';
import { Layer } from './layer.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of convolutions that treat each channel on its own. */
export interface DepthwiseConvOptions extends BiasOptions {
  /** Size of the window: one number, or one for each axis of space. */
  readonly kernelSize: Window;
  /** Steps of the window. Default 1. */
  readonly strides?: Window;
  /** `valid` (default), `same`, or over time `causal`. */
  readonly padding?: string;
  /** Outputs for each input channel. Default 1. */
  readonly depthMultiplier?: number;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the values that one window sees. Default 1. */
  readonly dilationRate?: Window;
  /** Default `glorotUniform`. */
  readonly depthwiseInitializer?: InitializerLike;
  /** Default none. */
  readonly depthwiseRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly depthwiseConstraint?: ConstraintLike | null;
}

/** Options of {@link SeparableConv1D} and {@link SeparableConv2D}. */
export interface SeparableConvOptions extends DepthwiseConvOptions {
  /** Size of the channel axis of the output. */
  readonly filters: number;
  /** Default `glorotUniform`. */
  readonly pointwiseInitializer?: InitializerLike;
  /** Default none. */
  readonly pointwiseRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly pointwiseConstraint?: ConstraintLike | null;
}

const DEPTHWISE: DefaultsOf<DepthwiseConvOptions, 'kernelSize'> = {
  strides: 1,
  padding: 'valid',
  depthMultiplier: 1,
  dataFormat: null,
  dilationRate: 1,
  ...BIAS_DEFAULTS,
  depthwiseInitializer: 'glorotUniform',
  depthwiseRegularizer: null,
  depthwiseConstraint: null,
  activityRegularizer: null,
};

const SEPARABLE: DefaultsOf<SeparableConvOptions, 'kernelSize' | 'filters'> = {
  ...DEPTHWISE,
  pointwiseInitializer: 'glorotUniform',
  pointwiseRegularizer: null,
  pointwiseConstraint: null,
};

function checked<Config extends Resolved<DepthwiseConvOptions>>(
  className: string,
  rank: number,
  config: Config,
): Config {
  const strides = windowOf(className, 'strides', config.strides, rank);
  const dilationRate = windowOf(className, 'dilationRate', config.dilationRate, rank);
  positive(className, 'depthMultiplier', config.depthMultiplier);
  notBoth(className, strides, dilationRate);
  return {
    ...config,
    kernelSize: windowOf(className, 'kernelSize', config.kernelSize, rank),
    strides,
    dilationRate,
    padding: paddingOf(className, config.padding, rank === 1),
    dataFormat: dataFormatOf(className, config.dataFormat),
  };
}

/** The depthwise kernel, the window's path over the input, and the end of the layer. */
abstract class ByChannel<Config extends Resolved<DepthwiseConvOptions>> extends Layer<Config> {
  protected readonly space: number;
  protected readonly activation: Activation;
  protected readonly padding: Padding;
  private kernel: Weight | undefined;
  protected bias: Weight | undefined;

  constructor(space: number, config: Config) {
    super(config);
    this.space = space;
    this.activation = getActivation(config.activation);
    this.padding = paddingOf('DepthwiseConv', config.padding, space === 1);
    this.inputSpec = { rank: space + 2 };
  }

  /** Makes the depthwise kernel and returns how many channels it gives. */
  protected buildDepthwise(name: string, inputShape: PartialShape): number {
    const { config } = this;
    const axis = channelAxis(config.dataFormat);
    const channels = knownSize(inputShape, axis);
    const window = windowOf('DepthwiseConv', 'kernelSize', config.kernelSize, this.space);
    this.kernel = this.weight(name, [...window, channels, config.depthMultiplier], {
      initializer: config.depthwiseInitializer,
      regularizer: config.depthwiseRegularizer,
      constraint: config.depthwiseConstraint,
    });
    this.inputSpec = { rank: this.space + 2, axes: { [axis]: channels } };
    return channels * config.depthMultiplier;
  }

  protected buildBias(size: number): void {
    if (this.config.useBias) this.bias = this.weight('bias', [size], biasSettings(this.config));
  }

  protected depthwise(x: Tensor): Tensor {
    const { strides, dilationRate } = this.config;
    return convolveDepthwise(x, required(this.kernel).value, {
      strides,
      dilation: dilationRate,
      padding: this.padding,
    });
  }

  protected withBias(y: Tensor): Tensor {
    return this.bias === undefined ? y : add(y, this.bias.value);
  }
}

/** What the two depthwise convolutions share. */
abstract class DepthwiseConv extends ByChannel<Resolved<DepthwiseConvOptions>> {
  constructor(className: string, rank: number, options: DepthwiseConvOptions) {
    super(
      rank,
      checked(className, rank, withDefaults(className, DEPTHWISE, ['kernelSize'], options)),
    );
  }

  protected override build(inputShape: PartialShape): void {
    this.buildBias(this.buildDepthwise('kernel', inputShape));
  }

  protected override call(x: Tensor): Tensor {
    const { dataFormat } = this.config;
    const body = (last: Tensor): Tensor => this.withBias(this.depthwise(last));
    return this.activation(withChannelsLast(x, dataFormat, body));
  }
}

/**
 * Each channel with a kernel of its own, over time. Weights: kernel `[size, channels, multiplier]`,
 * bias `[channels * multiplier]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [10, 2] });
 * console.log(layers.depthwiseConv1d({ kernelSize: 3 }).apply(x).shape); // [ null, 8, 2 ]
 * ```
 */
export class DepthwiseConv1D extends DepthwiseConv {
  static readonly className = 'DepthwiseConv1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: DepthwiseConvOptions) {
    super('DepthwiseConv1D', 1, options);
  }
}

/**
 * Each channel with a kernel of its own, over images. Weights: kernel
 * `[rows, columns, channels, multiplier]`, bias `[channels * multiplier]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [9, 9, 2] });
 * console.log(layers.depthwiseConv2d({ kernelSize: 3 }).apply(x).shape); // [ null, 7, 7, 2 ]
 * ```
 */
export class DepthwiseConv2D extends DepthwiseConv {
  static readonly className = 'DepthwiseConv2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: DepthwiseConvOptions) {
    super('DepthwiseConv2D', 2, options);
  }
}

/** What the two separable convolutions share. */
abstract class SeparableConv extends ByChannel<Resolved<SeparableConvOptions>> {
  private pointwise: Weight | undefined;

  constructor(className: string, rank: number, options: SeparableConvOptions) {
    const config = withDefaults(className, SEPARABLE, ['filters', 'kernelSize'], options);
    positive(className, 'filters', config.filters);
    super(rank, checked<Resolved<SeparableConvOptions>>(className, rank, config));
  }

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const middle = this.buildDepthwise('depthwise_kernel', inputShape);
    const ones = new Array<number>(this.space).fill(1);
    this.pointwise = this.weight('pointwise_kernel', [...ones, middle, config.filters], {
      initializer: config.pointwiseInitializer,
      regularizer: config.pointwiseRegularizer,
      constraint: config.pointwiseConstraint,
    });
    this.buildBias(config.filters);
  }

  protected override call(x: Tensor): Tensor {
    const mix = (y: Tensor): Tensor => {
      const ones = new Array<number>(this.space).fill(1);
      const settings = { strides: ones, dilation: ones, groups: 1, padding: 'valid' as const };
      return convolve(y, required(this.pointwise).value, settings);
    };
    const body = (last: Tensor): Tensor => this.withBias(mix(this.depthwise(last)));
    return this.activation(withChannelsLast(x, this.config.dataFormat, body));
  }
}

/**
 * A depthwise convolution over time, then a mix of its channels. Weights: depthwise_kernel
 * `[size, channels, multiplier]`, pointwise_kernel `[1, channels * multiplier, filters]`, bias.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [10, 2] });
 * console.log(layers.separableConv1d({ filters: 8, kernelSize: 3 }).apply(x).shape); // [ null, 8, 8 ]
 * ```
 */
export class SeparableConv1D extends SeparableConv {
  static readonly className = 'SeparableConv1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: SeparableConvOptions) {
    super('SeparableConv1D', 1, options);
  }
}

/**
 * A depthwise convolution over images, then a mix of its channels (Chollet 2016). Weights:
 * depthwise_kernel `[rows, columns, channels, multiplier]`, pointwise_kernel
 * `[1, 1, channels * multiplier, filters]`, bias `[filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [9, 9, 2] });
 * console.log(layers.separableConv2d({ filters: 8, kernelSize: 3 }).apply(x).shape); // [ null, 7, 7, 8 ]
 * ```
 */
export class SeparableConv2D extends SeparableConv {
  static readonly className = 'SeparableConv2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: SeparableConvOptions) {
    super('SeparableConv2D', 2, options);
  }
}

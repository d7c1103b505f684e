// Convolutions that treat each channel on its own: DepthwiseConv, and SeparableConv, which mixes
// the channels afterwards with a kernel of size 1.
import type { ConstraintLike } from '../constraints/index.js';
import type { Tensor } from '../core/tensor.js';
import type { InitializerLike } from '../initializers/index.js';
import { conv, depthwiseConv } from '../ops/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import { required } from './built.js';
import {
  CONV_WINDOW_DEFAULTS,
  ConvLayer,
  type ConvWindowOptions,
  type Windowed,
  withWindow,
} from './conv-layer.js';
import { BIAS_DEFAULTS, type BiasOptions } from './kernel-options.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from './options.js';
import type { Weight } from './weight.js';

/** Options of convolutions that treat each channel on its own. */
export interface DepthwiseConvOptions extends BiasOptions, ConvWindowOptions {
  /** Outputs for each input channel. Default 1. */
  readonly depthMultiplier?: number;
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
  ...CONV_WINDOW_DEFAULTS,
  depthMultiplier: 1,
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

/** A kernel for each channel. */
abstract class ByChannel<Options extends DepthwiseConvOptions> extends ConvLayer<
  Windowed<Resolved<Options>>
> {
  private kernel: Weight | undefined;

  constructor(className: string, space: number, config: Resolved<Options>) {
    positive(className, 'depthMultiplier', config.depthMultiplier);
    super(space, withWindow(className, space, config, space === 1));
  }

  /** Makes the depthwise kernel and returns how many channels it gives. */
  protected makeDepthwise(name: string, channels: number): number {
    const { config } = this;
    this.kernel = this.weight(name, [...config.kernelSize, channels, config.depthMultiplier], {
      initializer: config.depthwiseInitializer,
      regularizer: config.depthwiseRegularizer,
      constraint: config.depthwiseConstraint,
    });
    return channels * config.depthMultiplier;
  }

  protected override convolve(x: Tensor): Tensor {
    const { strides, dilationRate: dilation, padding } = this.config;
    return depthwiseConv(x, required(this.kernel).value, { strides, dilation, padding });
  }
}

/** What the two depthwise convolutions share. */
abstract class DepthwiseConv extends ByChannel<DepthwiseConvOptions> {
  constructor(className: string, space: number, options: DepthwiseConvOptions) {
    super(className, space, withDefaults(className, DEPTHWISE, ['kernelSize'], options));
  }

  protected override makeKernels(channels: number): number {
    return this.makeDepthwise('kernel', channels);
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
abstract class SeparableConv extends ByChannel<SeparableConvOptions> {
  private pointwise: Weight | undefined;

  constructor(className: string, space: number, options: SeparableConvOptions) {
    const config = withDefaults(className, SEPARABLE, ['filters', 'kernelSize'], options);
    positive(className, 'filters', config.filters);
    super(className, space, config);
  }

  protected override makeKernels(channels: number): number {
    const { config } = this;
    const middle = this.makeDepthwise('depthwise_kernel', channels);
    const ones = config.kernelSize.map(() => 1);
    this.pointwise = this.weight('pointwise_kernel', [...ones, middle, config.filters], {
      initializer: config.pointwiseInitializer,
      regularizer: config.pointwiseRegularizer,
      constraint: config.pointwiseConstraint,
    });
    return config.filters;
  }

  protected override convolve(x: Tensor): Tensor {
    return conv(super.convolve(x), required(this.pointwise).value);
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

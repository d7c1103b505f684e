// Convolutions: Conv1D, Conv2D, Conv3D. A learnt kernel slides over the axes of space.
import { ArgumentError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { conv } from '../ops/index.js';
import { ADAPTABLE_DEFAULTS, type AdaptableOptions } from './adaptable.js';
import {
  CONV_WINDOW_DEFAULTS,
  ConvLayer,
  type ConvWindowOptions,
  type Windowed,
  withWindow,
} from './conv-layer.js';
import { KERNEL_DEFAULTS, type KernelOptions, kernelSettings } from './kernel-options.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of convolutions. */
export interface ConvOptions extends KernelOptions, ConvWindowOptions, AdaptableOptions {
  /** Size of the channel axis of the output. */
  readonly filters: number;
  /** Into how many groups the channels are split. Default 1. */
  readonly groups?: number;
}

const DEFAULTS: DefaultsOf<ConvOptions, 'filters' | 'kernelSize'> = {
  ...CONV_WINDOW_DEFAULTS,
  groups: 1,
  ...KERNEL_DEFAULTS,
  ...ADAPTABLE_DEFAULTS,
  activityRegularizer: null,
};

type ConvConfig = Windowed<Resolved<ConvOptions>>;

function convConfig(className: string, space: number, options: ConvOptions): ConvConfig {
  const config = withDefaults(className, DEFAULTS, ['filters', 'kernelSize'], options);
  positive(className, 'filters', config.filters);
  positive(className, 'groups', config.groups);
  if (config.filters % config.groups !== 0) {
    throw new ArgumentError({
      where: className,
      what: 'the filters do not divide into the groups',
      expected: `a multiple of ${config.groups}`,
      received: String(config.filters),
      fix: 'choose a number of groups that divides the filters',
    });
  }
  return withWindow<Resolved<ConvOptions>>(className, space, config, space === 1);
}

/** What the three convolutions share. */
abstract class Conv extends ConvLayer<ConvConfig> {
  private kernel: Weight | undefined;

  constructor(className: string, space: number, options: ConvOptions) {
    super(space, convConfig(className, space, options));
  }

  protected override get adaptable(): Weight | undefined {
    return this.kernel;
  }

  protected override build(inputShape: PartialShape): void {
    super.build(inputShape);
    this.startLora(this.config.loraAlpha);
  }

  protected override makeKernels(channels: number): number {
    const { kernelSize, filters, groups } = this.config;
    if (channels % groups !== 0) {
      throw new ArgumentError({
        what: 'the input channels do not divide into the groups',
        expected: `a multiple of ${groups} channels`,
        received: String(channels),
        fix: 'choose a number of groups that divides the channels',
      });
    }
    const shape = [...kernelSize, channels / groups, filters];
    this.kernel = this.weight('kernel', shape, kernelSettings(this.config));
    return filters;
  }

  protected override convolve(x: Tensor): Tensor {
    const { strides, dilationRate: dilation, groups, padding } = this.config;
    return conv(x, this.adapted, { strides, dilation, groups, padding });
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

// Transposed convolutions: what a convolution's gradient does, to make maps larger.
import { ArgumentError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { convTranspose } from '../ops/index.js';
import { required } from './built.js';
import {
  CONV_WINDOW_DEFAULTS,
  ConvLayer,
  type ConvWindowOptions,
  type Windowed,
  withWindow,
} from './conv-layer.js';
import { type Window, windowOf } from './data-format.js';
import { KERNEL_DEFAULTS, type KernelOptions, kernelSettings } from './kernel-options.js';
import { type DefaultsOf, positive, type Resolved, withDefaults } from './options.js';
import type { Weight } from './weight.js';

/** Options of transposed convolutions. */
export interface ConvTransposeOptions extends KernelOptions, ConvWindowOptions {
  /** Size of the channel axis of the output. */
  readonly filters: number;
  /** How many times larger the output is. Default 1. */
  readonly strides?: Window;
  /** `valid` (default) or `same`. */
  readonly padding?: string;
  /** Cells added at the end, fewer than the strides. Default null: those that Keras chooses. */
  readonly outputPadding?: Window | null;
  /** Distance between the cells that one value is spread over. Default 1. */
  readonly dilationRate?: Window;
}

const DEFAULTS: DefaultsOf<ConvTransposeOptions, 'filters' | 'kernelSize'> = {
  ...CONV_WINDOW_DEFAULTS,
  ...KERNEL_DEFAULTS,
  activityRegularizer: null,
  outputPadding: null,
};

/** One number for each axis of space, each smaller than its stride. */
function outputPaddingOf(
  className: string,
  given: Window | null,
  strides: readonly number[],
): readonly number[] | null {
  if (given === null) return null;
  const padding = windowOf(className, 'outputPadding', given, strides.length, 0);
  for (const [axis, stride] of strides.entries()) {
    const extra = padding[axis] ?? 0;
    if (extra < stride) continue;
    throw new ArgumentError({
      where: className,
      what: 'outputPadding must be smaller than strides',
      received: `outputPadding ${extra}, strides ${stride}`,
      fix: 'make outputPadding smaller or strides larger',
    });
  }
  return padding;
}

type ConvTransposeConfig = Windowed<Resolved<ConvTransposeOptions>>;

function transposeConfig(
  className: string,
  space: number,
  options: ConvTransposeOptions,
): ConvTransposeConfig {
  const config = withDefaults(className, DEFAULTS, ['filters', 'kernelSize'], options);
  positive(className, 'filters', config.filters);
  const windowed = withWindow<Resolved<ConvTransposeOptions>>(className, space, config);
  const outputPadding = outputPaddingOf(className, config.outputPadding, windowed.strides);
  return { ...windowed, outputPadding };
}

/** What the three transposed convolutions share. */
abstract class ConvTranspose extends ConvLayer<ConvTransposeConfig> {
  private kernel: Weight | undefined;

  constructor(className: string, space: number, options: ConvTransposeOptions) {
    super(space, transposeConfig(className, space, options));
  }

  protected override makeKernels(channels: number): number {
    const { kernelSize, filters } = this.config;
    const shape = [...kernelSize, filters, channels];
    this.kernel = this.weight('kernel', shape, kernelSettings(this.config));
    return filters;
  }

  protected override convolve(x: Tensor): Tensor {
    const { strides, dilationRate: dilation, outputPadding } = this.config;
    const padding = this.config.padding === 'same' ? 'same' : 'valid';
    const settings = { strides, dilation, outputPadding, padding } as const;
    return convTranspose(x, required(this.kernel).value, settings);
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

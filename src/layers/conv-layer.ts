// What the convolution layers share: how a window moves, the bias and the activation behind it, and
// channels brought to the last axis. Which kernels a layer has and how they are used is its own.
import { type Activation, get as getActivation } from '../activations/index.js';
import { ArgumentError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { add } from '../ops/index.js';
import { AdaptableLayer } from './adaptable.js';
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
import { type BiasOptions, biasSettings } from './kernel-options.js';
import { knownSize } from './known-size.js';
import type { LayerOptions, Resolved } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** How the window of a convolution moves. */
export interface ConvWindowOptions extends LayerOptions {
  /** Size of the window: one number, or one for each axis of space. */
  readonly kernelSize: Window;
  /** Steps of the window. Default 1. */
  readonly strides?: Window;
  /** `valid` (default), `same`, or over time `causal`. */
  readonly padding?: string;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat | null;
  /** Distance between the values that one window sees. Default 1. */
  readonly dilationRate?: Window;
}

/** Defaults of {@link ConvWindowOptions}. */
export const CONV_WINDOW_DEFAULTS = {
  strides: 1,
  padding: 'valid',
  dataFormat: null,
  dilationRate: 1,
} as const;

/** The same, checked: lists with one number for each axis of space, and Keras's spellings. */
interface CheckedWindow {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: Padding;
  readonly dataFormat: 'channels_last' | 'channels_first';
}

/** A config whose window has been checked by {@link withWindow}. */
export type Windowed<Config> = Config & CheckedWindow;

/** Checks how a window moves over `space` axes; `causal` padding is refused unless it may be. */
export function withWindow<Config extends Resolved<ConvWindowOptions>>(
  className: string,
  space: number,
  config: Config,
  mayBeCausal = false,
): Windowed<Config> {
  const strides = windowOf(className, 'strides', config.strides, space);
  const dilationRate = windowOf(className, 'dilationRate', config.dilationRate, space);
  if (strides.some((step) => step > 1) && dilationRate.some((step) => step > 1)) {
    throw new ArgumentError({
      where: className,
      what: 'strides and dilationRate cannot both be above 1',
      received: `strides [${strides.join(', ')}], dilationRate [${dilationRate.join(', ')}]`,
      fix: 'set one of the two to 1',
    });
  }
  return {
    ...config,
    kernelSize: windowOf(className, 'kernelSize', config.kernelSize, space),
    strides,
    dilationRate,
    padding: paddingOf(className, config.padding, mayBeCausal),
    dataFormat: dataFormatOf(className, config.dataFormat),
  };
}

/** A layer that convolves, adds a bias and ends in an activation. */
export abstract class ConvLayer<
  Config extends Windowed<Resolved<ConvWindowOptions & BiasOptions>>,
> extends AdaptableLayer<Config> {
  readonly #space: number;
  readonly #activation: Activation;
  private bias: Weight | undefined;

  constructor(space: number, config: Config) {
    super(config);
    this.#space = space;
    this.#activation = getActivation(config.activation);
    this.inputSpec = { rank: space + 2 };
  }

  /** Makes the kernels for inputs of so many channels and returns how many the results have. */
  protected abstract makeKernels(channels: number): number;

  /** The convolution of `[batch, ...space, channels]`, without the bias. */
  protected abstract convolve(x: Tensor): Tensor;

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const axis = channelAxis(config.dataFormat);
    const channels = knownSize(inputShape, axis);
    const outputs = this.makeKernels(channels);
    if (config.useBias) this.bias = this.weight('bias', [outputs], biasSettings(config));
    this.inputSpec = { rank: this.#space + 2, axes: { [axis]: channels } };
  }

  protected override call(x: Tensor): Tensor {
    const linear = withChannelsLast(x, this.config.dataFormat, (last) => {
      const y = this.convolve(last);
      return this.bias === undefined ? y : add(y, this.bias.value);
    });
    return this.#activation(linear);
  }
}

// ConvLSTM1D, ConvLSTM2D, ConvLSTM3D: LSTMs over sequences of images, with convolutions as products.
import type { Tensor } from '../../core/tensor.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import type { TensorTree } from '../symbolic.js';
import { ConvLSTMCell } from './conv-lstm-cell.js';
import { CONV_LSTM_DEFAULTS, type ConvLSTMOptions, convLSTMConfig } from './conv-lstm-options.js';
import { cellOptions, SEQUENCE_DEFAULTS, type SequenceOptions } from './options.js';
import { RecurrentLayer } from './recurrent-layer.js';

/** Options of {@link ConvLSTM1D}, {@link ConvLSTM2D} and {@link ConvLSTM3D}. */
export interface ConvLSTMLayerOptions extends ConvLSTMOptions, SequenceOptions {}

const DEFAULTS: DefaultsOf<ConvLSTMLayerOptions, 'filters' | 'kernelSize'> = {
  ...CONV_LSTM_DEFAULTS,
  ...SEQUENCE_DEFAULTS,
  activityRegularizer: null,
};

type Config = Resolved<ConvLSTMLayerOptions>;

function configOf(className: string, rank: number, options: ConvLSTMLayerOptions): Config {
  const config = withDefaults(className, DEFAULTS, ['filters', 'kernelSize'], options);
  return convLSTMConfig(className, rank, config);
}

/** What the three layers share. */
abstract class ConvLSTM<Out extends TensorTree> extends RecurrentLayer<Config, Out> {
  readonly cell: ConvLSTMCell;

  constructor(className: string, rank: number, options: ConvLSTMLayerOptions) {
    super(configOf(className, rank, options));
    const own = cellOptions(this.config, CONV_LSTM_DEFAULTS, 'conv_lstm_cell');
    const { filters, kernelSize } = this.config;
    this.cell = new ConvLSTMCell({ ...own, filters, kernelSize, rank });
    this.inputSpec = { rank: rank + 3 };
  }
}

/**
 * A convolutional LSTM over sequences of rows (Shi et al. 2015, without its peepholes):
 * `[batch, steps, rows, channels]` gives `[batch, new rows, filters]`, or
 * `[batch, steps, new rows, filters]` with `returnSequences`. Weights: kernel
 * `[rows, channels, 4 filters]`, recurrent_kernel `[rows, filters, 4 filters]`, bias `[4 filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 8, 2] });
 * console.log(layers.convLstm1d({ filters: 4, kernelSize: 3 }).apply(x).shape); // [ null, 6, 4 ]
 * ```
 */
export class ConvLSTM1D<Out extends TensorTree = Tensor> extends ConvLSTM<Out> {
  static readonly className = 'ConvLSTM1D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvLSTMLayerOptions) {
    super('ConvLSTM1D', 1, options);
  }
}

/**
 * A convolutional LSTM over sequences of images (Shi et al. 2015, without its peepholes):
 * `[batch, steps, rows, columns, channels]` gives `[batch, new rows, new columns, filters]`, or
 * `[batch, steps, new rows, new columns, filters]` with `returnSequences`. Weights: kernel
 * `[rows, columns, channels, 4 filters]`, recurrent_kernel `[rows, columns, filters, 4 filters]`,
 * bias `[4 filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 8, 8, 1] });
 * const layer = layers.convLstm2d({ filters: 4, kernelSize: 3, padding: 'same' });
 * console.log(layer.apply(x).shape); // [ null, 8, 8, 4 ]
 * ```
 */
export class ConvLSTM2D<Out extends TensorTree = Tensor> extends ConvLSTM<Out> {
  static readonly className = 'ConvLSTM2D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvLSTMLayerOptions) {
    super('ConvLSTM2D', 2, options);
  }
}

/**
 * A convolutional LSTM over sequences of volumes (Shi et al. 2015, without its peepholes):
 * `[batch, steps, depth, rows, columns, channels]` gives
 * `[batch, new depth, new rows, new columns, filters]`, or that for each step with
 * `returnSequences`. Weights: kernel `[depth, rows, columns, channels, 4 filters]`,
 * recurrent_kernel `[depth, rows, columns, filters, 4 filters]`, bias `[4 filters]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 4, 4, 4, 1] });
 * const layer = layers.convLstm3d({ filters: 2, kernelSize: 3 });
 * console.log(layer.apply(x).shape); // [ null, 2, 2, 2, 2 ]
 * ```
 */
export class ConvLSTM3D<Out extends TensorTree = Tensor> extends ConvLSTM<Out> {
  static readonly className = 'ConvLSTM3D';
  static readonly kerasModule = 'keras.layers';

  constructor(options: ConvLSTMLayerOptions) {
    super('ConvLSTM3D', 3, options);
  }
}

// SimpleRNN: a fully connected recurrent network over a sequence.
import type { PlainConfig } from '../../core/serialized.js';
import type { Tensor } from '../../core/tensor.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import type { TensorTree } from '../symbolic.js';
import { cellOptions, SEQUENCE_DEFAULTS, type SequenceOptions } from './options.js';
import { RecurrentLayer } from './recurrent-layer.js';
import {
  SIMPLE_RNN_CELL_DEFAULTS,
  SimpleRNNCell,
  type SimpleRNNCellOptions,
} from './simple-rnn-cell.js';

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNOptions extends SimpleRNNCellOptions, SequenceOptions {}

const DEFAULTS: DefaultsOf<SimpleRNNOptions, 'units'> = {
  ...SIMPLE_RNN_CELL_DEFAULTS,
  ...SEQUENCE_DEFAULTS,
  activityRegularizer: null,
};

/**
 * `h = activation(x · kernel + bias + h · recurrent_kernel)` for each step of
 * `[batch, steps, features]` (Elman 1990). Gives `[batch, units]`, or `[batch, steps, units]` with
 * `returnSequences`; with `returnState` a list of that and h. As in Keras, `seed` is not written to
 * files. Weights: kernel `[features, units]`, recurrent_kernel `[units, units]`, bias `[units]`.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 4] });
 * console.log(layers.simpleRNN({ units: 3 }).apply(x).shape); // [ null, 3 ]
 * ```
 */
export class SimpleRNN<Out extends TensorTree = Tensor> extends RecurrentLayer<
  Resolved<SimpleRNNOptions>,
  Out
> {
  static readonly className = 'SimpleRNN';
  static readonly kerasModule = 'keras.layers';
  readonly cell: SimpleRNNCell;

  constructor(options: SimpleRNNOptions) {
    super(withDefaults('SimpleRNN', DEFAULTS, ['units'], options));
    const own = cellOptions(this.config, SIMPLE_RNN_CELL_DEFAULTS, 'simple_rnn_cell');
    this.cell = new SimpleRNNCell({ ...own, units: this.config.units });
    this.inputSpec = { rank: 3 };
  }

  override getConfig(): PlainConfig {
    const { seed: _, ...config } = super.getConfig();
    return config;
  }
}

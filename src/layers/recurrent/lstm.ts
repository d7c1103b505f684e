// LSTM: long short-term memory over a sequence.
import type { Tensor } from '../../core/tensor.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import type { TensorTree } from '../symbolic.js';
import { LSTM_CELL_DEFAULTS, LSTMCell, type LSTMCellOptions } from './lstm-cell.js';
import { cellOptions, SEQUENCE_DEFAULTS, type SequenceOptions } from './options.js';
import { RecurrentLayer } from './recurrent-layer.js';

/** Options of {@link LSTM}. */
export interface LSTMOptions extends LSTMCellOptions, SequenceOptions {}

const DEFAULTS: DefaultsOf<LSTMOptions, 'units'> = {
  ...LSTM_CELL_DEFAULTS,
  ...SEQUENCE_DEFAULTS,
  activityRegularizer: null,
};

/**
 * Long short-term memory over `[batch, steps, features]` (Hochreiter & Schmidhuber 1997, with a
 * forget gate). Gives `[batch, units]`, or `[batch, steps, units]` with `returnSequences`; with
 * `returnState` a list of that, h and c. `apply(x, { initialState: [h, c] })` starts from states.
 * Weights: kernel `[features, 4 units]`, recurrent_kernel `[units, 4 units]`, bias `[4 units]`; the
 * gates are input, forget, candidate, output.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 4] });
 * console.log(layers.lstm({ units: 3 }).apply(x).shape); // [ null, 3 ]
 * const all = layers.lstm({ units: 3, returnSequences: true });
 * console.log(all.apply(x).shape); // [ null, 5, 3 ]
 * ```
 */
export class LSTM<Out extends TensorTree = Tensor> extends RecurrentLayer<
  Resolved<LSTMOptions>,
  Out
> {
  static readonly className = 'LSTM';
  static readonly kerasModule = 'keras.layers';
  readonly cell: LSTMCell;

  constructor(options: LSTMOptions) {
    super(withDefaults('LSTM', DEFAULTS, ['units'], options));
    const own = cellOptions(this.config, LSTM_CELL_DEFAULTS, 'lstm_cell');
    this.cell = new LSTMCell({ ...own, units: this.config.units });
    this.inputSpec = { rank: 3 };
  }
}

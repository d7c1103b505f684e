// Functions for recurrent layers. With `returnState` a layer gives a list, and its type says so.
import type { Tensor } from '../../core/tensor.js';
import type { Resolved } from '../options.js';
import type { TensorTree } from '../symbolic.js';
import { LSTM, type LSTMOptions } from './lstm.js';
import { LSTMCell, type LSTMCellOptions } from './lstm-cell.js';
import type { SequenceOptions } from './options.js';
import type { RecurrentLayer } from './recurrent-layer.js';

/** What says that the last states are given back too. */
interface WithState {
  readonly returnState: true;
}

/** What says that they are not. */
interface WithoutState {
  readonly returnState?: false;
}

/** A layer of which it is not known beforehand whether it gives back one tensor or several. */
type Recurrent<Options extends SequenceOptions> = RecurrentLayer<Resolved<Options>, TensorTree>;

/** One step of a long short-term memory, for `layers.rnn`. */
export const lstmCell = (options: LSTMCellOptions): LSTMCell => new LSTMCell(options);

/** Long short-term memory over a sequence. */
export function lstm(options: LSTMOptions & WithState): LSTM<readonly Tensor[]>;
export function lstm(options: LSTMOptions & WithoutState): LSTM;
export function lstm(options: LSTMOptions): Recurrent<LSTMOptions>;
export function lstm(options: LSTMOptions): Recurrent<LSTMOptions> {
  return new LSTM(options);
}

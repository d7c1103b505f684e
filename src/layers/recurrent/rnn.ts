// RNN: any cell, repeated over the steps of a sequence.
import { describe } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { isList } from '../../core/tree.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import type { TensorTree } from '../symbolic.js';
import type { RNNCell } from './cell.js';
import { SEQUENCE_DEFAULTS, type SequenceOptions } from './options.js';
import { RecurrentLayer } from './recurrent-layer.js';
import { isCell, StackedRNNCells } from './stacked-cells.js';

/** Options of {@link RNN}. */
export interface RNNOptions extends SequenceOptions {
  /** What is repeated; a list of cells is stacked. */
  readonly cell: RNNCell | readonly RNNCell[];
}

const DEFAULTS: DefaultsOf<RNNOptions, 'cell'> = SEQUENCE_DEFAULTS;

interface RNNConfig extends Resolved<RNNOptions> {
  readonly cell: RNNCell;
}

function configOf(options: RNNOptions): RNNConfig {
  const config = withDefaults('RNN', DEFAULTS, ['cell'], options);
  const { cell } = config;
  if (isCell(cell)) return { ...config, cell };
  if (isList(cell)) return { ...config, cell: new StackedRNNCells({ cells: cell }) };
  throw new ArgumentError({
    where: 'RNN',
    what: 'the cell cannot be repeated',
    expected: 'a cell such as layers.lstmCell({ units }), or a list of cells',
    received: describe(cell),
    fix: 'extend RNNCell for a cell of your own',
  });
}

/**
 * Repeats a cell over `[batch, steps, ...]`. Gives the last output, or all of them,
 * `[batch, steps, ...]`, with `returnSequences`; with `returnState` a list of that and the last
 * states. `apply(x, { initialState: [...] })` starts from states. The weights are those of the cell.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const rnn = layers.rnn({ cell: layers.gruCell({ units: 3 }), returnSequences: true });
 * console.log(rnn.apply(layers.input({ shape: [5, 4] })).shape); // [ null, 5, 3 ]
 * ```
 */
export class RNN<Out extends TensorTree = Tensor> extends RecurrentLayer<RNNConfig, Out> {
  static readonly className = 'RNN';
  static readonly kerasModule = 'keras.layers';
  readonly cell: RNNCell;

  constructor(options: RNNOptions) {
    super(configOf(options));
    this.cell = this.config.cell;
    this.inputSpec = { minRank: 2 };
  }
}

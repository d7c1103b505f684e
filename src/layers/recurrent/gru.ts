// GRU: a gated recurrent unit over a sequence.
import type { Tensor } from '../../core/tensor.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import type { TensorTree } from '../symbolic.js';
import { GRU_CELL_DEFAULTS, GRUCell, type GRUCellOptions } from './gru-cell.js';
import { cellOptions, SEQUENCE_DEFAULTS, type SequenceOptions } from './options.js';
import { RecurrentLayer } from './recurrent-layer.js';

/** Options of {@link GRU}. */
export interface GRUOptions extends GRUCellOptions, SequenceOptions {}

const DEFAULTS: DefaultsOf<GRUOptions, 'units'> = {
  ...GRU_CELL_DEFAULTS,
  ...SEQUENCE_DEFAULTS,
  activityRegularizer: null,
};

/**
 * A gated recurrent unit over `[batch, steps, features]` (Cho et al. 2014). Gives `[batch, units]`,
 * or `[batch, steps, units]` with `returnSequences`; with `returnState` a list of that and h.
 * Weights: kernel `[features, 3 units]`, recurrent_kernel `[units, 3 units]`, bias `[2, 3 units]`
 * (for inputs and states), or `[3 units]` without `resetAfter`; the gates are update, reset,
 * candidate.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 4] });
 * const [all, last] = layers.gru({ units: 3, returnSequences: true, returnState: true }).apply(x);
 * console.log(all?.shape, last?.shape); // [ null, 5, 3 ] [ null, 3 ]
 * ```
 */
export class GRU<Out extends TensorTree = Tensor> extends RecurrentLayer<
  Resolved<GRUOptions>,
  Out
> {
  static readonly className = 'GRU';
  static readonly kerasModule = 'keras.layers';
  readonly cell: GRUCell;

  constructor(options: GRUOptions) {
    super(withDefaults('GRU', DEFAULTS, ['units'], options));
    const own = cellOptions(this.config, GRU_CELL_DEFAULTS, 'gru_cell');
    this.cell = new GRUCell({ ...own, units: this.config.units });
    this.inputSpec = { rank: 3 };
  }
}

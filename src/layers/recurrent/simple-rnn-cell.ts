// SimpleRNNCell: one step of a fully connected recurrent network.
import { type Activation, get as getActivation } from '../../activations/index.js';
import { at } from '../../core/sequence.js';
import type { Shape } from '../../core/shape.js';
import { add } from '../../ops/index.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import { type CellRun, stateList } from './cell.js';
import { gateProduct } from './gates.js';
import { RECURRENT_DEFAULTS, type UnitsOptions } from './options.js';
import { checkUnits, UnitsCell } from './units-cell.js';

/** Options of {@link SimpleRNNCell}. */
export interface SimpleRNNCellOptions extends UnitsOptions {}

/** Defaults of {@link SimpleRNNCellOptions}. */
export const SIMPLE_RNN_CELL_DEFAULTS: DefaultsOf<SimpleRNNCellOptions, 'units'> =
  RECURRENT_DEFAULTS;

/**
 * One step of `h = activation(x · kernel + bias + h · recurrent_kernel)` (Elman 1990):
 * `[batch, features]` and the state h `[batch, units]` give h anew, as output and as state.
 * Weights: kernel `[features, units]`, recurrent_kernel `[units, units]`, bias `[units]`.
 *
 * @example
 * ```ts
 * import { layers, tensor, zeros } from 'keratin';
 * const cell = layers.simpleRNNCell({ units: 3 });
 * const [output] = cell.apply([tensor([[1, 2]]), [zeros([1, 3])]]);
 * console.log(output.shape); // [ 1, 3 ]
 * ```
 */
export class SimpleRNNCell extends UnitsCell<Resolved<SimpleRNNCellOptions>> {
  static readonly className = 'SimpleRNNCell';
  static readonly kerasModule = 'keras.layers';
  protected readonly gates = 1;
  readonly #activation: Activation;

  constructor(options: SimpleRNNCellOptions) {
    super(withDefaults('SimpleRNNCell', SIMPLE_RNN_CELL_DEFAULTS, ['units'], options));
    checkUnits('SimpleRNNCell', this.config);
    this.#activation = getActivation(this.config.activation);
  }

  protected override drops(rate: number): boolean {
    return rate > 0;
  }

  protected override begin(stepShape: Shape, training: boolean): CellRun {
    const parts = this.parts(stepShape, training);
    const { kernel, recurrentKernel, bias, inputMasks, stateMasks } = parts;
    return {
      project: (inputs) => {
        const product = gateProduct(inputs, kernel, inputMasks);
        return bias === undefined ? product : add(product, bias);
      },
      step: (projected, states) => {
        const before = at(stateList(this, states), 0);
        const sum = add(projected, gateProduct(before, recurrentKernel, stateMasks));
        const output = this.#activation(sum);
        return [output, [output]];
      },
    };
  }
}

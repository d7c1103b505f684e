// GRUCell: one step of a gated recurrent unit, with the reset gate after or before its product.
import { type Activation, get as getActivation } from '../../activations/index.js';
import { at } from '../../core/sequence.js';
import type { Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, mul, split, sub, unstack } from '../../ops/index.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import { type CellRun, type StepResult, stateList } from './cell.js';
import { type GateMasks, gateProduct } from './gates.js';
import { type GateOptions, RECURRENT_DEFAULTS, type UnitsOptions } from './options.js';
import { checkUnits, UnitsCell } from './units-cell.js';

/** Options of {@link GRUCell}. */
export interface GRUCellOptions extends UnitsOptions, GateOptions {
  /**
   * Whether the reset gate acts after the product with the recurrent kernel, with a bias of its
   * own there, or before. Default true.
   */
  readonly resetAfter?: boolean;
}

/** Defaults of {@link GRUCellOptions}. */
export const GRU_CELL_DEFAULTS: DefaultsOf<GRUCellOptions, 'units'> = {
  ...RECURRENT_DEFAULTS,
  recurrentActivation: 'sigmoid',
  resetAfter: true,
};

/** The sums that the state adds to the gates: update, reset, candidate. */
interface StateSums {
  readonly update: Tensor;
  readonly reset: Tensor;
  /** Given the reset gate. */
  candidate(reset: Tensor): Tensor;
}

/**
 * One step of a gated recurrent unit (Cho et al. 2014): `[batch, features]` and the state h
 * `[batch, units]` give h anew, as output and as state. `h = z h + (1 - z) candidate`, where the
 * candidate sees the state through the reset gate. Weights: kernel `[features, 3 units]`,
 * recurrent_kernel `[units, 3 units]`, bias `[2, 3 units]` (for inputs and states), or `[3 units]`
 * where the reset comes before; the gates are update, reset, candidate.
 *
 * @example
 * ```ts
 * import { layers, tensor, zeros } from 'keratin';
 * const cell = layers.gruCell({ units: 3 });
 * const [output] = cell.apply([tensor([[1, 2]]), [zeros([1, 3])]]);
 * console.log(output.shape); // [ 1, 3 ]
 * ```
 */
export class GRUCell extends UnitsCell<Resolved<GRUCellOptions>> {
  static readonly className = 'GRUCell';
  static readonly kerasModule = 'keras.layers';
  protected readonly gates = 3;
  readonly #activation: Activation;
  readonly #gate: Activation;

  constructor(options: GRUCellOptions) {
    super(withDefaults('GRUCell', GRU_CELL_DEFAULTS, ['units'], options));
    checkUnits('GRUCell', this.config);
    this.#activation = getActivation(this.config.activation);
    this.#gate = getActivation(this.config.recurrentActivation);
  }

  protected override biasShape(width: number): Shape {
    return this.config.resetAfter ? [2, width] : [width];
  }

  protected override begin(stepShape: Shape, training: boolean): CellRun {
    const parts = this.parts(stepShape, training);
    const { kernel, recurrentKernel, bias, inputMasks, stateMasks } = parts;
    const { resetAfter } = this.config;
    const biases = bias === undefined ? [] : resetAfter ? unstack(bias) : [bias];
    const [inputBias, stateBias] = biases;
    const sumsOf = resetAfter
      ? resetAfterSums(recurrentKernel, stateBias, stateMasks)
      : resetBeforeSums(recurrentKernel, stateMasks);
    return {
      project: (inputs) => {
        const product = gateProduct(inputs, kernel, inputMasks);
        return inputBias === undefined ? product : add(product, inputBias);
      },
      step: (projected, states) => {
        const before = at(stateList(this, states), 0);
        return this.#mix(split(projected, 3, -1), sumsOf(before), before);
      },
    };
  }

  /** The state before and the candidate, mixed by the update gate. */
  #mix(inputs: readonly Tensor[], state: StateSums, before: Tensor): StepResult {
    const update = this.#gate(add(at(inputs, 0), state.update));
    const reset = this.#gate(add(at(inputs, 1), state.reset));
    const candidate = this.#activation(add(at(inputs, 2), state.candidate(reset)));
    const output = add(mul(update, before), mul(sub(1, update), candidate));
    return [output, [output]];
  }
}

/** One product for all gates; the reset gate then weighs the candidate's part of it. */
function resetAfterSums(
  kernel: Tensor,
  bias: Tensor | undefined,
  masks: GateMasks,
): (before: Tensor) => StateSums {
  return (before) => {
    const product = gateProduct(before, kernel, masks);
    const sums = split(bias === undefined ? product : add(product, bias), 3, -1);
    return {
      update: at(sums, 0),
      reset: at(sums, 1),
      candidate: (reset) => mul(reset, at(sums, 2)),
    };
  };
}

/** A product for two gates, and one of the state that the reset gate has weighed. */
function resetBeforeSums(kernel: Tensor, masks: GateMasks): (before: Tensor) => StateSums {
  const units = at(kernel.shape, 0);
  const kernels = split(kernel, [2 * units], -1);
  return (before) => {
    const product = gateProduct(before, at(kernels, 0), masks.slice(0, 2));
    const sums = split(product, 2, -1);
    return {
      update: at(sums, 0),
      reset: at(sums, 1),
      candidate: (reset) => gateProduct(mul(reset, before), at(kernels, 1), masks.slice(2)),
    };
  };
}

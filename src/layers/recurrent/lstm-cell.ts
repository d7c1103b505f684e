// LSTMCell: one step of a long short-term memory.
import { type Activation, get as getActivation } from '../../activations/index.js';
import type { DType } from '../../core/dtype.js';
import { at } from '../../core/sequence.js';
import type { Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { get as getInitializer } from '../../initializers/index.js';
import { Initializer } from '../../initializers/initializer.js';
import { add, concat, mul, ones, split } from '../../ops/index.js';
import { type BiasOptions, biasSettings } from '../kernel-options.js';
import { type DefaultsOf, type Resolved, withDefaults } from '../options.js';
import type { WeightOptions } from '../weight-holder.js';
import { type CellRun, type StateSize, type StepResult, stateList } from './cell.js';
import { gateProduct } from './gates.js';
import { type GateOptions, RECURRENT_DEFAULTS, type UnitsOptions } from './options.js';
import { checkUnits, UnitsCell } from './units-cell.js';

/** Options of {@link LSTMCell}. */
export interface LSTMCellOptions extends UnitsOptions, GateOptions {
  /** Whether the forget gate's bias starts at 1 (Jozefowicz et al. 2015). Default true. */
  readonly unitForgetBias?: boolean;
}

/** Defaults of {@link LSTMCellOptions}. */
export const LSTM_CELL_DEFAULTS: DefaultsOf<LSTMCellOptions, 'units'> = {
  ...RECURRENT_DEFAULTS,
  recurrentActivation: 'sigmoid',
  unitForgetBias: true,
};

/** The bias of four gates: that of the forget gate, the second one, starts at 1. */
class ForgetBias extends Initializer {
  readonly #others: Initializer;

  constructor(others: Initializer) {
    super();
    this.#others = others;
  }

  override initialize(shape: Shape, dtype: DType): Tensor {
    const units = at(shape, 0) / 4;
    const others = (count: number): Tensor => this.#others.initialize([count * units], dtype);
    return concat([others(1), ones([units], dtype), others(2)]);
  }
}

/** The settings of a bias of four gates, for `weight`. */
export function forgetBiasSettings(
  config: Resolved<BiasOptions> & { readonly unitForgetBias: boolean },
): WeightOptions {
  const settings = biasSettings(config);
  if (!config.unitForgetBias) return settings;
  return { ...settings, initializer: new ForgetBias(getInitializer(config.biasInitializer)) };
}

/** The activations of an LSTM: of what is remembered, and of the gates. */
export interface LSTMActivations {
  readonly activation: Activation;
  readonly gate: Activation;
}

/**
 * Output and new states `[h, c]` from the sums that reach the gates (input, forget, candidate,
 * output) and the memory before: `c = forget * before + input * candidate`, `h = output * act(c)`.
 */
export function lstmStep(
  sums: readonly Tensor[],
  before: Tensor,
  { activation, gate }: LSTMActivations,
): StepResult {
  const remembered = mul(gate(at(sums, 1)), before);
  const memory = add(remembered, mul(gate(at(sums, 0)), activation(at(sums, 2))));
  const output = mul(gate(at(sums, 3)), activation(memory));
  return [output, [output, memory]];
}

/**
 * One step of a long short-term memory (Hochreiter & Schmidhuber 1997, with a forget gate):
 * `[batch, features]` and the states `[h, c]`, each `[batch, units]`, give the output h and the new
 * states. Weights: kernel `[features, 4 units]`, recurrent_kernel `[units, 4 units]`, bias
 * `[4 units]`; the gates are input, forget, candidate, output.
 *
 * @example
 * ```ts
 * import { layers, tensor, zeros } from 'keratin';
 * const cell = layers.lstmCell({ units: 3 });
 * const [output, states] = cell.apply([tensor([[1, 2]]), [zeros([1, 3]), zeros([1, 3])]]);
 * console.log(output.shape, Array.isArray(states)); // [ 1, 3 ] true
 * ```
 */
export class LSTMCell extends UnitsCell<Resolved<LSTMCellOptions>> {
  static readonly className = 'LSTMCell';
  static readonly kerasModule = 'keras.layers';
  protected readonly gates = 4;
  readonly #activations: LSTMActivations;

  constructor(options: LSTMCellOptions) {
    super(withDefaults('LSTMCell', LSTM_CELL_DEFAULTS, ['units'], options));
    const { activation, recurrentActivation } = this.config;
    checkUnits('LSTMCell', this.config);
    this.#activations = {
      activation: getActivation(activation),
      gate: getActivation(recurrentActivation),
    };
  }

  override get stateSize(): StateSize {
    return [this.config.units, this.config.units];
  }

  protected override biasSettings(): WeightOptions {
    return forgetBiasSettings(this.config);
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
        const before = stateList(this, states);
        const sums = add(projected, gateProduct(at(before, 0), recurrentKernel, stateMasks));
        return lstmStep(split(sums, 4, -1), at(before, 1), this.#activations);
      },
    };
  }
}

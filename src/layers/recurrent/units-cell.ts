// UnitsCell: what SimpleRNN, LSTM and GRU cells share: two kernels, a bias and dropout over time.
import type { Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { SeedGenerator } from '../../ops/index.js';
import { required } from '../built.js';
import type { CallContext } from '../call-context.js';
import { biasSettings, kernelSettings } from '../kernel-options.js';
import { knownSize } from '../known-size.js';
import { positive, type Resolved } from '../options.js';
import type { PartialShape, TensorTree } from '../symbolic.js';
import type { Weight } from '../weight.js';
import type { WeightOptions } from '../weight-holder.js';
import { RNNCell, type StateSize, type StepResult, stateList } from './cell.js';
import { drawMasks, type GateMasks } from './gates.js';
import { checkDropout, recurrentSettings, type UnitsOptions } from './options.js';

/** The weights and masks of one sequence. */
export interface CellParts {
  readonly kernel: Tensor;
  readonly recurrentKernel: Tensor;
  readonly bias: Tensor | undefined;
  readonly inputMasks: GateMasks;
  readonly stateMasks: GateMasks;
}

/** Checks the options that all cells of `units` share. */
export function checkUnits(where: string, config: Resolved<UnitsOptions>): void {
  positive(where, 'units', config.units);
  checkDropout(where, config);
}

/** A cell of `units`. */
export abstract class UnitsCell<Config extends Resolved<UnitsOptions>> extends RNNCell<Config> {
  override supportsMasking = true;
  protected kernel: Weight | undefined;
  protected recurrentKernel: Weight | undefined;
  protected bias: Weight | undefined;
  private readonly seedGenerator = new SeedGenerator(this.config.seed ?? undefined);

  /** How many gates lie side by side in the kernels. */
  protected abstract readonly gates: number;

  override get stateSize(): StateSize {
    return this.config.units;
  }

  override get outputIsState(): boolean {
    return true;
  }

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const width = config.units * this.gates;
    const inputs = knownSize(inputShape, -1);
    this.kernel = this.weight('kernel', [inputs, width], kernelSettings(config));
    this.recurrentKernel = this.weight(
      'recurrent_kernel',
      [config.units, width],
      recurrentSettings(config),
    );
    if (config.useBias) this.bias = this.weight('bias', this.biasShape(width), this.biasSettings());
  }

  protected biasShape(width: number): Shape {
    return [width];
  }

  protected biasSettings(): WeightOptions {
    return biasSettings(this.config);
  }

  /** Whether a rate has an effect; Keras leaves a rate of 1 without one where cells have gates. */
  protected drops(rate: number): boolean {
    return rate > 0 && rate < 1;
  }

  /** Reads the weights and draws the masks for a sequence. */
  protected parts(stepShape: Shape, training: boolean): CellParts {
    const { dropout, recurrentDropout, units } = this.config;
    // Keras gives each gate masks of its own as soon as states are dropped.
    const count = recurrentDropout === 0 ? 1 : this.gates;
    const draw = (rate: number, shape: Shape): GateMasks =>
      training && this.drops(rate)
        ? drawMasks({ shape, rate, count, dtype: this.computeDtype, seed: this.seedGenerator })
        : [];
    return {
      kernel: required(this.kernel).value,
      recurrentKernel: required(this.recurrentKernel).value,
      bias: this.bias?.value,
      inputMasks: draw(dropout, stepShape),
      stateMasks: draw(recurrentDropout, [stepShape[0] ?? 1, units]),
    };
  }

  protected override call(
    [inputs, states]: readonly [inputs: Tensor, states: TensorTree],
    { training }: CallContext,
  ): StepResult {
    const run = this.begin(inputs.shape, training);
    const list = stateList(this, states);
    const [output, next] = run.step(run.project(inputs), list);
    // A single state that came alone goes alone, as in Keras.
    return [output, Array.isArray(states) ? next : output];
  }
}

// StochasticWeightAveraging: ends training with the mean of the weights of its last epochs.
// Izmailov et al. 2018, "Averaging weights leads to wider optima and better generalization".
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { isFloat } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import type { Variable } from '../core/variable.js';
import { assignNumbers, VariablesCopy } from '../core/variables-copy.js';
import { Callback } from './callback.js';

/** Options of {@link StochasticWeightAveraging}. */
export interface StochasticWeightAveragingOptions {
  /** The first epoch (from 0) that is averaged, or a part of all epochs below 1. Default 0.8. */
  readonly startEpoch?: number;
  /** The learning rate from that epoch on; it stays afterwards. Default: as it is. */
  readonly learningRate?: number;
}

/**
 * Takes the mean of the trained weights at the ends of the last epochs. When training ends the model
 * has these weights, and the moving moments of BatchNormalization layers are computed anew over the
 * training data. What is logged, validated and saved during the epochs belongs to the weights before.
 * Training that ends before `startEpoch` leaves the model as it is.
 *
 * @example
 * ```ts
 * import { callbacks, layers, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const average = new callbacks.StochasticWeightAveraging({ startEpoch: 5, learningRate: 0.05 });
 * await model.fit([[0], [1]], [[1], [3]], { epochs: 10, verbose: 0, callbacks: [average] });
 * console.log(average.epochs); // 5
 * ```
 */
export class StochasticWeightAveraging extends Callback {
  static override readonly optionNames: KnownOptions = {
    startEpoch: true,
    learningRate: true,
  } satisfies OptionNames<StochasticWeightAveragingOptions>;
  readonly #options: StochasticWeightAveragingOptions;
  #weights: readonly Variable[] = [];
  /** On the host and in 64 bits, so that many epochs lose nothing. */
  #means: readonly Float64Array[] = [];
  #epochs = 0;

  constructor(options: StochasticWeightAveragingOptions = {}) {
    super(options);
    this.#options = options;
    const { startEpoch = 0.8, learningRate } = options;
    if (!(startEpoch >= 0 && (startEpoch < 1 || Number.isInteger(startEpoch)))) {
      throw refuse('startEpoch', 'a whole number, or a part of the epochs below 1', startEpoch);
    }
    if (learningRate !== undefined && !(learningRate > 0)) {
      throw refuse('learningRate', 'a number above 0', learningRate);
    }
  }

  /** Epochs averaged so far. */
  get epochs(): number {
    return this.#epochs;
  }

  #isDue(epoch: number): boolean {
    const { startEpoch = 0.8 } = this.#options;
    const first = startEpoch < 1 ? Math.floor(startEpoch * this.params.epochs) : startEpoch;
    return epoch >= first;
  }

  onTrainBegin(): void {
    this.#epochs = 0;
    this.#means = [];
  }

  onEpochBegin(epoch: number): void {
    const { learningRate } = this.#options;
    if (learningRate === undefined || !this.#isDue(epoch)) return;
    this.model.optimizer.learningRate = learningRate;
  }

  async onEpochEnd(epoch: number): Promise<void> {
    if (!this.#isDue(epoch)) return;
    const trained = this.model.trainableWeights ?? this.model.weights;
    this.#weights = trained.filter(({ dtype }) => isFloat(dtype));
    const { values } = await VariablesCopy.of(this.#weights);
    this.#epochs++;
    this.#means = values.map((found, at) => {
      const mean = this.#means[at] ?? new Float64Array(found.length);
      return mean.map((old, index) => old + (Number(found[index]) - old) / this.#epochs);
    });
  }

  async onTrainEnd(): Promise<void> {
    if (this.#epochs === 0) return;
    assignNumbers(this.#weights, this.#means);
    this.#means = [];
    await this.model.recomputeStatistics?.();
  }
}

function refuse(option: string, expected: string, received: number): ArgumentError {
  return new ArgumentError({
    where: 'StochasticWeightAveraging',
    what: `${option} cannot be used`,
    expected,
    received: String(received),
    fix: `leave ${option} out for the default`,
  });
}

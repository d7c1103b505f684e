// SwapEMAWeights: evaluates and saves with the averaged weights of the optimizer.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { StateError } from '../core/errors.js';
import type { Averages } from '../optimizers/averages.js';
import { Callback } from './callback.js';

/** Options of {@link SwapEMAWeights}. */
export interface SwapEMAWeightsOptions {
  /** Swap at the end of each epoch too, so that checkpoints hold the averages; default false. */
  readonly swapOnEpoch?: boolean;
}

/**
 * Swaps the weights with their averages (`useEma: true`) during evaluation and prediction. After
 * prediction the weights come back, where Keras 3.15 leaves the averages in the model. Callbacks that
 * end training come before it in the list.
 *
 * @example
 * ```ts
 * import { callbacks, layers, optimizers, Sequential, tensor } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
 * model.compile({ optimizer: new optimizers.SGD({ useEma: true }), loss: 'mse' });
 * const swap = new callbacks.SwapEMAWeights({ swapOnEpoch: true });
 * await model.fit(tensor([[0], [1]]), tensor([[0], [1]]), { verbose: 0, callbacks: [swap] });
 * ```
 */
export class SwapEMAWeights extends Callback {
  static override readonly optionNames: KnownOptions = {
    swapOnEpoch: true,
  } satisfies OptionNames<SwapEMAWeightsOptions>;
  readonly #swapOnEpoch: boolean;
  #isSwapped = false;

  constructor(options: SwapEMAWeightsOptions = {}) {
    super(options);
    this.#swapOnEpoch = options.swapOnEpoch ?? false;
  }

  get #averages(): Averages {
    const { averages } = this.model.optimizer;
    if (averages !== undefined) return averages;
    throw new StateError({
      where: 'SwapEMAWeights',
      what: 'the optimizer keeps no averages',
      expected: 'an optimizer made with useEma: true that has done a step',
      fix: 'compile with e.g. new optimizers.Adam({ useEma: true })',
    });
  }

  /** Puts the averages into the model, or the weights. */
  #show(averages: boolean): void {
    if (this.#isSwapped === averages) return;
    this.#averages.swap();
    this.#isSwapped = averages;
  }

  onTestBegin(): void {
    this.#show(true);
  }

  onTestEnd(): void {
    this.#show(false);
  }

  onPredictBegin(): void {
    this.#show(true);
  }

  onPredictEnd(): void {
    this.#show(false);
  }

  onEpochBegin(): void {
    if (this.#swapOnEpoch) this.#show(false);
  }

  onEpochEnd(epoch: number): void {
    if (!this.#swapOnEpoch) return;
    this.#show(true);
    // What fit does last is to make the weights their averages, which lie in the model by now.
    if (this.model.stopTraining || epoch + 1 === this.params.epochs) this.#averages.settle();
  }

  onTrainEnd(): void {
    this.#isSwapped = false;
  }
}

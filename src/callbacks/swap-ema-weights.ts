// SwapEMAWeights: evaluates and saves with the averaged weights of the optimizer.
import { StateError } from '../core/errors.js';
import { Callback } from './callback.js';

/** Options of {@link SwapEMAWeights}. */
export interface SwapEMAWeightsOptions {
  /** Swap at the end of each epoch too, so that checkpoints hold the averages; default false. */
  readonly swapOnEpoch?: boolean;
}

/** Swaps the weights with their averages (`useEma: true`) during evaluation and prediction. */
export class SwapEMAWeights extends Callback {
  readonly #swapOnEpoch: boolean;
  #isSwapped = false;

  constructor(options: SwapEMAWeightsOptions = {}) {
    super();
    this.#swapOnEpoch = options.swapOnEpoch ?? false;
  }

  #swap(): void {
    const { averages } = this.model.optimizer;
    if (averages === undefined) {
      throw new StateError({
        where: 'SwapEMAWeights',
        what: 'the optimizer keeps no averages',
        expected: 'an optimizer made with useEma: true that has done a step',
        fix: 'compile with e.g. new optimizers.Adam({ useEma: true })',
      });
    }
    averages.swap();
    this.#isSwapped = !this.#isSwapped;
  }

  onTestBegin(): void {
    this.#swap();
  }

  onTestEnd(): void {
    this.#swap();
  }

  onPredictBegin(): void {
    this.#swap();
  }

  onPredictEnd(): void {
    this.#swap();
  }

  onEpochBegin(): void {
    if (this.#swapOnEpoch && this.#isSwapped) this.#swap();
  }

  onEpochEnd(): void {
    if (this.#swapOnEpoch && !this.#isSwapped) this.#swap();
  }

  onTrainEnd(): void {
    if (this.#isSwapped) this.#swap();
  }
}

// Running averages of weights (useEma): moved after every step, now and then written back.
import { currentEngine } from '../core/engine.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { add, equal, mod, mul, where } from '../ops/index.js';
import { newSlot } from './slots.js';

/** How averages move. */
export interface AverageSettings {
  readonly emaMomentum: number;
  readonly emaOverwriteFrequency: number | null;
}

/** One average for each weight. */
export class Averages {
  readonly variables: readonly Variable[];
  readonly #weights: readonly Variable[];
  readonly #settings: AverageSettings;

  constructor(owner: string, weights: readonly Variable[], settings: AverageSettings) {
    this.#weights = weights;
    this.#settings = settings;
    this.variables = weights.map((weight) => newSlot(owner, weight, { name: 'average' }));
  }

  /**
   * The first average is the weight itself; `iterations` counts the steps before this one.
   * Where `onlyIf` is false nothing changes.
   */
  update(iterations: Tensor, onlyIf?: Tensor): void {
    const { emaMomentum, emaOverwriteFrequency: frequency } = this.#settings;
    const isFirst = equal(iterations, 0);
    const kept = where(isFirst, 0, emaMomentum);
    const taken = where(isFirst, 1, 1 - emaMomentum);
    const overwrites =
      frequency === null ? undefined : equal(mod(add(iterations, 1), frequency), 0);
    this.#eachPair((average, weight) => {
      const next = add(mul(average.value, kept), mul(weight.value, taken));
      average.assign(onlyIf === undefined ? next : where(onlyIf, next, average.value));
      if (overwrites === undefined) return;
      weight.assign(where(overwrites, average.value, weight.value));
    });
  }

  /** Makes every weight its average. */
  overwrite(): void {
    currentEngine().scope(() => {
      this.#eachPair((average, weight) => weight.assign(average.value));
    });
  }

  /** Makes every average its weight. */
  settle(): void {
    currentEngine().scope(() => {
      this.#eachPair((average, weight) => average.assign(weight.value));
    });
  }

  /** Exchanges weights and averages. */
  swap(): void {
    currentEngine().scope(() => {
      this.#eachPair((average, weight) => {
        const { value } = weight;
        weight.assign(average.value);
        average.assign(value);
      });
    });
  }

  #eachPair(visit: (average: Variable, weight: Variable) => void): void {
    this.variables.forEach((average, index) => {
      const weight = this.#weights[index];
      if (weight !== undefined) visit(average, weight);
    });
  }
}

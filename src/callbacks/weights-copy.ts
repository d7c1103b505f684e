// A copy of a model's weights in host memory, to go back to.

import type { TypedArray } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import type { CallbackModel } from './callback.js';

/** The values of all weights at one moment. */
export class WeightsCopy {
  readonly #values: readonly TypedArray[];

  private constructor(values: readonly TypedArray[]) {
    this.#values = values;
  }

  static async of(model: CallbackModel): Promise<WeightsCopy> {
    return new WeightsCopy(await Promise.all(model.weights.map((weight) => weight.value.data())));
  }

  /** Puts the values back. */
  restore(model: CallbackModel): void {
    const engine = currentEngine();
    engine.scope(() => {
      model.weights.forEach((weight, index) => {
        const values = this.#values[index];
        if (values !== undefined) weight.assign(engine.write(weight, values));
      });
    });
  }
}

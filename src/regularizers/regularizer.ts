// Regularizers: penalties on weights or outputs, added to the loss.
import { classNameOf } from '../core/class-name.js';
import type { PlainConfig, Setting } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';

/**
 * A penalty on a tensor. Extend it and write `apply`.
 *
 * @example
 * ```ts
 * import { layers, ops, regularizers, type Tensor } from 'keratin';
 * class Mean extends regularizers.Regularizer {
 *   override apply(x: Tensor) { return ops.mean(x); }
 * }
 * const dense = layers.dense({ units: 2, kernelRegularizer: new Mean() });
 * ```
 */
export abstract class Regularizer implements Setting {
  get className(): string {
    return classNameOf(this);
  }

  /** The penalty, a scalar. */
  abstract apply(x: Tensor): Tensor;

  /** The constructor's options. */
  getConfig(): PlainConfig {
    return {};
  }
}

// Regularizers: penalties on weights or outputs, added to the loss.
import { checkOptionsOf, type KnownOptions } from '../core/arguments.js';
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
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;

  /** `given`: the options of the class, for the check of their names. */
  constructor(given: object = {}) {
    checkOptionsOf(new.target, given);
  }

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

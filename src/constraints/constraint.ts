// Constraints: rules that weights obey again after every update.
import { checkOptionsOf, type KnownOptions } from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import type { PlainConfig, Setting } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';

/**
 * A rule for a weight, applied by the optimizer after each step. Extend it and write `apply`.
 *
 * @example
 * ```ts
 * import { constraints, layers, ops, type Tensor } from 'keratin';
 * class AtMostOne extends constraints.Constraint {
 *   override apply(weight: Tensor) { return ops.minimum(weight, 1); }
 * }
 * const dense = layers.dense({ units: 2, kernelConstraint: new AtMostOne() });
 * ```
 */
export abstract class Constraint implements Setting {
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;

  /** `given`: the options of the class, for the check of their names. */
  constructor(given: object = {}) {
    checkOptionsOf(new.target, given);
  }

  get className(): string {
    return classNameOf(this);
  }

  /** The weight, changed so that it obeys. */
  abstract apply(weight: Tensor): Tensor;

  /** The constructor's options. */
  getConfig(): PlainConfig {
    return {};
  }
}

// The base of learning rate schedules: the rate as a function of the steps done.
import { checkOptionsOf, type KnownOptions } from '../../core/arguments.js';
import { classNameOf } from '../../core/class-name.js';
import type { Plain } from '../../core/op.js';
import type { Setting } from '../../core/serialized.js';
import type { Tensor } from '../../core/tensor.js';
import { cast } from '../../ops/index.js';

/**
 * A learning rate that follows the steps done. Extend it and write `call`, made of ops, so that
 * it runs inside compiled steps.
 *
 * @example
 * ```ts
 * import { ops, optimizers, type Tensor } from 'keratin';
 * class OneOverRoot extends optimizers.schedules.LearningRateSchedule {
 *   override call(step: Tensor) { return ops.rsqrt(ops.add(ops.cast(step, 'float32'), 1)); }
 * }
 * const adam = new optimizers.Adam({ learningRate: new OneOverRoot() });
 * ```
 */
export abstract class LearningRateSchedule implements Setting {
  /** The class's name in Keras's files. */
  static readonly className: string = 'LearningRateSchedule';
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;

  /** `given`: the options of the class, for the check of their names. */
  constructor(given: object = {}) {
    checkOptionsOf(new.target, given);
  }

  /** The learning rate after `step` steps: a float scalar from an integer scalar. */
  abstract call(step: Tensor): Tensor;

  /** Keras's name of the class. */
  get className(): string {
    return classNameOf(this);
  }

  /** The constructor's options. */
  getConfig(): Record<string, Plain> {
    return {};
  }
}

/** A step count as a float, to calculate with. */
export function asFloat(step: Tensor): Tensor {
  return cast(step, 'float32');
}

// Schedule-free AdamW (Defazio et al. 2024): averaging in place of a falling rate. As in Keras 3.16.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import { scalarOf } from '../core/scalar.js';
import type { Tensor } from '../core/tensor.js';
import { add, cast, div, minimum, mul, pow, sqrt, square, sub } from '../ops/index.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link ScheduleFreeAdamW}. */
export interface ScheduleFreeAdamWOptions extends OptimizerOptions {
  /** Share of the average in the weights; default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Steps in which the rate rises; default 0. */
  readonly warmupSteps?: number;
}

/** AdamW without a schedule: the weights blend a fast sequence with the mean of all its points. */
export class ScheduleFreeAdamW extends Optimizer {
  static override readonly className = 'ScheduleFreeAdamW';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    beta1: true,
    beta2: true,
    epsilon: true,
    warmupSteps: true,
  } satisfies OptionNames<ScheduleFreeAdamWOptions>;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly warmupSteps: number;

  constructor(options: ScheduleFreeAdamWOptions = {}) {
    super(options, { name: 'schedule_free_adam_w', learningRate: 0.0025 });
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-8;
    this.warmupSteps = options.warmupSteps ?? 0;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'momentum', initial: 'value' }, { name: 'velocity' }];
  }

  /** The warmed-up rate, the correction of the second moment, and the weight of the new point. */
  protected override prepare(rate: Tensor, iterations: Tensor): readonly Tensor[] {
    const step = cast(add(iterations, 1), 'float32');
    const risen = this.warmupSteps > 0 ? minimum(div(step, this.warmupSteps), 1) : undefined;
    return [
      risen === undefined ? rate : mul(rate, risen),
      sub(1, pow(scalarOf(this.beta2), step)),
      div(1, step),
    ];
  }

  protected override update({ value, slots, gradient, rate, shared }: UpdateCall) {
    const [oldFast = value, oldSquare = value] = slots;
    const [risen = rate, rest = rate, weight = rate] = shared;
    const { beta1, beta2, epsilon } = this;
    const squares = add(oldSquare, mul(sub(square(gradient), oldSquare), 1 - beta2));
    const scale = add(sqrt(div(squares, rest)), epsilon);
    const fast = sub(oldFast, div(mul(gradient, risen), scale));
    const oldMean = div(sub(value, mul(oldFast, 1 - beta1)), beta1);
    const mean = add(mul(oldMean, sub(1, weight)), mul(fast, weight));
    return [add(mul(fast, 1 - beta1), mul(mean, beta1)), fast, squares];
  }

  override getConfig(): Record<string, Plain> {
    const { beta1, beta2, epsilon, warmupSteps } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon, warmupSteps };
  }
}

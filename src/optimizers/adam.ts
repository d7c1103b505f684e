// Adam (Kingma and Ba 2015), AMSGrad (Reddi et al. 2018), AdamW (Loshchilov and Hutter 2019).
// As in Keras 3, the bias correction is folded into the step size and epsilon is added after it.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { adamStepSize, adamUpdate } from '../ops/optimizer-updates.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { type LearningRate, OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link Adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Default 0.001. */
  readonly learningRate?: LearningRate;
  /** Decay of the mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Divide by the largest second moment so far; default false. */
  readonly amsgrad?: boolean;
}

/** The names of {@link AdamOptions}. */
const ADAM_OPTIONS: OptionNames<AdamOptions> = {
  ...OPTIMIZER_OPTIONS,
  beta1: true,
  beta2: true,
  epsilon: true,
  amsgrad: true,
};

/**
 * Adam: steps scaled by running means of the gradients and of their squares.
 *
 * @example
 * ```ts
 * import { optimizers } from 'keratin';
 * const adam = new optimizers.Adam({ learningRate: 3e-4, globalClipnorm: 1 });
 * ```
 */
export class Adam extends Optimizer {
  static override readonly className: string = 'Adam';
  static override readonly optionNames: KnownOptions = ADAM_OPTIONS;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;

  constructor(options: AdamOptions = {}, name = 'adam') {
    super(options, { name, learningRate: 0.001 });
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
    this.amsgrad = options.amsgrad ?? false;
  }

  protected override get decaysInUpdate(): boolean {
    return true;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    const slots = [{ name: 'momentum' }, { name: 'velocity' }];
    return this.amsgrad ? [...slots, { name: 'velocity_hat', group: 1 }] : slots;
  }

  protected override prepare(rate: Tensor, iterations: Tensor): readonly Tensor[] {
    return [adamStepSize(rate, iterations, { beta1: this.beta1, beta2: this.beta2 })];
  }

  protected override update(call: UpdateCall): readonly Tensor[] {
    const [alpha = call.rate] = call.shared;
    const { beta1, beta2, epsilon } = this;
    return adamUpdate({ ...call, rate: alpha }, { beta1, beta2, epsilon });
  }

  override getConfig(): Record<string, Plain> {
    const { beta1, beta2, epsilon, amsgrad } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon, amsgrad };
  }
}

/** Adam with decoupled weight decay, 0.004 by default. */
export class AdamW extends Adam {
  static override readonly className = 'AdamW';
  static override readonly optionNames: KnownOptions = ADAM_OPTIONS;
  constructor(options: AdamOptions = {}) {
    super({ ...options, weightDecay: options.weightDecay ?? 0.004 }, 'adam_w');
  }
}

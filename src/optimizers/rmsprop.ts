// RMSprop (Hinton, lecture 6e, 2012), with momentum and centred. Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { rmspropUpdate } from '../ops/optimizer-updates.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { type LearningRate, OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Default 0.001. */
  readonly learningRate?: LearningRate;
  /** Decay of the mean of squared gradients; default 0.9. */
  readonly rho?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Divide by the variance rather than the mean square; default false. */
  readonly centered?: boolean;
}

/**
 * RMSprop: gradients divided by the root of a running mean of their squares.
 *
 * @example
 * ```ts
 * import { optimizers } from 'keratin';
 * const rmsprop = new optimizers.RMSprop({ rho: 0.95, centered: true });
 * ```
 */
export class RMSprop extends Optimizer {
  static override readonly className = 'RMSprop';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    rho: true,
    momentum: true,
    epsilon: true,
    centered: true,
  } satisfies OptionNames<RMSpropOptions>;
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;

  constructor(options: RMSpropOptions = {}) {
    super(options, { name: 'rm_sprop', learningRate: 0.001 });
    this.rho = options.rho ?? 0.9;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? 1e-7;
    this.centered = options.centered ?? false;
  }

  protected override get decaysInUpdate(): boolean {
    return true;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [
      { name: 'velocity' },
      ...(this.momentum > 0 ? [{ name: 'momentum', group: 1 }] : []),
      ...(this.centered ? [{ name: 'average_gradient', group: 2 }] : []),
    ];
  }

  protected override update(call: UpdateCall): readonly Tensor[] {
    const { rho, momentum, epsilon, centered } = this;
    return rmspropUpdate(call, { rho, momentum, epsilon, centered });
  }

  override getConfig(): Record<string, Plain> {
    const { rho, momentum, epsilon, centered } = this;
    return { ...super.getConfig(), rho, momentum, epsilon, centered };
  }
}

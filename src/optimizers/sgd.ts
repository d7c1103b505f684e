// Stochastic gradient descent, with momentum (Nesterov's too). Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { sgdUpdate } from '../ops/optimizer-updates.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { type LearningRate, OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** Default 0.01. */
  readonly learningRate?: LearningRate;
  /** Default 0. */
  readonly momentum?: number;
  /** Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: m = μm − lr·g; w += m.
 *
 * @example
 * ```ts
 * import { optimizers } from 'keratin';
 * const sgd = new optimizers.SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true });
 * ```
 */
export class SGD extends Optimizer {
  static override readonly className = 'SGD';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    momentum: true,
    nesterov: true,
  } satisfies OptionNames<SGDOptions>;
  readonly momentum: number;
  readonly nesterov: boolean;

  constructor(options: SGDOptions = {}) {
    super(options, { name: 'sgd', learningRate: 0.01 });
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
  }

  protected override get decaysInUpdate(): boolean {
    return true;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return this.momentum === 0 ? [] : [{ name: 'momentum' }];
  }

  protected override update(call: UpdateCall): readonly Tensor[] {
    return sgdUpdate(call, { momentum: this.momentum, nesterov: this.nesterov });
  }

  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), momentum: this.momentum, nesterov: this.nesterov };
  }
}

// What the crossentropies of yes/no and of one-hot targets share: settings, smoothed targets, and the
// class. The formulas are the ops of the same names.
import type { OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, mul } from '../ops/index.js';
import { LOSS_OPTIONS, Loss, type LossOptions } from './loss.js';

/** What the crossentropies share. */
export interface CrossentropySettings {
  /** Whether predictions are logits rather than probabilities; default false. */
  readonly fromLogits?: boolean;
  /** 0 (the default) to 1: how far targets are pulled towards the uniform distribution. */
  readonly labelSmoothing?: number;
  /** The axis of the classes; default −1. */
  readonly axis?: number;
}

/** The names of the options of a loss with these settings. */
export const CROSSENTROPY_OPTIONS: OptionNames<LossOptions & CrossentropySettings> = {
  ...LOSS_OPTIONS,
  fromLogits: true,
  labelSmoothing: true,
  axis: true,
};

/** Targets t drawn towards the uniform distribution (Szegedy et al. 2016): t (1 − s) + s / classes. */
export function smoothed(targets: Tensor, smoothing: number, classes: number): Tensor {
  return smoothing === 0 ? targets : add(mul(targets, 1 - smoothing), smoothing / classes);
}

/** A loss with the settings of crossentropies. */
export abstract class Crossentropy extends Loss {
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: LossOptions & CrossentropySettings = {}) {
    super(options);
    this.fromLogits = options.fromLogits ?? false;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.axis = options.axis ?? -1;
  }

  override getConfig(): Record<string, Plain> {
    const { fromLogits, labelSmoothing, axis } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing, axis };
  }
}

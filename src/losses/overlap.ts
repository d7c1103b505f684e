// Losses of overlap, for segmentation. Dice: Dice 1945; Tversky: Salehi et al. 2017; as Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { currentEpsilon } from '../core/epsilon.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, div, mul, sub, sum } from '../ops/index.js';
import { LOSS_OPTIONS, Loss, type LossOptions } from './loss.js';
import { compared } from './shapes.js';

/** The axes summed over; all of them when left out. */
export interface OverlapSettings {
  readonly axis?: number | readonly number[] | null;
}

function summing(axis: OverlapSettings['axis']): (x: Tensor) => Tensor {
  return (x) => (axis === undefined || axis === null ? sum(x) : sum(x, { axis }));
}

/** 1 − 2Σtp / (Σt + Σp + 1e-7). */
export function dice(yTrue: Tensor, yPred: Tensor, options: OverlapSettings = {}): Tensor {
  const [targets, predictions] = compared('dice', yTrue, yPred);
  const total = summing(options.axis);
  const both = mul(total(mul(targets, predictions)), 2);
  return sub(1, div(both, add(add(total(targets), total(predictions)), currentEpsilon())));
}

/** What {@link tversky} takes. */
export interface TverskySettings extends OverlapSettings {
  /** Weight of what the prediction misses; default 0.5. */
  readonly alpha?: number;
  /** Weight of what it adds; default 0.5. */
  readonly beta?: number;
}

/** 1 − Σtp / (Σtp + alpha·Σt(1 − p) + beta·Σ(1 − t)p + 1e-7). */
export function tversky(yTrue: Tensor, yPred: Tensor, options: TverskySettings = {}): Tensor {
  const { alpha = 0.5, beta = 0.5 } = options;
  const [targets, predictions] = compared('tversky', yTrue, yPred);
  const total = summing(options.axis);
  const both = total(mul(targets, predictions));
  const missed = mul(total(mul(sub(1, predictions), targets)), alpha);
  const added = mul(total(mul(predictions, sub(1, targets))), beta);
  return sub(1, div(both, add(add(add(both, missed), added), currentEpsilon())));
}

/** Options of {@link Dice}. */
export interface DiceOptions extends LossOptions, OverlapSettings {}

/** {@link dice} as a loss object. */
export class Dice extends Loss {
  static override readonly className = 'Dice';
  static override readonly optionNames: KnownOptions = {
    ...LOSS_OPTIONS,
    axis: true,
  } satisfies OptionNames<DiceOptions>;
  readonly axis: number | readonly number[] | null;
  constructor(options: DiceOptions = {}) {
    super(options);
    this.axis = options.axis ?? null;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return dice(yTrue, yPred, this);
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** Options of {@link Tversky}. */
export interface TverskyOptions extends LossOptions, TverskySettings {}

/** {@link tversky} as a loss object. */
export class Tversky extends Loss {
  static override readonly className = 'Tversky';
  static override readonly optionNames: KnownOptions = {
    ...LOSS_OPTIONS,
    alpha: true,
    beta: true,
    axis: true,
  } satisfies OptionNames<TverskyOptions>;
  readonly alpha: number;
  readonly beta: number;
  readonly axis: number | readonly number[] | null;
  constructor(options: TverskyOptions = {}) {
    super(options);
    this.alpha = options.alpha ?? 0.5;
    this.beta = options.beta ?? 0.5;
    this.axis = options.axis ?? null;
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return tversky(yTrue, yPred, this);
  }
  override getConfig(): Record<string, Plain> {
    const { alpha, beta, axis } = this;
    return { ...super.getConfig(), alpha, beta, axis };
  }
}

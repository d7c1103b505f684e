// Lion (Chen et al. 2023): steps of one size; Lamb (You et al. 2019): steps in proportion to the
// weights. Rules as in Keras 3.

import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { scalarOf } from '../core/scalar.js';
import type { Tensor } from '../core/tensor.js';
import {
  add,
  cast,
  div,
  greater,
  mul,
  pow,
  sign,
  sqrt,
  square,
  sub,
  sum,
  where,
} from '../ops/index.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link Lion}. */
export interface LionOptions extends OptimizerOptions {
  /** Share of the momentum in the direction; default 0.9. */
  readonly beta1?: number;
  /** Decay of the momentum; default 0.99. */
  readonly beta2?: number;
}

/** w −= lr·sign(β1·m + (1 − β1)·g); m = β2·m + (1 − β2)·g. */
export class Lion extends Optimizer {
  static override readonly className = 'Lion';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    beta1: true,
    beta2: true,
  } satisfies OptionNames<LionOptions>;
  readonly beta1: number;
  readonly beta2: number;

  constructor(options: LionOptions = {}) {
    super(options, { name: 'lion', learningRate: 0.001 });
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.99;
    if (this.beta1 > 0 && this.beta1 <= 1) return;
    throw new ArgumentError({
      where: 'Lion',
      what: 'beta1 lies outside its range',
      expected: 'above 0 and at most 1',
      received: String(this.beta1),
      fix: 'use beta1: 0.9',
    });
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'momentum' }];
  }

  protected override update({ value, slots, gradient, rate }: UpdateCall): readonly Tensor[] {
    const [old = value] = slots;
    const blend = (beta: number): Tensor => add(mul(old, beta), mul(gradient, 1 - beta));
    return [sub(value, mul(sign(blend(this.beta1)), rate)), blend(this.beta2)];
  }

  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), beta1: this.beta1, beta2: this.beta2 };
  }
}

/** Options of {@link Lamb}. */
export interface LambOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/** Adam's step, stretched to the length of the weights: for very large batches. */
export class Lamb extends Optimizer {
  static override readonly className = 'Lamb';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    beta1: true,
    beta2: true,
    epsilon: true,
  } satisfies OptionNames<LambOptions>;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;

  constructor(options: LambOptions = {}) {
    super(options, { name: 'lamb', learningRate: 0.001 });
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'momentum' }, { name: 'velocity' }];
  }

  protected override prepare(_rate: Tensor, iterations: Tensor): readonly Tensor[] {
    const step = cast(add(iterations, 1), 'float32');
    return [this.beta1, this.beta2].map((beta) => sub(1, pow(scalarOf(beta), step)));
  }

  protected override update({ value, slots, gradient, rate, shared }: UpdateCall) {
    const [oldMean = value, oldSquare = value] = slots;
    const [restOfMean = rate, restOfSquare = rate] = shared;
    const mean = add(oldMean, mul(sub(gradient, oldMean), 1 - this.beta1));
    const squares = add(oldSquare, mul(sub(square(gradient), oldSquare), 1 - this.beta2));
    const scale = add(sqrt(div(squares, restOfSquare)), this.epsilon);
    const direction = div(div(mean, restOfMean), scale);
    const length = (x: Tensor): Tensor => sqrt(sum(square(x)));
    const [weightLength, stepLength] = [length(value), length(direction)];
    const ratio = where(greater(stepLength, 0), div(weightLength, stepLength), 1);
    const trust = where(greater(weightLength, 0), ratio, 1);
    return [sub(value, mul(direction, mul(trust, rate))), mean, squares];
  }

  override getConfig(): Record<string, Plain> {
    const { beta1, beta2, epsilon } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon };
  }
}

// Optimizers with a step size for each weight: Adagrad (Duchi et al. 2011), Adadelta (Zeiler 2012),
// Adamax (Kingma and Ba 2015, section 7.1), Nadam (Dozat 2015). Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import { scalarOf } from '../core/scalar.js';
import type { Tensor } from '../core/tensor.js';
import { Variable } from '../core/variable.js';
import {
  abs,
  add,
  cast,
  div,
  maximum,
  mul,
  neg,
  pow,
  rsqrt,
  sqrt,
  square,
  sub,
} from '../ops/index.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** Where the sums of squares start; default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/** Steps divided by the root of the sum of all squared gradients so far. */
export class Adagrad extends Optimizer {
  static override readonly className = 'Adagrad';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    initialAccumulatorValue: true,
    epsilon: true,
  } satisfies OptionNames<AdagradOptions>;
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;

  constructor(options: AdagradOptions = {}) {
    super(options, { name: 'adagrad', learningRate: 0.001 });
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? 0.1;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'accumulator', initial: this.initialAccumulatorValue }];
  }

  protected override update({ value, slots, gradient, rate }: UpdateCall): readonly Tensor[] {
    const [old = value] = slots;
    const total = add(old, square(gradient));
    const step = div(mul(gradient, rate), sqrt(add(total, this.epsilon)));
    return [sub(value, step), total];
  }

  override getConfig(): Record<string, Plain> {
    const { initialAccumulatorValue, epsilon } = this;
    return { ...super.getConfig(), initialAccumulatorValue, epsilon };
  }
}

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of the means; default 0.95. */
  readonly rho?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/** Steps as large as the recent steps were, relative to the recent gradients. */
export class Adadelta extends Optimizer {
  static override readonly className = 'Adadelta';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    rho: true,
    epsilon: true,
  } satisfies OptionNames<AdadeltaOptions>;
  readonly rho: number;
  readonly epsilon: number;

  constructor(options: AdadeltaOptions = {}) {
    super(options, { name: 'adadelta', learningRate: 0.001 });
    this.rho = options.rho ?? 0.95;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'accumulated_grad' }, { name: 'accumulated_delta_var' }];
  }

  protected override update({ value, slots, gradient, rate }: UpdateCall): readonly Tensor[] {
    const [oldSquare = value, oldDelta = value] = slots;
    const { rho, epsilon } = this;
    const average = (old: Tensor, x: Tensor): Tensor => add(mul(old, rho), mul(square(x), 1 - rho));
    const squares = average(oldSquare, gradient);
    const ratio = mul(sqrt(add(oldDelta, epsilon)), rsqrt(add(squares, epsilon)));
    const delta = neg(mul(ratio, gradient));
    return [add(value, mul(delta, rate)), squares, average(oldDelta, delta)];
  }

  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), rho: this.rho, epsilon: this.epsilon };
  }
}

/** Options of {@link Adamax} and {@link Nadam}. */
export interface BetaOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/** The names of {@link BetaOptions}. */
const BETA_OPTIONS: OptionNames<BetaOptions> = {
  ...OPTIMIZER_OPTIONS,
  beta1: true,
  beta2: true,
  epsilon: true,
};

/** Means of gradients with two rates of decay. */
abstract class BetaOptimizer extends Optimizer {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;

  constructor(options: BetaOptions, name: string) {
    super(options, { name, learningRate: 0.001 });
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  override getConfig(): Record<string, Plain> {
    const { beta1, beta2, epsilon } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon };
  }
}

/** 1 − beta^t. */
function correction(beta: number, step: Tensor): Tensor {
  return sub(1, pow(scalarOf(beta), step));
}

/** The step number t = iterations + 1, as a float. */
function stepNumber(iterations: Tensor): Tensor {
  return cast(add(iterations, 1), 'float32');
}

/** Adam with the largest gradient so far in place of the mean square. */
export class Adamax extends BetaOptimizer {
  static override readonly className = 'Adamax';
  static override readonly optionNames: KnownOptions = BETA_OPTIONS;

  constructor(options: BetaOptions = {}) {
    super(options, 'adamax');
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'momentum' }, { name: 'norm' }];
  }

  protected override prepare(rate: Tensor, iterations: Tensor): readonly Tensor[] {
    return [div(rate, correction(this.beta1, stepNumber(iterations)))];
  }

  protected override update({ value, slots, gradient, rate, shared }: UpdateCall) {
    const [oldMean = value, oldNorm = value] = slots;
    const [alpha = rate] = shared;
    const mean = add(oldMean, mul(sub(gradient, oldMean), 1 - this.beta1));
    const norm = maximum(mul(oldNorm, this.beta2), abs(gradient));
    return [sub(value, div(mul(mean, alpha), add(norm, this.epsilon))), mean, norm];
  }
}

/** Adam with Nesterov's look-ahead. */
export class Nadam extends BetaOptimizer {
  static override readonly className = 'Nadam';
  static override readonly optionNames: KnownOptions = BETA_OPTIONS;
  #product: Variable | undefined;

  constructor(options: BetaOptions = {}) {
    super(options, 'nadam');
  }

  /** The product of all momentum coefficients so far. */
  get #coefficients(): Variable {
    this.#product ??= new Variable(scalarOf(1), { name: 'variable', trainable: false });
    return this.#product;
  }

  protected override extraVariables(): readonly Variable[] {
    return [this.#coefficients];
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'momentum' }, { name: 'velocity' }];
  }

  /** u_t, u_{t+1}, their products so far, and the correction of the second moment. */
  protected override prepare(
    _rate: Tensor,
    iterations: Tensor,
    stage: (variable: Variable, value: Tensor) => void,
  ): readonly Tensor[] {
    const step = stepNumber(iterations);
    const coefficient = (at: Tensor): Tensor =>
      mul(sub(1, mul(pow(scalarOf(0.96), at), 0.5)), this.beta1);
    const now = coefficient(step);
    const next = coefficient(add(step, 1));
    const product = mul(this.#coefficients.value, now);
    stage(this.#coefficients, product);
    return [now, next, product, mul(product, next), correction(this.beta2, step)];
  }

  protected override update({ value, slots, gradient, rate, shared }: UpdateCall) {
    const [oldMean = value, oldSquare = value] = slots;
    const [now = rate, next = rate, product = rate, productNext = rate, rest = rate] = shared;
    const mean = add(oldMean, mul(sub(gradient, oldMean), 1 - this.beta1));
    const squares = add(oldSquare, mul(sub(square(gradient), oldSquare), 1 - this.beta2));
    const lookAhead = div(mul(mean, next), sub(1, productNext));
    const direct = div(mul(gradient, sub(1, now)), sub(1, product));
    const scale = add(sqrt(div(squares, rest)), this.epsilon);
    const step = div(mul(add(lookAhead, direct), rate), scale);
    return [sub(value, step), mean, squares];
  }
}

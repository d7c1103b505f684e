// Follow the regularised leader (McMahan et al. 2013). Rule as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { add, clip, div, mul, pow, square, sub } from '../ops/index.js';
import { Optimizer, type UpdateCall } from './optimizer.js';
import { OPTIMIZER_OPTIONS, type OptimizerOptions } from './options.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link Ftrl}. */
export interface FtrlOptions extends OptimizerOptions {
  /** At most 0; default −0.5. */
  readonly learningRatePower?: number;
  /** Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default 0. */
  readonly l1RegularizationStrength?: number;
  /** Default 0. */
  readonly l2RegularizationStrength?: number;
  /** Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** Default 0. */
  readonly beta?: number;
}

/** For large sparse linear models: many weights become exactly 0 with an L1 strength. */
export class Ftrl extends Optimizer {
  static override readonly className = 'Ftrl';
  static override readonly optionNames: KnownOptions = {
    ...OPTIMIZER_OPTIONS,
    learningRatePower: true,
    initialAccumulatorValue: true,
    l1RegularizationStrength: true,
    l2RegularizationStrength: true,
    l2ShrinkageRegularizationStrength: true,
    beta: true,
  } satisfies OptionNames<FtrlOptions>;
  readonly learningRatePower: number;
  readonly initialAccumulatorValue: number;
  readonly l1RegularizationStrength: number;
  readonly l2RegularizationStrength: number;
  readonly l2ShrinkageRegularizationStrength: number;
  readonly beta: number;

  constructor(options: FtrlOptions = {}) {
    super(options, { name: 'ftrl', learningRate: 0.001 });
    this.learningRatePower = options.learningRatePower ?? -0.5;
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? 0.1;
    this.l1RegularizationStrength = options.l1RegularizationStrength ?? 0;
    this.l2RegularizationStrength = options.l2RegularizationStrength ?? 0;
    this.l2ShrinkageRegularizationStrength = options.l2ShrinkageRegularizationStrength ?? 0;
    this.beta = options.beta ?? 0;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [{ name: 'accumulator', initial: this.initialAccumulatorValue }, { name: 'linear' }];
  }

  protected override update({ value, slots, gradient, rate }: UpdateCall): readonly Tensor[] {
    const [oldTotal = value, oldLinear = value] = slots;
    const l1 = this.l1RegularizationStrength;
    const l2 = add(div(this.beta, mul(rate, 2)), this.l2RegularizationStrength);
    const shrunk = add(gradient, mul(value, 2 * this.l2ShrinkageRegularizationStrength));
    const total = add(oldTotal, square(gradient));
    const root = (x: Tensor): Tensor => pow(x, -this.learningRatePower);
    const sigma = div(sub(root(total), root(oldTotal)), rate);
    const linear = add(oldLinear, sub(shrunk, mul(sigma, value)));
    const quadratic = add(div(root(total), rate), mul(l2, 2));
    const next = div(sub(clip(linear, -l1, l1), linear), quadratic);
    return [next, total, linear];
  }

  override getConfig(): Record<string, Plain> {
    const { learningRatePower, initialAccumulatorValue, l1RegularizationStrength } = this;
    const { l2RegularizationStrength, l2ShrinkageRegularizationStrength, beta } = this;
    return {
      ...super.getConfig(),
      learningRatePower,
      initialAccumulatorValue,
      l1RegularizationStrength,
      l2RegularizationStrength,
      l2ShrinkageRegularizationStrength,
      beta,
    };
  }
}

// LossScaleOptimizer: keeps float16 gradients from vanishing by scaling the loss as far as it goes.
// Micikevicius et al. 2018, "Mixed precision training"; the rule is Keras 3's.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { scalarOf } from '../core/scalar.js';
import type { Tensor } from '../core/tensor.js';
import { Variable } from '../core/variable.js';
import { add, all, div, equal, isFinite, logicalAnd, mul, where } from '../ops/index.js';
import type { Averages } from './averages.js';
import { Optimizer } from './optimizer.js';
import type { LearningRateSchedule } from './schedules/schedule.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link LossScaleOptimizer}. */
export interface LossScaleOptions {
  /** The optimizer that moves the weights. */
  readonly innerOptimizer: Optimizer;
  /** Default 32768. */
  readonly initialScale?: number;
  /** Steps without overflow after which the scale doubles; default 2000. */
  readonly dynamicGrowthSteps?: number;
  readonly name?: string;
}

/**
 * Scales the loss, unscales the gradients, and skips steps in which they overflow: then the scale
 * is halved; after many good steps it doubles. For `mixed_float16`.
 *
 * @example
 * ```ts
 * import { optimizers } from 'keratin';
 * const inner = new optimizers.Adam();
 * const scaled = new optimizers.LossScaleOptimizer({ innerOptimizer: inner });
 * ```
 */
export class LossScaleOptimizer extends Optimizer {
  static override readonly className = 'LossScaleOptimizer';
  static override readonly optionNames: KnownOptions = {
    innerOptimizer: true,
    initialScale: true,
    dynamicGrowthSteps: true,
    name: true,
  } satisfies OptionNames<LossScaleOptions>;
  readonly inner: Optimizer;
  readonly initialScale: number;
  readonly dynamicGrowthSteps: number;
  readonly #unusedRate: Variable;
  readonly #goodSteps: Variable;
  readonly #scale: Variable;

  constructor(options: LossScaleOptions) {
    const { name = 'loss_scale_optimizer', innerOptimizer } = options;
    super({ name, learningRate: 0 }, { name, learningRate: 0 }, options);
    this.inner = innerOptimizer;
    requireOptimizer(innerOptimizer);
    // Gradients are divided by the scale here; the inner optimizer must not do it again.
    this.inner.lossScaleFactor = null;
    this.initialScale = options.initialScale ?? 2 ** 15;
    this.dynamicGrowthSteps = options.dynamicGrowthSteps ?? 2000;
    const own = (label: string, initial: Tensor): Variable =>
      new Variable(initial, { name: label, path: `${name}/${label}`, trainable: false });
    this.#unusedRate = own('learning_rate', scalarOf(0));
    this.#goodSteps = own('step_counter', scalarOf(0, 'int32'));
    this.#scale = own('dynamic_scale', scalarOf(this.initialScale));
  }

  override get isWrapper(): boolean {
    return true;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [];
  }

  protected override update(): readonly Tensor[] {
    return [];
  }

  protected override extraVariables(): readonly Variable[] {
    return [this.#goodSteps, this.#scale];
  }

  override get learningRate(): Variable | LearningRateSchedule {
    return this.inner.learningRate;
  }

  override set learningRate(rate: number | LearningRateSchedule) {
    this.inner.learningRate = rate;
  }

  override readLearningRate(): Promise<number> {
    return this.inner.readLearningRate();
  }

  override get iterations(): Tensor {
    return this.inner.iterations;
  }

  override get built(): boolean {
    return this.inner.built;
  }

  /** Its own state, then that of the inner optimizer. */
  override get variables(): readonly Variable[] {
    return [...this.ownVariables, ...this.inner.variables];
  }

  /** What Keras keeps for the wrapper itself: an unused counter and rate, then the two scalars. */
  get ownVariables(): readonly Variable[] {
    return [this.iteration, this.#unusedRate, ...this.extraVariables()];
  }

  override build(weights: readonly Variable[]): void {
    this.inner.build(weights);
  }

  override scaleLoss(loss: Tensor): Tensor {
    return mul(loss, this.#scale.value);
  }

  override apply(gradients: readonly (Tensor | undefined)[], weights: readonly Variable[]): void {
    const isGood = gradients
      .filter((gradient) => gradient !== undefined)
      .map((gradient) => all(isFinite(gradient)))
      .reduce<Tensor | undefined>(
        (both, next) => (both === undefined ? next : logicalAnd(both, next)),
        undefined,
      );
    const scale = this.#scale.value;
    const unscaled = gradients.map((gradient) =>
      gradient === undefined ? undefined : div(gradient, scale),
    );
    this.inner.apply(unscaled, weights, isGood);
    if (isGood !== undefined) this.#adapt(isGood);
  }

  #adapt(isGood: Tensor): void {
    const steps = this.#goodSteps.value;
    const scale = this.#scale.value;
    const grows = equal(steps, this.dynamicGrowthSteps - 1);
    const whenGood = where(grows, mul(scale, 2), scale);
    this.#scale.assign(where(isGood, whenGood, mul(scale, 0.5)));
    const counted = where(grows, 0, add(steps, 1));
    this.#goodSteps.assign(where(isGood, counted, 0));
  }

  override excludeFromWeightDecay(rules: readonly (Variable | RegExp | string)[]): void {
    this.inner.excludeFromWeightDecay(rules);
  }

  override finalizeVariableValues(): void {
    this.inner.finalizeVariableValues();
  }

  override get averages(): Averages | undefined {
    return this.inner.averages;
  }

  override getConfig(): Record<string, Plain> {
    const { name, initialScale, dynamicGrowthSteps } = this;
    return { name, initialScale, dynamicGrowthSteps };
  }
}

function requireOptimizer(given: unknown): void {
  if (given instanceof Optimizer) return;
  throw new ArgumentError({
    where: 'LossScaleOptimizer',
    what: 'there is no inner optimizer',
    expected: 'an optimizer',
    received: typeof given,
    fix: 'write new LossScaleOptimizer({ innerOptimizer: new Adam() })',
  });
}

// The base of all optimizers: from gradients to new weights, in Keras's order of things.
// Subclasses say which slots they keep and how one weight moves; models call `apply`.
import { checkOptionsOf, type KnownOptions, requireList } from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError, StateError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { scalarOf } from '../core/scalar.js';
import { isSerialized } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { Variable } from '../core/variable.js';
import { add, div, equal, floorDiv, logicalAnd, mod, mul, sub, where } from '../ops/index.js';
import { Averages } from './averages.js';
import { type Assignment, commit, constrain } from './commit.js';
import { clipGradients } from './gradients.js';
import { type OptimizerOptions, type SharedSettings, sharedSettings } from './options.js';
import { deserializeSchedule, serializeSchedule } from './schedules/lookup.js';
import { LearningRateSchedule } from './schedules/schedule.js';
import { inFileOrder, newSlot, type SlotDefinition } from './slots.js';

/** What an update rule is given for one weight. */
export interface UpdateCall {
  readonly variable: Variable;
  readonly value: Tensor;
  /** In the order of `slotsFor`. */
  readonly slots: readonly Tensor[];
  readonly gradient: Tensor;
  /** The learning rate of this step, a scalar. */
  readonly rate: Tensor;
  /** Learning rate times weight decay, where there is a decay. */
  readonly decay: Tensor | undefined;
  /** What `prepare` returned. */
  readonly shared: readonly Tensor[];
}

/**
 * Moves weights along their gradients. `model.compile` takes one; in loops of your own call
 * `apply(gradients, variables)`.
 *
 * @example
 * ```ts
 * import { optimizers, tensor, Variable, valueAndGradient } from 'keratin';
 * const w = new Variable(tensor([3]));
 * const sgd = new optimizers.SGD({ learningRate: 0.5 });
 * const { gradients } = valueAndGradient(() => w.value.square().sum(), [w]);
 * sgd.apply(gradients, [w]);
 * console.log(await w.value.array()); // [ 0 ]
 * ```
 */
export abstract class Optimizer {
  /** The class's name in Keras's files. */
  static readonly className: string = 'Optimizer';
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;
  readonly name: string;
  readonly settings: SharedSettings;
  #lossScaleFactor: number | null;
  #rate: number | LearningRateSchedule;
  #rateVariable: Variable | undefined;
  #iteration: Variable | undefined;
  #weights: readonly Variable[] = [];
  #slots: readonly (readonly Variable[])[] = [];
  #definitions: readonly (readonly SlotDefinition[])[] = [];
  #averages: Averages | undefined;
  #accumulators: readonly Variable[] = [];
  readonly #index = new Map<Variable, number>();
  #warned = false;
  readonly #undecayed: (Variable | RegExp)[] = [];

  /** `given`: the caller's options, where a class passes others up. */
  constructor(
    options: OptimizerOptions,
    defaults: { name: string; learningRate: number },
    given: object = options,
  ) {
    checkOptionsOf(new.target, given);
    this.name = options.name ?? defaults.name;
    this.settings = sharedSettings(this.name, options);
    this.#lossScaleFactor = this.settings.lossScaleFactor;
    const rate = options.learningRate ?? defaults.learningRate;
    this.#rate = isSerialized(rate) ? deserializeSchedule(rate) : rate;
    if (typeof this.#rate === 'number' && !(this.#rate >= 0)) {
      throw new ArgumentError({
        where: this.name,
        what: 'the learning rate is not a step size',
        expected: 'a number of at least 0, or a schedule',
        received: String(this.#rate),
        fix: `for example learningRate: ${defaults.learningRate}`,
      });
    }
  }

  /** Slots kept for `variable`, in the order in which `update` gets them. */
  protected abstract slotsFor(variable: Variable): readonly SlotDefinition[];

  /** The new value of the variable, then the new values of its slots. */
  protected abstract update(call: UpdateCall): readonly Tensor[];

  /** Scalars that all weights of one step share; further state goes through `stage`. */
  protected prepare(
    _rate: Tensor,
    _iterations: Tensor,
    _stage: (variable: Variable, value: Tensor) => void,
  ): readonly Tensor[] {
    return [];
  }

  /** State that belongs to no weight; saved last. */
  protected extraVariables(): readonly Variable[] {
    return [];
  }

  /** Whether the rule takes care of `call.decay`; else weights are decayed before it. */
  protected get decaysInUpdate(): boolean {
    return false;
  }

  /** How much `variable` decays; null for not at all. */
  protected weightDecayOf(_variable: Variable): number | null {
    return this.settings.weightDecay;
  }

  /** Keras's name of the class. */
  get className(): string {
    return classNameOf(this);
  }

  /** Whether other optimizers move the weights; one such optimizer cannot be inside of another. */
  get isWrapper(): boolean {
    return false;
  }

  /** What the loss is multiplied by and gradients are divided by; null for nothing. */
  get lossScaleFactor(): number | null {
    return this.#lossScaleFactor;
  }

  set lossScaleFactor(factor: number | null) {
    this.#lossScaleFactor = factor;
  }

  /** Steps done, as a variable (int32); with gradient accumulation it counts every micro-step. */
  get iteration(): Variable {
    this.#iteration ??= new Variable(scalarOf(0, 'int32'), {
      name: 'iteration',
      path: `${this.name}/iteration`,
      trainable: false,
    });
    return this.#iteration;
  }

  /** Updates done, as a tensor: what schedules are given. */
  get iterations(): Tensor {
    const steps = this.settings.gradientAccumulationSteps;
    return steps === null ? this.iteration.value : floorDiv(this.iteration.value, steps);
  }

  /** The learning rate as a variable, or the schedule it follows. Assign a number to change it. */
  get learningRate(): Variable | LearningRateSchedule {
    if (this.#rate instanceof LearningRateSchedule) return this.#rate;
    this.#rateVariable ??= new Variable(scalarOf(this.#rate), {
      name: 'learning_rate',
      path: `${this.name}/learning_rate`,
      trainable: false,
    });
    return this.#rateVariable;
  }

  set learningRate(rate: number | LearningRateSchedule) {
    if (typeof rate === 'number' && this.#rate instanceof LearningRateSchedule) {
      throw new StateError({
        where: this.name,
        what: 'the learning rate follows a schedule and cannot be set to a number',
        fix: 'make the optimizer with a number as its learningRate',
      });
    }
    this.#rate = rate;
    if (typeof rate !== 'number') return;
    currentEngine().scope(() => this.#rateVariable?.assign(scalarOf(rate)));
  }

  /** The learning rate of the next step. */
  async readLearningRate(): Promise<number> {
    const rate = await this.#rateNow().item();
    if (typeof this.#rate === 'number') this.#rate = rate;
    return rate;
  }

  #rateNow(): Tensor {
    const rate = this.learningRate;
    return rate instanceof Variable ? rate.value : rate.call(this.iteration.value);
  }

  /** Whether `build` was called. */
  get built(): boolean {
    return this.#weights.length > 0;
  }

  /** Everything the optimizer remembers, in the order of Keras's files. */
  get variables(): readonly Variable[] {
    const rate = this.learningRate;
    return [
      this.iteration,
      ...(rate instanceof Variable ? [rate] : []),
      ...(this.#averages?.variables ?? []),
      ...this.#accumulators,
      ...inFileOrder(this.#slots, this.#definitions),
      ...this.extraVariables(),
    ];
  }

  /** Makes the slots of these weights; `apply` does it the first time if nobody did before. */
  build(weights: readonly Variable[]): void {
    if (this.built) return;
    this.#weights = [...weights];
    weights.forEach((weight, index) => {
      this.#index.set(weight, index);
    });
    if (this.settings.useEma) this.#averages = new Averages(this.name, weights, this.settings);
    if (this.settings.gradientAccumulationSteps !== null) {
      const name = 'gradient_accumulator';
      this.#accumulators = weights.map((weight) => newSlot(this.name, weight, { name }));
    }
    this.#definitions = weights.map((weight) => this.slotsFor(weight));
    this.#slots = weights.map((weight, index) =>
      (this.#definitions[index] ?? []).map((definition) => newSlot(this.name, weight, definition)),
    );
  }

  /** The loss to differentiate: multiplied by `lossScaleFactor`, where there is one. */
  scaleLoss(loss: Tensor): Tensor {
    const { lossScaleFactor } = this;
    return lossScaleFactor === null ? loss : mul(loss, lossScaleFactor);
  }

  /**
   * One step. Gradients that are undefined leave their weight as it is.
   *
   * `onlyIf` (a bool scalar) decides on the device whether anything changes.
   *
   * @throws ArgumentError where no weight has a gradient; StateError for unknown weights.
   */
  apply(
    gradients: readonly (Tensor | undefined)[],
    weights: readonly Variable[],
    onlyIf?: Tensor,
  ): void {
    this.build(weights);
    const used = weights.flatMap((weight, index) => {
      const gradient = gradients[index];
      return gradient === undefined ? [] : [{ weight, gradient, at: this.#indexOf(weight) }];
    });
    if (used.length === 0) {
      throw new ArgumentError({
        where: this.name,
        what: 'no weight has a gradient',
        received: weights.map((weight) => weight.path).join(', ') || 'no weights',
        fix: 'let the loss depend on trainable weights through differentiable operations',
      });
    }
    if (used.length < weights.length) this.#warnOfUnused(weights, gradients);
    const { lossScaleFactor } = this;
    const { gradientAccumulationSteps: steps } = this.settings;
    const scaled =
      lossScaleFactor === null
        ? used
        : used.map((use) => ({ ...use, gradient: div(use.gradient, lossScaleFactor) }));
    if (steps === null) commit(this.#step(scaled), onlyIf);
    else this.#accumulate(scaled, steps, onlyIf);
    this.#averages?.update(this.iterations, onlyIf);
    for (const { weight } of used) constrain(weight);
    commit([[this.iteration, add(this.iteration.value, 1)]], onlyIf);
  }

  #warnOfUnused(weights: readonly Variable[], gradients: readonly (Tensor | undefined)[]): void {
    if (this.#warned) return;
    this.#warned = true;
    const unused = weights.filter((_, index) => gradients[index] === undefined);
    const names = unused.map(({ path }) => path).join(', ');
    console.warn(`${this.name}: the loss does not depend on ${names}, which will not be trained.`);
  }

  #indexOf(weight: Variable): number {
    const index = this.#index.get(weight);
    if (index !== undefined) return index;
    throw new StateError({
      where: this.name,
      what: `the optimizer was built without the variable "${weight.path}"`,
      fix: 'compile the model again after adding layers or changing what is trainable',
    });
  }

  /** Adds to the accumulators; every `steps`-th time the weights move by the mean. */
  #accumulate(used: readonly Use[], steps: number, onlyIf: Tensor | undefined): void {
    const isLast = equal(mod(add(this.iteration.value, 1), steps), 0);
    const summed = used.map((use) => {
      const accumulator = this.#accumulators[use.at];
      return accumulator === undefined ? use.gradient : add(accumulator.value, use.gradient);
    });
    const means = used.map((use, index) => ({
      ...use,
      gradient: div(summed[index] ?? use.gradient, steps),
    }));
    const moves = onlyIf === undefined ? isLast : logicalAnd(isLast, onlyIf);
    commit(this.#step(means), moves);
    const totals = used.flatMap((use, index): Assignment[] => {
      const accumulator = this.#accumulators[use.at];
      const total = summed[index];
      if (accumulator === undefined || total === undefined) return [];
      return [[accumulator, where(isLast, 0, total)]];
    });
    commit(totals, onlyIf);
  }

  /** What one update changes; nothing is assigned yet. */
  #step(used: readonly Use[]): Assignment[] {
    const assignments: Assignment[] = [];
    const rate = this.#rateNow();
    const decays = new Map<number, Tensor>();
    const shared = this.prepare(rate, this.iterations, (variable, value) => {
      assignments.push([variable, value]);
    });
    const clipped = clipGradients(
      used.map((use) => use.gradient),
      this.settings,
    );
    used.forEach((use, order) => {
      const variable = use.weight;
      const slots = this.#slots[use.at] ?? [];
      const decay = this.#decayOf(variable, rate, decays);
      const decayHere = decay !== undefined && !this.decaysInUpdate;
      const value = decayHere ? sub(variable.value, mul(variable.value, decay)) : variable.value;
      const [next = value, ...nextSlots] = this.update({
        variable,
        value,
        slots: slots.map((slot) => slot.value),
        gradient: clipped[order] ?? use.gradient,
        rate,
        decay,
        shared,
      });
      assignments.push([variable, next]);
      slots.forEach((slot, index) => {
        const value = nextSlots[index];
        if (value !== undefined) assignments.push([slot, value]);
      });
    });
    return assignments;
  }

  /** Learning rate times the weight decay of `variable`, made once for each decay. */
  #decayOf(variable: Variable, rate: Tensor, made: Map<number, Tensor>): Tensor | undefined {
    const isExcluded = this.#undecayed.some((rule) =>
      rule instanceof Variable ? rule === variable : rule.test(variable.path),
    );
    const strength = isExcluded ? null : this.weightDecayOf(variable);
    if (strength === null) return undefined;
    const decay = made.get(strength) ?? mul(rate, strength);
    made.set(strength, decay);
    return decay;
  }

  /**
   * Leaves weights out of weight decay: given themselves, or by parts of their paths
   * (regular expressions). Call it before training.
   */
  excludeFromWeightDecay(rules: readonly (Variable | RegExp | string)[]): void {
    requireList('excludeFromWeightDecay', 'rules', rules);
    for (const rule of rules) {
      this.#undecayed.push(typeof rule === 'string' ? new RegExp(rule) : rule);
    }
  }

  /** At the end of training: with `useEma` the weights become their averages. */
  finalizeVariableValues(): void {
    this.#averages?.overwrite();
  }

  /** The running averages of the weights; undefined without `useEma` and before `build`. */
  get averages(): Averages | undefined {
    return this.#averages;
  }

  /** The constructor's options. The learning rate is rounded to float32, as it is used. */
  getConfig(): Record<string, Plain> {
    const rate = this.#rate;
    const learningRate = typeof rate === 'number' ? Math.fround(rate) : serializeSchedule(rate);
    const { name, settings, lossScaleFactor } = this;
    return { name, learningRate, ...settings, lossScaleFactor };
  }
}

/** A weight with its gradient and its place among the weights. */
interface Use {
  readonly weight: Variable;
  readonly gradient: Tensor;
  readonly at: number;
}

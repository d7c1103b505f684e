// MultiOptimizer: hands every weight to an optimizer of its own choice. The rules are Keras 3's.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { ArgumentError, StateError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { scalarOf } from '../core/scalar.js';
import type { Tensor } from '../core/tensor.js';
import { Variable } from '../core/variable.js';
import { add } from '../ops/index.js';
import { commit } from './commit.js';
import { Optimizer } from './optimizer.js';
import { type OptimizerChoice, OptimizerMap, optimizerInside } from './optimizer-map.js';
import type { LearningRateSchedule } from './schedules/schedule.js';
import type { SlotDefinition } from './slots.js';

/** Options of {@link MultiOptimizer}. */
export interface MultiOptimizerOptions {
  /** A map, or a function from a weight to its optimizer; only maps can be saved. */
  readonly optimizerMap: OptimizerChoice;
  /** Takes the place of that of the optimizers inside. Default null: none. */
  readonly lossScaleFactor?: number | null;
  readonly name?: string;
}

/**
 * Moves weights with several optimizers, each weight with one: say new layers fast and a pretrained
 * encoder slowly. Learning rates belong to the optimizers inside (`optimizers`); callbacks that read
 * or set the rate of the model's optimizer refuse this one, as in Keras.
 *
 * @example
 * ```ts
 * import { layers, optimizers, Sequential } from 'keratin';
 * const model = new Sequential([
 *   layers.input({ shape: [2] }),
 *   layers.dense({ units: 4, name: 'encoder' }),
 *   layers.dense({ units: 1 }),
 * ]);
 * const optimizerMap = new optimizers.OptimizerMap({
 *   defaultOptimizer: new optimizers.Adam(),
 *   optimizerMap: { '.*encoder/.*': new optimizers.SGD({ learningRate: 1e-3 }) },
 * });
 * model.compile({ optimizer: new optimizers.MultiOptimizer({ optimizerMap }), loss: 'mse' });
 * ```
 */
export class MultiOptimizer extends Optimizer {
  static override readonly className = 'MultiOptimizer';
  static override readonly optionNames: KnownOptions = {
    optimizerMap: true,
    lossScaleFactor: true,
    name: true,
  } satisfies OptionNames<MultiOptimizerOptions>;
  readonly optimizerMap: OptimizerChoice;
  readonly #unusedRate: Variable;
  readonly #chosen = new Map<Variable, Optimizer>();
  #optimizers: readonly Optimizer[] = [];

  constructor(options: MultiOptimizerOptions) {
    const { name = 'multi_optimizer', optimizerMap, lossScaleFactor = null } = options;
    super({ name, lossScaleFactor }, { name, learningRate: 0 }, options);
    if (!(optimizerMap instanceof OptimizerMap) && typeof optimizerMap !== 'function') {
      throw new ArgumentError({
        where: name,
        what: 'there is no choice of optimizers',
        expected: 'an OptimizerMap, or a function from a variable to its optimizer',
        received: typeof optimizerMap,
        fix: 'write optimizerMap: new optimizers.OptimizerMap({ defaultOptimizer, optimizerMap })',
      });
    }
    this.optimizerMap = optimizerMap;
    this.#unusedRate = new Variable(scalarOf(0), {
      name: 'learning_rate',
      path: `${name}/learning_rate`,
      trainable: false,
    });
    if (optimizerMap instanceof OptimizerMap) this.#take(optimizerMap.optimizers);
  }

  /** The optimizers inside, in the order of Keras's files. */
  get optimizers(): readonly Optimizer[] {
    return this.#optimizers;
  }

  override get isWrapper(): boolean {
    return true;
  }

  /** Adds optimizers that are not there yet; their loss scale is that of this one. */
  #take(optimizers: readonly Optimizer[]): void {
    this.#optimizers = [...new Set([...this.#optimizers, ...optimizers])];
    for (const optimizer of optimizers) optimizer.lossScaleFactor = this.lossScaleFactor;
  }

  protected override slotsFor(): readonly SlotDefinition[] {
    return [];
  }

  protected override update(): readonly Tensor[] {
    return [];
  }

  override get lossScaleFactor(): number | null {
    return super.lossScaleFactor;
  }

  override set lossScaleFactor(factor: number | null) {
    super.lossScaleFactor = factor;
    this.#take(this.#optimizers);
  }

  override get learningRate(): Variable | LearningRateSchedule {
    throw this.#hasNoRate();
  }

  override set learningRate(_rate: number | LearningRateSchedule) {
    throw this.#hasNoRate();
  }

  override readLearningRate(): Promise<number> {
    return Promise.reject(this.#hasNoRate());
  }

  #hasNoRate(): StateError {
    return new StateError({
      where: this.name,
      what: 'an optimizer made of several has no learning rate of its own',
      fix: 'read and set the rates of its parts: optimizer.optimizers[0].learningRate',
    });
  }

  override get built(): boolean {
    return this.#chosen.size > 0;
  }

  /** A counter and an unused rate, then the states of the optimizers inside. */
  override get variables(): readonly Variable[] {
    const inner = this.#optimizers.flatMap((optimizer) => optimizer.variables);
    return [this.iteration, this.#unusedRate, ...inner];
  }

  override build(weights: readonly Variable[]): void {
    if (this.built) return;
    const { optimizerMap } = this;
    const choices = weights.map((weight): readonly [Variable, Optimizer] => {
      const isMap = optimizerMap instanceof OptimizerMap;
      const choice: unknown = isMap ? optimizerMap.get(weight.path) : optimizerMap(weight);
      return [weight, optimizerInside(`${this.name} for the variable "${weight.path}"`, choice)];
    });
    this.#take(choices.map(([, optimizer]) => optimizer));
    for (const [weight, optimizer] of choices) this.#chosen.set(weight, optimizer);
    for (const optimizer of this.#optimizers) {
      const own = weights.filter((weight) => this.#chosen.get(weight) === optimizer);
      if (own.length > 0) optimizer.build(own);
    }
  }

  /** One step of every optimizer that has a gradient. */
  override apply(
    gradients: readonly (Tensor | undefined)[],
    weights: readonly Variable[],
    onlyIf?: Tensor,
  ): void {
    this.build(weights);
    const parts = new Map<Optimizer, { gradients: (Tensor | undefined)[]; weights: Variable[] }>();
    weights.forEach((weight, index) => {
      const optimizer = this.#optimizerOf(weight);
      const part = parts.get(optimizer) ?? { gradients: [], weights: [] };
      part.gradients.push(gradients[index]);
      part.weights.push(weight);
      parts.set(optimizer, part);
    });
    const isIdle = gradients.every((gradient) => gradient === undefined);
    for (const optimizer of this.#optimizers) {
      const part = parts.get(optimizer);
      // Where nothing has a gradient the first part says so, with the names of its weights.
      const hasWork = isIdle || part?.gradients.some((gradient) => gradient !== undefined);
      if (part !== undefined && hasWork) optimizer.apply(part.gradients, part.weights, onlyIf);
    }
    commit([[this.iteration, add(this.iteration.value, 1)]], onlyIf);
  }

  #optimizerOf(weight: Variable): Optimizer {
    const optimizer = this.#chosen.get(weight);
    if (optimizer !== undefined) return optimizer;
    throw new StateError({
      where: this.name,
      what: `the optimizer was built without the variable "${weight.path}"`,
      fix: 'compile the model again after adding layers or changing what is trainable',
    });
  }

  override excludeFromWeightDecay(rules: readonly (Variable | RegExp | string)[]): void {
    for (const optimizer of this.#optimizers) optimizer.excludeFromWeightDecay(rules);
  }

  override finalizeVariableValues(): void {
    for (const optimizer of this.#optimizers) optimizer.finalizeVariableValues();
  }

  override getConfig(): Record<string, Plain> {
    const { name, lossScaleFactor } = this;
    return { name, lossScaleFactor };
  }
}

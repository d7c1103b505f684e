// What a layer owns: a name, weights, layers inside it, and losses. Below Layer, which adds calls.

import { type ConstraintLike, get as getConstraint } from '../constraints/index.js';
import { describe, requireList } from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import { type DType, isFloat } from '../core/dtype.js';
import { scope } from '../core/engine.js';
import { ArgumentError, StateError } from '../core/errors.js';
import { isInferring } from '../core/inference.js';
import { scopedPath, snakeCase, uniqueName } from '../core/naming.js';
import { formatShape, type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import type { FanAxes } from '../initializers/fans.js';
import { get as getInitializer, type InitializerLike } from '../initializers/index.js';
import { SeedGenerator } from '../ops/index.js';
import { get as getRegularizer, type RegularizerLike } from '../regularizers/index.js';
import { childrenOf, type Holding } from './children.js';
import { get as getPolicy } from './dtype-policies.js';
import type { DTypePolicy } from './dtype-policy.js';
import { kerasModuleOf } from './keras-module.js';
import type { LayerOptions } from './options.js';
import type { SavedState } from './saved-state.js';
import { settledSettings } from './settled-settings.js';
import { Weight } from './weight.js';
import { type WeightValue, weightTensor } from './weight-values.js';

/** Options of `this.weight(name, shape, options)`. */
export interface WeightOptions {
  /** Default `glorotUniform` for floats, `zeros` for others. */
  readonly initializer?: InitializerLike | undefined;
  /** Default true. */
  readonly trainable?: boolean | undefined;
  readonly regularizer?: RegularizerLike | null | undefined;
  readonly constraint?: ConstraintLike | null | undefined;
  /** Default: the layer's variable dtype. */
  readonly dtype?: DType | undefined;
  /** Whether reads in mixed precision are cast to the compute dtype. Default true. */
  readonly autocast?: boolean | undefined;
  /** Which axes are inputs and outputs of a unit, where Keras's usual rule does not fit. */
  readonly fanAxes?: FanAxes | undefined;
}

/** What files hold of one weight. */
export interface SavedWeight {
  readonly weight: Weight;
  /** What is written, where that is not the weight's value. */
  readonly value?: () => Tensor;
}

/** Properties that hold configuration, not layers that are part of this one. */
const NOT_CHILDREN: ReadonlySet<string> = new Set(['config', 'inputSpec', 'dtypePolicy']);

function isHolder(value: unknown): value is WeightHolder {
  return value instanceof WeightHolder;
}

/** Owns weights and layers. Extend {@link Layer}, not this. */
export abstract class WeightHolder<Config extends object = object> {
  readonly name: string;
  /** The constructor's options, with defaults filled in. */
  readonly config: Readonly<Config & LayerOptions>;
  readonly dtypePolicy: DTypePolicy;
  #path: string | undefined;
  #trainable: boolean;
  #built = false;
  #building = false;
  readonly #trainables: Weight[] = [];
  readonly #others: Weight[] = [];
  #losses: Tensor[] = [];

  constructor(config: Config & LayerOptions) {
    this.config = settledSettings(this, config);
    this.dtypePolicy = getPolicy(config.dtype);
    this.#trainable = config.trainable ?? true;
    const { name } = config;
    if (name !== undefined && (typeof name !== 'string' || name === '' || name.includes('/'))) {
      throw new ArgumentError({
        where: this.className,
        what: 'the name of a layer must be a text, not empty and without "/"',
        received: describe(name),
        fix: `use "${String(name).replaceAll('/', '_') || 'layer'}"`,
      });
    }
    this.name = name ?? uniqueName(this.baseName);
  }

  /** Keras's name of the class. */
  get className(): string {
    return classNameOf(this);
  }

  /** What automatic names and places in weights files start from. */
  get baseName(): string {
    return snakeCase(this.className);
  }

  /** Keras's names, in weights files, of properties that are called otherwise here. */
  get attributeNames(): Readonly<Record<string, string>> {
    return {};
  }

  /** The weights that files hold, in their order: all own ones for most. */
  get savedWeights(): readonly SavedWeight[] {
    return this.ownWeights.map((weight) => ({ weight }));
  }

  /** Called after the weights were set to those of a file. */
  weightsLoaded(): void {}

  /** What files hold of this layer besides weights; undefined for most. */
  savedState(): SavedState | undefined {
    return undefined;
  }

  /** Checks what a file holds besides weights, and returns what takes it over. */
  stateLoader(_state: SavedState): () => void {
    return () => {};
  }

  /** The class's module in Keras's files; null for classes of users. */
  get kerasModule(): string | null {
    return kerasModuleOf(this);
  }

  /** A map of policies tells by the path, which is known from `build` on. */
  get #ownPolicy(): DTypePolicy {
    const { dtypePolicy } = this;
    return this.#path === undefined ? dtypePolicy : dtypePolicy.forPath(this.#path);
  }

  /** For `build`: notes the place among the layers that are being built. */
  protected settlePath(): void {
    this.#path ??= scopedPath(this.name);
  }

  /** The dtype that inputs are cast to and results have. */
  get computeDtype(): DType {
    return this.#ownPolicy.computeDtype;
  }

  /** The dtype that weights are kept in. */
  get variableDtype(): DType {
    return this.#ownPolicy.variableDtype;
  }

  /** Whether the weights exist. */
  get built(): boolean {
    return this.#built;
  }

  /** Whether `build` is running. */
  protected get isBuilding(): boolean {
    return this.#building;
  }

  /** Runs `build`, during which weights may be made; afterwards the layer is built. */
  protected buildOnce(build: () => void): void {
    if (this.#built || this.#building) return;
    this.buildMore(build);
    this.#built = true;
  }

  /** Runs `build`, in which also a built layer may get weights. */
  protected buildMore(build: () => void): void {
    this.#building = true;
    try {
      build();
    } finally {
      this.#building = false;
    }
  }

  /**
   * Makes a weight of this layer. Call it in `build`. Weights keep the order they are made in:
   * trainable ones first, then the others, as in Keras's files.
   */
  protected weight(name: string, shape: Shape, options: WeightOptions = {}): Weight {
    if (this.#built && !this.#building) {
      throw new StateError({
        where: `${this.className} "${this.name}"`,
        what: 'a built layer cannot get another weight',
        received: `"${name}"`,
        fix: 'make all weights in build()',
      });
    }
    if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
      throw new ArgumentError({
        where: `weight "${name}"`,
        what: 'the shape is not known',
        expected: 'whole numbers',
        received: formatShape(shape),
        fix: 'give the input a fixed size in the axis that the weight depends on',
      });
    }
    const dtype = options.dtype ?? this.variableDtype;
    const initializer = options.initializer ?? (isFloat(dtype) ? 'GlorotUniform' : 'Zeros');
    const trainable = options.trainable ?? true;
    // What an initializer makes on the way is freed at once: large models would hold it twice.
    const weight = scope(
      () =>
        new Weight(getInitializer(initializer).initialize(shape, dtype, options.fanAxes), {
          name,
          path: scopedPath(name),
          trainable,
          regularizer: getRegularizer(options.regularizer),
          constraint: getConstraint(options.constraint),
          autocast: options.autocast,
        }),
    );
    (trainable ? this.#trainables : this.#others).push(weight);
    return weight;
  }

  /** Counts a weight that a layer inside made as one of this layer too, as Keras's wrappers do. */
  protected share(weight: Weight): Weight {
    (weight.trainable ? this.#trainables : this.#others).push(weight);
    return weight;
  }

  /** Properties that hold layers (alone, in lists, maps or records), in the order of assignment. */
  get children(): readonly Holding<WeightHolder>[] {
    return childrenOf(this, isHolder, NOT_CHILDREN);
  }

  /** The layers held directly, each once. */
  get sublayers(): readonly WeightHolder[] {
    return [...new Set(this.children.flatMap(([, layers]) => layers))];
  }

  /** The weights this layer made itself to be trained, whether or not they are now. */
  get ownTrainables(): readonly Weight[] {
    return this.#trainables;
  }

  /** The weights this layer made itself: trainable first, then the others. */
  get ownWeights(): readonly Weight[] {
    return [...this.#trainables, ...this.#others];
  }

  /** All weights: its own, then those of the layers inside it, each once. */
  get weights(): readonly Weight[] {
    const inner = this.sublayers.flatMap((layer) => layer.weights);
    return [...new Set([...this.ownWeights, ...inner])];
  }

  /** All weights and the states of random streams (dropout): everything a step may change. */
  get variables(): readonly Variable[] {
    const seeds = Object.values(this).flatMap((value: unknown) =>
      value instanceof SeedGenerator ? [value.state] : [],
    );
    const inner = this.sublayers.flatMap((layer) => layer.variables);
    return [...new Set([...this.ownWeights, ...seeds, ...inner])];
  }

  /** The weights that training changes; none while the layer is not trainable. */
  get trainableWeights(): readonly Weight[] {
    if (!this.#trainable) return [];
    const own = this.ownWeights.filter((weight) => weight.trainable);
    const inner = this.sublayers.flatMap((layer) => layer.trainableWeights);
    return [...new Set([...own, ...inner])];
  }

  /** The weights that training does not change. */
  get nonTrainableWeights(): readonly Weight[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trained.has(weight));
  }

  /** Whether training changes the weights. Setting it also sets all layers inside. */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(value: boolean) {
    this.#trainable = value;
    for (const weight of this.#trainables) weight.trainable = value;
    for (const layer of this.sublayers) layer.trainable = value;
  }

  /** The number of numbers in all weights. */
  countParams(): number {
    if (!this.#built && this.weights.length === 0) {
      throw new StateError({
        where: `${this.className} "${this.name}"`,
        what: 'the weights do not exist yet, so they cannot be counted',
        fix: 'call the layer on data first, or build it with ensureBuilt(inputShape)',
      });
    }
    return this.weights.reduce((total, weight) => total + sizeOf(weight.shape), 0);
  }

  /** The values of `weights`, in order. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => weight.value);
  }

  /** Sets the values of `weights`, in order. */
  setWeights(values: readonly WeightValue[]): void {
    const { weights } = this;
    const where = `${this.className} "${this.name}"`;
    requireList(where, 'the values of the weights', values);
    if (values.length !== weights.length) {
      const paths = weights.map((weight) => weight.path).join(', ');
      throw new ArgumentError({
        where,
        what: 'the number of values is not the number of weights',
        expected:
          weights.length === 0 ? 'none: there are no weights yet' : `${weights.length}: ${paths}`,
        received: `${values.length}`,
        fix: weights.length === 0 ? 'build the layer first' : 'give one value for each weight',
      });
    }
    const tensors = weights.map((weight, index) => {
      const value = values[index];
      return value === undefined ? weight.value : weightTensor(weight, value);
    });
    for (const [index, weight] of weights.entries()) {
      const tensor = tensors[index];
      if (tensor !== undefined) weight.assign(tensor);
    }
  }

  /** Adds a number to what training minimises. Call it in `call`; it counts until the next call. */
  addLoss(loss: Tensor): void {
    if (!isInferring()) this.#losses.push(loss);
  }

  /** Losses added by the last call, here and inside, and the penalties of trainable weights. */
  get losses(): readonly Tensor[] {
    const penalties = this.trainableWeights.flatMap((weight) =>
      weight.regularizer === undefined ? [] : [weight.regularizer.apply(weight.value)],
    );
    return [...this.addedLosses(), ...penalties];
  }

  /** Forgets the losses of the last call, here and inside. */
  clearLosses(): void {
    this.#losses = [];
    for (const layer of this.sublayers) layer.clearLosses();
  }

  private addedLosses(): readonly Tensor[] {
    const inner = this.sublayers.flatMap((layer) => layer.addedLosses());
    return [...new Set([...this.#losses, ...inner])];
  }
}

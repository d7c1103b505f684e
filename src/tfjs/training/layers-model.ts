// tf.LayersModel and tf.Sequential: our models with the methods, arguments and answers of
// TensorFlow.js. They are classes of their own, so that models of the main entry stay as they are.
import { ArgumentError } from '../../core/errors.js';
import { isList } from '../../core/tree.js';
import type { ArrayTree } from '../../data/host-array.js';
import { Model, Sequential as StackOfLayers, type Tensor } from '../../index.js';
import type { AnyLayer } from '../../layers/layer.js';
import type {
  PartialShape,
  SymbolicTensor,
  SymbolicTree,
  TensorTree,
} from '../../layers/symbolic.js';
import type { WeightValue } from '../../layers/weight-values.js';
import type { CompileOptions } from '../../models/compile.js';
import type { SequentialOptions } from '../../models/factories.js';
import type { AnyModel } from '../../models/model.js';
import type { Stackable } from '../../models/sequential.js';
import type { History } from '../../models/trainer.js';
import type { Dataset } from '../dataset.js';
import { valuesOf } from '../gradients.js';
import type { IOHandler, IOHandlerSync, SaveConfig, SaveResult } from '../io/types.js';
import { inputBefore, keepMask } from '../layer-arguments.js';
import { type Metadata, metadataOf, setMetadata } from '../layers-model/metadata.js';
import { saveLayersModel, topologyOf } from '../layers-model/save.js';
import { optimizerNamed } from '../optimizers.js';
import { putGetters, putMethods } from '../prototypes.js';
import { alone } from './alone.js';
import {
  evaluateAtOnce,
  type ModelEvaluateArgs,
  type ModelPredictArgs,
  predictAtOnce,
} from './at-once.js';
import {
  evaluateDataset,
  fit,
  fitDataset,
  type ModelEvaluateDatasetArgs,
  type ModelFitArgs,
  type ModelFitDatasetArgs,
  trainOnBatch,
} from './fit.js';
import { lossesMeant, metricsMeant } from './identifiers.js';
import { inOrder, metricsNames } from './names.js';
import { followRules, settleTrained } from './training-rules.js';

/** Options of `model.compile`. */
export type ModelCompileArgs = CompileOptions;

/** What models have in TensorFlow.js, with its arguments and answers. */
export interface LayersModelMethods {
  /** Names of losses and metrics, in the order in which `evaluate` gives them. */
  readonly metricsNames: string[];
  /** Sets optimizer, loss and metrics; `accuracy` is logged as `acc`. */
  compile(args: ModelCompileArgs): void;
  /** Trains for a number of epochs. */
  fit(x: ArrayTree, y: ArrayTree, args?: ModelFitArgs): Promise<History>;
  fit(dataset: Dataset, args?: ModelFitDatasetArgs): Promise<History>;
  /** Trains on batches of a dataset. */
  fitDataset(dataset: Dataset, args?: ModelFitDatasetArgs): Promise<History>;
  /** One step on one batch: the loss, or a list of it and the metrics of this batch. */
  trainOnBatch(x: ArrayTree, y: ArrayTree): Promise<number | number[]>;
  /** The outputs for data, at once. Inside of `tf.grad` and the like gradients flow through it. */
  predict(x: ArrayTree, args?: ModelPredictArgs): Tensor | Tensor[];
  /** The outputs for one batch, at once. */
  predictOnBatch(x: ArrayTree): Tensor | Tensor[];
  /** The loss, or a list of it and the metrics, at once. */
  evaluate(x: ArrayTree, y: ArrayTree, args?: ModelEvaluateArgs): Tensor | Tensor[];
  /** The loss, or a list of it and the metrics, over batches of a dataset. */
  evaluateDataset(dataset: Dataset, args?: ModelEvaluateDatasetArgs): Promise<Tensor | Tensor[]>;
  /** Prints a table of the layers. */
  summary(
    lineLength?: number,
    positions?: readonly number[],
    printFn?: (message?: unknown, ...more: unknown[]) => void,
  ): void;
  /** The layer with this name, or at this place. */
  getLayer(name: string | number): AnyLayer;
  getLayer(name: undefined | null, index: number): AnyLayer;
  /** The values of the weights: those that are trained, then the others. */
  getWeights(trainableOnly?: boolean): Tensor[];
  setWeights(values: readonly WeightValue[]): void;
  /**
   * Saves as model.json with weights: to an address (`file://FOLDER` on Node, `http://`,
   * `localstorage://`, `indexeddb://`, `downloads://`) or with a handler. Other names are files of
   * Keras, as in the main entry.
   */
  save(place: string | IOHandler | IOHandlerSync, config?: SaveConfig): Promise<SaveResult>;
  /** What layers (by name) or symbolic tensors inside give for `inputs`. */
  execute(
    inputs: TensorTree,
    outputs: string | SymbolicTensor | readonly (string | SymbolicTensor)[],
  ): Tensor | Tensor[];
  /** Has stateful layers begin anew. */
  resetStates(): void;
  /** The architecture in the form of TensorFlow.js. */
  toJSON(unused?: unknown, returnString?: true): string;
  toJSON(unused: unknown, returnString: boolean): object | string;
  /** Notes something beside the model, which is saved with it. */
  setUserDefinedMetadata(metadata: Metadata): void;
  /** What was noted, or loaded. */
  getUserDefinedMetadata(): Metadata | undefined;
  /** Frees the weights; using the model afterwards is an error. */
  dispose(): { refCountAfterDispose: number; numDisposedVariables: number };
}

/** A model of layers. */
export type LayersModel = LayersModelMethods &
  AnyLayer &
  Omit<AnyModel, keyof AnyLayer | keyof LayersModelMethods>;

/** Layers one after the other. */
export type Sequential = LayersModel & {
  add(layer: Stackable | LayersModel): void;
  pop(): AnyLayer | undefined;
  readonly outputShape: PartialShape | undefined;
  readonly inputShape: PartialShape | undefined;
};

/** Options of `tf.model`. */
export interface ContainerArgs {
  readonly inputs: SymbolicTree;
  readonly outputs: SymbolicTree;
  readonly name?: string | undefined;
}

function save(this: AnyModel, place: string | IOHandler | IOHandlerSync, config?: SaveConfig) {
  const isAddress = typeof place === 'string' && /^[a-z]+:\/\//i.test(place);
  return isAddress || typeof place !== 'string'
    ? saveLayersModel(this, place, config)
    : Model.prototype.save.call(this, place);
}

function execute(
  this: AnyModel,
  inputs: TensorTree,
  outputs: string | SymbolicTensor | readonly (string | SymbolicTensor)[],
): TensorTree {
  const find = (one: string | SymbolicTensor): SymbolicTensor =>
    typeof one === 'string' ? Model.prototype.getLayer.call(this, one).output : one;
  const ends: SymbolicTree = isList(outputs) ? outputs.map(find) : find(outputs);
  const starts = alone<SymbolicTensor>(this.inputs);
  return new Model<TensorTree>({ inputs: starts, outputs: ends }).apply(inputs);
}

function dispose(this: AnyModel): { refCountAfterDispose: number; numDisposedVariables: number } {
  const weights = [...new Set(this.weights)].filter(({ held }) => !held.isDisposed);
  for (const weight of weights) weight.release();
  return { refCountAfterDispose: 0, numDisposedVariables: weights.length };
}

/** What stands on the prototypes; `this` is the model. */
const METHODS = {
  fit,
  fitDataset,
  trainOnBatch,
  evaluateDataset,
  save,
  execute,
  dispose,
  compile(this: AnyModel, { metrics, loss, optimizer, ...args }: ModelCompileArgs): void {
    const own = typeof optimizer === 'string' ? optimizerNamed(optimizer) : undefined;
    Model.prototype.compile.call(this, {
      ...args,
      ...(optimizer === undefined ? {} : { optimizer: own ?? optimizer }),
      ...(loss === undefined ? {} : { loss: lossesMeant(loss) }),
      ...(metrics === undefined ? {} : { metrics: metricsMeant(metrics, this.outputNames.length) }),
    });
    settleTrained(this);
  },
  predict(this: AnyModel, x: ArrayTree, args?: ModelPredictArgs): TensorTree {
    return predictAtOnce(this, x, args);
  },
  predictOnBatch(this: AnyModel, x: ArrayTree): TensorTree {
    return predictAtOnce(this, x, { batchSize: Number.MAX_SAFE_INTEGER });
  },
  evaluate(this: AnyModel, x: ArrayTree, y: ArrayTree, args?: ModelEvaluateArgs): unknown {
    return inOrder(this, evaluateAtOnce(this, x, y, args), (value) => value);
  },
  summary(
    this: AnyModel,
    lineLength?: number,
    positions?: readonly number[],
    printFn?: (line: string) => void,
  ): void {
    Model.prototype.summary.call(this, { lineLength, positions, printFn });
  },
  getLayer(this: AnyModel, name?: string | number | null, index?: number): AnyLayer {
    const wanted = name ?? index;
    if (wanted !== undefined) return Model.prototype.getLayer.call(this, wanted);
    throw new ArgumentError({
      where: 'getLayer',
      what: 'it is not said which layer',
      expected: 'a name or an index',
      fix: "write model.getLayer('name') or model.getLayer(null, 0)",
    });
  },
  getWeights(this: AnyModel, trainableOnly = false): Tensor[] {
    return valuesOf(trainableOnly ? this.trainableWeights : this.weights);
  },
  resetStates(this: AnyModel): void {
    for (const layer of this.layers) {
      const reset: unknown = Reflect.get(layer, 'resetStates') ?? Reflect.get(layer, 'resetState');
      if (typeof reset === 'function') Reflect.apply(reset, layer, []);
    }
  },
  toJSON(this: AnyModel, _unused?: unknown, returnString = true): string | object {
    const topology = topologyOf(this);
    return returnString ? JSON.stringify(topology) : topology;
  },
  setUserDefinedMetadata(this: AnyModel, metadata: Metadata): void {
    setMetadata(this, metadata);
  },
  getUserDefinedMetadata(this: AnyModel): Metadata | undefined {
    return metadataOf(this);
  },
};

/** A model that a graph or a subclass makes. */
class GraphModelClass extends Model<TensorTree> {
  static override readonly className: string = 'Model';
  static override readonly kerasModule: string = 'keras';
}

/** A stack. */
class SequentialClass extends StackOfLayers {
  static override readonly className: string = 'Sequential';
  static override readonly kerasModule: string = 'keras';

  constructor({ layers = [], ...options }: SequentialOptions = {}) {
    super([], options);
    for (const layer of layers) this.add(layer);
  }

  override add(layer: Stackable): void {
    const before = this.allLayers.length === 0 ? inputBefore(layer) : undefined;
    if (before !== undefined) super.add(before);
    super.add(layer);
  }
}

for (const { prototype } of [GraphModelClass, SequentialClass]) {
  followRules(prototype);
  putMethods(prototype, METHODS);
  putGetters<AnyModel>(prototype, {
    metricsNames() {
      return metricsNames(this);
    },
  });
}

/** Tells the compiler what the methods above made of a model, or of a class of models. */
function withMethods<T>(made: unknown): T {
  return made as T;
}

export const LayersModel: new (args: ContainerArgs) => LayersModel = withMethods(GraphModelClass);
export const Sequential: new (args?: SequentialOptions) => Sequential =
  withMethods(SequentialClass);

/** Models that were read, and those inside of them, with the methods of TensorFlow.js. */
export function adopted(model: AnyModel): LayersModel {
  const prototype: unknown = Object.getPrototypeOf(model);
  if (prototype === Model.prototype) Object.setPrototypeOf(model, GraphModelClass.prototype);
  if (prototype === StackOfLayers.prototype) {
    Object.setPrototypeOf(model, SequentialClass.prototype);
  }
  for (const layer of model.layers) {
    if (layer instanceof Model) adopted(layer);
    else keepMask(layer);
  }
  return withMethods(model);
}

/**
 * A stack of layers.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const model = tf.sequential();
 * model.add(tf.layers.dense({ units: 3, inputShape: [2] }));
 * const y = model.predict(tf.ones([1, 2])) as tf.Tensor;
 * console.log(y.shape); // [ 1, 3 ]
 * ```
 */
export function sequential(options: SequentialOptions = {}): Sequential {
  return withMethods(new SequentialClass(options));
}

/** A model cut out of calls on symbolic tensors. */
export function model(args: ContainerArgs): LayersModel {
  const { inputs, outputs, name } = args;
  return withMethods(new GraphModelClass({ inputs: alone(inputs), outputs: alone(outputs), name }));
}

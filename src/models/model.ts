// Model: a layer that can be trained. Its graph, or a subclass's `call`, computes; the trainer trains.
import type { TrainingPoint } from '../callbacks/callback.js';
import { checkOptions, describe, type OptionNames } from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import { ArgumentError, StateError, unknownName } from '../core/errors.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { Tree } from '../core/tree.js';
import type { HostLeaf } from '../data/host-array.js';
import type { FilePlace } from '../files/places.js';
import type { CallContext } from '../layers/call-context.js';
import type { Holding } from '../layers/children.js';
import { type AnyLayer, Layer } from '../layers/layer.js';
import { serializeLayer } from '../layers/layer-config.js';
import type { LayerOptions } from '../layers/options.js';
import type {
  OutputsOf,
  ShapeTree,
  SymbolicTensor,
  SymbolicTree,
  TensorTree,
} from '../layers/symbolic.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import type { SaveModelOptions } from '../saving/model-file.js';
import type { LoadWeightsOptions, SaveWeightsOptions } from '../saving/weights-file.js';
import { FunctionalGraph } from './functional.js';
import { graphConfig } from './graph-config.js';
import { printSummary, type Summary, type SummaryOptions } from './summary.js';
import type {
  AnyMetric,
  LossParts,
  MetricParts,
  StepData,
  StepLogs,
  TrainableModel,
} from './trainable.js';
import * as trainer from './trainer.js';

/** Options of a functional model. */
export interface FunctionalOptions extends LayerOptions {
  /** Symbolic tensors that data is fed to: one, a list or a record. */
  readonly inputs: SymbolicTree;
  /** Symbolic tensors that the model returns: one, a list or a record. */
  readonly outputs: SymbolicTree;
}

/** Options of a model: ends of its graph, or none of them where a subclass writes `call`. */
export interface ModelOptions extends LayerOptions {
  readonly inputs?: SymbolicTree;
  readonly outputs?: SymbolicTree;
}

/** The same for a model whose calls return `Out`, which TypeScript finds out from the outputs. */
export interface ModelOptionsOf<Out> extends Omit<ModelOptions, 'outputs'> {
  readonly outputs?: OutputsOf<Out>;
}

/**
 * Layers that are trained together. Three ways to make one: `new Model({ inputs, outputs })` cuts
 * it out of calls on symbolic tensors, {@link Sequential} stacks layers, and a subclass
 * writes `call` freely. `Out` is what a call returns: found out from `outputs`, and a single tensor for
 * a subclass that says nothing else. `AnyModel` is a model of any structure.
 *
 * @example
 * ```ts
 * import { layers, Model } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * const hidden = layers.dense({ units: 8, activation: 'relu' }).apply(x);
 * const model = new Model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(hidden) });
 * console.log(model.countParams()); // 49
 * ```
 */
export class Model<Out extends TensorTree = Tensor>
  extends Layer<ModelOptions, Out>
  implements TrainableModel
{
  static readonly className: string = 'Model';
  static readonly kerasModule: string = 'keras';
  readonly #graph: FunctionalGraph | undefined;

  constructor(given: ModelOptionsOf<Out> = {}) {
    // Only symbolic tensors stand for tensors.
    const options = given as ModelOptions;
    if (new.target === Model) checkGraphOptions(options);
    super(options);
    const { inputs, outputs } = options;
    if (inputs === undefined || outputs === undefined) return;
    this.#graph = new FunctionalGraph(inputs, outputs);
    if (options.trainable === false) this.trainable = false;
    this.buildOnce(() => {});
  }

  /** `Functional` for a model made of a graph, as in Keras. */
  override get className(): string {
    const own = classNameOf(this);
    return own === 'Model' && this.config.inputs !== undefined ? 'Functional' : own;
  }

  /** The graph that the model runs; undefined for a subclass that writes `call`. */
  get graph(): FunctionalGraph | undefined {
    return this.#graph;
  }

  /** The layers of the model: by depth in the graph, or in the order of a subclass's properties. */
  get layers(): readonly AnyLayer[] {
    return this.graph?.layers ?? super.sublayers.filter(isLayer);
  }

  override get children(): readonly Holding<WeightHolder>[] {
    const own = super.children;
    return this.graph === undefined ? own : [['layers', this.layers], ...own];
  }

  override get inputs(): readonly SymbolicTensor[] {
    return this.graph?.inputs ?? super.inputs;
  }

  override get outputs(): readonly SymbolicTensor[] {
    return this.graph?.outputs ?? super.outputs;
  }

  /** The names of the inputs, by which records of data are matched. */
  get inputNames(): readonly string[] {
    return this.graph?.inputNames ?? this.inputs.map((symbol) => symbol.name);
  }

  /** The name of the layer behind each output, by which losses and metrics are matched; empty without a graph. */
  get outputNames(): readonly string[] {
    return this.graph?.outputNames ?? [];
  }

  /** The layer with this name, or at this place in `layers`. */
  getLayer(nameOrIndex: string | number): AnyLayer {
    const { layers } = this;
    if (typeof nameOrIndex === 'string') {
      const found = layers.find((layer) => layer.name === nameOrIndex);
      if (found !== undefined) return found;
    } else {
      const found = typeof nameOrIndex === 'number' ? layers.at(nameOrIndex) : undefined;
      if (found !== undefined) return found;
    }
    const where = `${this.className} "${this.name}"`;
    const names = layers.map((layer) => layer.name);
    if (typeof nameOrIndex === 'string') throw unknownName('layer', nameOrIndex, names, where);
    throw new ArgumentError({
      where,
      what: 'there is no such layer',
      expected: `a name, or a place from 0 to ${layers.length - 1}`,
      received: typeof nameOrIndex === 'number' ? String(nameOrIndex) : describe(nameOrIndex),
      fix: `name one of ${names.join(', ')}`,
    });
  }

  /**
   * Makes all weights from the shape of the inputs (null for sizes that may vary).
   * A model that is called on data builds itself.
   */
  override build(inputShape: ShapeTree): void {
    // Called by `apply`: the layers inside build themselves as `call` reaches them.
    if (this.isBuilding || this.graph !== undefined) return;
    this.ensureBuilt(inputShape);
    this.computeOutputShape(inputShape);
  }

  /** The architecture as the JSON text that Keras's `model_from_json` reads. */
  toJson(): string {
    return JSON.stringify(serializeLayer(this));
  }

  override get kerasModule(): string | null {
    return this.className === 'Functional' ? 'keras.src.models.functional' : super.kerasModule;
  }

  override getConfig(): PlainConfig {
    const { graph, name, trainable } = this;
    return graph === undefined ? super.getConfig() : { name, trainable, ...graphConfig(graph) };
  }

  protected override get masksGoOnInside(): boolean {
    return this.graph !== undefined;
  }

  protected override call(inputs: TensorTree, _context: CallContext): Out {
    const { graph } = this;
    if (graph === undefined) {
      throw new StateError({
        what: 'the model has nothing to compute',
        expected: 'inputs and outputs, or a subclass with call()',
        fix: 'write new Model({ inputs, outputs }), or override call(inputs, context)',
      });
    }
    // The graph was made with the structure that the type parameter states.
    return graph.run(inputs) as Out;
  }

  override get runsOnHost(): boolean {
    return this.graph?.hostStage !== undefined;
  }

  /**
   * What `fit`, `evaluate` and `predict` make of the inputs of a batch before the step: where layers of
   * text stand at the head of the graph, numbers. Steps get the result as `x`.
   */
  async hostInputs(x: Tree<HostLeaf>): Promise<Tree<HostLeaf>> {
    return this.graph?.hostStage?.run(x) ?? x;
  }

  /**
   * Prints a table of layers, output shapes and numbers of weights, and returns it as data.
   * Columns and totals are those of Keras.
   */
  summary(options: SummaryOptions = {}): Summary {
    return printSummary(this, options);
  }

  /** For `summary`: whether input layers are listed. */
  get showsInput(): boolean {
    return true;
  }

  /** For `summary`: the variables of the optimizer, once it is built. */
  get optimizerWeights(): readonly Spec[] {
    return trainer.optimizerVariablesOf(this);
  }

  /** Sets optimizer, loss and metrics. Call it again after changing what is trainable. */
  compile(options: trainer.CompileOptions = {}): void {
    trainer.compileModel(this, options);
  }

  /**
   * Saves the model as a .keras file, which Keras in Python opens too: architecture, weights and,
   * where it was compiled, the optimizer's state. `loadModel` opens it again.
   */
  save(place: FilePlace, options?: SaveModelOptions): Promise<void>;
  // As wide as the overloads that the entry for TensorFlow.js's users adds.
  async save(place: FilePlace | object, options?: object): Promise<unknown> {
    const { saveModel } = await import('../saving/model-file.js');
    return saveModel(this, place as FilePlace, options);
  }

  /** Saves the weights alone as a .weights.h5 file, or as several with `maxShardSize`. */
  async saveWeights(place: FilePlace, options?: SaveWeightsOptions): Promise<void> {
    const { saveWeights } = await import('../saving/weights-file.js');
    await saveWeights(this, place, options);
  }

  /** Sets the weights to those in a .weights.h5 or .keras file. */
  async loadWeights(source: FilePlace | Uint8Array, options?: LoadWeightsOptions): Promise<void> {
    const { loadWeights } = await import('../saving/weights-file.js');
    await loadWeights(this, source, options);
  }

  /** Trains for a number of epochs and returns the history of losses and metrics. */
  fit(...args: trainer.FitArguments): Promise<trainer.History>;
  // As wide as the overload of the entry for TensorFlow.js's users; options are checked there.
  fit(...args: readonly unknown[]): Promise<trainer.History> {
    return trainer.fitModel(this, ...(args as trainer.FitArguments));
  }

  /** Computes the loss and metrics over data. */
  evaluate(...args: trainer.EvaluateArguments): Promise<trainer.EvaluateResult> {
    return trainer.evaluateModel(this, ...args);
  }

  /** Computes the outputs for data, batch by batch. */
  predict(...args: trainer.PredictArguments): Promise<Out> {
    return trainer.predictModel<Out>(this, ...args);
  }

  /** Trains on one batch. Metrics are reset first, so the results are those of this batch. */
  trainOnBatch(...args: trainer.TrainOnBatchArguments): Promise<trainer.EvaluateResult> {
    return trainer.trainOnBatch(this, ...args);
  }

  /** Computes the loss and metrics on one batch, and on no other. */
  testOnBatch(...args: trainer.TestOnBatchArguments): Promise<trainer.EvaluateResult> {
    return trainer.testOnBatch(this, ...args);
  }

  /** Computes the outputs for one batch. */
  predictOnBatch(...args: trainer.PredictOnBatchArguments): Promise<Out> {
    return trainer.predictOnBatch<Out>(this, ...args);
  }

  /**
   * Computes the moving moments of BatchNormalization layers anew, as plain means over the batches of
   * `x`: for weights that were averaged or set. During `fit` callbacks may leave `x` out.
   */
  recomputeStatistics(...args: trainer.RecomputeStatisticsArguments): Promise<void> {
    return trainer.recomputeStatistics(this, ...args);
  }

  /** One step of training; override it to train in another way. Must not await. */
  trainStep(data: StepData): StepLogs {
    return trainer.defaultTrainStep(this, data);
  }

  /** One step of evaluation; override it together with `trainStep`. Must not await. */
  testStep(data: StepData): StepLogs {
    return trainer.defaultTestStep(this, data);
  }

  /** One step of prediction. Must not await. */
  predictStep(data: StepData): TensorTree {
    return trainer.defaultPredictStep(this, data);
  }

  /** The loss that training minimises: the compiled losses and everything in `losses`. */
  computeLoss(parts: LossParts): Tensor {
    return trainer.defaultComputeLoss(this, parts);
  }

  /** Updates the metrics with a batch and returns what is logged. */
  computeMetrics(parts: MetricParts): StepLogs {
    return trainer.defaultComputeMetrics(this, parts);
  }

  /** The metrics that are reset at the start of each epoch. */
  get metrics(): readonly AnyMetric[] {
    return trainer.metricsOf(this);
  }

  /** Forgets what the metrics have seen. */
  resetMetrics(): void {
    trainer.resetMetricsOf(this);
  }

  /** What compile() chose; throws before it. */
  get optimizer(): trainer.Optimizer {
    return trainer.compiledOf(this).optimizer;
  }

  /** Set it to true in a callback to end fit after the current batch. */
  get stopTraining(): boolean {
    return trainer.trainingOf(this).stopTraining;
  }

  set stopTraining(stop: boolean) {
    trainer.trainingOf(this).stopTraining = stop;
  }

  /** Where fit is; undefined outside. A callback may set it in `onTrainBegin` to resume there. */
  get trainingPoint(): TrainingPoint | undefined {
    return trainer.trainingOf(this).point;
  }

  set trainingPoint(point: TrainingPoint | undefined) {
    trainer.trainingOf(this).point = point;
  }

  /** The history of the last fit; undefined before. */
  get history(): trainer.History | undefined {
    return trainer.trainingOf(this).history;
  }
}

function isLayer(value: unknown): value is AnyLayer {
  return value instanceof Layer;
}

/** A model with any structure of outputs. */
export type AnyModel = Model<TensorTree>;

const GRAPH_OPTIONS: OptionNames<ModelOptions> = {
  inputs: true,
  outputs: true,
  name: true,
  trainable: true,
  dtype: true,
  activityRegularizer: true,
  inputShape: true,
};

/** Throws where the options say where a graph begins and not where it ends, or the other way round. */
function checkGraphOptions(options: ModelOptions): void {
  checkOptions('Model', options, GRAPH_OPTIONS);
  const missing = (['inputs', 'outputs'] as const).filter((key) => options[key] === undefined);
  if (missing.length !== 1) return;
  throw new ArgumentError({
    where: 'Model',
    what: `the option ${missing.join()} is missing`,
    expected: 'inputs and outputs, which layers have made of the inputs',
    received: Object.keys(options).join(', '),
    fix: 'write new Model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(x) })',
  });
}

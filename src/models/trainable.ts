// What training needs of a model. Model implements it; the trainer works on nothing else.
import type { Tensor } from '../core/tensor.js';
import type { Tree } from '../core/tree.js';
import type { Variable } from '../core/variable.js';
import type { HostLeaf } from '../data/host-array.js';
import type { Metric } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';

/** Tensors nested in lists and records. */
export type TensorTree = Tree<Tensor>;

/** Targets: always there for a step that says which ones it expects. */
type Targets<Y> = undefined extends Y ? { readonly y?: Y } : { readonly y: Y };

/**
 * One batch as a step gets it: inputs, and where there are some, targets and weights. A step of your
 * own says what it is given: `override trainStep({ x, y }: StepData<Tensor, Tensor>)`.
 */
export type StepData<
  X extends TensorTree = TensorTree,
  Y extends TensorTree | undefined = TensorTree | undefined,
  W extends TensorTree | undefined = TensorTree | undefined,
> = { readonly x: X; readonly sampleWeight?: W } & Targets<Y>;

/**
 * What a step reports: one number (or one for each class) by name, still on the device. Plain numbers
 * are taken too, where types do not forbid them; a compiled step goes on reporting the first ones.
 */
export type StepLogs = Readonly<Record<string, Tensor>>;

/** What `computeMetrics` is given. */
export type MetricParts<
  X extends TensorTree = TensorTree,
  Y extends TensorTree | undefined = TensorTree | undefined,
  P extends TensorTree = TensorTree,
  W extends TensorTree | undefined = TensorTree | undefined,
> = StepData<X, Y, W> & { readonly yPred: P };

/** What `computeLoss` is given. */
export type LossParts<
  X extends TensorTree = TensorTree,
  Y extends TensorTree | undefined = TensorTree | undefined,
  P extends TensorTree = TensorTree,
  W extends TensorTree | undefined = TensorTree | undefined,
> = MetricParts<X, Y, P, W> & { readonly training?: boolean | undefined };

/** A metric of any kind. */
export type AnyMetric = Metric;

/**
 * A model as the trainer sees it. `trainStep`, `testStep`, `predictStep`, `computeLoss`,
 * `computeMetrics`, `metrics` and `resetMetrics` are meant to be overridden.
 */
export interface TrainableModel<Out extends TensorTree = TensorTree> {
  readonly name: string;
  readonly built: boolean;
  readonly dtypePolicy: { readonly name: string };
  readonly weights: readonly Variable[];
  readonly trainableWeights: readonly Variable[];
  /** Penalties added by layers during the last call. */
  readonly losses: readonly Tensor[];
  /** Names of the outputs in order; empty where the model does not know them. */
  readonly outputNames: readonly string[];
  readonly metrics: readonly AnyMetric[];
  /** What compile() chose; throws before it. */
  readonly optimizer: Optimizer;
  /** True ends fit after the current batch. */
  stopTraining: boolean;
  /** Whether batches go through `hostInputs` before they are written to the device. */
  readonly runsOnHost: boolean;
  /** The inputs of a batch after the part of the model that runs on the host. */
  hostInputs(x: Tree<HostLeaf>): Promise<Tree<HostLeaf>>;
  getWeights(): readonly Tensor[];
  setWeights(values: readonly Tensor[]): void;
  apply(inputs: TensorTree, options?: { readonly training?: boolean }): Out;
  trainStep(data: StepData): StepLogs;
  testStep(data: StepData): StepLogs;
  predictStep(data: StepData): TensorTree;
  computeLoss(parts: LossParts): Tensor;
  computeMetrics(parts: MetricParts): StepLogs;
  resetMetrics(): void;
}

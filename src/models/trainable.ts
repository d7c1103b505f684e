// What training needs of a model. Model implements it; the trainer works on nothing else.
import type { Tensor } from '../core/tensor.js';
import type { Tree } from '../core/tree.js';
import type { Variable } from '../core/variable.js';
import type { Metric } from '../metrics/metric.js';

/** Tensors nested in lists and records. */
export type TensorTree = Tree<Tensor>;

/** One batch: inputs, and where there are some, targets and weights. */
export interface Batch {
  readonly x: TensorTree;
  readonly y?: TensorTree | undefined;
  readonly sampleWeight?: TensorTree | undefined;
}

/** What a step reports: scalars by name (vectors for metrics with one value a class). */
export type StepLogs = Readonly<Record<string, Tensor>>;

/** What `computeLoss` and `computeMetrics` are given. */
export interface BatchResult extends Batch {
  readonly yPred: TensorTree;
  /** Default true in `trainStep`, false in `testStep`. */
  readonly training?: boolean | undefined;
}

/**
 * A model as the trainer sees it. `trainStep`, `testStep`, `predictStep`, `computeLoss`,
 * `computeMetrics`, `metrics` and `resetMetrics` are meant to be overridden.
 */
export interface TrainableModel {
  readonly name: string;
  readonly built: boolean;
  readonly weights: readonly Variable[];
  readonly trainableWeights: readonly Variable[];
  /** Penalties added by layers during the last call, each a tensor of any shape. */
  readonly losses: readonly Tensor[];
  /** Names of the outputs in order, where the model knows them. */
  readonly outputNames?: readonly string[] | undefined;
  readonly metrics: readonly Metric[];
  apply(inputs: TensorTree, options?: { readonly training?: boolean }): TensorTree;
  trainStep(batch: Batch): StepLogs;
  testStep(batch: Batch): StepLogs;
  predictStep(batch: Batch): TensorTree;
  computeLoss(result: BatchResult): Tensor;
  computeMetrics(result: BatchResult): StepLogs;
  resetMetrics(): void;
}

// Accuracies: how often the prediction is the target. Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { toSameRank } from '../losses/shapes.js';
import {
  argMax,
  cast,
  equal,
  greater,
  reshape,
  squeeze,
  sum,
  takeAlongAxis,
} from '../ops/index.js';
import { MeanMetricWrapper } from './mean.js';
import { METRIC_OPTIONS, type MetricOptions } from './metric.js';

/** Whether each prediction equals its target. */
export function accuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = toSameRank(cast(yTrue, yPred.dtype), yPred);
  return cast(equal(targets, predictions), 'float32');
}

/** Whether each prediction, rounded at `threshold` (default 0.5), equals its target. */
export function binaryAccuracy(
  yTrue: Tensor,
  yPred: Tensor,
  options: { readonly threshold?: number } = {},
): Tensor {
  const { threshold = 0.5 } = options;
  const [targets, predictions] = toSameRank(yTrue, yPred);
  const rounded = cast(greater(predictions, threshold), predictions.dtype);
  return cast(equal(cast(targets, predictions.dtype), rounded), 'float32');
}

/** Whether the most likely class is the target's, for one-hot targets. */
export function categoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  const targets = argMax(yTrue, { axis: -1 });
  return cast(equal(targets, argMax(yPred, { axis: -1 })), 'float32');
}

/** Class numbers without a last axis of size 1 where predictions have classes there. */
export function classNumbers(yTrue: Tensor, yPred: Tensor): Tensor {
  const isColumn = yTrue.rank === yPred.rank && yTrue.rank > 0 && at(yTrue.shape, -1) === 1;
  return cast(isColumn ? squeeze(yTrue, -1) : yTrue, 'int32');
}

/** Whether the most likely class is the target, for class numbers. */
export function sparseCategoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  const targets = classNumbers(yTrue, yPred);
  const found = cast(equal(targets, cast(argMax(yPred, { axis: -1 }), 'int32')), 'float32');
  // Keras gives targets with a column of their own a column in the result.
  const isColumn = yTrue.rank === yPred.rank && yTrue.rank > 1 && at(yTrue.shape, -1) === 1;
  return isColumn ? reshape(found, yTrue.shape) : found;
}

/**
 * Whether fewer than `k` classes are likelier than the target's. NaN and infinite predictions of
 * the target never count.
 */
function amongFirst(targets: Tensor, predictions: Tensor, k: number): Tensor {
  const classes = at(predictions.shape, -1);
  const rows = reshape(predictions, [-1, classes]);
  const chosen = pick(rows, reshape(targets, [-1]));
  const likelier = sum(cast(greater(rows, chosen), 'float32'), { axis: -1 });
  return reshape(cast(greater(k, likelier), 'float32'), targets.shape);
}

/** The value of each row at its class number, as a column. */
function pick(rows: Tensor, classes: Tensor): Tensor {
  return takeAlongAxis(rows, reshape(classes, [-1, 1]), { axis: 1 });
}

/** Whether the target's class is among the `k` (default 5) likeliest, for one-hot targets. */
export function topKCategoricalAccuracy(
  yTrue: Tensor,
  yPred: Tensor,
  options: { readonly k?: number } = {},
): Tensor {
  const targets = cast(argMax(yTrue, { axis: -1 }), 'int32');
  return amongFirst(targets, yPred, options.k ?? 5);
}

/** Whether the target is among the `k` (default 5) likeliest classes, for class numbers. */
export function sparseTopKCategoricalAccuracy(
  yTrue: Tensor,
  yPred: Tensor,
  options: { readonly k?: number } = {},
): Tensor {
  return amongFirst(classNumbers(yTrue, yPred), yPred, options.k ?? 5);
}

/** {@link accuracy} as a metric. */
export class Accuracy extends MeanMetricWrapper {
  static override readonly className = 'Accuracy';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(accuracy, options, { direction: 'up' });
  }
}

/** Options of {@link BinaryAccuracy}. */
export interface BinaryAccuracyOptions extends MetricOptions {
  /** Default 0.5. */
  readonly threshold?: number;
}

/** {@link binaryAccuracy} as a metric. */
export class BinaryAccuracy extends MeanMetricWrapper {
  static override readonly className = 'BinaryAccuracy';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    threshold: true,
  } satisfies OptionNames<BinaryAccuracyOptions>;
  readonly threshold: number;
  constructor(options: BinaryAccuracyOptions = {}) {
    const { threshold = 0.5 } = options;
    super((yTrue, yPred) => binaryAccuracy(yTrue, yPred, { threshold }), options, {
      direction: 'up',
    });
    this.threshold = threshold;
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), threshold: this.threshold };
  }
}

/** {@link categoricalAccuracy} as a metric. */
export class CategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'CategoricalAccuracy';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(categoricalAccuracy, options, { direction: 'up' });
  }
}

/**
 * {@link sparseCategoricalAccuracy} as a metric.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'keratin';
 * const accuracy = new metrics.SparseCategoricalAccuracy();
 * accuracy.updateState(tensor([1, 0]), tensor([[0.1, 0.9], [0.2, 0.8]]));
 * console.log(await accuracy.result().item()); // 0.5
 * ```
 */
export class SparseCategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'SparseCategoricalAccuracy';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(sparseCategoricalAccuracy, options, { direction: 'up' });
  }
}

/** Options of the top-k accuracies. */
export interface TopKOptions extends MetricOptions {
  /** Default 5. */
  readonly k?: number;
}

/** The names of {@link TopKOptions}. */
const TOP_K_OPTIONS: OptionNames<TopKOptions> = {
  ...METRIC_OPTIONS,
  k: true,
};

/** {@link topKCategoricalAccuracy} as a metric. */
export class TopKCategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'TopKCategoricalAccuracy';
  static override readonly optionNames: KnownOptions = TOP_K_OPTIONS;
  readonly k: number;
  constructor(options: TopKOptions = {}) {
    const { k = 5 } = options;
    super((yTrue, yPred) => topKCategoricalAccuracy(yTrue, yPred, { k }), options, {
      direction: 'up',
    });
    this.k = k;
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), k: this.k };
  }
}

/** {@link sparseTopKCategoricalAccuracy} as a metric. */
export class SparseTopKCategoricalAccuracy extends MeanMetricWrapper {
  static override readonly className = 'SparseTopKCategoricalAccuracy';
  static override readonly optionNames: KnownOptions = TOP_K_OPTIONS;
  readonly k: number;
  constructor(options: TopKOptions = {}) {
    const { k = 5 } = options;
    super((yTrue, yPred) => sparseTopKCategoricalAccuracy(yTrue, yPred, { k }), options, {
      direction: 'up',
    });
    this.k = k;
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), k: this.k };
  }
}

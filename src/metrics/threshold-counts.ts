// True and false positives and negatives at several thresholds: what Precision, Recall, AUC and
// their like are made of. Rules as in Keras 3: positive is strictly above the threshold.

import { currentEngine } from '../core/engine.js';
import { currentEpsilon } from '../core/epsilon.js';
import { ArgumentError } from '../core/errors.js';
import { product } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { toSameRank } from '../losses/shapes.js';
import {
  broadcastTo,
  cast,
  greater,
  greaterEqual,
  min,
  mul,
  notEqual,
  reshape,
  sub,
  sum,
  take,
  topK,
  where,
} from '../ops/index.js';

/** What counts are kept in, whatever the dtype of a metric: as in Keras. */
export const COUNT_DTYPE = 'float32';

/** Counts by threshold (and label, where labels are kept apart). */
export interface Counts {
  readonly truePositives: Tensor;
  readonly falsePositives: Tensor;
  readonly trueNegatives: Tensor;
  readonly falseNegatives: Tensor;
}

/** What is counted. */
export interface CountOptions {
  readonly thresholds: readonly number[];
  readonly sampleWeight?: Tensor | undefined;
  /** Only the `topK` largest predictions of a row count as predictions. */
  readonly topK?: number | null;
  /** Look at this class only. */
  readonly classId?: number | null;
  /** Count each label (last axis) for itself. */
  readonly multiLabel?: boolean;
}

/** Below every threshold. */
export const NEVER = -1e10;

/** Predictions that are not among the `count` largest of their row become {@link NEVER}. */
function keepTop(predictions: Tensor, count: number): Tensor {
  const { values } = topK(predictions, count);
  const least = min(values, { axis: -1, keepDims: true });
  return where(greaterEqual(predictions, least), predictions, NEVER);
}

/** Weights with an axis of size 1 for each axis they lack, then repeated. */
function spreadWeights(weight: Tensor, like: Tensor): Tensor {
  const missing = Math.max(0, like.rank - weight.rank);
  const shape = [...weight.shape, ...new Array<number>(missing).fill(1)];
  return broadcastTo(reshape(cast(weight, 'float32'), shape), like.shape);
}

/** The counts of one batch: `[thresholds]`, or `[thresholds, labels]`. */
export function countOutcomes(yTrue: Tensor, yPred: Tensor, options: CountOptions): Counts {
  const { thresholds, sampleWeight, topK: top, classId, multiLabel = false } = options;
  let [targets, predictions] = toSameRank(cast(yTrue, 'float32'), cast(yPred, 'float32'), false);
  if (top !== undefined && top !== null) predictions = keepTop(predictions, top);
  let weights = sampleWeight === undefined ? undefined : spreadWeights(sampleWeight, predictions);
  if (classId !== undefined && classId !== null) {
    const column = (x: Tensor): Tensor => take(x, classId, { axis: -1 });
    [targets, predictions] = [column(targets), column(predictions)];
    weights = weights === undefined ? undefined : column(weights);
  }
  const labels = multiLabel ? (predictions.shape.at(-1) ?? 1) : 1;
  const cells = [1, product(predictions.shape) / labels, labels];
  const limits = currentEngine().write(
    { shape: [thresholds.length, 1, 1], dtype: 'float32' },
    Float32Array.from(thresholds),
  );
  const positive = cast(greater(reshape(predictions, cells), limits), 'float32');
  const isTrue = cast(notEqual(reshape(targets, cells), 0), 'float32');
  const isFalse = sub(1, isTrue);
  const weigh = (x: Tensor): Tensor =>
    weights === undefined ? x : mul(x, reshape(weights, cells));
  const shape = multiLabel ? [thresholds.length, labels] : [thresholds.length];
  const count = (x: Tensor): Tensor => reshape(sum(x, { axis: 1 }), shape);
  const all = (x: Tensor): Tensor => reshape(sum(x, { axis: 1 }), [1, ...shape.slice(1)]);
  const truePositives = count(mul(positive, weigh(isTrue)));
  const falsePositives = count(mul(positive, weigh(isFalse)));
  return {
    truePositives,
    falsePositives,
    trueNegatives: sub(all(weigh(isFalse)), falsePositives),
    falseNegatives: sub(all(weigh(isTrue)), truePositives),
  };
}

/** The thresholds an option names, checked. */
export function thresholdList(
  where: string,
  thresholds: number | readonly number[] | null | undefined,
  fallback: number,
): readonly number[] {
  const list =
    thresholds === undefined || thresholds === null
      ? [fallback]
      : typeof thresholds === 'number'
        ? [thresholds]
        : thresholds;
  if (list.every((value) => value === NEVER || (value >= 0 && value <= 1))) return list;
  throw new ArgumentError({
    where,
    what: 'a threshold lies outside its range',
    expected: 'numbers from 0 to 1',
    received: `[${list.join(', ')}]`,
    fix: 'apply a sigmoid to logits first',
  });
}

/** `count` thresholds from just below 0 to just above 1. */
export function spreadThresholds(count: number): readonly number[] {
  const inner = Array.from({ length: count - 2 }, (_, index) => (index + 1) / (count - 1));
  return [-currentEpsilon(), ...inner, 1 + currentEpsilon()];
}

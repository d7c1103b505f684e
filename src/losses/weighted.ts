// Losses by the names and arguments of TensorFlow.js: weighted, and one number unless asked otherwise.
import { currentEpsilon } from '../core/epsilon.js';
import { ArgumentError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import {
  abs,
  add,
  broadcastTo,
  cast,
  div,
  divideNoNan,
  log,
  minimum,
  mul,
  neg,
  notEqual,
  relu,
  square,
  sub,
  sum,
} from '../ops/index.js';
import * as crossentropies from '../ops/nn/crossentropies.js';
import { smoothed } from './crossentropy.js';
import { requireComparable } from './shapes.js';

/** How single losses become one: their mean by the number of weights that are not 0, by default. */
export type WeightedReduction = 'none' | 'mean' | 'sum' | 'sumByNonzeroWeights';

/**
 * Weighs `losses` and makes one number of them. `mean` divides by the sum of the weights,
 * `sumByNonzeroWeights` (the default) by how many of them are not 0.
 *
 * @example
 * ```ts
 * import { losses, tensor } from 'keratin';
 * const value = losses.computeWeightedLoss(tensor([1, 2, 3]), tensor([1, 0, 1]));
 * console.log(await value.item()); // 2
 * ```
 */
export function computeWeightedLoss(
  losses: Tensor,
  weights?: Tensor | null,
  reduction: WeightedReduction = 'sumByNonzeroWeights',
): Tensor {
  const weighted = weights ? mul(losses, weights) : losses;
  const all = weights ? broadcastTo(cast(weights, losses.dtype), losses.shape) : undefined;
  if (reduction === 'none') return weighted;
  const total = sum(weighted);
  if (reduction === 'sum') return total;
  if (reduction === 'mean') return div(total, all === undefined ? losses.size : sum(all));
  if (reduction === 'sumByNonzeroWeights') {
    if (all === undefined) return div(total, losses.size);
    return divideNoNan(total, sum(cast(notEqual(all, 0), losses.dtype)));
  }
  throw new ArgumentError({
    where: 'computeWeightedLoss',
    what: 'there is no such reduction',
    expected: "'none', 'mean', 'sum' or 'sumByNonzeroWeights'",
    received: String(reduction),
    fix: 'leave it out for the default',
  });
}

/** |t − p|. */
export function absoluteDifference(
  labels: Tensor,
  predictions: Tensor,
  weights?: Tensor | null,
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('absoluteDifference', labels, predictions);
  return computeWeightedLoss(abs(sub(labels, predictions)), weights, reduction);
}

/** 1 − Σ t·p along `axis`, for vectors of length 1. */
export function cosineDistance(
  labels: Tensor,
  predictions: Tensor,
  axis: number,
  weights?: Tensor | null,
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('cosineDistance', labels, predictions);
  const distance = sub(1, sum(mul(labels, predictions), { axis, keepDims: true }));
  return computeWeightedLoss(distance, weights, reduction);
}

/** max(1 − (2t − 1) p, 0), for labels 0 and 1. */
export function hingeLoss(
  labels: Tensor,
  predictions: Tensor,
  weights?: Tensor | null,
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('hingeLoss', labels, predictions);
  const signs = sub(mul(cast(labels, predictions.dtype), 2), 1);
  return computeWeightedLoss(relu(sub(1, mul(signs, predictions))), weights, reduction);
}

/** e² / 2 up to `delta`, then delta·|e| − delta² / 2 (Huber 1964). */
export function huberLoss(
  labels: Tensor,
  predictions: Tensor,
  weights?: Tensor | null,
  delta = 1,
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('huberLoss', labels, predictions);
  const error = abs(sub(predictions, labels));
  const within = minimum(error, delta);
  const beyond = sub(error, within);
  const losses = add(mul(square(within), 0.5), mul(beyond, delta));
  return computeWeightedLoss(losses, weights, reduction);
}

/** −t log(p + ε) − (1 − t) log(1 − p + ε). */
export function logLoss(
  labels: Tensor,
  predictions: Tensor,
  weights?: Tensor | null,
  epsilon = currentEpsilon(),
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('logLoss', labels, predictions);
  const ones = neg(mul(labels, log(add(predictions, epsilon))));
  const zeros = mul(sub(1, labels), log(add(sub(1, predictions), epsilon)));
  return computeWeightedLoss(sub(ones, zeros), weights, reduction);
}

/** Cross entropy of independent labels and the sigmoid of `logits`. */
export function sigmoidCrossEntropy(
  multiClassLabels: Tensor,
  logits: Tensor,
  weights?: Tensor | null,
  labelSmoothing = 0,
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('sigmoidCrossEntropy', multiClassLabels, logits);
  const targets = smoothed(cast(multiClassLabels, logits.dtype), labelSmoothing, 2);
  const losses = crossentropies.binaryCrossentropy(targets, logits, { fromLogits: true });
  return computeWeightedLoss(losses, weights, reduction);
}

/** Cross entropy of one-hot labels and the softmax of `logits` along the last axis. */
export function softmaxCrossEntropy(
  onehotLabels: Tensor,
  logits: Tensor,
  weights?: Tensor | null,
  labelSmoothing = 0,
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('softmaxCrossEntropy', onehotLabels, logits);
  const classes = onehotLabels.shape.at(-1) ?? 1;
  const targets = smoothed(cast(onehotLabels, logits.dtype), labelSmoothing, classes);
  const losses = crossentropies.categoricalCrossentropy(targets, logits, { fromLogits: true });
  return computeWeightedLoss(losses, weights, reduction);
}

// tf.losses: weighted, and one number unless asked otherwise.
import { scope, squaredDifference, type Tensor } from '../index.js';
import { requireComparable } from '../losses/shapes.js';
import * as ours from '../losses/weighted.js';

/** How single losses become one, as numbers: `tf.Reduction.MEAN`. */
export enum Reduction {
  NONE = 0,
  MEAN = 1,
  SUM = 2,
  SUM_BY_NONZERO_WEIGHTS = 3,
}

/** A reduction as a number or by name. */
export type ReductionLike = Reduction | ours.WeightedReduction;

const NAMES = ['none', 'mean', 'sum', 'sumByNonzeroWeights'] as const;

function nameOf(reduction: ReductionLike | undefined): ours.WeightedReduction | undefined {
  return typeof reduction === 'number' ? NAMES[reduction] : reduction;
}

type Weights = Tensor | null | undefined;

/** Weighs losses and makes one number of them. */
export function computeWeightedLoss(
  losses: Tensor,
  weights?: Weights,
  reduction?: ReductionLike,
): Tensor {
  return scope(() => ours.computeWeightedLoss(losses, weights, nameOf(reduction)));
}

/** |t - p|, weighted and made one number. */
export function absoluteDifference(
  labels: Tensor,
  predictions: Tensor,
  weights?: Weights,
  reduction?: ReductionLike,
): Tensor {
  return scope(() => ours.absoluteDifference(labels, predictions, weights, nameOf(reduction)));
}

/** 1 minus the products along `axis`. */
export function cosineDistance(
  labels: Tensor,
  predictions: Tensor,
  axis: number,
  weights?: Weights,
  reduction?: ReductionLike,
): Tensor {
  return scope(() => ours.cosineDistance(labels, predictions, axis, weights, nameOf(reduction)));
}

/** max(0, 1 - t p) for labels 0 and 1. */
export function hingeLoss(
  labels: Tensor,
  predictions: Tensor,
  weights?: Weights,
  reduction?: ReductionLike,
): Tensor {
  return scope(() => ours.hingeLoss(labels, predictions, weights, nameOf(reduction)));
}

/** Half of the square up to `delta`, a line beyond. */
export function huberLoss(
  labels: Tensor,
  predictions: Tensor,
  weights?: Weights,
  delta?: number,
  reduction?: ReductionLike,
): Tensor {
  return scope(() => ours.huberLoss(labels, predictions, weights, delta, nameOf(reduction)));
}

/** The crossentropy of probabilities. */
export function logLoss(
  labels: Tensor,
  predictions: Tensor,
  weights?: Weights,
  epsilon?: number,
  reduction?: ReductionLike,
): Tensor {
  return scope(() => ours.logLoss(labels, predictions, weights, epsilon, nameOf(reduction)));
}

/** (t - p)², weighted and made one number. */
export function meanSquaredError(
  labels: Tensor,
  predictions: Tensor,
  weights?: Weights,
  reduction?: ReductionLike,
): Tensor {
  requireComparable('meanSquaredError', labels, predictions);
  return scope(() =>
    computeWeightedLoss(squaredDifference(labels, predictions), weights, reduction),
  );
}

/** The crossentropy of what a sigmoid would make of `logits`. */
export function sigmoidCrossEntropy(
  labels: Tensor,
  logits: Tensor,
  weights?: Weights,
  labelSmoothing?: number,
  reduction?: ReductionLike,
): Tensor {
  return scope(() =>
    ours.sigmoidCrossEntropy(labels, logits, weights, labelSmoothing, nameOf(reduction)),
  );
}

/** The crossentropy of what a softmax would make of `logits`. */
export function softmaxCrossEntropy(
  labels: Tensor,
  logits: Tensor,
  weights?: Weights,
  labelSmoothing?: number,
  reduction?: ReductionLike,
): Tensor {
  return scope(() =>
    ours.softmaxCrossEntropy(labels, logits, weights, labelSmoothing, nameOf(reduction)),
  );
}

// tf.losses: weighted, and one number unless asked otherwise.
import { squaredDifference, type Tensor } from '../index.js';
import { requireComparable } from '../losses/shapes.js';
import { computeWeightedLoss, type WeightedReduction } from '../losses/weighted.js';

export {
  absoluteDifference,
  computeWeightedLoss,
  cosineDistance,
  hingeLoss,
  huberLoss,
  logLoss,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
} from '../losses/weighted.js';

/** (t - p)², weighted and made one number. */
export function meanSquaredError(
  labels: Tensor,
  predictions: Tensor,
  weights?: Tensor | null,
  reduction?: WeightedReduction,
): Tensor {
  requireComparable('meanSquaredError', labels, predictions);
  return computeWeightedLoss(squaredDifference(labels, predictions), weights, reduction);
}

// Metrics as plain functions of targets and predictions: those of losses, and those that only
// TensorFlow.js has.
import type { Tensor } from '../core/tensor.js';
import { toSameRank } from '../losses/shapes.js';
import { cast, div, divideNoNan, equal, logicalAnd, mean, square, sub, sum } from '../ops/index.js';

export { binaryCrossentropy, binaryFocalCrossentropy } from '../losses/binary-crossentropy.js';
export {
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  sparseCategoricalCrossentropy,
} from '../losses/categorical-crossentropy.js';
export { categoricalHinge, hinge, squaredHinge } from '../losses/hinge.js';
export {
  cosineSimilarity as cosineProximity,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanAbsolutePercentageError as MAPE,
  meanAbsolutePercentageError as mape,
  meanSquaredError,
  meanSquaredError as MSE,
  meanSquaredError as mse,
  meanSquaredLogarithmicError,
  poisson,
} from '../losses/regression.js';

function count(condition: Tensor): Tensor {
  return sum(cast(condition, 'float32'));
}

/** How many entries are 1 in both. */
function hits(yTrue: Tensor, yPred: Tensor): Tensor {
  return count(logicalAnd(equal(yTrue, 1), equal(yPred, 1)));
}

/**
 * The part of the ones in `yPred` that are ones in `yTrue`; 0 where there are none. For scores
 * that are not 0 or 1 use the class `Precision`.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'keratin';
 * const value = metrics.precision(tensor([1, 0, 1]), tensor([1, 1, 0]));
 * console.log(await value.item()); // 0.5
 * ```
 */
export function precision(yTrue: Tensor, yPred: Tensor): Tensor {
  return divideNoNan(hits(yTrue, yPred), count(equal(yPred, 1)));
}

/**
 * The part of the ones in `yTrue` that are ones in `yPred`; 0 where there are none. For scores
 * that are not 0 or 1 use the class `Recall`.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'keratin';
 * const value = metrics.recall(tensor([1, 0, 1]), tensor([1, 1, 0]));
 * console.log(await value.item()); // 0.5
 * ```
 */
export function recall(yTrue: Tensor, yPred: Tensor): Tensor {
  return divideNoNan(hits(yTrue, yPred), count(equal(yTrue, 1)));
}

/**
 * 1 − Σ(t − p)² / Σ(t − mean t)²: 1 is perfect, 0 no better than the mean.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'keratin';
 * const value = metrics.r2Score(tensor([1, 2, 3]), tensor([1, 2, 4]));
 * console.log(await value.item()); // 0.5
 * ```
 */
export function r2Score(yTrue: Tensor, yPred: Tensor): Tensor {
  const [targets, predictions] = toSameRank(yTrue, yPred);
  const left = sum(square(sub(targets, predictions)));
  return sub(1, div(left, sum(square(sub(targets, mean(targets))))));
}

// tf.metrics: those of the main entry, but for one that gives a number for each sample there.
import { mean, metrics as ours, type Tensor } from '../index.js';

/** The part of the predictions of each sample that, rounded, equal their targets. */
function binaryAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  return mean(ours.binaryAccuracy(yTrue, yPred), { axis: -1 });
}

export const metrics = { ...ours, binaryAccuracy };

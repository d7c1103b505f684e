// CTC loss: labels without places in time, against frames of class scores (Graves et al. 2006).
import type { KnownOptions } from '../core/arguments.js';
import { ShapeError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { cast, ctcLoss, full, notEqual, sum } from '../ops/index.js';
import { LOSS_OPTIONS, Loss } from './loss.js';

/**
 * −log of the probability of each row of labels. `yTrue` is `[batch, labels]` with whole numbers,
 * padded with 0, which is the blank and no class; `yPred` is `[batch, frames, classes]`, scores
 * before softmax. All frames count.
 */
export function ctc(yTrue: Tensor, yPred: Tensor): Tensor {
  if (yTrue.rank !== 2 || yPred.rank !== 3) {
    throw new ShapeError({
      where: 'ctc',
      what: 'targets and predictions are no labels and frames',
      expected: 'labels [batch, labels] and scores [batch, frames, classes]',
      received: `${formatShape(yTrue.shape)} and ${formatShape(yPred.shape)}`,
      fix: 'pad the labels of each sample with 0 to the same length',
    });
  }
  const labels = cast(yTrue, 'int32');
  const labelLength = sum(cast(notEqual(labels, 0), 'int32'), { axis: -1 });
  const frames = full([at(yPred.shape, 0)], at(yPred.shape, 1), { dtype: 'int32' });
  return ctcLoss(labels, yPred, labelLength, frames);
}

/** {@link ctc} as a loss object. */
export class CTC extends Loss {
  static override readonly className = 'CTC';
  static override readonly optionNames: KnownOptions = LOSS_OPTIONS;
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return ctc(yTrue, yPred);
  }
}

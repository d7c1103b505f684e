// Makes the ranks of targets and predictions agree before a loss or metric compares them.
import { ShapeError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { formatShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { cast, expandDims, squeeze } from '../ops/index.js';

/**
 * Where two ranks differ by one and the larger tensor's last axis has size 1, that axis goes away,
 * or is given to the other tensor if that is a vector (Keras `squeeze_or_expand_to_same_rank`).
 */
export function toSameRank(a: Tensor, b: Tensor, expandVectors = true): [Tensor, Tensor] {
  if (a.rank === b.rank + 1 && at(a.shape, -1) === 1) {
    return b.rank === 1 && expandVectors ? [a, expandDims(b, -1)] : [squeeze(a, -1), b];
  }
  if (b.rank === a.rank + 1 && at(b.shape, -1) === 1) {
    return a.rank === 1 && expandVectors ? [expandDims(a, -1), b] : [a, squeeze(b, -1)];
  }
  return [a, b];
}

function broadcasts(a: Shape, b: Shape): boolean {
  const shared = Math.min(a.length, b.length);
  for (let axis = 1; axis <= shared; axis++) {
    const [sizeA, sizeB] = [at(a, -axis), at(b, -axis)];
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) return false;
  }
  return true;
}

/** Throws unless targets and predictions can be compared element by element. */
export function requireComparable(where: string, yTrue: Tensor, yPred: Tensor): void {
  if (broadcasts(yTrue.shape, yPred.shape)) return;
  const classes = yPred.shape.at(-1) ?? 1;
  const looksSparse = yTrue.rank < yPred.rank || yTrue.shape.at(-1) === 1;
  throw new ShapeError({
    where,
    what: 'targets and predictions have shapes that do not fit each other',
    expected: `targets like the predictions, ${formatShape(yPred.shape)}`,
    received: formatShape(yTrue.shape),
    fix:
      looksSparse && classes > 1
        ? `for integer class labels use 'sparseCategoricalCrossentropy', or give the last layer as many units as the targets have columns`
        : 'give the last layer as many units as the targets have columns, or reshape the targets',
  });
}

/** Targets in the dtype of the predictions, both of one rank and fit to be compared. */
export function compared(where: string, yTrue: Tensor, yPred: Tensor): [Tensor, Tensor] {
  const [targets, predictions] = toSameRank(cast(yTrue, yPred.dtype), yPred);
  requireComparable(where, targets, predictions);
  return [targets, predictions];
}

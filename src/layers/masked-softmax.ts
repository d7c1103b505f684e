// Softmax over scores some of which are masked away: what the Softmax layer and attention share.
import { ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { greater, softmax, where } from '../ops/index.js';

/** The score of what is masked, as in Keras: so small that its share is 0. */
function lowestScore(scores: Tensor): number {
  return scores.dtype === 'float16' ? -3e4 : -1e9;
}

function checkFits(scores: Tensor, mask: Tensor): void {
  const shift = scores.rank - mask.rank;
  const fits = mask.shape.every((size, axis) => size === 1 || size === scores.shape[axis + shift]);
  if (shift >= 0 && fits) return;
  throw new ShapeError({
    what: 'the mask does not broadcast to the scores',
    expected: `sizes of 1 or those of ${formatShape(scores.shape)}, counted from the last axis`,
    received: `a mask of shape ${formatShape(mask.shape)}`,
    fix: 'expand the mask with axes of size 1',
  });
}

/**
 * `softmax(scores)` along `axis` over the places where the mask is true (or above 0.5); the share
 * of all others is 0, also where a whole row is masked.
 */
export function maskedSoftmax(
  scores: Tensor,
  mask: Tensor | undefined,
  axis: number | readonly number[],
): Tensor {
  if (mask === undefined) return softmax(scores, { axis });
  checkFits(scores, mask);
  const kept = mask.dtype === 'bool' ? mask : greater(mask, 0.5);
  const shares = softmax(where(kept, scores, lowestScore(scores)), { axis });
  return where(kept, shares, 0);
}

// What takes a batch of images or sequences takes one alone too.
import { asTensor, expandDims, scope, squeeze, type Tensor, type TensorLike } from '../index.js';

/** Runs `fn` on a batch, which has `rank` axes; one alone becomes a batch of one and comes back alone. */
export function batched(x: TensorLike, rank: number, fn: (batch: Tensor) => Tensor): Tensor {
  return scope(() => {
    const input = asTensor(x);
    return input.rank === rank - 1 ? squeeze(fn(expandDims(input, 0)), 0) : fn(input);
  });
}

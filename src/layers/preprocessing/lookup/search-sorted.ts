// Binary search in a sorted constant, as ops, so that lookups of numbers can be part of a model.
import type { Tensor } from '../../../core/tensor.js';
import { add, gather, lessEqual, logicalAnd, tensor, where } from '../../../ops/index.js';

/** The place of the last of the ascending `values` that is not above each x; 0 for none. */
export function lastNotAbove(x: Tensor, values: Int32Array): Tensor {
  const sorted = tensor(values);
  let place = tensor(new Int32Array(x.size), { shape: x.shape });
  for (let step = 2 ** Math.ceil(Math.log2(Math.max(values.length, 1))); step >= 1; step /= 2) {
    const next = add(place, step);
    const exists = lessEqual(next, values.length - 1);
    const candidate = where(exists, next, 0);
    place = where(logicalAnd(exists, lessEqual(gather(sorted, candidate), x)), next, place);
  }
  return place;
}

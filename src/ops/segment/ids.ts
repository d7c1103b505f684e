// What reductions over slices with the same id check first: one id for each slice, and how many
// groups there are. Shared by scatter.ts and segments.ts.

import { describe } from '../../core/arguments.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import type { TensorLike } from '../convert.js';
import { indexTensor } from '../gather.js';

/** The ids as a vector of whole numbers, one for each slice of `x`. */
export function segmentIds(where: string, x: Tensor, ids: TensorLike, count: number): Tensor {
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError({
      where,
      what: 'there is no such number of groups',
      expected: 'a whole number of at least 0',
      received: describe(count),
      fix: 'pass one more than the largest id',
    });
  }
  const places = indexTensor(where, ids);
  if (places.rank === 1 && places.size === x.shape[0]) return places;
  throw new ShapeError({
    where,
    what: 'there must be one id for each slice',
    expected: `[${x.shape[0] ?? 'one'}]`,
    received: formatShape(places.shape),
    fix: 'give a vector of ids as long as the first axis',
  });
}

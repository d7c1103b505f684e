// Distinct elements, and places of what is not 0. How many there are depends on the values, so a
// result of fixed size is padded; the Async functions look at the values first, op by op only.
import { checkOptions, type OptionNames, requireOptions } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { sub } from '../arithmetic.js';
import { less, logicalNot, notEqual } from '../comparison.js';
import { asTensor, type TensorLike } from '../convert.js';
import { onesLike, zeros } from '../create.js';
import { cumsum } from '../cumulative.js';
import { addAlong, gather, putAlongAxis, takeAlongAxis } from '../gather.js';
import { concat } from '../joining.js';
import { max } from '../reductions.js';
import { cast, reshape, sum } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { argsort } from '../sort.js';
import { where } from '../where.js';
import { unravelIndex } from './counting.js';

/** How many distinct elements `unique` gives. */
export interface UniqueOptions {
  /** Places in the result; further distinct elements are left out. */
  readonly size: number;
  /** What fills places beyond; the smallest element by default. */
  readonly fillValue?: number | undefined;
}

const UNIQUE_OPTIONS: OptionNames<UniqueOptions> = { size: true, fillValue: true };

/** The distinct elements of a tensor, in ascending order. */
export interface Unique {
  readonly values: Tensor;
  /** Where each first comes, in the flattened tensor. */
  readonly indices: Tensor;
  /** For each element of the tensor its place among `values`, in the tensor's shape. */
  readonly inverse: Tensor;
  /** How often each comes; 0 in places that were filled. */
  readonly counts: Tensor;
}

/** Elements in order, each numbered by its place among the distinct ones. */
interface Ranked {
  readonly sorted: Tensor;
  readonly order: Tensor;
  readonly ranks: Tensor;
}

function rank(x: Tensor): Ranked {
  const order = argsort(x);
  const sorted = takeAlongAxis(x, order);
  const count = Math.max(0, x.size - 1);
  const isNew = notEqual(
    sliceAxis(sorted, 0, Math.min(1, x.size), count),
    sliceAxis(sorted, 0, 0, count),
  );
  const steps = concat([zeros([Math.min(1, x.size)], 'int32'), cast(isNew, 'int32')]);
  return { sorted, order, ranks: cumsum(steps) };
}

function collect(x: Tensor, ranked: Ranked, options: UniqueOptions): Unique {
  const { size } = options;
  const flat = reshape(x, [-1]);
  const { sorted, order, ranks } = ranked;
  const counts = addAlong(ranks, onesLike(ranks, 'int32'), 0, size);
  // In order, each distinct element begins where those before it end.
  const starts = sub(cumsum(counts), counts);
  const isFilled = less(counts, 1);
  const firsts = where(isFilled, 0, starts);
  const found = gather(sorted, firsts);
  const filler = options.fillValue ?? sliceAxis(sorted, 0, 0, 1);
  const inverse = putAlongAxis(order, ranks, { axis: 0, size: flat.size });
  return {
    values: cast(where(isFilled, filler, found), x.dtype),
    indices: gather(order, firsts),
    inverse: reshape(inverse, x.shape),
    counts,
  };
}

/**
 * The distinct elements of x, ascending, in `size` places: their number depends on values, which
 * shapes cannot. `uniqueAsync` finds it first.
 *
 * @example
 * ```ts
 * import { unique } from 'keratin';
 * const { values, counts } = unique([3, 1, 3], { size: 3, fillValue: 0 });
 * console.log(await values.array(), await counts.array()); // [ 1, 3, 0 ] [ 1, 2, 0 ]
 * ```
 */
export function unique(x: TensorLike, options: UniqueOptions): Unique {
  requireOptions('unique', 'size', options);
  checkOptions('unique', options, UNIQUE_OPTIONS);
  const input = asTensor(x);
  if (input.size === 0) {
    throw new ArgumentError({
      where: 'unique',
      what: 'there are no elements',
      received: `[${input.shape.join(', ')}]`,
      fix: 'check that the tensor is not empty',
    });
  }
  return collect(input, rank(reshape(input, [-1])), options);
}

/**
 * The distinct elements of x, ascending. It reads values, so it cannot be part of a compiled
 * function; `unique` with a size can.
 *
 * @example
 * ```ts
 * import { uniqueAsync } from 'keratin';
 * const { values, inverse } = await uniqueAsync([3, 1, 3]);
 * console.log(await values.array(), await inverse.array()); // [ 1, 3 ] [ 1, 0, 1 ]
 * ```
 */
export async function uniqueAsync(x: TensorLike): Promise<Unique> {
  const input = asTensor(x);
  const ranked = rank(reshape(input, [-1]));
  const size = input.size === 0 ? 0 : (await max(ranked.ranks).item()) + 1;
  return input.size === 0 ? emptyUnique(input) : collect(input, ranked, { size });
}

function emptyUnique(x: Tensor): Unique {
  const none = zeros([0], 'int32');
  return { values: reshape(x, [0]), indices: none, inverse: zeros(x.shape, 'int32'), counts: none };
}

/**
 * The places of the elements that are not 0: one int32 vector for each axis, in row-major order.
 * It reads values, so it cannot be part of a compiled function.
 *
 * @example
 * ```ts
 * import { nonzeroAsync } from 'keratin';
 * const [rows, columns] = await nonzeroAsync([[0, 5], [7, 0]]);
 * console.log(await rows?.array(), await columns?.array()); // [ 0, 1 ] [ 1, 0 ]
 * ```
 */
export async function nonzeroAsync(x: TensorLike): Promise<Tensor[]> {
  const input = asTensor(x);
  const isFound = notEqual(reshape(input, [-1]), 0);
  const count = await sum(cast(isFound, 'int32')).item();
  // Found places keep their order in front of all others.
  const order = argsort(cast(logicalNot(isFound), 'int32'));
  const places = count === 0 ? zeros([0], 'int32') : sliceAxis(order, 0, 0, count);
  return unravelIndex(places, input.shape);
}

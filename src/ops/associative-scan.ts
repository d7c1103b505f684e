// associativeScan: all running combinations in about 2 log2(n) steps over whole tensors, by
// combining neighbours, recursing on the pairs, and filling in between (Blelloch 1990).
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { normalizeAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { concat, stack } from './joining.js';
import { reshape } from './shaping.js';
import { sliceAxis, stridedSlice } from './slicing.js';
import { requireSameSpecs, type State, tensorsOf, withTensors } from './state-trees.js';
import { flip, moveAxis } from './views.js';

/** Settings of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Combines from the last entry to the first. */
  readonly reverse?: boolean | undefined;
  /** The axis of the entries; 0. */
  readonly axis?: number | undefined;
}

const ASSOCIATIVE_SCAN_OPTIONS: OptionNames<AssociativeScanOptions> = { reverse: true, axis: true };

type Combine = (a: readonly Tensor[], b: readonly Tensor[]) => readonly Tensor[];

const count = (x: Tensor): number => at(x.shape, 0);

/** Every second row from `start` to `end`. */
function alternate(x: Tensor, start: number, end: number): Tensor {
  const rest = x.shape.slice(1);
  return stridedSlice(x, [start, ...rest.map(() => 0)], [end, ...rest], [2, ...rest.map(() => 1)]);
}

/** Rows of two tensors in turn, the first one's first; it may have one more. */
function interleave(even: Tensor, odd: Tensor): Tensor {
  const pairs = stack([sliceAxis(even, 0, 0, count(odd)), odd], 1);
  const woven = reshape(pairs, [2 * count(odd), ...odd.shape.slice(1)]);
  if (count(even) === count(odd)) return woven;
  return concat([woven, sliceAxis(even, 0, count(odd), 1)], 0);
}

function combineRows(rows: readonly Tensor[], combine: Combine): readonly Tensor[] {
  const length = count(at(rows, 0));
  if (length < 2) return rows;
  const firsts = rows.map((x) => alternate(x, 0, length - 1));
  const seconds = rows.map((x) => alternate(x, 1, length));
  const odd = combineRows(combine(firsts, seconds), combine);
  // Entry 2i is the combination up to 2i - 1 with entry 2i itself.
  const before = odd.map((x) => sliceAxis(x, 0, 0, Math.ceil(length / 2) - 1));
  const later = rows.map((x) => alternate(x, 2, length));
  const inner = length > 2 ? combine(before, later) : [];
  return rows.map((x, index) => {
    const first = sliceAxis(x, 0, 0, 1);
    const even = length > 2 ? concat([first, at(inner, index)], 0) : first;
    return interleave(even, at(odd, index));
  });
}

/**
 * All running combinations of the entries along an axis: e0, f(e0, e1), f(f(e0, e1), e2) ...
 * `combine` takes many entries at once and must be associative; the order in which it is used
 * differs from that of a loop.
 *
 * @throws ArgumentError where the entries have different sizes along the axis.
 * @example
 * ```ts
 * import { associativeScan, tensor } from 'keratin';
 * const sums = associativeScan((a, b) => a.add(b), tensor([1, 2, 3, 4]));
 * console.log(await sums.array()); // [ 1, 3, 6, 10 ]
 * ```
 */
export function associativeScan<S extends State>(
  combine: (a: S, b: S) => S,
  elements: S,
  options: AssociativeScanOptions = {},
): S {
  checkOptions('associativeScan', options, ASSOCIATIVE_SCAN_OPTIONS);
  const tensors = tensorsOf(elements);
  const { reverse = false, axis = 0 } = options;
  const axes = tensors.map((x) => normalizeAxis('associativeScan', axis, x.rank));
  const rows = tensors.map((x, index) => {
    const moved = moveAxis(x, at(axes, index), 0);
    return reverse ? flip(moved, 0) : moved;
  });
  const lengths = rows.map(count);
  if (lengths.length === 0 || lengths.some((length) => length !== lengths[0])) {
    throw new ArgumentError({
      where: 'associativeScan',
      what: 'the number of entries is not clear',
      expected: `tensors with one size of axis ${axis}`,
      received: lengths.length === 0 ? 'no tensors' : lengths.join(', '),
      fix: 'give all tensors the same number of entries',
    });
  }
  const flat: Combine = (a, b) => {
    const combined = tensorsOf(combine(withTensors(elements, a), withTensors(elements, b)));
    requireSameSpecs('associativeScan', 'the combination has another shape', a, combined);
    return combined;
  };
  const combined = combineRows(rows, flat).map((x, index) =>
    moveAxis(reverse ? flip(x, 0) : x, 0, at(axes, index)),
  );
  return withTensors(elements, combined);
}

// Parts of tensors read and written: getItem with Python's slices, sliceUpdate, copies.

import { requireList, requireOptions } from '../../core/arguments.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { at, range } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import { Tensor } from '../../core/tensor.js';
import { greater } from '../comparison.js';
import { asTensor, type TensorLike } from '../convert.js';
import { onesLike } from '../create.js';
import { gather } from '../gather.js';
import { cast } from '../shaping.js';
import { padConstant, stridedSlice } from '../slicing.js';
import { expandDims, flip, squeeze } from '../views.js';
import { where } from '../where.js';

/** A slice `start:stop:step` of an axis; what is left out runs to the end it starts from. */
export interface SliceKey {
  readonly start?: number | undefined;
  readonly stop?: number | undefined;
  /** 1 by default; negative ones run backwards. */
  readonly step?: number | undefined;
}

/** What picks from one axis: a place, a slice, positions, 'all', 'rest' (Python's ...) or a new axis. */
export type Key = number | SliceKey | Tensor | 'all' | 'rest' | 'newAxis';

function sliced(x: Tensor, axis: number, key: SliceKey): Tensor {
  requireOptions('getItem', 'start, stop, step', key);
  const { start, stop, step = 1 } = key;
  const extent = at(x.shape, axis);
  if (step === 0 || !Number.isInteger(step)) {
    throw new ArgumentError({
      where: 'getItem',
      what: 'a slice cannot have this step',
      expected: 'a whole number other than 0',
      received: String(step),
      fix: 'leave the step out for neighbouring elements',
    });
  }
  const place = (value: number | undefined, fallback: number, low: number, high: number): number =>
    value === undefined
      ? fallback
      : Math.min(Math.max(value < 0 ? value + extent : value, low), high);
  if (step > 0) {
    const [from, to] = [place(start, 0, 0, extent), place(stop, extent, 0, extent)];
    return along(x, axis, from, Math.max(from, to), step);
  }
  // Backwards: the axis is turned round and its places counted from the other end.
  const from = place(start, extent - 1, -1, extent - 1);
  const to = place(stop, -1, -1, extent - 1);
  const first = extent - 1 - from;
  return along(flip(x, axis), axis, first, Math.max(first, extent - 1 - to), -step);
}

function along(x: Tensor, axis: number, from: number, to: number, step: number): Tensor {
  const pick = (own: number, others: (other: number) => number): number[] =>
    range(x.rank).map((other) => (other === axis ? own : others(other)));
  return stridedSlice(
    x,
    pick(from, () => 0),
    pick(to, (other) => at(x.shape, other)),
    pick(step, () => 1),
  );
}

/**
 * Parts of x as Python's x[...] picks them: a key for each axis.
 *
 * @example
 * ```ts
 * import { getItem } from 'keratin';
 * const x = [[1, 2, 3], [4, 5, 6]];
 * console.log(await getItem(x, [1, { step: -1 }]).array()); // [ 6, 5, 4 ]
 * ```
 */
export function getItem(x: TensorLike, keys: Key | readonly Key[]): Tensor {
  let result = asTensor(x);
  const list = isKey(keys) ? [keys] : [...keys];
  const used = list.filter((key) => key !== 'rest' && key !== 'newAxis').length;
  const missing = result.rank - used;
  if (missing < 0 || list.filter((key) => key === 'rest').length > 1) {
    throw new ArgumentError({
      where: 'getItem',
      what: 'there are more keys than axes',
      expected: `at most ${result.rank} keys for ${formatShape(result.shape)}`,
      received: String(used),
      fix: 'give at most one key for each axis, and one rest',
    });
  }
  let axis = 0;
  for (const key of list) {
    if (key === 'rest') axis += missing;
    else if (key === 'all') axis += 1;
    else if (key === 'newAxis') result = expandDims(result, axis++);
    else if (typeof key === 'number') result = squeeze(placed(result, axis, key), axis);
    else if (key instanceof Tensor) {
      result = gather(result, key, { axis });
      axis += key.rank;
    } else result = sliced(result, axis++, key);
  }
  return result;
}

function isKey(keys: Key | readonly Key[]): keys is Key {
  return !Array.isArray(keys);
}

function placed(x: Tensor, axis: number, place: number): Tensor {
  const extent = at(x.shape, axis);
  const from = place < 0 ? place + extent : place;
  if (Number.isInteger(place) && from >= 0 && from < extent)
    return along(x, axis, from, from + 1, 1);
  throw new ArgumentError({
    where: 'getItem',
    what: `there is no such place along axis ${axis}`,
    expected: `${-extent} to ${extent - 1}`,
    received: String(place),
    fix: 'check the shape',
  });
}

/**
 * x with the block that begins at `starts` replaced by `updates`.
 *
 * @example
 * ```ts
 * import { sliceUpdate } from 'keratin';
 * console.log(await sliceUpdate([1, 2, 3, 4], [1], [8, 9]).array()); // [ 1, 8, 9, 4 ]
 * ```
 */
export function sliceUpdate(x: TensorLike, starts: readonly number[], updates: TensorLike): Tensor {
  const input = asTensor(x);
  const block = cast(updates, input.dtype);
  requireList('sliceUpdate', 'starts', starts);
  const fits =
    starts.length === input.rank &&
    block.rank === input.rank &&
    starts.every(
      (start, axis) => start >= 0 && start + at(block.shape, axis) <= at(input.shape, axis),
    );
  if (!fits) {
    throw new ShapeError({
      where: 'sliceUpdate',
      what: 'the block does not lie inside the tensor',
      expected: `a block inside ${formatShape(input.shape)}`,
      received: `${formatShape(block.shape)} at [${starts.join(', ')}]`,
      fix: 'check the starts and the shape of the updates',
    });
  }
  const widths = starts.map(
    (start, axis) => [start, at(input.shape, axis) - start - at(block.shape, axis)] as const,
  );
  const isInside = greater(padConstant(onesLike(block, 'int32'), widths, 0), 0);
  return where(isInside, padConstant(block, widths, 0), input);
}

/**
 * x itself: tensors never change, so nothing needs to be copied.
 *
 * @example
 * ```ts
 * import { copy } from 'keratin';
 * console.log(await copy([1, 2]).array()); // [ 1, 2 ]
 * ```
 */
export function copy(x: TensorLike): Tensor {
  return asTensor(x);
}

// Tensors put together and taken apart: concat, stack, split, tile, repeat, roll, pad.

import {
  checkOptions,
  type OptionNames,
  requireList,
  requireNumberOrList,
} from '../core/arguments.js';
import { type DType, promote } from '../core/dtype.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { defineOp } from '../core/op.js';
import { at, range } from '../core/sequence.js';
import { formatShape, normalizeAxis, type Shape, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { computeKernel, axis as newAxis, outputAt, position, read } from '../kernels/ir/define.js';
import { applyOne, asTensor, operands, type TensorLike, tensorOf } from './convert.js';
import { gather } from './gather.js';
import { fit } from './kernel-values.js';
import { broadcastTo, cast, reshape } from './shaping.js';
import { padConstant, sliceAxis } from './slicing.js';
import { expandDims, squeeze } from './views.js';

function fits(a: Shape, b: Shape, axis: number): boolean {
  return a.length === b.length && a.every((size, index) => index === axis || size === b[index]);
}

export const concatOp = defineOp<{ readonly axis: number }>({
  name: 'concat',
  infer: (inputs, { axis }) => {
    const first = at(inputs, 0);
    const wrong = inputs.find((input) => !fits(first.shape, input.shape, axis));
    if (wrong !== undefined) {
      throw new ShapeError({
        where: 'concat',
        what: 'the shapes differ in another axis than the one they are joined along',
        expected: `sizes of ${formatShape(first.shape)} except in axis ${axis}`,
        received: formatShape(wrong.shape),
        fix: 'join along another axis, or reshape, slice or pad first',
      });
    }
    const total = inputs.reduce((sum, { shape }) => sum + at(shape, axis), 0);
    const dtype = inputs.map((input) => input.dtype).reduce<DType>(promote, first.dtype);
    return [
      spec(
        first.shape.map((size, index) => (index === axis ? total : size)),
        dtype,
      ),
    ];
  },
  // One kernel for each input, as each writes its own part of the output.
  lower: ({ inputs, outputs, attrs }) => {
    const output = at(outputs, 0);
    let start = 0;
    return inputs.flatMap((input) => {
      const from = start;
      start += at(input.shape, attrs.axis);
      if (input.shape.includes(0)) return [];
      const axes = input.shape.map(newAxis);
      const source = axes.map(position);
      const target = source.map((place, index) =>
        index === attrs.axis ? k.add(place, k.size(from)) : place,
      );
      const value = fit(read(input, source), output.dtype);
      return [computeKernel(inputs, axes, [], [outputAt(0, output, target, value)])];
    });
  },
  grad: ({ inputs, attrs, dy, needs }) => {
    let start = 0;
    return inputs.map((input, index) => {
      const from = start;
      const count = at(input.shape, attrs.axis);
      start += count;
      return needs[index] ? cast(sliceAxis(dy, attrs.axis, from, count), input.dtype) : undefined;
    });
  },
});

/**
 * The tensors joined along `axis`, the first by default; all other sizes must agree.
 *
 * @example
 * ```ts
 * import { concat } from 'keratin';
 * console.log(await concat([[1, 2], [3]]).array()); // [ 1, 2, 3 ]
 * ```
 */
export function concat(list: readonly TensorLike[], axis = 0): Tensor {
  requireList('concat', 'what is joined', list);
  const tensors = operands(list);
  const first = tensors[0];
  if (first === undefined) {
    throw new ArgumentError({
      where: 'concat',
      what: 'there is nothing to join',
      expected: 'at least one tensor',
      received: 'an empty list',
      fix: 'give at least one tensor',
    });
  }
  const place = normalizeAxis('concat', axis, first.rank);
  return tensors.length === 1 ? first : applyOne(concatOp, tensors, { axis: place });
}

/** The name that Keras gives `concat`. */
export const concatenate: typeof concat = concat;

/**
 * Tensors of one shape joined along a new axis.
 *
 * @example
 * ```ts
 * import { stack } from 'keratin';
 * console.log(await stack([[1, 2], [3, 4]], 1).array()); // [ [ 1, 3 ], [ 2, 4 ] ]
 * ```
 */
export function stack(list: readonly TensorLike[], axis = 0): Tensor {
  requireList('stack', 'what is joined', list);
  return concat(
    operands(list).map((tensor) => expandDims(tensor, axis)),
    axis,
  );
}

/**
 * The slices along `axis`, without that axis.
 *
 * @example
 * ```ts
 * import { unstack } from 'keratin';
 * const [first] = unstack([[1, 2], [3, 4]]);
 * console.log(await first?.array()); // [ 1, 2 ]
 * ```
 */
export function unstack(x: TensorLike, axis = 0): Tensor[] {
  const input = asTensor(x);
  const place = normalizeAxis('unstack', axis, input.rank);
  return range(at(input.shape, place)).map((index) =>
    squeeze(sliceAxis(input, place, index, 1), place),
  );
}

/**
 * Parts of x along `axis`: as many equal ones as the number says, or cut at the given positions.
 *
 * @example
 * ```ts
 * import { split } from 'keratin';
 * const [, second] = split([1, 2, 3, 4], 2);
 * console.log(await second?.array()); // [ 3, 4 ]
 * ```
 */
export function split(
  x: TensorLike,
  sectionsOrIndices: number | readonly number[],
  axis = 0,
): Tensor[] {
  const input = asTensor(x);
  const place = normalizeAxis('split', axis, input.rank);
  requireNumberOrList('split', 'the number of parts', sectionsOrIndices);
  const extent = at(input.shape, place);
  if (typeof sectionsOrIndices !== 'number') {
    const ends = [...sectionsOrIndices, extent].map((end) =>
      Math.min(end < 0 ? end + extent : end, extent),
    );
    return ends.map((end, index) => {
      const start = index === 0 ? 0 : at(ends, index - 1);
      return sliceAxis(input, place, start, Math.max(0, end - start));
    });
  }
  const each = extent / sectionsOrIndices;
  if (!Number.isInteger(each) || sectionsOrIndices < 1) {
    throw new ArgumentError({
      where: 'split',
      what: 'the axis cannot be cut into that many equal parts',
      expected: `a divisor of ${extent}`,
      received: String(sectionsOrIndices),
      fix: 'give the positions to cut at, e.g. split(x, [2, 5])',
    });
  }
  return range(sectionsOrIndices).map((index) => sliceAxis(input, place, index * each, each));
}

/**
 * x repeated as a whole, `repeats` times along each axis.
 *
 * @example
 * ```ts
 * import { tile } from 'keratin';
 * console.log(await tile([1, 2], [2]).array()); // [ 1, 2, 1, 2 ]
 * ```
 */
export function tile(x: TensorLike, repeats: number | readonly number[]): Tensor {
  const input = asTensor(x);
  requireNumberOrList('tile', 'repeats', repeats);
  const given = typeof repeats === 'number' ? [repeats] : repeats;
  const rank = Math.max(input.rank, given.length);
  const counts = [...range(rank - given.length).map(() => 1), ...given];
  const shape = [...range(rank - input.rank).map(() => 1), ...input.shape];
  const apart = reshape(
    input,
    shape.flatMap((size) => [1, size]),
  );
  const repeated = broadcastTo(
    apart,
    shape.flatMap((size, axis) => [at(counts, axis), size]),
  );
  return reshape(
    repeated,
    shape.map((size, axis) => size * at(counts, axis)),
  );
}

/**
 * Each element repeated `count` times along `axis`, or in the flattened tensor; a list of counts
 * has one for each place along it.
 *
 * @example
 * ```ts
 * import { repeat } from 'keratin';
 * console.log(await repeat([1, 2], 2).array(), await repeat([1, 2], [0, 3]).array()); // [ 1, 1, 2, 2 ] [ 2, 2, 2 ]
 * ```
 */
export function repeat(x: TensorLike, count: number | readonly number[], axis?: number): Tensor {
  const whole = asTensor(x);
  requireNumberOrList('repeat', 'the count', count);
  const input = axis === undefined ? reshape(whole, [-1]) : whole;
  const place = normalizeAxis('repeat', axis ?? 0, input.rank);
  if (typeof count !== 'number') return repeatEach(input, count, place);
  const apart = expandDims(input, place + 1);
  const repeated = broadcastTo(
    apart,
    apart.shape.map((size, index) => (index === place + 1 ? count : size)),
  );
  return reshape(
    repeated,
    input.shape.map((size, index) => (index === place ? size * count : size)),
  );
}

function repeatEach(x: Tensor, counts: readonly number[], axis: number): Tensor {
  const extent = at(x.shape, axis);
  if (counts.length !== extent || !counts.every((one) => Number.isInteger(one) && one >= 0)) {
    throw new ArgumentError({
      where: 'repeat',
      what: 'the counts do not fit the axis',
      expected: `${extent} whole numbers of at least 0`,
      received: `[${counts.join(', ')}]`,
      fix: 'give one count for each place along the axis',
    });
  }
  const places = counts.flatMap((count, place) => range(count).map(() => place));
  return gather(x, tensorOf(places, 'int32', [places.length]), { axis });
}

/**
 * Moves elements `shift` places along `axis`; those that fall off the end come in at the start.
 * Without an axis the flattened tensor is rolled.
 *
 * @example
 * ```ts
 * import { roll } from 'keratin';
 * console.log(await roll([1, 2, 3], 1).array()); // [ 3, 1, 2 ]
 * ```
 */
export function roll(
  x: TensorLike,
  shift: number | readonly number[],
  axis?: number | readonly number[],
): Tensor {
  const input = asTensor(x);
  requireNumberOrList('roll', 'the shift', shift);
  if (![shift].flat().every(Number.isInteger)) {
    throw new ArgumentError({
      where: 'roll',
      what: 'elements move by whole places',
      expected: 'a whole number, or one for each axis',
      received: JSON.stringify(shift),
      fix: 'round the shift first',
    });
  }
  requireNumberOrList('roll', 'the axis', axis ?? 0);
  if (axis === undefined || axis === null) {
    const total = typeof shift === 'number' ? shift : shift.reduce((sum, one) => sum + one, 0);
    return reshape(roll(reshape(input, [-1]), total, 0), input.shape);
  }
  const axes = typeof axis === 'number' ? [axis] : axis;
  return axes.reduce((rolled, one, index) => {
    const place = normalizeAxis('roll', one, rolled.rank);
    const extent = at(rolled.shape, place);
    const by = typeof shift === 'number' ? shift : at(shift, index);
    const front = extent === 0 ? 0 : ((by % extent) + extent) % extent;
    if (front === 0) return rolled;
    const tail = sliceAxis(rolled, place, extent - front, front);
    return concat([tail, sliceAxis(rolled, place, 0, extent - front)], place);
  }, input);
}

/** How `pad` fills the new places. */
export interface PadOptions {
  /**
   * `constant` (default): `value`; `reflect`: mirrored without the edge; `symmetric`: mirrored
   * with it; `edge`: the outermost element.
   */
  readonly mode?: 'constant' | 'reflect' | 'symmetric' | 'edge' | undefined;
  /** What constant padding holds; 0 by default. */
  readonly value?: TensorLike | undefined;
}

const PAD_OPTIONS: OptionNames<PadOptions> = { mode: true, value: true };

/** Which element of an axis of `extent` elements shows at `place`, inside it or not. */
function mirrored(place: number, extent: number, mode: 'reflect' | 'symmetric' | 'edge'): number {
  if (mode === 'edge' || extent === 1) return Math.min(Math.max(place, 0), extent - 1);
  const period = mode === 'reflect' ? 2 * extent - 2 : 2 * extent;
  const inside = ((place % period) + period) % period;
  return inside < extent ? inside : period - inside - (mode === 'reflect' ? 0 : 1);
}

/**
 * x with `widths` elements added in front and behind each axis: a number for all, a pair for all,
 * or a pair for each.
 *
 * @example
 * ```ts
 * import { pad } from 'keratin';
 * console.log(await pad([1, 2, 3], [[1, 2]], { mode: 'edge' }).array()); // [ 1, 1, 2, 3, 3, 3 ]
 * ```
 */
export function pad(
  x: TensorLike,
  widths: number | readonly [number, number] | readonly (readonly [number, number])[],
  options: PadOptions = {},
): Tensor {
  checkOptions('pad', options, PAD_OPTIONS);
  const input = asTensor(x);
  const { mode = 'constant', value = 0 } = options;
  requireNumberOrList('pad', 'the padding', widths);
  const pairs = pairsOf(widths, input.shape);
  if (mode === 'constant') return padConstant(input, pairs, value);
  return pairs.reduce((padded, [front, back], axis) => {
    const extent = at(padded.shape, axis);
    if (front === 0 && back === 0) return padded;
    const places = range(front + extent + back).map((place) =>
      mirrored(place - front, extent, mode),
    );
    return gather(padded, tensorOf(places, 'int32'), { axis });
  }, input);
}

function isPair(widths: readonly unknown[]): widths is readonly [number, number] {
  return widths.length === 2 && widths.every((width) => typeof width === 'number');
}

function pairsOf(
  widths: number | readonly [number, number] | readonly (readonly [number, number])[],
  shape: Shape,
): readonly (readonly [number, number])[] {
  const isGood = (pair: readonly number[]): boolean =>
    pair.length === 2 && pair.every((width) => Number.isInteger(width) && width >= 0);
  const both = typeof widths === 'number' ? ([widths, widths] as const) : widths;
  const each = isPair(both) ? shape.map(() => both) : both;
  if (each.length === shape.length && each.every(isGood)) return each;
  throw new ArgumentError({
    where: 'pad',
    what: 'the widths do not fit the tensor',
    expected: `one pair of whole numbers for each of ${shape.length} axes`,
    received: JSON.stringify(widths),
    fix: 'give [[before, after], ...] with one pair for each axis',
  });
}

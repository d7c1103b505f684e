// Products of vectors and matrices after NumPy: sentences over tensordot, mul and sum.

import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { promote } from '../../core/dtype.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import { at, range } from '../../core/sequence.js';
import { formatShape, normalizeAxis } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { add, mul, sub } from '../arithmetic.js';
import { asTensor, operands, type TensorLike, tensorOf } from '../convert.js';
import { tensordot } from '../einsum.js';
import { gather } from '../gather.js';
import { pad, stack } from '../joining.js';
import { floatOf } from '../kernel-values.js';
import { matmul } from '../matmul.js';
import { cast, reshape, sum } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { flip, moveAxis, squeeze } from '../views.js';

/**
 * Sums of products over the last axes of both.
 *
 * @example
 * ```ts
 * import { inner } from 'keratin';
 * console.log(await inner([1, 2], [3, 4]).item()); // 11
 * ```
 */
export function inner(a: TensorLike, b: TensorLike): Tensor {
  const pair = operands([a, b]);
  const [left, right] = [at(pair, 0), at(pair, 1)];
  if (left.rank === 0 || right.rank === 0) return mul(left, right);
  return tensordot(left, right, [[-1], [-1]]);
}

/**
 * The sum of all products of elements in the same place, of tensors of the same size.
 *
 * @example
 * ```ts
 * import { vdot } from 'keratin';
 * console.log(await vdot([[1, 2]], [[3], [4]]).item()); // 11
 * ```
 */
export function vdot(a: TensorLike, b: TensorLike): Tensor {
  return tensordot(reshape(a, [-1]), reshape(b, [-1]), 1);
}

/**
 * Kronecker's product: every element of a times the whole of b, laid out in blocks.
 *
 * @example
 * ```ts
 * import { kron } from 'keratin';
 * console.log(await kron([1, 2], [1, 10]).array()); // [ 1, 10, 2, 20 ]
 * ```
 */
export function kron(a: TensorLike, b: TensorLike): Tensor {
  const pair = operands([a, b]);
  const rank = Math.max(...pair.map((one) => one.rank));
  const full = pair.map((one) => [...range(rank - one.rank).map(() => 1), ...one.shape]);
  const [left, right] = [at(full, 0), at(full, 1)];
  const apart = (shape: readonly number[], first: boolean): number[] =>
    shape.flatMap((size) => (first ? [size, 1] : [1, size]));
  const product = mul(
    reshape(at(pair, 0), apart(left, true)),
    reshape(at(pair, 1), apart(right, false)),
  );
  return reshape(
    product,
    left.map((size, axis) => size * at(right, axis)),
  );
}

/** Which axes hold the vectors of a cross product; the last ones by default. */
export interface CrossOptions {
  readonly axisA?: number | undefined;
  readonly axisB?: number | undefined;
  /** Where the result's vectors lie. */
  readonly axisC?: number | undefined;
  /** All three at once. */
  readonly axis?: number | undefined;
}

const CROSS_OPTIONS: OptionNames<CrossOptions> = {
  axisA: true,
  axisB: true,
  axisC: true,
  axis: true,
};

function vectorParts(x: Tensor, axis: number): Tensor[] {
  const vectors = moveAxis(x, axis, -1);
  const length = at(vectors.shape, -1);
  if (length === 2 || length === 3) {
    return range(length).map((place) => squeeze(sliceAxis(vectors, -1, place, 1), -1));
  }
  throw new ShapeError({
    where: 'cross',
    what: 'cross products are those of vectors in the plane or in space',
    expected: '2 or 3 elements along the axis',
    received: formatShape(x.shape),
    fix: 'name the axis that holds the vectors',
  });
}

/**
 * The cross product of vectors of 3 (or 2) elements; of two in the plane only the third element.
 *
 * @example
 * ```ts
 * import { cross } from 'keratin';
 * console.log(await cross([1, 0, 0], [0, 1, 0]).array()); // [ 0, 0, 1 ]
 * ```
 */
export function cross(a: TensorLike, b: TensorLike, options: CrossOptions = {}): Tensor {
  checkOptions('cross', options, CROSS_OPTIONS);
  const { axis } = options;
  const [left, right] = [asTensor(a), asTensor(b)];
  const [a0, a1, a2] = vectorParts(left, axis ?? options.axisA ?? -1);
  const [b0, b1, b2] = vectorParts(right, axis ?? options.axisB ?? -1);
  if (a0 === undefined || a1 === undefined || b0 === undefined || b1 === undefined) return left;
  const minor = (p: Tensor, q: Tensor, r: Tensor, s: Tensor): Tensor => sub(mul(p, s), mul(q, r));
  const third = minor(a0, a1, b0, b1);
  if (a2 === undefined && b2 === undefined) return third;
  const [top, bottom] = [a2 ?? mul(a0, 0), b2 ?? mul(b0, 0)];
  const parts = [minor(a1, top, b1, bottom), minor(top, a0, bottom, b0), third];
  return moveAxis(stack(parts, -1), -1, axis ?? options.axisC ?? -1);
}

/**
 * Sums of products of `b` with the part of `a` under it, as floats, at every shift: where b lies
 * inside (`valid`), as many as the longer has (`same`), or all (`full`).
 *
 * @example
 * ```ts
 * import { correlate } from 'keratin';
 * console.log(await correlate([1, 2, 3], [0, 1]).array()); // [ 2, 3 ]
 * ```
 */
export function correlate(
  a: TensorLike,
  b: TensorLike,
  mode: 'valid' | 'same' | 'full' = 'valid',
): Tensor {
  const pair = operands([a, b]);
  const dtype = floatOf(promote(at(pair, 0).dtype, at(pair, 1).dtype));
  const [left, right] = [cast(at(pair, 0), dtype), cast(at(pair, 1), dtype)];
  if (left.rank !== 1 || right.rank !== 1 || left.size === 0 || right.size === 0) {
    throw new ArgumentError({
      where: 'correlate',
      what: 'only vectors with elements are correlated',
      expected: 'two vectors',
      received: `${formatShape(left.shape)} and ${formatShape(right.shape)}`,
      fix: 'use conv1d for batches of signals',
    });
  }
  // With the shorter in front the shifts run the other way round.
  if (left.size < right.size) return flip(correlate(right, left, mode));
  const edge = right.size - 1;
  // Of `same`, the middle of all shifts is kept.
  const front = mode === 'valid' ? 0 : mode === 'full' ? edge : edge - Math.floor(edge / 2);
  const back = mode === 'valid' ? 0 : mode === 'full' ? edge : Math.floor(edge / 2);
  const padded = pad(left, [[front, back]]);
  const count = padded.size - edge;
  const places = range(count).flatMap((shift) => range(right.size).map((step) => shift + step));
  const windows = gather(padded, tensorOf(places, 'int32', [count, right.size]));
  return matmul(windows, right);
}

/** Which axis `trapezoid` integrates along, and how far apart samples are. */
export interface TrapezoidOptions {
  /** The last axis by default. */
  readonly axis?: number | undefined;
  /** Where the samples were taken; evenly by default. */
  readonly x?: TensorLike | undefined;
  /** The distance of evenly taken samples; 1 by default. */
  readonly dx?: number | undefined;
}

const TRAPEZOID_OPTIONS: OptionNames<TrapezoidOptions> = { axis: true, x: true, dx: true };

/**
 * The integral of sampled values by the rule of trapezoids.
 *
 * @example
 * ```ts
 * import { trapezoid } from 'keratin';
 * console.log(await trapezoid([0, 1, 2]).item()); // 2
 * ```
 */
export function trapezoid(y: TensorLike, options: TrapezoidOptions = {}): Tensor {
  checkOptions('trapezoid', options, TRAPEZOID_OPTIONS);
  const { axis = -1, x, dx = 1 } = options;
  const given = asTensor(y);
  const place = normalizeAxis('trapezoid', axis, given.rank);
  const values = moveAxis(given, place, -1);
  const count = Math.max(0, at(values.shape, -1) - 1);
  const neighbours = (all: Tensor): [Tensor, Tensor] => [
    sliceAxis(all, -1, 0, count),
    sliceAxis(all, -1, 1, count),
  ];
  const [left, right] = neighbours(values);
  const means = mul(cast(add(left, right), floatOf(given.dtype)), 0.5);
  if (x === undefined) return sum(mul(means, dx), { axis: -1 });
  const places = asTensor(x);
  const along = places.rank === given.rank ? moveAxis(places, place, -1) : places;
  const [from, to] = neighbours(along);
  return sum(mul(means, sub(to, from)), { axis: -1 });
}

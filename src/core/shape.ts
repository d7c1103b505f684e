// Shapes (sizes of axes) and specs (shape + dtype): what is known of a tensor before its values.

import { requireList, requireNumberOrList } from './arguments.js';
import type { DType } from './dtype.js';
import { ArgumentError, ShapeError } from './errors.js';
import { product } from './sequence.js';

/** Sizes of a tensor's axes, outermost first; `[]` for a scalar. */
export type Shape = readonly number[];

/** Shape and dtype. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

export function spec(shape: Shape, dtype: DType): Spec {
  return { shape, dtype };
}

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return product(shape);
}

/** `[2, 3]`; an unknown size (null) prints as `None`, as Keras does in summaries. */
export function formatShape(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => (size === null ? 'None' : String(size))).join(', ')}]`;
}

/** The shape two shapes broadcast to (NumPy's rule); throws a ShapeError naming `where`. */
export function broadcastShapes(where: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = a[a.length - rank + axis] ?? 1;
    const sizeB = b[b.length - rank + axis] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new ShapeError({
        where,
        what: 'the shapes do not broadcast',
        expected: 'equal sizes, or 1, in every axis counted from the last',
        received: `${formatShape(a)} and ${formatShape(b)}`,
        fix: 'reshape or transpose one of the two',
      });
    }
    result.push(sizeA === 1 ? sizeB : sizeA);
  }
  return result;
}

/** `axis` counted from 0; negative axes count from the end. */
export function normalizeAxis(where: string, axis: number, rank: number): number {
  const result = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && result >= 0 && result < rank) return result;
  throw new ArgumentError({
    where,
    what: 'the axis does not exist',
    expected: rank === 0 ? 'no axis: the tensor is a scalar' : `${-rank} to ${rank - 1}`,
    received: String(axis),
    fix: 'name an axis of the tensor',
  });
}

/** All of `axes` counted from 0, each once, ascending; undefined means every axis. */
export function normalizeAxes(
  where: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): readonly number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  requireNumberOrList(where, 'axis', axes);
  const list = typeof axes === 'number' ? [axes] : axes;
  const result = list.map((axis) => normalizeAxis(where, axis, rank));
  if (new Set(result).size !== result.length) {
    throw new ArgumentError({
      where,
      what: 'an axis is named twice',
      received: `[${list.join(', ')}]`,
      fix: 'name every axis once',
    });
  }
  return result.sort((a, b) => a - b);
}

/** Throws unless the shape has at least `count` axes. */
export function requireAxes(where: string, shape: Shape, count: number): void {
  if (shape.length >= count) return;
  throw new ShapeError({
    where,
    what: 'the tensor has too few axes',
    expected: count === 1 ? 'at least 1 axis' : `at least ${count} axes`,
    received: formatShape(shape),
    fix: 'add the missing axes with expandDims, or reshape',
  });
}

/** Throws unless every size is a whole number of at least 0. */
export function checkShape(where: string, shape: Shape): void {
  requireList(where, 'the shape', shape);
  if (shape.every((size) => Number.isInteger(size) && size >= 0)) return;
  throw new ShapeError({
    where,
    what: 'a shape holds something that is not a size',
    expected: 'whole numbers of at least 0',
    received: formatShape(shape),
    fix: 'check the arithmetic that made the shape',
  });
}

// Shapes and indices of reductions: which axes go, what stays, how to find the element again.
import type { OptionNames } from '../core/arguments.js';
import { at } from '../core/sequence.js';
import { normalizeAxes, type Shape } from '../core/shape.js';
import type { Expr } from '../kernels/ir/expr.js';

/** Which axes a function reduces; all of them by default. */
export interface ReduceOptions {
  readonly axis?: number | readonly number[] | undefined;
  /** Keeps reduced axes with size 1. */
  readonly keepDims?: boolean | undefined;
}

/** The names of {@link ReduceOptions}. */
export const REDUCE_OPTIONS: OptionNames<ReduceOptions> = { axis: true, keepDims: true };

/** Attributes of a reduction op. */
export interface ReduceAttrs {
  /** Ascending, counted from 0. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

export function reduceAttrs(where: string, rank: number, options: ReduceOptions): ReduceAttrs {
  return {
    axes: normalizeAxes(where, options.axis, rank),
    keepDims: options.keepDims ?? false,
  };
}

export function reducedShape(shape: Shape, attrs: ReduceAttrs): number[] {
  return shape.flatMap((size, axis) =>
    attrs.axes.includes(axis) ? (attrs.keepDims ? [1] : []) : [size],
  );
}

/** The shape with every reduced axis kept at size 1: what broadcasts against the input. */
export function keptShape(shape: Shape, axes: readonly number[]): number[] {
  return reducedShape(shape, { axes, keepDims: true });
}

/** The sizes of the reduced axes. */
export function innerSizes(shape: Shape, axes: readonly number[]): number[] {
  return axes.map((axis) => at(shape, axis));
}

/** The input's index at `outer` of the output and `inner` of the reduced axes. */
export function joinIndex(
  rank: number,
  attrs: ReduceAttrs,
  outer: readonly Expr[],
  inner: readonly Expr[],
): Expr[] {
  const index: Expr[] = [];
  let kept = 0;
  for (let axis = 0; axis < rank; axis++) {
    const reduced = attrs.axes.indexOf(axis);
    if (reduced < 0) index.push(at(outer, kept++));
    else {
      index.push(at(inner, reduced));
      if (attrs.keepDims) kept++;
    }
  }
  return index;
}

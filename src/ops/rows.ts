// The skeleton of row kernels: outer axes are kept, inner axes are reduced and may be met again.
import { at } from '../core/sequence.js';
import type { Shape } from '../core/shape.js';
import { i32 } from '../kernels/ir/build.js';
import { axis, position } from '../kernels/ir/define.js';
import type { Axis, Expr } from '../kernels/ir/expr.js';

/** The axes of a row kernel over a tensor, and the index they make. */
export interface Rows {
  readonly outer: readonly Axis[];
  readonly inner: readonly Axis[];
  /** The index of an element of the whole tensor. */
  readonly index: readonly Expr[];
  /** The index of a row's result, with the reduced axes dropped or kept at 0. */
  readonly result: (keepDims: boolean) => Expr[];
}

/** Rows of a tensor of `shape` that run along `reduced` axes. */
export function rowsOf(shape: Shape, reduced: readonly number[]): Rows {
  const axes = shape.map(axis);
  const isInner = (index: number): boolean => reduced.includes(index);
  return {
    outer: axes.filter((_, index) => !isInner(index)),
    inner: reduced.map((index) => at(axes, index)),
    index: axes.map(position),
    result: (keepDims) =>
      axes.flatMap((one, index) => {
        if (!isInner(index)) return [position(one)];
        return keepDims ? [i32(0)] : [];
      }),
  };
}

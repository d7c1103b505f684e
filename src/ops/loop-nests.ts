// For ops written as Loops: one parallel loop over all positions of some axes.
import { at, product } from '../core/sequence.js';
import type { Shape } from '../core/shape.js';
import * as k from '../kernels/ir/build.js';
import type { Expr } from '../kernels/ir/expr.js';
import type { Stmt } from '../kernels/ir/loops.js';

/** The index of the `flat`-th position of `shape` in row-major order. */
export function indexOf(flat: Expr, shape: Shape): Expr[] {
  const index: Expr[] = new Array(shape.length).fill(k.i32(0));
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = at(shape, axis);
    if (extent === 1) continue;
    const isOutermost = shape.slice(0, axis).every((size) => size === 1);
    index[axis] = isOutermost ? rest : k.rem(rest, k.size(extent));
    rest = k.idiv(rest, k.size(extent));
  }
  return index;
}

/** `body` at every position of `shape`, in any order; it is given the index and its number. */
export function parallelOver(
  shape: Shape,
  body: (index: readonly Expr[], flat: Expr) => readonly Stmt[],
): Stmt {
  const row = k.newVar('row');
  return {
    kind: 'for',
    as: 'parallel',
    variable: row,
    from: k.i32(0),
    to: k.size(product(shape)),
    step: 1,
    body: body(indexOf(k.valueOf(row), shape), k.valueOf(row)),
  };
}

/** A serial loop from 0 to a size that shapes decide. */
export function serialOver(count: number, hint: string, body: (at: Expr) => readonly Stmt[]): Stmt {
  const variable = k.newVar(hint);
  return k.loop(variable, { to: k.size(count) }, body(k.valueOf(variable)));
}

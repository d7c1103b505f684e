// Positions on a GPU: one number tells an invocation (or a step of its loop) where it stands.
// What the GPU recipes share.
import { at } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import type { Axis, Expr } from '../ir/expr.js';
import type { ForStmt, LoopKind, Stmt } from '../ir/loops.js';
import type { Extents, Positions } from './nest.js';

export function totalOf(axes: readonly Axis[]): number {
  return axes.reduce((total, axis) => total * axis.extent, 1);
}

/** The number of positions of several axes. */
export function flatExtentOf(axes: readonly Axis[], extents: Extents): Expr {
  const [only] = axes;
  if (axes.length === 1 && only !== undefined) return extents.of(only);
  return k.size(totalOf(axes));
}

/** The positions along `axes` (outermost first) that the number `flat` stands for. */
export function positionsAt(
  axes: readonly Axis[],
  flat: Expr,
  extents: Extents,
  body: Stmt[],
  outer: Positions = new Map(),
): Positions {
  const positions = new Map(outer);
  let rest = flat;
  for (let index = axes.length - 1; index >= 0; index--) {
    const axis = at(axes, index);
    if (index === 0) {
      positions.set(axis, rest);
      break;
    }
    const extent = extents.of(axis);
    positions.set(axis, named(body, 'at', k.rem(rest, extent)));
    rest = named(body, 'rest', k.idiv(rest, extent));
  }
  return positions;
}

/** A variable declared in `body`; the value itself where it is a plain number. */
export function named(body: Stmt[], hint: string, value: Expr): Expr {
  if (value.kind === 'const' || value.kind === 'var') return value;
  const variable = k.newVar(hint, value.type);
  body.push(k.declare(variable, value));
  return k.valueOf(variable);
}

/** A loop of any kind from 0 in steps of 1. */
export function loopOver(
  as: LoopKind,
  hint: string,
  to: Expr,
  inside: (position: Expr) => readonly Stmt[],
): ForStmt {
  const variable = k.newVar(hint);
  const body = inside(k.valueOf(variable));
  return { kind: 'for', as, variable, from: k.i32(0), to, step: 1, body };
}

/** The steps `from, from + stride, ...` below `to`: how invocations share a loop. */
export function stridedLoop(
  from: Expr,
  to: Expr,
  stride: number,
  inside: (position: Expr) => readonly Stmt[],
): ForStmt {
  const variable = k.newVar('j');
  const body = inside(k.valueOf(variable));
  // A loop ends before a step that does not fit whole; here each step is one position.
  const end = k.add(to, k.i32(stride - 1));
  return { kind: 'for', as: 'serial', variable, from, to: end, step: stride, body };
}

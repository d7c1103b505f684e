// Makes one program serve many sizes: every `size` becomes a parameter of the program.
// Between recipes and devices, used by engines that compile once for all shapes.
import type { Expr } from './expr.js';
import type { Loops } from './loops.js';
import { eachExpr, mapProgram } from './walk.js';

/** A program without sizes, and the numbers its parameters take. */
export interface Parametrised {
  readonly program: Loops;
  readonly params: readonly number[];
}

/** Replaces each distinct `size` node (by identity) with the next parameter. */
export function parametrise(program: Loops): Parametrised {
  const index = new Map<Expr, Expr>();
  const params: number[] = [];
  const toParam = (expr: Expr): Expr => {
    if (expr.kind !== 'size') return expr;
    const known = index.get(expr);
    if (known !== undefined) return known;
    const param: Expr = { kind: 'param', type: expr.type, index: params.length };
    params.push(expr.value);
    index.set(expr, param);
    return param;
  };
  return { program: mapProgram(program, toParam), params };
}

/** How many parameters there must be for this node. */
export function paramsFor(node: Expr): number {
  return node.kind === 'param' ? node.index + 1 : 0;
}

/** Number of parameters a program takes. */
export function countParams(program: Loops): number {
  let count = 0;
  eachExpr(program, (node) => {
    count = Math.max(count, paramsFor(node));
  });
  return count;
}

// Finds what a statement uses twice, so that an emitter computes it once. Expressions are graphs:
// written out as trees, some (random bits) would grow exponentially.
import type { Expr } from './expr.js';
import { childrenOf } from './expr-walk.js';

function isCheap(expr: Expr): boolean {
  return (
    expr.kind === 'const' || expr.kind === 'size' || expr.kind === 'param' || expr.kind === 'var'
  );
}

/** The nodes below `roots` with several uses, in an order in which they can be computed. */
export function sharedNodes(roots: readonly Expr[]): Expr[] {
  const uses = new Map<Expr, number>();
  const order: Expr[] = [];
  const visit = (expr: Expr): void => {
    if (isCheap(expr)) return;
    const count = uses.get(expr);
    uses.set(expr, (count ?? 0) + 1);
    if (count !== undefined) return;
    for (const child of childrenOf(expr)) visit(child);
    order.push(expr);
  };
  for (const root of roots) visit(root);
  return order.filter((expr) => (uses.get(expr) ?? 0) > 1);
}

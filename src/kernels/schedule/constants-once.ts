// Fills vectors with constants once for a run of statements, not in each. Loops have that done by
// hoist.ts; the finish of a product (contraction-tile.ts) is written out vector by vector.
import * as k from '../ir/build.js';
import type { Expr, Var } from '../ir/expr.js';
import { rewriteAll } from '../ir/expr-walk.js';
import type { Stmt } from '../ir/loops.js';
import { mapBody } from '../ir/walk.js';
import { keyOf } from './hoist.js';

/** The statements, with a variable for each vector of a constant. */
export function constantsOnce(body: readonly Stmt[]): Stmt[] {
  const constants = new Map<string, Var>();
  const declared: Stmt[] = [];
  const names = new Map<object, number>();
  const variableOf = (splat: Expr): Var => {
    const key = keyOf(splat, names);
    const known = constants.get(key);
    if (known !== undefined) return known;
    const variable = k.newVar('constant', splat.type);
    constants.set(key, variable);
    declared.push(k.declare(variable, splat));
    return variable;
  };
  const change = rewriteAll((node) =>
    node.kind === 'splat' && node.value.kind === 'const' ? k.valueOf(variableOf(node)) : node,
  );
  const changed = mapBody(
    body,
    change,
    (called) => called,
    (buffer) => buffer,
  );
  return [...declared, ...changed];
}

// What is inside of expressions: walks, searches and replacements, each shared node once.
// Beside expr.ts, which says what expressions are; walk.ts does the same for statements.
import type { Axis, Expr } from './expr.js';

/** An expression with nothing inside. */
type Leaf = Extract<
  Expr,
  { readonly kind: 'const' | 'size' | 'param' | 'axis' | 'stage' | 'term' | 'var' }
>;

/** Whether nothing can be inside `expr`: nothing that a walk would have to remember. */
export function isLeaf(expr: Expr): expr is Leaf {
  switch (expr.kind) {
    case 'const':
    case 'size':
    case 'param':
    case 'axis':
    case 'stage':
    case 'term':
    case 'var':
      return true;
    default:
      return false;
  }
}

/** The expressions directly inside `expr`. */
export function childrenOf(expr: Expr): readonly Expr[] {
  if (isLeaf(expr)) return [];
  switch (expr.kind) {
    case 'read':
      return expr.at;
    case 'load':
      return [expr.index];
    case 'call':
      return expr.args;
    case 'pack':
      return expr.values;
    case 'shuffle':
      return [expr.a, expr.b];
    case 'cast':
    case 'bitcast':
    case 'splat':
    case 'ramp':
    case 'lane':
      return [expr.value];
  }
}

/** The list with its expressions replaced through `change`; the same list where none changed. */
function mapList(list: readonly Expr[], change: (child: Expr) => Expr): readonly Expr[] {
  let isSame = true;
  const next = list.map((child) => {
    const changed = change(child);
    if (changed !== child) isSame = false;
    return changed;
  });
  return isSame ? list : next;
}

/** `expr` with its direct children replaced through `change`; the same node where none changed. */
export function mapChildren(expr: Expr, change: (child: Expr) => Expr): Expr {
  if (isLeaf(expr)) return expr;
  switch (expr.kind) {
    case 'read': {
      const at = mapList(expr.at, change);
      return at === expr.at ? expr : { ...expr, at };
    }
    case 'load': {
      const index = change(expr.index);
      return index === expr.index ? expr : { ...expr, index };
    }
    case 'call': {
      const args = mapList(expr.args, change);
      return args === expr.args ? expr : { ...expr, args };
    }
    case 'pack': {
      const values = mapList(expr.values, change);
      return values === expr.values ? expr : { ...expr, values };
    }
    case 'shuffle': {
      const a = change(expr.a);
      const b = change(expr.b);
      return a === expr.a && b === expr.b ? expr : { ...expr, a, b };
    }
    case 'cast':
    case 'bitcast':
    case 'splat':
    case 'ramp':
    case 'lane': {
      const value = change(expr.value);
      return value === expr.value ? expr : { ...expr, value };
    }
  }
}

/** Replaces bottom-up, visiting every shared node once; leaves, wherever they stand. */
export function rewrite(expr: Expr, change: (expr: Expr) => Expr): Expr {
  return rewriteAll(change)(expr);
}

/** The same for several expressions: what they share is changed once and stays shared. */
export function rewriteAll(change: (expr: Expr) => Expr): (expr: Expr) => Expr {
  const done = new Map<Expr, Expr>();
  const visit = (node: Expr): Expr => {
    if (isLeaf(node)) return change(node);
    const known = done.get(node);
    if (known !== undefined) return known;
    const result = change(mapChildren(node, visit));
    done.set(node, result);
    return result;
  };
  return visit;
}

/** Whether `test` holds for `expr` or anything inside it. */
export function some(expr: Expr, test: (expr: Expr) => boolean): boolean {
  const seen = new Set<Expr>();
  const visit = (node: Expr): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    return test(node) || childrenOf(node).some(visit);
  };
  return visit(expr);
}

/** Visits `expr` and everything inside it, each node once. */
function eachNode(expr: Expr, visit: (node: Expr) => void): void {
  some(expr, (node) => {
    visit(node);
    return false;
  });
}

/** The axes whose positions an expression uses. */
export function axesIn(expr: Expr): Set<Axis> {
  const found = new Set<Axis>();
  eachNode(expr, (node) => {
    if (node.kind === 'axis') found.add(node.axis);
  });
  return found;
}

/** The numbers of the inputs that an expression reads. */
export function inputsIn(expr: Expr): Set<number> {
  const found = new Set<number>();
  eachNode(expr, (node) => {
    if (node.kind === 'read') found.add(node.input);
  });
  return found;
}

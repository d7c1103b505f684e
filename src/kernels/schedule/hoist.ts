// Moves what does not change inside a loop to before the loop. Last step of scheduling.
import * as k from '../ir/build.js';
import { childrenOf, type Expr, mapChildren, type Var } from '../ir/expr.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { eachStmt, expressionsOf, mapBody } from '../ir/walk.js';

/** Variables given a value inside a body. */
function changedIn(body: readonly Stmt[]): Set<Var> {
  const changed = new Set<Var>();
  eachStmt(body, (stmt) => {
    if (stmt.kind === 'let' || stmt.kind === 'set' || stmt.kind === 'for') {
      changed.add(stmt.variable);
    }
  });
  return changed;
}

/** Decides, once for each node, whether its value stays the same all through a loop. */
class Invariance {
  readonly #known = new Map<Expr, boolean>();

  constructor(
    private readonly changed: ReadonlySet<Var>,
    /** Loads that only happen under a condition, which keeps them inside their buffer. */
    private readonly conditional: ReadonlySet<Expr>,
  ) {}

  holds(expr: Expr): boolean {
    const known = this.#known.get(expr);
    if (known !== undefined) return known;
    let result: boolean;
    if (expr.kind === 'var') result = !this.changed.has(expr.variable);
    // Only inputs are sure not to be written by the program itself.
    else if (expr.kind === 'load' && expr.buffer.space !== 'input') result = false;
    else if (this.conditional.has(expr)) result = false;
    else result = childrenOf(expr).every((child) => this.holds(child));
    this.#known.set(expr, result);
    return result;
  }
}

/** The loads inside `if` statements of a body. */
function conditionalLoads(body: readonly Stmt[]): Set<Expr> {
  const found = new Set<Expr>();
  const seen = new Set<Expr>();
  const visit = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (expr.kind === 'load') found.add(expr);
    for (const child of childrenOf(expr)) visit(child);
  };
  eachStmt(body, (stmt) => {
    if (stmt.kind !== 'if') return;
    for (const block of [stmt.then, stmt.otherwise]) {
      eachStmt(block, (inner) => expressionsOf(inner).forEach(visit));
    }
  });
  return found;
}

function isTrivial(expr: Expr): boolean {
  return childrenOf(expr).length === 0;
}

/** A textual key of small expressions, so that equal addresses share one variable. */
function keyOf(expr: Expr, names: Map<object, number>): string {
  const nameOf = (thing: object): number => {
    const known = names.get(thing);
    if (known !== undefined) return known;
    names.set(thing, names.size);
    return names.size - 1;
  };
  switch (expr.kind) {
    case 'const':
      return Object.is(expr.value, -0)
        ? `${expr.type.scalar}-0`
        : `${expr.type.scalar}${expr.value}`;
    case 'var':
      return `v${nameOf(expr.variable)}`;
    case 'param':
      return `p${expr.index}`;
    case 'call':
      return `${expr.fn}(${expr.args.map((arg) => keyOf(arg, names)).join()})`;
    case 'splat':
    case 'ramp':
    case 'cast':
    case 'bitcast': {
      const { scalar, lanes } = expr.type;
      return `${expr.kind}${scalar}${lanes}(${keyOf(expr.value, names)})`;
    }
    default:
      return `n${nameOf(expr)}`;
  }
}

function hoistLoop(stmt: Stmt & { readonly kind: 'for' | 'while' }): readonly Stmt[] {
  const inner = hoistBody(stmt.body);
  const changed = changedIn(inner);
  if (stmt.kind === 'for') changed.add(stmt.variable);
  const invariance = new Invariance(changed, conditionalLoads(inner));
  const before: Stmt[] = [];
  const variables = new Map<string, Var>();
  const names = new Map<object, number>();
  const done = new Map<Expr, Expr>();
  const lift = (expr: Expr): Expr => {
    if (isTrivial(expr)) return expr;
    const known = done.get(expr);
    if (known !== undefined) return known;
    let result: Expr;
    if (invariance.holds(expr)) {
      const key = `${expr.type.lanes}${keyOf(expr, names)}`;
      let variable = variables.get(key);
      if (variable === undefined) {
        variable = k.newVar('fixed', expr.type);
        variables.set(key, variable);
        before.push(k.declare(variable, expr));
      }
      result = k.valueOf(variable);
    } else if (expr.kind === 'call' && (expr.fn === 'shl' || expr.fn === 'shr')) {
      // Targets shift all lanes by one number that they must see in place.
      const [value, distance] = expr.args;
      const args = value === undefined || distance === undefined ? [] : [lift(value), distance];
      result = { ...expr, args };
    } else result = mapChildren(expr, lift);
    done.set(expr, result);
    return result;
  };
  const body = mapBody(
    inner,
    lift,
    (called) => called,
    (ref) => ref,
  );
  return [...before, { ...stmt, body }];
}

function hoistBody(body: readonly Stmt[]): Stmt[] {
  return body.flatMap((stmt): readonly Stmt[] => {
    if (stmt.kind === 'for' || stmt.kind === 'while') {
      // Invocations of a workgroup wait for each other: their bodies stay as they are.
      if (stmt.kind === 'for' && (stmt.as === 'thread' || stmt.as === 'group')) return [stmt];
      return hoistLoop(stmt);
    }
    if (stmt.kind === 'if') {
      return [{ ...stmt, then: hoistBody(stmt.then), otherwise: hoistBody(stmt.otherwise) }];
    }
    return [stmt];
  });
}

/** The same program with loop-invariant values computed before their loops. */
export function hoistInvariants(program: Loops): Loops {
  if (program.procedures.length === 0) return { ...program, body: hoistBody(program.body) };
  const procedures = new Map(
    program.procedures.map((called) => [called, { ...called, body: hoistBody(called.body) }]),
  );
  const body = mapBody(
    hoistBody(program.body),
    (expr) => expr,
    (called) => procedures.get(called) ?? called,
    (ref) => ref,
  );
  return { ...program, procedures: [...procedures.values()], body };
}

// Moves what does not change inside a loop to before the loop, whole declarations too, each once.
// Last step of scheduling.
import * as k from '../ir/build.js';
import type { Expr, Var } from '../ir/expr.js';
import { childrenOf, isLeaf, mapChildren, rewriteAll } from '../ir/expr-walk.js';
import type { LetStmt, Loops, Stmt } from '../ir/loops.js';
import { eachStmt, expressionsOf, mapBody } from '../ir/walk.js';

/** Variables given a value inside a body, with the number of statements that do so. */
function changedIn(body: readonly Stmt[]): Map<Var, number> {
  const changed = new Map<Var, number>();
  eachStmt(body, (stmt) => {
    if (stmt.kind === 'let' || stmt.kind === 'set' || stmt.kind === 'for') {
      changed.set(stmt.variable, (changed.get(stmt.variable) ?? 0) + 1);
    }
  });
  return changed;
}

/** Decides, once for each node, whether its value stays the same all through a loop. */
class Invariance {
  readonly #known = new Map<Expr, boolean>();

  constructor(
    private readonly changed: ReadonlyMap<Var, number>,
    /** Loads that only happen under a condition, which keeps them inside their buffer. */
    private readonly conditional: ReadonlySet<Expr>,
  ) {}

  holds(expr: Expr): boolean {
    if (isLeaf(expr)) return expr.kind !== 'var' || !this.changed.has(expr.variable);
    const known = this.#known.get(expr);
    if (known !== undefined) return known;
    let result: boolean;
    // Only inputs are sure not to be written by the program itself.
    if (expr.kind === 'load' && expr.buffer.space !== 'input') result = false;
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

/** The number of a variable or node, given when it is first seen. */
function nameOf(thing: object, names: Map<object, number>): number {
  const known = names.get(thing) ?? names.size;
  if (known === names.size) names.set(thing, known);
  return known;
}

/** A textual key of small expressions, so that equal ones share one variable. */
export function keyOf(expr: Expr, names: Map<object, number>): string {
  switch (expr.kind) {
    case 'const':
      return Object.is(expr.value, -0)
        ? `${expr.type.scalar}-0`
        : `${expr.type.scalar}${expr.value}`;
    case 'var':
      return `v${nameOf(expr.variable, names)}`;
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
      return `n${nameOf(expr, names)}`;
  }
}

/** What one loop's body is turned into: statements that go before the loop, and those that stay. */
class LoopLifter {
  readonly before: Stmt[] = [];
  /** What was put before the loop, by what it computes. */
  readonly #byKey = new Map<string, Var>();
  readonly #names = new Map<object, number>();
  /** Variables of the body that need no statement: what stands for each. */
  readonly #sameAs = new Map<Var, Expr>();
  readonly #done = new Map<Expr, Expr>();
  readonly #renamed = rewriteAll((node) =>
    node.kind === 'var' ? (this.#sameAs.get(node.variable) ?? node) : node,
  );

  constructor(
    private readonly changed: Map<Var, number>,
    private readonly invariance: Invariance,
  ) {}

  /** The body without what is the same in every turn. */
  body(body: readonly Stmt[]): Stmt[] {
    const left = body.filter((stmt) => !(stmt.kind === 'let' && this.#takes(stmt)));
    return mapBody(
      left,
      (expr) => this.#lift(expr),
      (called) => called,
      (ref) => ref,
    );
  }

  /** Moves a declaration before the loop where every turn would repeat it. */
  #takes({ variable, value }: LetStmt): boolean {
    if (this.changed.get(variable) !== 1 || !this.invariance.holds(value)) return false;
    // What follows may count on it.
    this.changed.delete(variable);
    const own = this.#renamed(value);
    const stands = isLeaf(own) ? own : k.valueOf(this.#kept(own, variable));
    if (stands.kind !== 'var' || stands.variable !== variable) this.#sameAs.set(variable, stands);
    return true;
  }

  /** The variable before the loop that holds a value; `like` is to be it, unless there is one. */
  #kept(value: Expr, like: Var): Var {
    const key = `${value.type.lanes}${keyOf(value, this.#names)}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, like);
    this.before.push(k.declare(like, value));
    return like;
  }

  #lift(expr: Expr): Expr {
    if (isLeaf(expr)) return this.#renamed(expr);
    const known = this.#done.get(expr);
    if (known !== undefined) return known;
    const result = this.#lifted(expr);
    this.#done.set(expr, result);
    return result;
  }

  #lifted(expr: Expr): Expr {
    if (this.invariance.holds(expr)) {
      return k.valueOf(this.#kept(this.#renamed(expr), k.newVar('fixed', expr.type)));
    }
    if (expr.kind === 'call' && (expr.fn === 'shl' || expr.fn === 'shr')) {
      // Targets shift all lanes by one number that they must see in place.
      const [value, distance] = expr.args;
      const args =
        value === undefined || distance === undefined
          ? []
          : [this.#lift(value), this.#renamed(distance)];
      return { ...expr, args };
    }
    return mapChildren(expr, (child) => this.#lift(child));
  }
}

function hoistLoop(stmt: Stmt & { readonly kind: 'for' | 'while' }): readonly Stmt[] {
  const inner = hoistBody(stmt.body);
  const changed = changedIn(inner);
  if (stmt.kind === 'for') changed.set(stmt.variable, Number.POSITIVE_INFINITY);
  const lifter = new LoopLifter(changed, new Invariance(changed, conditionalLoads(inner)));
  const body = lifter.body(inner);
  return [...lifter.before, { ...stmt, body }];
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

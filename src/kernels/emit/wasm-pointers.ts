// Byte pointers kept beside element numbers: where a function reads a buffer often at `x + constant`,
// the address of element x lives in a local of its own, so each read is one instruction.
import type { BufferRef, Expr, Var } from '../ir/expr.js';
import { childrenOf, isLeaf } from '../ir/expr-walk.js';
import type { Stmt } from '../ir/loops.js';
import { eachStmt, expressionsOf } from '../ir/walk.js';

/** Reads and writes at one variable from which a pointer pays for keeping it up to date. */
const WORTHWHILE = 3;

/** Splits `x + constant` so that the constant can be part of the instruction. */
export function splitOffset(index: Expr): {
  readonly base: Expr | undefined;
  readonly offset: number;
} {
  if (index.kind === 'const') {
    return index.value >= 0 ? { base: undefined, offset: index.value } : { base: index, offset: 0 };
  }
  if (index.kind === 'call' && index.fn === 'add') {
    const [a, b] = index.args;
    if (a !== undefined && b !== undefined) {
      if (b.kind === 'const' && b.value >= 0) {
        const inner = splitOffset(a);
        return { base: inner.base, offset: inner.offset + b.value };
      }
      if (a.kind === 'const' && a.value >= 0) {
        const inner = splitOffset(b);
        return { base: inner.base, offset: inner.offset + a.value };
      }
    }
  }
  return { base: index, offset: 0 };
}

/** A pointer: the address of the element of `buffer` that `variable` numbers. */
export interface Pointer {
  readonly buffer: BufferRef;
  readonly local: number;
}

/** The pointers of one function. */
export class Pointers {
  readonly #byVariable = new Map<Var, Pointer[]>();

  /** Looks for variables worth a pointer; only declared ones, whose every change is a statement. */
  constructor(body: readonly Stmt[], newLocal: () => number) {
    const declared = new Set<Var>();
    const uses = new Map<Var, Map<BufferRef, number>>();
    const count = (buffer: BufferRef, index: Expr): void => {
      const { base } = splitOffset(index);
      if (base?.kind !== 'var') return;
      const buffers = uses.get(base.variable) ?? new Map<BufferRef, number>();
      uses.set(base.variable, buffers.set(buffer, (buffers.get(buffer) ?? 0) + 1));
    };
    const seen = new Set<Expr>();
    const visit = (expr: Expr): void => {
      if (isLeaf(expr) || seen.has(expr)) return;
      seen.add(expr);
      if (expr.kind === 'load') count(expr.buffer, expr.index);
      childrenOf(expr).forEach(visit);
    };
    eachStmt(body, (stmt) => {
      if (stmt.kind === 'let') declared.add(stmt.variable);
      if (stmt.kind === 'store') count(stmt.buffer, stmt.index);
      expressionsOf(stmt).forEach(visit);
    });
    for (const [variable, buffers] of uses) {
      if (!declared.has(variable)) continue;
      for (const [buffer, times] of buffers) {
        if (times < WORTHWHILE) continue;
        const known = this.#byVariable.get(variable) ?? [];
        this.#byVariable.set(variable, [...known, { buffer, local: newLocal() }]);
      }
    }
  }

  /** The local with the address of `buffer`'s element `base`, where one is kept. */
  find(buffer: BufferRef, base: Expr): number | undefined {
    if (base.kind !== 'var') return undefined;
    return this.of(base.variable).find((pointer) => pointer.buffer === buffer)?.local;
  }

  /** The pointers that follow a variable. */
  of(variable: Var): readonly Pointer[] {
    return this.#byVariable.get(variable) ?? [];
  }
}

/** What a variable is moved by, where a statement `x = x + constant` says so. */
export function stepOf(variable: Var, value: Expr): number | undefined {
  const { base, offset } = splitOffset(value);
  return base?.kind === 'var' && base.variable === variable ? offset : undefined;
}

// Walks over the statements of a Loops program; what verifiers, printers and passes share.
import type { BufferRef, Expr, LoadExpr } from './expr.js';
import { childrenOf, isLeaf, mapChildren } from './expr-walk.js';
import type { Loops, Procedure, Stmt } from './loops.js';

/** The expressions written directly in a statement (not those of nested statements). */
export function expressionsOf(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case 'for':
      return [stmt.from, stmt.to];
    case 'while':
    case 'if':
      return [stmt.test];
    case 'let':
    case 'set':
      return [stmt.value];
    case 'store':
      return [stmt.index, stmt.value];
    case 'call':
      return stmt.args;
    case 'barrier':
      return [];
  }
}

/** The statements directly inside a statement. */
export function blocksOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  switch (stmt.kind) {
    case 'for':
    case 'while':
      return [stmt.body];
    case 'if':
      return [stmt.then, stmt.otherwise];
    default:
      return [];
  }
}

/** Calls `visit` for every statement, outer before inner. */
export function eachStmt(body: readonly Stmt[], visit: (stmt: Stmt) => void): void {
  for (const stmt of body) {
    visit(stmt);
    for (const block of blocksOf(stmt)) eachStmt(block, visit);
  }
}

/** A statement list with every expression and buffer replaced. */
export function mapBody(
  body: readonly Stmt[],
  change: (expr: Expr) => Expr,
  procedure: (called: Procedure) => Procedure,
  buffer: (ref: BufferRef) => BufferRef,
): Stmt[] {
  const inner = (block: readonly Stmt[]): Stmt[] => mapBody(block, change, procedure, buffer);
  return body.map((stmt): Stmt => {
    switch (stmt.kind) {
      case 'for':
        return { ...stmt, from: change(stmt.from), to: change(stmt.to), body: inner(stmt.body) };
      case 'while':
        return { ...stmt, test: change(stmt.test), body: inner(stmt.body) };
      case 'let':
      case 'set':
        return { ...stmt, value: change(stmt.value) };
      case 'store':
        return {
          ...stmt,
          buffer: buffer(stmt.buffer),
          index: change(stmt.index),
          value: change(stmt.value),
        };
      case 'if':
        return {
          ...stmt,
          test: change(stmt.test),
          then: inner(stmt.then),
          otherwise: inner(stmt.otherwise),
        };
      case 'call':
        return { ...stmt, procedure: procedure(stmt.procedure), args: stmt.args.map(change) };
      case 'barrier':
        return stmt;
    }
  });
}

function readingFrom(load: LoadExpr, buffer: BufferRef): LoadExpr {
  return buffer === load.buffer ? load : { ...load, buffer };
}

/**
 * Calls `visit` for every expression of a program, inner before outer: shared ones once, leaves
 * wherever they stand.
 */
export function eachExpr(program: Loops, visit: (expr: Expr) => void): void {
  const seen = new Set<Expr>();
  const inside = (expr: Expr): void => {
    if (!isLeaf(expr)) {
      if (seen.has(expr)) return;
      seen.add(expr);
      childrenOf(expr).forEach(inside);
    }
    visit(expr);
  };
  for (const { length } of program.buffers) if (length !== undefined) inside(length);
  for (const body of [...program.procedures.map((called) => called.body), program.body]) {
    eachStmt(body, (stmt) => expressionsOf(stmt).forEach(inside));
  }
}

/**
 * A program with every node of its expressions replaced, inner before outer, shared ones once and
 * leaves wherever they stand; lengths of scratch buffers are expressions too.
 */
export function mapProgram(program: Loops, change: (node: Expr) => Expr): Loops {
  const buffers = new Map<BufferRef, BufferRef>();
  const renamed = (ref: BufferRef): BufferRef => buffers.get(ref) ?? ref;
  const done = new Map<Expr, Expr>();
  const deep = (expr: Expr): Expr => {
    if (isLeaf(expr)) return change(expr);
    const known = done.get(expr);
    if (known !== undefined) return known;
    const inner = mapChildren(expr, deep);
    const result = change(
      inner.kind === 'load' ? readingFrom(inner, renamed(inner.buffer)) : inner,
    );
    done.set(expr, result);
    return result;
  };
  for (const ref of program.buffers) {
    const length = ref.length === undefined ? undefined : deep(ref.length);
    if (length !== ref.length && length !== undefined) buffers.set(ref, { ...ref, length });
  }
  const procedures = new Map<Procedure, Procedure>();
  const toNew = (called: Procedure): Procedure => procedures.get(called) ?? called;
  for (const called of program.procedures) {
    procedures.set(called, { ...called, body: mapBody(called.body, deep, toNew, renamed) });
  }
  return {
    ...program,
    buffers: program.buffers.map(renamed),
    procedures: program.procedures.map(toNew),
    body: mapBody(program.body, deep, toNew, renamed),
  };
}

// Walks over the statements of a Loops program; what verifiers, printers and passes share.
import { type BufferRef, type Expr, rewrite } from './expr.js';
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

/** A program with every expression replaced; lengths of scratch buffers are expressions too. */
export function mapProgram(program: Loops, change: (expr: Expr) => Expr): Loops {
  const buffers = new Map<BufferRef, BufferRef>();
  for (const ref of program.buffers) {
    const length = ref.length === undefined ? undefined : change(ref.length);
    buffers.set(ref, length === ref.length || length === undefined ? ref : { ...ref, length });
  }
  const renamed = (ref: BufferRef): BufferRef => buffers.get(ref) ?? ref;
  const deep = (expr: Expr): Expr =>
    rewrite(change(expr), (node) => {
      if (node.kind !== 'load') return node;
      const buffer = renamed(node.buffer);
      return buffer === node.buffer ? node : { ...node, buffer };
    });
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

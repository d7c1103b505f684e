// Loops: an ordered program over flat buffers. Emitters see nothing else.
import type { BufferRef, Expr, Var } from './expr.js';

/**
 * How a loop may run. `serial` in order; `parallel` in any order, also on several threads
 * (a CPU splits its outermost one, a GPU gives each step an invocation);
 * `group` and `thread` are a GPU's workgroups and the invocations of one.
 */
export type LoopKind = 'serial' | 'parallel' | 'group' | 'thread';

/** `for (variable = from; variable + step <= to; variable += step) body`. */
export interface ForStmt {
  readonly kind: 'for';
  readonly as: LoopKind;
  readonly variable: Var;
  readonly from: Expr;
  readonly to: Expr;
  /** At least 1. The loop stops before a step that would not fit whole. */
  readonly step: number;
  readonly body: readonly Stmt[];
}

/** Repeats while the test holds. */
export interface WhileStmt {
  readonly kind: 'while';
  readonly test: Expr;
  readonly body: readonly Stmt[];
}

/** Declares a local variable. */
export interface LetStmt {
  readonly kind: 'let';
  readonly variable: Var;
  readonly value: Expr;
}

/** Changes a local variable. */
export interface SetStmt {
  readonly kind: 'set';
  readonly variable: Var;
  readonly value: Expr;
}

/** Writes as many neighbouring elements as `value` has lanes, from element `index` on. */
export interface StoreStmt {
  readonly kind: 'store';
  readonly buffer: BufferRef;
  readonly index: Expr;
  readonly value: Expr;
}

export interface IfStmt {
  readonly kind: 'if';
  readonly test: Expr;
  readonly then: readonly Stmt[];
  readonly otherwise: readonly Stmt[];
}

/** Runs a procedure of the program with i32 arguments. */
export interface CallStmt {
  readonly kind: 'call';
  readonly procedure: Procedure;
  readonly args: readonly Expr[];
}

/**
 * Waits until all are here: in `thread` loops every invocation of the workgroup, elsewhere every
 * thread that shares the program's parallel loops (nothing to do where there is one).
 */
export interface BarrierStmt {
  readonly kind: 'barrier';
}

export type Stmt =
  | ForStmt
  | WhileStmt
  | LetStmt
  | SetStmt
  | StoreStmt
  | IfStmt
  | CallStmt
  | BarrierStmt;

/** A piece of a program that is its own function, so that it is compiled (and tiered up) alone. */
export interface Procedure {
  readonly hint: string;
  /** i32 variables. */
  readonly parameters: readonly Var[];
  readonly body: readonly Stmt[];
}

/** A whole program. Buffers and procedures are found through the statements that use them. */
export interface Loops {
  readonly kind: 'loops';
  readonly name: string;
  /** Inputs and outputs in the order the caller binds them; scratch and workgroup buffers after. */
  readonly buffers: readonly BufferRef[];
  readonly procedures: readonly Procedure[];
  readonly body: readonly Stmt[];
}

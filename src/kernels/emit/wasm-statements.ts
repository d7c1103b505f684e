// Statements as WebAssembly: loops, branches and the sharing of parallel loops among threads.
// One writer for each function; what functions of a module share comes through `ModuleScope`.
import { knownInteger } from '../ir/build.js';
import { type BufferRef, type Expr, storageBytes, type Var } from '../ir/expr.js';
import type { ForStmt, Procedure, Stmt } from '../ir/loops.js';
import { type ExpressionContext, pushExpression } from './wasm-expressions.js';
import type { FunctionWriter } from './wasm-function.js';
import { emitStore } from './wasm-memory.js';
import { NO_RESULT, op } from './wasm-opcodes.js';
import { Pointers, stepOf } from './wasm-pointers.js';

/** What a function needs to know of its module. */
export interface ModuleScope {
  /** Whether f32x4.relaxed_madd may be used. */
  readonly relaxed: boolean;
  importedFunction(name: string): number;
  numberOf(procedure: Procedure): number;
  /** The number of the function in which threads wait for each other. */
  barrierFunction(): number | undefined;
}

/** Writes the statements of one function. */
export class StatementWriter implements ExpressionContext {
  readonly relaxed: boolean;
  #insideParallel = false;
  #pointers = new Pointers([], () => 0);

  constructor(
    readonly out: FunctionWriter,
    private readonly module: ModuleScope,
    private readonly bufferLocal: (buffer: BufferRef) => number,
    readonly paramLocal: (index: number) => number,
    /** Locals with the number of this thread and of all, where loops are shared. */
    private readonly team?: { readonly thread: number; readonly threads: number },
  ) {
    this.relaxed = module.relaxed;
  }

  importedFunction(name: string): number {
    return this.module.importedFunction(name);
  }

  expression(expr: Expr): void {
    pushExpression(this, expr);
  }

  bufferAddress(buffer: BufferRef): void {
    this.out.get(this.bufferLocal(buffer));
  }

  pointer(buffer: BufferRef, base: Expr): number | undefined {
    return this.#pointers.find(buffer, base);
  }

  /** The whole function, whose pointers are chosen first. */
  whole(statements: readonly Stmt[]): void {
    this.#pointers = new Pointers(statements, () => this.out.newLocal('i32'));
    this.body(statements);
  }

  body(statements: readonly Stmt[]): void {
    for (const stmt of statements) this.statement(stmt);
  }

  statement(stmt: Stmt): void {
    const { out } = this;
    switch (stmt.kind) {
      case 'let':
      case 'set':
        this.expression(stmt.value);
        out.set(out.localOf(stmt.variable));
        this.#follow(stmt.variable, stmt.value);
        return;
      case 'store':
        emitStore(this, stmt.buffer, stmt.index, stmt.value);
        return;
      case 'for':
        this.#loop(stmt);
        return;
      case 'while':
        out.emit(op.block).code.byte(NO_RESULT);
        out.emit(op.loop).code.byte(NO_RESULT);
        this.expression(stmt.test);
        out.emit(op.i32Eqz).emit(op.brIf).code.unsigned(1);
        this.body(stmt.body);
        out.emit(op.br).code.unsigned(0);
        out.emit(op.end).emit(op.end);
        return;
      case 'if':
        this.expression(stmt.test);
        out.emit(op.if).code.byte(NO_RESULT);
        this.body(stmt.then);
        if (stmt.otherwise.length > 0) {
          out.emit(op.else);
          this.body(stmt.otherwise);
        }
        out.emit(op.end);
        return;
      case 'call':
        for (const arg of stmt.args) this.expression(arg);
        out.emit(op.call).code.unsigned(this.module.numberOf(stmt.procedure));
        return;
      case 'barrier':
        this.#meet();
        return;
    }
  }

  /** Moves the pointers of a variable that has just been given a value. */
  #follow(variable: Var, value: Expr): void {
    const { out } = this;
    const step = stepOf(variable, value);
    for (const { buffer, local } of this.#pointers.of(variable)) {
      const bytes = storageBytes(buffer.storage);
      if (step !== undefined) out.get(local).i32(step * bytes);
      else {
        this.bufferAddress(buffer);
        out.get(out.localOf(variable)).i32(bytes).emit(op.i32Mul);
      }
      out.emit(op.i32Add).set(local);
    }
  }

  #meet(): void {
    const barrier = this.module.barrierFunction();
    if (this.team === undefined || barrier === undefined) return;
    this.out.get(this.team.threads).emit(op.call).code.unsigned(barrier);
  }

  /** Tests at the bottom: one jump a step. Threads share the steps of outermost parallel loops. */
  #loop(stmt: ForStmt): void {
    const { out } = this;
    const counter = out.localOf(stmt.variable);
    const limit = out.newLocal('i32');
    this.expression(stmt.from);
    out.set(counter);
    this.expression(stmt.to);
    if (stmt.step > 1) out.i32(stmt.step - 1).emit(op.i32Sub);
    out.set(limit);
    const shared = stmt.as === 'parallel' && this.team !== undefined && !this.#insideParallel;
    if (shared) this.#takeShare(counter, limit, stmt.step);
    const from = knownInteger(stmt.from);
    const to = knownInteger(stmt.to);
    const runs = !shared && from !== undefined && to !== undefined && from + stmt.step <= to;
    if (!runs) {
      out.get(counter).get(limit).emit(op.i32LtS);
      out.emit(op.if).code.byte(NO_RESULT);
    }
    out.emit(op.loop).code.byte(NO_RESULT);
    const outside = this.#insideParallel;
    this.#insideParallel ||= shared;
    this.body(stmt.body);
    this.#insideParallel = outside;
    out.get(counter).i32(stmt.step).emit(op.i32Add).tee(counter);
    out.get(limit).emit(op.i32LtS).emit(op.brIf).code.unsigned(0);
    out.emit(op.end);
    if (!runs) out.emit(op.end);
  }

  /** Narrows counter .. limit to this thread's steps: consecutive, as many for each as possible. */
  #takeShare(counter: number, limit: number, step: number): void {
    const { out, team } = this;
    if (team === undefined) return;
    out.withLocal('i32', (count) => {
      // Steps that begin below the limit: (limit - counter + step - 1) / step, or 0.
      out
        .get(limit)
        .get(counter)
        .emit(op.i32Sub)
        .i32(step - 1)
        .emit(op.i32Add);
      out.i32(step).emit(op.i32DivS).tee(count).i32(0).emit(op.i32LtS);
      out.emit(op.if).code.byte(NO_RESULT);
      out.i32(0).set(count).emit(op.end);
      const shareOf = (add: number): void => {
        out.get(count).get(team.thread).i32(add).emit(op.i32Add).emit(op.i32Mul);
        out.get(team.threads).emit(op.i32DivS).i32(step).emit(op.i32Mul);
        out.get(counter).emit(op.i32Add);
      };
      out.withLocal('i32', (end) => {
        shareOf(1);
        out.set(end);
        shareOf(0);
        out.set(counter);
        // The last step of a share begins before the next thread's first.
        out.get(end).set(limit);
      });
    });
  }
}

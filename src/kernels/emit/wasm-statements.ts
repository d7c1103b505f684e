// Statements as WebAssembly: loops, branches and the sharing of parallel loops among threads.
// One writer for each function; what functions of a module share comes through `ModuleScope`.
import { knownInteger } from '../ir/build.js';
import { type BufferRef, type Expr, storageBytes, type Var } from '../ir/expr.js';
import type { ForStmt, Procedure, Stmt } from '../ir/loops.js';
import { PIECES_PER_THREAD } from './sharing.js';
import { type ExpressionContext, pushExpression } from './wasm-expressions.js';
import type { FunctionWriter } from './wasm-function.js';
import { emitStore } from './wasm-memory.js';
import { NO_RESULT, op } from './wasm-opcodes.js';
import { Pointers, stepOf } from './wasm-pointers.js';

/** How the threads of a function share its loops. */
interface Team {
  /** Locals with the number of this thread and of all. */
  readonly thread: number;
  readonly threads: number;
  /** The number of the function in which they take pieces (wasm-shares.ts). */
  readonly take: number;
}

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
    /** Where loops are shared. */
    private readonly team?: Team,
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
    const pointers = this.#pointers.of(variable);
    if (pointers.length === 0) return;
    const { out } = this;
    const step = stepOf(variable, value);
    for (const { buffer, local } of pointers) {
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

  #loop(stmt: ForStmt): void {
    const { out } = this;
    const counter = out.localOf(stmt.variable);
    const limit = out.newLocal('i32');
    this.expression(stmt.from);
    out.set(counter);
    this.expression(stmt.to);
    if (stmt.step > 1) out.i32(stmt.step - 1).emit(op.i32Sub);
    out.set(limit);
    const shared = stmt.as === 'parallel' && !this.#insideParallel;
    if (shared && this.team !== undefined) {
      this.#insideParallel = true;
      this.#inPieces(stmt, limit, this.team);
      this.#insideParallel = false;
      return;
    }
    const from = knownInteger(stmt.from);
    const to = knownInteger(stmt.to);
    const runs = from !== undefined && to !== undefined && from + stmt.step <= to;
    if (!runs) {
      out.get(counter).get(limit).emit(op.i32LtS);
      out.emit(op.if).code.byte(NO_RESULT);
    }
    this.#steps(stmt, limit);
    if (!runs) out.emit(op.end);
  }

  /** All steps below the limit, of which there is one: tests at the bottom, one jump a step. */
  #steps(stmt: ForStmt, limit: number): void {
    const { out } = this;
    const counter = out.localOf(stmt.variable);
    out.emit(op.loop).code.byte(NO_RESULT);
    this.body(stmt.body);
    out.get(counter).i32(stmt.step).emit(op.i32Add).tee(counter);
    out.get(limit).emit(op.i32LtS).emit(op.brIf).code.unsigned(0);
    out.emit(op.end);
  }

  /** Steps from the counter to `end`, in consecutive pieces, of which this thread takes some. */
  #inPieces(stmt: ForStmt, end: number, { thread, threads, take }: Team): void {
    const { out } = this;
    const { step } = stmt;
    const counter = out.localOf(stmt.variable);
    const first = out.newLocal('i32');
    const size = out.newLocal('i32');
    const pieces = out.newLocal('i32');
    out.get(counter).set(first);
    // Steps that begin before the end: (end - first + step - 1) / step.
    out.get(end).get(first).emit(op.i32Sub);
    if (step > 1) {
      out
        .i32(step - 1)
        .emit(op.i32Add)
        .i32(step)
        .emit(op.i32DivS);
    }
    out.set(pieces);
    this.#pieceSize(pieces, threads);
    out.tee(size).get(pieces).emit(op.i32Add).i32(1).emit(op.i32Sub);
    out.get(size).emit(op.i32DivS).set(pieces);
    if (step > 1) out.get(size).i32(step).emit(op.i32Mul).set(size);

    const piece = out.newLocal('i32');
    const limit = out.newLocal('i32');
    out.i32(-1).set(piece);
    out.emit(op.block).code.byte(NO_RESULT);
    out.emit(op.loop).code.byte(NO_RESULT);
    out.get(thread).get(threads).get(pieces).get(piece).emit(op.call).code.unsigned(take);
    out.tee(piece).i32(0).emit(op.i32LtS).emit(op.brIf).code.unsigned(1);
    out.get(piece).get(size).emit(op.i32Mul).get(first).emit(op.i32Add).tee(counter);
    out.get(size).emit(op.i32Add).tee(limit).get(end);
    out.get(limit).get(end).emit(op.i32LtS).emit(op.select).set(limit);
    this.#steps(stmt, limit);
    out.emit(op.br).code.unsigned(0);
    out.emit(op.end).emit(op.end);
  }

  /** Leaves on the stack how many of `count` steps make a piece: at least one, all for who is alone. */
  #pieceSize(count: number, threads: number): void {
    const { out } = this;
    out.withLocal('i32', (size) => {
      out.get(count);
      out.withLocal('i32', (wanted) => {
        out.get(threads).i32(PIECES_PER_THREAD).emit(op.i32Mul).i32(1);
        out.get(threads).i32(1).emit(op.i32Ne).emit(op.select).tee(wanted);
        out.emit(op.i32Add).i32(1).emit(op.i32Sub).get(wanted).emit(op.i32DivS);
      });
      out.tee(size).i32(1).get(size).i32(1).emit(op.i32GtS).emit(op.select);
    });
  }
}

// The WebAssembly emitter: a Loops program becomes one module whose `run` takes the addresses of
// its buffers (inputs, outputs, scratch, as listed) and then its parameters, all i32.
import { KeratinError } from '../../core/errors.js';
import { isFunctionName } from '../intrinsics.js';
import { type BufferRef, type Expr, storageBytes } from '../ir/expr.js';
import type { Loops, Procedure } from '../ir/loops.js';
import { paramsFor } from '../ir/parameters.js';
import { eachExpr } from '../ir/walk.js';
import { CACHE_LINE, canShare } from './sharing.js';
import { assemble, type FunctionBody, type ImportedFunction } from './wasm-assembler.js';
import { barrierBody } from './wasm-barrier.js';
import { FunctionWriter } from './wasm-function.js';
import { NO_RESULT, op } from './wasm-opcodes.js';
import { takeBody } from './wasm-shares.js';
import { type ModuleScope, StatementWriter } from './wasm-statements.js';

/** Addresses of the words that threads share besides the heap's blocks. */
export interface TeamWords {
  /** Where they meet. */
  readonly barrier: number;
  /** Which pieces of a loop have been taken. */
  readonly shares: number;
}

/** What the host can do. */
export interface WasmOptions {
  /** Whether f32x4.relaxed_madd may be used. */
  readonly relaxed: boolean;
  readonly sharedMemory: boolean;
  readonly maximumPages: number;
  /** Addresses of what threads have in common; undefined for programs of one thread. */
  readonly team?: TeamWords;
}

/** A module, and which functions of the mathematics library it imports. */
export interface WasmModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Rows of `intrinsics` to provide as `math.<name>`, on f64. */
  readonly imports: readonly string[];
}

/** The number of the imported function that barriers call; it is the first where there are any. */
const WATCH = 0;

/** What the functions of one module share. */
export class ModuleWriter implements ModuleScope {
  readonly imports: ImportedFunction[] = [];
  readonly #importIndex = new Map<string, number>();
  readonly #params = new Map<Loops, number>();
  readonly #procedures = new Map<Procedure, number>();
  readonly #functions: FunctionBody[] = [];
  #globals = 0;
  #barrier: number | undefined;
  #take: number | undefined;

  /** All programs come first, since functions are numbered after the imports they need. */
  constructor(
    programs: readonly Loops[],
    readonly options: WasmOptions,
  ) {
    if (options.team !== undefined) {
      const signature = { params: [], results: [] };
      this.imports.push({ module: 'env', name: 'watch', signature });
    }
    for (const program of programs) this.#params.set(program, this.#noteNeeds(program));
  }

  /** Notes what a program imports; gives the number of its parameters. */
  #noteNeeds(program: Loops): number {
    let params = 0;
    eachExpr(program, (node) => {
      params = Math.max(params, paramsFor(node));
      this.#noteImport(node);
    });
    return params;
  }

  #noteImport(node: Expr): void {
    const library = node.kind === 'call' && isFunctionName(node.fn) && node.type.scalar === 'f64';
    if (!library || this.#importIndex.has(node.fn)) return;
    const params = new Array<'f64'>(node.args.length).fill('f64');
    this.#importIndex.set(node.fn, this.imports.length);
    this.imports.push({ module: 'math', name: node.fn, signature: { params, results: ['f64'] } });
  }

  get relaxed(): boolean {
    return this.options.relaxed;
  }

  importedFunction(name: string): number {
    return this.#importIndex.get(name) ?? 0;
  }

  /** The number of the function in which threads wait for each other. */
  barrierFunction(): number | undefined {
    const { team } = this.options;
    if (team === undefined) return undefined;
    this.#barrier ??= this.add(barrierBody(team.barrier, WATCH));
    return this.#barrier;
  }

  /** The number of the function in which threads take pieces of a loop. */
  takeFunction(): number | undefined {
    const { team } = this.options;
    if (team === undefined) return undefined;
    this.#take ??= this.add(takeBody(team.shares));
    return this.#take;
  }

  /** Adds a function; gives its number for calls. */
  add(body: FunctionBody): number {
    this.#functions.push(body);
    return this.imports.length + this.#functions.length - 1;
  }

  numberOf(procedure: Procedure): number {
    const index = this.#procedures.get(procedure);
    if (index === undefined) {
      throw new KeratinError({ where: 'WebAssembly emitter', what: 'an unlisted procedure' });
    }
    return index;
  }

  /**
   * Adds a program; gives the number of its entry function, which takes addresses and parameters
   * and, where there are threads, the number of this thread and of all.
   */
  addProgram(program: Loops): number {
    const params = this.#params.get(program);
    if (params === undefined) throw new Error('a program was not listed when the module began');
    this.barrierFunction();
    for (const procedure of program.procedures) {
      this.#procedures.set(procedure, this.add(writeProcedure(this, program, procedure)));
    }
    if (program.procedures.length > 0) {
      this.#globals = Math.max(this.#globals, program.buffers.length + params);
    }
    return this.add(writeEntry(this, program, params));
  }

  /** The module, with the function of this number exported as `run`. */
  finish(run: number): WasmModule {
    const bytes = assemble({
      memory: { shared: this.options.sharedMemory, maximumPages: this.options.maximumPages },
      imports: this.imports,
      functions: this.#functions,
      globals: this.#globals,
      exports: [{ name: 'run', index: run - this.imports.length }],
    });
    const mathematics = this.imports.filter(({ module }) => module === 'math');
    return { bytes, imports: mathematics.map((imported) => imported.name) };
  }
}

/** Where the program lists a buffer; programs must use the very objects they list. */
function numberOfBuffer(program: Loops, buffer: BufferRef): number {
  const number = program.buffers.indexOf(buffer);
  if (number >= 0) return number;
  throw new KeratinError({
    where: `WebAssembly emitter, program ${program.name}`,
    what: `it uses a buffer (${buffer.space} ${buffer.slot}) that it does not list`,
    fix: 'make each buffer once and use that object in all statements',
  });
}

/** Puts each thread's own scratch memory at its place: address += thread * rounded length. */
function offsetOwnScratch(writer: StatementWriter, program: Loops, thread: number): void {
  const { out } = writer;
  program.buffers.forEach((buffer, local) => {
    if (buffer.perThread !== true || buffer.length === undefined) return;
    out.get(local);
    writer.expression(buffer.length);
    out.i32(storageBytes(buffer.storage)).emit(op.i32Mul);
    out
      .i32(CACHE_LINE - 1)
      .emit(op.i32Add)
      .i32(-CACHE_LINE)
      .emit(op.i32And);
    out.get(thread).emit(op.i32Mul).emit(op.i32Add).set(local);
  });
}

/** The entry: buffers and parameters are its parameters, and are put in globals for procedures. */
function writeEntry(module: ModuleWriter, program: Loops, params: number): FunctionBody {
  const count = program.buffers.length + params;
  const take = module.takeFunction();
  const team = take === undefined ? undefined : { thread: count, threads: count + 1, take };
  const arity = count + (team === undefined ? 0 : 2);
  const out = new FunctionWriter({ params: new Array<'i32'>(arity).fill('i32'), results: [] });
  const share = team !== undefined && canShare(program.body);
  const writer = new StatementWriter(
    out,
    module,
    (buffer) => numberOfBuffer(program, buffer),
    (index) => program.buffers.length + index,
    share ? team : undefined,
  );
  if (share) offsetOwnScratch(writer, program, count);
  if (program.procedures.length > 0) {
    for (let index = 0; index < count; index++) {
      out.get(index).emit(op.globalSet).code.unsigned(index);
    }
  }
  // What cannot be shared is done by one thread; the others go on to the next meeting.
  if (team !== undefined && !share) out.get(team.thread).emit(op.if).code.byte(NO_RESULT);
  if (team !== undefined && !share) out.emit(op.else);
  writer.whole(program.body);
  if (team !== undefined && !share) out.emit(op.end);
  return out.finish();
}

/** A procedure: i32 arguments; what it uses of buffers and parameters is read from globals. */
function writeProcedure(module: ModuleWriter, program: Loops, procedure: Procedure): FunctionBody {
  const signature = {
    params: new Array<'i32'>(procedure.parameters.length).fill('i32'),
    results: [],
  };
  const out = new FunctionWriter(signature);
  procedure.parameters.forEach((variable, index) => {
    out.bind(variable, index);
  });
  const globals = new Map<number, number>();
  const fromGlobal = (index: number): number => {
    const known = globals.get(index);
    if (known !== undefined) return known;
    const local = out.newLocal('i32');
    globals.set(index, local);
    return local;
  };
  const writer = new StatementWriter(
    out,
    module,
    (buffer) => fromGlobal(numberOfBuffer(program, buffer)),
    (index) => fromGlobal(program.buffers.length + index),
  );
  writer.whole(procedure.body);
  const { locals, code } = out.finish();
  const prologue = new FunctionWriter(signature);
  for (const [index, local] of globals) {
    prologue.emit(op.globalGet).code.unsigned(index);
    prologue.set(local);
  }
  const start = prologue.finish().code;
  const whole = new Uint8Array(start.length + code.length);
  whole.set(start);
  whole.set(code, start.length);
  return { signature, locals, code: whole };
}

/** The module of a program. */
export function emitWasm(program: Loops, options: WasmOptions): WasmModule {
  const module = new ModuleWriter([program], options);
  return module.finish(module.addProgram(program));
}

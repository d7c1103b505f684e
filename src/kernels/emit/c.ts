// Writes Loops programs as C for the system's compiler: statements and the functions round them.
// The caller passes the heap, the byte offset of every buffer, the parameters and a thread count.
import { KeratinError } from '../../core/errors.js';
import { type Expr, storageBytes } from '../ir/expr.js';
import type { ForStmt, Loops, Procedure, Stmt } from '../ir/loops.js';
import { sharedNodes } from '../ir/shared.js';
import { expressionsOf } from '../ir/walk.js';
import { CExpressions } from './c-expressions.js';
import { CFunctions, cType, prelude } from './c-functions.js';

/** A C source with one entry point. */
export interface CSource {
  readonly source: string;
  /** `void symbol(char *heap, const uint32_t *offsets, const int32_t *params, int32_t threads)` */
  readonly symbol: string;
}

const SYMBOL = 'keratin_kernel';
const ENTRY = `void ${SYMBOL}(char *heap, const u32 *offsets, const i32 *restrict p, i32 threads)`;

/** Writes one program as a static function of its buffers, with its procedures before it. */
class ProgramWriter {
  readonly #expressions: CExpressions;
  readonly #procedures = new Map<Procedure, string>();
  readonly #lines: string[] = [];
  #ends = 0;
  #parallelDepth = 0;
  #threadDepth = 0;

  constructor(
    private readonly program: Loops,
    private readonly name: string,
    functions: CFunctions,
  ) {
    this.#expressions = new CExpressions(program.name, functions);
  }

  write(): string {
    const { name, program } = this;
    for (const [index, buffer] of program.buffers.entries()) {
      if (buffer.space === 'workgroup') throw this.#gpuOnly('a workgroup buffer');
      this.#expressions.declareBuffer(buffer, `b${index}`);
    }
    const names = program.buffers.map((_, index) => `b${index}`);
    const bases = program.buffers.map(({ perThread }, index) => `${perThread ? 'a' : 'b'}${index}`);
    const passed = [...names, 'p', 'threads'].join(', ');
    const rest = ['const i32 *restrict p', 'i32 threads'];
    const pointers = (list: readonly string[]): string[] =>
      list.map((each) => `char *const ${each}`);
    for (const [index, called] of program.procedures.entries()) {
      const procedure = `${name}_q${index}`;
      this.#procedures.set(called, `${procedure}(${passed}`);
      const own = called.parameters.map((each) => `i32 ${this.#expressions.variable(each)}`);
      // Whoever calls a procedure has shared the work out already.
      this.#parallelDepth = 1;
      this.#function(procedure, [...pointers(names), ...rest, ...own], called.body);
      this.#parallelDepth = 0;
    }
    this.#function(name, [...pointers(bases), ...rest], program.body, this.#ownScratch('0'));
    return this.#lines.join('\n');
  }

  /** Declares a thread's own copies of scratch memory, `b3`, given where all copies begin, `a3`. */
  #ownScratch(thread: string): string[] {
    return this.program.buffers.flatMap(({ length, perThread, storage }, index) => {
      if (!perThread || length === undefined) return [];
      this.#expressions.begin();
      const elements = `(i64)${this.#expressions.spell(length)}`;
      const bytes = `((${elements} * ${storageBytes(storage)} + 63) & -64)`;
      return [`char *const b${index} = a${index} + ${thread} * ${bytes};`];
    });
  }

  #function(
    name: string,
    parameters: readonly string[],
    body: readonly Stmt[],
    first: readonly string[] = [],
  ): void {
    const head = `static __attribute__((noinline)) void ${name}(${parameters.join(', ')})`;
    this.#lines.push(`${head} {`, ...first.map((line) => `  ${line}`));
    this.#block(body, '  ');
    this.#lines.push('}');
  }

  #gpuOnly(what: string): KeratinError {
    return new KeratinError({
      where: `kernel ${this.program.name}`,
      what: `the program holds ${what}, which programs for a CPU do not have`,
      fix: 'schedule the kernel for a CPU target',
    });
  }

  #block(body: readonly Stmt[], indent: string): void {
    for (const stmt of body) this.#statement(stmt, indent);
  }

  #share(roots: readonly Expr[], indent: string): void {
    this.#expressions.begin();
    for (const expr of sharedNodes(roots)) this.#lines.push(indent + this.#expressions.share(expr));
  }

  #statement(stmt: Stmt, indent: string): void {
    const put = (line: string): void => {
      this.#lines.push(indent + line);
    };
    if (stmt.kind === 'while') {
      // What the test shares must be computed anew before each test.
      put('for (;;) {');
      this.#share([stmt.test], `${indent}  `);
      put(`  if (!${this.#expressions.spell(stmt.test)}) break;`);
      this.#block(stmt.body, `${indent}  `);
      put('}');
      return;
    }
    this.#share(expressionsOf(stmt), indent);
    switch (stmt.kind) {
      case 'for':
        this.#loop(stmt, indent);
        return;
      case 'if':
        put(`if (${this.#expressions.spell(stmt.test)}) {`);
        this.#block(stmt.then, `${indent}  `);
        if (stmt.otherwise.length > 0) {
          put('} else {');
          this.#block(stmt.otherwise, `${indent}  `);
        }
        put('}');
        return;
      case 'let': {
        const value = this.#expressions.spell(stmt.value);
        put(
          `${cType(stmt.variable.type)} ${this.#expressions.variable(stmt.variable)} = ${value};`,
        );
        return;
      }
      case 'set': {
        const value = this.#expressions.spell(stmt.value);
        put(`${this.#expressions.variable(stmt.variable)} = ${value};`);
        return;
      }
      case 'store':
        put(this.#expressions.store(stmt.buffer, stmt.index, stmt.value));
        return;
      case 'call': {
        const head = this.#procedures.get(stmt.procedure);
        if (head === undefined)
          throw this.#expressions.fault('a procedure is called before its place');
        put(`${[head, ...stmt.args.map((arg) => this.#expressions.spell(arg))].join(', ')});`);
        return;
      }
      case 'barrier':
        // Parallel loops end together, and what stands between them runs on one thread.
        if (this.#threadDepth > 0) throw this.#gpuOnly('a barrier between invocations');
        return;
    }
  }

  #loop(stmt: ForStmt, indent: string): void {
    const variable = this.#expressions.variable(stmt.variable);
    const end = `e${this.#ends++}`;
    const from = this.#expressions.spell(stmt.from);
    const last = `${this.#expressions.spell(stmt.to)} - ${stmt.step}`;
    this.#lines.push(`${indent}const i32 ${end} = ${last};`);
    const shared = stmt.as === 'parallel' && this.#parallelDepth === 0;
    if (shared) {
      this.#lines.push(
        '#pragma omp parallel num_threads(threads)',
        `${indent}{`,
        ...this.#ownScratch('THREAD').map((line) => indent + line),
        '#pragma omp for schedule(static)',
      );
    }
    this.#lines.push(
      `${indent}for (i32 ${variable} = ${from}; ${variable} <= ${end}; ${variable} += ${stmt.step}) {`,
    );
    if (shared) this.#parallelDepth += 1;
    if (stmt.as === 'thread') this.#threadDepth += 1;
    this.#block(stmt.body, `${indent}  `);
    if (shared) this.#parallelDepth -= 1;
    if (stmt.as === 'thread') this.#threadDepth -= 1;
    this.#lines.push(`${indent}}`);
    if (shared) this.#lines.push(`${indent}}`);
  }
}

/** One program as a static function of its buffers, the parameters and a thread count. */
export function writeProgram(program: Loops, name: string, functions: CFunctions): string {
  return new ProgramWriter(program, name, functions).write();
}

/** A source whose entry point runs these lines. */
export function sourceOf(
  functions: CFunctions,
  programs: readonly string[],
  lines: readonly string[],
): CSource {
  const entry = [`${ENTRY} {`, ...lines, '}', ''];
  const source = [prelude(), functions.text(), ...programs, ...entry].join('\n');
  return { source, symbol: SYMBOL };
}

/** A call of a program that {@link writeProgram} wrote. */
export function callOf(name: string, addresses: readonly string[]): string {
  return `${name}(${[...addresses, 'p', 'threads'].join(', ')});`;
}

/**
 * The program in C99 with GCC vector extensions (which clang understands as well). `offsets` lists
 * the program's buffers: bound ones in the caller's order, then scratch; scratch that is per thread
 * has room for `threads` copies, each rounded up to 64 bytes.
 */
export function emitC(program: Loops): CSource {
  const functions = new CFunctions();
  const text = writeProgram(program, 'k0', functions);
  const addresses = program.buffers.map((_, index) => `heap + offsets[${index}]`);
  return sourceOf(functions, [text], [`  ${callOf('k0', addresses)}`]);
}

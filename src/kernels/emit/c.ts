// Writes Loops programs as C for the system's compiler: statements and the function round them.
// The caller passes the heap, the byte offset of every buffer, the parameters and a thread count.
import { KeratinError } from '../../core/errors.js';
import type { BufferRef, Expr } from '../ir/expr.js';
import type { ForStmt, Loops, Procedure, Stmt } from '../ir/loops.js';
import { sharedNodes } from '../ir/shared.js';
import { expressionsOf } from '../ir/walk.js';
import { CExpressions } from './c-expressions.js';
import { cType, prelude } from './c-functions.js';

/** A C source that holds one program. */
export interface CSource {
  readonly source: string;
  /** `void symbol(char *heap, const uint32_t *offsets, const int32_t *params, int32_t threads)` */
  readonly symbol: string;
  /** What `offsets` lists: bound buffers in the caller's order, then scratch. */
  readonly buffers: readonly BufferRef[];
}

const SYMBOL = 'keratin_kernel';

class CWriter {
  readonly #expressions: CExpressions;
  readonly #procedures = new Map<Procedure, string>();
  readonly #lines: string[] = [];
  #ends = 0;
  #parallelDepth = 0;

  constructor(private readonly program: Loops) {
    this.#expressions = new CExpressions(program.name);
  }

  write(): CSource {
    const { program } = this;
    for (const [index, buffer] of program.buffers.entries()) {
      if (buffer.space === 'workgroup') throw this.#gpuOnly('a workgroup buffer');
      this.#expressions.declareBuffer(buffer, `b${index}`);
    }
    const names = program.buffers.map((_, index) => `b${index}`);
    const pointers = names.map((name) => `char *${name}`);
    for (const [index, called] of program.procedures.entries()) {
      const name = `q${index}`;
      this.#procedures.set(called, `${name}(${[...names, 'p', 'threads'].join(', ')}`);
      const own = called.parameters.map(
        (parameter) => `i32 ${this.#expressions.variable(parameter)}`,
      );
      const parameters = [...pointers, 'const i32 *restrict p', 'i32 threads', ...own];
      this.#lines.push(`static __attribute__((noinline)) void ${name}(${parameters.join(', ')}) {`);
      // Whoever calls a procedure has shared the work out already.
      this.#parallelDepth = 1;
      this.#block(called.body, '  ');
      this.#parallelDepth = 0;
      this.#lines.push('}');
    }
    this.#lines.push(
      `void ${SYMBOL}(char *heap, const u32 *offsets, const i32 *restrict p, i32 threads) {`,
      ...names.map((name, index) => `  char *const ${name} = heap + offsets[${index}];`),
    );
    this.#block(program.body, '  ');
    this.#lines.push('}');
    const source = [prelude(), this.#expressions.functions.text(), ...this.#lines, ''].join('\n');
    return { source, symbol: SYMBOL, buffers: program.buffers };
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
        throw this.#gpuOnly('a barrier');
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
      this.#lines.push('#pragma omp parallel for schedule(static) num_threads(threads)');
    }
    this.#lines.push(
      `${indent}for (i32 ${variable} = ${from}; ${variable} <= ${end}; ${variable} += ${stmt.step}) {`,
    );
    if (shared) this.#parallelDepth += 1;
    this.#block(stmt.body, `${indent}  `);
    if (shared) this.#parallelDepth -= 1;
    this.#lines.push(`${indent}}`);
  }
}

/** The program in C99 with GCC vector extensions (which clang understands as well). */
export function emitC(program: Loops): CSource {
  return new CWriter(program).write();
}

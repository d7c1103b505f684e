// Writes Loops programs as C for the system's compiler: statements and the functions round them.
// The caller passes the heap, the byte offset of every buffer, the parameters and a thread count;
// all threads run the whole program, and share its parallel loops (c-team.ts).
import { KeratinError } from '../../core/errors.js';
import { type Expr, storageBytes } from '../ir/expr.js';
import type { ForStmt, Loops, Procedure, Stmt } from '../ir/loops.js';
import { sharedNodes } from '../ir/shared.js';
import { expressionsOf } from '../ir/walk.js';
import { CExpressions } from './c-expressions.js';
import { CFunctions, cType, prelude } from './c-functions.js';
import { teamText } from './c-team.js';
import { CACHE_LINE, canShare } from './sharing.js';

/** C sources that make one library with one entry point. */
export interface CSource {
  /** Each is compiled alone, so that several processors can work at it. */
  readonly parts: readonly string[];
  /** `void symbol(char *heap, const uint32_t *offsets, const int32_t *params, int32_t threads)` */
  readonly symbol: string;
}

const SYMBOL = 'keratin_kernel';
/** What every kernel is passed after its buffers; `p` are its parameters. */
const REST = ['const i32 *restrict p', 'team *t', 'i32 thread', 'i32 threads'];
const PASSED = ['p', 't', 'thread', 'threads'];

/** Writes one program as a static function of its buffers, with its procedures before it. */
class ProgramWriter {
  readonly #expressions: CExpressions;
  readonly #procedures = new Map<Procedure, string>();
  readonly #lines: string[] = [];
  readonly #shares: boolean;
  #ends = 0;
  #parallelDepth = 0;
  #threadDepth = 0;

  constructor(
    private readonly program: Loops,
    private readonly name: string,
    functions: CFunctions,
  ) {
    this.#expressions = new CExpressions(program.name, functions);
    this.#shares = canShare(program.body);
  }

  write(): string {
    const { name, program } = this;
    for (const [index, buffer] of program.buffers.entries()) {
      if (buffer.space === 'workgroup') throw this.#gpuOnly('a workgroup buffer');
      this.#expressions.declareBuffer(buffer, `b${index}`);
    }
    const names = program.buffers.map((_, index) => `b${index}`);
    const bases = program.buffers.map(({ perThread }, index) => `${perThread ? 'a' : 'b'}${index}`);
    const pointers = (list: readonly string[]): string[] =>
      list.map((each) => `char *const ${each}`);
    for (const [index, called] of program.procedures.entries()) {
      const procedure = `${name}_q${index}`;
      this.#procedures.set(called, `${procedure}(${[...names, 'p'].join(', ')}`);
      const own = called.parameters.map((each) => `i32 ${this.#expressions.variable(each)}`);
      const parameters = [...pointers(names), 'const i32 *restrict p', ...own];
      // Whoever calls a procedure has shared the work out already.
      this.#parallelDepth = 1;
      this.#function(`static void ${procedure}(${parameters.join(', ')})`, called.body);
      this.#parallelDepth = 0;
    }
    // What cannot be shared is done by one thread; the others go on to the next meeting.
    const alone = this.#shares ? [] : ['if (thread != 0) return;'];
    const head = `void ${name}(${[...pointers(bases), ...REST].join(', ')})`;
    this.#function(head, program.body, [...alone, ...this.#ownScratch()]);
    return this.#lines.join('\n');
  }

  /** Declares a thread's own copies of scratch memory, `b3`, given where all copies begin, `a3`. */
  #ownScratch(): string[] {
    return this.program.buffers.flatMap(({ length, perThread, storage }, index) => {
      if (!perThread || length === undefined) return [];
      this.#expressions.begin();
      const bytes = `(i64)${this.#expressions.spell(length)} * ${storageBytes(storage)}`;
      const rounded = `((${bytes} + ${CACHE_LINE - 1}) & -${CACHE_LINE})`;
      return [`char *const b${index} = a${index} + thread * ${rounded};`];
    });
  }

  #function(head: string, body: readonly Stmt[], first: readonly string[] = []): void {
    this.#lines.push(`KERNEL ${head} {`, ...first.map((line) => `  ${line}`));
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
        if (this.#threadDepth > 0) throw this.#gpuOnly('a barrier between invocations');
        if (this.#shares) put('meet(t, threads);');
        return;
    }
  }

  #loop(stmt: ForStmt, indent: string): void {
    const { step } = stmt;
    const variable = this.#expressions.variable(stmt.variable);
    const number = this.#ends++;
    const [first, end] = [`f${number}`, `e${number}`];
    const last = `${this.#expressions.spell(stmt.to)} - ${step}`;
    this.#lines.push(
      `${indent}const i32 ${first} = ${this.#expressions.spell(stmt.from)};`,
      `${indent}const i32 ${end} = ${last};`,
    );
    const shared = stmt.as === 'parallel' && this.#parallelDepth === 0 && this.#shares;
    if (stmt.as === 'parallel') this.#parallelDepth += 1;
    if (stmt.as === 'thread') this.#threadDepth += 1;
    if (shared) this.#inPieces(stmt, number, indent);
    else {
      const steps = `${variable} = ${first}; ${variable} <= ${end}; ${variable} += ${step}`;
      this.#lines.push(`${indent}for (i32 ${steps}) {`);
      this.#block(stmt.body, `${indent}  `);
      this.#lines.push(`${indent}}`);
    }
    if (stmt.as === 'parallel') this.#parallelDepth -= 1;
    if (stmt.as === 'thread') this.#threadDepth -= 1;
  }

  /** Steps from `f` to `e`, in consecutive pieces, of which this thread takes some. */
  #inPieces({ step, variable, body }: ForStmt, number: number, indent: string): void {
    const [n, s, w, q, l] = ['n', 's', 'w', 'q', 'l'].map((letter) => `${letter}${number}`);
    const counter = this.#expressions.variable(variable);
    const [first, end] = [`f${number}`, `e${number}`];
    this.#lines.push(
      `${indent}const i32 ${n} = ${end} < ${first} ? 0 : (${end} - ${first}) / ${step} + 1;`,
      `${indent}const i32 ${s} = pieceOf(${n}, threads);`,
      `${indent}const i32 ${w} = (${n} + ${s} - 1) / ${s};`,
      `${indent}i32 ${q} = -1;`,
      `${indent}while ((${q} = take(t, thread, threads, ${w}, ${q})) >= 0) {`,
      `${indent}  const i32 ${l} = ${first} + (${n} - ${q} * ${s} < ${s} ? ${n} : (${q} + 1) * ${s}) * ${step};`,
      `${indent}  for (i32 ${counter} = ${first} + ${q} * ${s} * ${step}; ${counter} < ${l}; ${counter} += ${step}) {`,
    );
    this.#block(body, `${indent}    `);
    this.#lines.push(`${indent}  }`, `${indent}}`);
  }
}

/** Kernels that are compiled together, and the functions they use. */
export class CPart {
  readonly #functions = new CFunctions();
  readonly #programs: string[] = [];
  length = 0;

  /** Writes a program as a function of its buffers, its parameters and the team. */
  add(program: Loops, name: string): void {
    const text = new ProgramWriter(program, name, this.#functions).write();
    this.#programs.push(text);
    this.length += text.length;
  }

  text(): string {
    return [prelude(), teamText, this.#functions.text(), ...this.#programs, ''].join('\n');
  }
}

/** Names of kernels that stand in other parts. */
export function declarationsOf(kernels: Iterable<readonly [string, Loops]>): string {
  const lines = [...kernels].map(([name, { buffers }]) => {
    const pointers = buffers.map(() => 'char *const');
    return `KERNEL void ${name}(${[...pointers, ...REST].join(', ')});`;
  });
  return lines.join('\n');
}

/**
 * The entry point, at the end of a part: all threads run these lines, which call kernels, and end with a
 * meeting.
 */
export function entryText(lines: readonly string[]): string {
  const shared = ['char *heap', 'const u32 *offsets', 'const i32 *restrict p'];
  return [
    // A long list of calls: there is nothing to optimise, and compilers take seconds to find out.
    '#if defined(__GNUC__) && !defined(__clang__)',
    '__attribute__((optimize("O0")))',
    '#endif',
    `static void step(${[...shared, 'team *t', 'i32 thread', 'i32 threads'].join(', ')}) {`,
    ...lines,
    '}',
    `void ${SYMBOL}(${[...shared, 'i32 threads'].join(', ')}) {`,
    '  team t = {0};',
    '#pragma omp parallel num_threads(threads) if (threads > 1)',
    '  step(heap, offsets, p, &t, THREAD, THREADS);',
    '}',
    '',
  ].join('\n');
}

/** A library of these parts. */
export function libraryOf(parts: readonly string[]): CSource {
  return { parts, symbol: SYMBOL };
}

/** A call of a program that a {@link CPart} holds. */
export function callOf(name: string, addresses: readonly string[], params = 'p'): string {
  return `${name}(${[...addresses, params, ...PASSED.slice(1)].join(', ')});`;
}

/**
 * The program in C11 with GCC vector extensions (which clang understands as well). `offsets` lists
 * the program's buffers: bound ones in the caller's order, then scratch; scratch that is per thread
 * has room for `threads` copies, each rounded up to 64 bytes.
 */
export function emitC(program: Loops): CSource {
  const part = new CPart();
  part.add(program, 'k0');
  const addresses = program.buffers.map((_, index) => `heap + offsets[${index}]`);
  const lines = [`  ${callOf('k0', addresses)}`, '  meet(t, threads);'];
  return libraryOf([part.text() + entryText(lines)]);
}

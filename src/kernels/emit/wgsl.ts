// Writes Loops programs as WGSL: each parallel or group loop at the top becomes one pass (dispatch),
// what stands between them becomes passes of one invocation. Passes run in order.
import { DTypeError, KeratinError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import { expandFunctions } from '../functions/expand.js';
import type { Expr, Var } from '../ir/expr.js';
import { childrenOf, some } from '../ir/expr-walk.js';
import type { ForStmt, Loops, Procedure, Stmt } from '../ir/loops.js';
import { eachStmt, expressionsOf, mapProgram } from '../ir/walk.js';
import { numberFunction } from './interpreter-functions.js';
import { keyOf, WgslBuffers } from './wgsl-buffers.js';
import { WgslExpressions } from './wgsl-expressions.js';
import { WgslFunctions } from './wgsl-functions.js';
import { WgslStatements } from './wgsl-statements.js';

/** Invocations of a workgroup where a program does not say. */
const INVOCATIONS = 64;

/** What tells an invocation where it stands. */
const POSITION =
  '@builtin(workgroup_id) wid: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>, ' +
  '@builtin(local_invocation_index) lid: u32';

/** One dispatch. */
export interface WgslPass {
  readonly entryPoint: string;
  /** Workgroups along x and y together; see `gridOf`. */
  groups(params: readonly number[]): number;
}

/** One module for the whole program. */
export interface WgslSource {
  readonly source: string;
  readonly passes: readonly WgslPass[];
  /**
   * What the bindings 0, 1, ... of group 0 are, as positions among the program's buffers that are
   * not workgroup arrays (bound ones, then scratch); all are read_write.
   */
  readonly bindings: readonly number[];
  /** Bytes of the i32 parameters, a uniform buffer at binding 0 of group 1; 0 for none. */
  readonly paramBytes: number;
}

/** Workgroups along x and y: no axis may have more than 65535. */
export function gridOf(groups: number): readonly [number, number] {
  const most = 65535;
  if (groups <= most) return [groups, 1];
  const rows = Math.ceil(groups / most);
  return [Math.ceil(groups / rows), rows];
}

function writtenBuffers(program: Loops): Set<string> {
  const written = new Set<string>();
  const visit = (body: readonly Stmt[]): void =>
    eachStmt(body, (stmt) => {
      if (stmt.kind === 'store') written.add(keyOf(stmt.buffer));
    });
  visit(program.body);
  for (const called of program.procedures) visit(called.body);
  return written;
}

/** The loops of one workgroup: `group` loops round `thread` loops, with declarations between. */
interface GroupNest {
  readonly groups: readonly ForStmt[];
  readonly threads: readonly ForStmt[];
  /** Statements before each inner loop, outermost first; each invocation runs them. */
  readonly body: readonly Stmt[];
}

/** Takes the nest apart; undefined where the loops do not stand directly inside each other. */
function groupNest(loop: ForStmt): GroupNest {
  const groups = [loop];
  const threads: ForStmt[] = [];
  const before: Stmt[] = [];
  let { body } = loop;
  for (;;) {
    const last = body.at(-1);
    const inner =
      last?.kind === 'for' &&
      (last.as === 'thread' || (last.as === 'group' && threads.length === 0))
        ? last
        : undefined;
    if (inner === undefined) return { groups, threads, body: [...before, ...body] };
    before.push(...body.slice(0, -1));
    (inner.as === 'thread' ? threads : groups).push(inner);
    body = inner.body;
  }
}

class WgslWriter {
  readonly #functions = new WgslFunctions();
  readonly #expressions: WgslExpressions;
  readonly #statements: WgslStatements;
  readonly #procedures = new Map<Procedure, string>();
  readonly #passes: WgslPass[] = [];
  /** Declarations at the top of the program; every later pass makes them again. */
  readonly #common: Stmt[] = [];
  readonly #values = new Map<Var, Expr>();
  readonly #buffers: WgslBuffers;

  constructor(
    private readonly program: Loops,
    sameAs: readonly number[],
  ) {
    const written = writtenBuffers(program);
    this.#buffers = new WgslBuffers(program.buffers, written, sameAs, this.#functions);
    this.#expressions = new WgslExpressions(this.#buffers, this.#functions);
    this.#statements = new WgslStatements(this.#expressions, this.#buffers, this.#procedures);
  }

  write(): WgslSource {
    for (const [index, called] of this.program.procedures.entries()) {
      this.#procedures.set(called, `q${index}`);
      const parameters = called.parameters.map((parameter) => {
        return `${this.#expressions.variable(parameter)}: i32`;
      });
      this.#statements.put(`fn q${index}(${parameters.join(', ')}) {`, '');
      this.#statements.block(called.body, '  ');
      this.#statements.put('}', '');
    }
    this.#topLevel(this.program.body);
    const { paramCount } = this.#expressions;
    const vectors = Math.ceil(paramCount / 4);
    const uniform = `@group(1) @binding(0) var<uniform> p: array<vec4<i32>, ${vectors}>;`;
    const source = [
      this.#buffers.declarations(),
      ...(vectors === 0 ? [] : [uniform]),
      this.#functions.text(),
      ...this.#statements.lines,
      '',
    ].join('\n');
    return {
      source,
      passes: this.#passes,
      bindings: this.#buffers.bindings,
      paramBytes: vectors * 16,
    };
  }

  #fault(what: string): KeratinError {
    return new KeratinError({ where: `kernel ${this.program.name}`, what });
  }

  #topLevel(body: readonly Stmt[]): void {
    let serial: Stmt[] = [];
    const flush = (): void => {
      if (serial.length > 0) this.#serialPass(serial);
      serial = [];
    };
    for (const stmt of body) {
      if (stmt.kind === 'for' && stmt.as !== 'serial') {
        flush();
        if (stmt.as === 'parallel') this.#parallelPass(stmt);
        else this.#groupPass(stmt);
      } else if (stmt.kind === 'let') {
        flush();
        this.#commonDeclaration(stmt.variable, stmt.value, stmt);
      } else if (stmt.kind !== 'barrier') serial.push(stmt); // passes wait for each other
    }
    flush();
  }

  #commonDeclaration(variable: Var, value: Expr, stmt: Stmt): void {
    if (readsWritten(value)) {
      throw this.#fault('a declaration at the top of a GPU program reads what the program writes');
    }
    this.#values.set(variable, value);
    this.#common.push(stmt);
  }

  #serialPass(body: readonly Stmt[]): void {
    eachStmt(body, (stmt) => {
      if (stmt.kind === 'set' && this.#values.has(stmt.variable)) {
        throw this.#fault('a variable lives across the passes of a GPU program');
      }
    });
    this.#open('@workgroup_size(1)', '');
    this.#statements.block(this.#usedCommon(body), '  ');
    this.#statements.together = false;
    this.#statements.block(body, '  ');
    this.#statements.together = true;
    this.#statements.put('}', '');
    this.#add(() => 1);
  }

  #parallelPass(loop: ForStmt): void {
    const { variable, step } = loop;
    this.#open(`@workgroup_size(${INVOCATIONS})`, POSITION);
    const name = this.#expressions.variable(variable);
    this.#statements.block(this.#usedCommon([loop]), '  ');
    this.#statements.share([loop.from, loop.to], '  ');
    const end = this.#statements.end(loop, '  ');
    const from = this.#statements.spell(loop.from);
    const position = `i32((wid.y * grid.x + wid.x) * ${INVOCATIONS}u + lid)`;
    this.#statements.put(`let ${name} = ${from} + ${position} * ${step}i;`, '  ');
    this.#statements.put(`if (${name} > ${end}) { return; }`, '  ');
    this.#statements.block(loop.body, '  ');
    this.#statements.put('}', '');
    const steps = this.#stepsOf(loop);
    this.#add((params) => Math.ceil(steps(params) / INVOCATIONS));
  }

  #groupPass(outermost: ForStmt): void {
    const nest = groupNest(outermost);
    const sizes = nest.threads.map((loop) => this.#stepsOf(loop)([]));
    const invocations = sizes.reduce((total, size) => total * size, 1);
    this.#open(`@workgroup_size(${invocations})`, POSITION);
    this.#statements.block(this.#usedCommon([outermost]), '  ');
    this.#statements.put('var gid = i32(wid.y * grid.x + wid.x);', '  ');
    this.#statements.put('var tid = i32(lid);', '  ');
    this.#counters(nest.groups, 'gid', true);
    this.#counters(nest.threads, 'tid', false);
    this.#statements.block(nest.body, '  ');
    this.#statements.put('}', '');
    const counts = nest.groups.map((loop) => this.#stepsOf(loop));
    this.#add((params) => counts.reduce((total, count) => total * count(params), 1));
  }

  /** Counters of nested loops from one number, innermost fastest. */
  #counters(loops: readonly ForStmt[], source: string, guarded: boolean): void {
    for (const [index, loop] of [...loops].reverse().entries()) {
      const outermost = index === loops.length - 1;
      const name = this.#expressions.variable(loop.variable);
      this.#statements.share([loop.from, loop.to], '  ');
      const from = this.#statements.spell(loop.from);
      const end = this.#statements.end(loop, '  ');
      const count = `((${end} - ${from}) / ${loop.step}i + 1i)`;
      const position = outermost ? source : `(${source} % ${count})`;
      this.#statements.put(`let ${name} = ${from} + ${position} * ${loop.step}i;`, '  ');
      if (outermost && guarded) this.#statements.put(`if (${name} > ${end}) { return; }`, '  ');
      if (!outermost) this.#statements.put(`${source} = ${source} / ${count};`, '  ');
    }
  }

  #open(attribute: string, parameters: string): void {
    const name = `pass${this.#passes.length}`;
    this.#statements.put(`@compute ${attribute} fn ${name}(${parameters}) {`, '');
  }

  #add(groups: (params: readonly number[]) => number): void {
    this.#passes.push({ entryPoint: `pass${this.#passes.length}`, groups });
  }

  /** The common declarations that a pass uses, directly or through others. */
  #usedCommon(body: readonly Stmt[]): Stmt[] {
    const used = new Set<Var>();
    const seen = new Set<Expr>();
    const visit = (expr: Expr): void => {
      if (seen.has(expr)) return;
      seen.add(expr);
      if (expr.kind === 'var') {
        const value = this.#values.get(expr.variable);
        if (value !== undefined && !used.has(expr.variable)) {
          used.add(expr.variable);
          visit(value);
        }
      }
      for (const child of childrenOf(expr)) visit(child);
    };
    eachStmt(body, (stmt) => expressionsOf(stmt).forEach(visit));
    return this.#common.filter((stmt) => stmt.kind === 'let' && used.has(stmt.variable));
  }

  /** How many steps a loop takes, worked out on the host. */
  #stepsOf(loop: ForStmt): (params: readonly number[]) => number {
    const from = this.#onHost(loop.from);
    const to = this.#onHost(loop.to);
    return (params) => Math.max(0, Math.floor((to(params) - from(params)) / loop.step));
  }

  #onHost(expr: Expr): (params: readonly number[]) => number {
    switch (expr.kind) {
      case 'const':
      case 'size':
        return () => expr.value;
      case 'param':
        return (params) => at(params, expr.index);
      case 'var': {
        const value = this.#values.get(expr.variable);
        if (value === undefined) break;
        return this.#onHost(value);
      }
      case 'call': {
        const args = expr.args.map((arg) => this.#onHost(arg));
        const fn = numberFunction(expr.fn, at(expr.args, -1).type.scalar);
        return (params) => {
          const [a = 0, b = 0, c = 0] = args.map((arg) => arg(params));
          return fn(a, b, c);
        };
      }
      default:
    }
    throw this.#fault('the number of invocations depends on values in memory');
  }
}

function readsWritten(expr: Expr): boolean {
  return some(expr, (node) => node.kind === 'load' && node.buffer.space !== 'input');
}

/**
 * The program in WGSL; throws a DTypeError where it holds 64-bit floats.
 * @param sameAs for each bound buffer, the first one that is the same memory (itself, mostly):
 *   a GPU takes no memory twice in one dispatch, so such buffers share a binding
 */
export function emitWgsl(program: Loops, sameAs: readonly number[] = []): WgslSource {
  if (program.buffers.some(({ storage }) => storage === 'f64')) {
    throw new DTypeError({
      where: `kernel ${program.name}`,
      what: 'GPUs compute no 64-bit floats',
      expected: 'float32',
      received: 'float64',
      fix: "cast to float32, or use the CPU device: setDevice('cpu')",
    });
  }
  return new WgslWriter(mapProgram(program, expandFunctions), sameAs).write();
}

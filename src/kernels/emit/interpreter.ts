// Runs Loops plainly: the definition that every other emitter is compared with.
// A program is compiled once into closures; statements here, expressions beside it.
import type { TypedArray } from '../../core/dtype.js';
import { at } from '../../core/sequence.js';
import { type BufferRef, type Expr, storageBytes } from '../ir/expr.js';
import type { CallStmt, ForStmt, Loops, Procedure, Stmt, StoreStmt } from '../ir/loops.js';
import { ExpressionCompiler, type Frame, type Run, seenAs } from './interpreter-expressions.js';

/** The arrays a program works on; half types as their raw 16 bits. */
export interface ProgramBuffers {
  readonly inputs: readonly TypedArray[];
  readonly outputs: readonly TypedArray[];
}

type Steps = Generator<void, void>;
/** A statement with a barrier inside: yields whenever it waits there. */
type SteppedRun = (frame: Frame) => Steps;

function hasBarrier(body: readonly Stmt[]): boolean {
  return body.some((stmt) => {
    switch (stmt.kind) {
      case 'barrier':
        return true;
      case 'for':
      case 'while':
        return hasBarrier(stmt.body);
      case 'if':
        return hasBarrier(stmt.then) || hasBarrier(stmt.otherwise);
      case 'call':
        return hasBarrier(stmt.procedure.body);
      default:
        return false;
    }
  });
}

class ProgramCompiler {
  readonly expressions: ExpressionCompiler;
  readonly #procedures = new Map<Procedure, Run>();

  constructor(name: string) {
    this.expressions = new ExpressionCompiler(name);
  }

  block(body: readonly Stmt[]): Run {
    const runs = body.flatMap((stmt) => this.#statement(stmt));
    const [first, second] = runs;
    if (first === undefined) return () => {};
    if (second === undefined) return first;
    return (frame) => {
      for (const run of runs) run(frame);
    };
  }

  /** Compiles one value; what it shares is computed first. */
  #value(expr: Expr): (frame: Frame) => number {
    const before = this.expressions.begin([expr]);
    const value = this.expressions.number(expr);
    if (before.length === 0) return value;
    return (frame) => {
      for (const run of before) run(frame);
      return value(frame);
    };
  }

  #statement(stmt: Stmt): readonly Run[] {
    switch (stmt.kind) {
      case 'let':
      case 'set': {
        const place = this.expressions.slotOf(stmt.variable);
        const before = this.expressions.begin([stmt.value]);
        return [...before, this.expressions.assign(place, stmt.value)];
      }
      case 'store':
        return this.#store(stmt);
      case 'for':
        return [this.#loop(stmt)];
      case 'while': {
        const test = this.#value(stmt.test);
        const body = this.block(stmt.body);
        return [
          (frame) => {
            while (test(frame) !== 0) body(frame);
          },
        ];
      }
      case 'if': {
        const test = this.#value(stmt.test);
        const then = this.block(stmt.then);
        const otherwise = this.block(stmt.otherwise);
        return [(frame) => (test(frame) !== 0 ? then(frame) : otherwise(frame))];
      }
      case 'call':
        return [...this.#arguments(stmt), this.#procedure(stmt.procedure)];
      case 'barrier':
        return [];
    }
  }

  #store(stmt: StoreStmt): readonly Run[] {
    const { buffer } = stmt;
    const { expressions } = this;
    const before = expressions.begin([stmt.index, stmt.value]);
    const binding = expressions.bindingOf(buffer);
    const index = expressions.number(stmt.index);
    const { lanes } = stmt.value.type;
    if (lanes === 1) {
      const value = expressions.number(stmt.value);
      const run: Run = (frame) => {
        const array = at(frame.arrays, binding);
        const position = index(frame);
        if (position < 0 || position >= array.length) {
          throw expressions.outside(buffer, position, 1, array.length);
        }
        array[position] = value(frame);
      };
      return [...before, run];
    }
    const value = expressions.vector(stmt.value);
    const run: Run = (frame) => {
      const array = at(frame.arrays, binding);
      const from = index(frame);
      if (from < 0 || from + lanes > array.length) {
        throw expressions.outside(buffer, from, lanes, array.length);
      }
      array.set(value(frame), from);
    };
    return [...before, run];
  }

  #loop(stmt: ForStmt): Run {
    if (stmt.as === 'thread' && hasBarrier(stmt.body)) {
      const stepped = this.#steppedLoop(stmt);
      return (frame) => {
        for (const _ of stepped(frame)) {
          // Every invocation waits at a barrier: go on.
        }
      };
    }
    const slot = this.expressions.slotOf(stmt.variable);
    const from = this.#value(stmt.from);
    const to = this.#value(stmt.to);
    const body = this.block(stmt.body);
    const { step } = stmt;
    return (frame) => {
      const { numbers } = frame;
      const end = to(frame) - step;
      for (let position = from(frame); position <= end; position += step) {
        numbers[slot] = position;
        body(frame);
      }
    };
  }

  #arguments(stmt: CallStmt): readonly Run[] {
    const { expressions } = this;
    const before = expressions.begin(stmt.args);
    const values = stmt.args.map((arg) => expressions.number(arg));
    const slots = stmt.procedure.parameters.map((parameter) => expressions.slotOf(parameter));
    const pass: Run = (frame) => {
      const given = values.map((value) => value(frame));
      for (const [index, slot] of slots.entries()) frame.numbers[slot] = at(given, index);
    };
    return [...before, pass];
  }

  #procedure(procedure: Procedure): Run {
    const known = this.#procedures.get(procedure);
    if (known !== undefined) return known;
    const run = this.block(procedure.body);
    this.#procedures.set(procedure, run);
    return run;
  }

  #steppedBlock(body: readonly Stmt[]): SteppedRun {
    const parts = body.map((stmt) => this.#stepped(stmt));
    return function* steps(frame) {
      for (const part of parts) {
        if (part.stepped !== undefined) yield* part.stepped(frame);
        else for (const run of part.runs) run(frame);
      }
    };
  }

  #stepped(stmt: Stmt): { runs: readonly Run[]; stepped?: SteppedRun } {
    if (!hasBarrier([stmt])) return { runs: this.#statement(stmt) };
    switch (stmt.kind) {
      case 'for':
        return { runs: [], stepped: this.#steppedLoop(stmt) };
      case 'while': {
        const test = this.#value(stmt.test);
        const body = this.#steppedBlock(stmt.body);
        const stepped: SteppedRun = function* steps(frame) {
          while (test(frame) !== 0) yield* body(frame);
        };
        return { runs: [], stepped };
      }
      case 'if': {
        const test = this.#value(stmt.test);
        const then = this.#steppedBlock(stmt.then);
        const otherwise = this.#steppedBlock(stmt.otherwise);
        const stepped: SteppedRun = (frame) => (test(frame) !== 0 ? then(frame) : otherwise(frame));
        return { runs: [], stepped };
      }
      case 'call': {
        const pass = this.#arguments(stmt);
        const body = this.#steppedBlock(stmt.procedure.body);
        const stepped: SteppedRun = function* steps(frame) {
          for (const run of pass) run(frame);
          yield* body(frame);
        };
        return { runs: [], stepped };
      }
      default:
        return {
          runs: [],
          stepped: function* wait() {
            yield;
          },
        };
    }
  }

  #steppedLoop(stmt: ForStmt): SteppedRun {
    const { expressions } = this;
    const slot = expressions.slotOf(stmt.variable);
    const from = this.#value(stmt.from);
    const to = this.#value(stmt.to);
    const body = this.#steppedBlock(stmt.body);
    const { as, step } = stmt;
    const uneven = (): Error => expressions.fault('a barrier is not reached by every invocation');
    return function* steps(frame) {
      const end = to(frame) - step;
      const invocations: Steps[] = [];
      for (let position = from(frame); position <= end; position += step) {
        const own = as === 'thread' ? copyOf(frame) : frame;
        own.numbers[slot] = position;
        if (as === 'thread') invocations.push(body(own));
        else yield* body(own);
      }
      // All invocations walk from barrier to barrier together.
      for (;;) {
        const ended = invocations.filter((invocation) => invocation.next().done === true).length;
        if (ended === invocations.length) return;
        if (ended > 0) throw uneven();
        yield;
      }
    };
  }
}

function copyOf(frame: Frame): Frame {
  return { ...frame, numbers: frame.numbers.slice(), vectors: frame.vectors.slice() };
}

interface Compiled {
  readonly run: Run;
  readonly expressions: ExpressionCompiler;
  readonly lengths: ReadonlyMap<BufferRef, (frame: Frame) => number>;
}

function compile(program: Loops): Compiled {
  const compiler = new ProgramCompiler(program.name);
  const run = compiler.block(program.body);
  const lengths = new Map<BufferRef, (frame: Frame) => number>();
  for (const { buffer } of compiler.expressions.bindings) {
    if (buffer.length === undefined) continue;
    compiler.expressions.begin([]);
    lengths.set(buffer, compiler.expressions.number(buffer.length));
  }
  return { run, expressions: compiler.expressions, lengths };
}

/** The array of every binding; scratch and workgroup buffers are made here, zeroed. */
function bind(compiled: Compiled, buffers: ProgramBuffers, params: readonly number[]): Frame {
  const { expressions } = compiled;
  const arrays: TypedArray[] = [];
  const numbers = new Float64Array(expressions.numberCount);
  const frame: Frame = { numbers, vectors: [], arrays, params };
  const made = new Map<string, TypedArray>();
  for (const { buffer, storage } of expressions.bindings) {
    const { space, slot } = buffer;
    if (space === 'input' || space === 'output') {
      const bound = (space === 'input' ? buffers.inputs : buffers.outputs)[slot];
      if (bound === undefined) throw expressions.fault(`${space} ${slot} is not bound`);
      arrays.push(seenAs(storage, bound));
      continue;
    }
    const key = `${space}${slot}`;
    const length = compiled.lengths.get(buffer)?.(frame) ?? 0;
    const array = made.get(key) ?? new Uint8Array(length * storageBytes(storage));
    made.set(key, array);
    arrays.push(seenAs(storage, array));
  }
  return frame;
}

const compiledPrograms = new WeakMap<Loops, Compiled>();

/** Runs `program` on `buffers`; throws where it reaches outside one. */
export function interpret(
  program: Loops,
  buffers: ProgramBuffers,
  params: readonly number[] = [],
): void {
  let compiled = compiledPrograms.get(program);
  if (compiled === undefined) {
    compiled = compile(program);
    compiledPrograms.set(program, compiled);
  }
  compiled.run(bind(compiled, buffers, params));
}

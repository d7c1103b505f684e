// A short key for kernels: equal for those that are equal up to the identity of variables and axes.
// One walk, no strings of the whole kernel; program caches look kernels up with it.
import type { Axis, BufferRef, Expr, Type, Var } from './expr.js';
import { isLeaf } from './expr-walk.js';
import type { Compute, Kernel } from './kernel.js';
import type { Loops, Procedure, Stmt } from './loops.js';

/** Two 32-bit halves of a hash. */
interface Pair {
  readonly low: number;
  readonly high: number;
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const namesSeen = new Map<string, number>();

/** FNV-1a of a short name, remembered. */
function numberOfName(name: string): number {
  const known = namesSeen.get(name);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let position = 0; position < name.length; position++) {
    hash = Math.imul(hash ^ name.charCodeAt(position), 0x01000193);
  }
  namesSeen.set(name, hash);
  return hash;
}

/** Takes numbers in and mixes them, in order, into two halves with different constants. */
class Mixer {
  #low = 0x9747b28c;
  #high = 0x2f0b4c47;

  number(value: number): void {
    let low = Math.imul(value, 0xcc9e2d51);
    low = Math.imul((low << 15) | (low >>> 17), 0x1b873593) ^ this.#low;
    this.#low = (Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64) | 0;
    let high = Math.imul(value ^ 0x5bd1e995, 0x85ebca6b);
    high = Math.imul((high << 16) | (high >>> 16), 0xc2b2ae35) ^ this.#high;
    this.#high = (Math.imul((high << 17) | (high >>> 15), 9) + 0x38495ab5) | 0;
  }

  /** All 64 bits of a number. */
  exact(value: number): void {
    double[0] = value;
    this.number(words[0] ?? 0);
    this.number(words[1] ?? 0);
  }

  name(name: string): void {
    this.number(numberOfName(name));
  }

  pair(pair: Pair): void {
    this.number(pair.low);
    this.number(pair.high);
  }

  done(): Pair {
    return { low: finish(this.#low), high: finish(this.#high) };
  }
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

class Hasher {
  /** `sizeless`: whether programs that differ in sizes alone get the same hash. */
  constructor(private readonly sizeless = false) {}

  readonly #variables = new Map<Var, number>();
  readonly #axes = new Map<Axis, number>();
  readonly #procedures = new Map<Procedure, number>();
  readonly #known = new Map<Expr, Pair>();
  readonly #out = new Mixer();

  program(program: Loops): Pair {
    for (const buffer of program.buffers) {
      this.#buffer(this.#out, buffer);
      this.#out.number(buffer.perThread === true ? 1 : 0);
      if (buffer.length !== undefined) this.#expr(this.#out, buffer.length);
    }
    for (const called of program.procedures) this.#procedures.set(called, this.#procedures.size);
    for (const called of program.procedures) {
      this.#out.number(called.parameters.length);
      for (const parameter of called.parameters) this.#variable(this.#out, parameter);
      this.#block(called.body);
    }
    this.#block(program.body);
    return this.#out.done();
  }

  compute({ inputs, axes, stages, outputs }: Compute): Pair {
    const out = this.#out;
    for (const layout of inputs) out.number(layout.id);
    this.#axisList(axes);
    for (const { over, by, body } of stages) {
      this.#axisList(over);
      out.name(by);
      this.#expr(out, body);
    }
    for (const { output, dtype, shape, over, at, value } of outputs) {
      out.number(output);
      out.name(dtype);
      for (const size of shape) out.exact(size);
      this.#axisList(over);
      this.#list(out, at);
      this.#expr(out, value);
    }
    return out.done();
  }

  #axisList(axes: readonly Axis[]): void {
    this.#out.number(axes.length);
    for (const axis of axes) this.#axis(this.#out, axis);
  }

  #axis(out: Mixer, axis: Axis): void {
    const number = this.#axes.get(axis) ?? this.#axes.size;
    this.#axes.set(axis, number);
    out.number(number);
    out.exact(axis.extent);
  }

  #type(out: Mixer, type: Type): void {
    out.name(type.scalar);
    out.number(type.lanes);
  }

  #variable(out: Mixer, variable: Var): void {
    let number = this.#variables.get(variable);
    if (number === undefined) {
      number = this.#variables.size;
      this.#variables.set(variable, number);
    }
    out.number(number);
    this.#type(out, variable.type);
  }

  #buffer(out: Mixer, buffer: BufferRef): void {
    out.name(buffer.space);
    out.number(buffer.slot);
    out.name(buffer.storage);
  }

  #block(body: readonly Stmt[]): void {
    this.#out.number(body.length);
    for (const stmt of body) this.#statement(stmt);
  }

  #statement(stmt: Stmt): void {
    const out = this.#out;
    out.name(stmt.kind);
    switch (stmt.kind) {
      case 'for':
        out.name(stmt.as);
        this.#variable(out, stmt.variable);
        this.#expr(out, stmt.from);
        this.#expr(out, stmt.to);
        out.number(stmt.step);
        this.#block(stmt.body);
        return;
      case 'while':
        this.#expr(out, stmt.test);
        this.#block(stmt.body);
        return;
      case 'if':
        this.#expr(out, stmt.test);
        this.#block(stmt.then);
        this.#block(stmt.otherwise);
        return;
      case 'let':
      case 'set':
        this.#expr(out, stmt.value);
        this.#variable(out, stmt.variable);
        return;
      case 'store':
        this.#buffer(out, stmt.buffer);
        this.#expr(out, stmt.index);
        this.#expr(out, stmt.value);
        return;
      case 'call':
        out.number(this.#procedures.get(stmt.procedure) ?? -1);
        out.number(stmt.args.length);
        for (const arg of stmt.args) this.#expr(out, arg);
        return;
      case 'barrier':
        return;
    }
  }

  /** Mixes an expression in: leaves as they are, others by a hash that is remembered. */
  #expr(out: Mixer, expr: Expr): void {
    if (isLeaf(expr)) this.#node(out, expr);
    else out.pair(this.#pairOf(expr));
  }

  #pairOf(expr: Expr): Pair {
    const known = this.#known.get(expr);
    if (known !== undefined) return known;
    const out = new Mixer();
    this.#node(out, expr);
    const pair = out.done();
    this.#known.set(expr, pair);
    return pair;
  }

  #node(out: Mixer, expr: Expr): void {
    out.name(expr.kind);
    this.#type(out, expr.type);
    this.#inside(out, expr);
  }

  #inside(out: Mixer, expr: Expr): void {
    switch (expr.kind) {
      case 'const':
        out.exact(expr.value);
        return;
      case 'size':
        if (!this.sizeless) out.exact(expr.value);
        return;
      case 'param':
        out.number(expr.index);
        return;
      case 'var':
        this.#variable(out, expr.variable);
        return;
      case 'axis':
        this.#axis(out, expr.axis);
        return;
      case 'read':
        out.number(expr.input);
        this.#list(out, expr.at);
        return;
      case 'stage':
      case 'term':
        out.number(expr.stage);
        return;
      case 'load':
        this.#buffer(out, expr.buffer);
        this.#expr(out, expr.index);
        return;
      case 'call':
        out.name(expr.fn);
        this.#list(out, expr.args);
        return;
      case 'pack':
        this.#list(out, expr.values);
        return;
      case 'shuffle':
        this.#expr(out, expr.a);
        this.#expr(out, expr.b);
        for (const lane of expr.lanes) out.number(lane);
        return;
      case 'lane':
        out.number(expr.lane);
        this.#expr(out, expr.value);
        return;
      case 'cast':
      case 'bitcast':
      case 'splat':
      case 'ramp':
        this.#expr(out, expr.value);
        return;
    }
  }

  #list(out: Mixer, list: readonly Expr[]): void {
    out.number(list.length);
    for (const expr of list) this.#expr(out, expr);
  }
}

function asText({ low, high }: Pair): string {
  return `${low.toString(36)}.${high.toString(36)}`;
}

/** 64 bits as text. Names and hints do not count; everything that decides the code does. */
export function structuralHash(program: Loops): string {
  return asText(new Hasher().program(program));
}

/** The same for programs that differ in sizes alone: parameters could make one program of them. */
export function sizelessHash(program: Loops): string {
  return asText(new Hasher(true).program(program));
}

/** The same for a kernel as ops write it, so that equal ones need not be scheduled again. */
export function kernelHash(kernel: Kernel): string {
  if (kernel.kind === 'loops') return structuralHash(kernel);
  return `c${asText(new Hasher().compute(kernel))}`;
}

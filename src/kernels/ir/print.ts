// Writes Loops programs out for people: golden programs, `explain`, error reports.
// Names depend on the order of appearance only, so equal programs print equally.

import type { BufferRef, CallExpr, Expr, Type, Var } from './expr.js';
import type { Loops, Procedure, Stmt } from './loops.js';
import { sharedNodes } from './shared.js';
import { expressionsOf } from './walk.js';

const INFIX: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  idiv: '//',
  rem: '%',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
};

export function printType(type: Type): string {
  return type.lanes === 1 ? type.scalar : `${type.scalar}x${type.lanes}`;
}

function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

class Printer {
  readonly #variables = new Map<Var, string>();
  readonly #buffers = new Map<string, string>();
  readonly #procedures = new Map<Procedure, string>();
  #shared = new Map<Expr, string>();
  #sharedCount = 0;
  readonly #lines: string[] = [];

  program(program: Loops): string {
    for (const buffer of program.buffers) this.#buffer(buffer);
    for (const called of program.procedures) this.#procedure(called);
    const bound = program.buffers.filter(({ length }) => length === undefined);
    const own = program.buffers.filter(({ length }) => length !== undefined);
    const shown = bound.map((ref) => `${ref.space} ${this.#buffer(ref)}: ${ref.storage}`);
    this.#lines.push(`program ${program.name}(${shown.join(', ')})`);
    for (const ref of own) {
      const length = ref.length === undefined ? '' : this.#expr(ref.length);
      const copies = ref.perThread === true ? ' per thread' : '';
      this.#lines.push(`${ref.space} ${this.#buffer(ref)}: ${ref.storage}[${length}]${copies}`);
    }
    for (const called of program.procedures) {
      const parameters = called.parameters.map((parameter) => this.#variable(parameter));
      this.#lines.push(`procedure ${this.#procedure(called)}(${parameters.join(', ')}) {`);
      this.#block(called.body, '  ');
      this.#lines.push('}');
    }
    this.#block(program.body, '');
    return `${this.#lines.join('\n')}\n`;
  }

  #buffer(ref: BufferRef): string {
    const key = `${ref.space}${ref.slot}${ref.storage}`;
    const name = this.#buffers.get(key) ?? `b${this.#buffers.size}`;
    this.#buffers.set(key, name);
    return name;
  }

  #variable(variable: Var): string {
    const name = this.#variables.get(variable) ?? `v${this.#variables.size}`;
    this.#variables.set(variable, name);
    return name;
  }

  #procedure(procedure: Procedure): string {
    const name = this.#procedures.get(procedure) ?? `q${this.#procedures.size}`;
    this.#procedures.set(procedure, name);
    return name;
  }

  #block(body: readonly Stmt[], indent: string): void {
    for (const stmt of body) this.#statement(stmt, indent);
  }

  #statement(stmt: Stmt, indent: string): void {
    this.#shared = new Map();
    for (const expr of sharedNodes(expressionsOf(stmt))) {
      const text = this.#expr(expr);
      const name = `t${this.#sharedCount++}`;
      this.#lines.push(`${indent}with ${name} = ${text}`);
      this.#shared.set(expr, name);
    }
    const put = (line: string): void => {
      this.#lines.push(indent + line);
    };
    const block = (head: string, body: readonly Stmt[]): void => {
      put(`${head} {`);
      this.#block(body, `${indent}  `);
      put('}');
    };
    switch (stmt.kind) {
      case 'for': {
        const bounds = `${this.#expr(stmt.from)} .. ${this.#expr(stmt.to)}`;
        const step = stmt.step === 1 ? '' : ` step ${stmt.step}`;
        block(`${stmt.as} ${this.#variable(stmt.variable)} = ${bounds}${step}`, stmt.body);
        return;
      }
      case 'while':
        block(`while ${this.#expr(stmt.test)}`, stmt.body);
        return;
      case 'if':
        block(`if ${this.#expr(stmt.test)}`, stmt.then);
        if (stmt.otherwise.length > 0) block('else', stmt.otherwise);
        return;
      case 'let': {
        const value = this.#expr(stmt.value);
        const { variable } = stmt;
        put(`let ${this.#variable(variable)}: ${printType(variable.type)} = ${value}`);
        return;
      }
      case 'set':
        put(`${this.#variable(stmt.variable)} = ${this.#expr(stmt.value)}`);
        return;
      case 'store': {
        const value = this.#expr(stmt.value);
        const { lanes } = stmt.value.type;
        const place = `${this.#expr(stmt.index)}${lanes === 1 ? '' : ` x${lanes}`}`;
        put(`${this.#buffer(stmt.buffer)}[${place}] = ${value}`);
        return;
      }
      case 'call':
        put(`${this.#procedure(stmt.procedure)}(${this.#list(stmt.args)})`);
        return;
      case 'barrier':
        put('barrier');
        return;
    }
  }

  #list(list: readonly Expr[]): string {
    return list.map((expr) => this.#expr(expr)).join(', ');
  }

  #call(expr: CallExpr): string {
    const sign = INFIX[expr.fn];
    const [a, b] = expr.args;
    if (sign !== undefined && a !== undefined && b !== undefined) {
      return `(${this.#expr(a)} ${sign} ${this.#expr(b)})`;
    }
    return `${expr.fn}(${this.#list(expr.args)})`;
  }

  #literal(type: Type, value: number): string {
    const { scalar, lanes } = type;
    if (lanes > 1) return `${printType(type)}(${printNumber(value)})`;
    if (scalar === 'i32') return printNumber(value);
    if (scalar === 'u32') return `${printNumber(value)}u`;
    if (scalar === 'bool') return value === 0 ? 'false' : 'true';
    return `${printNumber(value)}${scalar === 'f32' ? 'f' : 'd'}`;
  }

  #expr(expr: Expr): string {
    const shared = this.#shared.get(expr);
    if (shared !== undefined) return shared;
    switch (expr.kind) {
      case 'const':
        return this.#literal(expr.type, expr.value);
      case 'size':
        return printNumber(expr.value);
      case 'param':
        return `p${expr.index}`;
      case 'var':
        return this.#variable(expr.variable);
      case 'load': {
        const { lanes } = expr.type;
        const place = `${this.#expr(expr.index)}${lanes === 1 ? '' : ` x${lanes}`}`;
        return `${this.#buffer(expr.buffer)}[${place}]`;
      }
      case 'call':
        return this.#call(expr);
      case 'cast':
        return `${printType(expr.type)}(${this.#expr(expr.value)})`;
      case 'bitcast':
        return `bits_${printType(expr.type)}(${this.#expr(expr.value)})`;
      case 'splat':
      case 'ramp':
        return `${expr.kind}x${expr.type.lanes}(${this.#expr(expr.value)})`;
      case 'pack':
        return `pack(${this.#list(expr.values)})`;
      case 'lane':
        return `${this.#expr(expr.value)}.${expr.lane}`;
      case 'shuffle':
        return `shuffle(${this.#list([expr.a, expr.b])}, [${expr.lanes.join(' ')}])`;
      default:
        return `<${expr.kind}>`;
    }
  }
}

/** The whole program as text. */
export function printLoops(program: Loops): string {
  return new Printer().program(program);
}

// Writes expressions of Loops as C. Between c-functions.ts (spellings) and c.ts (statements).
import { KeratinError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import {
  type BufferRef,
  type Expr,
  type LoadExpr,
  registerOf,
  type Storage,
  type Type,
  typeOf,
  type Var,
} from '../ir/expr.js';
import { type CFunctions, cType } from './c-functions.js';

/** The C type of one element in memory. */
export function elementType(storage: Storage): string {
  return storage === 'bool8' ? 'u8' : storage;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return '__builtin_nan("")';
  if (!Number.isFinite(value)) return value > 0 ? '__builtin_inf()' : '(-__builtin_inf())';
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  const withPoint = /[.e]/.test(text) ? text : `${text}.0`;
  return value < 0 || Object.is(value, -0) ? `(${withPoint})` : withPoint;
}

/** A scalar literal. */
export function literal(type: Type, value: number): string {
  switch (type.scalar) {
    case 'f32': {
      const text = floatText(Math.fround(value));
      return /[a-z]{3}/.test(text) ? `((f32)${text})` : text.replace(/(\)?)$/, 'f$1');
    }
    case 'f64':
      return floatText(value);
    case 'u32':
      return `${value >>> 0}u`;
    case 'bool':
      return value === 0 ? '0' : '1';
    case 'i32':
      if (value === -(2 ** 31)) return 'INT32_MIN';
      return value < 0 ? `(${value | 0})` : String(value | 0);
  }
}

/** Names and spells what the expressions of one program mention. */
export class CExpressions {
  readonly #variables = new Map<Var, string>();
  readonly #buffers = new Map<string, string>();
  #shared = new Map<Expr, string>();
  #sharedCount = 0;

  constructor(
    readonly name: string,
    readonly functions: CFunctions,
  ) {}

  fault(what: string): KeratinError {
    return new KeratinError({ where: `kernel ${this.name}`, what });
  }

  variable(variable: Var): string {
    const name = this.#variables.get(variable) ?? `v${this.#variables.size}`;
    this.#variables.set(variable, name);
    return name;
  }

  declareBuffer(buffer: BufferRef, name: string): void {
    this.#buffers.set(`${buffer.space}${buffer.slot}`, name);
  }

  /** A pointer to element `index`. */
  place(buffer: BufferRef, index: Expr): string {
    const name = this.#buffers.get(`${buffer.space}${buffer.slot}`);
    if (name === undefined) {
      throw this.fault(`${buffer.space} buffer ${buffer.slot} is not among the program's buffers`);
    }
    return `((${elementType(buffer.storage)} *)${name} + ${this.spell(index)})`;
  }

  /** Forgets what the last statement shared. */
  begin(): void {
    this.#shared = new Map();
  }

  /** Gives a shared node a name; returns its declaration. */
  share(expr: Expr): string {
    const value = this.spell(expr);
    const name = `t${this.#sharedCount++}`;
    this.#shared.set(expr, name);
    return `const ${cType(expr.type)} ${name} = ${value};`;
  }

  spell(expr: Expr): string {
    const shared = this.#shared.get(expr);
    if (shared !== undefined) return shared;
    const { type } = expr;
    switch (expr.kind) {
      case 'const': {
        const text = literal(type, expr.value);
        return type.lanes === 1 ? text : this.functions.splat(type, text);
      }
      case 'size':
        return literal(type, expr.value);
      case 'param':
        return `p[${expr.index}]`;
      case 'var':
        return this.variable(expr.variable);
      case 'load':
        return this.#load(expr);
      case 'call': {
        const args = expr.args.map((arg) => this.spell(arg));
        return this.functions.call(expr.fn, at(expr.args, -1).type, args);
      }
      case 'cast':
        return this.functions.cast(expr.value.type, type, this.spell(expr.value));
      case 'bitcast':
        return this.functions.bitcast(expr.value.type, type, this.spell(expr.value));
      case 'splat':
        return this.functions.splat(type, this.spell(expr.value));
      case 'ramp': {
        const steps = Array.from({ length: type.lanes }, (_, lane) => lane).join(', ');
        return `(${this.functions.splat(type, this.spell(expr.value))} + (${cType(type)}){${steps}})`;
      }
      case 'pack':
        return this.functions.pack(
          type,
          expr.values.map((value) => this.spell(value)),
        );
      case 'lane': {
        const text = `${this.spell(expr.value)}[${expr.lane}]`;
        return type.scalar === 'bool' ? `(${text} & 1)` : text;
      }
      case 'shuffle': {
        const lanes = expr.lanes.join(', ');
        return `__builtin_shufflevector(${this.spell(expr.a)}, ${this.spell(expr.b)}, ${lanes})`;
      }
      default:
        throw this.fault(`a node of Compute is left in the program: ${expr.kind}`);
    }
  }

  #load(expr: LoadExpr): string {
    const { storage } = expr.buffer;
    const place = this.place(expr.buffer, expr.index);
    const { lanes } = expr.type;
    const register = cType(expr.type);
    if (lanes === 1) {
      if (storage === 'bool8') return `(*${place} != 0)`;
      return storage === registerOf(storage) ? `*${place}` : `((${register})*${place})`;
    }
    const memory = `(*(${elementType(storage)}x${lanes}m *)${place})`;
    if (storage === 'bool8') return `(__builtin_convertvector(${memory}, ${register}) != 0)`;
    if (storage === registerOf(storage)) return memory;
    return `__builtin_convertvector(${memory}, ${register})`;
  }

  /** The statement that writes `value`. */
  store(buffer: BufferRef, index: Expr, value: Expr): string {
    const place = this.place(buffer, index);
    const { lanes } = value.type;
    const text = this.spell(value);
    const element = elementType(buffer.storage);
    if (lanes === 1) return `*${place} = (${element})${text};`;
    const number = buffer.storage === 'bool8' ? `(-${text})` : text;
    const same = buffer.storage === registerOf(buffer.storage);
    const stored = same ? number : `__builtin_convertvector(${number}, ${element}x${lanes})`;
    return `*(${element}x${lanes}m *)${place} = ${stored};`;
  }

  /** The type of a value as declared; bools are integers. */
  typeName(type: Type): string {
    return cType(typeOf(type.scalar, type.lanes));
  }
}

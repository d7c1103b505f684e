// Turns expressions of Loops into closures over a frame. Between ir/ and interpreter.ts.
// Scalars are numbers, vectors are arrays of lanes that nobody changes once made.
import type { TypedArray } from '../../core/dtype.js';
import { KeratinError } from '../../core/errors.js';
import { at } from '../../core/sequence.js';
import type { BufferRef, CallExpr, Expr, LoadExpr, Scalar, Storage, Var } from '../ir/expr.js';
import { storageBytes } from '../ir/expr.js';
import { sharedNodes } from '../ir/shared.js';
import { bitcastFunction, castFunction, numberFunction, wrapTo } from './interpreter-functions.js';

/** The state of one invocation: its variables, and what the whole program shares. */
export interface Frame {
  readonly numbers: Float64Array;
  readonly vectors: (readonly number[])[];
  readonly arrays: readonly TypedArray[];
  readonly params: readonly number[];
}

export type Run = (frame: Frame) => void;
export type NumberRun = (frame: Frame) => number;
export type VectorRun = (frame: Frame) => readonly number[];

/** One way of looking at one buffer. */
export interface Binding {
  readonly buffer: BufferRef;
  readonly storage: Storage;
}

const none: readonly number[] = [];

/** Closures for the expressions of one program; hands out the places of variables. */
export class ExpressionCompiler {
  readonly bindings: Binding[] = [];
  numberCount = 0;
  vectorCount = 0;
  readonly #bindingOf = new Map<string, number>();
  readonly #slots = new Map<Var, number>();
  #shared = new Map<Expr, number>();

  constructor(readonly name: string) {}

  fault(what: string, received?: string): KeratinError {
    return new KeratinError({
      where: `kernel ${this.name}`,
      what,
      ...(received === undefined ? {} : { received }),
    });
  }

  /** The place of a variable in the frame: among numbers, or among vectors. */
  slotOf(variable: Var): number {
    const known = this.#slots.get(variable);
    if (known !== undefined) return known;
    const slot = variable.type.lanes === 1 ? this.numberCount++ : this.vectorCount++;
    this.#slots.set(variable, slot);
    return slot;
  }

  bindingOf(buffer: BufferRef): number {
    const key = `${buffer.space}${buffer.slot}${buffer.storage}`;
    const known = this.#bindingOf.get(key);
    if (known !== undefined) return known;
    this.#bindingOf.set(key, this.bindings.length);
    return this.bindings.push({ buffer, storage: buffer.storage }) - 1;
  }

  /**
   * Call before compiling the expressions of a statement: what they share is computed by the
   * closures returned, in order, ahead of the statement itself.
   */
  begin(roots: readonly Expr[]): readonly Run[] {
    this.#shared = new Map();
    return sharedNodes(roots).map((expr) => {
      const place = expr.type.lanes === 1 ? this.numberCount++ : this.vectorCount++;
      const run = this.assign(place, expr);
      this.#shared.set(expr, place);
      return run;
    });
  }

  /** Writes a value into a place of the frame. */
  assign(place: number, expr: Expr): Run {
    if (expr.type.lanes === 1) {
      const value = this.number(expr);
      return (frame) => {
        frame.numbers[place] = value(frame);
      };
    }
    const value = this.vector(expr);
    return (frame) => {
      frame.vectors[place] = value(frame);
    };
  }

  number(expr: Expr): NumberRun {
    const place = this.#shared.get(expr);
    if (place !== undefined) return (frame) => frame.numbers[place] ?? 0;
    switch (expr.kind) {
      case 'const': {
        const value = wrapTo(expr.type.scalar)(expr.value);
        return () => value;
      }
      case 'size': {
        const { value } = expr;
        return () => value;
      }
      case 'param': {
        const { index } = expr;
        return (frame) => at(frame.params, index);
      }
      case 'var': {
        const slot = this.slotOf(expr.variable);
        return (frame) => frame.numbers[slot] ?? 0;
      }
      case 'load':
        return this.#loadNumber(expr);
      case 'call':
        return this.#callNumber(expr);
      case 'cast':
      case 'bitcast': {
        const change = conversionOf(expr.kind, expr.value.type.scalar, expr.type.scalar);
        const value = this.number(expr.value);
        return (frame) => change(value(frame));
      }
      case 'lane': {
        const value = this.vector(expr.value);
        const { lane } = expr;
        return (frame) => value(frame)[lane] ?? 0;
      }
      default:
        throw this.fault('an expression has no value as a scalar of Loops', expr.kind);
    }
  }

  vector(expr: Expr): VectorRun {
    const place = this.#shared.get(expr);
    if (place !== undefined) return (frame) => frame.vectors[place] ?? none;
    const { lanes } = expr.type;
    switch (expr.kind) {
      case 'const': {
        const value = new Array<number>(lanes).fill(wrapTo(expr.type.scalar)(expr.value));
        return () => value;
      }
      case 'var': {
        const slot = this.slotOf(expr.variable);
        return (frame) => frame.vectors[slot] ?? none;
      }
      case 'load':
        return this.#loadVector(expr);
      case 'call':
        return this.#callVector(expr);
      case 'cast':
      case 'bitcast': {
        const change = conversionOf(expr.kind, expr.value.type.scalar, expr.type.scalar);
        const value = this.vector(expr.value);
        return (frame) => value(frame).map((lane) => change(lane));
      }
      case 'splat': {
        const value = this.number(expr.value);
        return (frame) => new Array<number>(lanes).fill(value(frame));
      }
      case 'ramp': {
        const value = this.number(expr.value);
        return (frame) => {
          const first = value(frame);
          return Array.from({ length: lanes }, (_, lane) => (first + lane) | 0);
        };
      }
      case 'pack': {
        const values = expr.values.map((value) => this.number(value));
        return (frame) => values.map((value) => value(frame));
      }
      case 'shuffle': {
        const [a, b] = [this.vector(expr.a), this.vector(expr.b)];
        const picks = expr.lanes;
        return (frame) => {
          const both = [...a(frame), ...b(frame)];
          return picks.map((pick) => both[pick] ?? 0);
        };
      }
      default:
        throw this.fault('an expression has no value as a vector of Loops', expr.kind);
    }
  }

  outside(buffer: BufferRef, index: number, lanes: number, length: number): KeratinError {
    const last = lanes === 1 ? '' : ` to ${index + lanes - 1}`;
    return this.fault(
      `an access lies outside ${buffer.space} buffer ${buffer.slot}, which has ${length} elements`,
      `element ${index}${last}`,
    );
  }

  #loadNumber(expr: LoadExpr): NumberRun {
    const binding = this.bindingOf(expr.buffer);
    const index = this.number(expr.index);
    return (frame) => {
      const array = frame.arrays[binding];
      const position = index(frame);
      const value = array?.[position];
      if (value === undefined) {
        throw this.outside(expr.buffer, position, 1, array?.length ?? 0);
      }
      return value;
    };
  }

  #loadVector(expr: LoadExpr): VectorRun {
    const binding = this.bindingOf(expr.buffer);
    const index = this.number(expr.index);
    const { lanes } = expr.type;
    return (frame) => {
      const array = at(frame.arrays, binding);
      const from = index(frame);
      if (from < 0 || from + lanes > array.length) {
        throw this.outside(expr.buffer, from, lanes, array.length);
      }
      return Array.from(array.subarray(from, from + lanes));
    };
  }

  #callNumber(expr: CallExpr): NumberRun {
    const [first, second, third] = expr.args.map((arg) => this.number(arg));
    if (first === undefined) throw this.fault('a call has no arguments', expr.fn);
    const scalar = scalarOfCall(expr);
    const fn = numberFunction(expr.fn, scalar);
    if (second === undefined) return (frame) => fn(first(frame), 0, 0);
    if (third !== undefined) {
      return (frame) => fn(first(frame), second(frame), third(frame));
    }
    if (scalar === 'i32' && expr.fn === 'add') {
      return (frame) => (first(frame) + second(frame)) | 0;
    }
    if (scalar === 'i32' && expr.fn === 'mul') {
      return (frame) => Math.imul(first(frame), second(frame));
    }
    return (frame) => fn(first(frame), second(frame), 0);
  }

  #callVector(expr: CallExpr): VectorRun {
    const [first, second, third] = expr.args.map((arg) => this.vector(arg));
    if (first === undefined) throw this.fault('a call has no arguments', expr.fn);
    const fn = numberFunction(expr.fn, scalarOfCall(expr));
    return (frame) => {
      const b = second?.(frame) ?? none;
      const c = third?.(frame) ?? none;
      return first(frame).map((a, lane) => fn(a, b[lane] ?? 0, c[lane] ?? 0));
    };
  }
}

/** The type an intrinsic works in: that of its last argument (`select` begins with a test). */
function scalarOfCall(expr: CallExpr): Scalar {
  return at(expr.args, -1).type.scalar;
}

function conversionOf(kind: 'cast' | 'bitcast', from: Scalar, to: Scalar): (x: number) => number {
  return kind === 'cast' ? castFunction(from, to) : bitcastFunction(from, to);
}

/** `array` seen as elements of `storage`; the same object where it already is. */
export function seenAs(storage: Storage, array: TypedArray): TypedArray {
  const { buffer, byteOffset } = array;
  const length = array.byteLength / storageBytes(storage);
  switch (storage) {
    case 'f32':
      return array instanceof Float32Array ? array : new Float32Array(buffer, byteOffset, length);
    case 'f64':
      return array instanceof Float64Array ? array : new Float64Array(buffer, byteOffset, length);
    case 'i32':
      return array instanceof Int32Array ? array : new Int32Array(buffer, byteOffset, length);
    case 'u32':
      return array instanceof Uint32Array ? array : new Uint32Array(buffer, byteOffset, length);
    case 'u16':
      return array instanceof Uint16Array ? array : new Uint16Array(buffer, byteOffset, length);
    case 'u8':
    case 'bool8':
      return array instanceof Uint8Array ? array : new Uint8Array(buffer, byteOffset, length);
  }
}

// One WebAssembly function while it is written: its locals, its code, instructions by number.
import type { Type, Var } from '../ir/expr.js';
import { ByteWriter, type FunctionBody, type Signature, type ValueType } from './wasm-assembler.js';
import { ATOMIC, MISC, op, SIMD } from './wasm-opcodes.js';

/** The WebAssembly type that holds a register type. */
export function valueTypeOf(type: Type): ValueType {
  if (type.lanes > 1) return 'v128';
  if (type.scalar === 'f32' || type.scalar === 'f64') return type.scalar;
  return 'i32';
}

/** Writes one function. */
export class FunctionWriter {
  readonly code = new ByteWriter();
  readonly #locals: ValueType[] = [];
  readonly #variables = new Map<Var, number>();
  readonly #spare = new Map<ValueType, number[]>();

  constructor(readonly signature: Signature) {}

  /** A new local of the function. */
  newLocal(type: ValueType): number {
    this.#locals.push(type);
    return this.signature.params.length + this.#locals.length - 1;
  }

  /** Runs `body` with a local for a short time; it is used again afterwards. */
  withLocal(type: ValueType, body: (local: number) => void): void {
    const spare = this.#spare.get(type) ?? [];
    this.#spare.set(type, spare);
    const local = spare.pop() ?? this.newLocal(type);
    body(local);
    spare.push(local);
  }

  /** Says that a variable lives in this local (a parameter, say). */
  bind(variable: Var, local: number): void {
    this.#variables.set(variable, local);
  }

  /** The local of a variable. */
  localOf(variable: Var): number {
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    const local = this.newLocal(valueTypeOf(variable.type));
    this.#variables.set(variable, local);
    return local;
  }

  /** One instruction, with prefix where its number has one. */
  emit(instruction: number): this {
    if (instruction >= ATOMIC) this.code.byte(0xfe).unsigned(instruction - ATOMIC);
    else if (instruction >= SIMD) this.code.byte(0xfd).unsigned(instruction - SIMD);
    else if (instruction >= MISC) this.code.byte(0xfc).unsigned(instruction - MISC);
    else this.code.byte(instruction);
    return this;
  }

  get(local: number): this {
    this.code.byte(op.localGet).unsigned(local);
    return this;
  }

  set(local: number): this {
    this.code.byte(op.localSet).unsigned(local);
    return this;
  }

  tee(local: number): this {
    this.code.byte(op.localTee).unsigned(local);
    return this;
  }

  i32(value: number): this {
    this.code.byte(op.i32Const).signed(value);
    return this;
  }

  i64(value: number): this {
    this.code.byte(op.i64Const).signed(value);
    return this;
  }

  /** A load or store: alignment as a power of two, and a constant byte offset. */
  access(instruction: number, alignment: number, offset: number): this {
    this.emit(instruction);
    this.code.unsigned(alignment).unsigned(offset);
    return this;
  }

  finish(): FunctionBody {
    return { signature: this.signature, locals: this.#locals, code: this.code.finish() };
  }
}

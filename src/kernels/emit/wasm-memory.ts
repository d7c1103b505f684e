// Loads and stores of WebAssembly: addresses, and the widening of narrow storage.
import {
  type BufferRef,
  type Expr,
  type LoadExpr,
  type Storage,
  storageBytes,
} from '../ir/expr.js';
import type { FunctionWriter } from './wasm-function.js';
import { op, SIMD } from './wasm-opcodes.js';
import { splitOffset } from './wasm-pointers.js';

/** What these need of the emitter. */
export interface AddressContext {
  readonly out: FunctionWriter;
  expression(expr: Expr): void;
  /** Puts the byte address of a buffer's first element on the stack. */
  bufferAddress(buffer: BufferRef): void;
  /** The local with the address of the element `base` of a buffer, where one is kept. */
  pointer(buffer: BufferRef, base: Expr): number | undefined;
}

const LOG2: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2, 8: 3 };

/** Puts a byte address on the stack; returns the constant part that the instruction adds. */
export function pushAddress(context: AddressContext, buffer: BufferRef, index: Expr): number {
  const bytes = storageBytes(buffer.storage);
  const { base, offset } = splitOffset(index);
  const kept = base === undefined ? undefined : context.pointer(buffer, base);
  if (kept !== undefined) {
    context.out.get(kept);
    return offset * bytes;
  }
  context.bufferAddress(buffer);
  if (base !== undefined) {
    context.expression(base);
    if (bytes > 1) context.out.i32(LOG2[bytes] ?? 0).emit(op.i32Shl);
    context.out.emit(op.i32Add);
  }
  return offset * bytes;
}

interface LoadSpelling {
  readonly instruction: number;
  readonly alignment: number;
  /** Instructions that widen what was loaded. */
  readonly widen: readonly number[];
}

const EXTEND_U8 = [SIMD + 0x89, SIMD + 0xa9];

const scalarLoad: Readonly<Record<Storage, LoadSpelling>> = {
  f32: { instruction: 0x2a, alignment: 2, widen: [] },
  f64: { instruction: 0x2b, alignment: 3, widen: [] },
  i32: { instruction: 0x28, alignment: 2, widen: [] },
  u32: { instruction: 0x28, alignment: 2, widen: [] },
  u16: { instruction: 0x2f, alignment: 1, widen: [] },
  u8: { instruction: 0x2d, alignment: 0, widen: [] },
  bool8: { instruction: 0x2d, alignment: 0, widen: [] },
};

const wide: LoadSpelling = { instruction: SIMD + 0x00, alignment: 2, widen: [] };

const vectorLoad: Readonly<Record<Storage, LoadSpelling>> = {
  f32: wide,
  i32: wide,
  u32: wide,
  f64: wide,
  u16: { instruction: SIMD + 0x5d, alignment: 1, widen: [SIMD + 0xa9] },
  u8: { instruction: SIMD + 0x5c, alignment: 0, widen: EXTEND_U8 },
  // Bytes 0 and 1 become lanes 0 and -1, which is how comparisons leave them.
  bool8: { instruction: SIMD + 0x5c, alignment: 0, widen: [...EXTEND_U8, op.i32x4Neg] },
};

export function emitLoad(context: AddressContext, expr: LoadExpr): void {
  const offset = pushAddress(context, expr.buffer, expr.index);
  const table = expr.type.lanes > 1 ? vectorLoad : scalarLoad;
  const spelling = table[expr.buffer.storage];
  context.out.access(spelling.instruction, spelling.alignment, offset);
  for (const instruction of spelling.widen) context.out.emit(instruction);
}

/** One 32-bit element in all four lanes, in one instruction. */
export function emitSplatLoad(context: AddressContext, expr: LoadExpr): void {
  const offset = pushAddress(context, expr.buffer, expr.index);
  context.out.access(SIMD + 0x09, 2, offset);
}

const scalarStore: Readonly<Record<Storage, { instruction: number; alignment: number }>> = {
  f32: { instruction: 0x38, alignment: 2 },
  f64: { instruction: 0x39, alignment: 3 },
  i32: { instruction: 0x36, alignment: 2 },
  u32: { instruction: 0x36, alignment: 2 },
  u16: { instruction: 0x3b, alignment: 1 },
  u8: { instruction: 0x3a, alignment: 0 },
  bool8: { instruction: 0x3a, alignment: 0 },
};

export function emitStore(
  context: AddressContext,
  buffer: BufferRef,
  index: Expr,
  value: Expr,
): void {
  const { out } = context;
  const spelling = scalarStore[buffer.storage];
  if (value.type.lanes === 1) {
    const offset = pushAddress(context, buffer, index);
    context.expression(value);
    out.access(spelling.instruction, spelling.alignment, offset);
    return;
  }
  const bytes = storageBytes(buffer.storage);
  if (bytes === 4) {
    const offset = pushAddress(context, buffer, index);
    context.expression(value);
    out.access(SIMD + 0x0b, 2, offset);
    return;
  }
  // Narrow elements go one by one: rare, and never where speed matters.
  out.withLocal('v128', (vector) => {
    context.expression(value);
    out.set(vector);
    for (let lane = 0; lane < value.type.lanes; lane++) {
      const offset = pushAddress(context, buffer, index) + lane * bytes;
      out.get(vector).emit(op.i32x4ExtractLane).code.byte(lane);
      if (buffer.storage === 'bool8') out.i32(1).emit(op.i32And);
      out.access(spelling.instruction, spelling.alignment, offset);
    }
  });
}

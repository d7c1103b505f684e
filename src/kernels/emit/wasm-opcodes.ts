// Which instruction spells each primitive, for each register type. Numbers are those of the
// WebAssembly core, SIMD and relaxed SIMD specifications; 0xfd00 + n is SIMD instruction n.
import type { PrimitiveName } from '../intrinsics.js';
import type { Scalar } from '../ir/expr.js';

/** The type of a block that leaves nothing on the stack. */
export const NO_RESULT = 0x40;

/** Offset that marks an instruction behind the SIMD prefix 0xfd. */
export const SIMD = 0xfd00;
/** Offset that marks an instruction behind the prefix 0xfc (saturating conversions, bulk memory). */
export const MISC = 0xfc00;

/** Offset that marks an instruction behind the prefix 0xfe (atomics). */
export const ATOMIC = 0x10000;

export const op = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32And: 0x71,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  memoryCopy: MISC + 0x0a,
  v128Const: SIMD + 0x0c,
  shuffle: SIMD + 0x0d,
  bitselect: SIMD + 0x52,
  v128Not: SIMD + 0x4d,
  v128And: SIMD + 0x4e,
  i32x4Splat: SIMD + 0x11,
  f32x4Splat: SIMD + 0x13,
  i32x4ExtractLane: SIMD + 0x1b,
  i32x4ReplaceLane: SIMD + 0x1c,
  f32x4ExtractLane: SIMD + 0x1f,
  f32x4ReplaceLane: SIMD + 0x20,
  i32x4Ne: SIMD + 0x38,
  i32x4Neg: SIMD + 0xa1,
  i32x4Add: SIMD + 0xae,
  f32x4Ne: SIMD + 0x42,
  f32x4Add: SIMD + 0xe4,
  f32x4Mul: SIMD + 0xe6,
  relaxedMadd: SIMD + 0x105,
  relaxedSelect: SIMD + 0x10b,
  return: 0x0f,
  unreachable: 0x00,
  i32Eq: 0x46,
  i32GtS: 0x4a,
  i32GeS: 0x4e,
  i32Load: 0x28,
  i32Store: 0x36,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
  i64Ne: 0x52,
  i64Or: 0x84,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i32DivS: 0x6d,
  atomicNotify: ATOMIC + 0x00,
  atomicWait32: ATOMIC + 0x01,
  atomicLoad: ATOMIC + 0x10,
  atomicLoad64: ATOMIC + 0x11,
  atomicStore: ATOMIC + 0x17,
  atomicAdd: ATOMIC + 0x1e,
  atomicCompareExchange64: ATOMIC + 0x49,
} as const;

type Spelling = Partial<Record<PrimitiveName, number>>;

const f32Scalar: Spelling = {
  add: 0x92,
  sub: 0x93,
  mul: 0x94,
  div: 0x95,
  min: 0x96,
  max: 0x97,
  abs: 0x8b,
  neg: 0x8c,
  ceil: 0x8d,
  floor: 0x8e,
  trunc: 0x8f,
  round: 0x90,
  sqrt: 0x91,
  eq: 0x5b,
  ne: 0x5c,
  lt: 0x5d,
  gt: 0x5e,
  le: 0x5f,
  ge: 0x60,
};

const f64Scalar: Spelling = {
  add: 0xa0,
  sub: 0xa1,
  mul: 0xa2,
  div: 0xa3,
  min: 0xa4,
  max: 0xa5,
  abs: 0x99,
  neg: 0x9a,
  ceil: 0x9b,
  floor: 0x9c,
  trunc: 0x9d,
  round: 0x9e,
  sqrt: 0x9f,
  eq: 0x61,
  ne: 0x62,
  lt: 0x63,
  gt: 0x64,
  le: 0x65,
  ge: 0x66,
};

const integerScalar: Spelling = {
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  eq: 0x46,
  ne: 0x47,
};

const i32Scalar: Spelling = {
  ...integerScalar,
  idiv: 0x6d,
  rem: 0x6f,
  shr: 0x75,
  lt: 0x48,
  gt: 0x4a,
  le: 0x4c,
  ge: 0x4e,
};

const u32Scalar: Spelling = {
  ...integerScalar,
  idiv: 0x6e,
  rem: 0x70,
  shr: 0x76,
  lt: 0x49,
  gt: 0x4b,
  le: 0x4d,
  ge: 0x4f,
};

const boolScalar: Spelling = { and: 0x71, or: 0x72, xor: 0x73, not: 0x45, eq: 0x46, ne: 0x47 };

const f32Vector: Spelling = {
  add: SIMD + 0xe4,
  sub: SIMD + 0xe5,
  mul: SIMD + 0xe6,
  div: SIMD + 0xe7,
  min: SIMD + 0xe8,
  max: SIMD + 0xe9,
  pickMin: SIMD + 0xea,
  pickMax: SIMD + 0xeb,
  abs: SIMD + 0xe0,
  neg: SIMD + 0xe1,
  sqrt: SIMD + 0xe3,
  ceil: SIMD + 0x67,
  floor: SIMD + 0x68,
  trunc: SIMD + 0x69,
  round: SIMD + 0x6a,
  eq: SIMD + 0x41,
  ne: SIMD + 0x42,
  lt: SIMD + 0x43,
  gt: SIMD + 0x44,
  le: SIMD + 0x45,
  ge: SIMD + 0x46,
};

const bitsVector: Spelling = { and: SIMD + 0x4e, or: SIMD + 0x50, xor: SIMD + 0x51 };

const integerVector: Spelling = {
  ...bitsVector,
  add: SIMD + 0xae,
  sub: SIMD + 0xb1,
  mul: SIMD + 0xb5,
  neg: SIMD + 0xa1,
  shl: SIMD + 0xab,
  eq: SIMD + 0x37,
  ne: SIMD + 0x38,
};

const i32Vector: Spelling = {
  ...integerVector,
  abs: SIMD + 0xa0,
  shr: SIMD + 0xac,
  min: SIMD + 0xb6,
  max: SIMD + 0xb8,
  lt: SIMD + 0x39,
  gt: SIMD + 0x3b,
  le: SIMD + 0x3d,
  ge: SIMD + 0x3f,
};

const u32Vector: Spelling = {
  ...integerVector,
  shr: SIMD + 0xad,
  min: SIMD + 0xb7,
  max: SIMD + 0xb9,
  lt: SIMD + 0x3a,
  gt: SIMD + 0x3c,
  le: SIMD + 0x3e,
  ge: SIMD + 0x40,
};

const boolVector: Spelling = {
  ...bitsVector,
  not: SIMD + 0x4d,
  eq: SIMD + 0x37,
  ne: SIMD + 0x38,
};

/** One-instruction primitives on single values. */
export const scalarSpelling: Readonly<Record<Scalar, Spelling>> = {
  f32: f32Scalar,
  f64: f64Scalar,
  i32: i32Scalar,
  u32: u32Scalar,
  bool: boolScalar,
};

/** One-instruction primitives on four lanes. */
export const vectorSpelling: Readonly<Record<Scalar, Spelling>> = {
  f32: f32Vector,
  f64: {},
  i32: i32Vector,
  u32: u32Vector,
  bool: boolVector,
};

/** Conversions of single values; absent pairs need no instruction or are spelt in wasm.ts. */
export const scalarCast: Readonly<Partial<Record<`${Scalar}>${Scalar}`, number>>> = {
  'f32>i32': MISC + 0,
  'f32>u32': MISC + 1,
  'f64>i32': MISC + 2,
  'f64>u32': MISC + 3,
  'i32>f32': 0xb2,
  'bool>f32': 0xb2,
  'u32>f32': 0xb3,
  'f64>f32': 0xb6,
  'i32>f64': 0xb7,
  'bool>f64': 0xb7,
  'u32>f64': 0xb8,
  'f32>f64': 0xbb,
};

/** Conversions of four lanes. */
export const vectorCast: Readonly<Partial<Record<`${Scalar}>${Scalar}`, number>>> = {
  'f32>i32': SIMD + 0xf8,
  'f32>u32': SIMD + 0xf9,
  'i32>f32': SIMD + 0xfa,
  'u32>f32': SIMD + 0xfb,
};

// Expressions: the values kernels compute, shared by Compute (what) and Loops (how).
// Nodes are immutable and may be shared: the same node twice means the same value.
import type { DType } from '../../core/dtype.js';
import type { IntrinsicName } from '../intrinsics.js';

/** Types that registers hold. Narrow storage types are widened on load: uint8 to i32. */
export type Scalar = 'f32' | 'f64' | 'i32' | 'u32' | 'bool';

/** A scalar type, or a vector of `lanes` of them. */
export interface Type {
  readonly scalar: Scalar;
  readonly lanes: number;
}

/** An axis of a Compute; two axes are the same only if they are the same object. */
export interface Axis {
  readonly extent: number;
}

/** A local variable or loop counter of Loops; identity is what counts. */
export interface Var {
  readonly type: Type;
  /** For readers of printed programs only. */
  readonly hint: string;
}

/** A number written into the program. */
export interface ConstExpr {
  readonly kind: 'const';
  readonly type: Type;
  readonly value: number;
}

/** An i32 known once shapes are known: a parameter for eager programs, a constant for graphs. */
export interface SizeExpr {
  readonly kind: 'size';
  readonly type: Type;
  readonly value: number;
}

/** An i32 parameter of the program, put in the place of a `size`. */
export interface ParamExpr {
  readonly kind: 'param';
  readonly type: Type;
  readonly index: number;
}

/** Compute only: the position along an axis (i32). */
export interface AxisExpr {
  readonly kind: 'axis';
  readonly type: Type;
  readonly axis: Axis;
}

/** Compute only: an element of an input, one i32 index for each of its axes. */
export interface ReadExpr {
  readonly kind: 'read';
  readonly type: Type;
  readonly input: number;
  readonly at: readonly Expr[];
}

/** Compute only: the result of an earlier stage. */
export interface StageExpr {
  readonly kind: 'stage';
  readonly type: Type;
  readonly stage: number;
}

/** Compute only: what an earlier stage combined at the present position of its `over` axes. */
export interface TermExpr {
  readonly kind: 'term';
  readonly type: Type;
  readonly stage: number;
}

/** Loops only: the value of a local variable or loop counter. */
export interface VarExpr {
  readonly kind: 'var';
  readonly type: Type;
  readonly variable: Var;
}

/** Loops only: `lanes` neighbouring elements of a buffer from element `index` on. */
export interface LoadExpr {
  readonly kind: 'load';
  readonly type: Type;
  readonly buffer: BufferRef;
  readonly index: Expr;
}

/** A scalar function or operator; one row of `intrinsics.ts`. Works lane by lane. */
export interface CallExpr {
  readonly kind: 'call';
  readonly type: Type;
  readonly fn: IntrinsicName;
  readonly args: readonly Expr[];
}

/** Conversion between scalar types: floats to integers truncate and saturate, to bool `!= 0`. */
export interface CastExpr {
  readonly kind: 'cast';
  readonly type: Type;
  readonly value: Expr;
}

/** The same 32 bits read as another 32-bit scalar type. */
export interface BitcastExpr {
  readonly kind: 'bitcast';
  readonly type: Type;
  readonly value: Expr;
}

/** `lanes` copies of a scalar. */
export interface SplatExpr {
  readonly kind: 'splat';
  readonly type: Type;
  readonly value: Expr;
}

/** A vector of i32: `value, value + 1, value + 2, ...`. */
export interface RampExpr {
  readonly kind: 'ramp';
  readonly type: Type;
  readonly value: Expr;
}

/** A vector from one scalar expression a lane. */
export interface PackExpr {
  readonly kind: 'pack';
  readonly type: Type;
  readonly values: readonly Expr[];
}

/** One lane of a vector. */
export interface LaneExpr {
  readonly kind: 'lane';
  readonly type: Type;
  readonly value: Expr;
  readonly lane: number;
}

/** Lanes picked from `a` (0 .. lanes-1) and `b` (lanes .. 2*lanes-1). */
export interface ShuffleExpr {
  readonly kind: 'shuffle';
  readonly type: Type;
  readonly a: Expr;
  readonly b: Expr;
  readonly lanes: readonly number[];
}

export type Expr =
  | ConstExpr
  | SizeExpr
  | ParamExpr
  | AxisExpr
  | ReadExpr
  | StageExpr
  | TermExpr
  | VarExpr
  | LoadExpr
  | CallExpr
  | CastExpr
  | BitcastExpr
  | SplatExpr
  | RampExpr
  | PackExpr
  | LaneExpr
  | ShuffleExpr;

/** A buffer of a Loops program. `storage` says how elements lie in memory. */
export interface BufferRef {
  readonly storage: Storage;
  /** Where it lives: bound by the caller, or scratch of the program (per run, or per workgroup). */
  readonly space: 'input' | 'output' | 'scratch' | 'workgroup';
  /** Position among the program's inputs, or outputs; position among scratch or workgroup buffers. */
  readonly slot: number;
  /** Elements of a scratch or workgroup buffer; undefined for bound ones. */
  readonly length?: Expr;
  /** Scratch of which every thread has its own copy. */
  readonly perThread?: boolean;
}

/** Element formats in memory. Loads of u8 give i32 (bool8 gives bool), of u16 give u32. */
export type Storage = 'f32' | 'f64' | 'i32' | 'u32' | 'u16' | 'u8' | 'bool8';

const STORAGE_OF: Readonly<Record<DType, Storage>> = {
  float32: 'f32',
  float64: 'f64',
  int32: 'i32',
  uint32: 'u32',
  uint8: 'u8',
  bool: 'bool8',
  float16: 'u16',
  bfloat16: 'u16',
};

/** How elements of a dtype lie in memory. */
export function storageOf(dtype: DType): Storage {
  return STORAGE_OF[dtype];
}

const LOADED_AS: Readonly<Record<Storage, Scalar>> = {
  f32: 'f32',
  f64: 'f64',
  i32: 'i32',
  u32: 'u32',
  u16: 'u32',
  u8: 'i32',
  bool8: 'bool',
};

/** The register type that loading from (and storing to) a storage format uses. */
export function registerOf(storage: Storage): Scalar {
  return LOADED_AS[storage];
}

const BYTES: Readonly<Record<Storage, number>> = {
  f32: 4,
  f64: 8,
  i32: 4,
  u32: 4,
  u16: 2,
  u8: 1,
  bool8: 1,
};

export function storageBytes(storage: Storage): number {
  return BYTES[storage];
}

/** The register type a dtype is computed in: half types in f32, uint8 in i32. */
export function scalarOf(dtype: DType): Scalar {
  if (dtype === 'float16' || dtype === 'bfloat16') return 'f32';
  return LOADED_AS[STORAGE_OF[dtype]];
}

/** Types of each scalar, by their number of lanes. */
const types = new Map<Scalar, Map<number, Type>>();

/** The one type object for a scalar and a number of lanes. */
export function typeOf(scalar: Scalar, lanes = 1): Type {
  const ofScalar = types.get(scalar) ?? new Map<number, Type>();
  types.set(scalar, ofScalar);
  const type = ofScalar.get(lanes) ?? { scalar, lanes };
  ofScalar.set(lanes, type);
  return type;
}

export const F32 = typeOf('f32');
export const F64 = typeOf('f64');
export const I32 = typeOf('i32');
export const U32 = typeOf('u32');
export const BOOL = typeOf('bool');

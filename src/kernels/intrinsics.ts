// The scalar functions kernels are made of: one row each, with what it means in JavaScript.
// Emitters spell every primitive; functions are spelt over primitives in functions/ (float32).
import { erf } from './functions/erf-double.js';

/** What the result's type is, given the arguments'. */
type ResultRule = 'first' | 'second' | 'bool';

/** One row. `js` is the meaning on numbers; bools are 0 and 1, integers are already wrapped. */
export interface Intrinsic {
  readonly args: 1 | 2 | 3;
  readonly result: ResultRule;
  readonly js: (a: number, b: number, c: number) => number;
}

const unary = (js: (a: number) => number): Intrinsic => ({ args: 1, result: 'first', js });
const binary = (js: (a: number, b: number) => number): Intrinsic => ({
  args: 2,
  result: 'first',
  js,
});
const compare = (js: (a: number, b: number) => boolean): Intrinsic => ({
  args: 2,
  result: 'bool',
  js: (a, b) => (js(a, b) ? 1 : 0),
});

function roundHalfEven(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const lower = Math.floor(x);
  const rest = x - lower;
  const result = rest < 0.5 || (rest === 0.5 && lower % 2 === 0) ? lower : lower + 1;
  return result === 0 && x < 0 ? -0 : result;
}

/** Rows that every emitter spells for every type they make sense for. */
export const primitives = {
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  /** Floats only. */
  div: binary((a, b) => a / b),
  /** Integers: the quotient without its fraction; the divisor is never 0. */
  idiv: binary((a, b) => Math.trunc(a / b)),
  /** Integers: what `idiv` leaves, with the dividend's sign; the divisor is never 0. */
  rem: binary((a, b) => a % b),
  neg: unary((a) => -a),
  abs: unary(Math.abs),
  /** NaN if either is NaN. (Math.min itself would take in the third number of `js`.) */
  min: binary((a, b) => Math.min(a, b)),
  max: binary((a, b) => Math.max(a, b)),
  /** `b < a ? b : a` and `a < b ? b : a`: one instruction where min and max take several. */
  // biome-ignore lint/complexity/useMathMinMax: NaN and -0 come out differently
  pickMin: binary((a, b) => (b < a ? b : a)),
  // biome-ignore lint/complexity/useMathMinMax: NaN and -0 come out differently
  pickMax: binary((a, b) => (a < b ? b : a)),
  sqrt: unary(Math.sqrt),
  floor: unary(Math.floor),
  ceil: unary(Math.ceil),
  trunc: unary(Math.trunc),
  /** To the nearest integer, halves to the even one. */
  round: unary(roundHalfEven),
  /** a * b + c, rounded once or twice as the target likes. */
  mulAdd: { args: 3, result: 'first', js: (a, b, c) => a * b + c },
  eq: compare((a, b) => a === b),
  ne: compare((a, b) => a !== b),
  lt: compare((a, b) => a < b),
  le: compare((a, b) => a <= b),
  gt: compare((a, b) => a > b),
  ge: compare((a, b) => a >= b),
  /** Bools and integers, bit by bit. */
  and: binary((a, b) => a & b),
  or: binary((a, b) => a | b),
  xor: binary((a, b) => a ^ b),
  /** Bools only. */
  not: unary((a) => (a === 0 ? 1 : 0)),
  /** Integers; the distance is 0 to 31. */
  shl: binary((a, b) => a << b),
  /** Integers: keeps the sign of i32, fills u32 with zeros (the interpreter passes it unsigned). */
  shr: binary((a, b) => (a < 0 ? a >> b : a >>> b)),
  /** test ? a : b, both of which may be computed. */
  select: { args: 3, result: 'second', js: (test, a, b) => (test !== 0 ? a : b) },
} as const satisfies Record<string, Intrinsic>;

/** Rows that targets without a mathematics library get as expressions over primitives. */
export const functions = {
  exp: unary(Math.exp),
  exp2: unary((a) => 2 ** a),
  expm1: unary(Math.expm1),
  log: unary(Math.log),
  log1p: unary(Math.log1p),
  log2: unary(Math.log2),
  log10: unary(Math.log10),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  sinh: unary(Math.sinh),
  cosh: unary(Math.cosh),
  tanh: unary(Math.tanh),
  asinh: unary(Math.asinh),
  acosh: unary(Math.acosh),
  atanh: unary(Math.atanh),
  erf: unary(erf),
  sigmoid: unary((a) => 1 / (1 + Math.exp(-a))),
  atan2: binary(Math.atan2),
  pow: binary((a, b) => a ** b),
} as const satisfies Record<string, Intrinsic>;

export type PrimitiveName = keyof typeof primitives;
export type FunctionName = keyof typeof functions;
export type IntrinsicName = PrimitiveName | FunctionName;

export const intrinsics: Readonly<Record<IntrinsicName, Intrinsic>> = {
  ...primitives,
  ...functions,
};

export function isFunctionName(name: IntrinsicName): name is FunctionName {
  return Object.hasOwn(functions, name);
}

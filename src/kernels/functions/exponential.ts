// exp and what is made of it, in float32: exp, exp2, expm1, sigmoid.
// Polynomials are our own minimax fits (Remez, coefficients rounded to float32 one by one).
import {
  abs,
  add,
  bitcast,
  call,
  div,
  eq,
  literal,
  lt,
  mul,
  mulAdd,
  neg,
  select,
  sub,
} from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { bitsOf, nearestInteger, number, polynomial, reduceBy } from './parts.js';

/** ln 2 in two parts, the first short enough for exact products with exponents. */
export const LN2_PARTS = [0.693145751953125, 1.428606765330187e-6] as const;

// e^r for |r| <= ln 2, relative error 1.5e-8.
const EXP = [
  1, 1, 0.5000003576278687, 0.1666661649942398, 0.04166119173169136, 0.008335955440998077,
  0.0014105623122304678, 0.0001963264076039195,
];

// (e^r - 1) / r for |r| <= ln 2 / 2, relative error 5e-10.
const EXPM1 = [
  1, 0.5, 0.1666666567325592, 0.04166646674275398, 0.008333639241755009, 0.00139349524397403,
  0.00019672057533171028,
];

// 2^r for |r| <= 1/2, relative error 5e-9.
const EXP2 = [
  1, 0.6931472420692444, 0.24022655189037323, 0.05550272762775421, 0.009617065079510212,
  0.0013417754089459777, 0.00015823672583792359,
];

/** NaN stays NaN, since it is the first argument of both picks. */
function atMost(x: Expr, limit: number): Expr {
  return call('pickMin', x, number(x, limit));
}

function atLeast(x: Expr, limit: number): Expr {
  return call('pickMax', x, number(x, limit));
}

/** 2^n from the bits of `nearestInteger` with bias 127. */
function powerOfTwo(bits: Expr): Expr {
  return bitcast(call('shl', bits, literal(bits, 23)), 'f32');
}

interface ExponentialOptions {
  /** Leaves out the guard against overflow. */
  readonly neverPositive?: boolean;
  /** Half of e^x, which overflows later. */
  readonly halved?: boolean;
  /** Added to x; small against it, so that together they hold more than 24 bits. */
  readonly lower?: Expr;
}

/**
 * e^x = p s² with s = 2^m and x = 2 m ln 2 + r. Reducing by 2 ln 2 lets one power of two serve
 * twice, so that subnormal and overflowing results need no extra work.
 */
export function exponential(x: Expr, options: ExponentialOptions = {}): Expr {
  const floored = atLeast(x, -106);
  const bounded = options.neverPositive === true ? floored : atMost(floored, 91);
  const m = nearestInteger(bounded, Math.LOG2E / 2, 127);
  const rest = reduceBy(m.value, bounded, [2 * LN2_PARTS[0], 2 * LN2_PARTS[1]]);
  const r = options.lower === undefined ? rest : add(rest, options.lower);
  const scale = powerOfTwo(m.bits);
  const second = options.halved === true ? mul(scale, number(x, 0.5)) : scale;
  return mul(mul(polynomial(r, EXP), scale), second);
}

export function exp(x: Expr): Expr {
  return exponential(x);
}

/** 1 / (1 + e^-x) = e^x / (1 + e^x); the exponent is never positive in either. */
export function sigmoid(x: Expr): Expr {
  const small = exponential(neg(abs(x)), { neverPositive: true });
  const one = number(x, 1);
  return div(select(lt(x, number(x, 0)), small, one), add(one, small));
}

/** 2^x = 2^a 2^b p with a + b = round(x); whole x are exact. */
export function exp2(x: Expr): Expr {
  const bounded = atMost(atLeast(x, -151), 129);
  const n = call('round', bounded);
  const shifted = bitsOf(add(n, number(x, 12582912)));
  const whole = sub(shifted, literal(shifted, 0x4b400000));
  const first = call('shr', whole, literal(whole, 1));
  const second = sub(whole, first);
  const bias = literal(whole, 127);
  const scaled = mul(polynomial(sub(bounded, n), EXP2), powerOfTwo(add(first, bias)));
  return mul(scaled, powerOfTwo(add(second, bias)));
}

/** 2 (h q + h - 1/2) with h = 2^(n-1) and q = e^r - 1; just q where n = 0. */
export function expm1(x: Expr): Expr {
  const bounded = atMost(atLeast(x, -19), 89);
  const n = nearestInteger(bounded, Math.LOG2E, 126);
  const r = reduceBy(n.value, bounded, LN2_PARTS);
  const q = mul(r, polynomial(r, EXPM1));
  const half = powerOfTwo(n.bits);
  const sum = mulAdd(half, q, sub(half, number(x, 0.5)));
  return select(eq(n.value, number(x, 0)), q, add(sum, sum));
}

// The small words that the float32 functions are written in: numbers, polynomials, signs, splits.
// Everything takes f32 expressions of any lane count and stays within the primitive rows.
import { add, bitcast, call, literal, mulAdd, select } from '../ir/build.js';
import type { Expr, Type } from '../ir/expr.js';

const numbers = new Map<Type, Map<string, Expr>>();

/** A float32 literal with as many lanes as `like`; the same node for the same number. */
export function number(like: Expr, value: number): Expr {
  const ofType = numbers.get(like.type) ?? new Map<string, Expr>();
  numbers.set(like.type, ofType);
  const key = Object.is(value, -0) ? '-0' : String(Math.fround(value));
  const known = ofType.get(key) ?? literal(like, Math.fround(value));
  ofType.set(key, known);
  return known;
}

/** coefficients[0] + coefficients[1] x + coefficients[2] x² ... by Horner's rule. */
export function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  let sum: Expr | undefined;
  for (const coefficient of coefficients.toReversed()) {
    const term = number(x, coefficient);
    sum = sum === undefined ? term : mulAdd(sum, x, term);
  }
  return sum ?? number(x, 0);
}

/** The bits of a float32 as i32. */
export function bitsOf(x: Expr): Expr {
  return bitcast(x, 'i32');
}

/** The bits of `x` that `mask` leaves. */
export function maskBits(x: Expr, mask: number): Expr {
  const bits = bitsOf(x);
  return call('and', bits, literal(bits, mask));
}

/** `magnitude`, which is not negative, with the sign bit of `sign`. */
export function withSignOf(magnitude: Expr, sign: Expr): Expr {
  return bitcast(call('or', bitsOf(magnitude), maskBits(sign, -0x80000000)), 'f32');
}

/** `x` without its lower 12 bits: products of two such numbers are exact in float32. */
export function upperHalf(x: Expr): Expr {
  return bitcast(maskBits(x, -4096), 'f32');
}

/** `value` where `x` is a number below Infinity, and `x` (Infinity or NaN) elsewhere. */
export function unlessInfinite(x: Expr, value: Expr): Expr {
  return select(call('lt', x, number(x, Number.POSITIVE_INFINITY)), value, x);
}

/**
 * An integer n in the last bits of a float. Adding 1.5 * 2^23 rounds to an integer and leaves
 * it in the lower bits, which costs less than `round` and a conversion. `bias` is added to n in
 * the bits only. Holds for |value| < 2^22. Emitters must not simplify (a + b) - b.
 */
export function nearestInteger(
  x: Expr,
  factor: number,
  bias = 0,
): { readonly bits: Expr; readonly value: Expr } {
  const magic = number(x, 12582912 + bias);
  const shifted = mulAdd(x, number(x, factor), magic);
  return { bits: bitsOf(shifted), value: call('sub', shifted, magic) };
}

/** x - n * (parts[0] + parts[1] + ...), from the largest part on (Cody and Waite). */
export function reduceBy(n: Expr, x: Expr, parts: readonly number[]): Expr {
  let rest = x;
  for (const part of parts) rest = mulAdd(n, number(x, -part), rest);
  return rest;
}

/** upper - value, where upper is given as the sum of two float32 numbers. */
export function subtractFrom(upper: Expr, lower: Expr, value: Expr): Expr {
  return add(upper, call('sub', lower, value));
}

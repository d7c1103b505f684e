// binary16 and bfloat16 as expressions: u32 registers hold the 16 bits, f32 the numbers.
// The meaning is that of core/half.ts; both round to nearest even and keep NaN and infinities.
import { add, bitcast, call, cast, ge, gt, literal, lt, mul, select, sub } from '../ir/build.js';
import type { Expr } from '../ir/expr.js';

const shl = (x: Expr, distance: number): Expr => call('shl', x, literal(x, distance));
const shr = (x: Expr, distance: number): Expr => call('shr', x, literal(x, distance));
const mask = (x: Expr, bits: number): Expr => call('and', x, literal(x, bits));
const plus = (x: Expr, value: number): Expr => add(x, literal(x, value));
const minus = (x: Expr, value: number): Expr => sub(x, literal(x, value));

const MAGNITUDE = 0x7fffffff;
const INFINITY = 0x7f800000;

/** The f32 whose upper half is in the lower 16 of `bits`. */
export function fromBfloat16(bits: Expr): Expr {
  return bitcast(shl(bits, 16), 'f32');
}

/** Half of the last kept place is added, less one where that place is even, then the rest cut. */
function roundAway(bits: Expr, dropped: number): Expr {
  const last = mask(shr(bits, dropped), 1);
  return add(plus(bits, 2 ** (dropped - 1) - 1), last);
}

export function toBfloat16(value: Expr): Expr {
  const bits = bitcast(value, 'u32');
  const isNaN = gt(mask(bits, MAGNITUDE), literal(bits, INFINITY));
  return select(isNaN, literal(bits, 0x7fc0), shr(roundAway(bits, 16), 16));
}

export function fromFloat16(bits: Expr): Expr {
  const magnitude = mask(bits, 0x7fff);
  const sign = shl(mask(bits, 0x8000), 16);
  const moved = shl(magnitude, 13);
  const special = ge(magnitude, literal(bits, 0x7c00));
  const normal = add(moved, select(special, literal(bits, 0x70000000), literal(bits, 0x38000000)));
  // Subnormal: the bits are a whole number of 2^-24.
  const whole = cast(magnitude, 'f32');
  const small = bitcast(mul(whole, literal(whole, 2 ** -24)), 'u32');
  const result = select(lt(magnitude, literal(bits, 0x400)), small, normal);
  return bitcast(call('or', sign, result), 'f32');
}

export function toFloat16(value: Expr): Expr {
  const bits = bitcast(value, 'u32');
  const sign = mask(shr(bits, 16), 0x8000);
  const magnitude = mask(bits, MAGNITUDE);
  // Subnormal: adding 0.5 rounds at 2^-24, the last place of subnormal binary16 numbers.
  const absolute = bitcast(magnitude, 'f32');
  const shifted = bitcast(add(absolute, literal(absolute, 0.5)), 'u32');
  const small = minus(shifted, 0x3f000000);
  const normal = shr(minus(roundAway(magnitude, 13), 0x38000000), 13);
  const finite = select(lt(magnitude, literal(bits, 0x38800000)), small, normal);
  const isNaN = gt(magnitude, literal(bits, INFINITY));
  const special = select(isNaN, literal(bits, 0x7e00), literal(bits, 0x7c00));
  const tooLarge = ge(magnitude, literal(bits, 0x477ff000));
  return call('or', sign, select(tooLarge, special, finite));
}

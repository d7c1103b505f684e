// pow in float32: e^(y log|x|) with the logarithm and the product in pairs of float32 numbers,
// since an error in the exponent grows with the exponent; then C's rules for special arguments.
import {
  abs,
  add,
  and,
  bitcast,
  call,
  div,
  eq,
  gt,
  lt,
  mul,
  mulAdd,
  ne,
  neg,
  not,
  or,
  select,
  sub,
} from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { exponential, LN2_PARTS } from './exponential.js';
import { splitPositive } from './logarithm.js';
import { bitsOf, maskBits, number, polynomial, upperHalf } from './parts.js';

// (log((1 + s) / (1 - s)) - 2 s) / s³ in s², |s| <= 0.1716; our own fit, relative error 3e-8.
const ODD_SERIES = [
  0.6666666865348816, 0.39998874068260193, 0.28662312030792236, 0.20826566219329834,
];

/** The sum upper + lower; upper has 12 bits and lower is small against it. */
interface Pair {
  readonly upper: Expr;
  readonly lower: Expr;
}

/**
 * upper + lower in the form of a Pair; |upper| is larger, or 0. What the upper half leaves is found
 * by way of its bits, since some compilers take (a + b) - b for a.
 */
function pairOf(upper: Expr, lower: Expr): Pair {
  const head = upperHalf(add(upper, lower));
  return { upper: head, lower: add(sub(upper, head), lower) };
}

/** f / (2 + f). */
function quotient(f: Expr): Pair {
  const two = number(f, 2);
  const divisor = add(two, f);
  const head = upperHalf(divisor);
  const rest = add(sub(two, head), f);
  const upper = upperHalf(div(f, divisor));
  const left = mulAdd(neg(upper), rest, mulAdd(neg(upper), head, f));
  return { upper, lower: div(left, divisor) };
}

/** Natural logarithm of a positive finite number. */
function logPair(x: Expr): Pair {
  const { exponent, fraction } = splitPositive(x);
  const s = quotient(fraction);
  const whole = add(s.upper, s.lower);
  const square = mul(whole, whole);
  const cubic = mul(mul(whole, square), polynomial(square, ODD_SERIES));
  const first = mul(exponent, number(x, LN2_PARTS[0]));
  const second = add(s.upper, s.upper);
  const sum = pairOf(first, second);
  const small = mulAdd(exponent, number(x, LN2_PARTS[1]), cubic);
  return pairOf(sum.upper, add(add(add(s.lower, s.lower), small), sum.lower));
}

/** |x|^y for positive finite |x|. */
function magnitudeOf(x: Expr, exponent: Expr): Expr {
  // The logarithm of a float32 other than 1 is above 2^-25: 2^40 times it overflows anyway.
  const limited = call('pickMin', exponent, number(x, 2 ** 40));
  const y = call('pickMax', limited, number(x, -(2 ** 40)));
  const log = logPair(x);
  const head = upperHalf(y);
  const product = mul(head, log.upper);
  const rest = mulAdd(y, log.lower, mul(sub(y, head), log.upper));
  const moderate = lt(abs(product), number(x, 256));
  return exponential(product, { lower: select(moderate, rest, number(x, 0)) });
}

function isWhole(x: Expr): Expr {
  return eq(call('trunc', x), x);
}

/** `magnitude` with the sign of x where y is odd. */
function oddSign(magnitude: Expr, x: Expr, y: Expr): Expr {
  const odd = and(isWhole(y), not(isWhole(mul(y, number(y, 0.5)))));
  const sign = maskBits(x, -0x80000000);
  const used = select(odd, sign, sub(sign, sign));
  return bitcast(call('or', bitsOf(magnitude), used), 'f32');
}

export function pow(x: Expr, y: Expr): Expr {
  const magnitude = abs(x);
  const zero = number(x, 0);
  const one = number(x, 1);
  const infinity = number(x, Number.POSITIVE_INFINITY);
  const notANumber = number(x, Number.NaN);
  const vanishes = call('xor', gt(magnitude, one), gt(y, zero));
  const endless = or(eq(magnitude, zero), eq(magnitude, infinity));
  const size = select(endless, select(vanishes, zero, infinity), magnitudeOf(magnitude, y));
  const finite = lt(magnitude, infinity);
  const complex = and(and(lt(x, zero), finite), not(isWhole(y)));
  const undefinedHere = or(or(complex, ne(x, x)), ne(y, y));
  const value = select(undefinedHere, notANumber, oddSign(size, x, y));
  return select(or(eq(y, zero), eq(x, one)), one, value);
}

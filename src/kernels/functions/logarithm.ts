// log and its kin in float32: log, log1p, log2, log10.
// The polynomial is our own minimax fit (Remez, coefficients rounded to float32 one by one).
import {
  add,
  bitcast,
  call,
  cast,
  eq,
  gt,
  literal,
  lt,
  mul,
  mulAdd,
  select,
  sub,
} from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { LN2_PARTS } from './exponential.js';
import { bitsOf, number, polynomial, unlessInfinite } from './parts.js';

// (log(1 + f) / f - 1 + f / 2) / f² for 1 + f in √½ .. √2; relative error of the log 6e-9.
const LOG = [
  0.3333333134651184, -0.250008225440979, 0.20001257956027985, -0.16623352468013763,
  0.142011821269989, -0.13159625232219696, 0.12764661014080048, -0.07639314979314804,
];

const LOG10_2_PARTS = [0.301025390625, 4.605039066518657e-6] as const;
const BITS_OF_ROOT_HALF = 0x3f3504f3;

/** x = 2^exponent (1 + fraction), for positive x that are not subnormal. */
export interface LogParts {
  readonly exponent: Expr;
  readonly fraction: Expr;
}

export function splitNormal(x: Expr): LogParts {
  const bits = bitsOf(x);
  const shifted = sub(bits, literal(bits, BITS_OF_ROOT_HALF));
  const exponent = call('shr', shifted, literal(bits, 23));
  const whole = call('and', shifted, literal(bits, -0x800000));
  const mantissa = bitcast(sub(bits, whole), 'f32');
  return { exponent: cast(exponent, 'f32'), fraction: sub(mantissa, number(x, 1)) };
}

/** The same for any positive finite x: subnormal ones are scaled up first. */
export function splitPositive(x: Expr): LogParts {
  const tiny = lt(x, number(x, 2 ** -126));
  const { exponent, fraction } = splitNormal(select(tiny, mul(x, number(x, 2 ** 23)), x));
  const correction = select(tiny, number(x, 23), number(x, 0));
  return { exponent: sub(exponent, correction), fraction };
}

/** log(1 + fraction) - fraction, plus `extra`. */
function beyondLinear(fraction: Expr, extra: Expr): Expr {
  const tail = mulAdd(fraction, polynomial(fraction, LOG), number(fraction, -0.5));
  return mulAdd(mul(fraction, fraction), tail, extra);
}

/** Natural logarithm of 2^exponent (1 + fraction), the smallest terms first. */
function joinLog({ exponent, fraction }: LogParts): Expr {
  const [upper, lower] = LN2_PARTS;
  const smallest = mul(exponent, number(exponent, lower));
  const rest = add(beyondLinear(fraction, smallest), fraction);
  return mulAdd(exponent, number(exponent, upper), rest);
}

/** -Infinity at 0, NaN below, Infinity at Infinity, NaN at NaN; `value` elsewhere. */
function guarded(x: Expr, value: Expr): Expr {
  const zero = number(x, 0);
  const outside = select(eq(x, zero), number(x, Number.NEGATIVE_INFINITY), number(x, Number.NaN));
  return unlessInfinite(x, select(gt(x, zero), value, outside));
}

export function log(x: Expr): Expr {
  return guarded(x, joinLog(splitPositive(x)));
}

/** Whole powers of two are exact. */
export function log2(x: Expr): Expr {
  const { exponent, fraction } = splitPositive(x);
  const natural = add(beyondLinear(fraction, number(x, 0)), fraction);
  return guarded(x, mulAdd(natural, number(x, Math.LOG2E), exponent));
}

export function log10(x: Expr): Expr {
  const { exponent, fraction } = splitPositive(x);
  const [upper, lower] = LOG10_2_PARTS;
  const natural = add(beyondLinear(fraction, number(x, 0)), fraction);
  const rest = mulAdd(natural, number(x, Math.LOG10E), mul(exponent, number(x, lower)));
  return guarded(x, mulAdd(exponent, number(x, upper), rest));
}

/**
 * log(1 + x). Where 1 + x is near 1 its fraction is x itself, digit for digit; elsewhere rounding
 * 1 + x costs two units in the last place.
 */
export function log1p(x: Expr): Expr {
  const sum = add(x, number(x, 1));
  const { exponent, fraction } = splitNormal(sum);
  const zero = number(x, 0);
  const value = joinLog({ exponent, fraction: select(eq(exponent, zero), x, fraction) });
  return select(eq(x, zero), x, guarded(sum, value));
}

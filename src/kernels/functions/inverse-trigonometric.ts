// asin, acos, atan and atan2 in float32.
// Polynomials are our own minimax fits (Remez, coefficients rounded to float32 one by one).
import { abs, add, div, eq, gt, lt, mul, neg, select, sqrt, sub } from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { bitsOf, number, polynomial, subtractFrom, withSignOf } from './parts.js';

// asin(√z) / √z for z <= 1/4, relative error 5e-9.
const ASIN = [
  1, 0.16666731238365173, 0.07495954632759094, 0.04540199041366577, 0.024472318589687347,
  0.04172278195619583,
];

// atan(√z) / √z for z <= 1, relative error 3e-9.
const ATAN = [
  1, -0.33333298563957214, 0.1999852955341339, -0.14264015853405, 0.10950881242752075,
  -0.08399313688278198, 0.05788165330886841, -0.0310974158346653, 0.010869011282920837,
  -0.0017829135758802295,
];

const HALF_PI = 1.5707963705062866;
const HALF_PI_REST = -4.371138828673793e-8;

interface Arc {
  /** Whether the magnitude is above 1/2, where `angle` is asin(√((1 - magnitude) / 2)). */
  readonly upper: Expr;
  readonly angle: Expr;
}

function arc(magnitude: Expr): Arc {
  const half = number(magnitude, 0.5);
  const upper = gt(magnitude, half);
  const folded = mul(sub(number(magnitude, 1), magnitude), half);
  const square = select(upper, folded, mul(magnitude, magnitude));
  const root = select(upper, sqrt(folded), magnitude);
  return { upper, angle: mul(root, polynomial(square, ASIN)) };
}

/** π/2 - value. */
function complement(value: Expr): Expr {
  return subtractFrom(number(value, HALF_PI), number(value, HALF_PI_REST), value);
}

/** π - value. */
function supplement(value: Expr): Expr {
  return subtractFrom(number(value, 2 * HALF_PI), number(value, 2 * HALF_PI_REST), value);
}

export function asin(x: Expr): Expr {
  const { upper, angle } = arc(abs(x));
  return withSignOf(select(upper, complement(add(angle, angle)), angle), x);
}

export function acos(x: Expr): Expr {
  const { upper, angle } = arc(abs(x));
  const negative = lt(x, number(x, 0));
  const twice = add(angle, angle);
  const outer = select(negative, supplement(twice), twice);
  return select(upper, outer, complement(select(negative, neg(angle), angle)));
}

/** atan of a ratio in 0 .. 1, or π/2 less it where `flipped`. */
function octants(ratio: Expr, flipped: Expr): Expr {
  const angle = mul(ratio, polynomial(mul(ratio, ratio), ATAN));
  return select(flipped, complement(angle), angle);
}

export function atan(x: Expr): Expr {
  const magnitude = abs(x);
  const one = number(x, 1);
  const flipped = gt(magnitude, one);
  const ratio = select(flipped, div(one, magnitude), magnitude);
  return withSignOf(octants(ratio, flipped), x);
}

/** The angle of (x, y), with the signs of zeros and infinities as in C. */
export function atan2(y: Expr, x: Expr): Expr {
  const width = abs(x);
  const height = abs(y);
  const zero = number(x, 0);
  const steep = gt(height, width);
  const shorter = select(steep, width, height);
  const longer = select(steep, height, width);
  // 0 / 0 counts as 0, Infinity / Infinity as 1.
  const equal = select(eq(longer, zero), zero, number(x, 1));
  const ratio = select(eq(shorter, longer), equal, div(shorter, longer));
  const angle = octants(ratio, steep);
  const bits = bitsOf(x);
  const leftward = lt(bits, sub(bits, bits));
  return withSignOf(select(leftward, supplement(angle), angle), y);
}

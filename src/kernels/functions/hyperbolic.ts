// sinh, cosh and the inverse hyperbolic functions in float32, made of exp and log1p.
// The polynomial is our own minimax fit (Remez, coefficients rounded to float32 one by one).
import { abs, add, div, ge, gt, lt, mul, select, sqrt, sub } from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { exponential } from './exponential.js';
import { log1p } from './logarithm.js';
import { number, polynomial, withSignOf } from './parts.js';

// sinh(√z) / √z for z <= 1, relative error 4e-10.
const SINH = [
  1, 0.1666666716337204, 0.008333306759595871, 0.00019843873451463878, 2.776058408926474e-6,
];

/** Above this, 1 is lost in x², and squares are not far from overflow. */
const LARGE = 2 ** 30;

/** e^-x / 2 from h = e^x / 2. */
function falling(half: Expr): Expr {
  return div(number(half, 0.25), half);
}

export function sinh(x: Expr): Expr {
  const magnitude = abs(x);
  const rising = exponential(magnitude, { halved: true });
  const small = mul(magnitude, polynomial(mul(x, x), SINH));
  const large = sub(rising, falling(rising));
  return withSignOf(select(lt(magnitude, number(x, 1)), small, large), x);
}

export function cosh(x: Expr): Expr {
  const rising = exponential(abs(x), { halved: true });
  return add(rising, falling(rising));
}

/** log(1 + value), or log(2 x) for large x. */
function logOfSum(x: Expr, value: Expr): Expr {
  const large = gt(x, number(x, LARGE));
  const extra = select(large, number(x, Math.LN2), number(x, 0));
  return add(log1p(select(large, x, value)), extra);
}

/** log(a + √(a² + 1)), written so that small a keep their digits. */
export function asinh(x: Expr): Expr {
  const magnitude = abs(x);
  const one = number(x, 1);
  const square = mul(x, x);
  const rest = div(square, add(one, sqrt(add(one, square))));
  return withSignOf(logOfSum(magnitude, add(magnitude, rest)), x);
}

/** log(1 + t + √(t (t + 2))) with t = x - 1. */
export function acosh(x: Expr): Expr {
  const t = sub(x, number(x, 1));
  const root = sqrt(mul(t, add(t, number(x, 2))));
  const value = logOfSum(x, add(t, root));
  return select(ge(x, number(x, 1)), value, number(x, Number.NaN));
}

/** log((1 + a) / (1 - a)) / 2. */
export function atanh(x: Expr): Expr {
  const magnitude = abs(x);
  const ratio = div(add(magnitude, magnitude), sub(number(x, 1), magnitude));
  return withSignOf(mul(log1p(ratio), number(x, 0.5)), x);
}

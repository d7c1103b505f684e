// tanh and erf in float32. With t = N / D the tangent of half the hyperbolic angle, the result is
// 2 t / (1 + t²) = 2 N D / (N² + D²): near 1 errors of N and D hardly matter.
// Our own weighted fits of relative error (iterated least squares in float64).
import { add, call, div, mul, mulAdd } from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { number, polynomial } from './parts.js';

interface Rational {
  /** From here on the result rounds to 1. */
  readonly limit: number;
  /** N / x and D, in x². D begins at 1.3, since numbers just above 1 round most coarsely. */
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

// t = tanh(x / 2); relative error of the result 7e-9.
const TANH: Rational = {
  limit: 9.02,
  numerator: [0.6499999761581421, 0.01935006119310856, 7.420779002131894e-5],
  denominator: [
    1.2999999523162842, 0.14703339338302612, 0.001567919971421361, 1.5955846492943238e-6,
  ],
};

// t = erf(x) / (1 + √(1 - erf(x)²)); relative error of the result 3e-8.
const ERF: Rational = {
  limit: 3.93,
  numerator: [
    0.7334464192390442, 0.10485748946666718, 0.012993894517421722, 0.00041501555824652314,
    -4.43363524027518e-6,
  ],
  denominator: [1.2999999523162842, 0.2053852528333664, 0.046483490616083145, 0.002957269549369812],
};

/** NaN stays NaN, since it is the first argument of both picks. */
function within(x: Expr, limit: number): Expr {
  return call('pickMax', call('pickMin', x, number(x, limit)), number(x, -limit));
}

function saturating(argument: Expr, rational: Rational): Expr {
  const x = within(argument, rational.limit);
  const square = mul(x, x);
  const numerator = mul(x, polynomial(square, rational.numerator));
  const denominator = polynomial(square, rational.denominator);
  const sum = mulAdd(numerator, numerator, mul(denominator, denominator));
  return within(div(mul(add(numerator, numerator), denominator), sum), 1);
}

export function tanh(x: Expr): Expr {
  return saturating(x, TANH);
}

export function erf(x: Expr): Expr {
  return saturating(x, ERF);
}

// tanh and erf in float32: x P(x²) / Q(x²) up to the point where the result rounds to 1.
// Our own weighted fits of relative error (iterated least squares); all coefficients are
// positive, so that sums lose nothing.
import { call, div, mul } from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { number, polynomial } from './parts.js';

interface Rational {
  readonly limit: number;
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

// Relative error 2.1e-8.
const TANH: Rational = {
  limit: 9.02,
  numerator: [
    1, 0.13379718363285065, 0.003494034754112363, 2.0583484001690522e-5, 1.3319074732009994e-8,
  ],
  denominator: [
    1, 0.4671303331851959, 0.025871073827147484, 0.00032830931013450027, 7.762020572954498e-7,
  ],
};

// Relative error 1.9e-8.
const ERF: Rational = {
  limit: 3.93,
  numerator: [
    1.1283791065216064, 0.19078394770622253, 0.05279029533267021, 0.0037796124815940857,
    0.0002848083677235991, 2.041965899479692e-6,
  ],
  denominator: [
    1, 0.5024105906486511, 0.1142575666308403, 0.014997444115579128, 0.001165212830528617,
    3.800401100306772e-5,
  ],
};

/** NaN stays NaN, since it is the first argument of both picks. */
function within(x: Expr, limit: number): Expr {
  return call('pickMax', call('pickMin', x, number(x, limit)), number(x, -limit));
}

function saturating(argument: Expr, { limit, numerator, denominator }: Rational): Expr {
  const x = within(argument, limit);
  const square = mul(x, x);
  const ratio = div(mul(x, polynomial(square, numerator)), polynomial(square, denominator));
  return within(ratio, 1);
}

export function tanh(x: Expr): Expr {
  return saturating(x, TANH);
}

export function erf(x: Expr): Expr {
  return saturating(x, ERF);
}

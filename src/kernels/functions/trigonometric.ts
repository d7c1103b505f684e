// sin, cos and tan in float32, after reduction by multiples of π/2 to |r| <= π/4.
// Up to |x| = 8192 the products with the parts of π/2 are exact, fused or not; beyond, the error
// is that of moving x by a unit in its last place, and from 2^22 on x counts as 0.
import { abs, bitcast, call, div, le, literal, mul, ne, neg, select } from '../ir/build.js';
import type { Expr } from '../ir/expr.js';
import { bitsOf, nearestInteger, number, polynomial, reduceBy } from './parts.js';

// 11 bits each in the first three.
const HALF_PI_PARTS = [
  1.5703125, 0.0004837512969970703, 7.549533620476723e-8, 2.5633440682570896e-12,
];

// Minimax fits (Remez) of sin(r) / r and cos(r) in r², relative errors 4e-9 and 1e-10.
const SINE = [1, -0.16666653752326965, 0.008332106284797192, -0.00019507884280756116];
const COSINE = [1, -0.5, 0.04166664555668831, -0.0013887308305129409, 2.4432101781712845e-5];

interface Reduced {
  /** The number of right angles taken away, in the lower bits. */
  readonly quadrant: Expr;
  readonly sine: Expr;
  readonly cosine: Expr;
}

function reduced(argument: Expr): Reduced {
  const near = le(abs(argument), number(argument, 2 ** 22));
  // Infinity and NaN times 0 are NaN, as the result has to be.
  const x = select(near, argument, mul(argument, number(argument, 0)));
  const n = nearestInteger(x, 2 / Math.PI);
  const r = reduceBy(n.value, x, HALF_PI_PARTS);
  const square = mul(r, r);
  return {
    quadrant: n.bits,
    sine: mul(r, polynomial(square, SINE)),
    cosine: polynomial(square, COSINE),
  };
}

function isOdd(quadrant: Expr): Expr {
  return ne(call('and', quadrant, literal(quadrant, 1)), literal(quadrant, 0));
}

/** The negative of `value` in the third and fourth quadrant. */
function signed(value: Expr, quadrant: Expr): Expr {
  const second = call('and', quadrant, literal(quadrant, 2));
  const sign = call('shl', second, literal(quadrant, 30));
  return bitcast(call('xor', bitsOf(value), sign), 'f32');
}

export function sin(x: Expr): Expr {
  const { quadrant, sine, cosine } = reduced(x);
  return signed(select(isOdd(quadrant), cosine, sine), quadrant);
}

export function cos(x: Expr): Expr {
  const { quadrant, sine, cosine } = reduced(x);
  const ahead = call('add', quadrant, literal(quadrant, 1));
  return signed(select(isOdd(quadrant), sine, cosine), ahead);
}

export function tan(x: Expr): Expr {
  const { quadrant, sine, cosine } = reduced(x);
  const odd = isOdd(quadrant);
  return div(select(odd, cosine, sine), select(odd, neg(sine), cosine));
}

// sqrt(2) erfinv(x) as a kernel expression, spelt out over basic arithmetic so that every device
// gives the same bits: no device's own logarithm takes part.
import * as k from '../kernels/ir/build.js';
import type { Expr } from '../kernels/ir/expr.js';

function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  const [first, ...rest] = coefficients;
  return rest.reduce<Expr>(
    (sum, coefficient) => k.add(k.mul(sum, x), k.f32(coefficient)),
    k.f32(first ?? 0),
  );
}

/** The bits of sqrt(1/2): mantissas are taken from [sqrt(1/2), sqrt(2)), around 1. */
const ROOT_HALF_BITS = 0x3f3504f3;

/** log(x) for normal positive float32: exponent log 2 + 2 atanh((m - 1) / (m + 1)). */
function logarithm(x: Expr): Expr {
  const bits = k.bitcast(x, 'i32');
  const exponent = k.call('shr', k.sub(bits, k.i32(ROOT_HALF_BITS)), k.i32(23));
  const mantissa = k.bitcast(k.sub(bits, k.call('shl', exponent, k.i32(23))), 'f32');
  const s = k.div(k.sub(mantissa, k.f32(1)), k.add(mantissa, k.f32(1)));
  const series = polynomial(k.mul(s, s), [2 / 9, 2 / 7, 2 / 5, 2 / 3, 2]);
  return k.add(k.mul(k.cast(exponent, 'f32'), k.f32(Math.LN2)), k.mul(s, series));
}

// Giles, "Approximating the erfinv function" (GPU Computing Gems, 2011), single precision.
const CENTRE = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503,
  -0.00417768164, 0.246640727, 1.50140941,
];
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
  0.00943887047, 1.00167406, 2.83297682,
];

/** The normal number below which (1 + x) / 2 of the distribution lies, for x in (-1, 1). */
export function normalQuantile(x: Expr): Expr {
  const w = k.neg(logarithm(k.mul(k.sub(k.f32(1), x), k.add(k.f32(1), x))));
  const centre = polynomial(k.sub(w, k.f32(2.5)), CENTRE);
  const tail = polynomial(k.sub(k.sqrt(w), k.f32(3)), TAIL);
  const inverse = k.mul(k.select(k.lt(w, k.f32(5)), centre, tail), x);
  return k.mul(inverse, k.f32(Math.SQRT2));
}

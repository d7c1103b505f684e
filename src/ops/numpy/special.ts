// Special functions of single elements: error functions, Bessel's, and small ones of NumPy's.
import { isFloat, promote } from '../../core/dtype.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import { add, div, mul, neg, sub } from '../arithmetic.js';
import { equal, greater, isNaN, less, logicalAnd, logicalOr, notEqual } from '../comparison.js';
import { asTensor, operands, type TensorLike } from '../convert.js';
import { logAddExp, mod } from '../division.js';
import { type UnaryFunction, unary } from '../elementwise.js';
import { floatOf, numberOf } from '../kernel-values.js';
import { normalQuantile } from '../normal-quantile.js';
import { abs, exp, exp2, sqrt, square } from '../powers.js';
import { asFloat, cast } from '../shaping.js';
import { sin } from '../trigonometry.js';
import { maximum, minimum, where } from '../where.js';

/** One step of Newton's method towards erf(y) = x. */
function refined(y: Expr, x: Expr): Expr {
  const slope = k.mul(k.literal(y, 2 / Math.sqrt(Math.PI)), k.call('exp', k.neg(k.mul(y, y))));
  return k.sub(y, k.div(k.sub(k.call('erf', y), x), slope));
}

function inverseErf(x: Expr): Expr {
  const start = k.cast(k.mul(normalQuantile(k.cast(x, 'f32')), k.f32(Math.SQRT1_2)), x.type.scalar);
  const isWide = x.type.scalar === 'f64';
  const inside = isWide ? refined(refined(refined(start, x), x), x) : start;
  const size = k.abs(x);
  const one = k.literal(x, 1);
  const edge = k.select(
    k.eq(size, one),
    k.mul(x, k.literal(x, Number.POSITIVE_INFINITY)),
    k.literal(x, Number.NaN),
  );
  return k.select(k.lt(size, one), inside, edge);
}

/**
 * The inverse of the error function; infinite at -1 and 1, NaN beyond.
 *
 * @example
 * ```ts
 * import { erfinv } from 'keratin';
 * console.log(await erfinv([0, 1]).array()); // [ 0, Infinity ]
 * ```
 */
export const erfinv: UnaryFunction = /* @__PURE__ */ unary({
  name: 'erfinv',
  gives: 'float',
  body: inverseErf,
  grad: ({ outputs, dy }) => [mul(dy, mul(exp(square(at(outputs, 0))), Math.sqrt(Math.PI) / 2))],
});

/** Coefficients from the highest power down. */
function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  const [first = 0, ...rest] = coefficients;
  return rest.reduce<Tensor>(
    (sum, coefficient) => add(mul(sum, x), coefficient),
    mul(add(mul(x, 0), 1), first),
  );
}

/** Press et al., "Numerical Recipes" (1992), 6.2: a Chebyshev fit with a relative error of 1.2e-7. */
const COMPLEMENT = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];

/**
 * 1 - erf(x), precise where erf(x) is near 1.
 *
 * @example
 * ```ts
 * import { erfc } from 'keratin';
 * console.log((await erfc([0]).item()).toFixed(4)); // 1.0000
 * ```
 */
export function erfc(x: TensorLike): Tensor {
  const given = asTensor(x);
  const input = cast(given, floatOf(given.dtype));
  const size = abs(input);
  const t = div(1, add(1, mul(size, 0.5)));
  const tail = mul(t, exp(sub(polynomial(t, COMPLEMENT), square(size))));
  return where(less(input, 0), sub(2, tail), tail);
}

// Abramowitz & Stegun, "Handbook of Mathematical Functions", 9.8.1 and 9.8.2.
const BESSEL_NEAR = [0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1];
const BESSEL_FAR = [
  0.00392377, -0.01647633, 0.02635537, -0.02057706, 0.00916281, -0.00157565, 0.00225319, 0.01328592,
  0.39894228,
];

/**
 * The modified Bessel function of the first kind and order 0.
 *
 * @example
 * ```ts
 * import { i0 } from 'keratin';
 * console.log((await i0([1]).item()).toFixed(4)); // 1.2661
 * ```
 */
export function i0(x: TensorLike): Tensor {
  const given = asTensor(x);
  const size = abs(cast(given, floatOf(given.dtype)));
  const isNear = less(size, 3.75);
  const near = polynomial(square(div(where(isNear, size, 0), 3.75)), BESSEL_NEAR);
  const large = where(isNear, 3.75, size);
  const far = mul(div(exp(large), sqrt(large)), polynomial(div(3.75, large), BESSEL_FAR));
  return where(isNear, near, far);
}

/**
 * sin(pi x) / (pi x), and 1 at 0.
 *
 * @example
 * ```ts
 * import { sinc } from 'keratin';
 * console.log(await sinc([0]).array()); // [ 1 ]
 * ```
 */
export function sinc(x: TensorLike): Tensor {
  const given = asTensor(x);
  const angle = mul(cast(given, floatOf(given.dtype)), Math.PI);
  const isZero = equal(angle, 0);
  // Where x is 0 the series 1 - angle² / 6 gives value and slopes.
  const safe = where(isZero, 1, angle);
  return where(isZero, sub(1, div(square(angle), 6)), div(sin(safe), safe));
}

/**
 * 0 below 0, 1 above it, and `atZero` at 0.
 *
 * @example
 * ```ts
 * import { heaviside } from 'keratin';
 * console.log(await heaviside([-2, 0, 3], 0.5).array()); // [ 0, 0.5, 1 ]
 * ```
 */
export function heaviside(x: TensorLike, atZero: TensorLike): Tensor {
  const pair = operands([x, atZero]);
  const dtype = floatOf(promote(at(pair, 0).dtype, at(pair, 1).dtype));
  const [input, middle] = [cast(at(pair, 0), dtype), cast(at(pair, 1), dtype)];
  const step = where(equal(input, 0), middle, cast(greater(input, 0), dtype));
  return where(isNaN(input), input, step);
}

/**
 * x * 2 to the power of the whole number n.
 *
 * @example
 * ```ts
 * import { ldexp } from 'keratin';
 * console.log(await ldexp([3], [4]).array()); // [ 48 ]
 * ```
 */
export function ldexp(x: TensorLike, n: TensorLike): Tensor {
  const input = asTensor(x);
  const dtype = floatOf(input.dtype);
  return mul(cast(input, dtype), exp2(cast(asTensor(n, 'int32'), dtype)));
}

/**
 * The logarithm to base 2 of 2^a + 2^b, without overflow.
 *
 * @example
 * ```ts
 * import { logAddExp2 } from 'keratin';
 * console.log(await logAddExp2([3], [3]).array()); // [ 4 ]
 * ```
 */
export function logAddExp2(a: TensorLike, b: TensorLike): Tensor {
  const pair = operands([a, b]);
  const dtype = floatOf(promote(at(pair, 0).dtype, at(pair, 1).dtype));
  // Half types are too coarse for the way there.
  const work = promote(dtype, 'float32');
  const [x, y] = [cast(at(pair, 0), work), cast(at(pair, 1), work)];
  return cast(div(logAddExp(mul(x, Math.LN2), mul(y, Math.LN2)), Math.LN2), dtype);
}

/**
 * What is left of a after taking away b as often as it goes, with the sign of a (see mod).
 *
 * @example
 * ```ts
 * import { fmod } from 'keratin';
 * console.log(await fmod([7, -7], 4).array()); // [ 3, -3 ]
 * ```
 */
export function fmod(a: TensorLike, b: TensorLike): Tensor {
  const pair = operands([a, b]);
  const dtype = numberOf(promote(at(pair, 0).dtype, at(pair, 1).dtype));
  const [x, y] = [cast(at(pair, 0), dtype), cast(at(pair, 1), dtype)];
  if (!isFloat(dtype)) {
    const rest = mod(x, y);
    const hasOtherSign = logicalAnd(notEqual(rest, 0), notEqual(less(rest, 0), less(x, 0)));
    return where(hasOtherSign, sub(rest, y), rest);
  }
  const rest = mod(abs(x), abs(y));
  return where(less(x, 0), neg(rest), rest);
}

/**
 * The larger of two numbers; a number rather than NaN where one is NaN.
 *
 * @example
 * ```ts
 * import { fmax } from 'keratin';
 * console.log(await fmax([1, Number.NaN], [2, 3]).array()); // [ 2, 3 ]
 * ```
 */
export function fmax(a: TensorLike, b: TensorLike): Tensor {
  return where(isNaN(a), b, where(isNaN(b), a, maximum(a, b)));
}

/**
 * The smaller of two numbers; a number rather than NaN where one is NaN.
 *
 * @example
 * ```ts
 * import { fmin } from 'keratin';
 * console.log(await fmin([1, Number.NaN], [2, 3]).array()); // [ 1, 3 ]
 * ```
 */
export function fmin(a: TensorLike, b: TensorLike): Tensor {
  return where(isNaN(a), b, where(isNaN(b), a, minimum(a, b)));
}

/**
 * Whether a number carries a minus sign; -0 does.
 *
 * @example
 * ```ts
 * import { signbit } from 'keratin';
 * console.log(await signbit([-1, -0, 0, 1]).array()); // [ true, true, false, false ]
 * ```
 */
export function signbit(x: TensorLike): Tensor {
  const input = asTensor(x);
  return logicalOr(less(input, 0), logicalAnd(equal(input, 0), less(div(1, input), 0)));
}

/**
 * Degrees as radians.
 *
 * @example
 * ```ts
 * import { deg2rad } from 'keratin';
 * console.log((await deg2rad([180]).item()).toFixed(4)); // 3.1416
 * ```
 */
export function deg2rad(x: TensorLike): Tensor {
  return mul(asFloat(x), Math.PI / 180);
}

/**
 * Radians as degrees.
 *
 * @example
 * ```ts
 * import { rad2deg } from 'keratin';
 * console.log(await rad2deg([Math.PI]).item()); // 180
 * ```
 */
export function rad2deg(x: TensorLike): Tensor {
  return mul(asFloat(x), 180 / Math.PI);
}

/**
 * Whether a number is positive infinity.
 *
 * @example
 * ```ts
 * import { isPosInf } from 'keratin';
 * console.log(await isPosInf([1, Infinity, -Infinity]).array()); // [ false, true, false ]
 * ```
 */
export function isPosInf(x: TensorLike): Tensor {
  return equal(asFloat(x), Number.POSITIVE_INFINITY);
}

/**
 * Whether a number is negative infinity.
 *
 * @example
 * ```ts
 * import { isNegInf } from 'keratin';
 * console.log(await isNegInf([1, Infinity, -Infinity]).array()); // [ false, false, true ]
 * ```
 */
export function isNegInf(x: TensorLike): Tensor {
  return equal(asFloat(x), Number.NEGATIVE_INFINITY);
}

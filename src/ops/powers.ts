// Powers, roots, exponentials and logarithms of single elements.
import { isFloat } from '../core/dtype.js';
import type { Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import type { Expr } from '../kernels/ir/expr.js';
import { div, mul } from './arithmetic.js';
import { asTensor, type TensorLike } from './convert.js';
import { type UnaryFunction, unary } from './elementwise.js';
import { isFloatExpr } from './kernel-values.js';
import { cast } from './shaping.js';

const one = (like: Expr): Expr => k.literal(like, 1);

/**
 * e to the power x; integers are computed in float32.
 *
 * @example
 * ```ts
 * import { exp } from 'keratin';
 * console.log(await exp([0, 1]).array()); // [ 1, 2.7182817459106445 ]
 * ```
 */
export const exp: UnaryFunction = /* @__PURE__ */ unary({
  name: 'exp',
  gives: 'float',
  body: (x) => k.call('exp', x),
  grad: ({ outputs, dy }) => [mul(dy, at(outputs, 0))],
});

/**
 * e to the power x, minus 1, precise near 0.
 *
 * @example
 * ```ts
 * import { expm1 } from 'keratin';
 * console.log(await expm1([0]).array()); // [ 0 ]
 * ```
 */
export const expm1: UnaryFunction = /* @__PURE__ */ unary({
  name: 'expm1',
  gives: 'float',
  body: (x) => k.call('expm1', x),
});

/**
 * 2 to the power x.
 *
 * @example
 * ```ts
 * import { exp2 } from 'keratin';
 * console.log(await exp2([3]).array()); // [ 8 ]
 * ```
 */
export const exp2: UnaryFunction = /* @__PURE__ */ unary({
  name: 'exp2',
  gives: 'float',
  body: (x) => k.call('exp2', x),
});

/**
 * The natural logarithm; NaN below 0.
 *
 * @example
 * ```ts
 * import { log } from 'keratin';
 * console.log(await log([1]).array()); // [ 0 ]
 * ```
 */
export const log: UnaryFunction = /* @__PURE__ */ unary({
  name: 'log',
  gives: 'float',
  body: (x) => k.call('log', x),
});

/**
 * log(1 + x), precise near 0.
 *
 * @example
 * ```ts
 * import { log1p } from 'keratin';
 * console.log(await log1p([0]).array()); // [ 0 ]
 * ```
 */
export const log1p: UnaryFunction = /* @__PURE__ */ unary({
  name: 'log1p',
  gives: 'float',
  body: (x) => k.call('log1p', x),
});

/**
 * The logarithm to base 2.
 *
 * @example
 * ```ts
 * import { log2 } from 'keratin';
 * console.log(await log2([8]).array()); // [ 3 ]
 * ```
 */
export const log2: UnaryFunction = /* @__PURE__ */ unary({
  name: 'log2',
  gives: 'float',
  body: (x) => k.call('log2', x),
});

/**
 * The logarithm to base 10.
 *
 * @example
 * ```ts
 * import { log10 } from 'keratin';
 * console.log(await log10([1]).array()); // [ 0 ]
 * ```
 */
export const log10: UnaryFunction = /* @__PURE__ */ unary({
  name: 'log10',
  gives: 'float',
  body: (x) => k.call('log10', x),
});

/**
 * The square root; NaN below 0.
 *
 * @example
 * ```ts
 * import { sqrt } from 'keratin';
 * console.log(await sqrt([4, 9]).array()); // [ 2, 3 ]
 * ```
 */
export const sqrt: UnaryFunction = /* @__PURE__ */ unary({
  name: 'sqrt',
  gives: 'float',
  body: k.sqrt,
});

/**
 * The cube root, of negative numbers too.
 *
 * @example
 * ```ts
 * import { cbrt } from 'keratin';
 * console.log(await cbrt([-8]).item()); // -2
 * ```
 */
export const cbrt: UnaryFunction = /* @__PURE__ */ unary({
  name: 'cbrt',
  gives: 'float',
  body: (x) => {
    const zero = k.literal(x, 0);
    const size = k.abs(x);
    const guess = k.call('pow', size, k.literal(x, 1 / 3));
    // One step of Newton's method takes away what the power function rounded.
    const isPlain = k.and(k.gt(guess, zero), k.lt(guess, k.literal(x, 1e12)));
    const rest = k.div(k.sub(guess, k.div(size, k.mul(guess, guess))), k.literal(x, 3));
    const root = k.select(isPlain, k.sub(guess, rest), guess);
    return k.select(k.lt(x, zero), k.neg(root), root);
  },
  grad: ({ outputs, dy }) => [div(dy, mul(square(at(outputs, 0)), 3))],
});

/**
 * 1 / sqrt(x).
 *
 * @example
 * ```ts
 * import { rsqrt } from 'keratin';
 * console.log(await rsqrt([4]).array()); // [ 0.5 ]
 * ```
 */
export const rsqrt: UnaryFunction = /* @__PURE__ */ unary({
  name: 'rsqrt',
  gives: 'float',
  body: (x) => k.div(one(x), k.sqrt(x)),
});

/**
 * x * x, in the dtype of x.
 *
 * @example
 * ```ts
 * import { square } from 'keratin';
 * console.log(await square([2, -3]).array()); // [ 4, 9 ]
 * ```
 */
export const square: UnaryFunction = /* @__PURE__ */ unary({
  name: 'square',
  gives: 'number',
  body: (x) => k.mul(x, x),
});

/**
 * 1 / x.
 *
 * @example
 * ```ts
 * import { reciprocal } from 'keratin';
 * console.log(await reciprocal([2, 4]).array()); // [ 0.5, 0.25 ]
 * ```
 */
export const reciprocal: UnaryFunction = /* @__PURE__ */ unary({
  name: 'reciprocal',
  gives: 'float',
  body: (x) => k.div(one(x), x),
});

/**
 * The magnitude of x, in the dtype of x.
 *
 * @example
 * ```ts
 * import { abs } from 'keratin';
 * console.log(await abs([-2, 3]).array()); // [ 2, 3 ]
 * ```
 */
export const abs: UnaryFunction = /* @__PURE__ */ unary({
  name: 'abs',
  gives: 'number',
  body: (x) => (x.type.scalar === 'u32' ? x : k.abs(x)),
});

/**
 * -1, 0 or 1 as x is below, at or above 0; NaN stays NaN.
 *
 * @example
 * ```ts
 * import { sign } from 'keratin';
 * console.log(await sign([-2, 0, 3]).array()); // [ -1, 0, 1 ]
 * ```
 */
export const sign: UnaryFunction = /* @__PURE__ */ unary({
  name: 'sign',
  gives: 'number',
  body: (x) => {
    const zero = k.literal(x, 0);
    const below = x.type.scalar === 'u32' ? x : k.select(k.lt(x, zero), k.literal(x, -1), x);
    return k.select(k.gt(x, zero), one(x), below);
  },
  grad: { none: 'sign is flat: its gradient is 0 wherever it exists' },
});

/** A rounding that leaves integers as they are. */
function rounding(fn: 'floor' | 'ceil' | 'round' | 'trunc'): (x: Expr) => Expr {
  return (x) => (isFloatExpr(x) ? k.call(fn, x) : x);
}

const FLAT = { none: 'rounding is flat: its gradient is 0 wherever it exists' } as const;

/**
 * The largest whole number that is not above x, as a float.
 *
 * @example
 * ```ts
 * import { floor } from 'keratin';
 * console.log(await floor([1.5, -1.5]).array()); // [ 1, -2 ]
 * ```
 */
export const floor: UnaryFunction = /* @__PURE__ */ unary({
  name: 'floor',
  gives: 'float',
  body: rounding('floor'),
  grad: FLAT,
});

/**
 * The smallest whole number that is not below x, as a float.
 *
 * @example
 * ```ts
 * import { ceil } from 'keratin';
 * console.log(await ceil([1.5, -1.5]).array()); // [ 2, -1 ]
 * ```
 */
export const ceil: UnaryFunction = /* @__PURE__ */ unary({
  name: 'ceil',
  gives: 'float',
  body: rounding('ceil'),
  grad: FLAT,
});

/**
 * x without its fraction.
 *
 * @example
 * ```ts
 * import { trunc } from 'keratin';
 * console.log(await trunc([1.7, -1.7]).array()); // [ 1, -1 ]
 * ```
 */
export const trunc: UnaryFunction = /* @__PURE__ */ unary({
  name: 'trunc',
  gives: 'number',
  body: rounding('trunc'),
  grad: FLAT,
});

const toWhole: UnaryFunction = /* @__PURE__ */ unary({
  name: 'round',
  gives: 'number',
  body: rounding('round'),
  grad: FLAT,
});

export const roundOp: Op = toWhole.op;

/**
 * The nearest whole number, or number with `decimals` digits behind the point (before it where
 * negative); halves go to the even one, as in NumPy.
 *
 * @example
 * ```ts
 * import { round } from 'keratin';
 * console.log(await round([0.5, 1.5, 2.4]).array(), await round([1250], -2).array()); // [ 0, 2, 2 ] [ 1200 ]
 * ```
 */
export function round(x: TensorLike, decimals = 0): Tensor {
  const input = asTensor(x);
  if (decimals === 0 || (!isFloat(input.dtype) && decimals > 0)) return toWhole(input);
  const scale = 10 ** Math.abs(decimals);
  const floats = isFloat(input.dtype) ? input : cast(input, 'float32');
  const rounded =
    decimals > 0
      ? div(toWhole(mul(floats, scale)), scale)
      : mul(toWhole(div(floats, scale)), scale);
  return cast(rounded, input.dtype);
}

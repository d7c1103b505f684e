// Trigonometric and hyperbolic functions, and the error function.
import * as k from '../kernels/ir/build.js';
import { type UnaryFunction, unary } from './elementwise.js';

/**
 * The sine of an angle in radians.
 *
 * @example
 * ```ts
 * import { sin } from 'keratin';
 * console.log(await sin([0]).array()); // [ 0 ]
 * ```
 */
export const sin: UnaryFunction = /* @__PURE__ */ unary({
  name: 'sin',
  gives: 'float',
  body: (x) => k.call('sin', x),
});

/**
 * The cosine of an angle in radians.
 *
 * @example
 * ```ts
 * import { cos } from 'keratin';
 * console.log(await cos([0]).array()); // [ 1 ]
 * ```
 */
export const cos: UnaryFunction = /* @__PURE__ */ unary({
  name: 'cos',
  gives: 'float',
  body: (x) => k.call('cos', x),
});

/**
 * The tangent of an angle in radians.
 *
 * @example
 * ```ts
 * import { tan } from 'keratin';
 * console.log(await tan([0]).array()); // [ 0 ]
 * ```
 */
export const tan: UnaryFunction = /* @__PURE__ */ unary({
  name: 'tan',
  gives: 'float',
  body: (x) => k.call('tan', x),
});

/**
 * The angle whose sine is x; NaN outside [-1, 1].
 *
 * @example
 * ```ts
 * import { asin } from 'keratin';
 * console.log(await asin([0]).array()); // [ 0 ]
 * ```
 */
export const asin: UnaryFunction = /* @__PURE__ */ unary({
  name: 'asin',
  gives: 'float',
  body: (x) => k.call('asin', x),
});

/**
 * The angle whose cosine is x; NaN outside [-1, 1].
 *
 * @example
 * ```ts
 * import { acos } from 'keratin';
 * console.log(await acos([1]).array()); // [ 0 ]
 * ```
 */
export const acos: UnaryFunction = /* @__PURE__ */ unary({
  name: 'acos',
  gives: 'float',
  body: (x) => k.call('acos', x),
});

/**
 * The angle whose tangent is x.
 *
 * @example
 * ```ts
 * import { atan } from 'keratin';
 * console.log(await atan([0]).array()); // [ 0 ]
 * ```
 */
export const atan: UnaryFunction = /* @__PURE__ */ unary({
  name: 'atan',
  gives: 'float',
  body: (x) => k.call('atan', x),
});

/**
 * The hyperbolic sine.
 *
 * @example
 * ```ts
 * import { sinh } from 'keratin';
 * console.log(await sinh([0]).array()); // [ 0 ]
 * ```
 */
export const sinh: UnaryFunction = /* @__PURE__ */ unary({
  name: 'sinh',
  gives: 'float',
  body: (x) => k.call('sinh', x),
});

/**
 * The hyperbolic cosine.
 *
 * @example
 * ```ts
 * import { cosh } from 'keratin';
 * console.log(await cosh([0]).array()); // [ 1 ]
 * ```
 */
export const cosh: UnaryFunction = /* @__PURE__ */ unary({
  name: 'cosh',
  gives: 'float',
  body: (x) => k.call('cosh', x),
});

/**
 * The hyperbolic tangent.
 *
 * @example
 * ```ts
 * import { tanh } from 'keratin';
 * console.log(await tanh([0]).array()); // [ 0 ]
 * ```
 */
export const tanh: UnaryFunction = /* @__PURE__ */ unary({
  name: 'tanh',
  gives: 'float',
  body: (x) => k.call('tanh', x),
});

/**
 * The inverse of sinh.
 *
 * @example
 * ```ts
 * import { asinh } from 'keratin';
 * console.log(await asinh([0]).array()); // [ 0 ]
 * ```
 */
export const asinh: UnaryFunction = /* @__PURE__ */ unary({
  name: 'asinh',
  gives: 'float',
  body: (x) => k.call('asinh', x),
});

/**
 * The inverse of cosh; NaN below 1.
 *
 * @example
 * ```ts
 * import { acosh } from 'keratin';
 * console.log(await acosh([1]).array()); // [ 0 ]
 * ```
 */
export const acosh: UnaryFunction = /* @__PURE__ */ unary({
  name: 'acosh',
  gives: 'float',
  body: (x) => k.call('acosh', x),
});

/**
 * The inverse of tanh; NaN outside [-1, 1].
 *
 * @example
 * ```ts
 * import { atanh } from 'keratin';
 * console.log(await atanh([0]).array()); // [ 0 ]
 * ```
 */
export const atanh: UnaryFunction = /* @__PURE__ */ unary({
  name: 'atanh',
  gives: 'float',
  body: (x) => k.call('atanh', x),
});

/**
 * The error function, 2 / sqrt(pi) times the integral of exp(-t²) from 0 to x.
 *
 * @example
 * ```ts
 * import { erf } from 'keratin';
 * console.log(await erf([0]).array()); // [ 0 ]
 * ```
 */
export const erf: UnaryFunction = /* @__PURE__ */ unary({
  name: 'erf',
  gives: 'float',
  body: (x) => k.call('erf', x),
});

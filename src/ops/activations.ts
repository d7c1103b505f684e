// Activation functions of one element; formulas and default slopes are Keras's.
import { checkOptions } from '../core/arguments.js';
import { defineOp, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import { add, mul } from './arithmetic.js';
import { less } from './comparison.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { type UnaryFunction, unary, unaryOp } from './elementwise.js';
import { abs } from './powers.js';
import { where } from './where.js';

const zero = (like: Expr): Expr => k.literal(like, 0);
const one = (like: Expr): Expr => k.literal(like, 1);
const times = (factor: number, x: Expr): Expr => k.mul(k.literal(x, factor), x);
const sigmoidOf = (x: Expr): Expr => k.call('sigmoid', x);

/** dy where y > 0, else 0: the gradient of relu in one kernel. */
const positivePart: Op = defineOp({
  name: 'positivePart',
  infer: (inputs) => [at(inputs, 1)],
  lower: ({ inputs, outputs }) => [
    mapKernel(inputs, at(outputs, 0), (index) => {
      const y = read(at(inputs, 0), index);
      const dy = read(at(inputs, 1), index);
      return k.select(k.gt(y, zero(y)), dy, zero(dy));
    }),
  ],
  grad: ({ inputs, dy }) => [undefined, applyOne(positivePart, [at(inputs, 0), dy], undefined)],
});

/**
 * max(x, 0); NaN stays NaN.
 *
 * @example
 * ```ts
 * import { relu } from 'keratin';
 * console.log(await relu([-1, 2]).array()); // [ 0, 2 ]
 * ```
 */
export const relu: UnaryFunction = /* @__PURE__ */ unary({
  name: 'relu',
  gives: 'number',
  body: (x) => (x.type.scalar === 'u32' ? x : k.call('pickMax', x, zero(x))),
  grad: ({ outputs, dy }) => [applyOne(positivePart, [at(outputs, 0), dy], undefined)],
});

/**
 * min(max(x, 0), 6).
 *
 * @example
 * ```ts
 * import { relu6 } from 'keratin';
 * console.log(await relu6([-1, 2, 8]).array()); // [ 0, 2, 6 ]
 * ```
 */
export const relu6: UnaryFunction = /* @__PURE__ */ unary({
  name: 'relu6',
  gives: 'float',
  body: (x) => {
    const six = k.literal(x, 6);
    return k.select(k.le(x, zero(x)), zero(x), k.select(k.ge(x, six), six, x));
  },
});

/**
 * 1 / (1 + exp(-x)).
 *
 * @example
 * ```ts
 * import { sigmoid } from 'keratin';
 * console.log(await sigmoid([0]).array()); // [ 0.5 ]
 * ```
 */
export const sigmoid: UnaryFunction = /* @__PURE__ */ unary({
  name: 'sigmoid',
  gives: 'float',
  body: sigmoidOf,
});

/**
 * x * sigmoid(x), also named swish.
 *
 * @example
 * ```ts
 * import { silu } from 'keratin';
 * console.log(await silu([0]).array()); // [ 0 ]
 * ```
 */
export const silu: UnaryFunction = /* @__PURE__ */ unary({
  name: 'silu',
  gives: 'float',
  body: (x) => k.mul(x, sigmoidOf(x)),
});

/**
 * log(1 + exp(x)), without overflow.
 *
 * @example
 * ```ts
 * import { softplus } from 'keratin';
 * console.log(await softplus([0]).array()); // [ 0.6931471824645996 ]
 * ```
 */
export const softplus: UnaryFunction = /* @__PURE__ */ unary({
  name: 'softplus',
  gives: 'float',
  body: softplusOf,
  grad: ({ inputs, dy }) => [mul(dy, sigmoid(at(inputs, 0)))],
});

/**
 * x / (1 + |x|).
 *
 * @example
 * ```ts
 * import { softsign } from 'keratin';
 * console.log(await softsign([1, -3]).array()); // [ 0.5, -0.75 ]
 * ```
 */
export const softsign: UnaryFunction = /* @__PURE__ */ unary({
  name: 'softsign',
  gives: 'float',
  body: (x) => k.div(x, k.add(one(x), k.abs(x))),
});

/**
 * min(max(x / 6 + 1/2, 0), 1).
 *
 * @example
 * ```ts
 * import { hardSigmoid } from 'keratin';
 * console.log(await hardSigmoid([-4, 0, 4]).array()); // [ 0, 0.5, 1 ]
 * ```
 */
export const hardSigmoid: UnaryFunction = /* @__PURE__ */ unary({
  name: 'hardSigmoid',
  gives: 'float',
  body: hardSigmoidOf,
});

/**
 * x * hardSigmoid(x), also named hard silu.
 *
 * @example
 * ```ts
 * import { hardSwish } from 'keratin';
 * console.log(await hardSwish([0, 4]).array()); // [ 0, 4 ]
 * ```
 */
export const hardSwish: UnaryFunction = /* @__PURE__ */ unary({
  name: 'hardSwish',
  gives: 'float',
  body: (x) => k.mul(x, hardSigmoidOf(x)),
  // Written out, since 0 times an infinite x would make the slope NaN where it is 0 or 1.
  grad: ({ inputs, dy }) => {
    const x = at(inputs, 0);
    const slope = where(less(abs(x), 3), mul(x, 1 / 6), 0);
    return [mul(dy, add(hardSigmoid(x), slope))];
  },
});

/**
 * x * tanh(softplus(x)).
 *
 * @example
 * ```ts
 * import { mish } from 'keratin';
 * console.log(await mish([0]).array()); // [ 0 ]
 * ```
 */
export const mish: UnaryFunction = /* @__PURE__ */ unary({
  name: 'mish',
  gives: 'float',
  body: (x) => {
    // tanh(log(1 + e)) = n / (n + 2) with n = e (e + 2); it is 1 where e would overflow.
    const limit = k.literal(x, 20);
    const e = k.call('exp', k.call('pickMin', x, limit));
    const n = k.mul(e, k.add(e, k.literal(x, 2)));
    const gate = k.div(n, k.add(n, k.literal(x, 2)));
    return k.select(k.gt(x, limit), x, k.mul(x, gate));
  },
});

/**
 * scale * elu(x, 1.67326...), the self-normalising activation (Klambauer et al. 2017).
 *
 * @example
 * ```ts
 * import { selu } from 'keratin';
 * console.log(await selu([0, 1]).array()); // [ 0, 1.0507010221481323 ]
 * ```
 */
export const selu: UnaryFunction = /* @__PURE__ */ unary({
  name: 'selu',
  gives: 'float',
  body: (x) => times(SELU_SCALE, eluOf(x, SELU_ALPHA)),
});

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** max(x, 0) + log(1 + exp(-|x|)): the exponential never overflows. */
function softplusOf(x: Expr): Expr {
  const small = k.call('log1p', k.call('exp', k.neg(k.abs(x))));
  return k.add(k.call('pickMax', x, zero(x)), small);
}

function hardSigmoidOf(x: Expr): Expr {
  const line = k.add(times(1 / 6, x), k.literal(x, 0.5));
  const three = k.literal(x, 3);
  const capped = k.select(k.ge(x, three), one(x), line);
  return k.select(k.le(x, k.literal(x, -3)), zero(x), capped);
}

function eluOf(x: Expr, alpha: number): Expr {
  // The other branch is computed too: holding it below 0 keeps it from overflowing.
  const below = k.call('pickMin', x, zero(x));
  return k.select(k.gt(x, zero(x)), x, times(alpha, k.call('expm1', below)));
}

export const eluOp = unaryOp<{ readonly alpha: number }>({
  name: 'elu',
  gives: 'float',
  body: (x, { alpha }) => eluOf(x, alpha),
});

/**
 * x above 0, alpha * (exp(x) - 1) below; alpha is 1 by default.
 *
 * @example
 * ```ts
 * import { elu } from 'keratin';
 * console.log(await elu([0, 2]).array()); // [ 0, 2 ]
 * ```
 */
export function elu(x: TensorLike, options: { readonly alpha?: number } = {}): Tensor {
  checkOptions('elu', options, { alpha: true });
  return applyOne(eluOp, [asTensor(x)], { alpha: options.alpha ?? 1 });
}

export const leakyReluOp = unaryOp<{ readonly negativeSlope: number }>({
  name: 'leakyRelu',
  gives: 'float',
  body: (x, { negativeSlope }) => k.select(k.ge(x, zero(x)), x, times(negativeSlope, x)),
});

/**
 * x above 0, negativeSlope * x below; the slope is 0.2 by default.
 *
 * @example
 * ```ts
 * import { leakyRelu } from 'keratin';
 * console.log(await leakyRelu([-1, 2], { negativeSlope: 0.5 }).array()); // [ -0.5, 2 ]
 * ```
 */
export function leakyRelu(
  x: TensorLike,
  options: { readonly negativeSlope?: number } = {},
): Tensor {
  checkOptions('leakyRelu', options, { negativeSlope: true });
  return applyOne(leakyReluOp, [asTensor(x)], { negativeSlope: options.negativeSlope ?? 0.2 });
}

/** x Phi(x) with Phi the normal distribution, or its tanh form (Hendrycks and Gimpel 2016). */
export const geluOp = unaryOp<{ readonly approximate: boolean }>({
  name: 'gelu',
  gives: 'float',
  body: (x, { approximate }) => {
    const half = times(0.5, x);
    if (!approximate) return k.mul(half, k.add(one(x), k.call('erf', times(Math.SQRT1_2, x))));
    const cube = k.mul(k.mul(x, x), x);
    const inner = times(Math.sqrt(2 / Math.PI), k.add(x, times(0.044715, cube)));
    // (1 + tanh(a)) / 2 is sigmoid(2 a), which ends at 0 and 1 exactly, and with it the slope.
    return k.mul(x, k.call('sigmoid', k.add(inner, inner)));
  },
});

/**
 * x times the normal distribution function at x, in its tanh form or, with `approximate: false`,
 * exactly. As in Keras the op is approximate by default, and the activation of this name is not.
 *
 * @example
 * ```ts
 * import { gelu } from 'keratin';
 * console.log(await gelu([0]).array()); // [ 0 ]
 * ```
 */
export function gelu(
  x: TensorLike,
  options: { readonly approximate?: boolean | undefined } = {},
): Tensor {
  checkOptions('gelu', options, { approximate: true });
  return applyOne(geluOp, [asTensor(x)], { approximate: options.approximate ?? true });
}

// Division's relatives with Python's sign rules, powers of two arguments, and angles.
import { isFloat } from '../core/dtype.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { upperHalf } from '../kernels/functions/parts.js';
import * as k from '../kernels/ir/build.js';
import type { Expr } from '../kernels/ir/expr.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { equal, greater } from './comparison.js';
import { applyOne, asTensor, operands, type TensorLike } from './convert.js';
import { type BinaryFunction, type BinaryRule, binary } from './elementwise.js';
import { isFloatExpr } from './kernel-values.js';
import { exp, floor, log, square } from './powers.js';
import { gradientLike } from './shaping.js';
import { where } from './where.js';

const zero = (like: Expr): Expr => k.literal(like, 0);
const one = (like: Expr): Expr => k.literal(like, 1);

/** Quotient and remainder of integers rounded down, as Python; both are 0 for a divisor of 0. */
function divideDown(a: Expr, b: Expr): { readonly quotient: Expr; readonly remainder: Expr } {
  const byZero = k.eq(b, zero(b));
  if (a.type.scalar === 'u32') {
    const divisor = k.select(byZero, one(b), b);
    return {
      quotient: k.select(byZero, zero(a), k.idiv(a, divisor)),
      remainder: k.select(byZero, zero(a), k.rem(a, divisor)),
    };
  }
  // Machines fault on the smallest integer divided by -1, so that divisor is kept away too.
  const byMinusOne = k.eq(b, k.literal(b, -1));
  const divisor = k.select(k.or(byZero, byMinusOne), one(b), b);
  const rest = k.rem(a, divisor);
  const crosses = k.and(
    k.ne(rest, zero(rest)),
    k.call('xor', k.lt(rest, zero(rest)), k.lt(divisor, zero(divisor))),
  );
  const down = k.sub(k.idiv(a, divisor), k.select(crosses, one(a), zero(a)));
  const quotient = k.select(byMinusOne, k.sub(zero(a), a), down);
  return {
    quotient: k.select(byZero, zero(a), quotient),
    remainder: k.select(byZero, zero(a), k.select(crosses, k.add(rest, divisor), rest)),
  };
}

/**
 * a / b rounded down; integers stay integers (and give 0 where b is 0).
 *
 * @example
 * ```ts
 * import { floorDiv } from 'keratin';
 * console.log(await floorDiv([7, -7], 2).array()); // [ 3, -4 ]
 * ```
 */
export const floorDiv: BinaryFunction = /* @__PURE__ */ binary({
  name: 'floorDiv',
  gives: 'number',
  body: (a, b) => (isFloatExpr(a) ? k.call('floor', k.div(a, b)) : divideDown(a, b).quotient),
  grad: { none: 'rounding is flat: its gradient is 0 wherever it exists' },
});

/** A float without the lower half of its bits: products of two of them are exact. */
function upperPart(x: Expr): Expr {
  if (x.type.scalar === 'f32') return upperHalf(x);
  // Veltkamp 1968; where multiplications are fused into sums only masks of bits will do.
  const wide = k.mul(x, k.literal(x, 2 ** 27 + 1));
  return k.sub(wide, k.sub(wide, x));
}

/** What rounding took from the product a * b, exactly (Dekker 1971). */
function productError(a: Expr, b: Expr, product: Expr): Expr {
  const [highA, highB] = [upperPart(a), upperPart(b)];
  const [lowA, lowB] = [k.sub(a, highA), k.sub(b, highB)];
  const high = k.sub(k.mul(highA, highB), product);
  return k.add(k.add(k.add(high, k.mul(highA, lowB)), k.mul(lowA, highB)), k.mul(lowA, lowB));
}

/** a - b * floor(a / b): exact for quotients that are whole numbers of the dtype. */
function restOf(a: Expr, b: Expr): Expr {
  const quotient = k.call('floor', k.div(a, b));
  const product = k.mul(quotient, b);
  const rough = k.sub(a, product);
  const exact = k.sub(rough, productError(quotient, b, product));
  // Rounded up or down, the quotient may be one off.
  const isUnder = k.and(k.ne(exact, zero(a)), k.ne(...belowZero(exact, b)));
  const isOver = k.lt(k.abs(b), k.abs(exact));
  const fitted = k.select(isUnder, k.add(exact, b), k.select(isOver, k.sub(exact, b), exact));
  // Beyond, halves of numbers would overflow, and quotients are no longer whole.
  const isSmall = k.lt(k.abs(quotient), k.literal(a, a.type.scalar === 'f64' ? 2 ** 52 : 2 ** 23));
  return k.select(k.and(isSmall, k.lt(k.abs(b), k.literal(b, 2 ** 110))), fitted, rough);
}

/** Whether each is below 0, as numbers that can be compared. */
function belowZero(a: Expr, b: Expr): [Expr, Expr] {
  return [k.cast(k.lt(a, zero(a)), 'i32'), k.cast(k.lt(b, zero(b)), 'i32')];
}

/** The rest of floats; where b is infinite, a itself or b, whichever has b's sign. */
function remainderDown(a: Expr, b: Expr): Expr {
  const rest = restOf(a, b);
  const infinity = k.literal(b, Number.POSITIVE_INFINITY);
  const sameSign = k.eq(...belowZero(a, b));
  const whole = k.select(k.or(sameSign, k.eq(a, zero(a))), a, b);
  const isWhole = k.and(k.eq(k.abs(b), infinity), k.lt(k.abs(a), infinity));
  return k.select(isWhole, whole, rest);
}

/**
 * What floorDiv leaves: a - b * floor(a / b), with the sign of b, as in Python.
 *
 * @example
 * ```ts
 * import { mod } from 'keratin';
 * console.log(await mod([7, -7], 4).array()); // [ 3, 1 ]
 * ```
 */
export const mod: BinaryFunction = /* @__PURE__ */ binary({
  name: 'mod',
  gives: 'number',
  body: (a, b) => (isFloatExpr(a) ? remainderDown(a, b) : divideDown(a, b).remainder),
  grad: ({ inputs, dy, needs }) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    return [
      needs[0] ? gradientLike(dy, a) : undefined,
      needs[1] ? gradientLike(neg(mul(dy, floor(div(a, b)))), b) : undefined,
    ];
  },
});

/**
 * a / b, and 0 wherever b is 0.
 *
 * @example
 * ```ts
 * import { divideNoNan } from 'keratin';
 * console.log(await divideNoNan([4, 1], [2, 0]).array()); // [ 2, 0 ]
 * ```
 */
export const divideNoNan: BinaryFunction = /* @__PURE__ */ binary({
  name: 'divideNoNan',
  gives: 'float',
  body: (a, b) => {
    const byZero = k.eq(b, zero(b));
    return k.select(byZero, zero(a), k.div(a, k.select(byZero, one(b), b)));
  },
  grad: ({ inputs, outputs, dy, needs }) => {
    const share = divideNoNan(dy, at(inputs, 1));
    return [
      needs[0] ? gradientLike(share, at(inputs, 0)) : undefined,
      needs[1] ? gradientLike(neg(mul(share, at(outputs, 0))), at(inputs, 1)) : undefined,
    ];
  },
});

/** a to the power b of integers by repeated squaring, with b as its 32 bits. */
function integerPower(a: Expr, b: Expr): Expr {
  let result = one(a);
  let factor = a;
  let rest = b;
  for (let bit = 0; bit < 32; bit++) {
    const isSet = k.ne(k.call('and', rest, one(b)), zero(b));
    result = k.select(isSet, k.mul(result, factor), result);
    factor = k.mul(factor, factor);
    rest = k.call('shr', rest, one(b));
  }
  return result;
}

const power: BinaryFunction = /* @__PURE__ */ binary({
  name: 'pow',
  gives: 'number',
  body: (a, b) => (isFloatExpr(a) ? k.call('pow', a, b) : integerPower(a, b)),
  // d(a^b) = b a^(b-1) da + a^b log(a) db; where b is 0, or a is, the limits are 0.
  grad: ({ inputs, outputs, dy, needs }) => {
    const [a, b, y] = [at(inputs, 0), at(inputs, 1), at(outputs, 0)];
    const toBase = (): Tensor => where(equal(b, 0), 0, mul(b, power(a, sub(b, 1))));
    const toExponent = (): Tensor => {
      const positive = greater(a, 0);
      return where(positive, mul(y, log(where(positive, a, 1))), 0);
    };
    return [
      needs[0] && isFloat(a.dtype) ? gradientLike(mul(dy, toBase()), a) : undefined,
      needs[1] && isFloat(b.dtype) ? gradientLike(mul(dy, toExponent()), b) : undefined,
    ];
  },
});

export const powOp = power.op;

/** A function of two tensors in which plain fractions are float32 beside half types, not weak. */
function firmFractions(rule: BinaryRule): BinaryFunction {
  const weak = binary(rule);
  const firm = (value: TensorLike, other: TensorLike): TensorLike => {
    const isFraction = typeof value === 'number' && !Number.isInteger(value);
    if (!isFraction || typeof other === 'number') return value;
    const { dtype } = asTensor(other);
    return dtype === 'float16' || dtype === 'bfloat16' ? asTensor(value) : value;
  };
  return Object.assign((a: TensorLike, b: TensorLike) => weak(firm(a, b), firm(b, a)), {
    op: weak.op,
  });
}

/**
 * a to the power b. Integers stay integers and wrap beyond 32 bits; what integers give to powers below 0
 * means nothing, as in Keras: cast them to floats.
 *
 * @example
 * ```ts
 * import { pow } from 'keratin';
 * console.log(await pow([2, 3], 2).array()); // [ 4, 9 ]
 * ```
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  // The commonest exponents are exact and quick without logarithms.
  if (b === 2) return square(a);
  const [base, exponent] = operands([a, b]);
  return applyOne(
    power.op,
    [base, exponent].filter((input) => input !== undefined),
    undefined,
  );
}

/**
 * The angle of the point (x, y) = (b, a), from -pi to pi. As in Keras, a plain number with a fraction
 * counts as float32 beside a half type, and so does the result.
 *
 * @example
 * ```ts
 * import { atan2 } from 'keratin';
 * console.log(await atan2([0], [1]).array()); // [ 0 ]
 * ```
 */
export const atan2: BinaryFunction = /* @__PURE__ */ firmFractions({
  name: 'atan2',
  gives: 'float',
  body: (a, b) => k.call('atan2', a, b),
  grad: ({ inputs, dy, needs }) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const scaled = div(dy, add(square(a), square(b)));
    return [
      needs[0] ? gradientLike(mul(scaled, b), a) : undefined,
      needs[1] ? gradientLike(neg(mul(scaled, a)), b) : undefined,
    ];
  },
});

/**
 * log(exp(a) + exp(b)), without overflow.
 *
 * @example
 * ```ts
 * import { logAddExp } from 'keratin';
 * console.log(await logAddExp([1000], [0]).array()); // [ 1000 ]
 * ```
 */
export const logAddExp: BinaryFunction = /* @__PURE__ */ binary({
  name: 'logAddExp',
  gives: 'float',
  body: (a, b) => {
    // Where both are the same infinity their difference is NaN, and either is the answer.
    const distance = k.select(k.eq(a, b), zero(a), k.abs(k.sub(a, b)));
    return k.add(k.max(a, b), k.call('log1p', k.call('exp', k.neg(distance))));
  },
  grad: ({ inputs, outputs, dy, needs }) =>
    inputs.map((input, index) =>
      needs[index] ? gradientLike(mul(dy, exp(sub(input, at(outputs, 0)))), input) : undefined,
    ),
});

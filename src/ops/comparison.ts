// Tests that give bools: comparisons, logic, and what kind of number an element is.
import type { NoGradient } from '../core/op.js';
import * as k from '../kernels/ir/build.js';
import type { Expr } from '../kernels/ir/expr.js';
import { type BinaryFunction, binary, type UnaryFunction, unary } from './elementwise.js';
import { isFloatExpr } from './kernel-values.js';

const STEPS: NoGradient = { none: 'the result is a bool' };

/**
 * Whether a equals b, as bools.
 *
 * @example
 * ```ts
 * import { equal } from 'keratin';
 * console.log(await equal([1, 2], 2).array()); // [ false, true ]
 * ```
 */
export const equal: BinaryFunction = /* @__PURE__ */ binary({
  name: 'equal',
  gives: 'bool',
  body: k.eq,
  grad: STEPS,
});

/**
 * Whether a differs from b, as bools; NaN differs from itself.
 *
 * @example
 * ```ts
 * import { notEqual } from 'keratin';
 * console.log(await notEqual([1, 2], 2).array()); // [ true, false ]
 * ```
 */
export const notEqual: BinaryFunction = /* @__PURE__ */ binary({
  name: 'notEqual',
  gives: 'bool',
  body: k.ne,
  grad: STEPS,
});

/**
 * Whether a < b, as bools.
 *
 * @example
 * ```ts
 * import { less } from 'keratin';
 * console.log(await less([1, 2], 2).array()); // [ true, false ]
 * ```
 */
export const less: BinaryFunction = /* @__PURE__ */ binary({
  name: 'less',
  gives: 'bool',
  body: k.lt,
  grad: STEPS,
});

/**
 * Whether a <= b, as bools.
 *
 * @example
 * ```ts
 * import { lessEqual } from 'keratin';
 * console.log(await lessEqual([1, 3], 2).array()); // [ true, false ]
 * ```
 */
export const lessEqual: BinaryFunction = /* @__PURE__ */ binary({
  name: 'lessEqual',
  gives: 'bool',
  body: k.le,
  grad: STEPS,
});

/**
 * Whether a > b, as bools.
 *
 * @example
 * ```ts
 * import { greater } from 'keratin';
 * console.log(await greater([1, 3], 2).array()); // [ false, true ]
 * ```
 */
export const greater: BinaryFunction = /* @__PURE__ */ binary({
  name: 'greater',
  gives: 'bool',
  body: k.gt,
  grad: STEPS,
});

/**
 * Whether a >= b, as bools.
 *
 * @example
 * ```ts
 * import { greaterEqual } from 'keratin';
 * console.log(await greaterEqual([1, 3], 3).array()); // [ false, true ]
 * ```
 */
export const greaterEqual: BinaryFunction = /* @__PURE__ */ binary({
  name: 'greaterEqual',
  gives: 'bool',
  body: k.ge,
  grad: STEPS,
});

const truth = (x: Expr): Expr => k.cast(x, 'bool');

/**
 * Whether both are true (not 0), as bools.
 *
 * @example
 * ```ts
 * import { logicalAnd } from 'keratin';
 * console.log(await logicalAnd([true, true], [true, false]).array()); // [ true, false ]
 * ```
 */
export const logicalAnd: BinaryFunction = /* @__PURE__ */ binary({
  name: 'logicalAnd',
  gives: 'bool',
  body: (a, b) => k.and(truth(a), truth(b)),
  grad: STEPS,
});

/**
 * Whether either is true (not 0), as bools.
 *
 * @example
 * ```ts
 * import { logicalOr } from 'keratin';
 * console.log(await logicalOr([true, false], false).array()); // [ true, false ]
 * ```
 */
export const logicalOr: BinaryFunction = /* @__PURE__ */ binary({
  name: 'logicalOr',
  gives: 'bool',
  body: (a, b) => k.or(truth(a), truth(b)),
  grad: STEPS,
});

/**
 * Whether exactly one is true (not 0), as bools.
 *
 * @example
 * ```ts
 * import { logicalXor } from 'keratin';
 * console.log(await logicalXor([true, false], true).array()); // [ false, true ]
 * ```
 */
export const logicalXor: BinaryFunction = /* @__PURE__ */ binary({
  name: 'logicalXor',
  gives: 'bool',
  body: (a, b) => k.call('xor', truth(a), truth(b)),
  grad: STEPS,
});

/**
 * Whether x is false (0), as bools.
 *
 * @example
 * ```ts
 * import { logicalNot } from 'keratin';
 * console.log(await logicalNot([true, false]).array()); // [ false, true ]
 * ```
 */
export const logicalNot: UnaryFunction = /* @__PURE__ */ unary({
  name: 'logicalNot',
  gives: 'bool',
  body: (x) => k.not(truth(x)),
  grad: STEPS,
});

/** The bits of a float32 without its sign: GPUs may compute as if NaN and infinity never came. */
function magnitudeBits(x: Expr): Expr {
  return k.call('and', k.bitcast(x, 'u32'), k.u32(0x7fffffff));
}

const INFINITY_BITS = 0x7f800000;

/** A test on floats: by bits in f32, by arithmetic in f64; integers always give `otherwise`. */
function floatTest(
  byBits: (bits: Expr) => Expr,
  byValue: (x: Expr) => Expr,
  otherwise: boolean,
): (x: Expr) => Expr {
  return (x) => {
    if (!isFloatExpr(x)) return k.bool(otherwise);
    return x.type.scalar === 'f32' ? byBits(magnitudeBits(x)) : byValue(x);
  };
}

/**
 * Whether x is not a number, as bools.
 *
 * @example
 * ```ts
 * import { isNaN } from 'keratin';
 * console.log(await isNaN([1, Number.NaN]).array()); // [ false, true ]
 * ```
 */
export const isNaN: UnaryFunction = /* @__PURE__ */ unary({
  name: 'isNaN',
  gives: 'bool',
  body: floatTest(
    (bits) => k.gt(bits, k.u32(INFINITY_BITS)),
    (x) => k.ne(x, x),
    false,
  ),
  grad: STEPS,
});

/**
 * Whether x is neither infinite nor NaN, as bools.
 *
 * @example
 * ```ts
 * import { isFinite } from 'keratin';
 * console.log(await isFinite([1, 1 / 0]).array()); // [ true, false ]
 * ```
 */
export const isFinite: UnaryFunction = /* @__PURE__ */ unary({
  name: 'isFinite',
  gives: 'bool',
  body: floatTest(
    (bits) => k.lt(bits, k.u32(INFINITY_BITS)),
    (x) => k.eq(k.sub(x, x), k.literal(x, 0)),
    true,
  ),
  grad: STEPS,
});

/**
 * Whether x is infinite, as bools.
 *
 * @example
 * ```ts
 * import { isInf } from 'keratin';
 * console.log(await isInf([1, -1 / 0]).array()); // [ false, true ]
 * ```
 */
export const isInf: UnaryFunction = /* @__PURE__ */ unary({
  name: 'isInf',
  gives: 'bool',
  body: floatTest(
    (bits) => k.eq(bits, k.u32(INFINITY_BITS)),
    (x) => k.eq(k.abs(x), k.literal(x, Number.POSITIVE_INFINITY)),
    false,
  ),
  grad: STEPS,
});

// The four operations and what is like them, with NumPy's broadcasting.
import { at } from '../core/sequence.js';
import * as k from '../kernels/ir/build.js';
import type { Expr } from '../kernels/ir/expr.js';
import { type BinaryFunction, binary, type UnaryFunction, unary } from './elementwise.js';
import { isFloatExpr } from './kernel-values.js';
import { gradientLike } from './shaping.js';

const zero = (like: Expr): Expr => k.literal(like, 0);

/**
 * a + b. Shapes broadcast, dtypes promote; bools count as int32.
 *
 * @example
 * ```ts
 * import { add } from 'keratin';
 * console.log(await add([1, 2], 10).array()); // [ 11, 12 ]
 * ```
 */
export const add: BinaryFunction = /* @__PURE__ */ binary({
  name: 'add',
  gives: 'number',
  body: k.add,
  grad: ({ inputs, dy, needs }) =>
    inputs.map((input, index) => (needs[index] ? gradientLike(dy, input) : undefined)),
});

/**
 * -x, in the dtype of x; unsigned integers wrap.
 *
 * @example
 * ```ts
 * import { neg } from 'keratin';
 * console.log(await neg([1, -2]).array()); // [ -1, 2 ]
 * ```
 */
export const neg: UnaryFunction = /* @__PURE__ */ unary({
  name: 'neg',
  gives: 'number',
  body: (x) => (isFloatExpr(x) ? k.neg(x) : k.sub(zero(x), x)),
  grad: ({ dy }) => [neg(dy)],
});

/**
 * a - b. Shapes broadcast, dtypes promote.
 *
 * @example
 * ```ts
 * import { sub } from 'keratin';
 * console.log(await sub([1, 2], [1, 1]).array()); // [ 0, 1 ]
 * ```
 */
export const sub: BinaryFunction = /* @__PURE__ */ binary({
  name: 'sub',
  gives: 'number',
  body: k.sub,
  grad: ({ inputs, dy, needs }) => [
    needs[0] ? gradientLike(dy, at(inputs, 0)) : undefined,
    needs[1] ? gradientLike(neg(dy), at(inputs, 1)) : undefined,
  ],
});

/**
 * a * b, element by element. Shapes broadcast, dtypes promote.
 *
 * @example
 * ```ts
 * import { mul } from 'keratin';
 * console.log(await mul([1, 2], [3, 4]).array()); // [ 3, 8 ]
 * ```
 */
export const mul: BinaryFunction = /* @__PURE__ */ binary({
  name: 'mul',
  gives: 'number',
  body: k.mul,
  grad: ({ inputs, dy, needs }) => [
    needs[0] ? gradientLike(mul(dy, at(inputs, 1)), at(inputs, 0)) : undefined,
    needs[1] ? gradientLike(mul(dy, at(inputs, 0)), at(inputs, 1)) : undefined,
  ],
});

/**
 * a / b, element by element; integers give float32.
 *
 * @example
 * ```ts
 * import { div } from 'keratin';
 * console.log(await div([1, 9], 2).array()); // [ 0.5, 4.5 ]
 * ```
 */
export const div: BinaryFunction = /* @__PURE__ */ binary({
  name: 'div',
  gives: 'float',
  body: k.div,
  // d(a / b) = da / b - (a / b) * db / b
  grad: ({ inputs, outputs, dy, needs }) => {
    const share = div(dy, at(inputs, 1));
    return [
      needs[0] ? gradientLike(share, at(inputs, 0)) : undefined,
      needs[1] ? gradientLike(neg(mul(share, at(outputs, 0))), at(inputs, 1)) : undefined,
    ];
  },
});

/**
 * (a - b)², element by element.
 *
 * @example
 * ```ts
 * import { squaredDifference } from 'keratin';
 * console.log(await squaredDifference([1, 5], 3).array()); // [ 4, 4 ]
 * ```
 */
export const squaredDifference: BinaryFunction = /* @__PURE__ */ binary({
  name: 'squaredDifference',
  gives: 'number',
  body: (a, b) => {
    const difference = k.sub(a, b);
    return k.mul(difference, difference);
  },
  grad: ({ inputs, dy, needs }) => {
    const slope = mul(mul(sub(at(inputs, 0), at(inputs, 1)), 2), dy);
    return [
      needs[0] ? gradientLike(slope, at(inputs, 0)) : undefined,
      needs[1] ? gradientLike(neg(slope), at(inputs, 1)) : undefined,
    ];
  },
});

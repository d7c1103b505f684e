// solve, inv, det and their relatives: sentences over the LU decomposition.
import { at, range } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { mul } from '../arithmetic.js';
import { notEqual } from '../comparison.js';
import { type TensorLike, tensorOf } from '../convert.js';
import { eye } from '../create.js';
import { diagonal } from '../diagonals.js';
import { takeAlongAxis } from '../gather.js';
import { abs, log, sign } from '../powers.js';
import { prod } from '../reductions.js';
import { broadcastTo, cast, sum } from '../shaping.js';
import { expandDims } from '../views.js';
import { where } from '../where.js';
import { decompose, factorsOf } from './lu.js';
import { asFloats, inFloats, requireMatrices } from './matrices.js';
import { onSystem, substitute } from './triangular.js';

/** a x = b for square matrices a and right sides b of the same batch and dtype. */
function solved(a: Tensor, b: Tensor): Tensor {
  const { lu, order } = decompose(a);
  const { lower, upper } = factorsOf(lu);
  const sides = takeAlongAxis(b, expandDims(order, -1), { axis: -2 });
  const middle = substitute(lower, sides, { lower: true, unit: true });
  return substitute(upper, middle, { lower: false, unit: false });
}

/**
 * x with a x = b for square matrices a [..., n, n] and b [n] or [..., n, m]; infinite or NaN where
 * a has no inverse.
 *
 * @example
 * ```ts
 * import { solve } from 'keratin';
 * console.log(await solve([[2, 1], [1, 1]], [3, 2]).array()); // [ 1, 1 ]
 * ```
 */
export function solve(a: TensorLike, b: TensorLike): Tensor {
  return onSystem({ where: 'solve', takesVectors: false }, a, b, solved);
}

/**
 * The inverses of square matrices; infinite or NaN where there is none.
 *
 * @example
 * ```ts
 * import { inv } from 'keratin';
 * console.log(await inv([[2, 0], [0, 4]]).array()); // [ [ 0.5, 0 ], [ 0, 0.25 ] ]
 * ```
 */
export function inv(x: TensorLike): Tensor {
  return inFloats(x, (input) => {
    requireMatrices('inv', input, true);
    const size = at(input.shape, -1);
    return solved(input, broadcastTo(eye(size, size, { dtype: input.dtype }), input.shape));
  });
}

/** U's diagonal, and 1 or -1 by the number of row exchanges. */
function pivotsOf(input: Tensor): { readonly values: Tensor; readonly parity: Tensor } {
  const { lu, pivots } = decompose(input);
  const places = tensorOf(range(at(pivots.shape, -1)), 'int32');
  const signs = where(notEqual(pivots, places), cast(-1, input.dtype), cast(1, input.dtype));
  return { values: diagonal(lu), parity: prod(signs, { axis: -1 }) };
}

/**
 * The determinants of square matrices. The gradient needs an inverse: it is NaN for singular ones.
 *
 * @example
 * ```ts
 * import { det } from 'keratin';
 * console.log(await det([[2, 1], [1, 3]]).item()); // 5
 * ```
 */
export function det(x: TensorLike): Tensor {
  return inFloats(x, (input) => {
    requireMatrices('det', input, true);
    const { values, parity } = pivotsOf(input);
    return mul(prod(values, { axis: -1 }), parity);
  });
}

/**
 * The determinants of square matrices as sign and logarithm of magnitude, for large ones.
 *
 * @example
 * ```ts
 * import { slogdet } from 'keratin';
 * const { sign, logAbs } = slogdet([[0, 1], [1, 0]]);
 * console.log(await sign.item(), await logAbs.item()); // -1 0
 * ```
 */
export function slogdet(x: TensorLike): { readonly sign: Tensor; readonly logAbs: Tensor } {
  const input = asFloats(x);
  requireMatrices('slogdet', input, true);
  const { values, parity } = pivotsOf(input);
  return {
    sign: mul(prod(sign(values), { axis: -1 }), parity),
    logAbs: sum(log(abs(values)), { axis: -1 }),
  };
}

/**
 * The logarithm of the magnitude of determinants.
 *
 * @example
 * ```ts
 * import { logdet } from 'keratin';
 * console.log(await logdet([[1, 0], [0, 1]]).item()); // 0
 * ```
 */
export function logdet(x: TensorLike): Tensor {
  return slogdet(x).logAbs;
}

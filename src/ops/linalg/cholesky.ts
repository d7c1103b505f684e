// Cholesky's decomposition of symmetric positive matrices, and the inverse from its factor.
import { checkOptions } from '../../core/arguments.js';
import { defineOp, type Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import { add, mul } from '../arithmetic.js';
import { applyOne, type TensorLike } from '../convert.js';
import { eye } from '../create.js';
import { tril } from '../diagonals.js';
import { workScalar } from '../kernel-values.js';
import { matmul } from '../matmul.js';
import { broadcastTo } from '../shaping.js';
import {
  type Cells,
  each,
  flipped,
  inFloats,
  local,
  matrixLoops,
  requireMatrices,
} from './matrices.js';
import { substitute } from './triangular.js';

/** a[row, column] less what the columns before contribute. */
function remainder(a: Cells, factor: Cells, row: Expr, column: Expr) {
  const rest = local('rest', a.load(row, column));
  const subtract = each('known', k.i32(0), column, (known) => [
    rest.set(k.sub(rest.value, k.mul(factor.load(row, known), factor.load(column, known)))),
  ]);
  return { code: [rest.declare, subtract], value: rest.value };
}

/** The lower factor of symmetric matrices; only their lower triangles are read. */
export const choleskyOp: Op = defineOp({
  name: 'cholesky',
  infer: (inputs) => [at(inputs, 0)],
  lower: ({ inputs, outputs }) => {
    const { shape } = at(outputs, 0);
    const size = k.size(at(shape, -1));
    return [
      matrixLoops('cholesky', shape.slice(0, -2), inputs, outputs, (cells) => {
        const [a, factor] = [cells.input(0), cells.output(0)];
        const zero = k.constant(workScalar(at(inputs, 0).dtype), 0);
        const column = (place: Expr) => {
          const pivot = remainder(a, factor, place, place);
          const below = each('row', k.add(place, k.i32(1)), size, (row) => {
            const part = remainder(a, factor, row, place);
            const share = k.div(part.value, factor.load(place, place));
            return [...part.code, factor.store([row, place], share)];
          });
          const above = each('row', k.i32(0), place, (row) => [factor.store([row, place], zero)]);
          return [...pivot.code, factor.store([place, place], k.sqrt(pivot.value)), below, above];
        };
        return [each('column', k.i32(0), size, column)];
      }),
    ];
  },
  // dA = L⁻ᵀ Φ(Lᵀ dL) L⁻¹, made symmetric; Φ keeps the lower triangle and half of the diagonal
  // (Murray 2016, "Differentiation of the Cholesky decomposition").
  grad: ({ outputs, dy }) => {
    const lower = at(outputs, 0);
    const upper = flipped(lower);
    const whole = matmul(upper, dy);
    const halved = mul(add(tril(whole), tril(whole, -1)), 0.5);
    const upperSolve = (b: Tensor): Tensor => substitute(upper, b, { lower: false, unit: false });
    const inner = flipped(upperSolve(flipped(upperSolve(halved))));
    return [mul(add(inner, flipped(inner)), 0.5)];
  },
});

/**
 * The lower triangular L with L Lᵀ = x for symmetric positive definite matrices (the upper factor
 * Lᵀ with `upper`); NaN where a matrix is not positive definite. Keras throws there when it runs op
 * by op; here nothing waits for values.
 *
 * @example
 * ```ts
 * import { cholesky } from 'keratin';
 * console.log(await cholesky([[4, 2], [2, 2]]).array()); // [ [ 2, 0 ], [ 1, 1 ] ]
 * ```
 */
export function cholesky(
  x: TensorLike,
  options: { readonly upper?: boolean | undefined } = {},
): Tensor {
  checkOptions('cholesky', options, { upper: true });
  return inFloats(x, (input) => {
    requireMatrices('cholesky', input, true);
    const symmetric = mul(add(input, flipped(input)), 0.5);
    const lower = applyOne(choleskyOp, [symmetric], undefined);
    return options.upper === true ? flipped(lower) : lower;
  });
}

/**
 * The inverse of the matrix whose Cholesky factor is x: (x xᵀ)⁻¹.
 *
 * @example
 * ```ts
 * import { choleskyInverse } from 'keratin';
 * console.log(await choleskyInverse([[2, 0], [0, 1]]).array()); // [ [ 0.25, 0 ], [ 0, 1 ] ]
 * ```
 */
export function choleskyInverse(
  x: TensorLike,
  options: { readonly upper?: boolean | undefined } = {},
): Tensor {
  checkOptions('choleskyInverse', options, { upper: true });
  return inFloats(x, (input) => {
    requireMatrices('choleskyInverse', input, true);
    const size = at(input.shape, -1);
    const ones = broadcastTo(eye(size, size, { dtype: input.dtype }), input.shape);
    const lower = options.upper !== true;
    const inverse = substitute(input, ones, { lower, unit: false });
    return lower ? matmul(flipped(inverse), inverse) : matmul(inverse, flipped(inverse));
  });
}

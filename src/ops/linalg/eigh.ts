// Eigenvalues and vectors of symmetric matrices by Jacobi's method (Golub & Van Loan, 8.5).
import { apply } from '../../core/engine.js';
import { defineOp, type Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { type Spec, spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import type { Stmt } from '../../kernels/ir/loops.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { equal } from '../comparison.js';
import type { TensorLike } from '../convert.js';
import { eye, zerosLike } from '../create.js';
import { takeAlongAxis } from '../gather.js';
import { matmul } from '../matmul.js';
import { argsort } from '../sort.js';
import { expandDims } from '../views.js';
import { where } from '../where.js';
import { rotation, sweeps, tolerance, turnColumns, turnRows } from './jacobi.js';
import { asFloats, type Cells, each, flipped, matrixLoops, requireMatrices } from './matrices.js';

function start(cells: { a: Cells; work: Cells; vectors: Cells }, size: Expr): Stmt {
  const { a, work, vectors } = cells;
  return each('row', k.i32(0), size, (row) => [
    each('column', k.i32(0), size, (column) => {
      const zero = k.literal(a.load(row, column), 0);
      const unit = k.select(k.eq(row, column), k.literal(zero, 1), zero);
      return [work.store([row, column], a.load(row, column)), vectors.store([row, column], unit)];
    }),
  ]);
}

/** Turns the element at (p, q) to 0, if it is not small beside the diagonal already. */
function annihilate(work: Cells, vectors: Cells, size: Expr) {
  return (p: Expr, q: Expr, turned: () => Stmt): readonly Stmt[] => {
    const scale = k.add(k.abs(work.load(p, p)), k.abs(work.load(q, q)));
    const off = work.load(p, q);
    const isLarge = k.gt(k.abs(off), k.mul(tolerance(off), scale));
    const how = rotation(work.load(p, p), work.load(q, q), work.load(p, q));
    const body = [
      ...how.code,
      turned(),
      turnColumns(work, size, [p, q], how),
      turnRows(work, size, [p, q], how),
      turnColumns(vectors, size, [p, q], how),
    ];
    return [k.when(isLarge, body)];
  };
}

/** Outputs: eigenvalues in the order of the diagonal, and vectors as columns. */
export const eighOp: Op = defineOp({
  name: 'eigh',
  infer: (inputs): Spec[] => {
    const { shape, dtype } = at(inputs, 0);
    return [spec(shape.slice(0, -1), dtype), spec(shape, dtype)];
  },
  lower: ({ inputs, outputs }) => {
    const { shape } = at(inputs, 0);
    const size = k.size(at(shape, -1));
    return [
      matrixLoops('eigh', shape.slice(0, -2), inputs, outputs, (buffers) => {
        const work = buffers.scratch(shape.slice(-2));
        const [values, vectors] = [buffers.output(0), buffers.output(1)];
        return [
          start({ a: buffers.input(0), work, vectors }, size),
          ...sweeps(size, annihilate(work, vectors, size)),
          each('place', k.i32(0), size, (place) => [
            values.store([place], work.load(place, place)),
          ]),
        ];
      }),
    ];
  },
  // dA = V (diag(dw) + F ∘ (Vᵀ dV)) Vᵀ with F = 1 / (w_j - w_i) off the diagonal (Giles 2008, 3.1).
  grad: ({ outputs, outputGradients }) => {
    const [values, vectors] = [at(outputs, 0), at(outputs, 1)];
    const dw = outputGradients[0] ?? zerosLike(values);
    const dv = outputGradients[1];
    const size = at(values.shape, -1);
    const onDiagonal = eye(size, size, { dtype: 'bool' });
    let inner = where(onDiagonal, expandDims(dw, -1), 0);
    if (dv !== undefined) {
      inner = add(inner, mul(inverseGaps(values), matmul(flipped(vectors), dv)));
    }
    const whole = matmul(matmul(vectors, inner), flipped(vectors));
    return [mul(add(whole, flipped(whole)), 0.5)];
  },
});

/** 1 / (x_j - x_i) at row i and column j; 0 where both are equal, as on the diagonal. */
export function inverseGaps(x: Tensor): Tensor {
  const gaps = sub(expandDims(x, -2), expandDims(x, -1));
  const isZero = equal(gaps, 0);
  return where(isZero, 0, div(1, where(isZero, 1, gaps)));
}

/**
 * Eigenvalues, ascending, and eigenvectors (as columns) of symmetric matrices. Each vector's sign
 * is arbitrary. Gradients of vectors are not defined where eigenvalues are equal.
 *
 * @example
 * ```ts
 * import { eigh } from 'keratin';
 * const { values } = eigh([[2, 1], [1, 2]]);
 * console.log((await values.sum().item()).toFixed(4)); // 4.0000
 * ```
 */
export function eigh(x: TensorLike): { readonly values: Tensor; readonly vectors: Tensor } {
  const input = asFloats(x);
  requireMatrices('eigh', input, true);
  const symmetric = mul(add(input, flipped(input)), 0.5);
  const results = apply(eighOp, [symmetric], undefined);
  const order = argsort(at(results, 0));
  return {
    values: takeAlongAxis(at(results, 0), order),
    vectors: takeAlongAxis(at(results, 1), expandDims(order, -2)),
  };
}

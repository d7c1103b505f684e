// Singular values by one-sided Jacobi rotations (Hestenes 1958; Golub & Van Loan, 8.6.3), and what
// is made of them: pinv, lstsq, matrixRank.
import { checkOptions } from '../../core/arguments.js';
import { apply } from '../../core/engine.js';
import { ShapeError } from '../../core/errors.js';
import { defineOp, type Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { formatShape, requireAxes, type Spec, spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import type { Stmt } from '../../kernels/ir/loops.js';
import { add, div, mul, sub } from '../arithmetic.js';
import { greater } from '../comparison.js';
import { customGradient } from '../control.js';
import type { TensorLike } from '../convert.js';
import { eye, zerosLike } from '../create.js';
import { takeAlongAxis } from '../gather.js';
import { concat } from '../joining.js';
import { matmul } from '../matmul.js';
import { sqrt, square } from '../powers.js';
import { max } from '../reductions.js';
import { cast, sum } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { argsort } from '../sort.js';
import { expandDims } from '../views.js';
import { where } from '../where.js';
import { inverseGaps } from './eigh.js';
import { rotation, sweeps, tolerance, turnColumns } from './jacobi.js';
import {
  asFloats,
  type Cells,
  each,
  flipped,
  inFloats,
  local,
  matrixLoops,
  requireMatrices,
} from './matrices.js';
import { qr } from './qr.js';

/** Turns columns p and q until they are orthogonal, if they are not nearly so. */
function orthogonalise(work: Cells, vectors: Cells, [rows, columns]: readonly [Expr, Expr]) {
  return (p: Expr, q: Expr, turned: () => Stmt): readonly Stmt[] => {
    const zero = k.literal(work.load(k.i32(0), p), 0);
    const [left, right] = [local('left', zero), local('right', zero)];
    const off = local('off', zero);
    const product = (a: Expr, b: Expr, row: Expr): Expr =>
      k.mul(work.load(row, a), work.load(row, b));
    const measure = each('row', k.i32(0), rows, (row) => [
      left.set(k.add(left.value, product(p, p, row))),
      right.set(k.add(right.value, product(q, q, row))),
      off.set(k.add(off.value, product(p, q, row))),
    ]);
    const scale = k.sqrt(k.mul(left.value, right.value));
    // Rounding leaves inner products of a few units: less than that counts as orthogonal.
    const small = k.mul(k.mul(tolerance(zero), k.literal(zero, 4)), scale);
    const how = rotation(left.value, right.value, off.value);
    const body = [
      ...how.code,
      turned(),
      turnColumns(work, rows, [p, q], how),
      turnColumns(vectors, columns, [p, q], how),
    ];
    return [
      left.declare,
      right.declare,
      off.declare,
      measure,
      k.when(k.gt(k.abs(off.value), small), body),
    ];
  };
}

/** For tall matrices A [..., m, n]: B = A V with orthogonal columns, and V. */
export const orthogonalColumnsOp: Op = defineOp({
  name: 'orthogonalColumns',
  infer: (inputs): Spec[] => {
    const { shape, dtype } = at(inputs, 0);
    const size = at(shape, -1);
    return [spec(shape, dtype), spec([...shape.slice(0, -2), size, size], dtype)];
  },
  lower: ({ inputs, outputs }) => {
    const { shape } = at(inputs, 0);
    const [rows, columns] = [k.size(at(shape, -2)), k.size(at(shape, -1))];
    return [
      matrixLoops('orthogonalColumns', shape.slice(0, -2), inputs, outputs, (buffers) => {
        const [a, work, vectors] = [buffers.input(0), buffers.output(0), buffers.output(1)];
        const copy = each('row', k.i32(0), rows, (row) => [
          each('column', k.i32(0), columns, (column) => [
            work.store([row, column], a.load(row, column)),
          ]),
        ]);
        const identity = each('row', k.i32(0), columns, (row) => [
          each('column', k.i32(0), columns, (column) => {
            const zero = k.literal(a.load(k.i32(0), k.i32(0)), 0);
            const unit = k.select(k.eq(row, column), k.literal(zero, 1), zero);
            return [vectors.store([row, column], unit)];
          }),
        ]);
        return [copy, identity, ...sweeps(columns, orthogonalise(work, vectors, [rows, columns]))];
      }),
    ];
  },
  // With W = Bᵀ dB + Vᵀ dV and Z the symmetric part of F ∘ W: dA = (dB + B Z) Vᵀ, where F is
  // 1 / (s_j² - s_i²): what keeps B's columns orthogonal turns V.
  grad: ({ outputs, outputGradients }) => {
    const [columns, vectors] = [at(outputs, 0), at(outputs, 1)];
    const dColumns = outputGradients[0] ?? zerosLike(columns);
    const dVectors = outputGradients[1] ?? zerosLike(vectors);
    const reached = add(matmul(flipped(columns), dColumns), matmul(flipped(vectors), dVectors));
    const weighted = mul(inverseGaps(sum(square(columns), { axis: -2 })), reached);
    const turned = matmul(columns, add(weighted, flipped(weighted)));
    return [matmul(add(dColumns, turned), flipped(vectors))];
  },
});

/** U [m, r], s [r] and V [n, r] with A = U diag(s) Vᵀ; r is the smaller of m and n. */
interface Thin {
  readonly u: Tensor;
  readonly s: Tensor;
  readonly v: Tensor;
}

function thinSvd(a: Tensor): Thin {
  if (at(a.shape, -2) < at(a.shape, -1)) {
    const { u, s, v } = thinSvd(flipped(a));
    return { u: v, s, v: u };
  }
  const results = apply(orthogonalColumnsOp, [a], undefined);
  const [columns, vectors] = [at(results, 0), at(results, 1)];
  const lengths = sqrt(sum(square(columns), { axis: -2 }));
  const order = argsort(lengths, { descending: true });
  const s = takeAlongAxis(lengths, order);
  const inOrder = (x: Tensor): Tensor => takeAlongAxis(x, expandDims(order, -2));
  const divisor = expandDims(where(greater(s, 0), s, 1), -2);
  return { u: div(inOrder(columns), divisor), s, v: inOrder(vectors) };
}

/** The columns of a tall U [m, r] and m - r more, orthogonal to them. */
function completed(u: Tensor): Tensor {
  const [rows, columns] = [at(u.shape, -2), at(u.shape, -1)];
  if (rows === columns) return u;
  const { q } = qr(u, { mode: 'complete' });
  return concat([u, sliceAxis(q, -1, columns, rows - columns)], -1);
}

/** What `svd` gives. */
export interface Svd {
  /** [..., m, m], or [..., m, r] without `fullMatrices`. */
  readonly u: Tensor;
  /** The singular values, largest first: [..., r]. */
  readonly s: Tensor;
  /** V transposed: [..., n, n], or [..., r, n] without `fullMatrices`. */
  readonly vh: Tensor;
}

/**
 * U, s and Vᵀ with x = U diag(s) Vᵀ, U's and V's columns orthonormal; r is the smaller of m and n.
 * Each pair of columns' sign is arbitrary. Gradients of U and V are not defined where singular
 * values are equal, and those of the columns that complete them are left out.
 *
 * @param options - `fullMatrices`: whether U and V are square (default true, as in Keras).
 *
 * @example
 * ```ts
 * import { svd } from 'keratin';
 * const { s } = svd([[3, 0], [0, 4]]);
 * console.log(await s.array()); // [ 4, 3 ]
 * ```
 */
export function svd(
  x: TensorLike,
  options: { readonly fullMatrices?: boolean | undefined } = {},
): Svd {
  checkOptions('svd', options, { fullMatrices: true });
  const { fullMatrices = true } = options;
  const input = asFloats(x);
  requireMatrices('svd', input);
  const { u, s, v } = thinSvd(input);
  const full = (columns: Tensor): Tensor => (fullMatrices ? completed(columns) : columns);
  return { u: full(u), s, vh: flipped(full(v)) };
}

/** The rounding error of a number near 1, as NumPy's defaults use it. */
function rounding(x: Tensor): number {
  return x.dtype === 'float64' ? 2 ** -52 : 2 ** -23;
}

/** The pseudoinverse, without a gradient of its own. */
function pseudoinverse(a: Tensor, tolerance: number): Tensor {
  const { u, s, v } = thinSvd(a);
  const cut = mul(max(s, { axis: -1, keepDims: true }), tolerance);
  const isKept = greater(s, cut);
  const inverse = where(isKept, div(1, where(isKept, s, 1)), 0);
  return matmul(mul(v, expandDims(inverse, -2)), flipped(u));
}

/** Golub and Pereyra (1973): the pseudoinverse moves smoothly where the rank stays the same. */
function pinvWith(a: Tensor, tolerance: number): Tensor {
  const run = customGradient(
    (matrix) => pseudoinverse(matrix, tolerance),
    ({ inputs, output: p, dy }) => {
      const matrix = at(inputs, 0);
      const [rows, columns] = [at(matrix.shape, -2), at(matrix.shape, -1)];
      const unit = (size: number): Tensor => eye(size, size, { dtype: matrix.dtype });
      const [pt, slope] = [flipped(p), flipped(dy)];
      const left = matmul(sub(unit(rows), matmul(matrix, p)), matmul(slope, matmul(p, pt)));
      const right = matmul(matmul(pt, p), matmul(slope, sub(unit(columns), matmul(p, matrix))));
      return [add(sub(left, matmul(pt, matmul(dy, pt))), right)];
    },
  );
  return run(a);
}

/**
 * The pseudoinverses (Moore and Penrose) of matrices [..., m, n]: [..., n, m]. Singular values up
 * to `tolerance` times the largest count as 0.
 *
 * @param options - `tolerance`: 10 max(m, n) rounding errors by default.
 *
 * @example
 * ```ts
 * import { pinv } from 'keratin';
 * console.log(await pinv([[2, 0], [0, 0]]).array()); // [ [ 0.5, 0 ], [ 0, 0 ] ]
 * ```
 */
export function pinv(
  x: TensorLike,
  options: { readonly tolerance?: number | undefined } = {},
): Tensor {
  checkOptions('pinv', options, { tolerance: true });
  return inFloats(x, (input) => {
    requireMatrices('pinv', input);
    const larger = Math.max(at(input.shape, -2), at(input.shape, -1));
    return pinvWith(input, options.tolerance ?? 10 * larger * rounding(input));
  });
}

/**
 * The x with the least |a x - b|, and of those the shortest, for a [m, n] and b [m] or [m, k].
 *
 * @param options - `tolerance`: singular values up to it times the largest count as 0; max(m, n)
 * rounding errors by default.
 *
 * @example
 * ```ts
 * import { lstsq } from 'keratin';
 * const x = lstsq([[1], [1]], [2, 4]);
 * console.log((await x.item()).toFixed(4)); // 3.0000
 * ```
 */
export function lstsq(
  a: TensorLike,
  b: TensorLike,
  options: { readonly tolerance?: number | undefined } = {},
): Tensor {
  checkOptions('lstsq', options, { tolerance: true });
  const [matrix, sides] = [asFloats(a), asFloats(b)];
  requireMatrices('lstsq', matrix);
  requireAxes('lstsq', sides.shape, 1);
  const [rows, columns] = [at(matrix.shape, -2), at(matrix.shape, -1)];
  if (at(sides.shape, 0) !== rows) {
    throw new ShapeError({
      where: 'lstsq',
      what: 'the right side does not fit the matrix',
      expected: `[${rows}] or [${rows}, columns]`,
      received: formatShape(sides.shape),
      fix: 'give one row for each row of the matrix',
    });
  }
  const tolerance = options.tolerance ?? Math.max(rows, columns) * rounding(matrix);
  return matmul(pinvWith(matrix, tolerance), sides);
}

/**
 * How many singular values of matrices are not 0 (larger than `tolerance`), as int32.
 *
 * @param options - `tolerance`: max(m, n) rounding errors of the largest singular value by default.
 *
 * @example
 * ```ts
 * import { matrixRank } from 'keratin';
 * console.log(await matrixRank([[1, 2], [2, 4]]).item()); // 1
 * ```
 */
export function matrixRank(
  x: TensorLike,
  options: { readonly tolerance?: number | undefined } = {},
): Tensor {
  checkOptions('matrixRank', options, { tolerance: true });
  const input = asFloats(x);
  requireMatrices('matrixRank', input);
  const { s } = thinSvd(input);
  const larger = Math.max(at(input.shape, -2), at(input.shape, -1));
  const largest = max(s, { axis: -1, keepDims: true });
  const cut = options.tolerance ?? mul(largest, larger * rounding(input));
  return sum(cast(greater(s, cut), 'int32'), { axis: -1 });
}

// LU decomposition with row exchanges (Golub & Van Loan, "Matrix Computations", 3.4): the way to
// solve, to invert and to find determinants.

import { apply } from '../../core/engine.js';
import { defineOp, type Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import type { Stmt } from '../../kernels/ir/loops.js';
import { add, sub } from '../arithmetic.js';
import type { TensorLike } from '../convert.js';
import { eye } from '../create.js';
import { tril, triu } from '../diagonals.js';
import { takeAlongAxis } from '../gather.js';
import { matmul } from '../matmul.js';
import { padConstant, sliceAxis } from '../slicing.js';
import { argsort } from '../sort.js';
import { expandDims } from '../views.js';
import {
  asFloats,
  type Cells,
  each,
  flipped,
  local,
  matrixLoops,
  requireMatrices,
} from './matrices.js';
import { substitute } from './triangular.js';

function copyIn(source: Cells, target: Cells, rows: Expr, columns: Expr): Stmt {
  return each('row', k.i32(0), rows, (row) => [
    each('column', k.i32(0), columns, (column) => [
      target.store([row, column], source.load(row, column)),
    ]),
  ]);
}

/** The number of the row from `step` on with the largest number in column `step`. */
function choosePivot(lu: Cells, step: Expr, rows: Expr): { code: Stmt[]; row: Expr } {
  const best = local('best', step);
  const test = (row: Expr): Expr =>
    k.gt(k.abs(lu.load(row, step)), k.abs(lu.load(best.value, step)));
  const code = [
    best.declare,
    each('row', k.add(step, k.i32(1)), rows, (row) => [
      best.set(k.select(test(row), row, best.value)),
    ]),
  ];
  return { code, row: best.value };
}

function exchange(cells: Cells, a: readonly Expr[], b: readonly Expr[]): Stmt[] {
  const held = local('held', cells.load(...a));
  return [held.declare, cells.store(a, cells.load(...b)), cells.store(b, held.value)];
}

/** One step of elimination: choose a row, exchange, subtract it from those below. */
function eliminate(
  cells: { readonly lu: Cells; readonly pivots: Cells; readonly order: Cells },
  step: Expr,
  [rows, columns]: readonly [Expr, Expr],
): Stmt[] {
  const { lu, pivots, order } = cells;
  const pivot = choosePivot(lu, step, rows);
  const isUsable = k.ne(lu.load(step, step), k.constant(lu.load(step, step).type.scalar, 0));
  const next = k.add(step, k.i32(1));
  const below = each('row', next, rows, (row) => {
    const factor = local('factor', k.div(lu.load(row, step), lu.load(step, step)));
    return [
      factor.declare,
      lu.store([row, step], factor.value),
      each('column', next, columns, (column) => [
        lu.store(
          [row, column],
          k.sub(lu.load(row, column), k.mul(factor.value, lu.load(step, column))),
        ),
      ]),
    ];
  });
  return [
    ...pivot.code,
    pivots.store([step], pivot.row),
    each('column', k.i32(0), columns, (column) =>
      exchange(lu, [step, column], [pivot.row, column]),
    ),
    ...exchange(order, [step], [pivot.row]),
    k.when(isUsable, [below]),
  ];
}

/**
 * Outputs: L below the diagonal (its own diagonal is ones) with U on and above it; the row that was
 * exchanged at each step; and the rows' final order.
 */
export const luOp: Op = defineOp({
  name: 'luFactor',
  infer: (inputs) => {
    const { shape, dtype } = at(inputs, 0);
    const [rows, columns] = [at(shape, -2), at(shape, -1)];
    const batch = shape.slice(0, -2);
    return [
      spec(shape, dtype),
      spec([...batch, Math.min(rows, columns)], 'int32'),
      spec([...batch, rows], 'int32'),
    ];
  },
  lower: ({ inputs, outputs }) => {
    const { shape } = at(outputs, 0);
    const size = [k.size(at(shape, -2)), k.size(at(shape, -1))] as const;
    const steps = k.size(Math.min(at(shape, -2), at(shape, -1)));
    return [
      matrixLoops('luFactor', shape.slice(0, -2), inputs, outputs, (buffers) => {
        const cells = {
          lu: buffers.output(0),
          pivots: buffers.output(1),
          order: buffers.output(2),
        };
        return [
          copyIn(buffers.input(0), cells.lu, ...size),
          each('row', k.i32(0), size[0], (row) => [cells.order.store([row], row)]),
          each('step', k.i32(0), steps, (step) => eliminate(cells, step, size)),
        ];
      }),
    ];
  },
  // dA = Pᵀ L⁻ᵀ (strict lower part of Lᵀ dL + upper part of dU Uᵀ) U⁻ᵀ (Giles 2008, 3.1), with oblong
  // factors made square.
  grad: ({ outputs, dy }) => {
    const [lu, order] = [at(outputs, 0), at(outputs, 2)];
    const { lower, upper } = factorsOf(lu);
    const inner = add(
      tril(matmul(flipped(lower), tril(dy, -1)), -1),
      triu(matmul(triu(dy), flipped(upper))),
    );
    const right = flipped(substitute(upper, flipped(inner), { lower: false, unit: false }));
    const left = substitute(flipped(lower), right, { lower: false, unit: true });
    return [takeAlongAxis(left, expandDims(argsort(order), -1), { axis: -2 })];
  },
});

/**
 * L and U out of the tensor that holds both, as square matrices: where there are more rows or columns,
 * the rest of a factor is that of the identity.
 */
export function factorsOf(lu: Tensor): { readonly lower: Tensor; readonly upper: Tensor } {
  const { dtype } = lu;
  const [rows, columns] = [at(lu.shape, -2), at(lu.shape, -1)];
  const lower = add(tril(grown(lu, [rows, rows]), -1), eye(rows, rows, { dtype }));
  const upper = triu(grown(lu, [columns, columns]));
  if (columns <= rows) return { lower, upper };
  const known = eye(rows, rows, { dtype });
  const beyond = sub(eye(columns, columns, { dtype }), grown(known, [columns, columns]));
  return { lower, upper: add(upper, beyond) };
}

/** Matrices cut, or filled up with zeros, to this size. */
function grown(x: Tensor, size: readonly [number, number]): Tensor {
  return size.reduce((matrix, wanted, place) => {
    const axis = matrix.rank - 2 + place;
    const extent = at(matrix.shape, axis);
    if (extent >= wanted) return sliceAxis(matrix, axis, 0, wanted);
    const widths = matrix.shape.map(
      (_, index) => [0, index === axis ? wanted - extent : 0] as const,
    );
    return padConstant(matrix, widths, 0);
  }, x);
}

/** What `luOp` finds. */
export interface LuParts {
  readonly lu: Tensor;
  readonly pivots: Tensor;
  readonly order: Tensor;
}

export function decompose(x: Tensor): LuParts {
  const results = apply(luOp, [x], undefined);
  return { lu: at(results, 0), pivots: at(results, 1), order: at(results, 2) };
}

/**
 * The LU decomposition of matrices [..., m, n] with row exchanges: `lu` holds L below the diagonal
 * (whose own diagonal is ones) and U on and above it; `pivots` the row exchanged at each step.
 *
 * @example
 * ```ts
 * import { luFactor } from 'keratin';
 * const { lu, pivots } = luFactor([[1, 2], [4, 4]]);
 * console.log(await lu.array(), await pivots.array()); // [ [ 4, 4 ], [ 0.25, 1 ] ] [ 1, 1 ]
 * ```
 */
export function luFactor(x: TensorLike): { readonly lu: Tensor; readonly pivots: Tensor } {
  const input = asFloats(x);
  requireMatrices('luFactor', input);
  const { lu, pivots } = decompose(input);
  return { lu, pivots };
}

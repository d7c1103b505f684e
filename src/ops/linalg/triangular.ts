// Systems with a triangular matrix, solved by substitution: what every other solver ends in.
import { checkOptions } from '../../core/arguments.js';
import { promote } from '../../core/dtype.js';
import { ShapeError } from '../../core/errors.js';
import { defineOp, type Op } from '../../core/op.js';
import { at, sameNumbers } from '../../core/sequence.js';
import { formatShape, spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import { neg } from '../arithmetic.js';
import { applyOne, asTensor, type TensorLike } from '../convert.js';
import { tril, triu } from '../diagonals.js';
import { matmul } from '../matmul.js';
import { cast } from '../shaping.js';
import { expandDims, squeeze } from '../views.js';
import {
  asFloats,
  commonBatch,
  each,
  flipped,
  local,
  matrixLoops,
  requireMatrices,
} from './matrices.js';

interface TriangularAttrs {
  readonly lower: boolean;
  /** Whether the diagonal counts as ones, whatever it holds. */
  readonly unit: boolean;
}

/** Inputs: triangular matrices [..., n, n] and right sides [..., n, m]. */
export const triangularOp: Op<TriangularAttrs> = defineOp<TriangularAttrs>({
  name: 'solveTriangular',
  infer: (inputs) => [spec(at(inputs, 1).shape, at(inputs, 1).dtype)],
  lower: ({ inputs, outputs, attrs }) => {
    const { shape } = at(outputs, 0);
    const rows = k.size(at(shape, -2));
    const columns = k.size(at(shape, -1));
    const program = matrixLoops('solveTriangular', shape.slice(0, -2), inputs, outputs, (cells) => {
      const [a, b, x] = [cells.input(0), cells.input(1), cells.output(0)];
      const solveRow = (row: Expr, column: Expr) => {
        const rest = local('rest', b.load(row, column));
        const from = attrs.lower ? k.i32(0) : k.add(row, k.i32(1));
        const to = attrs.lower ? row : rows;
        const subtract = each('known', from, to, (known) => [
          rest.set(k.sub(rest.value, k.mul(a.load(row, known), x.load(known, column)))),
        ]);
        const value = attrs.unit ? rest.value : k.div(rest.value, a.load(row, row));
        return [rest.declare, subtract, x.store([row, column], value)];
      };
      return [
        each('column', k.i32(0), columns, (column) => [
          each('step', k.i32(0), rows, (step) =>
            solveRow(attrs.lower ? step : k.sub(k.sub(rows, k.i32(1)), step), column),
          ),
        ]),
      ];
    });
    return [program];
  },
  // x = A⁻¹ b: db = A⁻ᵀ dx and dA = -db xᵀ, of which only the triangle was read.
  grad: ({ inputs, outputs, attrs, dy, needs }) => {
    const back = substitute(flipped(at(inputs, 0)), dy, { ...attrs, lower: !attrs.lower });
    if (!needs[0]) return [undefined, back];
    const whole = neg(matmul(back, flipped(at(outputs, 0))));
    const edge = attrs.unit ? 1 : 0;
    return [attrs.lower ? tril(whole, -edge) : triu(whole, edge), back];
  },
});

/** `b` [..., n, m] divided by triangular matrices of the same batch. */
export function substitute(a: Tensor, b: Tensor, attrs: TriangularAttrs): Tensor {
  return applyOne(triangularOp, [a, b], attrs);
}

/** The op whose name stands in messages, and whether b [..., n] is one vector for each matrix. */
export interface System {
  readonly where: string;
  readonly takesVectors: boolean;
}

/** Brings matrix and right side to one dtype and batch; a vector on the right is one column. */
export function onSystem(
  { where, takesVectors }: System,
  a: TensorLike,
  b: TensorLike,
  body: (a: Tensor, b: Tensor) => Tensor,
): Tensor {
  const [left, right] = [asFloats(a), asFloats(asTensor(b))];
  requireMatrices(where, left, true);
  const size = at(left.shape, -1);
  const isVector =
    right.rank === 1 || (takesVectors && sameNumbers(right.shape, left.shape.slice(0, -1)));
  const columns = isVector ? expandDims(right, -1) : right;
  if (columns.rank < 2 || at(columns.shape, -2) !== size) {
    throw new ShapeError({
      where,
      what: 'the right side does not fit the matrix',
      expected: `[${size}] or [..., ${size}, columns]`,
      received: formatShape(right.shape),
      fix: 'add an axis of columns with expandDims, or transpose',
    });
  }
  const dtype = promote(left.dtype, columns.dtype);
  const [matrix, sides] = commonBatch(where, cast(left, dtype), cast(columns, dtype));
  const result = body(matrix, sides);
  return isVector ? squeeze(result, -1) : result;
}

/**
 * x with a x = b for triangular matrices a [..., n, n] and b [..., n, m], [n] or one vector for each
 * matrix, [..., n]; the other triangle is not read.
 *
 * @param options - `lower`: which triangle of a counts; the upper one by default, as in Keras.
 *
 * @example
 * ```ts
 * import { solveTriangular } from 'keratin';
 * const x = solveTriangular([[2, 0], [1, 1]], [4, 5], { lower: true });
 * console.log(await x.array()); // [ 2, 3 ]
 * ```
 */
export function solveTriangular(
  a: TensorLike,
  b: TensorLike,
  options: { readonly lower?: boolean | undefined } = {},
): Tensor {
  checkOptions('solveTriangular', options, { lower: true });
  const { lower = false } = options;
  return onSystem({ where: 'solveTriangular', takesVectors: true }, a, b, (matrix, sides) =>
    substitute(matrix, sides, { lower, unit: false }),
  );
}

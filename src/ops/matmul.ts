// Matrix products with NumPy's rules for vectors and batches.
import { promote } from '../core/dtype.js';
import { ShapeError } from '../core/errors.js';
import { defineOp } from '../core/op.js';
import { at } from '../core/sequence.js';
import { broadcastShapes, formatShape, type Spec, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { mul } from '../kernels/ir/build.js';
import { broadcastIndex, reduceKernel } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import type { View } from '../kernels/ir/kernel.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { fit, numberOf, readAs } from './kernel-values.js';
import { gradientLike, reshape } from './shaping.js';
import { expandDims, squeeze, swapAxes } from './views.js';

function requireInner(a: Spec, b: Spec, inner: number, other: number): void {
  if (inner === other) return;
  throw new ShapeError({
    where: 'matmul',
    what: 'the inner sizes differ',
    expected: `as many rows in the second as columns in the first (${inner})`,
    received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    fix: 'transpose one of the two, or check how the layers before are connected',
  });
}

/** The product of [..., m, k] and [..., k, n]; both have at least two axes. */
export const matmulOp = defineOp({
  name: 'matmul',
  infer: (inputs) => {
    const a = at(inputs, 0);
    const b = at(inputs, 1);
    requireInner(a, b, at(a.shape, -1), at(b.shape, -2));
    const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    const shape = [...batch, at(a.shape, -2), at(b.shape, -1)];
    return [spec(shape, numberOf(promote(a.dtype, b.dtype)))];
  },
  lower: ({ inputs, outputs }) => {
    const a = at(inputs, 0);
    const b = at(inputs, 1);
    const output = at(outputs, 0);
    const element = (view: View, batch: readonly Expr[], row: Expr, column: Expr): Expr => {
      const outer = broadcastIndex(view.shape.slice(0, -2), batch);
      return readAs(view, [...outer, row, column], output.dtype);
    };
    return [
      reduceKernel({
        inputs,
        output,
        over: [at(a.shape, -1)],
        by: 'sum',
        term: (index, inner) => {
          const batch = index.slice(0, -2);
          const k = at(inner, 0);
          return mul(element(a, batch, at(index, -2), k), element(b, batch, k, at(index, -1)));
        },
        finish: (total) => fit(total, output.dtype),
      }),
    ];
  },
  grad: ({ inputs, dy, needs }) => {
    const a = at(inputs, 0);
    const b = at(inputs, 1);
    return [
      needs[0] ? gradientLike(matmul(dy, swapAxes(b, -1, -2)), a) : undefined,
      needs[1] ? gradientLike(matmul(swapAxes(a, -1, -2), dy), b) : undefined,
    ];
  },
});

/** A product of tensors with at least two axes each. */
function product(a: Tensor, b: Tensor): Tensor {
  // A batch times one matrix is one larger product, also in the gradients.
  if (a.rank > 2 && b.rank === 2 && a.size > 0) {
    requireInner(a, b, at(a.shape, -1), at(b.shape, 0));
    const rows = reshape(a, [-1, at(a.shape, -1)]);
    const result = applyOne(matmulOp, [rows, b], undefined);
    return reshape(result, [...a.shape.slice(0, -1), at(b.shape, 1)]);
  }
  return applyOne(matmulOp, [a, b], undefined);
}

/**
 * The matrix product. Leading axes are batches that broadcast; a vector counts as a row on the
 * left and as a column on the right, as in NumPy.
 *
 * @example
 * ```ts
 * import { matmul } from 'keratin';
 * console.log(await matmul([[1, 2], [3, 4]], [1, 1]).array()); // [ 3, 7 ]
 * ```
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  const left = asTensor(a);
  const right = asTensor(b);
  if (left.rank === 0 || right.rank === 0) {
    throw new ShapeError({
      where: 'matmul',
      what: 'a scalar is no matrix',
      expected: 'tensors of at least 1 axis',
      received: `${formatShape(left.shape)} and ${formatShape(right.shape)}`,
      fix: 'multiply by a scalar with mul',
    });
  }
  const rows = left.rank === 1 ? expandDims(left, 0) : left;
  const columns = right.rank === 1 ? expandDims(right, 1) : right;
  const result = product(rows, columns);
  const dropped = [
    ...(left.rank === 1 ? [result.rank - 2] : []),
    ...(right.rank === 1 ? [result.rank - 1] : []),
  ];
  return dropped.length === 0 ? result : squeeze(result, dropped);
}

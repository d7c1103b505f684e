// tf.linalg: matrices.
import {
  asTensor,
  div,
  mul,
  norm,
  qr as qrOf,
  stack,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  tril,
  triu,
  unstack,
} from '../index.js';

/** A matrix without what is further than so many diagonals below and above; -1 keeps all. */
export function bandPart(a: TensorLike, numLower: number, numUpper: number): Tensor {
  const input = asTensor(a);
  const lower = numLower < 0 ? input : triu(input, -numLower);
  return numUpper < 0 ? lower : tril(lower, numUpper);
}

/**
 * Vectors, or the rows of a matrix, made orthogonal and of length 1, from the first on.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const rows = tf.linalg.gramSchmidt(tf.tensor2d([[2, 0], [3, 4]]));
 * console.log(await rows.array()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function gramSchmidt(xs: Tensor): Tensor;
export function gramSchmidt(xs: readonly Tensor[]): Tensor[];
export function gramSchmidt(xs: Tensor | readonly Tensor[]): Tensor | Tensor[] {
  const vectors = 'dtype' in xs ? unstack(xs) : xs;
  const done: Tensor[] = [];
  for (const vector of vectors) {
    const rest = done.reduce((left, base) => sub(left, mul(sum(mul(left, base)), base)), vector);
    done.push(div(rest, norm(rest)));
  }
  return 'dtype' in xs ? stack(done) : done;
}

/** An orthogonal and an upper triangular matrix whose product is x. */
export function qr(x: TensorLike, fullMatrices = false): [Tensor, Tensor] {
  const { q, r } = qrOf(x, { mode: fullMatrices ? 'complete' : 'reduced' });
  return [q, r];
}

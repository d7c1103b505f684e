// Derivatives in a direction, by two gradients: one of the other.
import { ArgumentError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { asTensor, mul, onesLike, sum, type TensorLike } from '../ops/index.js';
import { gradient } from './gradient.js';

/** What `jvp` gives. */
export interface DirectionalDerivative {
  readonly value: Tensor;
  /** How fast the value changes along the direction; of its shape. */
  readonly tangent: Tensor;
}

/**
 * The value of `fn` and how fast it changes where its arguments move in the direction of `tangents`:
 * the Jacobian times the direction. The gradient in the direction of the outputs is linear in that
 * direction, so its own gradient is the product.
 *
 * @example
 * ```ts
 * import { jvp, tensor } from 'keratin';
 * const { value, tangent } = jvp((x) => x.square(), [tensor([3, 4])], [[1, 10]]);
 * console.log(await value.array(), await tangent.array()); // [ 9, 16 ] [ 6, 80 ]
 * ```
 */
export function jvp(
  fn: (...args: Tensor[]) => Tensor,
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
): DirectionalDerivative {
  if (primals.length !== tangents.length) {
    throw new ArgumentError({
      where: 'jvp',
      what: 'each argument needs a direction',
      expected: `${primals.length} tangents`,
      received: String(tangents.length),
      fix: 'give zeros for arguments that stand still',
    });
  }
  const points = primals.map((point) => asTensor(point));
  const value = fn(...points);
  const along = (weights: Tensor): Tensor => {
    const slopes = gradient((...args) => sum(mul(fn(...args), weights)))(...points);
    const parts = slopes.map((slope, index) => sum(mul(slope, at(tangents, index))));
    return parts.reduce((total, part) => total.add(part));
  };
  return { value, tangent: at(gradient(along)(onesLike(value)), 0) };
}

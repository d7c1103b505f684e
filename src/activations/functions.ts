// The activation functions of Keras, as sentences over the ops.
import { ArgumentError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { normalizeAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as ops from '../ops/index.js';

export {
  elu,
  hardSigmoid,
  hardSwish as hardSilu,
  leakyRelu,
  mish,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
} from '../ops/index.js';

/**
 * The input unchanged.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.linear(tensor([-1, 2])).array()); // [ -1, 2 ]
 * ```
 */
export function linear(x: Tensor): Tensor {
  return x;
}

/**
 * x times the normal distribution function at x, exactly unless `approximate` asks for its tanh form.
 * (The op of this name is approximate unless told otherwise, as in Keras.)
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.gelu(tensor([0])).array()); // [ 0 ]
 * ```
 */
export function gelu(x: Tensor, options: { readonly approximate?: boolean } = {}): Tensor {
  return ops.gelu(x, { approximate: false, ...options });
}

/**
 * e to the power of x.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.exponential(tensor([0])).array()); // [ 1 ]
 * ```
 */
export function exponential(x: Tensor): Tensor {
  return ops.exp(x);
}

/** Options of {@link relu}. */
export interface ReluOptions {
  /** Slope below `threshold`. Default 0. */
  readonly negativeSlope?: number | undefined;
  /** The largest result; null for no limit. Default null. */
  readonly maxValue?: number | null | undefined;
  /** Inputs below it count as negative. Default 0. */
  readonly threshold?: number | undefined;
}

/**
 * x above the threshold; `negativeSlope * (x - threshold)` below it (Keras's `relu`).
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.relu(tensor([-1, 2]), { maxValue: 1 }).array()); // [ 0, 1 ]
 * ```
 */
export function relu(x: Tensor, options: ReluOptions = {}): Tensor {
  const { negativeSlope = 0, maxValue = null, threshold: from = 0 } = options;
  if (from === 0 && negativeSlope === 0 && maxValue === null) return ops.relu(x);
  if (from === 0 && maxValue === null) return ops.leakyRelu(x, { negativeSlope });
  const kept = from === 0 ? ops.relu(x) : ops.where(ops.greater(x, from), x, ops.zerosLike(x));
  const clipped = maxValue === null ? kept : ops.clip(kept, 0, maxValue);
  if (negativeSlope === 0) return clipped;
  return ops.sub(clipped, ops.mul(ops.relu(ops.sub(from, x)), negativeSlope));
}

/**
 * `max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))` (Barron 2017).
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.celu(tensor([0, 2])).array()); // [ 0, 2 ]
 * ```
 */
export function celu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  const alpha = options.alpha ?? 1;
  const negative = ops.expm1(ops.div(ops.minimum(x, 0), alpha));
  return ops.add(ops.relu(x), ops.mul(negative, alpha));
}

/**
 * The first half of an axis (default the last) times the sigmoid of the second (Dauphin 2016).
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.glu(tensor([[2, 0]])).array()); // [ [ 1 ] ]
 * ```
 */
export function glu(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  const axis = normalizeAxis('glu', options.axis ?? -1, x.rank);
  const size = x.shape[axis] ?? 0;
  if (size % 2 !== 0) {
    throw new ArgumentError({
      where: 'glu',
      what: 'the axis cannot be halved',
      expected: 'an even size',
      received: String(size),
      fix: 'give the layer before an even number of units',
    });
  }
  const [kept, gate] = ops.split(x, 2, axis);
  return kept === undefined || gate === undefined ? x : ops.mul(kept, ops.sigmoid(gate));
}

/**
 * x, or 0 where |x| is at most `threshold` (default 0.5).
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.hardShrink(tensor([0.5, 2])).array()); // [ 0, 2 ]
 * ```
 */
export function hardShrink(x: Tensor, options: { readonly threshold?: number } = {}): Tensor {
  return ops.where(ops.greater(ops.abs(x), options.threshold ?? 0.5), x, ops.zerosLike(x));
}

/**
 * x between -1 and 1.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.hardTanh(tensor([-1, 2])).array()); // [ -1, 1 ]
 * ```
 */
export function hardTanh(x: Tensor): Tensor {
  return ops.hardTanh(x);
}

/**
 * The logarithm of the sigmoid.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log((await activations.logSigmoid(tensor(0)).item()).toFixed(4)); // -0.6931
 * ```
 */
export function logSigmoid(x: Tensor): Tensor {
  return ops.neg(ops.softplus(ops.neg(x)));
}

/**
 * Shrinks towards 0 by `threshold` (default 0.5).
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.softShrink(tensor([-1, 2])).array()); // [ -0.5, 1.5 ]
 * ```
 */
export function softShrink(x: Tensor, options: { readonly threshold?: number } = {}): Tensor {
  const by = options.threshold ?? 0.5;
  const negative = ops.where(ops.less(x, -by), ops.add(x, by), ops.zerosLike(x));
  return ops.where(ops.greater(x, by), ops.sub(x, by), negative);
}

/**
 * 0 up to -1, x from 1, a parabola between.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.sparsePlus(tensor([-1, 2])).array()); // [ 0, 2 ]
 * ```
 */
export function sparsePlus(x: Tensor): Tensor {
  const middle = ops.mul(ops.square(ops.add(x, 1)), 0.25);
  const upper = ops.where(ops.less(x, 1), middle, x);
  return ops.where(ops.lessEqual(x, -1), ops.zerosLike(x), upper);
}

/**
 * 0 up to -1, 1 from 1, a line between.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.sparseSigmoid(tensor([-1, 2])).array()); // [ 0, 1 ]
 * ```
 */
export function sparseSigmoid(x: Tensor): Tensor {
  return ops.minimum(ops.maximum(ops.mul(ops.add(x, 1), 0.5), 0), 1);
}

/**
 * `(x + sqrt(x² + b)) / 2`, b being 4 by default (Barron 2021).
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.squareplus(tensor([0])).array()); // [ 1 ]
 * ```
 */
export function squareplus(x: Tensor, options: { readonly b?: number } = {}): Tensor {
  return ops.mul(ops.add(x, ops.sqrt(ops.add(ops.square(x), options.b ?? 4))), 0.5);
}

/**
 * `x - tanh(x)`.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.tanhShrink(tensor([0])).array()); // [ 0 ]
 * ```
 */
export function tanhShrink(x: Tensor): Tensor {
  return ops.sub(x, ops.tanh(x));
}

/**
 * x where it exceeds `threshold`, `defaultValue` elsewhere.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.threshold(tensor([-1, 2]), { threshold: 0, defaultValue: 9 }).array()); // [ 9, 2 ]
 * ```
 */
export function threshold(
  x: Tensor,
  options: { readonly threshold: number; readonly defaultValue: number },
): Tensor {
  const otherwise = ops.fullLike(x, options.defaultValue);
  return ops.where(ops.greater(x, options.threshold), x, otherwise);
}

/** The options of functions along one axis. */
export interface AxisOptions {
  /** Default -1, the last. */
  readonly axis?: number | readonly number[] | undefined;
}

/**
 * `exp(x)` divided by its sum along an axis.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.softmax(tensor([1, 1])).array()); // [ 0.5, 0.5 ]
 * ```
 */
export function softmax(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = options.axis ?? -1;
  if (typeof axis === 'number') return ops.softmax(x, { axis });
  if (axis.length === 1) return ops.softmax(x, { axis: at(axis, 0) });
  const powers = ops.exp(ops.sub(x, ops.max(x, { axis, keepDims: true })));
  return ops.div(powers, ops.sum(powers, { axis, keepDims: true }));
}

/**
 * The logarithm of the softmax along an axis.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * const y = await activations.logSoftmax(tensor([1, 1])).data();
 * console.log(Array.from(y, (value) => value.toFixed(4))); // [ '-0.6931', '-0.6931' ]
 * ```
 */
export function logSoftmax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  return ops.logSoftmax(x, { axis: options.axis ?? -1 });
}

/**
 * The nearest point of the simplex: like softmax, with exact zeros (Martins & Astudillo 2016).
 * Ranks come from comparing all pairs, which needs the square of the axis in memory. Keras 3.15
 * adds up too many cumulative sums here, so that its results do not sum to 1; these do.
 *
 * @example
 * ```ts
 * import { activations, tensor } from 'keratin';
 * console.log(await activations.sparsemax(tensor([2, 1.5, -1])).array()); // [ 0.75, 0.25, 0 ]
 * ```
 */
export function sparsemax(x: Tensor, options: { readonly axis?: number } = {}): Tensor {
  const axis = normalizeAxis('sparsemax', options.axis ?? -1, x.rank);
  const mine = ops.expandDims(x, axis + 1);
  const others = ops.expandDims(x, axis);
  const above = ops.cast(ops.greaterEqual(others, mine), x.dtype);
  const rank = ops.sum(above, { axis: axis + 1 });
  const total = ops.sum(ops.mul(above, others), { axis: axis + 1 });
  const supported = ops.cast(ops.greater(ops.add(ops.mul(rank, x), 1), total), x.dtype);
  const count = ops.sum(supported, { axis, keepDims: true });
  const sum = ops.sum(ops.mul(supported, x), { axis, keepDims: true });
  return ops.relu(ops.sub(x, ops.div(ops.sub(sum, 1), count)));
}

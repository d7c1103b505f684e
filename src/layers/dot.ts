// Dot: products of the vectors of two tensors, sample by sample.
import { ArgumentError, ShapeError } from '../core/errors.js';
import { product } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { matmul, maximum, mul, reshape, rsqrt, square, sum, transpose } from '../ops/index.js';
import { Layer } from './layer.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from './options.js';

/** Options of {@link Dot}. */
export interface DotOptions extends LayerOptions {
  /** The axis that is summed over, in both tensors or one for each. */
  readonly axes: number | readonly [number, number];
  /** Whether vectors are scaled to length 1 first, which gives their cosine. Default false. */
  readonly normalize?: boolean;
}

const DEFAULTS: DefaultsOf<DotOptions, 'axes'> = { normalize: false };

/** As Keras: divided by the length, at least 1e-12 under the root. */
function unitLength(x: Tensor, axis: number): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), { axis, keepDims: true }), 1e-12)));
}

/**
 * Dot products along an axis: `[batch, n]` and `[batch, n]` with `axes: 1` give `[batch, 1]`.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const dot = layers.dot({ axes: 1 });
 * console.log(await dot.apply([tensor([[1, 2]]), tensor([[3, 4]])]).array()); // [ [ 11 ] ]
 * ```
 */
export class Dot extends Layer<Resolved<DotOptions>> {
  static readonly className = 'Dot';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: DotOptions) {
    super(withDefaults('Dot', DEFAULTS, ['axes'], options));
  }

  protected override call(inputs: readonly Tensor[]): Tensor {
    const [a, b] = inputs;
    if (a === undefined || b === undefined || inputs.length !== 2) {
      throw new ArgumentError({
        what: 'Dot takes two tensors',
        received: String(inputs.length),
        fix: 'write layer.apply([a, b])',
      });
    }
    const { axes, normalize } = this.config;
    const [first, second] = typeof axes === 'number' ? [axes, axes] : axes;
    const axisA = first < 0 ? first + a.rank : first;
    const axisB = second < 0 ? second + b.rank : second;
    if (a.shape[axisA] !== b.shape[axisB]) {
      throw new ShapeError({
        what: 'the axes to sum over differ in size',
        expected: `equal sizes in axis ${axisA} and axis ${axisB}`,
        received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
        fix: 'name other axes, or bring the tensors to fitting shapes',
      });
    }
    return normalize
      ? batchDot(unitLength(a, axisA), unitLength(b, axisB), axisA, axisB)
      : batchDot(a, b, axisA, axisB);
  }

  protected override computeMask(): undefined {
    return undefined;
  }
}

/** Keras's `batch_dot`: the other axes of `a`, then those of `b`; at least two axes. */
function batchDot(a: Tensor, b: Tensor, axisA: number, axisB: number): Tensor {
  const restA = a.shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== axisA);
  const restB = b.shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== axisB);
  const [batch = 1] = a.shape;
  const length = a.shape[axisA] ?? 1;
  const sizesA = restA.map((axis) => a.shape[axis] ?? 1);
  const sizesB = restB.map((axis) => b.shape[axis] ?? 1);
  const left = reshape(transpose(a, [0, ...restA, axisA]), [batch, product(sizesA), length]);
  const right = reshape(transpose(b, [0, axisB, ...restB]), [batch, length, product(sizesB)]);
  const sizes = [...sizesA, ...sizesB];
  return reshape(matmul(left, right), [batch, ...(sizes.length === 0 ? [1] : sizes)]);
}

// Batch renormalization: corrections that make training with small batches agree with inference.
// Ioffe, "Batch Renormalization" (2017), algorithm 1; the order of updates is Keras 3's.
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { get as getInitializer, type InitializerLike } from '../initializers/index.js';
import { Initializer } from '../initializers/initializer.js';
import { div, maximum, minimum, sqrt, stopGradient, sub } from '../ops/index.js';

/** Limits of the corrections; without one a correction may be of any size. */
export interface RenormClipping {
  /** Largest factor. */
  readonly rmax?: number | null;
  /** Least factor. */
  readonly rmin?: number | null;
  /** Largest shift, either way. */
  readonly dmax?: number | null;
  readonly [key: string]: Plain;
}

const LIMITS = ['rmax', 'rmin', 'dmax'];

/** The limits, checked; none for null. */
export function checkedClipping(given: RenormClipping | null): RenormClipping {
  const clipping = given ?? {};
  const { rmax, rmin, dmax } = clipping;
  const unknown = Object.keys(clipping).find((key) => !LIMITS.includes(key));
  const isUpsideDown = typeof rmax === 'number' && typeof rmin === 'number' && rmax < rmin;
  if (unknown === undefined && !isUpsideDown && (dmax ?? 0) >= 0) return clipping;
  throw new ArgumentError({
    where: 'BatchNormalization',
    what: 'renormClipping cannot be used',
    expected: 'some of rmax, rmin (at most rmax) and dmax (at least 0)',
    received: JSON.stringify(clipping),
    fix: 'for example renormClipping: { rmax: 3, rmin: 1 / 3, dmax: 5 }',
  });
}

/** The factor and the shift of `(x - mean) / stddev * factor + shift`; constants for gradients. */
export interface Correction {
  readonly factor: Tensor;
  readonly shift: Tensor;
}

/** What brings values normalized by the batch to those that the long-term statistics would give. */
export function correction(
  batch: { readonly mean: Tensor; readonly stddev: Tensor },
  long: { readonly mean: Tensor; readonly stddev: Tensor },
  clipping: RenormClipping,
  epsilon: number,
): Correction {
  // Early in training the deviation may be 0.
  const spread = maximum(long.stddev, Math.sqrt(epsilon));
  const { rmin, rmax, dmax } = clipping;
  let factor = div(batch.stddev, spread);
  let shift = div(sub(batch.mean, long.mean), spread);
  if (typeof rmin === 'number') factor = maximum(factor, rmin);
  if (typeof rmax === 'number') factor = minimum(factor, rmax);
  if (typeof dmax === 'number') shift = minimum(maximum(shift, -dmax), dmax);
  return { factor: stopGradient(factor), shift: stopGradient(shift) };
}

/** Standard deviations from an initializer of variances. */
export class RootOf extends Initializer {
  static readonly className = 'RootOf';
  readonly #variances: Initializer;

  constructor(variances: InitializerLike) {
    super();
    this.#variances = getInitializer(variances);
  }

  override initialize(...args: Parameters<Initializer['initialize']>): Tensor {
    return sqrt(this.#variances.initialize(...args));
  }
}

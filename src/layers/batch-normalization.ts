// BatchNormalization: each channel gets mean 0 and variance 1 over the batch.

import type { ConstraintLike } from '../constraints/index.js';
import { EPSILON } from '../core/epsilon.js';
import { isInferring } from '../core/inference.js';
import { normalizeAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import type { InitializerLike } from '../initializers/index.js';
import {
  add,
  broadcastTo,
  cast,
  div,
  expandDims,
  maximum,
  moments,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
} from '../ops/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import { required } from './built.js';
import { type CallContext, singleMask } from './call-context.js';
import { knownSize } from './known-size.js';
import { Layer } from './layer.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of layers that end in `x * gamma + beta`. */
export interface ScaleOptions extends LayerOptions {
  /** Whether a learnt `beta` is added. Default true. */
  readonly center?: boolean;
  /** Whether the result is multiplied by a learnt `gamma`. Default true. */
  readonly scale?: boolean;
  /** Default `zeros`. */
  readonly betaInitializer?: InitializerLike;
  /** Default `ones`. */
  readonly gammaInitializer?: InitializerLike;
  /** Default none. */
  readonly betaRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly gammaRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly betaConstraint?: ConstraintLike | null;
  /** Default none. */
  readonly gammaConstraint?: ConstraintLike | null;
}

/** Defaults of {@link ScaleOptions}. */
export const SCALE_DEFAULTS = {
  center: true,
  scale: true,
  betaInitializer: 'zeros',
  gammaInitializer: 'ones',
  betaRegularizer: null,
  gammaRegularizer: null,
  betaConstraint: null,
  gammaConstraint: null,
} as const;

/** Options of {@link BatchNormalization}. */
export interface BatchNormalizationOptions extends ScaleOptions {
  /** The axis of the channels. Default -1. */
  readonly axis?: number;
  /** How much of the moving mean and variance stays at each step. Default 0.99. */
  readonly momentum?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** Default `zeros`. */
  readonly movingMeanInitializer?: InitializerLike;
  /** Default `ones`. */
  readonly movingVarianceInitializer?: InitializerLike;
}

const DEFAULTS: DefaultsOf<BatchNormalizationOptions> = {
  axis: -1,
  momentum: 0.99,
  epsilon: 1e-3,
  ...SCALE_DEFAULTS,
  movingMeanInitializer: 'zeros',
  movingVarianceInitializer: 'ones',
};

interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * `(x - mean) / sqrt(variance + epsilon) * gamma + beta` for each channel (Ioffe & Szegedy 2015).
 * Training uses the batch's statistics and updates moving ones, which are used otherwise and when
 * the layer is not trainable. Variances are population variances, as in Keras. The shape stays.
 * Weights: gamma, beta, moving_mean, moving_variance, each `[channels]`.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.batchNormalization({ epsilon: 0 });
 * const y = layer.apply(tensor([[1], [3]]), { training: true });
 * console.log(await y.array()); // [ [ -1 ], [ 1 ] ]
 * ```
 */
export class BatchNormalization extends Layer<Resolved<BatchNormalizationOptions>> {
  static readonly className = 'BatchNormalization';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  private gamma: Weight | undefined;
  private beta: Weight | undefined;
  private movingMean: Weight | undefined;
  private movingVariance: Weight | undefined;

  constructor(options: BatchNormalizationOptions = {}) {
    super(withDefaults('BatchNormalization', DEFAULTS, [], options));
    this.inputSpec = {};
  }

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const channels = knownSize(inputShape, config.axis);
    if (config.scale) {
      this.gamma = this.weight('gamma', [channels], {
        initializer: config.gammaInitializer,
        regularizer: config.gammaRegularizer,
        constraint: config.gammaConstraint,
      });
    }
    if (config.center) {
      this.beta = this.weight('beta', [channels], {
        initializer: config.betaInitializer,
        regularizer: config.betaRegularizer,
        constraint: config.betaConstraint,
      });
    }
    this.movingMean = this.weight('moving_mean', [channels], {
      initializer: config.movingMeanInitializer,
      trainable: false,
      autocast: false,
    });
    this.movingVariance = this.weight('moving_variance', [channels], {
      initializer: config.movingVarianceInitializer,
      trainable: false,
      autocast: false,
    });
    this.inputSpec = { rank: inputShape.length, axes: { [config.axis]: channels } };
  }

  protected override call(x: Tensor, { training, mask }: CallContext): Tensor {
    // Half precision has too few bits for sums over a batch.
    const wide = x.dtype === 'float64' ? x : cast(x, 'float32');
    const axis = normalizeAxis('BatchNormalization', this.config.axis, x.rank);
    const perChannel = x.shape.map((size, index) => (index === axis ? size : 1));
    const { mean, variance } =
      training && this.trainable
        ? this.#batchStatistics(wide, axis, singleMask(mask))
        : { mean: required(this.movingMean).value, variance: required(this.movingVariance).value };
    const spread = (value: Tensor): Tensor => reshape(cast(value, wide.dtype), perChannel);
    const factor = rsqrt(add(spread(variance), this.config.epsilon));
    const scale = this.gamma === undefined ? factor : mul(factor, spread(this.gamma.value));
    const scaled = mul(sub(wide, spread(mean)), scale);
    const result = this.beta === undefined ? scaled : add(scaled, spread(this.beta.value));
    return cast(result, this.computeDtype);
  }

  #batchStatistics(x: Tensor, axis: number, mask: Tensor | undefined): Statistics {
    const axes = x.shape.map((_, index) => index).filter((index) => index !== axis);
    const found = mask === undefined ? moments(x, { axis: axes }) : maskedMoments(x, axes, mask);
    // Shape inference must not change weights.
    if (!isInferring()) {
      this.#move(required(this.movingMean), found.mean);
      this.#move(required(this.movingVariance), found.variance);
    }
    return found;
  }

  #move(weight: Weight, batch: Tensor): void {
    const { momentum } = this.config;
    const old = weight.value;
    weight.assign(add(mul(old, momentum), mul(cast(batch, weight.dtype), 1 - momentum)));
  }
}

/** Mean and variance of the steps that the mask keeps. */
function maskedMoments(x: Tensor, axes: readonly number[], mask: Tensor): Statistics {
  let kept = cast(mask, x.dtype);
  while (kept.rank < x.rank) kept = expandDims(kept, kept.rank);
  const weights = broadcastTo(kept, x.shape);
  const count = maximum(sum(weights, { axis: axes, keepDims: true }), EPSILON);
  const mean = div(sum(mul(x, weights), { axis: axes, keepDims: true }), count);
  const squares = mul(square(sub(x, mean)), weights);
  const variance = div(sum(squares, { axis: axes, keepDims: true }), count);
  const channels = x.shape.filter((_, axis) => !axes.includes(axis));
  return { mean: reshape(mean, channels), variance: reshape(variance, channels) };
}

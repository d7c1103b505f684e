// BatchNormalization: each channel gets mean 0 and variance 1 over the batch.

import type { ConstraintLike } from '../constraints/index.js';
import { currentEpsilon } from '../core/epsilon.js';
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
  sqrt,
  square,
  sub,
  sum,
} from '../ops/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import {
  type Correction,
  checkedClipping,
  correction,
  type RenormClipping,
  RootOf,
} from './batch-renormalization.js';
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
  /**
   * Batch renormalization (Ioffe 2017): in training, results are corrected towards what long-term
   * statistics would give, which helps with small batches. Default false.
   */
  readonly renorm?: boolean;
  /** Limits of the corrections: `rmax`, `rmin` of the factor, `dmax` of the shift. Default none. */
  readonly renormClipping?: RenormClipping | null;
  /** How much of the long-term statistics of `renorm` stays at each step. Default 0.99. */
  readonly renormMomentum?: number;
}

const DEFAULTS: DefaultsOf<BatchNormalizationOptions> = {
  axis: -1,
  momentum: 0.99,
  epsilon: 1e-3,
  ...SCALE_DEFAULTS,
  movingMeanInitializer: 'zeros',
  movingVarianceInitializer: 'ones',
  renorm: false,
  renormClipping: null,
  renormMomentum: 0.99,
};

interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** What batch renormalization changes. */
  readonly correction?: Correction | undefined;
}

/**
 * `(x - mean) / sqrt(variance + epsilon) * gamma + beta` for each channel (Ioffe & Szegedy 2015).
 * Training uses the batch's statistics and updates moving ones, which are used otherwise and when
 * the layer is not trainable. Variances are population variances, as in Keras. The shape stays.
 * Weights: gamma, beta, moving_mean, moving_variance, each `[channels]`; with `renorm` also
 * moving_stddev, renorm_mean, renorm_stddev.
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
  override readonly takesMask = true;
  private gamma: Weight | undefined;
  private beta: Weight | undefined;
  private movingMean: Weight | undefined;
  private movingVariance: Weight | undefined;
  private movingStddev: Weight | undefined;
  private renormMean: Weight | undefined;
  private renormStddev: Weight | undefined;
  /** Calls since `beginMeans`; undefined while statistics move by momentum. */
  #calls: number | undefined;

  constructor(options: BatchNormalizationOptions = {}) {
    const config = withDefaults('BatchNormalization', DEFAULTS, [], options);
    const { renorm, renormClipping } = config;
    super(renorm ? { ...config, renormClipping: checkedClipping(renormClipping) } : config);
    this.inputSpec = {};
  }

  /**
   * From now on moving statistics are plain means over the calls in training, all counting alike,
   * whatever they were before; until `endMeans`.
   */
  beginMeans(): void {
    this.#calls = 0;
  }

  endMeans(): void {
    this.#calls = undefined;
  }

  protected override build(inputShape: PartialShape): void {
    const { config } = this;
    const channels = knownSize(inputShape, config.axis);
    if (config.scale) {
      this.gamma = this.weight('gamma', [channels], {
        initializer: config.gammaInitializer,
        regularizer: config.gammaRegularizer,
        constraint: config.gammaConstraint,
        autocast: false,
      });
    }
    if (config.center) {
      this.beta = this.weight('beta', [channels], {
        initializer: config.betaInitializer,
        regularizer: config.betaRegularizer,
        constraint: config.betaConstraint,
        autocast: false,
      });
    }
    const { movingMeanInitializer: means, movingVarianceInitializer: variances } = config;
    const statistic = (name: string, initializer: InitializerLike): Weight =>
      this.weight(name, [channels], { initializer, trainable: false, autocast: false });
    this.movingMean = statistic('moving_mean', means);
    this.movingVariance = statistic('moving_variance', variances);
    if (config.renorm) {
      this.movingStddev = statistic('moving_stddev', new RootOf(variances));
      this.renormMean = statistic('renorm_mean', means);
      this.renormStddev = statistic('renorm_stddev', new RootOf(variances));
    }
    this.inputSpec = { rank: inputShape.length, axes: { [config.axis]: channels } };
  }

  protected override call(x: Tensor, { training, mask }: CallContext): Tensor {
    // Half precision has too few bits for sums over a batch.
    const wide = x.dtype === 'float64' ? x : cast(x, 'float32');
    const axis = normalizeAxis('BatchNormalization', this.config.axis, x.rank);
    const perChannel = x.shape.map((size, index) => (index === axis ? size : 1));
    const used =
      training && this.trainable
        ? this.#batchStatistics(wide, axis, singleMask(mask))
        : { mean: required(this.movingMean).value, variance: required(this.movingVariance).value };
    const spread = (value: Tensor): Tensor => reshape(cast(value, wide.dtype), perChannel);
    const { gamma, beta } = this.#scaleAndShift(used.correction);
    const factor = rsqrt(add(spread(used.variance), this.config.epsilon));
    const scale = gamma === undefined ? factor : mul(factor, spread(gamma));
    const scaled = mul(sub(wide, spread(used.mean)), scale);
    const result = beta === undefined ? scaled : add(scaled, spread(beta));
    return cast(result, this.computeDtype);
  }

  /** gamma and beta, with what batch renormalization adds to them. */
  #scaleAndShift(corrected: Correction | undefined) {
    const gamma = this.gamma?.value;
    const beta = this.beta?.value;
    if (corrected === undefined) return { gamma, beta };
    const { factor, shift } = corrected;
    const moved = gamma === undefined ? shift : mul(shift, gamma);
    return {
      gamma: gamma === undefined ? factor : mul(factor, gamma),
      beta: beta === undefined ? moved : add(moved, beta),
    };
  }

  #batchStatistics(x: Tensor, axis: number, mask: Tensor | undefined): Statistics {
    const axes = x.shape.map((_, index) => index).filter((index) => index !== axis);
    const found = mask === undefined ? moments(x, { axis: axes }) : maskedMoments(x, axes, mask);
    const { renorm, epsilon, renormClipping } = this.config;
    const stddev = renorm ? sqrt(add(found.variance, epsilon)) : undefined;
    const corrected =
      stddev === undefined
        ? undefined
        : correction(
            { mean: found.mean, stddev },
            { mean: required(this.renormMean).value, stddev: required(this.renormStddev).value },
            renormClipping ?? {},
            epsilon,
          );
    // Shape inference must not change weights.
    if (!isInferring()) this.#follow(found, stddev);
    return { ...found, correction: corrected };
  }

  /** Moves the statistics towards those of a batch. */
  #follow({ mean, variance }: Statistics, stddev: Tensor | undefined): void {
    const calls = this.#calls;
    const { momentum, renormMomentum, epsilon } = this.config;
    const stays = calls === undefined ? momentum : calls / (calls + 1);
    if (calls !== undefined) this.#calls = calls + 1;
    move(required(this.movingMean), mean, stays);
    const movingVariance = required(this.movingVariance);
    if (stddev === undefined) {
      move(movingVariance, variance, stays);
      return;
    }
    move(required(this.renormMean), mean, renormMomentum);
    move(required(this.renormStddev), stddev, renormMomentum);
    const movingStddev = required(this.movingStddev);
    move(movingStddev, stddev, stays);
    const squared = maximum(sub(square(movingStddev.value), epsilon), 0);
    movingVariance.assign(cast(squared, movingVariance.dtype));
  }
}

/** Takes a part of the batch's value over into a moving one. */
function move(weight: Weight, batch: Tensor, stays: number): void {
  weight.assign(add(mul(weight.value, stays), mul(cast(batch, weight.dtype), 1 - stays)));
}

/** Mean and variance of the steps that the mask keeps. */
function maskedMoments(x: Tensor, axes: readonly number[], mask: Tensor): Statistics {
  let kept = cast(mask, x.dtype);
  while (kept.rank < x.rank) kept = expandDims(kept, kept.rank);
  const weights = broadcastTo(kept, x.shape);
  const count = maximum(sum(weights, { axis: axes, keepDims: true }), currentEpsilon());
  const mean = div(sum(mul(x, weights), { axis: axes, keepDims: true }), count);
  const squares = mul(square(sub(x, mean)), weights);
  const variance = div(sum(squares, { axis: axes, keepDims: true }), count);
  const channels = x.shape.filter((_, axis) => !axes.includes(axis));
  return { mean: reshape(mean, channels), variance: reshape(variance, channels) };
}

// Normalizations within each sample: LayerNormalization, RMSNormalization, UnitNormalization,
// GroupNormalization.
import { ArgumentError } from '../core/errors.js';
import { normalizeAxes, normalizeAxis } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { isList } from '../core/tree.js';
import {
  add,
  cast,
  mean,
  moments,
  mul,
  normalize,
  reshape,
  rsqrt,
  square,
  sub,
} from '../ops/index.js';
import { SCALE_DEFAULTS, type ScaleOptions } from './batch-normalization.js';
import { required } from './built.js';
import { knownSize } from './known-size.js';
import { Layer } from './layer.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';
import type { WeightOptions } from './weight-holder.js';

type Axes = number | readonly number[];

function axisList(axis: Axes): readonly number[] {
  return isList(axis) ? axis : [axis];
}

function gammaSettings(config: ScaleOptions): WeightOptions {
  return {
    initializer: config.gammaInitializer,
    regularizer: config.gammaRegularizer,
    constraint: config.gammaConstraint,
  };
}

function betaSettings(config: ScaleOptions): WeightOptions {
  return {
    initializer: config.betaInitializer,
    regularizer: config.betaRegularizer,
    constraint: config.betaConstraint,
  };
}

/** Half precision has too few bits for sums. */
function wideOf(x: Tensor): Tensor {
  return x.dtype === 'float64' ? x : cast(x, 'float32');
}

/** The value of a weight with the sizes of `axes`, shaped so that it broadcasts against `x`. */
function along(x: Tensor, axes: readonly number[], weight: Weight, like: Tensor): Tensor {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return reshape(cast(weight.value, like.dtype), shape);
}

/** Options of {@link LayerNormalization}. */
export interface LayerNormalizationOptions extends ScaleOptions {
  /** The axis (or axes) whose values are normalized together. Default -1. */
  readonly axis?: Axes;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
}

const LAYER_DEFAULTS: DefaultsOf<LayerNormalizationOptions> = {
  axis: -1,
  epsilon: 1e-3,
  ...SCALE_DEFAULTS,
};

/**
 * `(x - mean) / sqrt(variance + epsilon) * gamma + beta` within each sample (Ba et al. 2016).
 * The shape stays. Weights: gamma and beta with the sizes of the normalized axes.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.layerNormalization({ epsilon: 0 });
 * console.log(await layer.apply(tensor([[1, 3]])).array()); // [ [ -1, 1 ] ]
 * ```
 */
export class LayerNormalization extends Layer<Resolved<LayerNormalizationOptions>> {
  static readonly className = 'LayerNormalization';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  private gamma: Weight | undefined;
  private beta: Weight | undefined;

  constructor(options: LayerNormalizationOptions = {}) {
    const config = withDefaults('LayerNormalization', LAYER_DEFAULTS, [], options);
    super({ ...config, axis: [...axisList(config.axis)].sort((a, b) => a - b) });
    this.inputSpec = {};
  }

  protected override build(inputShape: PartialShape): void {
    const axes = normalizeAxes('LayerNormalization', this.config.axis, inputShape.length);
    const sizes = axes.map((axis) => knownSize(inputShape, axis));
    if (this.config.scale) this.gamma = this.weight('gamma', sizes, gammaSettings(this.config));
    if (this.config.center) this.beta = this.weight('beta', sizes, betaSettings(this.config));
  }

  protected override call(x: Tensor): Tensor {
    const wide = wideOf(x);
    const axis = normalizeAxes('LayerNormalization', this.config.axis, x.rank);
    const { mean: center, variance } = moments(wide, { axis, keepDims: true });
    const factor = rsqrt(add(variance, this.config.epsilon));
    let result = mul(sub(wide, center), factor);
    if (this.gamma !== undefined) result = mul(result, along(x, axis, this.gamma, wide));
    if (this.beta !== undefined) result = add(result, along(x, axis, this.beta, wide));
    return cast(result, this.computeDtype);
  }
}

/** Options of {@link RMSNormalization}. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** The axis (or axes) whose values are normalized together. Default -1. */
  readonly axis?: Axes;
  /** Added to the mean square. Default 1e-6. */
  readonly epsilon?: number;
}

const RMS_DEFAULTS: DefaultsOf<RMSNormalizationOptions> = { axis: -1, epsilon: 1e-6 };

/**
 * `x / sqrt(mean(x²) + epsilon) * scale` (Zhang & Sennrich 2019). The shape stays. As in Keras, a mask
 * ends here.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.rmsNormalization().apply(x).shape); // [ null, 4 ]
 * ```
 */
export class RMSNormalization extends Layer<Resolved<RMSNormalizationOptions>> {
  static readonly className = 'RMSNormalization';
  static readonly kerasModule = 'keras.layers';
  private scale: Weight | undefined;

  constructor(options: RMSNormalizationOptions = {}) {
    const config = withDefaults('RMSNormalization', RMS_DEFAULTS, [], options);
    super({ ...config, axis: [...axisList(config.axis)].sort((a, b) => a - b) });
    this.inputSpec = {};
  }

  protected override build(inputShape: PartialShape): void {
    const axes = normalizeAxes('RMSNormalization', this.config.axis, inputShape.length);
    const sizes = axes.map((axis) => knownSize(inputShape, axis));
    this.scale = this.weight('scale', sizes, { initializer: 'ones' });
  }

  protected override call(x: Tensor): Tensor {
    const wide = wideOf(x);
    const axis = normalizeAxes('RMSNormalization', this.config.axis, x.rank);
    const meanSquare = mean(square(wide), { axis, keepDims: true });
    const normal = mul(wide, rsqrt(add(meanSquare, this.config.epsilon)));
    return cast(mul(normal, along(x, axis, required(this.scale), wide)), this.computeDtype);
  }
}

/** Options of {@link UnitNormalization}. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis (or axes) along which lengths are measured. Default -1. */
  readonly axis?: Axes;
}

/**
 * Divides by the length, so that it becomes 1; lengths below 1e-12 count as 1e-12. The shape stays. (At
 * vectors of zeros the gradient is large here; in Keras on JAX it is NaN.)
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.unitNormalization().apply(x).shape); // [ null, 4 ]
 * ```
 */
export class UnitNormalization extends Layer<Resolved<UnitNormalizationOptions>> {
  static readonly className = 'UnitNormalization';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: UnitNormalizationOptions = {}) {
    super(withDefaults('UnitNormalization', { axis: -1 }, [], options));
    this.inputSpec = {};
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor): Tensor {
    return normalize(x, { axis: this.config.axis, epsilon: 1e-12 });
  }
}

/** Options of {@link GroupNormalization}. */
export interface GroupNormalizationOptions extends ScaleOptions {
  /** How many groups the channels form; -1 makes each channel one. Default 32. */
  readonly groups?: number;
  /** The axis of the channels. Default -1. */
  readonly axis?: number;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
}

const GROUP_DEFAULTS: DefaultsOf<GroupNormalizationOptions> = {
  groups: 32,
  axis: -1,
  epsilon: 1e-3,
  ...SCALE_DEFAULTS,
};

/**
 * Normalizes groups of channels within each sample (Wu & He 2018). The shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [5, 5, 4] });
 * console.log(layers.groupNormalization({ groups: 2 }).apply(x).shape); // [ null, 5, 5, 4 ]
 * ```
 */
export class GroupNormalization extends Layer<Resolved<GroupNormalizationOptions>> {
  static readonly className = 'GroupNormalization';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  private gamma: Weight | undefined;
  private beta: Weight | undefined;

  constructor(options: GroupNormalizationOptions = {}) {
    super(withDefaults('GroupNormalization', GROUP_DEFAULTS, [], options));
    this.inputSpec = {};
  }

  protected override build(inputShape: PartialShape): void {
    const { axis, groups, scale, center } = this.config;
    const channels = knownSize(inputShape, axis);
    if (groups !== -1 && channels % groups !== 0) {
      throw new ArgumentError({
        what: 'the channels do not divide into the groups',
        expected: `a multiple of ${groups} channels`,
        received: String(channels),
        fix: 'choose a number of groups that divides the channels, or -1',
      });
    }
    if (scale) this.gamma = this.weight('gamma', [channels], gammaSettings(this.config));
    if (center) this.beta = this.weight('beta', [channels], betaSettings(this.config));
    this.inputSpec = { rank: inputShape.length, axes: { [axis]: channels } };
  }

  protected override call(x: Tensor): Tensor {
    const axis = normalizeAxis('GroupNormalization', this.config.axis, x.rank);
    const channels = x.shape[axis] ?? 1;
    const groups = this.config.groups === -1 ? channels : this.config.groups;
    const split = [
      ...x.shape.slice(0, axis),
      groups,
      channels / groups,
      ...x.shape.slice(axis + 1),
    ];
    const wide = reshape(wideOf(x), split);
    const axes = split.map((_, index) => index).filter((index) => index !== 0 && index !== axis);
    const { mean: center, variance } = moments(wide, { axis: axes, keepDims: true });
    const normal = mul(sub(wide, center), rsqrt(add(variance, this.config.epsilon)));
    let result = reshape(normal, x.shape);
    if (this.gamma !== undefined) result = mul(result, along(x, [axis], this.gamma, result));
    if (this.beta !== undefined) result = add(result, along(x, [axis], this.beta, result));
    return cast(result, this.computeDtype);
  }
}

// Activations as layers of their own.
import {
  type Activation as ActivationFunction,
  type ActivationLike,
  elu,
  get as getActivation,
  leakyRelu,
  relu,
} from '../activations/index.js';
import type { ConstraintLike } from '../constraints/index.js';
import { isFloat } from '../core/dtype.js';
import { DTypeError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import type { InitializerLike } from '../initializers/index.js';
import { add, mul, neg, relu as plainRelu } from '../ops/index.js';
import type { RegularizerLike } from '../regularizers/index.js';
import { required } from './built.js';
import { type CallContext, singleMask } from './call-context.js';
import { knownSize } from './known-size.js';
import { Layer } from './layer.js';
import { maskedSoftmax } from './masked-softmax.js';
import { type DefaultsOf, type LayerOptions, type Resolved, withDefaults } from './options.js';
import type { PartialShape } from './symbolic.js';
import type { Weight } from './weight.js';

/** Options of {@link Activation}. */
export interface ActivationOptions extends LayerOptions {
  /** A name, in any spelling, or a function. */
  readonly activation: ActivationLike;
}

/**
 * Applies an activation; the shape stays.
 *
 * @example
 * ```ts
 * import { layers, tensor } from 'keratin';
 * const layer = layers.activation({ activation: 'relu' });
 * console.log(await layer.apply(tensor([[-1, 2]])).array()); // [ [ 0, 2 ] ]
 * ```
 */
export class Activation extends Layer<Resolved<ActivationOptions>> {
  static readonly className = 'Activation';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  private readonly activation: ActivationFunction;

  constructor(options: ActivationOptions) {
    super(withDefaults('Activation', {}, ['activation'], options));
    this.inputSpec = {};
    this.activation = getActivation(this.config.activation);
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor): Tensor {
    return this.activation(x);
  }
}

/** Options of {@link ReLU}. */
export interface ReLUOptions extends LayerOptions {
  /** The largest result; null for no limit. Default null. */
  readonly maxValue?: number | null;
  /** Slope below `threshold`. Default 0. */
  readonly negativeSlope?: number;
  /** Inputs below it count as negative. Default 0. */
  readonly threshold?: number;
}

const RELU: DefaultsOf<ReLUOptions> = { maxValue: null, negativeSlope: 0, threshold: 0 };

/**
 * `max(x, 0)`, with a slope, a limit and a threshold if wanted; the shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.reLU({ maxValue: 6 }).apply(x).shape); // [ null, 4 ]
 * ```
 */
export class ReLU extends Layer<Resolved<ReLUOptions>> {
  static readonly className = 'ReLU';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: ReLUOptions = {}) {
    super(withDefaults('ReLU', RELU, [], options));
    this.inputSpec = {};
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor): Tensor {
    return relu(x, this.config);
  }
}

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUOptions extends LayerOptions {
  /** Slope below 0. Default 0.3 (the activation of that name has 0.2, as in Keras). */
  readonly negativeSlope?: number;
}

/**
 * x above 0, `negativeSlope * x` below; the shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.leakyReLU().apply(x).shape); // [ null, 4 ]
 * ```
 */
export class LeakyReLU extends Layer<Resolved<LeakyReLUOptions>> {
  static readonly className = 'LeakyReLU';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: LeakyReLUOptions = {}) {
    super(withDefaults('LeakyReLU', { negativeSlope: 0.3 }, [], options));
    this.inputSpec = {};
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.config.negativeSlope });
  }
}

/** Options of {@link ELU}. */
export interface ELUOptions extends LayerOptions {
  /** The limit far below 0, negated. Default 1. */
  readonly alpha?: number;
}

/**
 * x above 0, `alpha * (exp(x) - 1)` below (Clevert et al. 2015); the shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.elu().apply(x).shape); // [ null, 4 ]
 * ```
 */
export class ELU extends Layer<Resolved<ELUOptions>> {
  static readonly className = 'ELU';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;

  constructor(options: ELUOptions = {}) {
    super(withDefaults('ELU', { alpha: 1 }, [], options));
    this.inputSpec = {};
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor): Tensor {
    return elu(x, { alpha: this.config.alpha });
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends LayerOptions {
  /** Default `zeros`. */
  readonly alphaInitializer?: InitializerLike;
  /** Default none. */
  readonly alphaRegularizer?: RegularizerLike | null;
  /** Default none. */
  readonly alphaConstraint?: ConstraintLike | null;
  /** Axes along which one slope serves all, e.g. `[1, 2]` for images. Default none. */
  readonly sharedAxes?: number | readonly number[] | null;
}

const PRELU: DefaultsOf<PReLUOptions> = {
  alphaInitializer: 'zeros',
  alphaRegularizer: null,
  alphaConstraint: null,
  sharedAxes: null,
};

/**
 * x above 0, `alpha * x` below, with a learnt alpha for each value (He et al. 2015).
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.prelu().apply(x).shape); // [ null, 4 ]
 * ```
 */
export class PReLU extends Layer<Resolved<PReLUOptions>> {
  static readonly className = 'PReLU';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  private alpha: Weight | undefined;

  constructor(options: PReLUOptions = {}) {
    super(withDefaults('PReLU', PRELU, [], options));
    this.inputSpec = {};
  }

  protected override build(inputShape: PartialShape): void {
    const { sharedAxes, alphaInitializer, alphaRegularizer, alphaConstraint } = this.config;
    const shared = typeof sharedAxes === 'number' ? [sharedAxes] : (sharedAxes ?? []);
    const axes = inputShape.map((_, axis) => axis).slice(1);
    const shape = axes.map((axis) => (shared.includes(axis) ? 1 : knownSize(inputShape, axis)));
    this.alpha = this.weight('alpha', shape, {
      initializer: alphaInitializer,
      regularizer: alphaRegularizer,
      constraint: alphaConstraint,
    });
    const fixed = axes.filter((axis) => !shared.includes(axis));
    this.inputSpec = {
      rank: inputShape.length,
      axes: Object.fromEntries(fixed.map((axis) => [axis, knownSize(inputShape, axis)])),
    };
  }

  protected override call(x: Tensor): Tensor {
    const negative = mul(neg(required(this.alpha).value), plainRelu(neg(x)));
    return add(plainRelu(x), negative);
  }
}

/** Options of {@link Softmax}. */
export interface SoftmaxLayerOptions extends LayerOptions {
  /** The axis (or axes) whose values sum to 1. Default -1. */
  readonly axis?: number | readonly number[];
}

/**
 * `exp(x) / Σ exp(x)` along an axis; masked values get no share. The shape stays.
 *
 * @example
 * ```ts
 * import { layers } from 'keratin';
 * const x = layers.input({ shape: [4] });
 * console.log(layers.softmax().apply(x).shape); // [ null, 4 ]
 * ```
 */
export class Softmax extends Layer<Resolved<SoftmaxLayerOptions>> {
  static readonly className = 'Softmax';
  static readonly kerasModule = 'keras.layers';
  override supportsMasking = true;
  override readonly takesMask = true;

  constructor(options: SoftmaxLayerOptions = {}) {
    super(withDefaults('Softmax', { axis: -1 }, [], options));
    this.inputSpec = {};
    this.buildOnce(() => {});
  }

  protected override call(x: Tensor, { mask }: CallContext): Tensor {
    if (!isFloat(x.dtype)) {
      throw new DTypeError({
        what: 'softmax needs floats',
        received: x.dtype,
        fix: "cast the input first: cast(x, 'float32')",
      });
    }
    return maskedSoftmax(x, singleMask(mask), this.config.axis);
  }
}

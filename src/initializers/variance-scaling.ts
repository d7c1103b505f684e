// Initializers whose spread follows the fans: Glorot, He and LeCun.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Shape } from '../core/shape.js';
import { nameAmong } from '../core/spelling.js';
import type { Tensor } from '../core/tensor.js';
import { random } from '../ops/index.js';
import { type FanAxes, fansOf } from './fans.js';
import { RandomInitializer, type SeedOptions } from './initializer.js';

/** Standard deviation of a unit normal distribution cut off at two standard deviations. */
const TRUNCATED_STDDEV = 0.87962566103423978;

const MODES = ['fan_in', 'fan_out', 'fan_avg'] as const;
const DISTRIBUTIONS = ['truncated_normal', 'untruncated_normal', 'normal', 'uniform'] as const;

/** Which fan scales the variance. */
export type FanMode = 'fanIn' | 'fanOut' | 'fanAvg' | (typeof MODES)[number];
/** What is drawn from; `normal` means truncated, as in Keras. */
export type Distribution = 'truncatedNormal' | 'untruncatedNormal' | (typeof DISTRIBUTIONS)[number];

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingOptions extends SeedOptions, FanAxes {
  /** Default 1. */
  readonly scale?: number;
  /** Default `fanIn`. */
  readonly mode?: FanMode;
  /** Default `truncatedNormal`. */
  readonly distribution?: Distribution;
}

/**
 * Draws with variance `scale / fan`: a uniform distribution up to `sqrt(3 scale / fan)`, or a normal
 * one. Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998.
 *
 * @example
 * ```ts
 * import { initializers } from 'keratin';
 * const values = initializers.varianceScaling({ scale: 2, mode: 'fanOut' }).initialize([3, 4], 'float32');
 * console.log(values.shape); // [ 3, 4 ]
 * ```
 */
export class VarianceScaling extends RandomInitializer {
  static readonly className: string = 'VarianceScaling';
  static override readonly optionNames: KnownOptions = {
    scale: true,
    mode: true,
    distribution: true,
    seed: true,
    inputAxes: true,
    outputAxes: true,
  } satisfies OptionNames<VarianceScalingOptions>;
  readonly scale: number;
  readonly mode: (typeof MODES)[number];
  readonly distribution: (typeof DISTRIBUTIONS)[number];
  protected readonly axes: FanAxes;

  constructor(options: VarianceScalingOptions = {}, given: object = options) {
    super(options, given);
    this.scale = options.scale ?? 1;
    this.mode = nameAmong('fan mode', options.mode ?? 'fan_in', MODES);
    const distribution = options.distribution ?? 'truncated_normal';
    this.distribution = nameAmong('distribution', distribution, DISTRIBUTIONS);
    this.axes = {
      inputAxes: options.inputAxes ?? null,
      outputAxes: options.outputAxes ?? null,
    };
  }

  override initialize(shape: Shape, dtype: DType, fanAxes?: FanAxes): Tensor {
    const { inputAxes, outputAxes } = this.axes;
    const given = inputAxes !== null && outputAxes !== null;
    const { fanIn, fanOut } = fansOf(shape, given ? this.axes : (fanAxes ?? this.axes));
    const fan = { fan_in: fanIn, fan_out: fanOut, fan_avg: (fanIn + fanOut) / 2 }[this.mode];
    const variance = this.scale / Math.max(1, fan);
    const { seed } = this;
    if (this.distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return random.uniform(shape, { seed, min: -limit, max: limit, dtype });
    }
    if (this.distribution === 'untruncated_normal') {
      return random.normal(shape, { seed, stddev: Math.sqrt(variance), dtype });
    }
    const stddev = Math.sqrt(variance) / TRUNCATED_STDDEV;
    return random.truncatedNormal(shape, { seed, stddev, dtype });
  }

  override getConfig(): PlainConfig {
    const { scale, mode, distribution } = this;
    return { scale, mode, distribution, ...super.getConfig(), ...this.axesConfig() };
  }

  protected axesConfig(): PlainConfig {
    return { inputAxes: this.axes.inputAxes, outputAxes: this.axes.outputAxes };
  }
}

/** Options of the named kinds of variance scaling. */
export interface FanOptions extends SeedOptions, FanAxes {}

/** One of the named kinds: their scale, mode and distribution are given, so files leave them out. */
export abstract class NamedScaling extends VarianceScaling {
  override getConfig(): PlainConfig {
    const { seed } = super.getConfig();
    return { seed, ...this.axesConfig() };
  }
}

/** The names of {@link FanOptions}. */
const FAN_OPTIONS: OptionNames<FanOptions> = {
  seed: true,
  inputAxes: true,
  outputAxes: true,
};

/** Uniform up to `sqrt(6 / (fanIn + fanOut))`: what kernels start from by default. */
export class GlorotUniform extends NamedScaling {
  static override readonly className = 'GlorotUniform';
  static override readonly optionNames: KnownOptions = FAN_OPTIONS;
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_avg', distribution: 'uniform' }, options);
  }
}

/** Truncated normal with variance `2 / (fanIn + fanOut)`. */
export class GlorotNormal extends NamedScaling {
  static override readonly className = 'GlorotNormal';
  static override readonly optionNames: KnownOptions = FAN_OPTIONS;
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_avg', distribution: 'truncated_normal' }, options);
  }
}

/** Uniform up to `sqrt(6 / fanIn)`: for ReLU networks. */
export class HeUniform extends NamedScaling {
  static override readonly className = 'HeUniform';
  static override readonly optionNames: KnownOptions = FAN_OPTIONS;
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 2, mode: 'fan_in', distribution: 'uniform' }, options);
  }
}

/** Truncated normal with variance `2 / fanIn`: for ReLU networks. */
export class HeNormal extends NamedScaling {
  static override readonly className = 'HeNormal';
  static override readonly optionNames: KnownOptions = FAN_OPTIONS;
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 2, mode: 'fan_in', distribution: 'truncated_normal' }, options);
  }
}

/** Uniform up to `sqrt(3 / fanIn)`: for SELU networks. */
export class LecunUniform extends NamedScaling {
  static override readonly className = 'LecunUniform';
  static override readonly optionNames: KnownOptions = FAN_OPTIONS;
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_in', distribution: 'uniform' }, options);
  }
}

/** Truncated normal with variance `1 / fanIn`: for SELU networks. */
export class LecunNormal extends NamedScaling {
  static override readonly className = 'LecunNormal';
  static override readonly optionNames: KnownOptions = FAN_OPTIONS;
  constructor(options: FanOptions = {}) {
    super({ ...options, scale: 1, mode: 'fan_in', distribution: 'truncated_normal' }, options);
  }
}

// Initializers that draw from one distribution, whatever the shape.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { random } from '../ops/index.js';
import { RandomInitializer, type SeedOptions } from './initializer.js';

/** Options of {@link RandomUniform}. */
export interface UniformOptions extends SeedOptions {
  /** Default -0.05. */
  readonly minval?: number;
  /** Default 0.05. */
  readonly maxval?: number;
}

/** Evenly between `minval` and `maxval`. */
export class RandomUniform extends RandomInitializer {
  static readonly className = 'RandomUniform';
  static override readonly optionNames: KnownOptions = {
    minval: true,
    maxval: true,
    seed: true,
  } satisfies OptionNames<UniformOptions>;
  readonly minval: number;
  readonly maxval: number;

  constructor(options: UniformOptions = {}) {
    super(options);
    this.minval = options.minval ?? -0.05;
    this.maxval = options.maxval ?? 0.05;
  }

  override initialize(shape: Shape, dtype: DType): Tensor {
    return random.uniform(shape, { seed: this.seed, min: this.minval, max: this.maxval, dtype });
  }

  override getConfig(): PlainConfig {
    return { ...super.getConfig(), minval: this.minval, maxval: this.maxval };
  }
}

/** Options of {@link RandomNormal} and {@link TruncatedNormal}. */
export interface NormalOptions extends SeedOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 0.05. */
  readonly stddev?: number;
}

/** The names of {@link NormalOptions}. */
const NORMAL_OPTIONS: OptionNames<NormalOptions> = {
  mean: true,
  stddev: true,
  seed: true,
};

/** What the two normal distributions share. */
abstract class NormalInitializer extends RandomInitializer {
  readonly mean: number;
  readonly stddev: number;

  constructor(options: NormalOptions = {}) {
    super(options);
    this.mean = options.mean ?? 0;
    this.stddev = options.stddev ?? 0.05;
  }

  override getConfig(): PlainConfig {
    return { ...super.getConfig(), mean: this.mean, stddev: this.stddev };
  }
}

/** The normal distribution. */
export class RandomNormal extends NormalInitializer {
  static readonly className = 'RandomNormal';
  static override readonly optionNames: KnownOptions = NORMAL_OPTIONS;

  override initialize(shape: Shape, dtype: DType): Tensor {
    const { seed, mean, stddev } = this;
    return random.normal(shape, { seed, mean, stddev, dtype });
  }
}

/** The normal distribution without what lies beyond two standard deviations. */
export class TruncatedNormal extends NormalInitializer {
  static readonly className = 'TruncatedNormal';
  static override readonly optionNames: KnownOptions = NORMAL_OPTIONS;

  override initialize(shape: Shape, dtype: DType): Tensor {
    const { seed, mean, stddev } = this;
    return random.truncatedNormal(shape, { seed, mean, stddev, dtype });
  }
}

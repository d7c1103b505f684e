// The constraints that Keras has; norms are over `axis`, with its epsilon of 1e-7.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { currentEpsilon } from '../core/epsilon.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { add, clip, div, maximum, mul, sqrt, square, sum } from '../ops/index.js';
import { Constraint } from './constraint.js';

type Axes = number | readonly number[];

function normOf(weight: Tensor, axis: Axes): Tensor {
  return sqrt(sum(square(weight), { axis, keepDims: true }));
}

/** Options of {@link MaxNorm}. */
export interface MaxNormOptions {
  /** Default 2. */
  readonly maxValue?: number;
  /** Axes that one norm runs over. Default 0: the inputs of each unit of a dense kernel. */
  readonly axis?: Axes;
}

/** Shrinks norms above `maxValue` (Keras `MaxNorm`). */
export class MaxNorm extends Constraint {
  static readonly className = 'MaxNorm';
  static override readonly optionNames: KnownOptions = {
    maxValue: true,
    axis: true,
  } satisfies OptionNames<MaxNormOptions>;
  readonly maxValue: number;
  readonly axis: Axes;

  constructor(options: MaxNormOptions = {}) {
    super(options);
    this.maxValue = options.maxValue ?? 2;
    this.axis = options.axis ?? 0;
  }

  override apply(weight: Tensor): Tensor {
    const norm = normOf(weight, this.axis);
    const desired = clip(norm, 0, this.maxValue);
    return mul(weight, div(desired, add(norm, currentEpsilon())));
  }

  override getConfig(): PlainConfig {
    return { maxValue: this.maxValue, axis: this.axis };
  }
}

/** Makes every norm 1 (Keras `UnitNorm`). */
export class UnitNorm extends Constraint {
  static readonly className = 'UnitNorm';
  static override readonly optionNames: KnownOptions = { axis: true } satisfies OptionNames<{
    readonly axis?: Axes;
  }>;
  readonly axis: Axes;

  /** `axis` defaults to 0. */
  constructor(options: { readonly axis?: Axes } = {}) {
    super(options);
    this.axis = options.axis ?? 0;
  }

  override apply(weight: Tensor): Tensor {
    return div(weight, add(normOf(weight, this.axis), currentEpsilon()));
  }

  override getConfig(): PlainConfig {
    return { axis: this.axis };
  }
}

/** Negative weights become 0 (Keras `NonNeg`). */
export class NonNeg extends Constraint {
  static readonly className = 'NonNeg';
  static override readonly optionNames: KnownOptions = {};

  override apply(weight: Tensor): Tensor {
    return maximum(weight, 0);
  }
}

/** Options of {@link MinMaxNorm}. */
export interface MinMaxNormOptions {
  /** Default 0. */
  readonly minValue?: number;
  /** Default 1. */
  readonly maxValue?: number;
  /** How far one step goes towards the allowed range, 0 to 1. Default 1. */
  readonly rate?: number;
  /** Default 0. */
  readonly axis?: Axes;
}

/** Brings norms between two bounds (Keras `MinMaxNorm`). */
export class MinMaxNorm extends Constraint {
  static readonly className = 'MinMaxNorm';
  static override readonly optionNames: KnownOptions = {
    minValue: true,
    maxValue: true,
    rate: true,
    axis: true,
  } satisfies OptionNames<MinMaxNormOptions>;
  readonly minValue: number;
  readonly maxValue: number;
  readonly rate: number;
  readonly axis: Axes;

  constructor(options: MinMaxNormOptions = {}) {
    super(options);
    this.minValue = options.minValue ?? 0;
    this.maxValue = options.maxValue ?? 1;
    this.rate = options.rate ?? 1;
    this.axis = options.axis ?? 0;
  }

  override apply(weight: Tensor): Tensor {
    const norm = normOf(weight, this.axis);
    const clipped = mul(clip(norm, this.minValue, this.maxValue), this.rate);
    const desired = add(clipped, mul(norm, 1 - this.rate));
    return mul(weight, div(desired, add(norm, currentEpsilon())));
  }

  override getConfig(): PlainConfig {
    return {
      minValue: this.minValue,
      maxValue: this.maxValue,
      rate: this.rate,
      axis: this.axis,
    };
  }
}

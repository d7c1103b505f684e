// The regularizers that Keras has: sums of absolute values and of squares.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { type DType, isFloat } from '../core/dtype.js';
import type { PlainConfig } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { abs, add, mul, square, sum } from '../ops/index.js';
import { Regularizer } from './regularizer.js';

/** `l1 * Σ|x|` (Keras `L1`). */
export class L1 extends Regularizer {
  static readonly className = 'L1';
  static override readonly optionNames: KnownOptions = { l1: true } satisfies OptionNames<{
    readonly l1?: number;
  }>;
  readonly l1: number;

  /** `l1` defaults to 0.01. */
  constructor(options: { readonly l1?: number } = {}) {
    super(options);
    this.l1 = options.l1 ?? 0.01;
  }

  override apply(x: Tensor): Tensor {
    return mul(sum(abs(x)), this.l1);
  }

  override getConfig(): PlainConfig {
    return { l1: this.l1 };
  }
}

/** `l2 * Σx²`, without the ½ that some libraries have (Keras `L2`). */
export class L2 extends Regularizer {
  static readonly className = 'L2';
  static override readonly optionNames: KnownOptions = { l2: true } satisfies OptionNames<{
    readonly l2?: number;
  }>;
  readonly l2: number;

  /** `l2` defaults to 0.01. */
  constructor(options: { readonly l2?: number } = {}) {
    super(options);
    this.l2 = options.l2 ?? 0.01;
  }

  override apply(x: Tensor): Tensor {
    return mul(sum(square(x)), this.l2);
  }

  override getConfig(): PlainConfig {
    return { l2: this.l2 };
  }
}

/** A factor as a number of `dtype`. */
function factorIn(dtype: DType, factor: number): number {
  return isFloat(dtype) ? factor : Math.trunc(factor);
}

/**
 * `l1 * Σ|x| + l2 * Σx²` (Keras `L1L2`). As in Keras the factors take the dtype of `x`: of whole
 * numbers, as an `ActivityRegularization` may see them, a factor below 1 makes 0.
 */
export class L1L2 extends Regularizer {
  static readonly className = 'L1L2';
  static override readonly optionNames: KnownOptions = {
    l1: true,
    l2: true,
  } satisfies OptionNames<{ readonly l1?: number; readonly l2?: number }>;
  readonly l1: number;
  readonly l2: number;

  /** Both default to 0. */
  constructor(options: { readonly l1?: number; readonly l2?: number } = {}) {
    super(options);
    this.l1 = options.l1 ?? 0;
    this.l2 = options.l2 ?? 0;
  }

  override apply(x: Tensor): Tensor {
    const absolute = mul(sum(abs(x)), factorIn(x.dtype, this.l1));
    return add(absolute, mul(sum(square(x)), factorIn(x.dtype, this.l2)));
  }

  override getConfig(): PlainConfig {
    return { l1: this.l1, l2: this.l2 };
  }
}

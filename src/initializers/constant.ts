// Initializers without chance: zeros, ones, one constant, the identity matrix.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import { ShapeError } from '../core/errors.js';
import type { PlainConfig } from '../core/serialized.js';
import { formatShape, type Shape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { eye, full, mul, ones, zeros } from '../ops/index.js';
import { Initializer } from './initializer.js';

/** All zeros. */
export class Zeros extends Initializer {
  static readonly className = 'Zeros';
  static override readonly optionNames: KnownOptions = {};

  override initialize(shape: Shape, dtype: DType): Tensor {
    return zeros(shape, { dtype });
  }
}

/** All ones. */
export class Ones extends Initializer {
  static readonly className = 'Ones';
  static override readonly optionNames: KnownOptions = {};

  override initialize(shape: Shape, dtype: DType): Tensor {
    return ones(shape, { dtype });
  }
}

/** One value everywhere. */
export class Constant extends Initializer {
  static readonly className = 'Constant';
  static override readonly optionNames: KnownOptions = { value: true } satisfies OptionNames<{
    readonly value?: number;
  }>;
  readonly value: number;

  /** `value` defaults to 0. */
  constructor(options: { readonly value?: number } = {}) {
    super(options);
    this.value = options.value ?? 0;
  }

  override initialize(shape: Shape, dtype: DType): Tensor {
    return full(shape, this.value, { dtype });
  }

  override getConfig(): PlainConfig {
    return { value: this.value };
  }
}

/** The identity matrix times `gain`; for weights with two axes only. */
export class Identity extends Initializer {
  static readonly className = 'Identity';
  static override readonly optionNames: KnownOptions = { gain: true } satisfies OptionNames<{
    readonly gain?: number;
  }>;
  readonly gain: number;

  /** `gain` defaults to 1. */
  constructor(options: { readonly gain?: number } = {}) {
    super(options);
    this.gain = options.gain ?? 1;
  }

  override initialize(shape: Shape, dtype: DType): Tensor {
    const [rows, columns, ...rest] = shape;
    if (rows === undefined || columns === undefined || rest.length > 0) {
      throw new ShapeError({
        where: 'initializer Identity',
        what: 'only a matrix can be the identity',
        expected: 'two axes',
        received: formatShape(shape),
        fix: 'use another initializer for this weight, e.g. orthogonal',
      });
    }
    return mul(eye(rows, columns, { dtype }), this.gain);
  }

  override getConfig(): PlainConfig {
    return { gain: this.gain };
  }
}

// OrthogonalRegularizer: pulls the rows or columns of a matrix towards right angles.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import type { PlainConfig } from '../core/serialized.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import {
  abs,
  eye,
  matmul,
  maximum,
  mul,
  rsqrt,
  square,
  sub,
  sum,
  transpose,
} from '../ops/index.js';
import { Regularizer } from './regularizer.js';

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalRegularizerOptions {
  /** Default 0.01. */
  readonly factor?: number;
  /** Default `rows`. */
  readonly mode?: 'rows' | 'columns';
}

/**
 * `factor` times the mean of |cosine| over all pairs of rows (or columns) of a matrix (Keras's
 * formula).
 */
export class OrthogonalRegularizer extends Regularizer {
  static readonly className = 'OrthogonalRegularizer';
  static override readonly optionNames: KnownOptions = {
    factor: true,
    mode: true,
  } satisfies OptionNames<OrthogonalRegularizerOptions>;
  readonly factor: number;
  readonly mode: 'rows' | 'columns';

  constructor(options: OrthogonalRegularizerOptions = {}) {
    super(options);
    this.factor = options.factor ?? 0.01;
    this.mode = options.mode ?? 'rows';
    if (this.mode !== 'rows' && this.mode !== 'columns') {
      throw new ArgumentError({
        where: 'OrthogonalRegularizer',
        what: 'the mode is not known',
        expected: 'rows or columns',
        received: String(this.mode),
        fix: 'use rows',
      });
    }
  }

  override apply(x: Tensor): Tensor {
    if (x.rank !== 2) {
      throw new ShapeError({
        where: 'OrthogonalRegularizer',
        what: 'only a matrix has rows and columns',
        expected: 'two axes',
        received: formatShape(x.shape),
        fix: 'use another regularizer for this weight',
      });
    }
    const vectors = this.mode === 'rows' ? x : transpose(x);
    const squares = sum(square(vectors), { axis: 1, keepDims: true });
    const unit = mul(vectors, rsqrt(maximum(squares, 1e-12)));
    const [count = 1] = unit.shape;
    const others = sub(1, eye(count, count, { dtype: x.dtype }));
    const cosines = sum(abs(mul(matmul(unit, transpose(unit)), others)));
    return mul(cosines, this.factor / Math.max(1, count * (count - 1)));
  }

  override getConfig(): PlainConfig {
    return { factor: this.factor, mode: this.mode };
  }
}

// Circle loss, for embeddings: like with like, unlike apart (Sun et al. 2020). Formula: Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import {
  add,
  cast,
  equal,
  expandDims,
  eye,
  greater,
  logicalAnd,
  logicalNot,
  logSumExp,
  matmul,
  maximum,
  mul,
  reshape,
  softplus,
  sub,
  transpose,
  where,
} from '../ops/index.js';
import { LOSS_OPTIONS, Loss, type LossOptions } from './loss.js';

/** What {@link circle} takes. */
export interface CircleSettings {
  /** The labels of the reference embeddings; default those of the batch. */
  readonly refLabels?: Tensor;
  /** The embeddings to compare with; default those of the batch. */
  readonly refEmbeddings?: Tensor;
  /** Whether an embedding is not compared with itself; default true. */
  readonly removeDiagonal?: boolean;
  /** Scale of the similarities; default 80. */
  readonly gamma?: number;
  /** How far like and unlike are to be apart; default 0.4. */
  readonly margin?: number;
}

/** Σ of exponentials along the rows, as a logarithm, of the pairs in `mask` only. */
function overPairs(mask: Tensor, values: Tensor): Tensor {
  return logSumExp(where(mask, values, Number.NEGATIVE_INFINITY), { axis: 1 });
}

/**
 * softplus(log Σ exp(like) + log Σ exp(unlike)) for each sample, from cosine distances d of pairs:
 * like pairs weigh −γ (m + d)(m − d), unlike ones γ (1 + m − d)(1 − m − d). `yTrue` holds integer
 * labels of shape `[batch]`, `yPred` embeddings of length 1, `[batch, size]`.
 */
export function circle(yTrue: Tensor, yPred: Tensor, options: CircleSettings = {}): Tensor {
  const { refLabels = yTrue, refEmbeddings = yPred } = options;
  const { removeDiagonal = true, gamma = 80, margin = 0.4 } = options;
  const distances = maximum(sub(1, matmul(yPred, transpose(refEmbeddings))), 0);
  const rows = expandDims(cast(reshape(yTrue, [-1]), 'int32'), 1);
  const columns = expandDims(cast(reshape(refLabels, [-1]), 'int32'), 0);
  const same = equal(rows, columns);
  const diagonal = eye(yTrue.size, refLabels.size, { dtype: 'bool' });
  const like = removeDiagonal ? logicalAnd(same, logicalNot(diagonal)) : same;
  const near = mul(maximum(add(margin, distances), 0), sub(margin, distances));
  const far = mul(maximum(sub(1 + margin, distances), 0), sub(1 - margin, distances));
  return softplus(
    add(overPairs(like, mul(near, -gamma)), overPairs(logicalNot(same), mul(far, gamma))),
  );
}

/** Options of {@link Circle}. */
export interface CircleOptions
  extends LossOptions,
    Omit<CircleSettings, 'refLabels' | 'refEmbeddings'> {}

/** {@link circle} as a loss object. Samples with a loss of 0 do not count in means. */
export class Circle extends Loss {
  static override readonly className = 'Circle';
  static override readonly optionNames: KnownOptions = {
    ...LOSS_OPTIONS,
    removeDiagonal: true,
    gamma: true,
    margin: true,
  } satisfies OptionNames<CircleOptions>;
  readonly gamma: number;
  readonly margin: number;
  readonly removeDiagonal: boolean;

  constructor(options: CircleOptions = {}) {
    super(options);
    this.gamma = options.gamma ?? 80;
    this.margin = options.margin ?? 0.4;
    this.removeDiagonal = options.removeDiagonal ?? true;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return circle(yTrue, yPred, this);
  }

  override maskOf(_yTrue: Tensor, _yPred: Tensor, values: Tensor): Tensor {
    return greater(values, 0);
  }

  override getConfig(): Record<string, Plain> {
    const { gamma, margin, removeDiagonal } = this;
    return { ...super.getConfig(), gamma, margin, removeDiagonal };
  }
}

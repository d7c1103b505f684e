// Metrics that are the mean of a loss over all samples.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import { binaryCrossentropy } from '../losses/binary-crossentropy.js';
import {
  categoricalCrossentropy,
  type SparseSettings,
  sparseCategoricalCrossentropy,
} from '../losses/categorical-crossentropy.js';
import type { CrossentropySettings } from '../losses/crossentropy.js';
import { categoricalHinge, hinge, squaredHinge } from '../losses/hinge.js';
import {
  cosineSimilarity,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
} from '../losses/regression.js';
import { toSameRank } from '../losses/shapes.js';
import { cast, neg, sqrt, square, sub } from '../ops/index.js';
import { Mean, MeanMetricWrapper } from './mean.js';
import {
  type Direction,
  METRIC_OPTIONS,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';

/** Mean of squared differences. */
export class MeanSquaredError extends MeanMetricWrapper {
  static override readonly className = 'MeanSquaredError';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(meanSquaredError, options, { direction: 'down' });
  }
}

/** Root of the mean of squared differences. */
export class RootMeanSquaredError extends Mean {
  static override readonly className = 'RootMeanSquaredError';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  override readonly direction: Direction = 'down';
  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    const [targets, predictions] = toSameRank(cast(yTrue, yPred.dtype), yPred);
    this.update(square(sub(predictions, targets)), weights.sampleWeight);
  }
  override result(): Tensor {
    return sqrt(super.result());
  }
}

/** Mean of absolute differences. */
export class MeanAbsoluteError extends MeanMetricWrapper {
  static override readonly className = 'MeanAbsoluteError';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(meanAbsoluteError, options, { direction: 'down' });
  }
}

/** Mean of absolute differences in percent of the targets. */
export class MeanAbsolutePercentageError extends MeanMetricWrapper {
  static override readonly className = 'MeanAbsolutePercentageError';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(meanAbsolutePercentageError, options, { direction: 'down' });
  }
}

/** Mean of squared differences of logarithms. */
export class MeanSquaredLogarithmicError extends MeanMetricWrapper {
  static override readonly className = 'MeanSquaredLogarithmicError';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(meanSquaredLogarithmicError, options, { direction: 'down' });
  }
}

/** Mean of log(cosh(p − t)). */
export class LogCoshError extends MeanMetricWrapper {
  static override readonly className = 'LogCoshError';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(logCosh, { ...options, name: options.name ?? 'logcosh' }, { direction: 'down' });
  }
}

/** Options of {@link CosineSimilarity}. */
export interface CosineSimilarityOptions extends MetricOptions {
  /** Default −1. */
  readonly axis?: number;
}

/** Mean cosine of the angle between targets and predictions; 1 is the best value. */
export class CosineSimilarity extends MeanMetricWrapper {
  static override readonly className = 'CosineSimilarity';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    axis: true,
  } satisfies OptionNames<CosineSimilarityOptions>;
  readonly axis: number;
  constructor(options: CosineSimilarityOptions = {}) {
    const { axis = -1 } = options;
    super((yTrue, yPred) => neg(cosineSimilarity(yTrue, yPred, { axis })), options, {
      direction: 'up',
    });
    this.axis = axis;
  }
}

/** Mean Kullback-Leibler divergence. */
export class KLDivergence extends MeanMetricWrapper {
  static override readonly className = 'KLDivergence';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(klDivergence, options, { direction: 'down' });
  }
}

/** Mean of p − t·log p. */
export class Poisson extends MeanMetricWrapper {
  static override readonly className = 'Poisson';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(poisson, options, { direction: 'down' });
  }
}

/** Mean hinge loss. */
export class Hinge extends MeanMetricWrapper {
  static override readonly className = 'Hinge';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(hinge, options, { direction: 'down' });
  }
}

/** Mean squared hinge loss. */
export class SquaredHinge extends MeanMetricWrapper {
  static override readonly className = 'SquaredHinge';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(squaredHinge, options, { direction: 'down' });
  }
}

/** Mean categorical hinge loss. */
export class CategoricalHinge extends MeanMetricWrapper {
  static override readonly className = 'CategoricalHinge';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  constructor(options: MetricOptions = {}) {
    super(categoricalHinge, options, { direction: 'down' });
  }
}

/** Options of the crossentropies of one-hot or yes/no targets. */
export interface CrossentropyMetricOptions extends MetricOptions, CrossentropySettings {}

/** The names of {@link CrossentropyMetricOptions}. */
const CROSSENTROPY_OPTIONS: OptionNames<CrossentropyMetricOptions> = {
  ...METRIC_OPTIONS,
  fromLogits: true,
  labelSmoothing: true,
  axis: true,
};

/** Mean binary crossentropy. */
export class BinaryCrossentropy extends MeanMetricWrapper {
  static override readonly className = 'BinaryCrossentropy';
  static override readonly optionNames: KnownOptions = CROSSENTROPY_OPTIONS;
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  constructor(options: CrossentropyMetricOptions = {}) {
    const { fromLogits = false, labelSmoothing = 0 } = options;
    const settings = { fromLogits, labelSmoothing };
    super((yTrue, yPred) => binaryCrossentropy(yTrue, yPred, settings), options, {
      direction: 'down',
    });
    this.fromLogits = fromLogits;
    this.labelSmoothing = labelSmoothing;
  }
  override getConfig(): Record<string, Plain> {
    const { fromLogits, labelSmoothing } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing };
  }
}

/** Mean categorical crossentropy, for one-hot targets. */
export class CategoricalCrossentropy extends MeanMetricWrapper {
  static override readonly className = 'CategoricalCrossentropy';
  static override readonly optionNames: KnownOptions = CROSSENTROPY_OPTIONS;
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;
  constructor(options: CrossentropyMetricOptions = {}) {
    const { fromLogits = false, labelSmoothing = 0, axis = -1 } = options;
    const settings = { fromLogits, labelSmoothing, axis };
    super((yTrue, yPred) => categoricalCrossentropy(yTrue, yPred, settings), options, {
      direction: 'down',
    });
    this.fromLogits = fromLogits;
    this.labelSmoothing = labelSmoothing;
    this.axis = axis;
  }
  override getConfig(): Record<string, Plain> {
    const { fromLogits, labelSmoothing, axis } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing, axis };
  }
}

/** Options of {@link SparseCategoricalCrossentropy}. */
export interface SparseCrossentropyMetricOptions extends MetricOptions, SparseSettings {}

/** Mean sparse categorical crossentropy, for class numbers. */
export class SparseCategoricalCrossentropy extends MeanMetricWrapper {
  static override readonly className = 'SparseCategoricalCrossentropy';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    fromLogits: true,
    ignoreClass: true,
    axis: true,
  } satisfies OptionNames<SparseCrossentropyMetricOptions>;
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;
  constructor(options: SparseCrossentropyMetricOptions = {}) {
    const { fromLogits = false, ignoreClass = null, axis = -1 } = options;
    const settings = { fromLogits, ignoreClass, axis };
    super((yTrue, yPred) => sparseCategoricalCrossentropy(yTrue, yPred, settings), options, {
      direction: 'down',
    });
    this.fromLogits = fromLogits;
    this.ignoreClass = ignoreClass;
    this.axis = axis;
  }
  override getConfig(): Record<string, Plain> {
    const { fromLogits, ignoreClass, axis } = this;
    return { ...super.getConfig(), fromLogits, ignoreClass, axis };
  }
}

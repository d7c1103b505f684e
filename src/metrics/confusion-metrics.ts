// Counts of right and wrong decisions, Precision and Recall. Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { add, divideNoNan, reshape } from '../ops/index.js';
import {
  type Direction,
  METRIC_OPTIONS,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';
import {
  COUNT_DTYPE,
  type Counts,
  countOutcomes,
  NEVER,
  thresholdList,
} from './threshold-counts.js';

/** Options of the counts. */
export interface CountMetricOptions extends MetricOptions {
  /** Predictions above it are positive; one or several, default 0.5. */
  readonly thresholds?: number | readonly number[] | null;
}

/** The names of {@link CountMetricOptions}. */
const COUNT_OPTIONS: OptionNames<CountMetricOptions> = {
  ...METRIC_OPTIONS,
  thresholds: true,
};

/** A vector with one element for each threshold, or its only element as a scalar. */
function byThreshold(values: Tensor): Tensor {
  return values.size === 1 ? reshape(values, []) : values;
}

abstract class CountMetric extends Metric {
  abstract override readonly direction: Direction;
  readonly thresholds: number | readonly number[] | null;
  readonly #list: readonly number[];
  readonly accumulator: Variable;

  constructor(options: CountMetricOptions = {}) {
    super(options);
    this.thresholds = options.thresholds ?? null;
    this.#list = thresholdList(this.className, options.thresholds, 0.5);
    this.accumulator = this.addVariable('accumulator', [this.#list.length], 0, COUNT_DTYPE);
  }

  protected abstract select(counts: Counts): Tensor;

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    const { sampleWeight } = weights;
    const counts = countOutcomes(yTrue, yPred, { thresholds: this.#list, sampleWeight });
    this.accumulator.assign(add(this.accumulator.value, this.select(counts)));
  }

  override result(): Tensor {
    return byThreshold(this.accumulator.value);
  }

  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), thresholds: this.thresholds };
  }
}

/** How often a positive prediction was right. */
export class TruePositives extends CountMetric {
  static override readonly className = 'TruePositives';
  static override readonly optionNames: KnownOptions = COUNT_OPTIONS;
  override readonly direction = 'up';
  protected override select({ truePositives }: Counts): Tensor {
    return truePositives;
  }
}

/** How often a positive prediction was wrong. */
export class FalsePositives extends CountMetric {
  static override readonly className = 'FalsePositives';
  static override readonly optionNames: KnownOptions = COUNT_OPTIONS;
  override readonly direction = 'down';
  protected override select({ falsePositives }: Counts): Tensor {
    return falsePositives;
  }
}

/** How often a negative prediction was right. */
export class TrueNegatives extends CountMetric {
  static override readonly className = 'TrueNegatives';
  static override readonly optionNames: KnownOptions = COUNT_OPTIONS;
  override readonly direction = 'up';
  protected override select({ trueNegatives }: Counts): Tensor {
    return trueNegatives;
  }
}

/** How often a negative prediction was wrong. */
export class FalseNegatives extends CountMetric {
  static override readonly className = 'FalseNegatives';
  static override readonly optionNames: KnownOptions = COUNT_OPTIONS;
  override readonly direction = 'down';
  protected override select({ falseNegatives }: Counts): Tensor {
    return falseNegatives;
  }
}

/** Options of {@link Precision} and {@link Recall}. */
export interface PrecisionOptions extends CountMetricOptions {
  /** Count only the largest predictions of each row; default all. */
  readonly topK?: number | null;
  /** Look at one class only; default all. */
  readonly classId?: number | null;
}

/** The names of {@link PrecisionOptions}. */
const PRECISION_OPTIONS: OptionNames<PrecisionOptions> = {
  ...METRIC_OPTIONS,
  topK: true,
  classId: true,
  thresholds: true,
};

/** Right positives in relation to right positives and one kind of error. */
abstract class RatioMetric extends Metric {
  override readonly direction: Direction = 'up';
  readonly thresholds: number | readonly number[] | null;
  readonly topK: number | null;
  readonly classId: number | null;
  readonly truePositives: Variable;
  readonly errors: Variable;
  readonly #list: readonly number[];

  constructor(options: PrecisionOptions, errors: string) {
    super(options);
    this.thresholds = options.thresholds ?? null;
    this.topK = options.topK ?? null;
    this.classId = options.classId ?? null;
    const fallback = this.topK === null ? 0.5 : NEVER;
    this.#list = thresholdList(this.className, options.thresholds, fallback);
    this.truePositives = this.addVariable('true_positives', [this.#list.length], 0, COUNT_DTYPE);
    this.errors = this.addVariable(errors, [this.#list.length], 0, COUNT_DTYPE);
  }

  protected abstract errorsIn(counts: Counts): Tensor;

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    const { topK, classId } = this;
    const { sampleWeight } = weights;
    const options = { thresholds: this.#list, sampleWeight, topK, classId };
    const counts = countOutcomes(yTrue, yPred, options);
    this.truePositives.assign(add(this.truePositives.value, counts.truePositives));
    this.errors.assign(add(this.errors.value, this.errorsIn(counts)));
  }

  override result(): Tensor {
    const right = this.truePositives.value;
    return byThreshold(divideNoNan(right, add(right, this.errors.value)));
  }

  override getConfig(): Record<string, Plain> {
    const { thresholds, topK, classId } = this;
    return { ...super.getConfig(), thresholds, topK, classId };
  }
}

/**
 * The share of positive predictions that are right.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'keratin';
 * const precision = new metrics.Precision();
 * precision.updateState(tensor([0, 1, 1]), tensor([0.9, 0.8, 0.1]));
 * console.log(await precision.result().item()); // 0.5
 * ```
 */
export class Precision extends RatioMetric {
  static override readonly className = 'Precision';
  static override readonly optionNames: KnownOptions = PRECISION_OPTIONS;
  constructor(options: PrecisionOptions = {}) {
    super(options, 'false_positives');
  }
  protected override errorsIn({ falsePositives }: Counts): Tensor {
    return falsePositives;
  }
}

/** The share of positive targets that were found. */
export class Recall extends RatioMetric {
  static override readonly className = 'Recall';
  static override readonly optionNames: KnownOptions = PRECISION_OPTIONS;
  constructor(options: PrecisionOptions = {}) {
    super(options, 'false_negatives');
  }
  protected override errorsIn({ falseNegatives }: Counts): Tensor {
    return falseNegatives;
  }
}

// The best value of one rate over all thresholds at which another is high enough. As Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { add, divideNoNan, greaterEqual, max, where } from '../ops/index.js';
import {
  type Direction,
  METRIC_OPTIONS,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';
import { COUNT_DTYPE, countOutcomes, spreadThresholds } from './threshold-counts.js';

/** Options shared by the four metrics. */
export interface AtConstraintOptions extends MetricOptions {
  /** Default 200. */
  readonly numThresholds?: number;
  /** Look at one class only; default all. */
  readonly classId?: number | null;
}

/** The names of {@link AtConstraintOptions}. */
const AT_CONSTRAINT_OPTIONS: OptionNames<AtConstraintOptions> = {
  ...METRIC_OPTIONS,
  numThresholds: true,
  classId: true,
};

interface Rates {
  readonly sensitivity: Tensor;
  readonly specificity: Tensor;
  readonly precision: Tensor;
}

abstract class AtConstraint extends Metric {
  override readonly direction: Direction = 'up';
  readonly numThresholds: number;
  readonly classId: number | null;
  readonly #value: number;
  readonly #thresholds: readonly number[];
  readonly #state: Readonly<Record<'tp' | 'fp' | 'tn' | 'fn', Variable>>;

  constructor(options: AtConstraintOptions, value: number) {
    super(options);
    this.numThresholds = options.numThresholds ?? 200;
    this.classId = options.classId ?? null;
    this.#value = value;
    if (!(value >= 0 && value <= 1) || this.numThresholds < 1) {
      throw new ArgumentError({
        where: this.className,
        what: 'an option lies outside its range',
        expected: 'a rate from 0 to 1 and at least one threshold',
        received: `${value} at ${this.numThresholds} thresholds`,
        fix: 'check the options',
      });
    }
    const count = this.numThresholds;
    this.#thresholds = count === 1 ? [0.5] : spreadThresholds(count);
    this.#state = {
      tp: this.addVariable('true_positives', [count], 0, COUNT_DTYPE),
      fp: this.addVariable('false_positives', [count], 0, COUNT_DTYPE),
      tn: this.addVariable('true_negatives', [count], 0, COUNT_DTYPE),
      fn: this.addVariable('false_negatives', [count], 0, COUNT_DTYPE),
    };
  }

  /** The rate that is bounded from below, and the rate whose best value is asked for. */
  protected abstract rates(rates: Rates): { constrained: Tensor; wanted: Tensor };

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    const { sampleWeight } = weights;
    const options = { thresholds: this.#thresholds, sampleWeight, classId: this.classId };
    const counts = countOutcomes(yTrue, yPred, options);
    const { tp, fp, tn, fn } = this.#state;
    tp.assign(add(tp.value, counts.truePositives));
    fp.assign(add(fp.value, counts.falsePositives));
    tn.assign(add(tn.value, counts.trueNegatives));
    fn.assign(add(fn.value, counts.falseNegatives));
  }

  override result(): Tensor {
    const { tp, fp, tn, fn } = this.#state;
    const share = (a: Variable, b: Variable): Tensor => divideNoNan(a.value, add(a.value, b.value));
    const { constrained, wanted } = this.rates({
      sensitivity: share(tp, fn),
      specificity: share(tn, fp),
      precision: share(tp, fp),
    });
    return max(where(greaterEqual(constrained, this.#value), wanted, 0));
  }

  override getConfig(): Record<string, Plain> {
    const { numThresholds, classId } = this;
    return { ...super.getConfig(), numThresholds, classId };
  }
}

/** The best sensitivity where the specificity is at least the one given. */
export class SensitivityAtSpecificity extends AtConstraint {
  static override readonly className = 'SensitivityAtSpecificity';
  static override readonly optionNames: KnownOptions = {
    ...AT_CONSTRAINT_OPTIONS,
    specificity: true,
  } satisfies OptionNames<AtConstraintOptions & { readonly specificity: number }>;
  readonly specificity: number;
  constructor(options: AtConstraintOptions & { readonly specificity: number }) {
    super(options, options.specificity);
    this.specificity = options.specificity;
  }
  protected override rates({ specificity, sensitivity }: Rates) {
    return { constrained: specificity, wanted: sensitivity };
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), specificity: this.specificity };
  }
}

/** The best specificity where the sensitivity is at least the one given. */
export class SpecificityAtSensitivity extends AtConstraint {
  static override readonly className = 'SpecificityAtSensitivity';
  static override readonly optionNames: KnownOptions = {
    ...AT_CONSTRAINT_OPTIONS,
    sensitivity: true,
  } satisfies OptionNames<AtConstraintOptions & { readonly sensitivity: number }>;
  readonly sensitivity: number;
  constructor(options: AtConstraintOptions & { readonly sensitivity: number }) {
    super(options, options.sensitivity);
    this.sensitivity = options.sensitivity;
  }
  protected override rates({ specificity, sensitivity }: Rates) {
    return { constrained: sensitivity, wanted: specificity };
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), sensitivity: this.sensitivity };
  }
}

/** The best precision where the recall is at least the one given. */
export class PrecisionAtRecall extends AtConstraint {
  static override readonly className = 'PrecisionAtRecall';
  static override readonly optionNames: KnownOptions = {
    ...AT_CONSTRAINT_OPTIONS,
    recall: true,
  } satisfies OptionNames<AtConstraintOptions & { readonly recall: number }>;
  readonly recall: number;
  constructor(options: AtConstraintOptions & { readonly recall: number }) {
    super(options, options.recall);
    this.recall = options.recall;
  }
  protected override rates({ sensitivity, precision }: Rates) {
    return { constrained: sensitivity, wanted: precision };
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), recall: this.recall };
  }
}

/** The best recall where the precision is at least the one given. */
export class RecallAtPrecision extends AtConstraint {
  static override readonly className = 'RecallAtPrecision';
  static override readonly optionNames: KnownOptions = {
    ...AT_CONSTRAINT_OPTIONS,
    precision: true,
  } satisfies OptionNames<AtConstraintOptions & { readonly precision: number }>;
  readonly precision: number;
  constructor(options: AtConstraintOptions & { readonly precision: number }) {
    super(options, options.precision);
    this.precision = options.precision;
  }
  protected override rates({ sensitivity, precision }: Rates) {
    return { constrained: precision, wanted: sensitivity };
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), precision: this.precision };
  }
}

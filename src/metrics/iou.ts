// Intersection over union, from a confusion matrix (rows are targets). Rules as in Keras 3.

import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { currentEngine } from '../core/engine.js';
import { currentEpsilon } from '../core/epsilon.js';
import type { Plain } from '../core/op.js';
import { range } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import {
  add,
  argMax,
  cast,
  div,
  expandDims,
  greater,
  greaterEqual,
  matmul,
  mul,
  notEqual,
  oneHot,
  reshape,
  sub,
  sum,
  take,
  transpose,
  where,
} from '../ops/index.js';
import {
  type Direction,
  METRIC_OPTIONS,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';

/** Options of {@link MeanIoU}. */
export interface MeanIoUOptions extends MetricOptions {
  readonly numClasses: number;
  /** Targets of this class do not count; default none. */
  readonly ignoreClass?: number | null;
  /** Whether targets are class numbers; default true. */
  readonly sparseYTrue?: boolean;
  /** Whether predictions are class numbers; default true. */
  readonly sparseYPred?: boolean;
  /** The axis of classes where they are not; default −1. */
  readonly axis?: number;
}

/** Options of {@link IoU}. */
export interface IoUOptions extends MeanIoUOptions {
  /** The classes whose mean is taken. */
  readonly targetClassIds: readonly number[];
}

/** The names of the options of {@link OneHotMeanIoU}, which all but `BinaryIoU` have. */
const ONE_HOT_OPTIONS: OptionNames<Omit<MeanIoUOptions, 'sparseYTrue'>> = {
  ...METRIC_OPTIONS,
  numClasses: true,
  ignoreClass: true,
  sparseYPred: true,
  axis: true,
};

/** The mean over some classes of intersection over union. */
export class IoU extends Metric {
  static override readonly className: string = 'IoU';
  static override readonly optionNames: KnownOptions = {
    ...ONE_HOT_OPTIONS,
    sparseYTrue: true,
    targetClassIds: true,
  } satisfies OptionNames<IoUOptions>;
  override readonly direction: Direction = 'up';
  readonly numClasses: number;
  readonly targetClassIds: readonly number[];
  readonly ignoreClass: number | null;
  readonly sparseYTrue: boolean;
  readonly sparseYPred: boolean;
  readonly axis: number;
  readonly confusion: Variable;

  constructor(options: IoUOptions, given: object = options) {
    super({ ...options, dtype: options.dtype ?? 'int32' }, given);
    this.numClasses = options.numClasses;
    this.targetClassIds = options.targetClassIds;
    this.ignoreClass = options.ignoreClass ?? null;
    this.sparseYTrue = options.sparseYTrue ?? true;
    this.sparseYPred = options.sparseYPred ?? true;
    this.axis = options.axis ?? -1;
    const size = [this.numClasses, this.numClasses];
    this.confusion = this.addVariable('total_confusion_matrix', size);
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    const classes = (x: Tensor, isSparse: boolean): Tensor =>
      reshape(cast(isSparse ? x : argMax(x, { axis: this.axis }), 'int32'), [-1]);
    const targets = classes(yTrue, this.sparseYTrue);
    const predictions = classes(yPred, this.sparseYPred);
    let rows = oneHot(targets, this.numClasses);
    if (weights.sampleWeight !== undefined) {
      // Keras counts in integers, so fractions of weights are dropped.
      const whole = cast(cast(reshape(weights.sampleWeight, [-1]), this.dtype), 'float32');
      rows = mul(cast(rows, 'float32'), expandDims(whole, -1));
    }
    rows = cast(rows, 'float32');
    if (this.ignoreClass !== null) {
      const counts = cast(notEqual(targets, this.ignoreClass), 'float32');
      rows = mul(rows, expandDims(counts, -1));
    }
    const columns = cast(oneHot(predictions, this.numClasses), 'float32');
    const matrix = cast(matmul(transpose(rows), columns), this.dtype);
    this.confusion.assign(add(this.confusion.value, matrix));
  }

  override result(): Tensor {
    const matrix = cast(this.confusion.value, 'float32');
    const { targetClassIds: ids } = this;
    const places = currentEngine().write({ shape: [ids.length], dtype: 'int32' }, ids);
    const diagonal = oneHot(
      currentEngine().write({ shape: [this.numClasses], dtype: 'int32' }, range(this.numClasses)),
      this.numClasses,
    );
    const both = sum(mul(matrix, cast(diagonal, 'float32')), { axis: 0 });
    const either = sub(add(sum(matrix, { axis: 0 }), sum(matrix, { axis: 1 })), both);
    const [chosen, union] = [take(both, places), take(either, places)];
    const isSeen = greater(union, 1e-9);
    const ratios = where(isSeen, div(chosen, add(union, currentEpsilon())), 0);
    // As in Keras, whose mean is a hair too small.
    return div(sum(ratios), add(sum(cast(isSeen, 'float32')), currentEpsilon()));
  }

  override getConfig(): Record<string, Plain> {
    const { numClasses, targetClassIds, ignoreClass, sparseYTrue, sparseYPred, axis } = this;
    return {
      ...super.getConfig(),
      numClasses,
      targetClassIds,
      ignoreClass,
      sparseYTrue,
      sparseYPred,
      axis,
    };
  }
}

/** {@link IoU} over all classes. */
export class MeanIoU extends IoU {
  static override readonly className: string = 'MeanIoU';
  static override readonly optionNames: KnownOptions = {
    ...ONE_HOT_OPTIONS,
    sparseYTrue: true,
  } satisfies OptionNames<MeanIoUOptions>;
  constructor(options: MeanIoUOptions, given: object = options) {
    super({ ...options, targetClassIds: range(options.numClasses) }, given);
  }
  override getConfig(): Record<string, Plain> {
    const { targetClassIds: _ids, ...config } = super.getConfig();
    return config;
  }
}

/** Options of {@link BinaryIoU}. */
export interface BinaryIoUOptions extends MetricOptions {
  /** Default both classes. */
  readonly targetClassIds?: readonly number[];
  /** Predictions of at least this are class 1; default 0.5. */
  readonly threshold?: number;
}

/** {@link IoU} of yes/no predictions. */
export class BinaryIoU extends IoU {
  static override readonly className = 'BinaryIoU';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    targetClassIds: true,
    threshold: true,
  } satisfies OptionNames<BinaryIoUOptions>;
  readonly threshold: number;
  constructor(options: BinaryIoUOptions = {}) {
    const targetClassIds = options.targetClassIds ?? [0, 1];
    super({ ...options, numClasses: 2, targetClassIds }, options);
    this.threshold = options.threshold ?? 0.5;
  }
  override updateState(yTrue: Tensor, yPred: Tensor, weights?: MetricWeights): void {
    super.updateState(yTrue, cast(greaterEqual(yPred, this.threshold), 'int32'), weights);
  }
  override getConfig(): Record<string, Plain> {
    const { name, dtype, targetClassIds, threshold } = this;
    return { name, dtype, targetClassIds, threshold };
  }
}

/** {@link MeanIoU} of one-hot targets. */
export class OneHotMeanIoU extends MeanIoU {
  static override readonly className = 'OneHotMeanIoU';
  static override readonly optionNames: KnownOptions = ONE_HOT_OPTIONS;
  constructor(options: Omit<MeanIoUOptions, 'sparseYTrue'>) {
    const sparseYPred = options.sparseYPred ?? false;
    super({ ...options, sparseYTrue: false, sparseYPred }, options);
  }
  override getConfig(): Record<string, Plain> {
    const { sparseYTrue: _sparse, ...config } = super.getConfig();
    return config;
  }
}

/** {@link IoU} of one-hot targets. */
export class OneHotIoU extends IoU {
  static override readonly className = 'OneHotIoU';
  static override readonly optionNames: KnownOptions = {
    ...ONE_HOT_OPTIONS,
    targetClassIds: true,
  } satisfies OptionNames<Omit<IoUOptions, 'sparseYTrue'>>;
  constructor(options: Omit<IoUOptions, 'sparseYTrue'>) {
    const sparseYPred = options.sparseYPred ?? false;
    super({ ...options, sparseYTrue: false, sparseYPred }, options);
  }
  override getConfig(): Record<string, Plain> {
    const { sparseYTrue: _sparse, ...config } = super.getConfig();
    return config;
  }
}

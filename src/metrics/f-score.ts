// F1 and F-beta: the harmonic mean of precision and recall, class by class. Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import {
  abs,
  add,
  cast,
  divideNoNan,
  expandDims,
  greater,
  greaterEqual,
  logicalAnd,
  max,
  mean,
  mul,
  sub,
  sum,
} from '../ops/index.js';
import {
  type Direction,
  METRIC_OPTIONS,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';

/** Options of {@link F1Score}. */
export interface F1ScoreOptions extends MetricOptions {
  /** null (default) gives one value for each class. */
  readonly average?: 'micro' | 'macro' | 'weighted' | null;
  /** Predictions above it count; by default the largest of each row does. */
  readonly threshold?: number | null;
}

/** Options of {@link FBetaScore}. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall counts than precision; default 1. */
  readonly beta?: number;
}

type State = Readonly<Record<'tp' | 'fp' | 'fn' | 'support', Variable>>;

/** (1 + β²)·precision·recall / (β²·precision + recall), for targets of one column a class. */
export class FBetaScore extends Metric {
  static override readonly className: string = 'FBetaScore';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    beta: true,
    average: true,
    threshold: true,
  } satisfies OptionNames<FBetaScoreOptions>;
  override readonly direction: Direction = 'up';
  readonly average: 'micro' | 'macro' | 'weighted' | null;
  readonly beta: number;
  readonly threshold: number | null;
  #state: State | undefined;

  constructor(options: FBetaScoreOptions = {}, given: object = options) {
    super({ ...options, name: options.name ?? 'fbeta_score' }, given);
    this.average = options.average ?? null;
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold ?? null;
    const known = [null, 'micro', 'macro', 'weighted'];
    if (known.includes(this.average) && this.beta > 0) return;
    throw new ArgumentError({
      where: this.className,
      what: 'an option has a value that makes no sense',
      expected: "average null, 'micro', 'macro' or 'weighted', and beta above 0",
      received: `average ${this.average}, beta ${this.beta}`,
      fix: 'leave both out for the defaults',
    });
  }

  override build(_yTrue: Tensor, yPred: Tensor): void {
    if (this.#state === undefined) this.#makeState(yPred.shape.at(-1) ?? 1);
  }

  #makeState(classes: number): State {
    const shape = this.average === 'micro' ? [] : [classes];
    this.#state = {
      tp: this.addVariable('true_positives', shape),
      fp: this.addVariable('false_positives', shape),
      fn: this.addVariable('false_negatives', shape),
      support: this.addVariable('intermediate_weights', shape),
    };
    return this.#state;
  }

  #decided(yPred: Tensor): Tensor {
    if (this.threshold !== null) return cast(greater(yPred, this.threshold), this.dtype);
    const isLargest = greaterEqual(yPred, max(yPred, { axis: -1, keepDims: true }));
    return cast(logicalAnd(isLargest, greater(abs(yPred), 1e-9)), this.dtype);
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    this.build(yTrue, yPred);
    if (this.#state === undefined) return;
    const predicted = this.#decided(yPred);
    const targets = cast(yTrue, this.dtype);
    const { sampleWeight } = weights;
    const total = (x: Tensor): Tensor => {
      const weighed =
        sampleWeight === undefined ? x : mul(x, expandDims(cast(sampleWeight, this.dtype), 1));
      return this.average === 'micro' ? sum(weighed) : sum(weighed, { axis: 0 });
    };
    const { tp, fp, fn, support } = this.#state;
    tp.assign(add(tp.value, total(mul(predicted, targets))));
    fp.assign(add(fp.value, total(mul(predicted, sub(1, targets)))));
    fn.assign(add(fn.value, total(mul(sub(1, predicted), targets))));
    support.assign(add(support.value, total(targets)));
  }

  override result(): Tensor {
    const { tp, fp, fn, support } = this.#state ?? this.#makeState(1);
    const precision = divideNoNan(tp.value, add(tp.value, fp.value));
    const recall = divideNoNan(tp.value, add(tp.value, fn.value));
    const square = this.beta * this.beta;
    const balanced = divideNoNan(mul(precision, recall), add(mul(precision, square), recall));
    const score = mul(balanced, 1 + square);
    if (this.average === 'weighted') {
      return sum(mul(score, divideNoNan(support.value, sum(support.value))));
    }
    return this.average === null ? score : mean(score);
  }

  override getConfig(): Record<string, Plain> {
    const { average, beta, threshold } = this;
    return { ...super.getConfig(), average, beta, threshold };
  }
}

/** {@link FBetaScore} with β = 1. */
export class F1Score extends FBetaScore {
  static override readonly className = 'F1Score';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    average: true,
    threshold: true,
  } satisfies OptionNames<F1ScoreOptions>;
  constructor(options: F1ScoreOptions = {}) {
    const { name, dtype, average, threshold } = options;
    const settings = { average: average ?? null, threshold: threshold ?? null };
    const named = { name: name ?? 'f1_score', ...(dtype === undefined ? {} : { dtype }) };
    super({ ...named, ...settings }, options);
  }
  override getConfig(): Record<string, Plain> {
    const { beta: _beta, ...config } = super.getConfig();
    return config;
  }
}

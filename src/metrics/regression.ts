// R² and correlations. Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { currentEpsilon } from '../core/epsilon.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { toSameRank } from '../losses/shapes.js';
import {
  add,
  cast,
  div,
  expandDims,
  isInf,
  mean,
  mul,
  sqrt,
  square,
  sub,
  sum,
  where,
} from '../ops/index.js';
import { MeanMetricWrapper } from './mean.js';
import {
  type Direction,
  METRIC_OPTIONS,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';

/** Options of {@link R2Score}. */
export interface R2ScoreOptions extends MetricOptions {
  /** How the columns are put together; null gives one value for each. Default `uniform_average`. */
  readonly classAggregation?: 'uniform_average' | 'variance_weighted_average' | null;
  /** Above 0: the adjusted R² for that many regressors. Default 0. */
  readonly numRegressors?: number;
}

type State = Readonly<Record<'squares' | 'sum' | 'residual' | 'count', Variable>>;

/** 1 − residual sum of squares / total sum of squares. */
export class R2Score extends Metric {
  static override readonly className = 'R2Score';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    classAggregation: true,
    numRegressors: true,
  } satisfies OptionNames<R2ScoreOptions>;
  override readonly direction: Direction = 'up';
  readonly classAggregation: 'uniform_average' | 'variance_weighted_average' | null;
  readonly numRegressors: number;
  readonly samples: Variable;
  #state: State | undefined;

  constructor(options: R2ScoreOptions = {}) {
    super(options);
    this.classAggregation =
      options.classAggregation === undefined ? 'uniform_average' : options.classAggregation;
    this.numRegressors = options.numRegressors ?? 0;
    this.samples = this.addVariable('num_samples', []);
    if (this.numRegressors >= 0) return;
    throw new ArgumentError({
      where: 'R2Score',
      what: 'numRegressors is not a count',
      expected: 'a number of at least 0',
      received: String(this.numRegressors),
      fix: 'leave it out for the plain R²',
    });
  }

  override build(_yTrue: Tensor, yPred: Tensor): void {
    if (this.#state === undefined) this.#makeState(yPred.shape.at(-1) ?? 1);
  }

  #makeState(columns: number): State {
    this.#state = {
      squares: this.addVariable('squared_sum', [columns]),
      sum: this.addVariable('sum', [columns]),
      residual: this.addVariable('residual', [columns]),
      count: this.addVariable('count', [columns]),
    };
    return this.#state;
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    this.build(yTrue, yPred);
    if (this.#state === undefined) return;
    const [targets, predictions] = toSameRank(cast(yTrue, this.dtype), cast(yPred, this.dtype));
    const { sampleWeight } = weights;
    const given = sampleWeight === undefined ? undefined : cast(sampleWeight, this.dtype);
    const weight = given?.rank === 1 ? expandDims(given, 1) : given;
    const total = (x: Tensor): Tensor =>
      sum(weight === undefined ? x : mul(x, weight), { axis: 0 });
    const ones = add(mul(targets, 0), 1);
    const { squares, sum: sums, residual, count } = this.#state;
    sums.assign(add(sums.value, total(targets)));
    squares.assign(add(squares.value, total(square(targets))));
    residual.assign(add(residual.value, total(square(sub(targets, predictions)))));
    count.assign(add(count.value, total(ones)));
    this.samples.assign(add(this.samples.value, targets.size));
  }

  override result(): Tensor {
    const { squares, sum: sums, residual, count } = this.#state ?? this.#makeState(1);
    const average = div(sums.value, count.value);
    const total = sub(squares.value, mul(sums.value, average));
    const raw = sub(1, div(residual.value, total));
    const scores = where(isInf(raw), 0, raw);
    let score = scores;
    if (this.classAggregation === 'uniform_average') score = mean(scores);
    if (this.classAggregation === 'variance_weighted_average') {
      score = div(sum(mul(total, scores)), sum(total));
    }
    if (this.numRegressors === 0) return score;
    const numerator = mul(sub(1, score), sub(this.samples.value, 1));
    return sub(1, div(numerator, sub(sub(this.samples.value, this.numRegressors), 1)));
  }

  override getConfig(): Record<string, Plain> {
    const { classAggregation, numRegressors } = this;
    return { ...super.getConfig(), classAggregation, numRegressors };
  }
}

/** Values minus their mean along `axis`. */
function centred(x: Tensor, axis: number): Tensor {
  return sub(x, mean(x, { axis, keepDims: true }));
}

/** Pearson's correlation along `axis` (default the last). */
export function pearsonCorrelation(
  yTrue: Tensor,
  yPred: Tensor,
  options: { readonly axis?: number } = {},
): Tensor {
  const { axis = -1 } = options;
  const unit = (x: Tensor): Tensor => {
    const own = centred(x, axis);
    return div(own, sqrt(sum(square(own), { axis, keepDims: true })));
  };
  return sum(mul(unit(cast(yTrue, yPred.dtype)), unit(yPred)), { axis });
}

/** Lin's concordance correlation (1989) along `axis` (default the last). */
export function concordanceCorrelation(
  yTrue: Tensor,
  yPred: Tensor,
  options: { readonly axis?: number } = {},
): Tensor {
  const { axis = -1 } = options;
  const targets = cast(yTrue, yPred.dtype);
  const [a, b] = [centred(targets, axis), centred(yPred, axis)];
  const covariance = mean(mul(a, b), { axis });
  const spread = add(mean(square(a), { axis }), mean(square(b), { axis }));
  const shift = square(sub(mean(targets, { axis }), mean(yPred, { axis })));
  return div(mul(covariance, 2), add(add(spread, shift), currentEpsilon()));
}

/** Options of the correlations. */
export interface CorrelationOptions extends MetricOptions {
  /** Default −1. */
  readonly axis?: number;
}

/** The names of {@link CorrelationOptions}. */
const CORRELATION_OPTIONS: OptionNames<CorrelationOptions> = {
  ...METRIC_OPTIONS,
  axis: true,
};

/** Mean of {@link pearsonCorrelation}. */
export class PearsonCorrelation extends MeanMetricWrapper {
  static override readonly className = 'PearsonCorrelation';
  static override readonly optionNames: KnownOptions = CORRELATION_OPTIONS;
  readonly axis: number;
  constructor(options: CorrelationOptions = {}) {
    const { axis = -1 } = options;
    super((yTrue, yPred) => pearsonCorrelation(yTrue, yPred, { axis }), options, {
      direction: 'up',
    });
    this.axis = axis;
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** Mean of {@link concordanceCorrelation}. */
export class ConcordanceCorrelation extends MeanMetricWrapper {
  static override readonly className = 'ConcordanceCorrelation';
  static override readonly optionNames: KnownOptions = CORRELATION_OPTIONS;
  readonly axis: number;
  constructor(options: CorrelationOptions = {}) {
    const { axis = -1 } = options;
    super((yTrue, yPred) => concordanceCorrelation(yTrue, yPred, { axis }), options, {
      direction: 'up',
    });
    this.axis = axis;
  }
  override getConfig(): Record<string, Plain> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

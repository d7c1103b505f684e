// Running sums and means, and metrics that are the mean of a function of each sample.
import type { KnownOptions } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import { range } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import { toSameRank } from '../losses/shapes.js';
import { add, broadcastTo, cast, divideNoNan, mean, mul, sum } from '../ops/index.js';
import {
  type Direction,
  METRIC_OPTIONS,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';

/** One value and one weight for each sample. */
interface Samples {
  readonly values: Tensor;
  readonly weight: Tensor | undefined;
}

type Reduce = (x: Tensor, options: { axis: number[] }) => Tensor;

/** Reduces every axis from `first` on. */
function reduceFrom(x: Tensor, first: number, reduce: Reduce): Tensor {
  return x.rank <= first ? x : reduce(x, { axis: range(x.rank).slice(first) });
}

/** Values times weights, both reduced to one number for each sample (first axis). */
function samplesOf(
  values: Tensor,
  sampleWeight: Tensor | undefined,
  dtype: DType,
  reduce: Reduce,
): Samples {
  const cells = cast(values, dtype);
  if (sampleWeight === undefined) {
    return { values: reduceFrom(cells, 1, reduce), weight: undefined };
  }
  const [fitted, weight] = toSameRank(cells, cast(sampleWeight, dtype));
  const reduced = reduceFrom(fitted, weight.rank, reduce);
  const product = mul(reduced, weight);
  const spread = weight.size === product.size ? weight : broadcastTo(weight, product.shape);
  return {
    values: reduceFrom(product, 1, reduce),
    weight: reduceFrom(spread, 1, reduce),
  };
}

/**
 * The weighted mean of all values it is fed.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'keratin';
 * const mean = new metrics.Mean();
 * mean.update(tensor([1, 3]));
 * mean.update(tensor([5]));
 * console.log(await mean.result().item()); // 3
 * ```
 */
export class Mean extends Metric {
  static override readonly className: string = 'Mean';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  readonly total: Variable;
  readonly count: Variable;

  constructor(options: MetricOptions = {}) {
    super(options);
    this.total = this.addVariable('total', []);
    this.count = this.addVariable('count', []);
  }

  /** Takes in values, of any shape, with a weight for each (or for each row). */
  update(values: Tensor, sampleWeight?: Tensor): void {
    const samples = samplesOf(values, sampleWeight, this.dtype, mean);
    const count =
      samples.weight === undefined ? (samples.values.shape[0] ?? 1) : sum(samples.weight);
    this.total.assign(add(this.total.value, sum(samples.values)));
    this.count.assign(add(this.count.value, count));
  }

  /** Takes in a scalar that is already the mean over `count` samples. */
  updateScalar(value: Tensor, count: number): void {
    this.total.assign(add(this.total.value, mul(cast(value, this.dtype), count)));
    this.count.assign(add(this.count.value, count));
  }

  override updateState(_yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    this.update(yPred, weights.sampleWeight);
  }

  override result(): Tensor {
    return divideNoNan(this.total.value, this.count.value);
  }
}

/** The weighted sum of all values it is fed. */
export class Sum extends Metric {
  static override readonly className = 'Sum';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  readonly total: Variable;

  constructor(options: MetricOptions = {}) {
    super(options);
    this.total = this.addVariable('total', []);
  }

  /** Takes in values, with a weight for each (or for each row). */
  update(values: Tensor, sampleWeight?: Tensor): void {
    const samples = samplesOf(values, sampleWeight, this.dtype, sum);
    this.total.assign(add(this.total.value, sum(samples.values)));
  }

  override updateState(_yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    this.update(yPred, weights.sampleWeight);
  }

  override result(): Tensor {
    return this.total.value;
  }
}

/** The weights with masked entries at 0; undefined where there are neither weights nor a mask. */
function unmasked({ sampleWeight, mask }: MetricWeights, dtype: DType): Tensor | undefined {
  if (mask === undefined) return sampleWeight;
  const kept = cast(mask, dtype);
  if (sampleWeight === undefined) return kept;
  return mul(...toSameRank(kept, cast(sampleWeight, dtype)));
}

/** A function from targets and predictions to one value for each sample. */
export type SampleFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** The mean of a function of targets and predictions over all samples; named by the function. */
export class MeanMetricWrapper extends Mean {
  static override readonly className: string = 'MeanMetricWrapper';
  static override readonly optionNames: KnownOptions = METRIC_OPTIONS;
  override readonly direction: Direction | undefined;
  readonly #of: SampleFunction;

  constructor(
    of: SampleFunction,
    options: MetricOptions = {},
    { direction }: { readonly direction?: Direction | undefined } = {},
  ) {
    // A class of its own is named by that, as every metric.
    const isPlain = new.target === MeanMetricWrapper && options.name === undefined;
    super(isPlain ? { ...options, name: of.name === '' ? 'metric' : of.name } : options);
    this.#of = of;
    this.direction = direction;
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    this.update(this.#of(yTrue, yPred), unmasked(weights, this.dtype));
  }
}

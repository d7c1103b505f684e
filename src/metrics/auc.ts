// AUC: the area under the ROC or the precision-recall curve, by thresholds. Rules as in Keras 3;
// interpolation of the latter: Davis and Goadrich 2006.

import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { currentEngine } from '../core/engine.js';
import { currentEpsilon } from '../core/epsilon.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { isSerialized, type SerializedObject } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { isList } from '../core/tree.js';
import type { Variable } from '../core/variable.js';
import {
  add,
  div,
  divideNoNan,
  greater,
  log,
  logicalAnd,
  maximum,
  mean,
  minimum,
  mul,
  sigmoid,
  slice,
  sub,
  sum,
  where,
} from '../ops/index.js';
import {
  type Direction,
  METRIC_OPTIONS,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';
import { COUNT_DTYPE, countOutcomes, spreadThresholds } from './threshold-counts.js';

/** Options of {@link AUC}. */
export interface AUCOptions extends MetricOptions {
  /** Default 200. */
  readonly numThresholds?: number;
  /** Default `ROC`. */
  readonly curve?: 'ROC' | 'PR';
  /** How the area between two thresholds is reckoned; default `interpolation`. */
  readonly summationMethod?: 'interpolation' | 'minoring' | 'majoring';
  /** Thresholds of your own, between 0 and 1. */
  readonly thresholds?: readonly number[] | null;
  /** One curve for each label, of which the mean is taken; default false. */
  readonly multiLabel?: boolean;
  readonly numLabels?: number | null;
  /** Weights of the labels in that mean (or the tensor that a file has); default equal. */
  readonly labelWeights?: readonly number[] | SerializedObject | null;
  /** Default false. */
  readonly fromLogits?: boolean;
}

/** All thresholds but the last. */
function heads(x: Tensor): Tensor {
  const [count = 0, ...rest] = x.shape;
  return slice(x, [0, ...rest.map(() => 0)], [count - 1, ...rest]);
}

/** All thresholds but the first. */
function tails(x: Tensor): Tensor {
  const [count = 0, ...rest] = x.shape;
  return slice(x, [1, ...rest.map(() => 0)], [count - 1, ...rest]);
}

/** The numbers, also out of a saved tensor, as Keras writes these weights. */
function weightsOf(given: AUCOptions['labelWeights']): readonly number[] | null {
  if (given === undefined || given === null) return null;
  const value: unknown = isSerialized(given) ? given.config?.['value'] : given;
  return isList(value) ? value.map(Number) : null;
}

type State = Readonly<Record<'tp' | 'fp' | 'tn' | 'fn', Variable>>;

/**
 * The area under the ROC curve (or under precision over recall): how well predictions rank.
 *
 * @example
 * ```ts
 * import { metrics, tensor } from 'keratin';
 * const auc = new metrics.AUC();
 * auc.updateState(tensor([0, 0, 1, 1]), tensor([0.1, 0.4, 0.35, 0.8]));
 * console.log(await auc.result().item()); // 0.75
 * ```
 */
export class AUC extends Metric {
  static override readonly className = 'AUC';
  static override readonly optionNames: KnownOptions = {
    ...METRIC_OPTIONS,
    numThresholds: true,
    curve: true,
    summationMethod: true,
    thresholds: true,
    multiLabel: true,
    numLabels: true,
    labelWeights: true,
    fromLogits: true,
  } satisfies OptionNames<AUCOptions>;
  override readonly direction: Direction = 'up';
  readonly options: AUCOptions;
  readonly #thresholds: readonly number[];
  readonly #labelWeights: readonly number[] | null;
  #state: State | undefined;

  constructor(options: AUCOptions = {}) {
    super(options);
    this.options = options;
    this.#labelWeights = weightsOf(options.labelWeights);
    const { thresholds, numThresholds = 200, multiLabel = false, numLabels } = options;
    const own = thresholds === undefined || thresholds === null ? undefined : [...thresholds];
    if (own?.some((value) => value < 0 || value > 1) || numThresholds < 2) {
      throw new ArgumentError({
        where: 'AUC',
        what: 'the thresholds do not make a curve',
        expected: 'numbers from 0 to 1, or numThresholds of at least 2',
        received: own === undefined ? String(numThresholds) : `[${own.join(', ')}]`,
        fix: 'leave both out for 200 thresholds',
      });
    }
    this.#thresholds =
      own === undefined
        ? spreadThresholds(numThresholds)
        : [-currentEpsilon(), ...own.sort((a, b) => a - b), 1 + currentEpsilon()];
    if (!multiLabel) this.#makeState([this.#thresholds.length]);
    else if (numLabels) this.#makeState([this.#thresholds.length, numLabels]);
  }

  #makeState(shape: readonly number[]): State {
    this.#state = {
      tp: this.addVariable('true_positives', shape, 0, COUNT_DTYPE),
      fp: this.addVariable('false_positives', shape, 0, COUNT_DTYPE),
      tn: this.addVariable('true_negatives', shape, 0, COUNT_DTYPE),
      fn: this.addVariable('false_negatives', shape, 0, COUNT_DTYPE),
    };
    return this.#state;
  }

  override build(_yTrue: Tensor, yPred: Tensor): void {
    if (this.#state === undefined) {
      this.#makeState([this.#thresholds.length, yPred.shape.at(-1) ?? 1]);
    }
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weights: MetricWeights = {}): void {
    this.build(yTrue, yPred);
    const { multiLabel = false, fromLogits = false } = this.options;
    const { sampleWeight } = weights;
    const predictions = fromLogits ? sigmoid(yPred) : yPred;
    const keepLabels = multiLabel || this.#labelWeights !== null;
    const options = { thresholds: this.#thresholds, sampleWeight, multiLabel: keepLabels };
    const counts = countOutcomes(yTrue, predictions, options);
    if (this.#state === undefined) return;
    const { tp, fp, tn, fn } = this.#state;
    tp.assign(add(tp.value, counts.truePositives));
    fp.assign(add(fp.value, counts.falsePositives));
    tn.assign(add(tn.value, counts.trueNegatives));
    fn.assign(add(fn.value, counts.falseNegatives));
  }

  override result(): Tensor {
    const state = this.#state ?? this.#makeState([this.#thresholds.length, 1]);
    const { curve = 'ROC', summationMethod = 'interpolation' } = this.options;
    const isPR = curve === 'PR';
    if (isPR && summationMethod === 'interpolation') return this.#average(interpolatedPR(state));
    const share = (a: Variable, b: Variable): Tensor => divideNoNan(a.value, add(a.value, b.value));
    const recall = share(state.tp, state.fn);
    const x = isPR ? recall : share(state.fp, state.tn);
    const y = isPR ? share(state.tp, state.fp) : recall;
    const [left, right] = [heads(y), tails(y)];
    const height =
      summationMethod === 'interpolation'
        ? div(add(left, right), 2)
        : summationMethod === 'minoring'
          ? minimum(left, right)
          : maximum(left, right);
    return this.#average(mul(sub(heads(x), tails(x)), height));
  }

  /** The sum over thresholds; with several labels the (weighted) mean of their sums. */
  #average(areas: Tensor): Tensor {
    if (areas.rank === 1) return sum(areas);
    const byLabel = sum(areas, { axis: 0 });
    const labelWeights = this.#labelWeights;
    if (labelWeights === null) return mean(byLabel);
    const spec = { shape: [labelWeights.length], dtype: 'float32' } as const;
    const weights = currentEngine().write(spec, labelWeights);
    return divideNoNan(sum(mul(byLabel, weights)), sum(weights));
  }

  override getConfig(): Record<string, Plain> {
    const { thresholds, curve, summationMethod, multiLabel, numLabels } = this.options;
    const own = thresholds === undefined || thresholds === null ? {} : { thresholds };
    return {
      ...super.getConfig(),
      numThresholds: this.#thresholds.length,
      curve: curve ?? 'ROC',
      summationMethod: summationMethod ?? 'interpolation',
      multiLabel: multiLabel ?? false,
      numLabels: numLabels ?? null,
      labelWeights: this.#labelWeights,
      fromLogits: this.options.fromLogits ?? false,
      ...own,
    };
  }
}

/** Areas between thresholds where true positives grow linearly with all positives. */
function interpolatedPR({ tp, fp, fn }: State): Tensor {
  const right = tails(tp.value);
  const gained = sub(heads(tp.value), right);
  const all = add(tp.value, fp.value);
  const [allBefore, allAfter] = [heads(all), tails(all)];
  const slope = divideNoNan(gained, maximum(sub(allBefore, allAfter), 0));
  const intercept = sub(right, mul(slope, allAfter));
  const bothThere = logicalAnd(greater(allBefore, 0), greater(allAfter, 0));
  const ratio = where(bothThere, divideNoNan(allBefore, maximum(allAfter, 0)), 1);
  const area = mul(slope, add(gained, mul(intercept, log(ratio))));
  return divideNoNan(area, maximum(add(right, tails(fn.value)), 0));
}

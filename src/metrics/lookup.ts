// From a name or a saved configuration to a metric, and back to Keras's serialised form.
import { describe } from '../core/arguments.js';
import { makersOf } from '../core/constructors.js';
import { functionNamed, isClass } from '../core/custom-objects.js';
import { ArgumentError } from '../core/errors.js';
import {
  type CustomSettings,
  isSerialized,
  type SerializedObject,
  SettingFamily,
} from '../core/serialized.js';
import {
  Accuracy,
  BinaryAccuracy,
  CategoricalAccuracy,
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
} from './accuracy.js';
import {
  PrecisionAtRecall,
  RecallAtPrecision,
  SensitivityAtSpecificity,
  SpecificityAtSensitivity,
} from './at-constraint.js';
import { AUC } from './auc.js';
import {
  FalseNegatives,
  FalsePositives,
  Precision,
  Recall,
  TrueNegatives,
  TruePositives,
} from './confusion-metrics.js';
import { F1Score, FBetaScore } from './f-score.js';
import * as fromLosses from './from-losses.js';
import { BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU } from './iou.js';
import { Mean, MeanMetricWrapper, type SampleFunction, Sum } from './mean.js';
import { Metric } from './metric.js';
import { ConcordanceCorrelation, PearsonCorrelation, R2Score } from './regression.js';

/** All that Keras has, by name. */
export const family = new SettingFamily<Metric>(
  'metric',
  'keras.metrics',
  Metric,
  makersOf<Metric>([
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    TopKCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    Mean,
    Sum,
    ...Object.values(fromLosses),
    TruePositives,
    FalsePositives,
    TrueNegatives,
    FalseNegatives,
    Precision,
    Recall,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
    PrecisionAtRecall,
    RecallAtPrecision,
    AUC,
    F1Score,
    FBetaScore,
    IoU,
    MeanIoU,
    BinaryIoU,
    OneHotIoU,
    OneHotMeanIoU,
    R2Score,
    PearsonCorrelation,
    ConcordanceCorrelation,
  ]),
  {
    bce: 'BinaryCrossentropy',
    mse: 'MeanSquaredError',
    mae: 'MeanAbsoluteError',
    mape: 'MeanAbsolutePercentageError',
    msle: 'MeanSquaredLogarithmicError',
    rmse: 'RootMeanSquaredError',
  },
);

/** What names a metric: a name, an object, a function, or a saved configuration. */
export type MetricIdentifier = string | Metric | SampleFunction | SerializedObject;

/**
 * The metric that `identifier` names: `'mae'`, `'meanAbsoluteError'`, a metric, a function of
 * targets and predictions (its mean is taken), or a configuration from a file.
 *
 * @throws UnknownNameError with the nearest name.
 * @example
 * ```ts
 * import { metrics } from 'keratin';
 * console.log(metrics.get('mae').name); // mean_absolute_error
 * ```
 */
export function get(identifier: MetricIdentifier, custom: CustomSettings<Metric> = {}): Metric {
  if (typeof identifier === 'function' && !isClass(identifier)) {
    return new MeanMetricWrapper(identifier);
  }
  const lent = typeof identifier === 'string' ? functionNamed(identifier) : undefined;
  if (lent !== undefined) return new MeanMetricWrapper(lent);
  if (identifier instanceof Metric || typeof identifier === 'string' || isSerialized(identifier)) {
    return family.get(identifier, custom);
  }
  throw new ArgumentError({
    where: 'metrics',
    what: 'this is not a metric',
    expected: 'a name, a metric object, or a function (yTrue, yPred) => Tensor',
    received: describe(identifier),
    fix: "for example metrics: ['accuracy'], or metrics: [new metrics.AUC()]",
  });
}

/** The metric that a saved configuration describes. */
export function deserialize(saved: SerializedObject, custom: CustomSettings<Metric> = {}): Metric {
  return family.get(saved, custom);
}

/** The metric in Keras's serialised form. */
export function serialize(metric: Metric): SerializedObject {
  return family.serialize(metric);
}

/** A metric like the named one that goes by the name the user gave it. */
export function getNamed(identifier: string, name: string): Metric {
  return family.get({ class_name: identifier, config: { name } });
}

// The trainer: all that Model delegates to. Each file behind it holds one part.
import type { Variable } from '../core/variable.js';
import type { TrainableModel } from './trainable.js';
import { trainingOf } from './training-state.js';

export { History } from '../callbacks/history.js';
export type { Optimizer } from '../optimizers/optimizer.js';
export { type CompileOptions, compileModel } from './compile.js';
export {
  type EvaluateArguments,
  type EvaluateOptions,
  type EvaluateResult,
  evaluateModel,
} from './evaluate.js';
export { fitModel } from './fit.js';
export type { FitArguments, FitOptions } from './fit-options.js';
export {
  type PredictOnBatchArguments,
  predictOnBatch,
  type TestOnBatchArguments,
  type TrainOnBatchArguments,
  testOnBatch,
  trainOnBatch,
} from './on-batch.js';
export {
  type PredictArguments,
  type PredictOptions,
  type PredictResult,
  predictModel,
} from './predict.js';
export {
  type RecomputeStatisticsArguments,
  type RecomputeStatisticsOptions,
  recomputeStatistics,
} from './recompute-statistics.js';
export {
  defaultComputeLoss,
  defaultComputeMetrics,
  defaultPredictStep,
  defaultTestStep,
  defaultTrainStep,
  metricsOf,
  resetMetricsOf,
} from './steps.js';
export type {
  AnyMetric,
  LossParts,
  MetricParts,
  StepData,
  StepLogs,
  TrainableModel,
} from './trainable.js';
export { type Compiled, compiledOf, trainingOf } from './training-state.js';

/** The variables of the optimizer, once it is built; none before. */
export function optimizerVariablesOf(model: TrainableModel): readonly Variable[] {
  const optimizer = trainingOf(model).compiled?.optimizer;
  return optimizer?.built ? optimizer.variables : [];
}

// The metrics by their public names.
export * from './accuracy.js';
export * from './at-constraint.js';
export * from './auc.js';
export * from './confusion-metrics.js';
export * from './f-score.js';
export * from './from-losses.js';
export * from './functions.js';
export * from './iou.js';
export { deserialize, get, type MetricIdentifier, serialize } from './lookup.js';
export { Mean, MeanMetricWrapper, type SampleFunction, Sum } from './mean.js';
export {
  type Direction,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';
export * from './regression.js';

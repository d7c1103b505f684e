// The metrics by their public names.
export * from './accuracy.js';
export * from './from-losses.js';
export { deserialize, get, type MetricIdentifier, serialize } from './lookup.js';
export { Mean, MeanMetricWrapper, type SampleFunction, Sum } from './mean.js';
export {
  type Direction,
  Metric,
  type MetricOptions,
  type MetricWeights,
} from './metric.js';

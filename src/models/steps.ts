// What one step of training, evaluation and prediction does unless a model overrides it.
import { valueAndGradient } from '../autodiff/gradient.js';
import { StateError } from '../core/errors.js';
import { isTensor, Tensor } from '../core/tensor.js';
import { flattenTree } from '../core/tree.js';
import { Metric } from '../metrics/metric.js';
import { add, sum } from '../ops/index.js';
import { namedOutputs, tensorsPerOutput } from './outputs.js';
import { targetsPerOutput } from './targets.js';
import type {
  LossParts,
  MetricParts,
  StepData,
  StepLogs,
  TensorTree,
  TrainableModel,
} from './trainable.js';
import { compiledOf, trainingOf } from './training-state.js';

function batchSize(tree: TensorTree): number {
  return flattenTree(tree, isTensor)[0]?.shape[0] ?? 1;
}

/** Outputs, targets and weights as lists in the order of the outputs. */
function aligned(model: TrainableModel, parts: MetricParts) {
  const outputs = namedOutputs(parts.yPred, model.outputNames);
  const names = outputs.map(({ name }) => name);
  const targets = targetsPerOutput(parts.y, names, compiledOf(model).loss?.spec);
  // One weight for each sample serves all outputs.
  const weights =
    parts.sampleWeight instanceof Tensor
      ? names.map(() => parts.sampleWeight)
      : tensorsPerOutput('sampleWeight', parts.sampleWeight, names);
  return {
    outputs,
    targets,
    weights: weights.map((weight) => (isTensor(weight) ? weight : undefined)),
  };
}

/** The compiled losses and every penalty of the layers, as one number. */
export function defaultComputeLoss(model: TrainableModel, parts: LossParts): Tensor {
  const { loss } = compiledOf(model);
  const { outputs, targets, weights } = aligned(model, parts);
  let total = loss?.call(outputs, targets, weights);
  for (const penalty of model.losses) {
    const value = penalty.rank === 0 ? penalty : sum(penalty);
    total = total === undefined ? value : add(total, value);
  }
  if (total !== undefined) return total;
  throw new StateError({
    where: model.name,
    what: 'there is no loss to compute',
    expected: 'a loss in compile(), or layers that add losses',
    received: 'neither',
    fix: "call model.compile({ optimizer: 'adam', loss: 'mse' })",
  });
}

/** Updates the compiled metrics and returns the results of all metrics by log name. */
export function defaultComputeMetrics(model: TrainableModel, parts: MetricParts): StepLogs {
  const { metrics } = compiledOf(model);
  const { outputs, targets, weights } = aligned(model, parts);
  metrics.update(outputs, targets, weights);
  return metricResults(model);
}

/** The results of all metrics by log name. */
function metricResults(model: TrainableModel): StepLogs {
  const logNames = new Map<Metric, string>(
    trainingOf(model).compiled?.metrics.metrics.map(({ metric, logName }) => [metric, logName]),
  );
  return Object.fromEntries(
    model.metrics.map((metric) => [logNames.get(metric) ?? metric.name, metric.result()]),
  );
}

/**
 * The loss mean, the compiled metrics, the means of the single losses; then the metrics that the
 * model and its layers hold in properties.
 */
export function metricsOf(model: TrainableModel): readonly Metric[] {
  const { compiled } = trainingOf(model);
  const held = heldMetrics(model);
  if (compiled === undefined) return held;
  const { lossTracker, metrics, loss } = compiled;
  const own = metrics.metrics.map(({ metric }) => metric);
  return [...new Set([lossTracker, ...own, ...(loss?.trackers ?? []), ...held])];
}

function heldMetrics(holder: object): readonly Metric[] {
  const own: unknown[] = Object.values(holder).flat();
  const inner = 'sublayers' in holder && Array.isArray(holder.sublayers) ? holder.sublayers : [];
  return [...own.filter((value) => value instanceof Metric), ...inner.flatMap(heldMetrics)];
}

/** Forgets what the metrics of the model have seen. */
export function resetMetricsOf(model: TrainableModel): void {
  for (const metric of model.metrics) metric.resetState();
}

/** Forward, loss, gradients, optimizer, metrics. */
export function defaultTrainStep(model: TrainableModel, data: StepData): StepLogs {
  const { optimizer, lossTracker } = compiledOf(model);
  const { x, y, sampleWeight } = data;
  const weights = model.trainableWeights;
  const { value, gradients } = valueAndGradient(() => {
    const yPred = model.apply(x, { training: true });
    const unscaled = model.computeLoss({ x, y, yPred, sampleWeight, training: true });
    return { loss: optimizer.scaleLoss(unscaled), unscaled, yPred };
  }, weights);
  lossTracker.updateScalar(value.unscaled, batchSize(x));
  if (weights.length > 0) optimizer.apply(gradients, weights);
  return model.computeMetrics({ x, y, yPred: value.yPred, sampleWeight });
}

/** Forward, loss and metrics. */
export function defaultTestStep(model: TrainableModel, data: StepData): StepLogs {
  const { lossTracker } = compiledOf(model);
  const { x, y, sampleWeight } = data;
  const yPred = model.apply(x, { training: false });
  const loss = model.computeLoss({ x, y, yPred, sampleWeight, training: false });
  lossTracker.updateScalar(loss, batchSize(x));
  return model.computeMetrics({ x, y, yPred, sampleWeight });
}

/** Forward only. */
export function defaultPredictStep(model: TrainableModel, data: StepData): TensorTree {
  return model.apply(data.x, { training: false });
}

// What names of losses and metrics mean in TensorFlow.js, where that is not what they mean in Keras 3.
import { isList, isRecord } from '../../core/tree.js';
import { maximum, mean, mul, metrics as ours, square, sub, type Tensor } from '../../index.js';
import type { LossSpec } from '../../models/compiled-loss.js';
import type { MetricsSpec } from '../../models/compiled-metrics.js';

/** Labels are taken as they are: Keras makes -1 of 0. */
function hinge(yTrue: Tensor, yPred: Tensor): Tensor {
  return mean(maximum(sub(1, mul(yTrue, yPred)), 0), { axis: -1 });
}

function squaredHinge(yTrue: Tensor, yPred: Tensor): Tensor {
  return mean(square(maximum(sub(1, mul(yTrue, yPred)), 0)), { axis: -1 });
}

function cosine(yTrue: Tensor, yPred: Tensor): Tensor {
  return ours.cosineProximity(yTrue, yPred);
}

/** Losses by names that mean something else in Keras, or nothing. */
const LOSSES: Readonly<Record<string, unknown>> = {
  hinge,
  squaredHinge,
  kullbackLeiblerDivergence: 'klDivergence',
  cosineProximity: 'cosineSimilarity',
};

type Measure = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Metrics that Keras lacks under this name, or computes otherwise. */
const MEASURES: Readonly<Record<string, Measure>> = {
  cosine,
  cosineProximity: cosine,
  hinge,
  squaredHinge,
  kullbackLeiblerDivergence: ours.klDivergence,
};

/** Metrics that are logged by another name. */
const SHORT: Readonly<Record<string, string>> = { accuracy: 'acc', crossentropy: 'ce' };

/** What a metric's name means; a fresh metric each time, as metrics remember what they saw. */
function metricOf(name: string): unknown {
  const measure = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined;
  if (measure !== undefined) return new ours.MeanMetricWrapper(measure, { name });
  return Object.hasOwn(SHORT, name) ? SHORT[name] : name;
}

/** Every name in a specification replaced by what it means. */
function replaced(spec: unknown, meaning: (name: string) => unknown): unknown {
  if (typeof spec === 'string') return meaning(spec);
  if (isList(spec)) return spec.map((one) => replaced(one, meaning));
  if (!isRecord(spec)) return spec;
  const entries = Object.entries(spec).map(([key, one]) => [key, replaced(one, meaning)] as const);
  return Object.fromEntries(entries);
}

/** Losses as ours. */
export function lossesMeant(loss: LossSpec): LossSpec {
  // Names are replaced by names and functions alone.
  return replaced(loss, (name) => (Object.hasOwn(LOSSES, name) ? LOSSES[name] : name)) as LossSpec;
}

/** Metrics as ours, by the names that logs have there; a list is that of each output. */
export function metricsMeant(metrics: MetricsSpec, outputs: number): MetricsSpec {
  const meant = (): MetricsSpec => replaced(metrics, metricOf) as MetricsSpec;
  if (outputs < 2 || (isRecord(metrics) && !isList(metrics))) return meant();
  return Array.from({ length: outputs }, () => [meant()].flat()) as MetricsSpec;
}

// What names of losses and metrics mean in TensorFlow.js, where that is not what they mean in Keras 3, and
// the names again of what was made for them.
import { toCamelCase } from '../../core/names.js';
import { isList, isRecord } from '../../core/tree.js';
import { maximum, mean, mul, metrics as ours, square, sub, type Tensor } from '../../index.js';
import type { CompileOptions } from '../../models/compile.js';
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

/** Names, where something was made for one. */
const names = new WeakMap<object, string>([
  [hinge, 'hinge'],
  [squaredHinge, 'squaredHinge'],
]);

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
function metricOf(given: string): unknown {
  const name = toCamelCase(given);
  const measure = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined;
  if (measure === undefined) return Object.hasOwn(SHORT, name) ? SHORT[name] : given;
  const metric = new ours.MeanMetricWrapper(measure, { name });
  names.set(metric, name);
  return metric;
}

/** What a loss's name means. */
function lossOf(given: string): unknown {
  const name = toCamelCase(given);
  return Object.hasOwn(LOSSES, name) ? LOSSES[name] : given;
}

/** A specification with every loss or metric in it replaced. */
function replaced(spec: unknown, replace: (one: unknown) => unknown): unknown {
  if (isList(spec)) return spec.map((one) => replaced(one, replace));
  if (!isRecord(spec)) return replace(spec);
  const entries = Object.entries(spec).map(([key, one]) => [key, replaced(one, replace)] as const);
  return Object.fromEntries(entries);
}

/** Every name in a specification replaced by what it means. */
function meant(spec: unknown, meaning: (name: string) => unknown): unknown {
  return replaced(spec, (one) => (typeof one === 'string' ? meaning(one) : one));
}

/** Losses as ours. */
export function lossesMeant(loss: LossSpec): LossSpec {
  // Names are replaced by names and functions alone.
  return meant(loss, lossOf) as LossSpec;
}

/** Metrics as ours, by the names that logs have there; a list is that of each output. */
export function metricsMeant(metrics: MetricsSpec, outputs: number): MetricsSpec {
  const fresh = (): MetricsSpec => meant(metrics, metricOf) as MetricsSpec;
  if (outputs < 2 || (isRecord(metrics) && !isList(metrics))) return fresh();
  return Array.from({ length: outputs }, () => [fresh()].flat()) as MetricsSpec;
}

/** Options of `compile` with the names again that losses and metrics were made for. */
export function namedAgain(options: CompileOptions): CompileOptions {
  const nameOf = (one: unknown): unknown => {
    const isMade = (typeof one === 'object' && one !== null) || typeof one === 'function';
    return isMade ? (names.get(one) ?? one) : one;
  };
  const { loss, metrics } = options;
  return {
    ...options,
    // Names may stand wherever losses and metrics do.
    ...(loss === undefined ? {} : { loss: replaced(loss, nameOf) as LossSpec }),
    ...(metrics === undefined ? {} : { metrics: replaced(metrics, nameOf) as MetricsSpec }),
  };
}

// What compile() was given, as Keras writes it beside a model, and back.
import { type CustomRegistry, type LentFunction, lentFunction } from '../core/custom-objects.js';
import { ArgumentError, FormatError } from '../core/errors.js';
import { toSnakeCase } from '../core/names.js';
import type { Plain } from '../core/op.js';
import { isSerialized, type SerializedObject } from '../core/serialized.js';
import { isList, isRecord } from '../core/tree.js';
import type { LossIdentifier } from '../losses/lookup.js';
import * as losses from '../losses/lookup.js';
import { Loss } from '../losses/loss.js';
import type { MetricIdentifier } from '../metrics/lookup.js';
import * as metrics from '../metrics/lookup.js';
import { Metric } from '../metrics/metric.js';
import type { CompileOptions } from '../models/compile.js';
import type { LossWeightSpec } from '../models/compiled-loss.js';
import type { MetricsSpec, OutputMetrics } from '../models/compiled-metrics.js';
import type { Compiled } from '../models/training-state.js';
import * as optimizers from '../optimizers/lookup.js';
import { Optimizer } from '../optimizers/optimizer.js';
import { isPlainList, requireRecord } from './json.js';

/** `meanSquaredError` as Keras spells it; names of classes stay. */
function kerasName(name: string): string {
  return /^[a-z]/.test(name) ? toSnakeCase(name) : name;
}

function functionNode(value: { readonly name: string }): Plain {
  if (value.name === '') {
    throw new ArgumentError({
      where: 'saving',
      what: 'a function without a name cannot be saved',
      fix: 'define it as: function myLoss(yTrue, yPred) { ... }',
    });
  }
  return {
    module: 'builtins',
    class_name: 'function',
    config: value.name,
    registered_name: 'function',
  };
}

/** A loss, a metric, or lists and records of them, as plain data. */
function toPlain(value: unknown): Plain {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return kerasName(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'function') return functionNode(value);
  if (value instanceof Loss) return losses.serialize(value);
  if (value instanceof Metric) return metrics.serialize(value);
  if (isList(value)) return value.map(toPlain);
  if (!isRecord(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
}

/** The `compile_config` that Keras writes. */
export function serializeCompiled(compiled: Compiled): Plain {
  const { optimizer, options, runEagerly, stepsPerExecution } = compiled;
  return {
    optimizer: optimizers.serialize(optimizer),
    loss: toPlain(options.loss),
    loss_weights: toPlain(options.lossWeights),
    metrics: toPlain(options.metrics),
    weighted_metrics: toPlain(options.weightedMetrics),
    run_eagerly: runEagerly,
    steps_per_execution: stepsPerExecution,
    jit_compile: 'auto',
  };
}

type Leaf = string | SerializedObject;

function isLeaf(value: Plain): value is Leaf {
  return typeof value === 'string' || isSerialized(value);
}

/** `read` on a leaf, on each of a list, or on each of a record. */
function eachOf<T>(value: Plain, read: (item: Plain) => T): T | T[] | Record<string, T> {
  if (isLeaf(value) || typeof value !== 'object' || value === null) return read(value);
  if (isPlainList(value)) return value.map(read);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item)]));
}

/** Keras writes a bare function as `{ class_name: 'function', config: name }`. */
function functionNamed(leaf: Leaf, custom: CustomRegistry): string | LentFunction | undefined {
  if (typeof leaf === 'string') return lentFunction(custom.find(leaf)) ?? leaf;
  if (leaf.class_name !== 'function') return undefined;
  const name: unknown = leaf.config;
  if (typeof name !== 'string') return undefined;
  return lentFunction(custom.find(name)) ?? name;
}

function unreadable(what: string, value: Plain): FormatError {
  return new FormatError({
    where: 'compile_config',
    what: `the ${what} cannot be read`,
    received: JSON.stringify(value ?? null).slice(0, 100),
    fix: 'load with { compile: false } and call compile() yourself',
  });
}

function readLoss(value: Plain, custom: CustomRegistry): LossIdentifier | null {
  if (value === null) return null;
  if (!isLeaf(value)) throw unreadable('loss', value);
  const named = functionNamed(value, custom);
  if (named !== undefined) return named;
  if (typeof value === 'string') return value;
  return losses.deserialize(value, custom.settings('loss', isLoss));
}

function readMetric(value: Plain, custom: CustomRegistry): MetricIdentifier {
  if (!isLeaf(value)) throw unreadable('metric', value);
  const named = functionNamed(value, custom);
  if (named !== undefined) return named;
  if (typeof value === 'string') return value;
  return metrics.deserialize(value, custom.settings('metric', isMetric));
}

/** The metrics of one output. */
function readMetrics(value: Plain, custom: CustomRegistry): OutputMetrics | null {
  if (value === null || value === undefined) return null;
  if (isPlainList(value)) return value.map((item) => readMetric(item, custom));
  return readMetric(value, custom);
}

function metricsSpec(value: Plain, custom: CustomRegistry): MetricsSpec | undefined {
  if (value === null || value === undefined) return undefined;
  return eachOf(value, (item) => readMetrics(item, custom)) ?? undefined;
}

function lossWeights(value: Plain): LossWeightSpec | undefined {
  if (value === null || value === undefined) return undefined;
  return eachOf(value, (item) => {
    if (typeof item === 'number') return item;
    throw unreadable('loss weight', item);
  });
}

function readOptimizer(value: Plain, custom: CustomRegistry): Optimizer {
  if (!isLeaf(value)) throw unreadable('optimizer', value);
  return optimizers.get(value, custom.settings('optimizer', isOptimizer));
}

/** The options for compile() that a file describes; undefined for a model never compiled. */
export function compileOptionsFrom(
  saved: Plain,
  custom: CustomRegistry,
): CompileOptions | undefined {
  if (saved === null || saved === undefined) return undefined;
  const config = requireRecord('compile_config', saved);
  if (Object.keys(config).length === 0) return undefined;
  const { loss, optimizer, metrics: plain, weighted_metrics: weighted } = config;
  const weights = lossWeights(config['loss_weights']);
  const metricsRead = metricsSpec(plain, custom);
  const weightedRead = metricsSpec(weighted, custom);
  const steps = config['steps_per_execution'];
  return {
    ...(optimizer === null ? {} : { optimizer: readOptimizer(optimizer, custom) }),
    ...(loss === null ? {} : { loss: eachOf(loss, (item) => readLoss(item, custom)) }),
    ...(weights === undefined ? {} : { lossWeights: weights }),
    ...(metricsRead === undefined ? {} : { metrics: metricsRead }),
    ...(weightedRead === undefined ? {} : { weightedMetrics: weightedRead }),
    ...(config['run_eagerly'] === true ? { runEagerly: true } : {}),
    ...(typeof steps === 'number' && steps > 1 ? { stepsPerExecution: steps } : {}),
  };
}

function isLoss(value: unknown): value is Loss {
  return value instanceof Loss;
}

function isMetric(value: unknown): value is Metric {
  return value instanceof Metric;
}

function isOptimizer(value: unknown): value is Optimizer {
  return value instanceof Optimizer;
}

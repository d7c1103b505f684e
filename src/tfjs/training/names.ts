// What TensorFlow.js calls losses and metrics in logs, and the order in which it gives them.
import { isList, isRecord } from '../../core/tree.js';
import type { AnyModel } from '../../models/model.js';
import { trainingOf } from '../../models/training-state.js';

/** Loss, losses of the outputs, metrics: one alone is itself, several are a list. */
export function inOrder<T, U>(
  model: AnyModel,
  logs: Readonly<Record<string, T>>,
  make: (value: T) => U,
): U | U[] {
  const { compiled } = trainingOf(model);
  const losses = (compiled?.loss?.trackers ?? []).map(({ name }) => name);
  const metrics = (compiled?.metrics.metrics ?? []).map(({ logName }) => logName);
  const ordered = new Set(['loss', ...losses, ...metrics, ...Object.keys(logs)]);
  const values = [...ordered].flatMap((name) => {
    const value = logs[name];
    return value === undefined ? [] : [make(value)];
  });
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}

/** The names of what `evaluate` gives, in its order. */
export function metricsNames(model: AnyModel): string[] {
  const { compiled } = trainingOf(model);
  const { outputNames } = model;
  const nameOf = (one: unknown): string => {
    const isNamed = typeof one === 'function' || (typeof one === 'object' && one !== null);
    return isNamed && 'name' in one ? String(one.name) : String(one);
  };
  const { metrics } = compiled?.options ?? {};
  const several = outputNames.length > 1;
  const perOutput = outputNames.flatMap((output, index) => {
    const inside = isList(metrics) && several && metrics.some(isList);
    const all = inside ? metrics[index] : isRecord(metrics) ? metrics[output] : metrics;
    const list = all === undefined || all === null ? [] : isList(all) ? all : [all];
    return list.map((one) => (several ? `${output}_${nameOf(one)}` : nameOf(one)));
  });
  return ['loss', ...(several ? outputNames.map((output) => `${output}_loss`) : []), ...perOutput];
}

// The metrics of compile(): resolved at the first batch, updated with every batch, named for logs.
import { ArgumentError } from '../core/errors.js';
import { isSerialized } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import { isList, isRecord } from '../core/tree.js';
import { maskOf } from '../layers/call-context.js';
import { get as getMetric, getNamed, type MetricIdentifier } from '../metrics/lookup.js';
import { Metric } from '../metrics/metric.js';
import type { NamedOutput } from './outputs.js';
import { perOutput } from './outputs.js';
import { isShorthandMetric, metricNamed } from './shorthand.js';

/** Metrics of one output. */
export type OutputMetrics = MetricIdentifier | readonly MetricIdentifier[];

/** The metrics option: a list (of metrics, or of lists in the order of outputs), or a record. */
export type MetricsSpec =
  | OutputMetrics
  | readonly (OutputMetrics | null)[]
  | { readonly [output: string]: OutputMetrics | null };

/** A metric, the output it looks at, and the name it has in logs. */
export interface LoggedMetric {
  readonly output: number;
  readonly metric: Metric;
  readonly logName: string;
  readonly isWeighted: boolean;
}

function isIdentifier(value: unknown): value is MetricIdentifier {
  return (
    typeof value === 'string' ||
    typeof value === 'function' ||
    value instanceof Metric ||
    isSerialized(value)
  );
}

function isOutputMetrics(value: unknown): value is OutputMetrics {
  return isIdentifier(value) || (isList(value) && value.every(isIdentifier));
}

/** Every identifier in a specification. */
function identifiersIn(spec: unknown): MetricIdentifier[] {
  if (spec === null || spec === undefined) return [];
  if (isIdentifier(spec)) return [spec];
  if (isList(spec)) return spec.flatMap(identifiersIn);
  if (isRecord(spec)) return Object.values(spec).flatMap(identifiersIn);
  throw new ArgumentError({
    where: 'metrics',
    what: 'this is not a metric',
    expected: "a list such as ['accuracy'], or a record of lists by output name",
    received: String(spec),
    fix: "for example metrics: ['accuracy']",
  });
}

/** The metrics of each output. */
function metricsPerOutput(spec: MetricsSpec, names: readonly string[]): MetricIdentifier[][] {
  const isFlat = isOutputMetrics(spec) && names.length === 1;
  const perName = perOutput('metrics', isFlat ? [spec] : spec, names, isOutputMetrics);
  return perName.map((found) => identifiersIn(found));
}

/** The metric that `identifier` is, for an output of these shapes. */
function resolve(
  identifier: MetricIdentifier,
  target: Tensor | undefined,
  predicted: Tensor | undefined,
): Metric {
  if (typeof identifier !== 'string') return getMetric(identifier);
  return getNamed(metricNamed(identifier, target, predicted), identifier);
}

/** The metrics and weighted metrics of a compiled model. */
export class CompiledMetrics {
  readonly spec: MetricsSpec | undefined;
  readonly weightedSpec: MetricsSpec | undefined;
  #metrics: readonly LoggedMetric[] | undefined;

  constructor(spec: MetricsSpec | undefined, weightedSpec: MetricsSpec | undefined) {
    this.spec = spec;
    this.weightedSpec = weightedSpec;
    for (const identifier of [...identifiersIn(spec), ...identifiersIn(weightedSpec)]) {
      // Misspelt names are found when the model is compiled, not at the first batch.
      const isShort = typeof identifier === 'string' && isShorthandMetric(identifier);
      if (!isShort) getMetric(identifier);
    }
  }

  /** The metrics in the order given; empty before the first batch. */
  get metrics(): readonly LoggedMetric[] {
    return this.#metrics ?? [];
  }

  get isBuilt(): boolean {
    return this.#metrics !== undefined;
  }

  /** Makes the metrics for these outputs, once. */
  build(outputs: readonly NamedOutput[], targets: readonly (Tensor | undefined)[]): void {
    if (this.#metrics !== undefined) return;
    const names = outputs.map(({ name }) => name);
    const taken = new Set<string>();
    const make = (spec: MetricsSpec | undefined, isWeighted: boolean): LoggedMetric[] => {
      if (spec === undefined) return [];
      return metricsPerOutput(spec, names).flatMap((identifiers, output) =>
        identifiers.map((identifier) => {
          const [target, predicted] = [targets[output], outputs[output]?.tensor];
          const metric = resolve(identifier, target, predicted);
          if (target !== undefined && predicted !== undefined) metric.build(target, predicted);
          const prefix = names.length > 1 ? `${names[output] ?? output}_` : '';
          const logName = freeName(prefix, metric.name, taken, isWeighted);
          return { output, metric, logName, isWeighted };
        }),
      );
    };
    const plain = make(this.spec, false);
    this.#metrics = [...plain, ...make(this.weightedSpec, true)];
  }

  /** Takes in one batch. Plain metrics see no sample weights, as in Keras. */
  update(
    outputs: readonly NamedOutput[],
    targets: readonly (Tensor | undefined)[],
    sampleWeights: readonly (Tensor | undefined)[],
  ): void {
    this.build(outputs, targets);
    for (const { output, metric, isWeighted } of this.metrics) {
      const predicted = outputs[output]?.tensor;
      const target = targets[output];
      if (predicted === undefined || target === undefined) continue;
      const sampleWeight = isWeighted ? sampleWeights[output] : undefined;
      metric.updateState(target, predicted, { sampleWeight, mask: maskOf(predicted) });
    }
  }
}

/** `name`, or where it is taken `weighted_name`, `name_1`, `name_2` ...; the output's name stands in front. */
function freeName(prefix: string, name: string, taken: Set<string>, isWeighted: boolean): string {
  const isTaken = taken.has(`${prefix}${name}`);
  const base = isTaken && isWeighted ? `${prefix}weighted_${name}` : `${prefix}${name}`;
  let free = base;
  for (let count = 1; taken.has(free); count++) free = `${base}_${count}`;
  taken.add(free);
  return free;
}

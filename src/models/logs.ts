// From what a step reports (tensors on the device) to numbers by name.
import { type Logs, type LogValue, logsFrom } from '../callbacks/log-values.js';
import { describe } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { isTensor, type NestedArray, type Tensor } from '../core/tensor.js';
import { isRecord } from '../core/tree.js';
import { asTensor } from '../ops/index.js';
import type { StepLogs } from './trainable.js';

/** What a step returned, where plain numbers become tensors; throws for anything else. */
export function logsOfStep(where: string, report: unknown): StepLogs {
  if (!isRecord(report)) {
    throw new ArgumentError({
      where,
      what: 'a step returns what it reports by name',
      expected: 'a record of tensors or numbers, such as { loss }',
      received: describe(report),
      fix:
        report instanceof Promise
          ? 'a step must not await: return tensors, which fit reads when somebody asks'
          : 'end it with return { loss }, or with return this.computeMetrics({ x, y, yPred })',
    });
  }
  return Object.fromEntries(
    Object.entries(report).map(([name, value]) => [name, numberOf(where, name, value)]),
  );
}

function numberOf(where: string, name: string, value: unknown): Tensor {
  if (isTensor(value)) return value;
  if (typeof value === 'number') return asTensor(value);
  throw new ArgumentError({
    where,
    what: `"${name}" is nothing that a step can report`,
    expected: 'a tensor or a number',
    received: describe(value),
    fix: `leave "${name}" out, or make a number of it with ops`,
  });
}

/** The numbers, sorted by name as Keras sorts them; a metric with several has an array of them. */
export async function readLogs(logs: StepLogs): Promise<Logs> {
  const names = Object.keys(logs).sort();
  const read = await Promise.all(
    names.map(async (name) => {
      const tensor = logs[name];
      return tensor === undefined ? [] : [[name, numbersOf(await tensor.array())] as const];
    }),
  );
  return logsFrom(read.flat());
}

function numbersOf(value: NestedArray): LogValue {
  return typeof value === 'object' ? value.map(numbersOf) : Number(value);
}

/** Frees what a step reported. */
export function disposeLogs(logs: StepLogs | undefined): void {
  for (const tensor of Object.values(logs ?? {})) tensor.dispose();
}

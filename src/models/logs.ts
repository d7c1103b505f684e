// From what a step reports (tensors on the device) to numbers by name.
import { type Logs, type LogValue, logsFrom } from '../callbacks/log-values.js';
import type { NestedArray } from '../core/tensor.js';
import type { StepLogs } from './trainable.js';

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

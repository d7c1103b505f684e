// From what a step reports (scalars on the device) to numbers by name.
import type { Logs } from '../callbacks/callback.js';
import type { StepLogs } from './trainable.js';

/** The numbers, sorted by name as Keras sorts them. One entry for each class of a vector. */
export async function readLogs(logs: StepLogs): Promise<Logs> {
  const names = Object.keys(logs).sort();
  const read = await Promise.all(
    names.map(async (name) => {
      const tensor = logs[name];
      if (tensor === undefined) return [];
      const values = await tensor.data();
      if (tensor.rank === 0) return [[name, Number(values[0])] as const];
      return Array.from(values, (value, index) => [`${name}_${index}`, Number(value)] as const);
    }),
  );
  return Object.fromEntries(read.flat());
}

/** Frees what a step reported. */
export function disposeLogs(logs: StepLogs | undefined): void {
  for (const tensor of Object.values(logs ?? {})) tensor.dispose();
}

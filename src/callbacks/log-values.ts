// What logs hold: a number for each name, or an array where a metric gives several. Callbacks that
// need one number take it with the functions below.
import { ArgumentError } from '../core/errors.js';

/** One number, or one for each class, threshold or output of a metric that gives several. */
export type LogValue = number | readonly LogValue[];

/** Names of values that are always one number. */
type NameOfNumber =
  | `${string}loss`
  | `${string}accuracy`
  | `${string}acc`
  | `${string}error`
  | `${string}mae`
  | `${string}mse`
  | `${string}rate`;

/**
 * Loss and metrics by name. Most values are numbers; metrics with several results, such as
 * `F1Score` without an average or `Precision` at several thresholds, have an array of them.
 */
export interface Logs {
  readonly [name: string]: LogValue;
  readonly [name: NameOfNumber]: number;
}

/** Logs that hooks at epoch ends may add to. */
export interface EpochLogs {
  [name: string]: LogValue;
  [name: NameOfNumber]: number;
}

/** One list by name, with one value for each epoch. */
export interface HistoryLists {
  [name: string]: LogValue[];
  [name: NameOfNumber]: number[];
}

/** Logs of these names and values; who makes them sees to it that losses are numbers. */
export function logsFrom(entries: readonly (readonly [name: string, value: LogValue])[]): Logs {
  return Object.fromEntries(entries) as Logs;
}

/** All numbers of a value, in order. */
export function numbersIn(value: LogValue): readonly number[] {
  return typeof value === 'number' ? [value] : value.flatMap(numbersIn);
}

/** The value, or the mean of its numbers where it has several, as progress lines show it. */
export function meanOf(value: LogValue): number {
  if (typeof value === 'number') return value;
  const numbers = numbersIn(value);
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** Names and numbers; a value with several has one entry each, `f1_score_0`, `f1_score_1` ... */
export function singleNumbers(logs: Logs): (readonly [name: string, value: number])[] {
  return Object.entries(logs).flatMap(([name, value]) =>
    typeof value === 'number'
      ? [[name, value] as const]
      : numbersIn(value).map((one, index) => [`${name}_${index}`, one] as const),
  );
}

/** The value, which must be one number. */
export function requireNumber(where: string, name: string, value: LogValue): number {
  if (typeof value === 'number') return value;
  throw new ArgumentError({
    where,
    what: `"${name}" holds several numbers, and one is needed`,
    expected: 'a metric with one result',
    received: `${numbersIn(value).length} numbers`,
    fix: "give the metric one result, for example new metrics.F1Score({ average: 'macro' })",
  });
}

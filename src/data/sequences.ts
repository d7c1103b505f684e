// Helpers for sequences: padSequences and windows over time (timeseriesDatasetFromArray).
import { type DType, newArray } from '../core/dtype.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { nextSeed } from '../core/random.js';
import { formatShape, type Shape, sizeOf } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';

import type { IndexedDataset } from './dataset-source.js';
import { type ArrayLike, type HostArray, isTypedArray, toHostArray } from './host-array.js';
import { permutation } from './permutation.js';
import { takeRows, writeHost } from './rows.js';

/** Options of {@link padSequences}; the defaults are Keras's. */
export interface PadOptions {
  /** The length of all rows; default that of the longest sequence. */
  readonly maxlen?: number | null;
  /** Default int32. */
  readonly dtype?: DType;
  /** Where values are added; default `pre`. */
  readonly padding?: 'pre' | 'post';
  /** Where values are taken away; default `pre`. */
  readonly truncating?: 'pre' | 'post';
  /** What is added; default 0. */
  readonly value?: number;
}

function requireSide(name: string, side: string): void {
  if (side === 'pre' || side === 'post') return;
  throw new ArgumentError({
    where: 'padSequences',
    what: `${name} is no side`,
    expected: "'pre' or 'post'",
    received: String(side),
    fix: `leave ${name} out for 'pre'`,
  });
}

async function hostSequence(
  sequence: ArrayLike | readonly never[],
): Promise<HostArray | undefined> {
  const isEmpty = (Array.isArray(sequence) || isTypedArray(sequence)) && sequence.length === 0;
  return isEmpty ? undefined : toHostArray('padSequences', sequence);
}

/**
 * Sequences of different lengths as one tensor `[count, maxlen, ...]`: short ones are padded, long
 * ones cut, both at the start unless told otherwise.
 *
 * @throws ShapeError where the entries of sequences have different shapes.
 * @example
 * ```ts
 * import { data } from 'keratin';
 * const padded = await data.padSequences([[1], [2, 3], [4, 5, 6]], { maxlen: 2 });
 * console.log(await padded.array()); // [ [ 0, 1 ], [ 2, 3 ], [ 5, 6 ] ]
 * ```
 */
export async function padSequences(
  sequences: readonly (ArrayLike | readonly never[])[],
  options: PadOptions = {},
): Promise<Tensor> {
  const { dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 } = options;
  requireSide('padding', padding);
  requireSide('truncating', truncating);
  const arrays = await Promise.all(sequences.map(hostSequence));
  const lengths = arrays.map((array) => array?.shape[0] ?? 0);
  const length = options.maxlen ?? Math.max(0, ...lengths);
  const entry = arrays.find((array) => array !== undefined)?.shape.slice(1) ?? [];
  const row = sizeOf(entry);
  const values = newArray(dtype, arrays.length * length * row).fill(value);
  for (const [index, array] of arrays.entries()) {
    if (array === undefined) continue;
    requireEntry(index, entry, array.shape.slice(1));
    const kept = Math.min(lengths[index] ?? 0, length);
    const from = truncating === 'pre' ? (lengths[index] ?? 0) - kept : 0;
    const to = index * length + (padding === 'pre' ? length - kept : 0);
    for (let at = 0; at < kept * row; at++)
      values[to * row + at] = array.values[from * row + at] ?? 0;
  }
  return currentEngine().write({ shape: [arrays.length, length, ...entry], dtype }, values);
}

function requireEntry(index: number, expected: Shape, received: Shape): void {
  if (formatShape(expected) === formatShape(received)) return;
  throw new ShapeError({
    where: `padSequences, sequence ${index}`,
    what: 'the entries have another shape than those of the first sequence',
    expected: formatShape(expected),
    received: formatShape(received),
    fix: 'give every step of every sequence the same shape',
  });
}

/** Options of {@link timeseriesDatasetFromArray}; the defaults are Keras's. */
export interface TimeseriesOptions {
  /** Steps in a window. */
  readonly sequenceLength: number;
  /** Steps between the starts of windows; default 1. */
  readonly sequenceStride?: number;
  /** Steps between the entries of a window; default 1. */
  readonly samplingRate?: number;
  /** Windows in a batch; default 128. null gives single windows, without a batch axis. */
  readonly batchSize?: number | null;
  /** Mix the windows, once; default false. */
  readonly shuffle?: boolean;
  /** Seed of the order, which is another than Keras's; default the next of `setRandomSeed`. */
  readonly seed?: number;
  /** The first step used, of the targets too; default 0. */
  readonly startIndex?: number | null;
  /** The step before which the windows end; default all. */
  readonly endIndex?: number | null;
}

const WHERE = 'timeseriesDatasetFromArray';

function requireSteps(name: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new ArgumentError({
    where: WHERE,
    what: `${name} is not a number of steps`,
    expected: 'a whole number above 0',
    received: String(value),
    fix: `leave ${name} out for its default`,
  });
}

/** Windows of a series in batches: what `fit` takes. */
export interface TimeseriesDataset extends IndexedDataset {
  readonly length: number;
  getItem(index: number): { x: Tensor; y?: Tensor };
}

/** What is cut: the part of the series and of the targets that is used, and how. */
interface Cut {
  readonly series: HostArray;
  readonly targets: HostArray | undefined;
  /** Where windows start, in order. */
  readonly starts: Uint32Array;
  readonly sequenceLength: number;
  readonly samplingRate: number;
  /** null: single windows. */
  readonly batchSize: number | null;
}

class Windows implements TimeseriesDataset {
  readonly length: number;
  readonly #cut: Cut;

  constructor(cut: Cut) {
    this.#cut = cut;
    this.length = Math.ceil(cut.starts.length / (cut.batchSize ?? 1));
  }

  getItem(index: number): { x: Tensor; y?: Tensor } {
    const { series, targets, sequenceLength, samplingRate, batchSize } = this.#cut;
    const size = batchSize ?? 1;
    const starts = this.#cut.starts.subarray(index * size, (index + 1) * size);
    const steps = new Uint32Array(starts.length * sequenceLength);
    for (const [window, start] of starts.entries()) {
      for (let step = 0; step < sequenceLength; step++) {
        steps[window * sequenceLength + step] = start + step * samplingRate;
      }
    }
    const batch = batchSize === null ? [] : [starts.length];
    const shapeOf = (array: HostArray, inside: Shape): Shape => [
      ...batch,
      ...inside,
      ...array.shape.slice(1),
    ];
    const x = writeHost(takeRows(series, steps, shapeOf(series, [sequenceLength])));
    if (targets === undefined) return { x };
    return { x, y: writeHost(takeRows(targets, starts, shapeOf(targets, []))) };
  }
}

/** The steps that are used: from, and before which. */
function usedSteps(total: number, options: TimeseriesOptions): readonly [number, number] {
  const { startIndex, endIndex } = options;
  const [start, end] = [startIndex ?? 0, endIndex ?? total];
  const isWhole = Number.isInteger(start) && Number.isInteger(end);
  if (isWhole && start >= 0 && start < end && end <= total) return [start, end];
  throw new ArgumentError({
    where: WHERE,
    what: 'startIndex and endIndex enclose no part of the series',
    expected: `whole numbers, 0 <= startIndex < endIndex <= ${total}`,
    received: `startIndex ${startIndex}, endIndex ${endIndex}`,
    fix: 'leave both out for the whole series',
  });
}

/** Where windows can start: as many steps before the end as a window takes, and where a target is. */
function lastStart(
  series: HostArray,
  targets: HostArray | undefined,
  options: TimeseriesOptions,
): number {
  const reach = (options.sequenceLength - 1) * (options.samplingRate ?? 1);
  const [steps = 0] = series.shape;
  const last = Math.min(steps - reach, targets?.shape[0] ?? steps);
  if (last > 0) return last;
  throw new ArgumentError({
    where: WHERE,
    what: 'not one window fits into the series',
    expected: `at least ${reach + 1} steps, and targets for them`,
    received: `${steps} steps${targets === undefined ? '' : `, ${targets.shape[0]} targets`}`,
    fix: 'take shorter windows, or a lower samplingRate',
  });
}

/**
 * Windows over a series, in batches for `fit`: window i holds the steps i·stride, i·stride + rate,
 * ..., and its target is entry i·stride of `targets` (so shift them to predict the future). `data`
 * has the shape `[steps, ...]`; null `targets` give windows alone.
 *
 * @throws ArgumentError where no window fits, or startIndex and endIndex lie outside of the series.
 * @example
 * ```ts
 * import { data } from 'keratin';
 * const series = [0, 1, 2, 3, 4, 5];
 * const windows = await data.timeseriesDatasetFromArray(series.slice(0, -2), series.slice(2), {
 *   sequenceLength: 2,
 * });
 * const { x, y } = await windows.getItem(0);
 * console.log(await x.array()); // [ [ 0, 1 ], [ 1, 2 ], [ 2, 3 ] ]
 * console.log(await y?.array()); // [ 2, 3, 4 ]
 * ```
 */
export async function timeseriesDatasetFromArray(
  data: ArrayLike,
  targets: ArrayLike | null,
  options: TimeseriesOptions,
): Promise<TimeseriesDataset> {
  const { sequenceLength, sequenceStride = 1, samplingRate = 1, batchSize = 128 } = options;
  const counts = { sequenceLength, sequenceStride, samplingRate, batchSize: batchSize ?? 1 };
  for (const [name, value] of Object.entries(counts)) requireSteps(name, value);
  const all = await toHostArray(WHERE, data);
  const [start, end] = usedSteps(all.shape[0] ?? 0, options);
  const rows = (array: HostArray, to: number): HostArray => {
    const steps = { length: Math.max(0, to - start) };
    return takeRows(
      array,
      Uint32Array.from(steps, (_, at) => start + at),
    );
  };
  const series = rows(all, end);
  const given = targets === null ? undefined : await toHostArray(WHERE, targets);
  const labels = given === undefined ? undefined : rows(given, given.shape[0] ?? 0);
  const count = Math.ceil(lastStart(series, labels, options) / sequenceStride);
  const mixed = options.shuffle === true;
  const order = mixed ? permutation(count, options.seed ?? nextSeed()) : undefined;
  const starts = Uint32Array.from(
    { length: count },
    (_, at) => (order?.[at] ?? at) * sequenceStride,
  );
  return new Windows({ series, targets: labels, starts, sequenceLength, samplingRate, batchSize });
}

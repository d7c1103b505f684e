// Columns of structured data on the host: what a FeatureSpace learns from, and what it encodes.

import type { TypedArray } from '../../core/dtype.js';
import { ArgumentError, unknownName } from '../../core/errors.js';
import { type NestedArray, Tensor } from '../../core/tensor.js';
import { nestedTexts, type TextArray } from '../../core/text-array.js';
import { isRecord } from '../../core/tree.js';
import {
  type HostData,
  isHostArray,
  isHostTexts,
  isTypedArray,
  toHostArray,
  toHostInputs,
} from '../../data/host-array.js';
import { sliceSamples, writeHost } from '../../data/rows.js';
import { asTensor } from '../../ops/index.js';
import type { Feature } from './feature.js';

/** The values of one column: of many samples, or the single value of one. */
export type Column = Tensor | TypedArray | NestedArray | TextArray;

/** Columns by name. */
export type Columns = Readonly<Record<string, Column>>;

/** What `FeatureSpace.adapt` learns from: all columns as a record, or batches or samples of them. */
export type FeatureData = Columns | Iterable<Columns> | AsyncIterable<Columns>;

/** As many samples that come alone are one batch, as in Keras. */
const SAMPLES_TOGETHER = 32;

/** One column on the host; whole numbers keep all their digits. */
export async function columnOf(name: string, feature: Feature, value: unknown): Promise<HostData> {
  const isPlain = !(value instanceof Tensor) && !isTypedArray(value);
  const isWhole = feature.dtype === 'int32' && isPlain;
  // Whatever is no array of numbers is refused below, or by asTensor.
  const read = isWhole
    ? await toHostArray(name, asTensor(value as NestedArray, 'int32'))
    : undefined;
  const found = read ?? (await toHostInputs(name, value));
  const wantsTexts = feature.dtype === 'string';
  if (wantsTexts ? isHostTexts(found) : isHostArray(found)) return found as HostData;
  throw new ArgumentError({
    where: `feature "${name}"`,
    what: `the column does not hold ${wantsTexts ? 'strings' : 'numbers'}`,
    expected: wantsTexts ? 'strings' : 'numbers',
    received: isHostTexts(found) ? 'strings' : 'something else',
    fix: 'check the kind of the feature, and the data',
  });
}

/** The same values, of shape `[samples, 1]` where each sample has a single one. */
export function asColumn(data: HostData): HostData {
  const { shape } = data;
  if (shape.length > 1) return data;
  const column = [shape[0] ?? 1, 1];
  if (isHostTexts(data)) return { ...data, shape: column };
  return { kind: 'host', values: data.values, dtype: data.dtype, shape: column };
}

/** The value of a record; throws where it is missing. */
export function valueOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  throw unknownName('column', name, Object.keys(record), 'FeatureSpace');
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

function notColumns(received: unknown): ArgumentError {
  return new ArgumentError({
    where: 'FeatureSpace',
    what: 'this is no structured data',
    expected: 'a record of columns, or an iterable of such records',
    received: Array.isArray(received) ? 'a list' : typeof received,
    fix: 'write { age: [31, 54], city: ["Oslo", "Rome"] }; leave targets out',
  });
}

/** One column of a data set as batches, cut as Keras cuts them. */
class ColumnBatches {
  readonly batches: HostData[] = [];
  #alone: HostData[] = [];

  /** Adds what one item of the data set holds: a sample, or a batch. */
  add(data: HostData): void {
    if (data.shape.length > 0) {
      this.batches.push(asColumn(data));
      return;
    }
    this.#alone.push(data);
    if (this.#alone.length === SAMPLES_TOGETHER) this.flush();
  }

  /** Makes a batch of the samples that came alone. */
  flush(): void {
    const [first] = this.#alone;
    if (first === undefined) return;
    const shape = [this.#alone.length, 1];
    if (isHostTexts(first)) {
      const values = this.#alone.flatMap((one) => (isHostTexts(one) ? [...one.values] : []));
      this.batches.push({ kind: 'texts', values, shape });
    } else {
      const numbers = this.#alone.flatMap((one) =>
        isHostArray(one) ? Array.from(one.values) : [],
      );
      const values =
        first.dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
      this.batches.push({ kind: 'host', values, dtype: first.dtype, shape });
    }
    this.#alone = [];
  }

  /** Adds a whole column, whose first axis runs over samples. */
  addAll(data: HostData): void {
    const count = data.shape[0] ?? 0;
    const size = data.shape.length > 1 ? 1 : SAMPLES_TOGETHER;
    for (let from = 0; from < count; from += size) {
      const part = sliceSamples(data, from, Math.min(from + size, count));
      this.batches.push(asColumn(part));
    }
  }
}

/** The batches of each of some columns. */
export async function readColumns(
  data: unknown,
  features: ReadonlyMap<string, Feature>,
): Promise<ReadonlyMap<string, readonly HostData[]>> {
  const columns = new Map([...features.keys()].map((name) => [name, new ColumnBatches()]));
  const visit = async (
    record: unknown,
    take: (column: ColumnBatches, values: HostData) => void,
  ): Promise<void> => {
    if (!isRecord(record)) throw notColumns(record);
    for (const [name, feature] of features) {
      const column = columns.get(name);
      if (column !== undefined) take(column, await columnOf(name, feature, valueOf(record, name)));
    }
  };
  if (isRecord(data) && !isIterable(data)) {
    await visit(data, (column, values) => column.addAll(values));
  } else if (isIterable(data)) {
    for await (const item of data) await visit(item, (column, values) => column.add(values));
  } else throw notColumns(data);
  const found = new Map<string, readonly HostData[]>();
  for (const [name, column] of columns) {
    column.flush();
    if (column.batches.length === 0) throw notColumns(data);
    found.set(name, column.batches);
  }
  return found;
}

/** Batches as preprocessing layers read them: nested strings, or tensors that are freed afterwards. */
export function* adaptable(batches: readonly HostData[]): Generator<TextArray | Tensor> {
  for (const batch of batches) {
    if (isHostTexts(batch)) yield nestedTexts(batch.values, batch.shape);
    else {
      const tensor = writeHost(batch);
      yield tensor;
      tensor.dispose();
    }
  }
}

// Batches from what yields them: iterables (sync or async), generator functions, and objects with
// `length` and `getItem(index)`, which may be asked in any order.
import { ArgumentError } from '../core/errors.js';
import { toHostBatch } from './batch.js';
import { permutation } from './permutation.js';
import type { Source } from './source.js';

/** A batch as a dataset gives it: `{ x, y, sampleWeight }`, `[x, y, sampleWeight]`, or only x. */
export type DatasetItem = unknown;

/** Batches that can be asked for by number. */
export interface IndexedDataset {
  /** Number of batches; null or undefined where there is no end. */
  readonly length: number | null | undefined;
  getItem(index: number): DatasetItem | Promise<DatasetItem>;
  /** Told after each epoch, e.g. to reshuffle. */
  onEpochEnd?(): void | Promise<void>;
}

/** Anything that yields batches. A function is called anew for every epoch. */
export type Dataset =
  | AsyncIterable<DatasetItem>
  | Iterable<DatasetItem>
  | (() => AsyncIterable<DatasetItem> | Iterable<DatasetItem>)
  | IndexedDataset;

function isIndexed(value: object): value is IndexedDataset {
  return 'getItem' in value && typeof value.getItem === 'function';
}

function isIterable(value: object): value is AsyncIterable<unknown> | Iterable<unknown> {
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/** Whether `value` yields batches, rather than being arrays. */
export function isDataset(value: unknown): value is Dataset {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return isIndexed(value) || isIterable(value);
}

async function* indexedBatches(
  dataset: IndexedDataset,
  seed: number | undefined,
  wantsTargets: boolean,
) {
  const { length } = dataset;
  if (length === null || length === undefined) {
    for (let index = 0; ; index++) {
      yield await toHostBatch(await dataset.getItem(index), wantsTargets);
    }
  }
  const order = seed === undefined ? undefined : permutation(length, seed);
  for (let index = 0; index < length; index++) {
    yield await toHostBatch(await dataset.getItem(order?.[index] ?? index), wantsTargets);
  }
}

async function* iteratedBatches(
  items: AsyncIterable<unknown> | Iterable<unknown>,
  wantsTargets: boolean,
) {
  for await (const item of items) yield await toHostBatch(item, wantsTargets);
}

function indexedSource(dataset: IndexedDataset, wantsTargets: boolean): Source {
  return {
    batchCount: dataset.length ?? undefined,
    sampleCount: undefined,
    epoch: ({ seed }) => indexedBatches(dataset, seed, wantsTargets),
    epochEnd: () => dataset.onEpochEnd?.(),
  };
}

/** A source over a dataset. An iterator that is used up gives an empty epoch. */
export function datasetSource(where: string, dataset: Dataset): Source {
  const wantsTargets = where !== 'predict';
  if (typeof dataset === 'function') {
    const count = 'length' in dataset && dataset.length > 0;
    if (count) {
      throw new ArgumentError({
        where,
        what: 'the function that makes batches wants arguments',
        expected: 'a function without arguments that returns an iterable',
        received: `a function of ${dataset.length} arguments`,
        fix: 'wrap it: () => batches(arguments)',
      });
    }
    return {
      batchCount: undefined,
      sampleCount: undefined,
      epoch: () => iteratedBatches(dataset(), wantsTargets),
    };
  }
  if (isIndexed(dataset)) return indexedSource(dataset, wantsTargets);
  return {
    batchCount: undefined,
    sampleCount: undefined,
    epoch: () => iteratedBatches(dataset, wantsTargets),
  };
}

// Batches from what yields them: iterables (sync or async), generator functions, and objects with
// `length` and `getItem(index)`, which may be asked in any order.
import { describe } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { Tensor } from '../core/tensor.js';
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
  /** How many batches are asked for at the same time; default 1. */
  readonly workers?: number;
  /** The most batches that are ready or on their way at any time; default 10. */
  readonly maxQueueSize?: number;
  /** Told before each epoch. */
  onEpochBegin?(): void | Promise<void>;
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
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Tensor) return false;
  return isIndexed(value) || isIterable(value);
}

/** The numbers of an epoch's batches, in the order in which they are wanted. */
function* indices(dataset: IndexedDataset, seed: number | undefined): Generator<number> {
  const { length } = dataset;
  const order =
    seed === undefined || typeof length !== 'number' ? undefined : permutation(length, seed);
  for (let index = 0; index < (length ?? Number.POSITIVE_INFINITY); index++) {
    yield order?.[index] ?? index;
  }
}

/** What a dataset gives, in order, with several of them on their way at the same time. */
async function* itemsInOrder(dataset: IndexedDataset, numbers: Generator<number>) {
  const { workers = 1, maxQueueSize = 10 } = dataset;
  const most = Math.max(1, Math.min(workers, maxQueueSize));
  const waiting: Promise<DatasetItem>[] = [];
  for (let isEnd = false; !isEnd || waiting.length > 0; ) {
    while (!isEnd && waiting.length < most) {
      const next = numbers.next();
      isEnd = next.done === true;
      if (next.done === true) break;
      const item = (async () => dataset.getItem(next.value))();
      // One that fails is seen when its turn comes, and not at all where the epoch ends before.
      item.catch(() => {});
      waiting.push(item);
    }
    const first = waiting.shift();
    if (first !== undefined) yield await first;
  }
}

async function* indexedBatches(
  dataset: IndexedDataset,
  seed: number | undefined,
  wantsTargets: boolean,
) {
  for await (const item of itemsInOrder(dataset, indices(dataset, seed))) {
    yield await toHostBatch(item, wantsTargets);
  }
}

async function* iteratedBatches(
  items: AsyncIterable<unknown> | Iterable<unknown>,
  wantsTargets: boolean,
) {
  for await (const item of items) yield await toHostBatch(item, wantsTargets);
}

function requireLength(where: string, { length }: IndexedDataset): void {
  if (length === null || length === undefined) return;
  if (Number.isInteger(length) && length >= 0) return;
  throw new ArgumentError({
    where,
    what: 'the length of the dataset is not a number of batches',
    expected: 'a whole number, or null where there is no end',
    received: describe(length),
    fix: 'let length give the number of batches in an epoch',
  });
}

function indexedSource(where: string, dataset: IndexedDataset, wantsTargets: boolean): Source {
  requireLength(where, dataset);
  return {
    batchCount: dataset.length ?? undefined,
    sampleCount: undefined,
    epoch: ({ seed }) => indexedBatches(dataset, seed, wantsTargets),
    epochBegin: () => dataset.onEpochBegin?.(),
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
  if (isIndexed(dataset)) return indexedSource(where, dataset, wantsTargets);
  return {
    batchCount: undefined,
    sampleCount: undefined,
    epoch: () => iteratedBatches(dataset, wantsTargets),
  };
}

// What `adapt` reads: one array, or batches that come one by one. Before the layers that learn from
// data without gradients; values are read to the host, where sums run in float64.
import type { TypedArray } from '../../core/dtype.js';
import { isFloat } from '../../core/dtype.js';
import { ArgumentError } from '../../core/errors.js';
import type { Shape } from '../../core/shape.js';
import { type NestedArray, Tensor } from '../../core/tensor.js';
import { isList, isRecord } from '../../core/tree.js';
import { asTensor, cast } from '../../ops/index.js';

/** One array of numbers. */
export type AdaptArray = Tensor | NestedArray | TypedArray;

/** A batch: an array, `{ x }` as datasets give it, or `[x, y]`, of which only x counts. */
export type AdaptBatch = AdaptArray | { readonly x: AdaptArray } | readonly [Tensor, ...unknown[]];

/** What `adapt` takes: one array, or batches in any iterable, asynchronous or not. */
export type AdaptData = AdaptArray | Iterable<AdaptBatch> | AsyncIterable<AdaptBatch>;

/** Options of `adapt`. */
export interface AdaptOptions {
  /** The number of batches to read; needed where they never end. Default: all. */
  readonly steps?: number | undefined;
}

/** Numbers on the host. */
export interface HostNumbers {
  readonly values: TypedArray;
  readonly shape: Shape;
}

function isTyped(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Whether `value` is one array, not batches of arrays. */
function isOneArray(value: unknown): value is AdaptArray {
  if (value instanceof Tensor || isTyped(value)) return true;
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return isList(value) && (value.length === 0 || isNested(value[0]));
}

function isNested(value: unknown): value is NestedArray {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return isList(value) && (value.length === 0 || isNested(value[0]));
}

function partOf(batch: unknown): unknown {
  if (isRecord(batch)) return batch['x'] ?? batch['xs'];
  // [x, y] of a dataset; nested arrays of numbers are one array.
  return isList(batch) && !isNested(batch) ? batch[0] : batch;
}

async function toHost(where: string, batch: unknown): Promise<HostNumbers> {
  const part = partOf(batch);
  if (!isOneArray(part)) throw notAnArray(where, batch);
  const given = asTensor(part);
  const tensor = isFloat(given.dtype) && given.dtype !== 'float64' ? cast(given, 'float32') : given;
  return { values: await tensor.data(), shape: tensor.shape };
}

function notAnArray(where: string, received: unknown): ArgumentError {
  return new ArgumentError({
    where,
    what: 'adapt was given something that is not an array of numbers',
    expected: 'a tensor, nested arrays, a typed array, or an iterable of batches of these',
    received: isList(received) ? 'a list of other things' : typeof received,
    fix: 'pass the inputs alone, such as adapt(x) or adapt(dataset.map(({ x }) => x))',
  });
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

/** The first `steps` items of `items`. */
export async function* limited<T>(
  items: Iterable<T> | AsyncIterable<T>,
  steps: number | undefined,
): AsyncGenerator<T> {
  if (steps !== undefined && steps <= 0) return;
  let count = 0;
  for await (const item of items) {
    yield item;
    if (++count === steps) return;
  }
}

/** The batches of `data` on the host, one by one; throws where there is none. */
export async function* batchesOf(
  where: string,
  data: AdaptData,
  options: AdaptOptions = {},
): AsyncGenerator<HostNumbers> {
  if (isOneArray(data)) {
    yield await toHost(where, data);
    return;
  }
  if (!isIterable(data)) throw notAnArray(where, data);
  let found = false;
  for await (const batch of limited<unknown>(data, options.steps)) {
    found = true;
    yield await toHost(where, batch);
  }
  if (found) return;
  throw new ArgumentError({
    where,
    what: 'adapt was given no batches',
    expected: 'at least one batch',
    received: 'an empty iterable',
    fix: 'check where the data comes from; a generator can be read only once',
  });
}

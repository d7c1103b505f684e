// A dataset whose elements are computed while they are read. `fit`, `evaluate` and `predict` take
// it as it is.
import { isList, isRecord } from '../core/tree.js';
import { ArgumentError, stack, Tensor, tensor } from '../index.js';

/** Starts reading anew. */
type Start<T> = () => AsyncIterator<T>;

/** One element: numbers, tensors, and lists and records of them. */
export type Element = unknown;

/** What elements become in a batch: tensors with a new first axis; texts stay lists. */
export type Batched<T> = T extends number | boolean | Tensor | readonly number[]
  ? Tensor
  : T extends string
    ? string[]
    : T extends object
      ? { [K in keyof T]: Batched<T[K]> }
      : unknown;

/** Elements that share a structure become one with a new first axis. */
function collate(items: readonly Element[]): Element {
  const [first] = items;
  if (first instanceof Tensor) {
    return stack(items.map((item) => (item instanceof Tensor ? item : first)));
  }
  if (typeof first === 'number' || typeof first === 'boolean') {
    return tensor(items.map((item) => (typeof item === 'boolean' ? item : Number(item))));
  }
  if (isList(first)) {
    if (first.every((value) => typeof value === 'number')) {
      return tensor(items.map((item) => (isList(item) ? item.map(Number) : [])));
    }
    return first.map((_, index) => collate(items.map((item) => (isList(item) ? item[index] : 0))));
  }
  if (isRecord(first)) {
    const keys = Object.keys(first);
    return Object.fromEntries(
      keys.map((key) => [key, collate(items.map((item) => (isRecord(item) ? item[key] : 0)))]),
    );
  }
  // Texts and the like cannot be one tensor: they stay a list.
  return [...items];
}

function wrong(where: string, what: string, received: unknown): ArgumentError {
  return new ArgumentError({
    where,
    what,
    expected: 'a whole number of at least 1',
    received: String(received),
    fix: 'change the number',
  });
}

function requireCount(where: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) throw wrong(where, 'that is no count', count);
}

/** A number for a text (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** A stream of numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Elements that are computed while they are read, again for each reader.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const squares = tf.data.array([1, 2, 3, 4]).map((x) => x * x).filter((x) => x > 1);
 * console.log(await squares.toArray()); // [ 4, 9, 16 ]
 * ```
 */
export class Dataset<T = Element> {
  readonly #start: Start<T>;
  /** How many elements there are; Infinity, or null where nobody knows. */
  readonly size: number | null;

  constructor(start: Start<T>, size: number | null = null) {
    this.#start = start;
    this.size = size;
  }

  /** A reader of one's own. */
  async iterator(): Promise<AsyncIterator<T>> {
    return this.#start();
  }

  #derive<U>(read: (source: () => AsyncIterable<T>) => AsyncGenerator<U>, size: number | null) {
    const source = (): AsyncIterable<T> => ({ [Symbol.asyncIterator]: this.#start });
    return new Dataset<U>(() => read(source), size);
  }

  /** `fn` of each element. */
  map<U>(fn: (value: T) => U): Dataset<U> {
    return this.#derive(async function* (source) {
      for await (const value of source()) yield fn(value);
    }, this.size);
  }

  /** `fn` of each element, awaited. */
  mapAsync<U>(fn: (value: T) => Promise<U>): Dataset<U> {
    return this.#derive(async function* (source) {
      for await (const value of source()) yield await fn(value);
    }, this.size);
  }

  /** The elements for which `test` holds. */
  filter(test: (value: T) => boolean): Dataset<T> {
    return this.#derive(
      async function* (source) {
        for await (const value of source()) if (test(value)) yield value;
      },
      this.size === Number.POSITIVE_INFINITY ? this.size : null,
    );
  }

  /** `batchSize` elements at a time as one, with a new first axis; the last may be smaller. */
  batch(batchSize: number, smallLastBatch = true): Dataset<Batched<T>> {
    requireCount('batch', batchSize);
    const round = smallLastBatch ? Math.ceil : Math.floor;
    return this.#derive(
      async function* (source) {
        let held: T[] = [];
        for await (const value of source()) {
          held.push(value);
          if (held.length < batchSize) continue;
          yield collate(held) as Batched<T>;
          held = [];
        }
        if (smallLastBatch && held.length > 0) yield collate(held) as Batched<T>;
      },
      this.size === null ? null : round(this.size / batchSize),
    );
  }

  /** The elements of this and then of `other`. */
  concatenate(other: Dataset<T>): Dataset<T> {
    const size = this.size === null || other.size === null ? null : this.size + other.size;
    return this.#derive(async function* (source) {
      yield* source();
      yield* { [Symbol.asyncIterator]: other.#start };
    }, size);
  }

  /** At most the first `count` elements. */
  take(count: number): Dataset<T> {
    const size = this.size === null ? null : Math.min(this.size, count);
    return this.#derive(async function* (source) {
      let left = count;
      if (left <= 0) return;
      for await (const value of source()) {
        yield value;
        left -= 1;
        if (left <= 0) return;
      }
    }, size);
  }

  /** What comes after the first `count` elements. */
  skip(count: number): Dataset<T> {
    const size = this.size === null ? null : Math.max(this.size - count, 0);
    return this.#derive(async function* (source) {
      let left = count;
      for await (const value of source()) if (left-- <= 0) yield value;
    }, size);
  }

  /** All elements `count` times; without end by default. */
  repeat(count?: number): Dataset<T> {
    const turns = count === undefined || count < 0 ? Number.POSITIVE_INFINITY : count;
    return this.#derive(
      async function* (source) {
        for (let turn = 0; turn < turns; turn++) {
          let isEmpty = true;
          for await (const value of source()) {
            isEmpty = false;
            yield value;
          }
          // Nothing, without end, would never give the host a turn.
          if (isEmpty) return;
        }
      },
      this.size === null ? null : this.size * turns,
    );
  }

  /** The elements in another order, drawn from the next `bufferSize` of them. */
  shuffle(bufferSize: number, seed?: number | string, reshuffleEachIteration = true): Dataset<T> {
    requireCount('shuffle', bufferSize);
    const first =
      typeof seed === 'string' ? hashOf(seed) : (seed ?? Math.floor(Math.random() * 2 ** 32));
    let readers = 0;
    return this.#derive(async function* (source) {
      const random = randomStream(reshuffleEachIteration ? first + readers++ : first);
      const held: T[] = [];
      const draw = (): T[] => held.splice(Math.floor(random() * held.length), 1);
      for await (const value of source()) {
        held.push(value);
        if (held.length > bufferSize) yield* draw();
      }
      while (held.length > 0) yield* draw();
    }, this.size);
  }

  /** Reads up to `bufferSize` elements ahead of whoever takes them. */
  prefetch(bufferSize: number): Dataset<T> {
    requireCount('prefetch', bufferSize);
    return new Dataset(() => ahead(this.#start(), bufferSize), this.size);
  }

  /** Calls `fn` with each element. */
  async forEachAsync(fn: (value: T) => void): Promise<void> {
    for await (const value of { [Symbol.asyncIterator]: this.#start }) fn(value);
  }

  /** All elements in a list. */
  async toArray(): Promise<T[]> {
    const list: T[] = [];
    await this.forEachAsync((value) => list.push(value));
    return list;
  }

  /** For `fit`: elements { xs, ys } are called { x, y } there. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Element> {
    for await (const value of { [Symbol.asyncIterator]: this.#start }) {
      if (!isRecord(value) || !('xs' in value)) yield value;
      else yield 'ys' in value ? { x: value['xs'], y: value['ys'] } : { x: value['xs'] };
    }
  }
}

/** Asks `source` for elements before they are wanted. */
async function* ahead<T>(source: AsyncIterator<T>, count: number): AsyncGenerator<T> {
  const asked: Promise<IteratorResult<T>>[] = [];
  const ask = (): void => {
    const next = source.next();
    // Whoever waits for it hears of a failure; nobody may ever wait for the last ones.
    next.catch(() => {});
    asked.push(next);
  };
  try {
    for (let index = 0; index < count; index++) ask();
    for (;;) {
      const next = await asked.shift();
      if (next === undefined || next.done) return;
      ask();
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}

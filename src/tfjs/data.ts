// tf.data: where datasets come from.
import { isList } from '../core/tree.js';
import { Dataset, type Element } from './dataset.js';

export { type ColumnConfig, CSVDataset, type CsvConfig, csv } from './csv.js';
export { Dataset } from './dataset.js';

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** The elements of a list. */
export function array<T>(items: readonly T[]): Dataset<T> {
  return new Dataset(() => each(items), items.length);
}

/** What a generator yields, or what the iterator of a function gives. */
export function generator<T>(
  make: () => Iterator<T> | AsyncIterator<T> | Promise<Iterator<T> | AsyncIterator<T>>,
): Dataset<T> {
  return new Dataset(async function* () {
    const iterator = await make();
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  });
}

/** What `next` gives, without end. */
export function func<T>(next: () => T | Promise<T>): Dataset<T> {
  return new Dataset(async function* () {
    for (;;) yield await next();
  }, Number.POSITIVE_INFINITY);
}

type Datasets = readonly Dataset[] | { readonly [key: string]: Dataset };

/** An element of each of several datasets. */
export type Zipped<D extends Datasets> = {
  -readonly [K in keyof D]: D[K] extends Dataset<infer T> ? T : never;
};

/** Elements of several datasets side by side, until the shortest ends. */
export function zip<const D extends Datasets>(datasets: D): Dataset<Zipped<D>> {
  const isNamed = !isList(datasets);
  const keys = Object.keys(datasets);
  const sources = Object.values(datasets);
  const sizes = sources.map(({ size }) => size ?? Number.NaN);
  const size = Math.min(...sizes);
  return new Dataset(
    async function* () {
      const readers = await Promise.all(sources.map((source) => source.iterator()));
      try {
        for (;;) {
          const next = await Promise.all(readers.map((reader) => reader.next()));
          if (next.some(({ done }) => done)) return;
          const values = next.map(({ value }) => value);
          const zipped: Element = isNamed
            ? Object.fromEntries(keys.map((key, index) => [key, values[index]]))
            : values;
          yield zipped as Zipped<D>;
        }
      } finally {
        await Promise.all(readers.map((reader) => reader.return?.()));
      }
    },
    Number.isNaN(size) ? null : size,
  );
}

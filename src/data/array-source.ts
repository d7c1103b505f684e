// Batches cut from arrays in host memory: slices, or rows gathered in a random order.
import { ArgumentError, ShapeError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { flattenTree, mapTree, type Tree } from '../core/tree.js';
import type { HostBatch } from './batch.js';
import { type HostData, isHostData } from './host-array.js';
import { permutation } from './permutation.js';
import { sliceSamples, takeSamples } from './rows.js';
import type { EpochOptions, Source } from './source.js';

/** Arrays whose first axis runs over samples. */
export interface ArrayData {
  readonly x: Tree<HostData>;
  readonly y?: Tree<HostData> | undefined;
  readonly sampleWeight?: Tree<HostData> | undefined;
}

function mapData<T>(
  data: ArrayData,
  replace: (array: HostData) => T,
): { x: Tree<T>; y?: Tree<T>; sampleWeight?: Tree<T> } {
  const mapped = (tree: Tree<HostData>): Tree<T> => mapTree(tree, isHostData, replace);
  return {
    x: mapped(data.x),
    ...(data.y === undefined ? {} : { y: mapped(data.y) }),
    ...(data.sampleWeight === undefined ? {} : { sampleWeight: mapped(data.sampleWeight) }),
  };
}

/** The number of samples, if all arrays agree on it. */
export function sampleCountOf(where: string, data: ArrayData): number {
  const parts = Object.entries({ x: data.x, y: data.y, sampleWeight: data.sampleWeight });
  const arrays = parts.flatMap(([name, tree]) =>
    flattenTree(tree, isHostData).map((array) => ({ name, array })),
  );
  const scalar = arrays.find(({ array }) => array.shape.length === 0);
  if (scalar !== undefined) {
    throw new ShapeError({
      where,
      what: `${scalar.name} is a single number`,
      expected: 'arrays whose first axis runs over samples',
      received: formatShape(scalar.array.shape),
      fix: 'put the samples into an array',
    });
  }
  const counts = new Set(arrays.map(({ array }) => array.shape[0] ?? 0));
  const listed = arrays.map(({ name, array }) => `${name} ${formatShape(array.shape)}`).join(', ');
  if (counts.size > 1) {
    throw new ShapeError({
      where,
      what: 'the arrays hold different numbers of samples',
      expected: 'the same first size for all arrays',
      received: listed,
      fix: 'give one target (and one weight) for each sample',
    });
  }
  const [count = 0] = counts;
  if (count > 0) return count;
  throw new ArgumentError({
    where,
    what: 'there are no samples',
    expected: 'at least one sample',
    received: listed,
    fix: 'check how the data was loaded or split',
  });
}

/** Samples `from` to `to` of all arrays. */
export function sliceData(data: ArrayData, from: number, to: number): ArrayData {
  return mapData(data, (array) => sliceSamples(array, from, to));
}

/** A source over arrays; the last batch may be smaller. */
export function arraySource(where: string, data: ArrayData, batchSize: number): Source {
  const sampleCount = sampleCountOf(where, data);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError({
      where,
      what: 'the batch size is not a number of samples',
      expected: 'a whole number of at least 1',
      received: String(batchSize),
      fix: 'leave batchSize out for the default, 32',
    });
  }
  const orderOf = ({ seed, withinBatches = false }: EpochOptions): Uint32Array | undefined => {
    if (seed === undefined) return undefined;
    if (!withinBatches) return permutation(sampleCount, seed);
    const order = new Uint32Array(sampleCount);
    for (let from = 0; from < sampleCount; from += batchSize) {
      const size = Math.min(batchSize, sampleCount - from);
      order.set(
        permutation(size, seed + from).map((index) => index + from),
        from,
      );
    }
    return order;
  };
  return {
    batchCount: Math.ceil(sampleCount / batchSize),
    sampleCount,
    *epoch(options): Generator<HostBatch> {
      const order = orderOf(options);
      for (let from = 0; from < sampleCount; from += batchSize) {
        const to = Math.min(from + batchSize, sampleCount);
        const rows = order?.subarray(from, to);
        if (rows === undefined) yield sliceData(data, from, to);
        else yield mapData(data, (array) => takeSamples(array, rows));
      }
    },
  };
}

// splitDataset: arrays cut in two. And the parts of one batch, packed and unpacked, as Keras does.
import { ArgumentError } from '../core/errors.js';
import { nextSeed } from '../core/random.js';
import type { Tensor } from '../core/tensor.js';
import { mapTree, type Tree } from '../core/tree.js';
import { sampleCountOf } from './array-source.js';
import { type ArrayTree, isHostArray, toHostTree } from './host-array.js';
import { pythonShuffle } from './python-shuffle.js';
import { takeRows, writeHost } from './rows.js';

/** Options of {@link splitDataset}; the defaults are Keras's. */
export interface SplitDatasetOptions {
  /** Samples of the first part: a number, or a part of all (0 to 1). */
  readonly leftSize?: number | null;
  /** Samples of the second part; default the rest. */
  readonly rightSize?: number | null;
  /** Mix before cutting; default false. */
  readonly shuffle?: boolean;
  /** Seed of the order, a whole number: one seed gives the parts that Keras gives. */
  readonly seed?: number;
}

/** The nearest whole number, and of two that are as near the even one, as Python rounds. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function sizes(count: number, options: SplitDatasetOptions): [number, number] {
  const { leftSize: left, rightSize: right } = options;
  const wrong = (received: string): ArgumentError =>
    new ArgumentError({
      where: 'splitDataset',
      what: 'the sizes do not cut the samples in two',
      expected: `parts between 0 and 1, or numbers of samples, of ${count} at most`,
      received,
      fix: 'for example splitDataset(data, { leftSize: 0.8 })',
    });
  const inSamples = (size: number | null | undefined): number | undefined => {
    if (size === undefined || size === null) return undefined;
    if (!(size > 0 && (size < 1 || Number.isInteger(size)))) throw wrong(String(size));
    return size < 1 ? roundToEven(size * count) : size;
  };
  const isPart = (size: number | null | undefined): size is number =>
    typeof size === 'number' && size < 1;
  if (isPart(left) && isPart(right) && left + right > 1) throw wrong(`${left} and ${right}`);
  const [first, second] = [inSamples(left), inSamples(right)];
  const leftCount = first ?? count - (second ?? count);
  const rightCount = second ?? count - leftCount;
  if (leftCount > 0 && rightCount > 0 && leftCount + rightCount <= count) {
    return [leftCount, rightCount];
  }
  throw wrong(`leftSize ${left}, rightSize ${right}`);
}

/**
 * Cuts arrays (one, or lists and records of them) in two along the first axis: the first `leftSize`
 * samples and the last `rightSize`. As in Keras, parts are rounded to whole samples, halves to the even
 * number, and where both sizes are given the samples between the two are in neither.
 *
 * @throws ArgumentError where a part would be empty.
 * @example
 * ```ts
 * import { data } from 'keratin';
 * const [train, test] = await data.splitDataset({ x: [[1], [2], [3], [4]], y: [1, 2, 3, 4] }, {
 *   leftSize: 0.75,
 * });
 * ```
 */
export async function splitDataset(
  dataset: ArrayTree,
  options: SplitDatasetOptions,
): Promise<[left: Tree<Tensor>, right: Tree<Tensor>]> {
  const arrays = await toHostTree('splitDataset', dataset);
  const count = sampleCountOf('splitDataset', { x: arrays });
  const [left, right] = sizes(count, options);
  const order =
    options.shuffle === true
      ? pythonShuffle(count, options.seed ?? nextSeed())
      : Uint32Array.from({ length: count }, (_, at) => at);
  const part = (rows: Uint32Array): Tree<Tensor> =>
    mapTree(arrays, isHostArray, (array) => writeHost(takeRows(array, rows)));
  return [part(order.subarray(0, left)), part(order.subarray(count - right))];
}

/** A batch: inputs alone, with targets, or with weights too. */
export type PackedBatch<T> =
  | readonly [x: T]
  | readonly [x: T, y: T]
  | readonly [x: T, y: T, sampleWeight: T];

/**
 * The parts of a batch in one list, without those that are missing at the end.
 *
 * @example
 * ```ts
 * import { data } from 'keratin';
 * console.log(data.packXYSampleWeight([1], [2])); // [ [ 1 ], [ 2 ] ]
 * ```
 */
export function packXYSampleWeight<T>(x: T, y?: T, sampleWeight?: T): PackedBatch<T | undefined> {
  if (y === undefined && sampleWeight === undefined) return [x];
  return sampleWeight === undefined ? [x, y] : [x, y, sampleWeight];
}

/**
 * The parts of a batch, however many it has.
 *
 * @example
 * ```ts
 * import { data } from 'keratin';
 * const [x, y, sampleWeight] = data.unpackXYSampleWeight([[1], [2]]);
 * console.log(x, y, sampleWeight); // [ 1 ] [ 2 ] undefined
 * ```
 */
export function unpackXYSampleWeight<T>(
  batch: PackedBatch<T>,
): [x: T, y: T | undefined, sampleWeight: T | undefined] {
  const [x, y, sampleWeight] = batch;
  return [x, y, sampleWeight];
}

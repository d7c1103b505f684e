// Helpers for labels and for keeping samples back: toCategorical and trainTestSplit.
import { currentEngine } from '../core/engine.js';
import { ArgumentError } from '../core/errors.js';
import { nextSeed } from '../core/random.js';
import type { Tensor } from '../core/tensor.js';
import { mapTree, type Tree } from '../core/tree.js';
import { sampleCountOf } from './array-source.js';
import {
  type ArrayLike,
  type ArrayTree,
  type HostArray,
  isHostArray,
  toHostArray,
  toHostTree,
} from './host-array.js';
import { permutation } from './permutation.js';
import { takeRows, writeHost } from './rows.js';

/**
 * One row with a single 1 for each class number. `numClasses` is one more than the largest
 * label unless given; a last axis of size 1 is dropped first, as in Keras.
 *
 * @throws ArgumentError where a label lies outside the classes.
 * @example
 * ```ts
 * import { data } from 'keratin';
 * console.log(await (await data.toCategorical([0, 2])).array()); // [ [ 1, 0, 0 ], [ 0, 0, 1 ] ]
 * ```
 */
export async function toCategorical(labels: ArrayLike, numClasses?: number): Promise<Tensor> {
  const { values, shape } = await toHostArray('toCategorical', labels);
  let largest = -1;
  for (const label of values) largest = Math.max(largest, label);
  const classes = numClasses ?? largest + 1;
  const outer = shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  const rows = new Float32Array(values.length * classes);
  for (const [index, label] of values.entries()) {
    if (Number.isInteger(label) && label >= 0 && label < classes) {
      rows[index * classes + label] = 1;
      continue;
    }
    throw new ArgumentError({
      where: 'toCategorical',
      what: 'a label is not one of the classes',
      expected: `whole numbers from 0 to ${classes - 1}`,
      received: `${label} at position ${index}`,
      fix: 'give numClasses, or number the classes from 0',
    });
  }
  return currentEngine().write({ shape: [...outer, classes], dtype: 'float32' }, rows);
}

/** Options of {@link trainTestSplit}. */
export interface SplitOptions {
  /** The part kept for testing, between 0 and 1; default 0.25. */
  readonly testSize?: number;
  /** Default: the next seed of the process, so `setRandomSeed` makes it repeatable. */
  readonly seed?: number;
  /** Mix before splitting; default true. */
  readonly shuffle?: boolean;
}

/** Inputs and targets of one part, in the structure they were given in. */
export interface SplitPart {
  readonly x: Tree<Tensor>;
  readonly y: Tree<Tensor>;
}

/**
 * Splits samples into a part to train on and a part to test on.
 *
 * @example
 * ```ts
 * import { data } from 'keratin';
 * const { train, test } = await data.trainTestSplit([[1], [2], [3], [4]], [0, 1, 0, 1]);
 * ```
 */
export async function trainTestSplit(
  x: ArrayTree,
  y: ArrayTree,
  options: SplitOptions = {},
): Promise<{ train: SplitPart; test: SplitPart }> {
  const { testSize = 0.25, seed = nextSeed(), shuffle = true } = options;
  const arrays = { x: await toHostTree('x', x), y: await toHostTree('y', y) };
  const count = sampleCountOf('trainTestSplit', arrays);
  const testCount = Math.round(count * testSize);
  if (!(testCount > 0 && testCount < count)) {
    throw new ArgumentError({
      where: 'trainTestSplit',
      what: 'one of the parts would be empty',
      expected: 'a testSize between 0 and 1 that leaves samples on both sides',
      received: `${testSize} of ${count} samples`,
      fix: 'use another testSize',
    });
  }
  const order = shuffle
    ? permutation(count, seed)
    : Uint32Array.from({ length: count }, (_, i) => i);
  const part = (rows: Uint32Array): SplitPart => {
    const tensors = (tree: Tree<HostArray>): Tree<Tensor> =>
      mapTree(tree, isHostArray, (array) => writeHost(takeRows(array, rows)));
    return { x: tensors(arrays.x), y: tensors(arrays.y) };
  };
  return {
    train: part(order.subarray(0, count - testCount)),
    test: part(order.subarray(count - testCount)),
  };
}

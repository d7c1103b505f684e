// PyDataset: batches by number as a class to extend. dataset-source.ts reads it like any object with
// `length` and `getItem`.
import { ArgumentError } from '../core/errors.js';
import type { DatasetItem, IndexedDataset } from './dataset-source.js';

/** Options of {@link PyDataset}. */
export interface PyDatasetOptions {
  /** How many batches are asked for at the same time, so that reading files overlaps. Default 1. */
  readonly workers?: number;
  /** The most batches that are ready or on their way at any time. Default 10. */
  readonly maxQueueSize?: number;
}

function requireCount(option: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new ArgumentError({
    where: 'PyDataset',
    what: `${option} is not a count`,
    expected: 'a whole number of at least 0',
    received: String(value),
    fix: `leave ${option} out for the default`,
  });
}

/**
 * The parent of datasets that give whole batches by number, for `fit`, `evaluate` and `predict`. Write
 * `length`, the number of batches in an epoch (null where there is no end), and `getItem(index)`, which
 * gives `{ x, y, sampleWeight }`, `[x, y, sampleWeight]` or only x, at once or as a promise. `fit`
 * asks in a new order in each epoch unless `shuffle` is false; which samples are in a batch is the
 * dataset's own affair, e.g. in `onEpochEnd`. Batches come in the order they were asked for, also with
 * several workers. Also known as `Sequence`.
 *
 * Keras's `useMultiprocessing` has no counterpart: let `getItem` hand heavy work to a worker of the
 * host's and wait for it.
 *
 * @example
 * ```ts
 * import { data, layers, Sequential } from 'keratin';
 * class Squares extends data.PyDataset {
 *   readonly length = 3;
 *   getItem(index: number) {
 *     return { x: [[index], [index + 0.5]], y: [[index ** 2], [(index + 0.5) ** 2]] };
 *   }
 * }
 * const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const history = await model.fit(new Squares(), { epochs: 2, verbose: 0 });
 * console.log(history.epoch); // [ 0, 1 ]
 * ```
 */
export abstract class PyDataset implements IndexedDataset {
  readonly workers: number;
  readonly maxQueueSize: number;

  constructor(options: PyDatasetOptions = {}) {
    this.workers = requireCount('workers', options.workers ?? 1);
    this.maxQueueSize = requireCount('maxQueueSize', options.maxQueueSize ?? 10);
  }

  /** Number of batches in an epoch; null where there is no end. */
  abstract readonly length: number | null;

  /** The batch of this number, from 0. */
  abstract getItem(index: number): DatasetItem | Promise<DatasetItem>;

  /** Keras's other name of `length`. */
  get numBatches(): number | null {
    return this.length;
  }

  /** Called before each epoch, and before `evaluate` and `predict` ask for batches. */
  onEpochBegin(): void | Promise<void> {}

  /** Called after each epoch, e.g. to mix samples anew. */
  onEpochEnd(): void | Promise<void> {}

  /** All batches of an epoch, in the order of their numbers and without waiting for any. */
  *[Symbol.iterator](): Generator<DatasetItem | Promise<DatasetItem>> {
    for (let index = 0; index < (this.length ?? Number.POSITIVE_INFINITY); index++) {
      yield this.getItem(index);
    }
  }
}

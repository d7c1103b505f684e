// A folder as batches: what `fit` takes. Files are read when their batch is asked for, and only the
// samples of one batch are in memory.
import { currentEngine } from '../../core/engine.js';
import { ArgumentError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import type { IndexedDataset } from '../dataset-source.js';
import { permutation } from '../permutation.js';
import { type FolderIndex, type LabelledFiles, partOf } from './labelled-files.js';
import type { FullFolderOptions, LabelMode } from './options.js';

/** Samples and, unless the folder has no labels, their labels. */
export interface FolderBatch<X> {
  readonly x: X;
  readonly y?: Tensor;
}

/** Makes `x` of some files: with a batch axis, or of a single file without one. */
export type LoadFiles<X> = (paths: readonly string[], single: boolean) => Promise<X>;

/** Batches that can be asked for by number, in a loop, or by `fit`. */
export interface BatchDataset<Batch> extends IndexedDataset, AsyncIterable<Batch> {
  /** Batches in an epoch. */
  readonly length: number;
  getItem(index: number): Promise<Batch>;
  onEpochEnd(): void;
  /** The same dataset with each batch replaced by what `change` makes of it, when it is asked for. */
  map<Other>(change: (batch: Batch) => Other | Promise<Other>): BatchDataset<Other>;
}

async function* batchesOf<Batch>(dataset: BatchDataset<Batch>): AsyncGenerator<Batch> {
  for (let index = 0; index < dataset.length; index++) yield await dataset.getItem(index);
  dataset.onEpochEnd();
}

class MappedDataset<Source, Batch> implements BatchDataset<Batch> {
  readonly #source: BatchDataset<Source>;
  readonly #change: (batch: Source) => Batch | Promise<Batch>;

  constructor(source: BatchDataset<Source>, change: (batch: Source) => Batch | Promise<Batch>) {
    this.#source = source;
    this.#change = change;
  }

  get length(): number {
    return this.#source.length;
  }

  async getItem(index: number): Promise<Batch> {
    return this.#change(await this.#source.getItem(index));
  }

  onEpochEnd(): void {
    this.#source.onEpochEnd();
  }

  map<Other>(change: (batch: Batch) => Other | Promise<Other>): BatchDataset<Other> {
    return new MappedDataset(this, change);
  }

  [Symbol.asyncIterator](): AsyncIterator<Batch> {
    return batchesOf(this);
  }
}

/** How the samples of a folder become batches. */
interface Batching {
  readonly batchSize: number | null;
  readonly labelMode: LabelMode;
  /** Seed of the orders of later epochs; undefined keeps one order. */
  readonly seed: number | undefined;
  readonly classNames: readonly string[] | undefined;
}

function labelTensor(labels: readonly number[], batching: Batching, single: boolean): Tensor {
  const { labelMode, classNames = [] } = batching;
  const count = single ? [] : [labels.length];
  const engine = currentEngine();
  if (labelMode === 'int') return engine.write({ shape: count, dtype: 'int32' }, labels);
  if (labelMode === 'binary')
    return engine.write({ shape: [...count, 1], dtype: 'float32' }, labels);
  const classes = classNames.length;
  const rows = new Float32Array(labels.length * classes);
  for (const [row, label] of labels.entries()) rows[row * classes + label] = 1;
  return engine.write({ shape: [...count, classes], dtype: 'float32' }, rows);
}

/** The samples of a folder in batches. `data.imageDatasetFromDirectory` and its like make it. */
export class FolderDataset<X> implements BatchDataset<FolderBatch<X>> {
  /** Batches in an epoch. */
  readonly length: number;
  /** The names of the classes, by number; undefined where there are no labels. */
  readonly classNames: readonly string[] | undefined;
  /** The files in the order of the first epoch. */
  readonly filePaths: readonly string[];
  readonly #labels: readonly number[] | undefined;
  readonly #batching: Batching;
  readonly #load: LoadFiles<X>;
  #epoch = 0;
  #order: Uint32Array | undefined;

  constructor(files: LabelledFiles, batching: Batching, load: LoadFiles<X>) {
    this.filePaths = files.paths;
    this.classNames = batching.classNames;
    this.length = Math.ceil(files.paths.length / (batching.batchSize ?? 1));
    this.#labels = files.labels;
    this.#batching = batching;
    this.#load = load;
  }

  /**
   * Batch number `index` of this epoch.
   *
   * @throws ArgumentError where there is no such batch; FormatError that names a broken file.
   */
  async getItem(index: number): Promise<FolderBatch<X>> {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length)) {
      throw new ArgumentError({
        where: 'FolderDataset.getItem',
        what: 'there is no such batch',
        expected: `a whole number from 0 to ${this.length - 1}`,
        received: String(index),
        fix: 'ask for batches below `length`',
      });
    }
    const single = this.#batching.batchSize === null;
    const size = this.#batching.batchSize ?? 1;
    const last = Math.min((index + 1) * size, this.filePaths.length);
    const places = Array.from({ length: last - index * size }, (_, at) => index * size + at).map(
      (place) => this.#order?.[place] ?? place,
    );
    const paths = places.map((place) => this.filePaths[place] ?? '');
    const x = await this.#load(paths, single);
    const labels = this.#labels;
    if (labels === undefined) return { x };
    const wanted = places.map((place) => labels[place] ?? 0);
    return { x, y: labelTensor(wanted, this.#batching, single) };
  }

  /** Mixes the files anew, unless `shuffle` is off. */
  onEpochEnd(): void {
    const { seed } = this.#batching;
    if (seed === undefined) return;
    this.#epoch += 1;
    this.#order = permutation(this.filePaths.length, (seed + this.#epoch) >>> 0);
  }

  /** The same dataset with each batch replaced by what `change` makes of it, when it is asked for. */
  map<Other>(change: (batch: FolderBatch<X>) => Other | Promise<Other>): BatchDataset<Other> {
    return new MappedDataset(this, change);
  }

  /** The batches of an epoch; the next loop is the next epoch. */
  [Symbol.asyncIterator](): AsyncIterator<FolderBatch<X>> {
    return batchesOf(this);
  }
}

/** One dataset, or those of training and validation. */
export type FolderParts<X> = FolderDataset<X> | [FolderDataset<X>, FolderDataset<X>];

/** The datasets that the options ask for. The validation part of `both` keeps its order. */
export function datasetsOf<X>(
  where: string,
  index: FolderIndex,
  options: FullFolderOptions,
  load: LoadFiles<X>,
): FolderParts<X> {
  const { batchSize, labelMode, seed, shuffle, subset } = options;
  const batching = { batchSize, labelMode, classNames: index.classNames };
  const make = (part: 'training' | 'validation' | undefined, mixed: boolean): FolderDataset<X> => {
    const files = partOf(where, index, options, part);
    return new FolderDataset(files, { ...batching, seed: mixed ? seed : undefined }, load);
  };
  if (subset === 'both') return [make('training', shuffle), make('validation', false)];
  return make(subset, shuffle);
}

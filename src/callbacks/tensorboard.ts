// TensorBoard: writes event files that the program of this name shows. Tags and folders: Keras's.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { sizeOf } from '../core/shape.js';
import type { Variable } from '../core/variable.js';
import type { EventFile } from '../saving/events/event-file.js';
import { Callback, type Logs } from './callback.js';
import { singleNumbers } from './log-values.js';

/** Options of {@link TensorBoard}; the defaults are Keras's. */
export interface TensorBoardOptions {
  /** The folder to write into; default `logs`. */
  readonly logDir?: string;
  /** Write histograms of all weights every so many epochs; default 0, never. */
  readonly histogramFreq?: number;
  /** Write the architecture of models that can be saved; default true. */
  readonly writeGraph?: boolean;
  /** Write weights as pictures beside their histograms; default false. */
  readonly writeImages?: boolean;
  /** Write how many steps a second are done; default false. */
  readonly writeStepsPerSecond?: boolean;
  /** After each epoch (default), also after each batch, or after every so many batches. */
  readonly updateFreq?: 'epoch' | 'batch' | number;
}

type Folder = 'train' | 'validation';

function requireCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ArgumentError({
    where: 'TensorBoard',
    what: `${name} is not a frequency`,
    expected: `a whole number of at least ${least}`,
    received: String(value),
    fix: `leave ${name} out for the default`,
  });
}

/** Height, width and number of the pictures that a weight of rank 1 to 3 makes. */
function pictureShape(variable: Variable) {
  const shape = variable.shape.filter((size) => size !== 1);
  const [a = 1, b = 1, c = 1] = shape;
  if (shape.length === 1) return { height: a, width: 1, count: 1, isTurned: false };
  if (shape.length === 2) {
    const isTurned = a > b;
    return { height: isTurned ? b : a, width: isTurned ? a : b, count: 1, isTurned };
  }
  // One picture for each of the last axis.
  return shape.length === 3 ? { height: a, width: b, count: c, isTurned: false } : undefined;
}

/** The values of picture `index`, row by row. */
function pictureValues(
  values: ArrayLike<number>,
  picture: NonNullable<ReturnType<typeof pictureShape>>,
  index: number,
): Float64Array {
  const { height, width, count, isTurned } = picture;
  return Float64Array.from({ length: height * width }, (_, at) => {
    const row = Math.floor(at / width);
    const column = at % width;
    const cell = isTurned ? column * height + row : row * width + column;
    return values[cell * count + index] ?? 0;
  });
}

/**
 * Writes losses, metrics and the learning rate (on request histograms and pictures of weights, and
 * steps a second) into event files below `logDir`: `train/` and `validation/`. Look at them with
 * `tensorboard --logdir logs`. Profiles and the projector of embeddings are not written. Node only.
 *
 * @example
 * ```ts
 * import { callbacks, layers, Sequential, tensor } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const board = new callbacks.TensorBoard({ logDir: 'output/logs', histogramFreq: 1 });
 * await model.fit(tensor([[0], [1]]), tensor([[0], [1]]), { verbose: 0, callbacks: [board] });
 * ```
 */
export class TensorBoard extends Callback {
  static override readonly optionNames: KnownOptions = {
    logDir: true,
    histogramFreq: true,
    writeGraph: true,
    writeImages: true,
    writeStepsPerSecond: true,
    updateFreq: true,
  } satisfies OptionNames<TensorBoardOptions>;
  readonly skipInFastDevRun = true;
  readonly #options: Required<TensorBoardOptions>;
  readonly #every: number;
  #files = new Map<Folder, EventFile>();
  #batches = 0;
  #batchStart = 0;
  #batchTime = 0;
  #epochStart = 0;
  #batchesBefore = 0;

  constructor(options: TensorBoardOptions = {}) {
    super(options);
    const { histogramFreq = 0, updateFreq = 'epoch' } = options;
    requireCount('histogramFreq', histogramFreq, 0);
    if (typeof updateFreq === 'number') requireCount('updateFreq', updateFreq, 1);
    this.#options = {
      logDir: options.logDir ?? 'logs',
      histogramFreq,
      writeGraph: options.writeGraph ?? true,
      writeImages: options.writeImages ?? false,
      writeStepsPerSecond: options.writeStepsPerSecond ?? false,
      updateFreq,
    };
    this.#every = updateFreq === 'batch' ? 1 : updateFreq === 'epoch' ? 0 : updateFreq;
  }

  async onTrainBegin(): Promise<void> {
    this.#files = new Map();
    this.#batches = 0;
    if (!this.#options.writeGraph) return;
    const json = this.#architecture();
    if (json === undefined) return;
    const { kerasModel } = await import('../saving/events/summaries.js');
    (await this.#file('train')).add(0, [kerasModel('keras', json)]);
  }

  onEpochBegin(): void {
    this.#epochStart = performance.now();
    this.#batchesBefore = this.#batches;
  }

  onTrainBatchBegin(): void {
    this.#batches++;
    this.#batchStart = performance.now();
  }

  wantsBatch(): boolean {
    this.#batchTime = performance.now() - this.#batchStart;
    return this.#every > 0 && this.#batches % this.#every === 0;
  }

  async onTrainBatchEnd(_batch: number, logs: Logs): Promise<void> {
    const values: [string, number][] = this.#options.writeStepsPerSecond
      ? [['batch_steps_per_second', 1000 / this.#batchTime]]
      : [];
    for (const [name, value] of singleNumbers(logs)) values.push([`batch_${name}`, value]);
    await this.#scalars('train', this.#batches, values);
  }

  async onTestEnd(logs: Logs): Promise<void> {
    const step = await this.model.optimizer.iterations.item();
    await this.#scalars(
      'validation',
      step,
      singleNumbers(logs).map(([name, value]) => [`evaluation_${name}_vs_iterations`, value]),
    );
    await this.#flush();
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const all = singleNumbers(logs);
    const train = all.filter(([name]) => !name.startsWith('val_') && name !== 'learning_rate');
    const values: [string, number][] = train.map(([name, value]) => [`epoch_${name}`, value]);
    values.push(['epoch_learning_rate', await this.model.optimizer.readLearningRate()]);
    if (this.#options.writeStepsPerSecond) {
      const seconds = (performance.now() - this.#epochStart) / 1000;
      values.push(['epoch_steps_per_second', (this.#batches - this.#batchesBefore) / seconds]);
    }
    await this.#scalars('train', epoch, values);
    const validated = all.filter(([name]) => name.startsWith('val_'));
    await this.#scalars(
      'validation',
      epoch,
      validated.map(([name, value]) => [`epoch_${name.slice('val_'.length)}`, value]),
    );
    const { histogramFreq } = this.#options;
    if (histogramFreq > 0 && epoch % histogramFreq === 0) await this.#weights(epoch);
    await this.#flush();
  }

  async onTrainEnd(): Promise<void> {
    await this.#flush();
  }

  async #file(folder: Folder): Promise<EventFile> {
    const open = this.#files.get(folder);
    if (open !== undefined) return open;
    const { EventFile } = await import('../saving/events/event-file.js');
    const { importPaths } = await import('../files/node-modules.js');
    const file = new EventFile((await importPaths()).join(this.#options.logDir, folder));
    this.#files.set(folder, file);
    return file;
  }

  async #flush(): Promise<void> {
    for (const file of this.#files.values()) await file.flush();
  }

  async #scalars(
    folder: Folder,
    step: number,
    values: readonly (readonly [name: string, value: number])[],
  ): Promise<void> {
    if (values.length === 0) return;
    const { scalar } = await import('../saving/events/summaries.js');
    const summaries = values.map(([name, value]) => scalar(name, value));
    (await this.#file(folder)).add(step, summaries);
  }

  /** The model as JSON; undefined, with a warning, where it cannot be written down. */
  #architecture(): string | undefined {
    try {
      return this.model.toJson?.();
    } catch (error) {
      console.warn(`TensorBoard: the model cannot be drawn: ${String(error)}`);
      return undefined;
    }
  }

  async #weights(epoch: number): Promise<void> {
    const { histogram } = await import('../saving/events/summaries.js');
    const file = await this.#file('train');
    for (const weight of this.model.weights) {
      const values = await weight.value.data();
      const name = weight.path.replaceAll(':', '_');
      const numbers = Array.from(values, Number);
      file.add(epoch, [histogram(`${name}/histogram`, numbers)]);
      if (this.#options.writeImages) await this.#pictures(file, epoch, weight, numbers);
    }
  }

  async #pictures(file: EventFile, epoch: number, weight: Variable, values: readonly number[]) {
    const shape = pictureShape(weight);
    if (shape === undefined || sizeOf(weight.shape) === 0) return;
    const { greyPng } = await import('../saving/events/png.js');
    const { images } = await import('../saving/events/summaries.js');
    const files: Uint8Array[] = [];
    for (let index = 0; index < shape.count; index++) {
      const picture = pictureValues(values, shape, index);
      files.push(await greyPng(shape.width, shape.height, picture));
    }
    const tag = `${weight.path.replaceAll(':', '_')}/image`;
    file.add(epoch, [images(tag, shape.width, shape.height, files)]);
  }
}

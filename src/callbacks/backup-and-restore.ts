// BackupAndRestore: keeps the state of training on disk, so that a fit that was cut off goes on
// where it was. One small file names the weights that count, so a backup counts whole or not at all.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError, FormatError, KeratinError, StateError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { isRecord } from '../core/tree.js';
import { Callback, type CallbackModel, type TrainingPoint } from './callback.js';
import { type SaveFreq, SaveFrequency } from './save-frequency.js';

/** Options of {@link BackupAndRestore}; the defaults are Keras's. */
export interface BackupAndRestoreOptions {
  /** A folder for this callback alone; made where there is none. */
  readonly backupDir: string;
  /** After each epoch (default), or after so many batches. */
  readonly saveFreq?: SaveFreq;
  /** Keep the backup before the last too, for when the last cannot be read; default false. */
  readonly doubleCheckpoint?: boolean;
  /** Remove the backup when training ends by itself; default true. */
  readonly deleteCheckpoint?: boolean;
}

/** One backup: where training was, and the file that holds the weights. */
interface Backup extends TrainingPoint {
  readonly weights: string;
  /** The states of the random streams of layers, in the order of the model's variables. */
  readonly streams: readonly (readonly number[])[];
}

const METADATA = 'training_metadata.json';
/** Weights are written into the file that the metadata does not name. */
const WEIGHTS = ['latest.weights.h5', 'other.weights.h5'];

function damaged(where: string, received: string, cause?: unknown): FormatError {
  return new FormatError(
    {
      where,
      what: 'this is not the record of a backup',
      expected: 'epoch, batch, seeds, streams and the name of a weights file',
      received: received.slice(0, 100),
      fix: 'delete the backup folder to train from the start',
    },
    { cause },
  );
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function backupOf(value: unknown, where: string): Backup {
  if (!isRecord(value)) throw damaged(where, String(value));
  const { epoch, batch, seeds, streams, weights } = value;
  const [first, now] = isCounts(seeds) ? seeds : [];
  const isWhole =
    isCount(epoch) &&
    isCount(batch) &&
    first !== undefined &&
    now !== undefined &&
    Array.isArray(streams) &&
    streams.every(isCounts) &&
    typeof weights === 'string' &&
    WEIGHTS.includes(weights);
  if (!isWhole) throw damaged(where, JSON.stringify(value) ?? 'nothing');
  return { epoch, batch, seeds: [first, now], streams, weights };
}

function plainOf({ epoch, batch, seeds, streams, weights }: Backup): Record<string, Plain> {
  return { epoch, batch, seeds, streams, weights };
}

/** Variables that weights files do not hold: the states of random streams. */
function streamsOf(model: CallbackModel) {
  const weights = new Set(model.weights);
  return (model.variables ?? []).filter((variable) => !weights.has(variable));
}

/**
 * Saves the state of training (weights, optimizer, epoch, batch, random streams) into a folder. When
 * the program is started again after it was cut off, the same `fit` restores it and goes on: with
 * arrays as data, exactly as if it had never stopped. The model must be built before. Metrics of an
 * epoch that was cut off cover the batches after the restart. Node only.
 *
 * @throws StateError for a model that is not built; FormatError for a backup that cannot be read.
 * @example
 * ```ts
 * import { callbacks, layers, Sequential, tensor } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const backup = new callbacks.BackupAndRestore({ backupDir: 'output/backup', saveFreq: 100 });
 * const x = tensor([[0], [1]]);
 * await model.fit(x, x, { epochs: 3, verbose: 0, callbacks: [backup] });
 * ```
 */
export class BackupAndRestore extends Callback {
  static override readonly optionNames: KnownOptions = {
    backupDir: true,
    saveFreq: true,
    doubleCheckpoint: true,
    deleteCheckpoint: true,
  } satisfies OptionNames<BackupAndRestoreOptions>;
  readonly skipInFastDevRun = true;
  readonly #folder: string;
  readonly #keepsTwo: boolean;
  readonly #deletes: boolean;
  readonly #frequency: SaveFrequency;
  #isOwed = false;
  #latest: Backup | undefined;
  #previous: Backup | undefined;

  constructor(options: BackupAndRestoreOptions) {
    super(options);
    if (typeof options?.backupDir !== 'string' || options.backupDir === '') {
      throw new ArgumentError({
        where: 'BackupAndRestore',
        what: 'there is no folder to keep backups in',
        expected: 'a path',
        received: String(options?.backupDir),
        fix: "for example new callbacks.BackupAndRestore({ backupDir: 'output/backup' })",
      });
    }
    this.#folder = options.backupDir;
    this.#keepsTwo = options.doubleCheckpoint ?? false;
    this.#deletes = options.deleteCheckpoint ?? true;
    this.#frequency = new SaveFrequency('BackupAndRestore', options.saveFreq);
  }

  async onTrainBegin(): Promise<void> {
    if (this.model.built === false) {
      throw new StateError({
        where: 'BackupAndRestore',
        what: `the model "${this.model.name}" has no weights to restore yet`,
        fix: 'start it with layers.input(...), or call it on a batch, before fit',
      });
    }
    let problem: KeratinError | undefined;
    for (const backup of await this.#backups()) {
      try {
        await this.#restore(backup);
        this.#latest = backup;
        return;
      } catch (error) {
        if (!(error instanceof KeratinError)) throw error;
        problem ??= error;
      }
    }
    if (problem !== undefined) throw problem;
  }

  wantsBatch(batch: number): boolean {
    if (!this.#frequency.isDue(batch)) return false;
    // After the last batch of an epoch it is the epoch's end that is saved.
    this.#isOwed = batch + 1 === this.params.steps;
    return !this.#isOwed;
  }

  async onTrainBatchEnd(): Promise<void> {
    await this.#save(this.model.trainingPoint);
  }

  async onEpochEnd(): Promise<void> {
    if (!this.#frequency.perEpoch && !this.#isOwed) return;
    this.#isOwed = false;
    await this.#save(this.model.trainingPoint);
  }

  async onTrainEnd(): Promise<void> {
    this.#latest = undefined;
    this.#previous = undefined;
    if (!this.#deletes) return;
    const { rm, rmdir } = await (await import('../files/node-modules.js')).importFiles();
    // The record first: without it the weights are of no meaning.
    for (const name of [METADATA, ...WEIGHTS]) await rm(await this.#path(name), { force: true });
    // What others put there stays.
    await rmdir(this.#folder).catch(() => undefined);
  }

  async #path(name: string): Promise<string> {
    const { importPaths } = await import('../files/node-modules.js');
    return (await importPaths()).join(this.#folder, name);
  }

  /** The backups on disk, the last one first; none where there is no record. */
  async #backups(): Promise<Backup[]> {
    const path = await this.#path(METADATA);
    const { importFiles } = await import('../files/node-modules.js');
    const text = await (await importFiles()).readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return [];
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch (error) {
      throw damaged(path, text, error);
    }
    const latest = backupOf(record, path);
    const previous = isRecord(record) ? record['previous'] : undefined;
    const isKept = previous !== undefined && previous !== null;
    return isKept ? [latest, backupOf(previous, path)] : [latest];
  }

  async #restore(backup: Backup): Promise<void> {
    const { model } = this;
    const streams = streamsOf(model);
    const path = await this.#path(METADATA);
    const fits = streams.every(({ shape }, at) => backup.streams[at]?.length === (shape[0] ?? 1));
    if (streams.length !== backup.streams.length || !fits) {
      throw damaged(path, `random streams of another model: ${backup.streams.length}`);
    }
    model.optimizer.build(model.trainableWeights ?? model.weights);
    await model.loadWeights?.(await this.#path(backup.weights));
    const engine = currentEngine();
    engine.scope(() => {
      for (const [at, stream] of streams.entries()) {
        stream.assign(engine.write(stream, Uint32Array.from(backup.streams[at] ?? [])));
      }
    });
    model.trainingPoint = backup;
  }

  async #save(point: TrainingPoint | undefined): Promise<void> {
    const { model } = this;
    if (point === undefined || model.saveWeights === undefined) return;
    const { importFiles } = await import('../files/node-modules.js');
    const { writeNodeFile } = await import('../files/node-files.js');
    await (await importFiles()).mkdir(this.#folder, { recursive: true });
    const weights = WEIGHTS.find((name) => name !== this.#latest?.weights) ?? 'latest.weights.h5';
    const values = streamsOf(model).map((stream) => stream.value.data());
    const streams = (await Promise.all(values)).map((stream) => Array.from(stream, Number));
    await model.saveWeights(await this.#path(weights));
    this.#previous = this.#keepsTwo ? this.#latest : undefined;
    this.#latest = { ...point, weights, streams };
    const record = {
      ...plainOf(this.#latest),
      ...(this.#previous === undefined ? {} : { previous: plainOf(this.#previous) }),
    };
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    await writeNodeFile(await this.#path(METADATA), bytes, true);
  }
}

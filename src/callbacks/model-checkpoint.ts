// ModelCheckpoint: saves the model or its weights while it trains. Rules as in Keras 3.
import { type KnownOptions, type OptionNames, requireOptions } from '../core/arguments.js';
import { ArgumentError, StateError } from '../core/errors.js';
import { Callback, type Logs } from './callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';
import { fixed } from './number-text.js';
import { fillTemplate } from './path-template.js';
import { type SaveFreq, SaveFrequency } from './save-frequency.js';
import { hostScreen } from './terminal.js';

/** Options of {@link ModelCheckpoint}; the defaults are Keras's. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /** May hold `{epoch}`, `{batch}` (both from 1) and names of the logs, e.g. `{val_loss:.2f}`. */
  readonly filepath: string;
  /** 1 says what is saved; default 0. */
  readonly verbose?: number;
  /** Save only where the monitored value improved; default false. */
  readonly saveBestOnly?: boolean;
  /** Save weights (`.weights.h5`) rather than the whole model (`.keras`); default false. */
  readonly saveWeightsOnly?: boolean;
  /** After each epoch (default), or after so many batches. */
  readonly saveFreq?: SaveFreq;
  /** A best value to begin with; default none. */
  readonly initialValueThreshold?: number | null;
}

function requirePath(filepath: string, weightsOnly: boolean): void {
  const endings = weightsOnly ? ['.weights.h5'] : ['.keras', '.h5'];
  if (typeof filepath === 'string' && endings.some((ending) => filepath.endsWith(ending))) return;
  throw new ArgumentError({
    where: 'ModelCheckpoint',
    what: 'the file name does not say what is saved',
    expected: `a path that ends in ${endings.join(' or ')}`,
    received: String(filepath),
    fix: weightsOnly
      ? 'use a path such as checkpoint.weights.h5'
      : 'use a path such as checkpoint.keras, or saveWeightsOnly: true',
  });
}

/**
 * Saves the model after each epoch, or only where it improved.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const save = new callbacks.ModelCheckpoint({
 *   filepath: 'output/{epoch:02d}-{val_loss:.2f}.keras',
 *   saveBestOnly: true,
 * });
 * ```
 */
export class ModelCheckpoint extends Callback {
  static override readonly optionNames: KnownOptions = {
    filepath: true,
    verbose: true,
    saveBestOnly: true,
    saveWeightsOnly: true,
    saveFreq: true,
    initialValueThreshold: true,
    monitor: true,
    mode: true,
    minDelta: true,
  } satisfies OptionNames<ModelCheckpointOptions>;
  readonly skipInFastDevRun = true;
  readonly #options: ModelCheckpointOptions;
  readonly #monitor: Monitor;
  readonly #frequency: SaveFrequency;
  #best: number | undefined;
  #epoch = 0;

  constructor(options: ModelCheckpointOptions) {
    super(options);
    requireOptions('ModelCheckpoint', 'filepath', options);
    requirePath(options.filepath, options.saveWeightsOnly ?? false);
    this.#frequency = new SaveFrequency('ModelCheckpoint', options.saveFreq);
    this.#options = options;
    this.#monitor = new Monitor('ModelCheckpoint', options);
    this.#best = options.initialValueThreshold ?? undefined;
  }

  /** The best value so far. */
  get best(): number | undefined {
    return this.#best;
  }

  wantsBatch(batch: number): boolean {
    return this.#frequency.isDue(batch);
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    await this.#save({ batch: batch + 1, ...logs, epoch: this.#epoch + 1 }, logs);
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    this.#epoch = epoch;
    if (this.#frequency.perEpoch) await this.#save({ ...logs, epoch: epoch + 1 }, logs);
  }

  #say(text: string): void {
    if ((this.#options.verbose ?? 0) > 0) {
      hostScreen().write(`\nEpoch ${this.#epoch + 1}: ${text}\n`);
    }
  }

  /** Whether to save now; says so where it is asked to. */
  #shouldSave(path: string, logs: Logs): boolean {
    if (this.#options.saveBestOnly !== true) {
      this.#say(`saving model to ${path}`);
      return true;
    }
    const value = this.#monitor.valueIn(logs);
    if (value === undefined) return true;
    this.#monitor.resolve(this.model);
    const before = this.#best === undefined ? 'None' : fixed(this.#best, 5);
    const { name } = this.#monitor;
    if (!this.#monitor.isBetter(value, this.#best)) {
      this.#say(`${name} did not improve from ${before}`);
      return false;
    }
    this.#say(`${name} improved from ${before} to ${fixed(value, 5)}, saving model to ${path}`);
    this.#best = value;
    return true;
  }

  async #save(values: Logs, logs: Logs): Promise<void> {
    const path = fillTemplate(this.#options.filepath, values);
    if (!this.#shouldSave(path, logs)) return;
    const { model } = this;
    const weightsOnly = this.#options.saveWeightsOnly === true;
    if (weightsOnly && model.saveWeights !== undefined) await model.saveWeights(path);
    else if (!weightsOnly && model.save !== undefined) await model.save(path);
    else {
      throw new StateError({
        where: 'ModelCheckpoint',
        what: `the model "${model.name}" cannot be saved`,
        expected: `a model with ${weightsOnly ? 'saveWeights' : 'save'}()`,
        fix: 'use Sequential or Model',
      });
    }
    this.#say(`finished saving model to ${path}`);
  }
}

// EarlyStopping: ends training when a value has not improved for some epochs. Rules as in Keras 3.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { VariablesCopy } from '../core/variables-copy.js';
import { Callback, type Logs } from './callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';
import { hostScreen } from './terminal.js';

/** Options of {@link EarlyStopping}; the defaults are Keras's. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement to wait for; default 0. */
  readonly patience?: number;
  /** 1 says when it stops; default 0. */
  readonly verbose?: number;
  /** A value that has to be beaten for the waiting to start anew; default none. */
  readonly baseline?: number | null;
  /** Go back to the best weights at the end; default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one do not count; default 0. */
  readonly startFromEpoch?: number;
}

/**
 * Ends training when the monitored value (default `val_loss`) stops improving.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const stop = new callbacks.EarlyStopping({ patience: 3, restoreBestWeights: true });
 * ```
 */
export class EarlyStopping extends Callback {
  static override readonly optionNames: KnownOptions = {
    patience: true,
    verbose: true,
    baseline: true,
    restoreBestWeights: true,
    startFromEpoch: true,
    monitor: true,
    mode: true,
    minDelta: true,
  } satisfies OptionNames<EarlyStoppingOptions>;
  readonly skipInFastDevRun = true;
  readonly #options: EarlyStoppingOptions;
  readonly #monitor: Monitor;
  #wait = 0;
  #best: number | undefined;
  #bestWeights: VariablesCopy | undefined;
  /** The epoch after which training was stopped; 0 where it was not. */
  stoppedEpoch = 0;
  /** The epoch of the best value. */
  bestEpoch = 0;

  constructor(options: EarlyStoppingOptions = {}) {
    super(options);
    this.#options = options;
    this.#monitor = new Monitor('EarlyStopping', options);
  }

  /** The best value so far. */
  get best(): number | undefined {
    return this.#best;
  }

  onTrainBegin(): void {
    this.#wait = 0;
    this.#best = undefined;
    this.#bestWeights = undefined;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { patience = 0, startFromEpoch = 0, restoreBestWeights = false } = this.#options;
    this.#monitor.resolve(this.model);
    const value = this.#monitor.valueIn(logs);
    if (value === undefined || epoch < startFromEpoch) return;
    if (restoreBestWeights && this.#bestWeights === undefined) await this.#remember(epoch);
    this.#wait++;
    if (this.#monitor.isBetter(value, this.#best)) {
      this.#best = value;
      this.bestEpoch = epoch;
      if (restoreBestWeights) await this.#remember(epoch);
      const { baseline } = this.#options;
      if (this.#monitor.isBetter(value, baseline ?? undefined)) this.#wait = 0;
      return;
    }
    if (this.#wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  onTrainEnd(): void {
    const says = (this.#options.verbose ?? 0) > 0;
    if (this.stoppedEpoch > 0 && says) {
      hostScreen().write(`Epoch ${this.stoppedEpoch + 1}: early stopping\n`);
    }
    if (this.#bestWeights === undefined) return;
    if (says) {
      hostScreen().write(
        `Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.\n`,
      );
    }
    this.#bestWeights.restore();
  }

  async #remember(epoch: number): Promise<void> {
    this.#bestWeights = await VariablesCopy.of(this.model.weights);
    this.bestEpoch = epoch;
  }
}

/**
 * TensorFlow.js's way to make an {@link EarlyStopping}.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const stop = callbacks.earlyStopping({ monitor: 'loss', patience: 2 });
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  return new EarlyStopping(options);
}

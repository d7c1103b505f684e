// Callbacks that change the learning rate: on a plateau, or by a function of the epoch.
// Rules as in Keras 3.
import {
  describe,
  type KnownOptions,
  type OptionNames,
  requireOptions,
} from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { Callback, type EpochLogs } from './callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';
import { hostScreen } from './terminal.js';

/** Options of {@link ReduceLROnPlateau}; the defaults are Keras's. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** Below 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement to wait for; default 10. */
  readonly patience?: number;
  /** 1 says when the rate falls; default 0. */
  readonly verbose?: number;
  /** Epochs after a fall that do not count; default 0. */
  readonly cooldown?: number;
  /** Default 0. */
  readonly minLr?: number;
}

/**
 * Lowers the learning rate when the monitored value (default `val_loss`) stops improving by at
 * least `minDelta` (default 1e-4).
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const reduce = new callbacks.ReduceLROnPlateau({ factor: 0.5, patience: 2 });
 * ```
 */
export class ReduceLROnPlateau extends Callback {
  static override readonly optionNames: KnownOptions = {
    factor: true,
    patience: true,
    verbose: true,
    cooldown: true,
    minLr: true,
    monitor: true,
    mode: true,
    minDelta: true,
  } satisfies OptionNames<ReduceLROnPlateauOptions>;
  readonly #options: ReduceLROnPlateauOptions;
  readonly #monitor: Monitor;
  #best: number | undefined;
  #wait = 0;
  #cooldown = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super(options);
    this.#options = options;
    this.#monitor = new Monitor('ReduceLROnPlateau', options, 1e-4);
    const { factor = 0.1 } = options;
    if (factor < 1) return;
    throw new ArgumentError({
      where: 'ReduceLROnPlateau',
      what: 'the factor does not lower the rate',
      expected: 'a number below 1',
      received: String(factor),
      fix: 'leave factor out for the default, 0.1',
    });
  }

  onTrainBegin(): void {
    this.#best = undefined;
    this.#wait = 0;
    this.#cooldown = 0;
  }

  async onEpochEnd(epoch: number, logs: EpochLogs): Promise<void> {
    this.#monitor.resolve(this.model);
    logs['learning_rate'] = await this.model.optimizer.readLearningRate();
    const value = this.#monitor.valueIn(logs);
    if (value === undefined) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.#monitor.isBetter(value, this.#best)) {
      this.#best = value;
      this.#wait = 0;
      return;
    }
    if (this.#cooldown > 0) return;
    this.#wait++;
    if (this.#wait >= (this.#options.patience ?? 10)) this.#reduce(epoch, logs['learning_rate']);
  }

  #reduce(epoch: number, rate: number): void {
    const { factor = 0.1, minLr = 0, cooldown = 0, verbose = 0 } = this.#options;
    if (rate <= Math.fround(minLr)) return;
    const next = Math.max(rate * factor, minLr);
    this.model.optimizer.learningRate = next;
    if (verbose > 0) {
      hostScreen().write(
        `\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${next}.\n`,
      );
    }
    this.#cooldown = cooldown;
    this.#wait = 0;
  }
}

/** The learning rate of an epoch (from 0), given the rate before it. */
export type RateFunction = (epoch: number, learningRate: number) => number;

/** Options of {@link LearningRateScheduler}. */
export interface LearningRateSchedulerOptions {
  readonly schedule: RateFunction;
  /** 1 says what is set; default 0. */
  readonly verbose?: number;
}

/**
 * Sets the learning rate at the start of each epoch.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const halve = new callbacks.LearningRateScheduler((epoch, rate) => (epoch < 5 ? rate : rate / 2));
 * ```
 */
export class LearningRateScheduler extends Callback {
  static override readonly optionNames: KnownOptions = {
    schedule: true,
    verbose: true,
  } satisfies OptionNames<LearningRateSchedulerOptions>;
  readonly #schedule: RateFunction;
  readonly #verbose: number;

  constructor(schedule: RateFunction | LearningRateSchedulerOptions) {
    super(typeof schedule === 'function' ? {} : schedule);
    const given = typeof schedule === 'function' ? { schedule } : schedule;
    requireOptions('LearningRateScheduler', 'schedule', given);
    if (typeof given.schedule !== 'function') throw noSchedule(given.schedule);
    this.#schedule = given.schedule;
    this.#verbose = given.verbose ?? 0;
  }

  async onEpochBegin(epoch: number): Promise<void> {
    const { optimizer } = this.model;
    const rate = this.#schedule(epoch, await optimizer.readLearningRate());
    if (typeof rate !== 'number' || !Number.isFinite(rate)) {
      throw new ArgumentError({
        where: 'LearningRateScheduler',
        what: 'the schedule gave no learning rate',
        expected: 'a finite number',
        received: String(rate),
        fix: 'return a number from the schedule for every epoch',
      });
    }
    optimizer.learningRate = rate;
    if (this.#verbose > 0) {
      hostScreen().write(
        `\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.\n`,
      );
    }
  }

  async onEpochEnd(_epoch: number, logs: EpochLogs): Promise<void> {
    logs['learning_rate'] = await this.model.optimizer.readLearningRate();
  }
}

function noSchedule(received: unknown): ArgumentError {
  return new ArgumentError({
    where: 'LearningRateScheduler',
    what: 'the schedule is no function',
    expected: 'a function (epoch, rate) => rate',
    received: describe(received),
    fix: 'for example { schedule: (epoch, rate) => rate * 0.9 }, or give the optimizer a schedule',
  });
}

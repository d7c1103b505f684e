// Timer: ends training after a time.
import { type KnownOptions, type OptionNames, requireOptions } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { Callback } from './callback.js';

/** Options of {@link Timer}. */
export interface TimerOptions {
  /** Seconds from the start of training. */
  readonly duration: number;
}

/**
 * Ends training at the end of the first batch after `duration` seconds; the epoch is closed as
 * usual. `fit(x, y, { maxTime })` adds one.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const oneHour = new callbacks.Timer({ duration: 3600 });
 * ```
 */
export class Timer extends Callback {
  static override readonly optionNames: KnownOptions = {
    duration: true,
  } satisfies OptionNames<TimerOptions>;
  readonly #milliseconds: number;
  #start = 0;

  constructor(options: TimerOptions) {
    super(options);
    requireOptions('Timer', 'duration', options);
    const { duration } = options;
    if (!(duration > 0)) {
      throw new ArgumentError({
        where: 'Timer',
        what: 'this is not a time',
        expected: 'a number of seconds above 0',
        received: String(duration),
        fix: 'for example new callbacks.Timer({ duration: 3600 })',
      });
    }
    this.#milliseconds = duration * 1000;
  }

  onTrainBegin(): void {
    this.#start = performance.now();
  }

  /** Heard only when time is up, so that no batch waits for its loss. */
  wantsBatch(): boolean {
    return performance.now() - this.#start >= this.#milliseconds;
  }

  onTrainBatchEnd(): void {
    this.model.stopTraining = true;
  }
}

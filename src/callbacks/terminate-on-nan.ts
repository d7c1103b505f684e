// TerminateOnNaN: ends training as soon as the loss is no number any more.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { NumericsError } from '../core/errors.js';
import { Callback, type Logs } from './callback.js';
import { hostScreen } from './terminal.js';

/** Options of {@link TerminateOnNaN}. */
export interface TerminateOnNaNOptions {
  /** Throw a NumericsError rather than stop quietly; default false. */
  readonly raiseError?: boolean;
}

/**
 * Ends training when the loss is NaN or infinite. It reads the loss after every batch.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const guard = new callbacks.TerminateOnNaN({ raiseError: true });
 * ```
 */
export class TerminateOnNaN extends Callback {
  static override readonly optionNames: KnownOptions = {
    raiseError: true,
  } satisfies OptionNames<TerminateOnNaNOptions>;
  readonly #raiseError: boolean;

  constructor(options: TerminateOnNaNOptions = {}) {
    super(options);
    this.#raiseError = options.raiseError ?? false;
  }

  onTrainBatchEnd(batch: number, logs: Logs): void {
    const { loss } = logs;
    if (loss === undefined || Number.isFinite(loss)) return;
    if (this.#raiseError) {
      throw new NumericsError({
        where: `batch ${batch}`,
        what: 'the loss is not a finite number',
        expected: 'a finite loss',
        received: String(loss),
        fix: 'lower the learning rate, clip gradients (clipnorm), or check the data for NaN',
      });
    }
    hostScreen().write(`Batch ${batch}: Invalid loss, terminating training\n`);
    this.model.stopTraining = true;
  }
}

// When to save: at the end of each epoch, or after so many batches. For callbacks that save.
import { ArgumentError } from '../core/errors.js';

/** `'epoch'`, or a number of batches. */
export type SaveFreq = 'epoch' | number;

/** Counts batches across epochs, also where several run in one call. */
export class SaveFrequency {
  readonly #frequency: SaveFreq;
  #batchesSince = 0;
  #lastBatch = -1;

  constructor(where: string, frequency: SaveFreq = 'epoch') {
    if (frequency !== 'epoch' && !(Number.isInteger(frequency) && frequency > 0)) {
      throw new ArgumentError({
        where,
        what: 'saveFreq is not a frequency',
        expected: "'epoch' or a number of batches",
        received: String(frequency),
        fix: "leave saveFreq out for 'epoch'",
      });
    }
    this.#frequency = frequency;
  }

  /** Whether to save when epochs end. */
  get perEpoch(): boolean {
    return this.#frequency === 'epoch';
  }

  /** Whether to save after this batch. Ask once for each batch that was run. */
  isDue(batch: number): boolean {
    if (this.#frequency === 'epoch') return false;
    this.#batchesSince += batch <= this.#lastBatch ? batch + 1 : batch - this.#lastBatch;
    this.#lastBatch = batch;
    if (this.#batchesSince < this.#frequency) return false;
    this.#batchesSince = 0;
    return true;
  }
}

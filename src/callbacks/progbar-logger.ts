// ProgbarLogger: the progress line of fit, evaluate and predict.
import type { KnownOptions, OptionNames } from '../core/arguments.js';
import { Callback, type Logs } from './callback.js';
import { ProgressBar } from './progress-bar.js';
import { hostScreen, type Screen } from './terminal.js';

/** Options of {@link ProgbarLogger}. */
export interface ProgbarLoggerOptions {
  /** Where lines go; by default the terminal, or the console of a browser. */
  readonly screen?: Screen;
  /** Seconds since any fixed moment; for tests. */
  readonly now?: () => number;
}

/**
 * Writes Keras's progress bar where there is a terminal, else one line for each epoch.
 * `fit` adds it unless `verbose` is 0.
 */
export class ProgbarLogger extends Callback {
  static override readonly optionNames: KnownOptions = {
    screen: true,
    now: true,
  } satisfies OptionNames<ProgbarLoggerOptions>;
  readonly #screen: Screen;
  readonly #now: (() => number) | undefined;
  #bar: ProgressBar | undefined;
  #target: number | undefined;
  #seen = 0;
  #isInFit = false;

  constructor(options: ProgbarLoggerOptions = {}) {
    super(options);
    this.#screen = options.screen ?? hostScreen();
    this.#now = options.now;
  }

  get #verbose(): number {
    const { verbose } = this.params;
    return verbose === 1 && !this.#screen.isTerminal ? 2 : verbose;
  }

  wantsBatch(batch: number): boolean {
    return this.#verbose === 1 && (batch === 0 || this.#bar === undefined || this.#bar.isDue());
  }

  onTrainBegin(): void {
    this.#isInFit = true;
    this.#target = this.params.steps;
  }

  onTrainEnd(): void {
    this.#isInFit = false;
  }

  onEpochBegin(epoch: number): void {
    this.#newBar();
    const { epochs } = this.params;
    if (this.#verbose > 0 && epochs > 1) this.#screen.write(`Epoch ${epoch + 1}/${epochs}\n`);
  }

  onTrainBatchEnd(batch: number, logs: Logs): void {
    this.#update(batch, logs);
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    this.#finish(logs);
  }

  onTestBegin(): void {
    if (!this.#isInFit) this.#newBar(true);
  }

  onTestBatchEnd(batch: number, logs: Logs): void {
    if (!this.#isInFit) this.#update(batch, logs);
  }

  onTestEnd(logs: Logs): void {
    if (!this.#isInFit) this.#finish(logs);
  }

  onPredictBegin(): void {
    this.#newBar(true);
  }

  onPredictBatchEnd(batch: number): void {
    this.#update(batch, {});
  }

  onPredictEnd(): void {
    this.#finish({});
  }

  #newBar(forgetTarget = false): void {
    if (forgetTarget) this.#target = this.params.steps;
    this.#seen = 0;
    this.#bar = new ProgressBar(this.#target, this.#screen, {
      verbose: this.#verbose,
      ...(this.#now === undefined ? {} : { now: this.#now }),
    });
  }

  #update(batch: number, logs: Logs): void {
    this.#seen = batch + 1;
    if (this.#verbose === 1) this.#bar?.update(this.#seen, Object.entries(logs), false);
  }

  /** Ends the line; an epoch of unknown length has shown how long epochs are. */
  #finish(logs: Logs): void {
    const bar = this.#bar;
    if (bar === undefined) return;
    if (this.#target === undefined) {
      this.#target = this.#seen;
      bar.target = this.#seen;
    }
    bar.update(this.#target, Object.entries(logs), true);
  }
}

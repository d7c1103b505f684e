// What a callback watches: one value in the logs, and which way is better.
import { ArgumentError, nearestName } from '../core/errors.js';
import type { CallbackModel, Logs } from './callback.js';
import { requireNumber } from './log-values.js';

/** `auto` asks the metric of that name; losses are better when smaller. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** Options of callbacks that watch a value. */
export interface MonitorOptions {
  /** The name in the logs; default `val_loss`. */
  readonly monitor?: string;
  /** Default `auto`. */
  readonly mode?: MonitorMode;
  /** What counts as an improvement at least. */
  readonly minDelta?: number;
}

/** Compares a watched value with the best so far. */
export class Monitor {
  readonly name: string;
  readonly #where: string;
  readonly #mode: MonitorMode;
  readonly #minDelta: number;
  #isMax: boolean | undefined;

  constructor(where: string, options: MonitorOptions, minDelta = 0) {
    this.#where = where;
    this.name = options.monitor ?? 'val_loss';
    this.#mode = options.mode ?? 'auto';
    this.#minDelta = Math.abs(options.minDelta ?? minDelta);
    if (['auto', 'min', 'max'].includes(this.#mode)) return;
    throw new ArgumentError({
      where,
      what: 'there is no such mode',
      expected: "'auto', 'min' or 'max'",
      received: String(this.#mode),
      fix: "leave mode out for 'auto'",
    });
  }

  /** Settles the direction; metrics exist from the first epoch's end on. */
  resolve(model: CallbackModel): void {
    if (this.#isMax !== undefined) return;
    if (this.#mode !== 'auto') this.#isMax = this.#mode === 'max';
    else this.#isMax = this.#direction(model) === 'up';
  }

  #direction(model: CallbackModel): 'up' | 'down' {
    const name = this.name.replace(/^val_/, '');
    if (name === 'loss' || name.endsWith('_loss')) return 'down';
    // With several outputs, log names are the output's and the metric's.
    const found =
      model.metrics.find((metric) => metric.name === name) ??
      model.metrics.find((metric) => name.endsWith(`_${metric.name}`));
    if (found?.direction !== undefined) return found.direction;
    const known = ['loss', ...model.metrics.map((metric) => metric.name)];
    const all = [...new Set([...known, ...known.map((each) => `val_${each}`)])];
    const nearest = found === undefined ? nearestName(this.name, all) : undefined;
    const meant = nearest === undefined ? '' : `did you mean "${nearest}"? If not, `;
    throw new ArgumentError({
      where: this.#where,
      what: `it is not known whether "${this.name}" should be large or small`,
      expected: `one of ${all.join(', ')}; or mode: 'min' or 'max'`,
      received: `monitor: '${this.name}', mode: 'auto'`,
      fix: `${meant}pass mode: 'min' or mode: 'max' next to it`,
    });
  }

  /** Whether `value` beats `best` by at least the smallest difference that counts. */
  isBetter(value: number, best: number | undefined): boolean {
    if (best === undefined) return true;
    return this.#isMax === true ? value - this.#minDelta > best : value + this.#minDelta < best;
  }

  /**
   * The watched value; where it is missing, a warning lists what there is.
   *
   * @throws ArgumentError where it is not one number.
   */
  valueIn(logs: Logs): number | undefined {
    const value = logs[this.name];
    if (value === undefined) {
      console.warn(
        `${this.#where}: there is no "${this.name}" in the logs. ` +
          `Available: ${Object.keys(logs).join(', ')}`,
      );
    }
    return value === undefined ? undefined : requireNumber(this.#where, this.name, value);
  }
}

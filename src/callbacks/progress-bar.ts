// The progress line of Keras, byte for byte: bar, time left or taken, time per step, metrics.
import { type LogValue, meanOf } from './log-values.js';
import { fixed, metricText } from './number-text.js';
import type { Screen } from './terminal.js';

/** A value by name, in the order of display; of several numbers the mean is shown. */
export type NamedValue = readonly [name: string, value: LogValue];

/** Options of {@link ProgressBar}. */
export interface ProgressBarOptions {
  /** 1 redraws a line, 2 writes one line at the end, 0 writes nothing. Default 1. */
  readonly verbose?: number;
  /** Cells of the bar; default 20. */
  readonly width?: number;
  /** Default `step`. */
  readonly unitName?: string;
  /** Seconds between redraws; default 0.05. */
  readonly interval?: number;
  /** Which values are averaged over the updates; default none: shown as they come. */
  readonly averaged?: (name: string) => boolean;
  /** Seconds since any fixed moment; for tests. */
  readonly now?: () => number;
}

const BOLD = '\u001b[1m';
const GREEN = '\u001b[32m';
const GREY = '\u001b[37m';
const PLAIN = '\u001b[0m';
const CELL = '━';

/** The number of characters that are seen: all but colours (`\u001b[32m`). */
function visibleLength(text: string): number {
  const [plain = '', ...coloured] = text.split('\u001b[');
  return coloured.reduce(
    (length, part) => length + part.length - (part.indexOf('m') + 1),
    plain.length,
  );
}

function clock(seconds: number): string {
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
  const [hours, rest] = [Math.floor(seconds / 3600), seconds % 3600];
  if (seconds > 3600) return `${hours}:${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
  if (seconds > 60) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${Math.trunc(seconds)}s`;
}

function perUnit(seconds: number, unit: string): string {
  if (seconds >= 1 || seconds === 0) return ` ${fixed(seconds, 0)}s/${unit}`;
  if (seconds >= 1e-3) return ` ${fixed(seconds * 1e3, 0)}ms/${unit}`;
  return ` ${fixed(seconds * 1e6, 0)}us/${unit}`;
}

/** Draws progress towards a target on a screen. An undefined target is an unknown one. */
export class ProgressBar {
  target: number | undefined;
  readonly #screen: Screen;
  readonly #options: Required<ProgressBarOptions>;
  readonly #values = new Map<string, { sum: number; count: number }>();
  readonly #start: number;
  #seen = 0;
  #lastDrawn = 0;
  #afterFirst: number | undefined;
  #shownWidth = 0;

  constructor(target: number | undefined, screen: Screen, options: ProgressBarOptions = {}) {
    const seconds = (): number => Date.now() / 1e3;
    this.target = target;
    this.#screen = screen;
    this.#options = {
      verbose: options.verbose ?? 1,
      width: options.width ?? 20,
      unitName: options.unitName ?? 'step',
      interval: options.interval ?? 0.05,
      averaged: options.averaged ?? (() => false),
      now: options.now ?? seconds,
    };
    this.#start = this.#options.now();
  }

  /** Whether an update now would be drawn; reading values can be left out where not. */
  isDue(): boolean {
    return this.#options.now() - this.#lastDrawn >= this.#options.interval;
  }

  /** Shows `current` units done. `finalize` ends the line; by default at the target. */
  update(current: number, values: readonly NamedValue[] = [], finalize?: boolean): void {
    const isLast = finalize ?? (this.target !== undefined && current >= this.target);
    this.#take(current, values, isLast);
    const now = this.#options.now();
    const each = this.#stepTime(current, now);
    if (this.#options.verbose === 1) {
      if (now - this.#lastDrawn < this.#options.interval && !isLast) return;
      this.#redraw(current, now, each, isLast);
    } else if (this.#options.verbose === 2 && isLast && this.target) {
      const done = fixed(now - this.#start, 0);
      const time = perUnit(each, this.#options.unitName);
      const metrics = this.#metrics((mean) => metricText(mean, mean));
      this.#screen.write(`${this.#count(current)} - ${done}s -${time}${metrics}\n`);
    }
    this.#lastDrawn = now;
  }

  #take(current: number, values: readonly NamedValue[], isLast: boolean): void {
    for (const [name, given] of values) {
      const value = meanOf(given);
      const old = this.#values.get(name);
      if (!this.#options.averaged(name) || isLast) this.#values.set(name, { sum: value, count: 1 });
      else {
        const weight = Math.max(current - this.#seen, 1);
        const sum = (old?.sum ?? 0) + value * weight;
        this.#values.set(name, { sum, count: (old?.count ?? 0) + weight });
      }
    }
    this.#seen = current;
  }

  /** Seconds for one unit; the first one is left out, since it includes preparations. */
  #stepTime(current: number, now: number): number {
    if (current === 0) return 0;
    const first = this.#afterFirst;
    const time =
      first !== undefined && current > 1
        ? (now - first) / (current - 1)
        : (now - this.#start) / current;
    if (current === 1) this.#afterFirst = now;
    return time;
  }

  #count(current: number): string {
    const target = String(this.target ?? 0);
    return `${String(current).padStart(target.length)}/${target}`;
  }

  #bar(current: number): string {
    if (!this.target) return `${String(current).padStart(7)}/Unknown`;
    const { width } = this.#options;
    const done = Math.trunc((width * current) / this.target);
    const green = done > 0 ? `${GREEN}${CELL.repeat(done)}${PLAIN}` : '';
    const grey = `${GREY}${CELL.repeat(Math.max(0, width - done))}${PLAIN}`;
    return `${BOLD}${this.#count(current)}${PLAIN} ${green}${grey}`;
  }

  #metrics(text: (mean: number) => string): string {
    return [...this.#values]
      .map(([name, { sum, count }]) => ` - ${name}: ${text(sum / Math.max(1, count))}`)
      .join('');
  }

  #redraw(current: number, now: number, each: number, isLast: boolean): void {
    const time =
      this.target && !isLast
        ? clock(each * (this.target - current))
        : `${fixed(now - this.#start, 0)}s`;
    const info = ` ${BOLD}${time}${PLAIN}${perUnit(each, this.#options.unitName)}`;
    const line = `${this.#bar(current)}${info}${this.#metrics((mean) => metricText(mean))}`;
    const width = visibleLength(line);
    const back = this.#screen.isTerminal ? `${'\b'.repeat(this.#shownWidth)}\r` : '\n';
    const blanks = ' '.repeat(Math.max(0, this.#shownWidth - width));
    this.#screen.write(`${back}${line}${blanks}${isLast ? '\n' : ''}`);
    this.#shownWidth = width;
  }
}

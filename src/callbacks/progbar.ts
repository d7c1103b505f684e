// Progbar: the progress line of fit for loops of your own.
import { ArgumentError } from '../core/errors.js';
import type { LogValue } from './log-values.js';
import { type NamedValue, ProgressBar } from './progress-bar.js';
import { hostScreen, type Screen } from './terminal.js';

/** Options of {@link Progbar}. */
export interface ProgbarOptions {
  /** Cells of the bar; default 20. */
  readonly width?: number;
  /** 1 redraws a line, 2 writes one line at the end, 0 writes nothing. Default 1. */
  readonly verbose?: number;
  /** Seconds between redraws; default 0.05. */
  readonly interval?: number;
  /** Values that are shown as they come; all others are averaged over the updates. Default: none. */
  readonly statefulMetrics?: readonly string[] | null;
  /** Values that are averaged; all others are shown as they come. Not beside `statefulMetrics`. */
  readonly statelessMetrics?: readonly string[] | null;
  /** What a step is called; default `step`. */
  readonly unitName?: string;
  /** Where the line goes; by default the terminal, or the console of a browser. */
  readonly screen?: Screen;
}

/** Values by name, as pairs or as a record; of an array of numbers the mean is shown. */
export type ProgbarValues = readonly NamedValue[] | Readonly<Record<string, LogValue>>;

function isAveraged(options: ProgbarOptions): (name: string) => boolean {
  const { statefulMetrics: stateful = null, statelessMetrics: stateless = null } = options;
  if (stateful !== null && stateless !== null) {
    throw new ArgumentError({
      where: 'Progbar',
      what: 'both statefulMetrics and statelessMetrics are given',
      expected: 'one of them, or none',
      received: 'both',
      fix: 'leave one out: all other values are of the other kind',
    });
  }
  if (stateless !== null) return (name) => stateless.includes(name);
  return (name) => stateful?.includes(name) !== true;
}

function isLogValue(value: unknown): value is LogValue {
  return typeof value === 'number' || (Array.isArray(value) && value.every(isLogValue));
}

/** Pairs of a name and a value, checked before anything is drawn. */
function pairsOf(values: ProgbarValues): NamedValue[] {
  const pairs: readonly (readonly [string, unknown])[] = Array.isArray(values)
    ? values
    : Object.entries(values);
  return pairs.map(([name, value]) => {
    if (isLogValue(value)) return [name, value];
    throw new ArgumentError({
      where: 'Progbar',
      what: `the value of "${name}" is not a number`,
      expected: 'numbers; read tensors first',
      received: typeof value,
      fix: 'write await x.item()',
    });
  });
}

/**
 * Keras's progress line, byte for byte: how much of `target` is done, the time left or taken, the
 * time of a step, and the values given. A target of null is one that is not known.
 *
 * @throws ArgumentError for a target that is no count, and for values that are no numbers.
 * @example
 * ```ts
 * import { Progbar } from 'keratin';
 * let text = '';
 * const screen = { isTerminal: true, write: (part: string) => void (text += part) };
 * const bar = new Progbar(2, { screen });
 * bar.add(1, { loss: 0.5 });
 * bar.add(1, { loss: 0.25 });
 * console.log(text.includes('2/2'), text.includes('loss: 0.2500')); // true true
 * ```
 */
export class Progbar {
  readonly #bar: ProgressBar;
  #done = 0;

  constructor(target: number | null, options: ProgbarOptions = {}) {
    if (target !== null && !(Number.isInteger(target) && target >= 0)) {
      throw new ArgumentError({
        where: 'Progbar',
        what: 'the target is not a count',
        expected: 'the number of steps, or null where it is not known',
        received: String(target),
        fix: 'write new Progbar(steps)',
      });
    }
    const averaged = isAveraged(options);
    const { screen = hostScreen(), width = 20, verbose = 1, interval = 0.05 } = options;
    const { unitName = 'step' } = options;
    const settings = { width, verbose, interval, unitName, averaged };
    this.#bar = new ProgressBar(target ?? undefined, screen, settings);
  }

  /** Shows `current` steps done. `finalize` ends the line; by default at the target. */
  update(current: number, values: ProgbarValues = [], finalize?: boolean): void {
    const pairs = pairsOf(values);
    this.#done = current;
    this.#bar.update(current, pairs, finalize);
  }

  /** Shows `count` further steps done. */
  add(count: number, values: ProgbarValues = []): void {
    this.update(this.#done + count, values);
  }
}

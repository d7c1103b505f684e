// The progress line against real Keras, byte for byte.
import { describe, expect, it, vi } from 'vitest';
import { Progbar, type ProgbarOptions } from '../../src/callbacks/progbar.js';
import { ProgbarLogger } from '../../src/callbacks/progbar-logger.js';
import { type NamedValue, ProgressBar } from '../../src/callbacks/progress-bar.js';
import golden from '../golden/progbar.json' with { type: 'json' };

function recordingScreen(isTerminal: boolean) {
  let text = '';
  return { isTerminal, write: (part: string) => (text += part), text: () => text };
}

interface BarCase {
  name: string;
  kind: 'bar';
  target: number | null;
  terminal: boolean;
  start: number;
  options: { verbose?: number; width?: number; unit_name?: string; stateless_metrics?: string[] };
  updates: { current: number; values: [string, number][]; time: number; finalize?: boolean }[];
  bytes: string;
}

interface LoggerCase {
  name: string;
  kind: 'logger';
  verbose: number;
  epochs: number;
  steps: number | null;
  terminal: boolean;
  events: { event: string; index: number | null; logs: Record<string, number>; time: number }[];
  bytes: string;
}

const cases = golden.cases as unknown as (BarCase | LoggerCase)[];

describe('progress bar', () => {
  for (const one of cases) {
    if (one.kind !== 'bar') continue;
    it(one.name, () => {
      const screen = recordingScreen(one.terminal);
      let now = one.start;
      const { verbose, width, unit_name: unitName, stateless_metrics: stateless } = one.options;
      const bar = new ProgressBar(one.target ?? undefined, screen, {
        ...(verbose === undefined ? {} : { verbose }),
        ...(width === undefined ? {} : { width }),
        ...(unitName === undefined ? {} : { unitName }),
        averaged: () => stateless === undefined,
        now: () => now,
      });
      for (const { current, values, time, finalize } of one.updates) {
        now = time;
        bar.update(current, values as NamedValue[], finalize);
      }
      expect(screen.text()).toBe(one.bytes);
    });
  }
});

describe('progress of fit, evaluate and predict', () => {
  for (const one of cases) {
    // Into a file we write one line an epoch, where Keras writes what a terminal would get.
    if (one.kind !== 'logger' || !one.terminal) continue;
    it(one.name, async () => {
      const screen = recordingScreen(true);
      let now = 1000;
      const logger = new ProgbarLogger({ screen, now: () => now });
      logger.setParams({
        verbose: one.verbose,
        epochs: one.epochs,
        steps: one.steps ?? undefined,
      });
      for (const { event, index, logs, time } of one.events) {
        now = time;
        const hook = `on${event[0]?.toUpperCase()}${event.slice(1)}`;
        const method: unknown = Reflect.get(logger, hook);
        if (typeof method !== 'function') continue;
        Reflect.apply(method, logger, index === null ? [logs] : [index, logs]);
      }
      expect(screen.text()).toBe(one.bytes);
    });
  }

  it('writes one line for each epoch where there is no terminal', () => {
    const screen = recordingScreen(false);
    let now = 0;
    const logger = new ProgbarLogger({ screen, now: () => now });
    logger.setParams({ verbose: 1, epochs: 2, steps: 4 });
    logger.onTrainBegin();
    logger.onEpochBegin(0);
    now = 2;
    logger.onTrainBatchEnd(3, { loss: 0.5 });
    logger.onEpochEnd(0, { loss: 0.5 });
    expect(screen.text()).toBe('Epoch 1/2\n4/4 - 2s - 500ms/step - loss: 0.5000\n');
  });
});

describe('Progbar', () => {
  it('is the same line for loops of the user’s own', () => {
    for (const one of cases) {
      if (one.kind !== 'bar' || one.options.stateless_metrics !== undefined) continue;
      const screen = recordingScreen(one.terminal);
      const clock = vi.spyOn(Date, 'now').mockReturnValue(one.start * 1e3);
      const bar = new Progbar(one.target, { screen });
      for (const { current, values, time, finalize } of one.updates) {
        clock.mockReturnValue(time * 1e3);
        bar.update(current, Object.fromEntries(values), finalize);
      }
      clock.mockRestore();
      expect(screen.text()).toBe(one.bytes);
    }
  });

  it('averages what it is told to average', () => {
    const lastLine = (options: ProgbarOptions): string => {
      const screen = recordingScreen(true);
      const bar = new Progbar(null, { screen, interval: 0, ...options });
      bar.add(1, { a: 1, b: 1 });
      bar.add(1, [
        ['a', 2],
        ['b', 2],
      ]);
      return screen.text().slice(screen.text().lastIndexOf(' - a'));
    };
    expect(lastLine({})).toContain('a: 1.5000 - b: 1.5000');
    expect(lastLine({ statefulMetrics: ['a'] })).toContain('a: 2.0000 - b: 1.5000');
    expect(lastLine({ statelessMetrics: ['a'] })).toContain('a: 1.5000 - b: 2.0000');
  });

  it('refuses targets, values and options that make no sense', () => {
    const screen = recordingScreen(true);
    expect(() => new Progbar(-1, { screen })).toThrow(/target is not a count/);
    expect(() => new Progbar(2.5, { screen })).toThrow(/null where it is not known/);
    const both = { screen, statefulMetrics: ['a'], statelessMetrics: ['b'] };
    expect(() => new Progbar(2, both)).toThrow(/both statefulMetrics and statelessMetrics/);
    const bar = new Progbar(2, { screen });
    // @ts-expect-error: the types refuse it as well
    expect(() => bar.update(1, { loss: 'small' })).toThrow(/"loss" is not a number/);
    expect(screen.text()).toBe('');
  });
});

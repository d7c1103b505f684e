// The progress line against real Keras, byte for byte.
import { describe, expect, it } from 'vitest';
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
        averaged: stateless === undefined,
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

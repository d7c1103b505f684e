// Callbacks in whole runs against Keras: which hooks are called with what, what is sent and written,
// and where a run that was cut off goes on.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { camelKey } from '../../src/core/naming.js';
import { callbacks, layers, optimizers, Sequential } from '../../src/index.js';
import { column, valuesOf } from '../training/small-models.js';
import { readScalars } from './read-events.js';

type Event = readonly [hook: string, index: number | null, logs: readonly string[]];

interface Sent {
  readonly url: string;
  readonly form: Readonly<Record<string, unknown>> | null;
  readonly json: unknown;
  readonly headers: Readonly<Record<string, string>> | null;
}

interface FitCase {
  readonly name: string;
  readonly callback: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly events?: readonly Event[];
  readonly cut?: number;
  readonly epoch?: readonly number[];
  readonly history?: Readonly<Record<string, readonly number[]>>;
  readonly weights?: readonly number[][];
  readonly iterations?: number;
  readonly sent?: readonly Sent[];
  readonly scalars?: readonly [folder: string, tag: string, step: number, value: number][];
}

const file = new URL('../golden/callbacks-fit.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly FitCase[] };
const of = (...names: string[]) => cases.filter(({ callback }) => names.includes(callback));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keratin-fits-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllGlobals());

function small(optimizer = new optimizers.SGD({ learningRate: 0.1 }) as optimizers.Optimizer) {
  const dense = layers.dense({ units: 1, kernelInitializer: 'ones' });
  const model = new Sequential([layers.input({ shape: [1] }), dense]);
  model.compile({ optimizer, loss: 'mse', metrics: ['mae'] });
  return model;
}

function optionsOf({ options = {} }: FitCase): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [camelKey(key), value]));
}

const HOOKS = [
  'TrainBegin',
  'TrainEnd',
  'EpochBegin',
  'EpochEnd',
  'TrainBatchBegin',
  'TrainBatchEnd',
  'TestBegin',
  'TestEnd',
  'TestBatchBegin',
  'TestBatchEnd',
  'PredictBegin',
  'PredictEnd',
  'PredictBatchBegin',
  'PredictBatchEnd',
];

function snake(hook: string): string {
  return `on${hook}`.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Hooks that write down how they are called. */
function recorder(events: Event[], names: readonly string[]): callbacks.CallbackHooks {
  const hooks = names.map((name) => {
    const hook = (...given: unknown[]) => {
      const logs = given.at(-1);
      const keys = typeof logs === 'object' && logs !== null ? Object.keys(logs).sort() : [];
      events.push([snake(name), typeof given[0] === 'number' ? given[0] : null, keys]);
    };
    return [`on${name}`, hook];
  });
  return Object.fromEntries(hooks);
}

async function runAll(callback: callbacks.CallbackLike, { x, y }: FitCase): Promise<void> {
  const model = small();
  const [inputs, targets] = [column(x), column(y)];
  await model.fit(inputs, targets, {
    batchSize: 4,
    epochs: 2,
    shuffle: false,
    validationData: [column(x.slice(0, 4)), column(y.slice(0, 4))],
    validationBatchSize: 2,
    callbacks: [callback],
    verbose: 0,
  });
  await model.evaluate(inputs, targets, { batchSize: 4, callbacks: [callback], verbose: 0 });
  await model.predict(inputs, { batchSize: 4, callbacks: [callback], verbose: 0 });
}

class Recorder extends callbacks.Callback {}

describe('hooks', () => {
  it.each(of('Callback'))('$name', async (one) => {
    const events: Event[] = [];
    await runAll(Object.assign(new Recorder(), recorder(events, HOOKS)), one);
    // Logs are numbers here: what predict computes is not among them.
    const wanted = one.events?.map(([hook, index, logs]) => [
      hook,
      index,
      logs.filter((name) => name !== 'outputs'),
    ]);
    expect(events).toEqual(wanted);
  });

  it.each(of('LambdaCallback'))('$name', async (one) => {
    const events: Event[] = [];
    const lambda = new callbacks.LambdaCallback(recorder(events, HOOKS.slice(0, 6)));
    await runAll(lambda, one);
    expect(events).toEqual(one.events);
  });

  it.each(of('CallbackList'))('$name', async (one) => {
    const events: Event[] = [];
    const both = [recorder(events, HOOKS), recorder(events, HOOKS)];
    const list = new callbacks.CallbackList(both);
    list.attach(small(), { verbose: 0, epochs: 3, steps: 1 });
    await list.begin('Train');
    await list.epochBegin(2);
    await list.batchBegin('Train', 1);
    await list.batchEnd('Train', 1, () => Promise.resolve({ loss: 0.5 }));
    await list.epochEnd(2, { loss: 0.5 });
    await list.end('Train');
    expect(events).toEqual(one.events);
  });
});

/** Throws after so many batches. */
function cutAfter(batches: number): callbacks.CallbackLike {
  let left = batches;
  return {
    onTrainBatchEnd() {
      if (--left === 0) throw new Error('cut');
    },
  };
}

function expectNumbers(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [index, value] of wanted.entries()) {
    expect(Math.abs((found?.[index] ?? Number.NaN) - value)).toBeLessThan(
      1e-6 + 1e-5 * Math.abs(value),
    );
  }
}

describe('BackupAndRestore', () => {
  it.each(of('BackupAndRestore'))('$name', async (one) => {
    const backupDir = join(folder, one.name.replaceAll(' ', '-'));
    const run = { batchSize: 2, epochs: 4, shuffle: false, verbose: 0 } as const;
    const [x, y] = [column(one.x), column(one.y)];
    const adam = () => small(new optimizers.Adam({ learningRate: 0.1 }));
    const backup = () => new callbacks.BackupAndRestore({ backupDir });
    const cut = adam().fit(x, y, { ...run, callbacks: [backup(), cutAfter(one.cut ?? 0)] });
    await expect(cut).rejects.toThrow('cut');
    const second = adam();
    const found = await second.fit(x, y, { ...run, callbacks: [backup()] });
    expect(found.epoch).toEqual(one.epoch);
    for (const [name, values] of Object.entries(one.history ?? {})) {
      expectNumbers(found.history[name] as readonly number[] | undefined, values);
    }
    const weights = await valuesOf(second);
    for (const [index, values] of (one.weights ?? []).entries())
      expectNumbers(weights[index], values);
    expect(await second.optimizer.iterations.item()).toBe(one.iterations);
  });
});

/** Numbers as the oracle rounds them. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toFixed(6));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
}

describe('RemoteMonitor', () => {
  it.each(of('RemoteMonitor'))('$name', async (one) => {
    const sent: Sent[] = [];
    vi.stubGlobal('fetch', (url: string, { headers, body }: RequestInit) => {
      const own = new Headers(headers);
      const isJson = own.get('content-type') === 'application/json';
      const entries = isJson ? [] : [...new URLSearchParams(String(body))];
      const form = entries.map(([key, value]) => [key, JSON.parse(value)]);
      own.delete('content-type');
      const others = Object.fromEntries(own);
      sent.push({
        url,
        form: isJson ? null : Object.fromEntries(form),
        json: isJson ? JSON.parse(String(body)) : null,
        headers: Object.keys(others).length === 0 ? null : others,
      });
      return Promise.resolve(new Response());
    });
    const monitor = new callbacks.RemoteMonitor({ root: 'http://host', ...optionsOf(one) });
    const run = { batchSize: 4, epochs: 2, shuffle: false, verbose: 0 } as const;
    await small().fit(column(one.x), column(one.y), { ...run, callbacks: [monitor] });
    expect(sent.map(rounded)).toEqual(one.sent?.map(rounded));
  });
});

describe('TensorBoard', () => {
  it.each(of('TensorBoard'))('$name', async (one) => {
    const logDir = join(folder, one.name.replaceAll(' ', '-'));
    const board = new callbacks.TensorBoard({ logDir, writeGraph: false, ...optionsOf(one) });
    const validationData = [column(one.x.slice(0, 4)), column(one.y.slice(0, 4))] as const;
    const run = { batchSize: 2, epochs: 2, shuffle: false, validationData, verbose: 0 } as const;
    await small().fit(column(one.x), column(one.y), { ...run, callbacks: [board] });
    for (const part of ['train', 'validation']) {
      const all = await readScalars(join(logDir, part));
      const wanted = (one.scalars ?? []).filter(([name]) => name === part);
      // Every so many batches Keras writes those, and drops epochs and validations between two.
      const isRare = one.options?.['update_freq'] === 3;
      const found = all.filter(([tag]) => !isRare || tag.startsWith('batch_'));
      expect(found.map(([tag, step]) => [tag, step])).toEqual(
        wanted.map(([, tag, step]) => [tag, step]),
      );
      expectNumbers(
        found.map(([, , value]) => value),
        wanted.map(([, , , value]) => value),
      );
    }
  });
});

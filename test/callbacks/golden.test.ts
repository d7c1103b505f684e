// Callbacks against real Keras: driven with the same logs, they stop, print, write and set the same.

import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { camelKey } from '../../src/core/naming.js';
import { callbacks, layers, optimizers, Sequential, tensor } from '../../src/index.js';
import { valuesOf } from '../training/small-models.js';

type Numbers = Readonly<Record<string, number | 'NaN'>>;

interface DrivenCase {
  readonly name: string;
  readonly callback: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly pathOption: string | null;
  readonly epochs: readonly Numbers[];
  readonly batches: number;
  readonly rows: readonly { readonly learningRate: number; readonly logs: Numbers }[];
  readonly weight: number;
  readonly files: Readonly<Record<string, string | null>>;
  readonly printed: string;
}

interface FitCase {
  readonly name: string;
  readonly callback: string;
  readonly epoch: readonly number[];
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly number[];
}

const file = new URL('../golden/callbacks.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: (DrivenCase | FitCase)[] };
const isDriven = (one: DrivenCase | FitCase): one is DrivenCase => 'epochs' in one;
const numbers = (logs: Numbers) =>
  Object.fromEntries(Object.entries(logs).map(([name, value]) => [name, Number(value)]));

type Values = Readonly<Record<string, callbacks.LogValue>>;
const listed = (values: readonly callbacks.LogValue[]): Values =>
  Object.fromEntries(values.entries());

type Driven = callbacks.Callback &
  callbacks.CallbackHooks & { wantsBatch?(batch: number): boolean };

/** The callback of a case; paths lead into `folder`. */
function callbackOf(one: DrivenCase, folder: string): Driven {
  if (one.callback === 'LearningRateScheduler') {
    const halve = (epoch: number, rate: number) => (epoch > 0 ? rate * 0.5 : rate);
    return new callbacks.LearningRateScheduler({ schedule: halve, verbose: 1 });
  }
  const options = Object.fromEntries(
    Object.entries(one.options).map(([name, value]) => [
      camelKey(name),
      name === one.pathOption ? join(folder, String(value)) : value,
    ]),
  );
  return Reflect.construct(Reflect.get(callbacks, one.callback), [options]);
}

async function builtModel(): Promise<Sequential> {
  const model = new Sequential([
    layers.input({ shape: [1] }),
    layers.dense({ units: 1, useBias: false, kernelInitializer: 'zeros' }),
  ]);
  const optimizer = new optimizers.SGD({ learningRate: 0.5 });
  model.compile({ optimizer, loss: 'mse', metrics: ['accuracy'] });
  await model.evaluate([[0]], [[0]], { verbose: 0 });
  optimizer.build(model.trainableWeights);
  return model;
}

async function drive(model: Sequential, callback: Driven, one: DrivenCase) {
  const rows: { learningRate: number; logs: callbacks.Logs }[] = [];
  callback.setModel(model);
  callback.setParams({ verbose: 0, epochs: one.epochs.length, steps: one.batches });
  await callback.onTrainBegin?.({});
  for (const [epoch, given] of one.epochs.entries()) {
    const logs: callbacks.EpochLogs = numbers(given);
    await callback.onEpochBegin?.(epoch, {});
    for (let batch = 0; batch < one.batches && !model.stopTraining; batch++) {
      await callback.onTrainBatchBegin?.(batch, {});
      const wants = callback.wantsBatch?.(batch) ?? true;
      if (wants) await callback.onTrainBatchEnd?.(batch, { loss: logs['loss'] ?? 0 });
    }
    model.setWeights([tensor([[epoch + 1]])]);
    await callback.onEpochEnd?.(epoch, logs);
    rows.push({ learningRate: await model.optimizer.readLearningRate(), logs });
    if (model.stopTraining) break;
  }
  await callback.onTrainEnd?.({});
  return rows;
}

function expectSame(actual: Values, wanted: Values): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, wantedValue] of Object.entries(wanted)) {
    const value = Number(wantedValue);
    if (Number.isNaN(value)) expect(actual[name]).toBeNaN();
    else
      expect(Math.abs(Number(actual[name] ?? 0) - value)).toBeLessThanOrEqual(1e-6 + 1e-5 * value);
  }
}

describe('callbacks equal Keras', () => {
  it.each(cases.filter(isDriven))('$callback $name', async (one) => {
    const folder = await mkdtemp(join(tmpdir(), 'keratin-callbacks-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const model = await builtModel();
    let printed = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    const rows = await drive(model, callbackOf(one, folder), one).finally(() =>
      write.mockRestore(),
    );
    expect(rows).toHaveLength(one.rows.length);
    for (const [epoch, { learningRate, logs }] of one.rows.entries()) {
      expect(rows[epoch]?.learningRate).toBeCloseTo(learningRate, 6);
      expectSame(rows[epoch]?.logs ?? {}, numbers(logs));
    }
    expect((await valuesOf(model)).flat()).toEqual([one.weight]);
    expect(printed.replaceAll(`${folder}/`, 'FOLDER/')).toBe(one.printed);
    expect((await readdir(folder)).sort()).toEqual(Object.keys(one.files));
    for (const [name, text] of Object.entries(one.files)) {
      // Python reads files with line ends made one character.
      const written = text && (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      expect(written).toBe(text);
    }
  });

  it.each(cases.filter((one): one is FitCase => !isDriven(one)))('$callback $name', async (one) => {
    const model = new Sequential([
      layers.input({ shape: [1] }),
      layers.dense({ units: 1, kernelInitializer: 'ones' }),
    ]);
    const optimizer = new optimizers.SGD({ learningRate: 0.1, useEma: true, emaMomentum: 0.5 });
    model.compile({ optimizer, loss: 'mse' });
    const x = tensor([[0], [1], [2], [3]]);
    const y = x.mul(2).add(1);
    const history = await model.fit(x, y, {
      epochs: 3,
      batchSize: 2,
      shuffle: false,
      verbose: 0,
      validationData: [x, y],
      callbacks: [new callbacks.SwapEMAWeights({ swapOnEpoch: true })],
    });
    expect(history.epoch).toEqual(one.epoch);
    expect(Object.keys(history.history).sort()).toEqual(Object.keys(one.history).sort());
    for (const [name, values] of Object.entries(one.history)) {
      expectSame(listed(history.history[name] ?? []), listed(values));
    }
    expectSame(listed((await valuesOf(model)).flat()), listed(one.weights));
  });
});

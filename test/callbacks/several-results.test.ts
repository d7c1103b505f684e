// Metrics with several results against real Keras: history, evaluate, CSV files, progress lines.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { logsFrom, numbersIn } from '../../src/callbacks/log-values.js';
import { CustomRegistry } from '../../src/core/custom-objects.js';
import type { PlainConfig } from '../../src/core/serialized.js';
import { callbacks, layers, metrics, Progbar, Sequential, type Tensor } from '../../src/index.js';
import { deserializeLayer } from '../../src/models/deserialize.js';
import { Model } from '../../src/models/model.js';
import { compileOptionsFrom } from '../../src/saving/compile-config.js';
import { type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

type Value = callbacks.LogValue;
type Values = Readonly<Record<string, Value>>;

interface FitCase {
  readonly model: { readonly compile_config: PlainConfig };
  readonly initialWeights: readonly { readonly value: GoldenArray }[];
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly csv: string;
  readonly history: readonly Values[];
  readonly evaluate: Values;
  readonly trainOnBatch: Values;
}

interface ProgressCase {
  readonly name: string;
  readonly updates: readonly Values[];
  readonly stateless: readonly string[] | null;
  readonly shown: string;
}

const file = new URL('../golden/several-results.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as { cases: [FitCase, ...ProgressCase[]] };
const [fit, ...bars] = golden.cases;

function make(): { model: Model<Tensor>; x: Tensor; y: Tensor } {
  const model = deserializeLayer(fit.model as never);
  if (!(model instanceof Model)) throw new Error('not a model');
  model.compile(compileOptionsFrom(fit.model.compile_config, new CustomRegistry()));
  model.setWeights(fit.initialWeights.map(({ value }) => tensorOfGolden(value)));
  return { model: model as Model<Tensor>, x: tensorOfGolden(fit.x), y: tensorOfGolden(fit.y) };
}

/** As training has it: the golden file has the shortest decimals of single precision. */
function single(value: Value): Value {
  return typeof value === 'number' ? Math.fround(value) : value.map(single);
}

/** Expects the same names, the same numbers of numbers, and numbers that are near. */
function expectNear(found: Values, wanted: Values): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) {
    expect(Array.isArray(found[name]), name).toBe(Array.isArray(value));
    const numbers = numbersIn(found[name] ?? []);
    expect(numbers.length, name).toBe(numbersIn(value).length);
    for (const [at, number] of numbersIn(value).entries()) {
      expect(Math.abs((numbers[at] ?? Number.NaN) - number)).toBeLessThan(
        1e-6 + 1e-5 * number ** 2,
      );
    }
  }
}

describe('metrics with several results', () => {
  it('have arrays in history, evaluate and trainOnBatch, as in Keras', async () => {
    const { model, x, y } = make();
    const [x6, y6] = [x.slice([0, 0], [6, 2]), y.slice([0, 0], [6, 3])];
    const { history } = await model.fit(x, y, {
      batchSize: 4,
      epochs: 2,
      shuffle: false,
      verbose: 0,
      validationData: [x6, y6],
    });
    for (const [epoch, wanted] of fit.history.entries()) {
      const logs = Object.entries(history).map(([name, values]) => [name, values[epoch] ?? []]);
      expectNear(Object.fromEntries(logs), wanted);
    }
    expectNear(await model.evaluate(x, y, { batchSize: 4, verbose: 0 }), fit.evaluate);
    expectNear(await model.trainOnBatch(x, y), fit.trainOnBatch);
  });

  it('are one cell of a CSV file, as Keras writes it', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'several-')), 'logs.csv');
    const logger = new callbacks.CSVLogger(path);
    await logger.onTrainBegin();
    for (const [epoch, logs] of fit.history.entries()) {
      await logger.onEpochEnd(
        epoch,
        logsFrom(Object.entries(logs).map(([name, value]) => [name, single(value)])),
      );
    }
    expect(readFileSync(path, 'utf8')).toBe(fit.csv);
  });

  it('are several tags for TensorBoard and nothing to watch for callbacks that need a number', async () => {
    const { model, x, y } = make();
    const watch = (callback: callbacks.CallbackLike) =>
      model.fit(x, y, { verbose: 0, callbacks: [callback] });
    const stop = new callbacks.EarlyStopping({ monitor: 'f1', mode: 'max' });
    await expect(watch(stop)).rejects.toThrow('"f1" holds several numbers');
    const folder = mkdtempSync(join(tmpdir(), 'several-'));
    const saved = new callbacks.ModelCheckpoint({ filepath: join(folder, '{r2:.2f}.keras') });
    await expect(watch(saved)).rejects.toThrow('"r2" holds several numbers');
  });

  for (const { name, updates, stateless, shown } of bars) {
    it(`${name}: shows their mean as Keras does`, () => {
      let text = '';
      const write = (part: string): void => {
        text += part;
      };
      const screen = { isTerminal: true, write };
      const bar = new Progbar(2, { screen, verbose: 2, statelessMetrics: stateless });
      for (const [at, values] of updates.entries()) bar.update(at + 1, values);
      expect(text.slice(text.indexOf('/step') + '/step'.length)).toBe(shown);
    });
  }

  it('of one class are arrays of one, and without axes a number', async () => {
    const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
    const f1 = new metrics.F1Score({ threshold: 0.5, name: 'each' });
    const mean = new metrics.F1Score({ threshold: 0.5, average: 'macro', name: 'mean' });
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [f1, mean] });
    const logs = await model.testOnBatch([[1]], [[1]]);
    expect([Array.isArray(logs['each']), typeof logs['mean']]).toEqual([true, 'number']);
  });
});

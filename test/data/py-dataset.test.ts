// Datasets that give batches by number: what fit, evaluate and predict ask of them, in Keras's order.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callbacks, data, layers, Sequential } from '../../src/index.js';

interface DatasetCase {
  name: string;
  method: 'fit' | 'evaluate' | 'predict';
  length: number;
  validated: boolean;
  options: { epochs?: number; shuffle?: boolean; steps_per_epoch?: number; steps?: number };
  events: string[];
}

const file = new URL('../golden/py-dataset.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: DatasetCase[] };

/** Notes the batches that are asked for, and the hooks. */
class Recorded extends data.PyDataset {
  constructor(
    readonly name: string,
    readonly length: number | null,
    readonly events: string[],
    options: data.PyDatasetOptions = {},
  ) {
    super(options);
  }

  getItem(index: number): unknown {
    this.events.push(`${this.name} ${index}`);
    // As a record: for predict, two lists of the same shape are one array.
    return { x: [[index], [index]], y: [[1], [1]] };
  }

  override onEpochBegin(): void {
    this.events.push(`${this.name} begins`);
  }

  override onEpochEnd(): void {
    this.events.push(`${this.name} ends`);
  }
}

function unit(): Sequential {
  const model = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return model;
}

describe('PyDataset is asked as by Keras', () => {
  afterEach(() => vi.restoreAllMocks());

  for (const one of cases) {
    it(one.name, async () => {
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      const events: string[] = [];
      const dataset = new Recorded('data', one.length, events);
      const { steps_per_epoch: stepsPerEpoch, steps, ...options } = one.options;
      const epochs = new callbacks.LambdaCallback({
        onEpochBegin: (epoch) => void events.push(`epoch ${epoch} begins`),
        onEpochEnd: (epoch) => void events.push(`epoch ${epoch} ends`),
      });
      if (one.method === 'fit') {
        await unit().fit(dataset, {
          ...options,
          ...(stepsPerEpoch === undefined ? {} : { stepsPerEpoch }),
          ...(one.validated ? { validationData: new Recorded('held', 2, events) } : {}),
          callbacks: [epochs],
          verbose: 0,
        });
      } else {
        const limit = steps === undefined ? {} : { steps };
        await unit()[one.method](dataset, { ...limit, verbose: 0 });
      }
      expect(events).toEqual(one.events);
    });
  }
});

describe('PyDataset', () => {
  const quiet = { verbose: 0 } as const;

  it('gives batches in a new order in each epoch, each of them once', async () => {
    const events: string[] = [];
    await unit().fit(new Recorded('data', 12, events), { ...quiet, epochs: 2 });
    const numbers = events.filter((event) => /\d/.test(event)).map((event) => event.slice(5));
    const [first, second] = [numbers.slice(0, 12), numbers.slice(12)];
    const sorted = [...first].sort((a, b) => Number(a) - Number(b));
    expect(sorted).toEqual(Array.from({ length: 12 }, (_, index) => String(index)));
    expect([...second].sort()).toEqual([...first].sort());
    expect(second).not.toEqual(first);
  });

  it('without an end is cut by stepsPerEpoch', async () => {
    const events: string[] = [];
    const endless = new Recorded('data', null, events);
    const history = await unit().fit(endless, { ...quiet, epochs: 2, stepsPerEpoch: 2 });
    expect(history.epoch).toEqual([0, 1]);
    expect(events.filter((event) => /\d/.test(event))).toEqual([
      'data 0',
      'data 1',
      'data 2',
      'data 3',
    ]);
  });

  it('with workers has several batches on their way, and keeps their order', async () => {
    let running = 0;
    let most = 0;
    class Slow extends data.PyDataset {
      readonly length = 6;
      async getItem(index: number) {
        most = Math.max(most, ++running);
        // The later, the quicker.
        await new Promise((resolve) => setTimeout(resolve, 2 * (6 - index)));
        running--;
        return [[index]];
      }
    }
    const results: unknown[] = [];
    for (const options of [{}, { workers: 3 }, { workers: 9, maxQueueSize: 2 }]) {
      most = 0;
      const model = new Sequential([layers.input({ shape: [1] }), layers.identity()]);
      const predicted = await model.predict(new Slow(options), quiet);
      results.push([most, await predicted.array()]);
    }
    const all = [[0], [1], [2], [3], [4], [5]];
    expect(results).toEqual([
      [1, all],
      [3, all],
      [2, all],
    ]);
  });

  it('passes errors of a batch on, whoever asked for it', async () => {
    class Failing extends data.PyDataset {
      readonly length = 6;
      getItem(index: number): unknown {
        if (index > 0) throw new RangeError(`batch ${index} is gone`);
        return [[index]];
      }
    }
    const model = new Sequential([layers.input({ shape: [1] }), layers.identity()]);
    const attempt = model.predict(new Failing({ workers: 4 }), quiet);
    await expect(attempt).rejects.toThrow('batch 1 is gone');
    const one = await model.predict(new Failing({ workers: 4 }), { ...quiet, steps: 1 });
    expect(one.shape).toEqual([1, 1]);
  });

  it('can be walked through, and is what Keras also calls Sequence', async () => {
    const events: string[] = [];
    const dataset = new Recorded('data', 3, events);
    expect([...dataset]).toHaveLength(3);
    expect(events).toEqual(['data 0', 'data 1', 'data 2']);
    expect(dataset.numBatches).toBe(3);
    expect(data.Sequence).toBe(data.PyDataset);
  });

  it('refuses lengths and options that are no counts', async () => {
    expect(() => new Recorded('data', 3, [], { workers: -1 })).toThrow(/workers is not a count/);
    expect(() => new Recorded('data', 3, [], { maxQueueSize: 0.5 })).toThrow(/maxQueueSize/);
    for (const length of [2.5, -1, Number.NaN]) {
      const attempt = unit().fit(new Recorded('data', length, []), quiet);
      await expect(attempt).rejects.toThrow(/length of the dataset is not a number of batches/);
    }
    await expect(unit().fit(new Recorded('data', 0, []), quiet)).rejects.toThrow('no batch');
  });
});

describe('stepsPerEpoch of arrays', () => {
  afterEach(() => vi.restoreAllMocks());

  it('begins anew once all samples were given', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const x = Array.from({ length: 8 }, (_, index) => [index]);
    const options = { stepsPerEpoch: 2, verbose: 0 };
    // Keras makes batches of 8 / 2 samples, so that each epoch uses all of them.
    expect((await unit().fit(x, x, { ...options, epochs: 3 })).epoch).toEqual([0, 1, 2]);
    const halves = { ...options, epochs: 4, batchSize: 2 };
    expect((await unit().fit(x, x, halves)).epoch).toEqual([0, 1, 2, 3]);
    expect(warn).not.toHaveBeenCalled();
    const uneven = { ...options, stepsPerEpoch: 3, epochs: 3, batchSize: 2 };
    expect((await unit().fit(x, x, uneven)).epoch).toEqual([0, 1, 2]);
    expect(warn.mock.calls[0]?.[0]).toContain('1 of 3 steps; the next epoch begins anew');
  });
});

// Helpers for data: those of keras.utils against Keras, windows and splits by what they promise.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { data, layers, normalize, Sequential, type Tensor, tensor } from '../../src/index.js';
import { expectClose, type GoldenArray } from '../golden-arrays.js';

interface UtilityCase {
  readonly name: string;
  readonly utility: 'pad_sequences' | 'to_categorical' | 'normalize';
  readonly arguments: readonly [number[][]];
  readonly options: {
    readonly num_classes?: number;
    readonly axis?: number;
    readonly order?: number | 'inf';
  } & data.PadOptions;
  readonly result: GoldenArray;
}

const file = new URL('../golden/utilities.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: UtilityCase[] };

function run({ utility, arguments: [first], options }: UtilityCase): Tensor | Promise<Tensor> {
  if (utility === 'pad_sequences') return data.padSequences(first, options);
  if (utility === 'to_categorical') return data.toCategorical(first, options.num_classes);
  const { axis = -1, order = 2 } = options;
  return normalize(tensor(first), {
    axis,
    order: order === 'inf' ? Number.POSITIVE_INFINITY : order,
  });
}

describe('helpers equal Keras', () => {
  it.each(cases)('$name', async (one) => {
    const result = await run(one);
    expect(result.shape).toEqual(one.result.shape);
    await expectClose(result, one.result);
  });

  it('padSequences names the sequence that does not fit', async () => {
    await expect(data.padSequences([[[1, 2]], [[3]]])).rejects.toThrow('sequence 1');
    const wrong = { padding: 'left' } as object;
    await expect(data.padSequences([[1]], wrong)).rejects.toThrow("'pre' or 'post'");
  });
});

/** Inputs and targets of all batches. */
async function listed(windows: Awaited<ReturnType<typeof data.timeseriesDatasetFromArray>>) {
  const batches: unknown[] = [];
  for (let index = 0; index < (windows.length ?? 0); index++) {
    const { x, y } = windows.getItem(index);
    batches.push([await x.array(), await y?.array()]);
  }
  return batches;
}

describe('timeseriesDatasetFromArray', () => {
  const series = Array.from({ length: 10 }, (_, step) => step);

  it('cuts windows with stride and rate, in batches', async () => {
    const windows = await data.timeseriesDatasetFromArray(series, series, {
      sequenceLength: 3,
      sequenceStride: 2,
      samplingRate: 2,
      batchSize: 2,
    });
    // Keras's formula: starts below 10 - 2 * 2, every second of them.
    expect(await listed(windows)).toEqual([
      [
        [
          [0, 2, 4],
          [2, 4, 6],
        ],
        [0, 2],
      ],
      [[[4, 6, 8]], [4]],
    ]);
  });

  it('uses a part of the series, and may have no targets', async () => {
    const part = { startIndex: 2, endIndex: 6, sequenceLength: 3 };
    expect(await listed(await data.timeseriesDatasetFromArray(series, null, part))).toEqual([
      [
        [
          [2, 3, 4],
          [3, 4, 5],
        ],
        undefined,
      ],
    ]);
  });

  it('mixes by a seed, with the targets of the windows', async () => {
    const mixed = { sequenceLength: 2, shuffle: true, seed: 3 };
    const make = () => data.timeseriesDatasetFromArray(series, series, mixed);
    const [[windows, targets]] = (await listed(await make())) as [[number[][], number[]]];
    expect(windows.map(([first]) => first)).toEqual(targets);
    expect(targets).not.toEqual(series.slice(0, 9));
    expect([...targets].sort()).toEqual(series.slice(0, 9));
    expect(await listed(await make())).toEqual([[windows, targets]]);
  });

  it('trains a model, and says where no window fits', async () => {
    const vectors = series.map((step) => [step / 10, 1]);
    const windows = await data.timeseriesDatasetFromArray(vectors, series, { sequenceLength: 4 });
    const model = new Sequential([layers.flatten(), layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const { history } = await model.fit(windows, { verbose: 0 });
    expect(history.loss).toHaveLength(1);
    const long = data.timeseriesDatasetFromArray(series, null, { sequenceLength: 11 });
    await expect(long).rejects.toThrow('shorter windows');
  });
});

describe('splitDataset', () => {
  const arrays = { x: [[1], [2], [3], [4], [5]], y: [1, 2, 3, 4, 5] };
  const valuesOf = async (part: unknown) => (Reflect.get(Object(part), 'y') as Tensor).array();

  it('cuts all arrays at the same place', async () => {
    const [left, right] = await data.splitDataset(arrays, { leftSize: 0.6 });
    expect([await valuesOf(left), await valuesOf(right)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    const [few, some] = await data.splitDataset(arrays, { leftSize: 1, rightSize: 2 });
    expect([await valuesOf(few), await valuesOf(some)]).toEqual([[1], [4, 5]]);
  });

  it('mixes where asked to, and refuses sizes that leave nothing', async () => {
    const mixed = { leftSize: 3, shuffle: true, seed: 5 };
    const [left, right] = await data.splitDataset(arrays, mixed);
    const all = [...((await valuesOf(left)) as number[]), ...((await valuesOf(right)) as number[])];
    expect(all).not.toEqual(arrays.y);
    expect(all.sort()).toEqual(arrays.y);
    for (const wrong of [{}, { leftSize: 5 }, { leftSize: 1.5 }, { leftSize: 4, rightSize: 4 }]) {
      await expect(data.splitDataset(arrays, wrong)).rejects.toThrow('leftSize: 0.8');
    }
  });
});

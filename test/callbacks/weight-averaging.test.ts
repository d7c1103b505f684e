// StochasticWeightAveraging: means of the epochs' weights, the rate, moments of batch normalization.
import { describe, expect, it } from 'vitest';
import { callbacks, layers, Sequential, setRandomSeed, tensor } from '../../src/index.js';
import { line, unit, valuesOf } from '../training/small-models.js';

const { x, y } = line(20);
const fit = { batchSize: 4, verbose: 0, shuffle: false } as const;

function normalized(): Sequential {
  setRandomSeed(5);
  const model = new Sequential([
    layers.input({ shape: [2] }),
    layers.dense({ units: 3 }),
    layers.batchNormalization({ name: 'normal' }),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return model;
}

describe('StochasticWeightAveraging', () => {
  it('ends with the mean of the weights at the ends of the epochs from startEpoch on', async () => {
    const model = unit();
    const seen: number[][][] = [];
    const note = { onEpochEnd: async () => void seen.push(await valuesOf(model)) };
    const average = new callbacks.StochasticWeightAveraging({ startEpoch: 2 });
    await model.fit(x, y, { ...fit, epochs: 5, callbacks: [note, average] });
    const last = seen.slice(2);
    expect(average.epochs).toBe(3);
    (await valuesOf(model)).forEach((weight, at) => {
      weight.forEach((value, index) => {
        const mean = last.reduce((sum, epoch) => sum + (epoch[at]?.[index] ?? 0), 0) / 3;
        expect(value).toBeCloseTo(mean, 6);
      });
    });
  });

  it('takes a part of the epochs, sets the rate then, and leaves shorter runs alone', async () => {
    const model = unit();
    const rates: number[] = [];
    const note = {
      onTrainBatchEnd: async () => void rates.push(await model.optimizer.readLearningRate()),
    };
    const average = new callbacks.StochasticWeightAveraging({
      startEpoch: 0.5,
      learningRate: 0.25,
    });
    await model.fit(x, y, { ...fit, batchSize: 20, epochs: 4, callbacks: [average, note] });
    expect(average.epochs).toBe(2);
    expect(rates.map((rate) => Number(rate.toFixed(4)))).toEqual([0.01, 0.01, 0.25, 0.25]);
    const late = new callbacks.StochasticWeightAveraging({ startEpoch: 9 });
    const plain = unit();
    await plain.fit(x, y, { ...fit, epochs: 2 });
    const other = unit();
    await other.fit(x, y, { ...fit, epochs: 2, callbacks: [late] });
    expect(await valuesOf(other)).toEqual(await valuesOf(plain));
  });

  it('computes the moments of batch normalization anew over the training data', async () => {
    const model = normalized();
    const average = new callbacks.StochasticWeightAveraging({ startEpoch: 0 });
    await model.fit(x, y, { ...fit, epochs: 3, callbacks: [average] });
    const [kernel, bias] = model.weights;
    const hidden = tensor(x).matmul(kernel?.value ?? tensor(0));
    const values = (await hidden.add(bias?.value ?? tensor(0)).array()) as number[][];
    const means = [0, 1, 2].map(
      (unit) => values.reduce((sum, row) => sum + (row[unit] ?? 0), 0) / values.length,
    );
    const moving = model.weights.find(({ name }) => name === 'moving_mean');
    (await moving?.value.data())?.forEach((value, index) => {
      expect(Number(value)).toBeCloseTo(means[index] ?? Number.NaN, 5);
    });
  });

  it.each([{ startEpoch: -1 }, { startEpoch: 1.5 }, { learningRate: 0 }])('refuses %o', (given) => {
    expect(() => new callbacks.StochasticWeightAveraging(given)).toThrow('cannot be used');
  });
});

describe('recomputeStatistics', () => {
  it('takes inputs, changes nothing but the moments, and nothing at all where it fails', async () => {
    const model = normalized();
    const state = () =>
      Promise.all(model.variables.map(async ({ value }) => [...(await value.data())]));
    const before = await state();
    const broken = (function* () {
      yield { x };
      throw new Error('no more');
    })();
    await expect(model.recomputeStatistics(broken)).rejects.toThrow('no more');
    expect(await state()).toEqual(before);
    await model.recomputeStatistics(x, { batchSize: 5 });
    const after = await state();
    model.variables.forEach(({ name }, at) => {
      if (name.startsWith('moving')) expect(after[at]).not.toEqual(before[at]);
      else expect(after[at]).toEqual(before[at]);
    });
    await expect(model.recomputeStatistics()).rejects.toThrow('there is no data');
    await expect(unit().recomputeStatistics()).resolves.toBeUndefined();
  });
});

// findLearningRate: the curve, the suggestion, and that nothing is changed by it.
import { describe, expect, it } from 'vitest';
import {
  findLearningRate,
  layers,
  Model,
  optimizers,
  Sequential,
  setRandomSeed,
  type Tensor,
} from '../../src/index.js';
import { smoothed, steepestDescent } from '../../src/models/loss-curve.js';
import { line, unit } from './small-models.js';

const { x, y } = line(40);
const options = { batchSize: 8, minRate: 1e-4, maxRate: 10, steps: 60 } as const;

async function stateOf(model: Model): Promise<number[][]> {
  const variables = [...model.variables, ...model.optimizer.variables];
  return Promise.all(variables.map(async ({ value }) => Array.from(await value.data(), Number)));
}

function dropping(): Sequential {
  setRandomSeed(3);
  const model = new Sequential([
    layers.input({ shape: [2] }),
    layers.dense({ units: 8, activation: 'tanh' }),
    layers.batchNormalization(),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 1 }),
  ]);
  const optimizer = new optimizers.Adam({ learningRate: 0.01, useEma: true });
  model.compile({ optimizer, loss: 'mse', metrics: ['mae'] });
  return model;
}

describe('findLearningRate', () => {
  it('raises the rate until the loss explodes, and suggests one where it falls', async () => {
    const model = unit();
    const { rates, losses, suggestion } = await findLearningRate(model, x, y, options);
    expect(rates[0]).toBe(1e-4);
    expect((rates[1] ?? 0) / (rates[0] ?? 1)).toBeCloseTo((10 / 1e-4) ** (1 / 59), 6);
    expect(losses).toHaveLength(rates.length);
    // Descent on this problem is stable up to a rate of about 1.
    expect(rates.length).toBeLessThan(60);
    expect(suggestion).toBeGreaterThan(1e-3);
    expect(suggestion).toBeLessThan(1);
    const all = await findLearningRate(model, x, y, { ...options, earlyStopThreshold: null });
    expect(all.rates).toHaveLength(60);
    expect(all.rates.at(-1)).toBeCloseTo(10, 6);
  });

  it('grows by equal differences where that is asked for', async () => {
    const { rates } = await findLearningRate(unit(), x, y, {
      mode: 'linear',
      minRate: 0.1,
      maxRate: 0.4,
      steps: 4,
    });
    rates.forEach((rate, step) => expect(rate).toBeCloseTo(0.1 * (step + 1), 9));
  });

  it('leaves everything as it was: training afterwards gives the same bits', async () => {
    const fit = { batchSize: 8, epochs: 2, verbose: 0 } as const;
    const plain = dropping();
    await plain.fit(x, y, fit);
    const before = await stateOf(plain);
    const { history: expected } = await plain.fit(x, y, fit);
    const model = dropping();
    await model.fit(x, y, fit);
    await findLearningRate(model, x, y, options);
    expect(await stateOf(model)).toEqual(before);
    expect((await model.fit(x, y, fit)).history).toEqual(expected);
    expect(await stateOf(model)).toEqual(await stateOf(plain));
  });

  it('puts everything back where a step fails', async () => {
    let steps = 0;
    class Failing extends Model<Tensor> {
      override trainStep(data: Parameters<Model['trainStep']>[0]) {
        if (steps++ === 3) throw new Error('out of patience');
        return super.trainStep(data);
      }
    }
    setRandomSeed(3);
    const input = layers.input({ shape: [2] });
    const output = layers.dense({ units: 1 }).apply(input);
    const model = new Failing({ inputs: input, outputs: output });
    // Op by op, so that every step comes by.
    model.compile({ optimizer: 'adam', loss: 'mse', runEagerly: true });
    model.optimizer.build(model.trainableWeights);
    const before = await stateOf(model);
    await expect(findLearningRate(model, x, y, options)).rejects.toThrow('out of patience');
    expect(steps).toBe(4);
    expect(await stateOf(model)).toEqual(before);
    expect(await model.optimizer.readLearningRate()).toBeCloseTo(0.001, 9);
  });

  it('builds models, starts data anew, and ends with data that cannot be', async () => {
    const model = new Sequential([layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const { rates } = await findLearningRate(model, x, y, { steps: 5, batchSize: 40 });
    expect(rates).toHaveLength(5);
    const once = (function* () {
      yield { x, y };
      yield { x, y };
    })();
    const short = await findLearningRate(model, once, { steps: 5 });
    expect(short.rates).toHaveLength(2);
    expect(short.suggestion).toBeUndefined();
  });

  it('refuses schedules, odd options and models that were not compiled', async () => {
    const schedule = new optimizers.schedules.CosineDecay({
      initialLearningRate: 0.1,
      decaySteps: 10,
    });
    const model = unit({ optimizer: new optimizers.SGD({ learningRate: schedule }) });
    await expect(findLearningRate(model, x, y)).rejects.toThrow('follows a schedule');
    const wrong = [
      { minRate: 1, maxRate: 1 },
      { steps: 0 },
      { skipBegin: -1 },
      { earlyStopThreshold: 1 },
    ];
    for (const given of wrong) {
      await expect(findLearningRate(unit(), x, y, given)).rejects.toThrow('leave');
    }
    const other = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
    await expect(findLearningRate(other, x, y)).rejects.toThrow('compiled first');
  });
});

describe('curves', () => {
  it('are smoothed by running means corrected for their start', () => {
    expect(smoothed([2, 2, 2]).every((value) => Math.abs(value - 2) < 1e-12)).toBe(true);
    expect(smoothed([1, 0])[1]).toBeCloseTo(0.98 / 1.98, 12);
  });

  it('fall fastest where the difference of the neighbours is least', () => {
    expect(steepestDescent([5, 5, 4, 1, 0.5, 9], 0, 0)).toBe(2);
    expect(steepestDescent([9, 0, 4, 3.9, 3.7, 9], 2, 1)).toBe(4);
    expect(steepestDescent([1, 2, 3], 0, 0)).toBeUndefined();
    expect(steepestDescent([3, 2], 1, 1)).toBeUndefined();
  });
});

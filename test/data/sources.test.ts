// Everything that fit, evaluate and predict take as data.
import { describe, expect, it, vi } from 'vitest';
import { permutation } from '../../src/data/permutation.js';
import { data, layers, Model, type Tensor, tensor } from '../../src/index.js';
import { line, twoOutputs, unit, valuesOf } from '../training/small-models.js';

const quiet = { verbose: 0 } as const;
const { x, y } = line(12);

/** Batches of four, as a generator. */
function* batches(): Generator<{ x: Tensor; y: Tensor }> {
  for (let from = 0; from < x.length; from += 4) {
    yield { x: tensor(x.slice(from, from + 4)), y: tensor(y.slice(from, from + 4)) };
  }
}

async function* slowBatches(): AsyncGenerator<[number[][], number[][]]> {
  for (let from = 0; from < x.length; from += 4) {
    await Promise.resolve();
    yield [x.slice(from, from + 4), y.slice(from, from + 4)];
  }
}

async function weightsAfter(train: (model: ReturnType<typeof unit>) => Promise<unknown>) {
  const model = unit();
  await train(model);
  return valuesOf(model);
}

describe('data for fit', () => {
  const options = { ...quiet, epochs: 2, batchSize: 4, shuffle: false } as const;
  const perEpoch = { ...quiet, epochs: 2 } as const;

  it('may be arrays, tensors, generators, async iterables or indexed batches', async () => {
    const expected = await weightsAfter((model) => model.fit(x, y, options));
    const indexed = {
      length: 3,
      getItem: (index: number) => ({
        x: x.slice(index * 4, index * 4 + 4),
        y: y.slice(index * 4, index * 4 + 4),
      }),
    };
    const ways: ((model: ReturnType<typeof unit>) => Promise<unknown>)[] = [
      (model) => model.fit(tensor(x), tensor(y), options),
      (model) => model.fit(x, y.flat(), options),
      (model) => model.fit(x, new Float32Array(y.flat()), options),
      (model) => model.fit(batches, perEpoch),
      (model) => model.fit(slowBatches, perEpoch),
      (model) => model.fit(indexed, { ...perEpoch, shuffle: false }),
      (model) => model.fit([...batches()].values(), { ...quiet, epochs: 1 }),
    ];
    const found = [];
    for (const way of ways) found.push(await weightsAfter(way));
    const once = await weightsAfter((model) => model.fit(x, y, { ...options, epochs: 1 }));
    for (const weights of found.slice(0, -1)) expect(weights).toEqual(expected);
    expect(found.at(-1)).toEqual(once);
  });

  it('may be lists and records of arrays for several inputs', async () => {
    const make = (): Model => {
      const left = layers.input({ shape: [1], name: 'left' });
      const right = layers.input({ shape: [2], name: 'right' });
      const joined = layers.concatenate().apply([left, right]);
      const outputs = layers.dense({ units: 1, kernelInitializer: 'ones' }).apply(joined);
      const model = new Model({ inputs: { left, right }, outputs });
      model.compile({ optimizer: 'sgd', loss: 'mse' });
      return model;
    };
    const model = make();
    const inputs = {
      left: [[1], [2]],
      right: [
        [3, 4],
        [5, 6],
      ],
    };
    await model.fit(inputs, [1, 2], quiet);
    const fresh = make();
    const predicted = await fresh.predict(inputs, quiet);
    expect(await predicted.array()).toEqual([[8], [13]]);
  });

  it('goes on where stepsPerEpoch cut the last epoch', async () => {
    const seen: number[] = [];
    function* endless() {
      for (let count = 0; ; count++) {
        seen.push(count);
        yield { x: [[count, 0]], y: [[count]] };
      }
    }
    await unit().fit(endless, { ...quiet, epochs: 3, stepsPerEpoch: 2 });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('warns and stops where the data ends early', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const history = await unit().fit(batches(), { ...quiet, epochs: 5, stepsPerEpoch: 2 });
    expect(history.epoch).toEqual([0, 1]);
    expect(warn.mock.calls[0]?.[0]).toContain('the data ended after 1 of 2 steps');
    warn.mockRestore();
  });

  it('keeps the smaller last batch', async () => {
    const sizes: number[] = [];
    const model = unit({
      loss: (yTrue: Tensor, yPred: Tensor) => {
        sizes.push(yTrue.shape[0] ?? 0);
        return yPred.sub(yTrue).square().mean({ axis: -1 });
      },
      runEagerly: true,
    });
    await model.fit(x.slice(0, 5), y.slice(0, 5), { ...quiet, batchSize: 2 });
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('may be validated with data of any of these kinds', async () => {
    for (const validationData of [[x, y] as const, { x, y }, batches]) {
      const { history } = await unit().fit(x, y, { ...quiet, validationData });
      expect(history['val_loss']).toHaveLength(1);
    }
  });
});

describe('predict and evaluate', () => {
  it('predict puts batches together', async () => {
    const model = unit();
    const whole = await model.predict(x, { ...quiet, batchSize: 12 });
    const parts = await model.predict(x, { ...quiet, batchSize: 5 });
    expect(parts.shape).toEqual([12, 1]);
    expect(await parts.array()).toEqual(await whole.array());
  });

  it('predict returns the structure of the outputs', async () => {
    const [height, kind] = await twoOutputs().predict(x, quiet);
    expect([height?.shape, kind?.shape]).toEqual([
      [12, 1],
      [12, 3],
    ]);
  });

  it('evaluate gives the same for arrays and datasets', async () => {
    const model = unit({ metrics: ['mae'] });
    const expected = await model.evaluate(x, y, { ...quiet, batchSize: 4 });
    expect(await model.evaluate(batches, quiet)).toEqual(expected);
    const first = await model.evaluate(x, y, { ...quiet, batchSize: 4, steps: 1 });
    expect(first).toEqual(await model.evaluate(x.slice(0, 4), y.slice(0, 4), quiet));
  });

  it('single batches are reported on alone, as in Keras', async () => {
    const model = unit();
    const second = await model.testOnBatch(x.slice(4, 12), y.slice(4, 12));
    const first = await model.testOnBatch(x.slice(0, 4), y.slice(0, 4));
    expect(first['loss']).not.toBeCloseTo(second['loss'] ?? 0, 2);
    expect(await model.testOnBatch(x.slice(4, 12), y.slice(4, 12))).toEqual(second);
    const before = await valuesOf(model);
    await model.trainOnBatch(x, y);
    expect(await valuesOf(model)).not.toEqual(before);
    expect((await model.predictOnBatch(x)).shape).toEqual([12, 1]);
  });
});

describe('data helpers', () => {
  it('permutation is the same for a seed, complete and mixed', () => {
    const order = permutation(1000, 3);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(permutation(1000, 3)).toEqual(order);
    expect(permutation(1000, 4)).not.toEqual(order);
    // Mixed: the places of neighbours have nothing to do with each other.
    const steps = [...order].map((value, i) => Math.abs(value - (order[i + 1] ?? 0)));
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(mean).toBeGreaterThan(280);
    expect(mean).toBeLessThan(390);
  });

  it('every place is equally likely', () => {
    const firsts = new Array<number>(5).fill(0);
    for (let seed = 0; seed < 5000; seed++) {
      const first = permutation(5, seed)[0] ?? 0;
      firsts[first] = (firsts[first] ?? 0) + 1;
    }
    for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it('toCategorical makes rows with one 1', async () => {
    const rows = await data.toCategorical(tensor([[2], [0]]), 4);
    expect(await rows.array()).toEqual([
      [0, 0, 1, 0],
      [1, 0, 0, 0],
    ]);
    await expect(data.toCategorical([0, 3], 3)).rejects.toThrow('3 at position 1');
  });

  it('trainTestSplit keeps inputs and targets together', async () => {
    const inputs = Array.from({ length: 10 }, (_, i) => [i, i]);
    const { train, test } = await data.trainTestSplit(
      inputs,
      inputs.map(([i = 0]) => i),
      {
        testSize: 0.3,
        seed: 1,
      },
    );
    const rows = async (tree: unknown): Promise<number[]> =>
      tree instanceof Object && 'data' in tree ? [...(await (tree as Tensor).data())] : [];
    const labels = [...(await rows(train.y)), ...(await rows(test.y))];
    const pairs = [...(await rows(train.x)), ...(await rows(test.x))];
    expect(labels).toHaveLength(10);
    expect(pairs.filter((_, i) => i % 2 === 0)).toEqual(labels);
    expect([...labels].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

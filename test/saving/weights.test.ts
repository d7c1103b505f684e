// What lies in a weights file and what becomes of it: dtypes, optimizers, snapshots.
import { describe, expect, it, vi } from 'vitest';
import { FormatError, layers, Sequential, tensor, Variable } from '../../src/index.js';
import { checkFits, tensorFor } from '../../src/saving/file-arrays.js';
import type { FileArray } from '../../src/saving/hdf5/read.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { collectWeights } from '../../src/saving/weights.js';

function compiled(): Sequential {
  const model = new Sequential([layers.input({ shape: [3] }), layers.dense({ units: 2 })]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  return model;
}

const x = tensor([[1, 2, 3]]);
const y = tensor([[0, 1]]);

describe('arrays of files', () => {
  it.each<[string, FileArray]>([
    ['int64', { shape: [2], dtype: 'int64', values: BigInt64Array.of(7n, -3n) }],
    ['int32', { shape: [2], dtype: 'int32', values: Int32Array.of(7, -3) }],
    ['float64', { shape: [2], dtype: 'float64', values: Float64Array.of(7, -3) }],
    ['bfloat16', { shape: [2], dtype: 'bfloat16', values: Uint16Array.of(0x40e0, 0xc040) }],
    ['float16', { shape: [2], dtype: 'float16', values: Uint16Array.of(0x4700, 0xc200) }],
  ])('%s becomes what the variable holds', async (_name, array) => {
    for (const dtype of ['float32', 'int32', 'float64'] as const) {
      const variable = new Variable(tensor([0, 0], dtype));
      checkFits(variable, array);
      expect(Array.from(await tensorFor(variable, array).data())).toEqual([7, -3]);
    }
  });

  it('that would lose something are refused', () => {
    const count = new Variable(tensor([0], 'int32'));
    for (const value of [2 ** 31, 0.5, Number.NaN]) {
      const array: FileArray = { shape: [1], dtype: 'float64', values: Float64Array.of(value) };
      expect(() => checkFits(count, array)).toThrow(FormatError);
    }
  });
});

describe('optimizers in files', () => {
  it('that never took a step come back without a warning', async () => {
    const warn = vi.spyOn(console, 'warn');
    const model = compiled();
    const copy = await modelFromBytes(await modelToBytes(model));
    await model.trainOnBatch(x, y);
    await copy.trainOnBatch(x, y);
    expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('keep a learning rate that was changed', async () => {
    const model = compiled();
    await model.trainOnBatch(x, y);
    model.optimizer.learningRate = 0.25;
    const copy = await modelFromBytes(await modelToBytes(model));
    expect(await copy.optimizer.readLearningRate()).toBe(0.25);
  });
});

describe('collecting weights', () => {
  it('takes a snapshot, whatever training does meanwhile', async () => {
    const model = compiled();
    const before = await Promise.all(model.weights.map((weight) => weight.value.data()));
    const collecting = collectWeights(model);
    for (const weight of model.weights) weight.assign(weight.value.add(1));
    const { arrays } = await collecting;
    expect([...arrays.values()].map(({ values }) => values)).toEqual(before);
  });
});

// What happens inside calls: losses, masks, statistics, precision, errors.

import { beforeEach, describe, expect, it } from 'vitest';
import {
  clearSession,
  layers,
  Model,
  ops,
  Sequential,
  ShapeError,
  setRandomSeed,
  type Tensor,
  tensor,
  valueAndGradient,
} from './exports.js';
import { messageOf } from './message-of.js';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

describe('losses of layers', () => {
  it('adds penalties of weights and outputs as Keras does', async () => {
    const model = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({
        units: 1,
        kernelInitializer: 'ones',
        kernelRegularizer: { class_name: 'L2', config: { l2: 0.1 } },
        activityRegularizer: { class_name: 'L1', config: { l1: 0.01 } },
      }),
    ]);
    model.apply(
      tensor([
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    );
    const values = await Promise.all(model.losses.map((loss) => loss.item()));
    expect(values.map((value) => Number(value.toFixed(5)))).toEqual([0.02, 0.2]);
    model.trainable = false;
    expect(model.losses.length).toBe(1);
  });
});

describe('masks', () => {
  it('travel from an embedding to a mean over time', async () => {
    const model = new Sequential([
      layers.embedding({ inputDim: 4, outputDim: 2, maskZero: true }),
      layers.dense({ units: 2 }),
      layers.globalAveragePooling1d(),
    ]);
    const padded = model.apply(tensor([[1, 2, 0, 0]], 'int32'));
    const short = model.apply(tensor([[1, 2]], 'int32'));
    const [a, b] = [await padded.data(), await short.data()];
    for (const [index, value] of a.entries()) expect(value).toBeCloseTo(b[index] ?? 0, 6);
  });

  it('are combined where branches meet', async () => {
    const masking = layers.masking();
    const x = tensor([[[1], [0], [2]]]);
    const sum = layers.add().apply([masking.apply(x), masking.apply(x)]);
    expect(await layers.globalAveragePooling1d().apply(sum).array()).toEqual([[3]]);
  });
});

describe('frozen batch normalization', () => {
  it('uses moving statistics and leaves them alone', async () => {
    const layer = layers.batchNormalization({ epsilon: 0 });
    layer.trainable = false;
    const y = layer.apply(tensor([[1], [3]]), { training: true });
    expect(await y.array()).toEqual([[1], [3]]);
    expect(await layer.weights[2]?.value.array()).toEqual([0]);
  });

  it('moves its statistics by the golden numbers', async () => {
    const layer = layers.batchNormalization();
    layer.apply(
      tensor([
        [1, 2],
        [3, 6],
      ]),
      { training: true },
    );
    const round = async (index: number) =>
      Array.from((await layer.weights[index]?.value.data()) ?? []).map((v) => Number(v.toFixed(4)));
    expect(await round(2)).toEqual([0.02, 0.04]);
    expect(await round(3)).toEqual([1, 1.03]);
  });
});

describe('mixed precision', () => {
  it('computes in 16 bits and keeps weights and gradients in 32', () => {
    const layer = layers.dense({ units: 2, dtype: 'mixed_bfloat16' });
    const y = layer.apply(tensor([[1, 2]]));
    expect(y.dtype).toBe('bfloat16');
    expect(layer.weights.map((weight) => weight.dtype)).toEqual(['float32', 'float32']);
    const { gradients } = valueAndGradient(
      () => ops.sum(ops.cast(layer.apply(tensor([[1, 2]])), 'float32')),
      layer.trainableWeights,
    );
    expect(gradients.map((gradient) => gradient?.dtype)).toEqual(['float32', 'float32']);
  });
});

describe('errors', () => {
  it('say in which layer of which model they happened', () => {
    const block = new Sequential([layers.dense({ units: 1, name: 'head' })], { name: 'block_2' });
    const model = new Sequential([block], { name: 'encoder' });
    model.build([null, 4]);
    class Wrong extends Model {
      readonly encoder = model;
      protected override call(x: Tensor): Tensor {
        return this.encoder.getLayer('block_2').apply(x) as Tensor;
      }
    }
    const message = messageOf(() => new Wrong({ name: 'outer' }).apply(tensor([[1, 2, 3]])));
    expect(message.split(':')[0]).toBe('outer/block_2/Dense "head"');
    const deep = new Sequential([
      layers.input({ shape: [4] }),
      layers.dense({ units: 1, name: 'head' }),
    ]);
    const head = deep.getLayer('head');
    expect(() => head.apply(tensor([[1, 2, 3]]))).toThrow(ShapeError);
    expect(messageOf(() => head.apply(tensor([[1, 2, 3]])))).toBe(
      [
        'Dense "head": input 0 does not fit the layer.',
        '  expected size 4 in axis -1   received shape [1, 3]',
        '  To fix: reshape the input, or build a new layer for inputs of this shape.',
      ].join('\n'),
    );
  });

  it('name the nearest valid option, layer, activation and initializer', () => {
    const wrong = { units: 1, usebias: true } as { units: number };
    expect(messageOf(() => layers.dense(wrong))).toContain('did you mean "useBias"?');
    expect(messageOf(() => layers.dense({ units: 1, activation: 'rellu' }))).toContain('"relu"');
    const bad = () => layers.dense({ units: 1, kernelInitializer: 'glorotunifrm' });
    expect(messageOf(bad)).toContain('"GlorotUniform"');
    const model = new Sequential([layers.dense({ units: 1, name: 'head' })]);
    expect(messageOf(() => model.getLayer('haed'))).toContain('did you mean "head"?');
  });

  it('tell one tensor from a list', () => {
    const x = tensor([[1, 2]]);
    for (const layer of [
      layers.dropout({ rate: 0.1 }),
      layers.reLU(),
      layers.batchNormalization(),
    ]) {
      expect(messageOf(() => layer.apply([x, x]))).toContain('the number of inputs is wrong');
    }
  });

  it('tell plain arrays from tensors', () => {
    const call = () => layers.dense({ units: 1 }).apply([]);
    expect(messageOf(call)).toContain('layer.apply(tensor(values))');
  });
});

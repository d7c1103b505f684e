// Adaptive pooling, wrappers, noise and embeddings that go backwards: the tests of all layers, and
// what else each of them promises.
import { describe, expect, it } from 'vitest';
import {
  clearSession,
  deserializeLayer,
  layers,
  Model,
  maskOf,
  random,
  Sequential,
  serializeLayer,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { modelToBytes } from '../../src/saving/model-file.js';
import { checkLayer } from '../harness/check-layer.js';

for (const [name, make, inputs, output] of [
  ['adaptiveAveragePooling1d', layers.adaptiveAveragePooling1d, [2, 7, 3], [2, 4, 3]],
  ['adaptiveMaxPooling1d', layers.adaptiveMaxPooling1d, [2, 8, 3], [2, 4, 3]],
  ['adaptiveAveragePooling2d', layers.adaptiveAveragePooling2d, [2, 5, 6, 3], [2, 4, 4, 3]],
  ['adaptiveMaxPooling2d', layers.adaptiveMaxPooling2d, [2, 5, 3, 3], [2, 4, 4, 3]],
  ['adaptiveAveragePooling3d', layers.adaptiveAveragePooling3d, [1, 5, 6, 7, 2], [1, 4, 4, 4, 2]],
  ['adaptiveMaxPooling3d', layers.adaptiveMaxPooling3d, [1, 4, 8, 8, 2], [1, 4, 4, 4, 2]],
] as const) {
  checkLayer(name, () => make({ outputSize: 4 }), { inputs: [inputs], output });
}
checkLayer(
  'adaptiveMaxPooling2d channels first',
  () => layers.adaptiveMaxPooling2d({ outputSize: [2, 3], dataFormat: 'channelsFirst' }),
  { inputs: [[2, 3, 5, 4]], output: [2, 3, 2, 3] },
);
checkLayer('alphaDropout', () => layers.alphaDropout({ rate: 0.3, seed: 1 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  random: true,
  refuses: null,
});
checkLayer('activityRegularization', () => layers.activityRegularization({ l1: 0.1, l2: 0.2 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer(
  'reversibleEmbedding',
  () => layers.reversibleEmbedding({ inputDim: 5, outputDim: 3, maskZero: true }),
  { inputs: [[2, 4]], output: [2, 4, 3], weights: 1, params: 15, below: 5, refuses: null },
);
checkLayer(
  'spectralNormalization',
  () => layers.spectralNormalization({ layer: layers.dense({ units: 4 }), powerIterations: 2 }),
  { inputs: [[2, 3]], output: [2, 4], weights: 3, params: 20, refuses: [2, 4] },
);

describe('alphaDropout', () => {
  it('keeps mean and variance of normal numbers', async () => {
    const x = random.normal([20_000], { seed: 3 });
    const y = layers.alphaDropout({ rate: 0.25, seed: 5 }).apply(x, { training: true });
    expect(await y.mean().item()).toBeCloseTo(0, 1);
    expect(await y.sub(y.mean()).square().mean().item()).toBeCloseTo(1, 1);
  });

  it('gives dropped values one number, and kept ones a line', async () => {
    const x = tensor(Array.from({ length: 400 }, (_, index) => index / 100));
    const y = await layers.alphaDropout({ rate: 0.5, seed: 1 }).apply(x, { training: true }).data();
    const floor = -1.7580993408473766;
    const factor = (0.5 * (1 + 0.5 * floor ** 2)) ** -0.5;
    const shift = -factor * floor * 0.5;
    const dropped = y.filter((value) => Math.abs(value - (factor * floor + shift)) < 1e-5).length;
    expect(dropped).toBeGreaterThan(150);
    expect(dropped).toBeLessThan(250);
    for (const [index, value] of y.entries()) {
      const kept = factor * (index / 100) + shift;
      expect(
        Math.min(Math.abs(value - kept), Math.abs(value - factor * floor - shift)),
      ).toBeLessThan(1e-5);
    }
  });
});

describe('spectralNormalization', () => {
  it('brings the largest singular value to 1 in training, and leaves it alone else', async () => {
    const dense = layers.dense({ units: 2, kernelInitializer: 'zeros', useBias: false });
    const layer = layers.spectralNormalization({ layer: dense, powerIterations: 50 });
    const x = tensor([[1, 1]]);
    layer.apply(x);
    const [kernel] = dense.weights;
    layer.apply(x, { training: true });
    expect(await kernel?.value.array()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    kernel?.assign(
      tensor([
        [3, 0],
        [0, -5],
      ]),
    );
    layer.apply(x);
    expect(await kernel?.value.array()).toEqual([
      [3, 0],
      [0, -5],
    ]);
    layer.apply(x, { training: true });
    const after = (await kernel?.value.data()) ?? [];
    for (const [index, value] of [0.6, 0, 0, -1].entries())
      expect(after[index]).toBeCloseTo(value, 5);
  });

  it('refuses layers without a kernel', () => {
    const layer = layers.spectralNormalization({ layer: layers.flatten() });
    expect(() => layer.apply(tensor([[1]]))).toThrow('Flatten has no kernel to normalize');
    expect(() => layers.spectralNormalization({ layer: 3 as never })).toThrow('is no layer');
    const dense = layers.dense({ units: 1 });
    expect(() => layers.spectralNormalization({ layer: dense, powerIterations: 0 })).toThrow(
      'powerIterations',
    );
  });
});

describe('reversibleEmbedding', () => {
  it('goes there and back in a model that comes back from its config', async () => {
    const ids = layers.input({ shape: [3], dtype: 'int32' });
    const table = layers.reversibleEmbedding({
      inputDim: 6,
      outputDim: 6,
      embeddingsInitializer: 'identity',
      maskZero: true,
    });
    const model = new Model({
      inputs: ids,
      outputs: table.apply(table.apply(ids), { reverse: true }),
    });
    const copy = deserializeLayer(serializeLayer(model));
    copy.setWeights(model.getWeights());
    const scores = copy.apply(tensor([[0, 2, 5]], 'int32')) as Tensor;
    expect(await scores.argMax({ axis: -1 }).array()).toEqual([[0, 2, 5]]);
  });

  it('has a mask on the way there only', async () => {
    const table = layers.reversibleEmbedding({ inputDim: 6, outputDim: 2, maskZero: true });
    const vectors = table.apply(tensor([[0, 2]], 'int32'));
    expect(await maskOf(vectors)?.array()).toEqual([[false, true]]);
    expect(maskOf(table.apply(vectors, { reverse: true }))).toBeUndefined();
  });
});

describe('a function as a layer', () => {
  it('trains inside a model, which cannot be saved', async () => {
    clearSession();
    const model = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({ units: 2 }),
      layers.fromFunction((x: Tensor) => x.square(), { name: 'squares' }),
    ]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const before = await model.weights[0]?.value.array();
    await model.trainOnBatch(tensor([[1, 2]]), tensor([[3, 4]]));
    expect(await model.weights[0]?.value.array()).not.toEqual(before);
    await expect(modelToBytes(model)).rejects.toThrow(
      'FunctionLayer "squares": a layer made of a function cannot be saved',
    );
    expect(() => model.toJson()).toThrow('write a class that extends Layer');
  });

  it('is given training and masks', async () => {
    const layer = layers.fromFunction((x: Tensor, { training }) => (training ? x.mul(2) : x));
    expect(await layer.apply(tensor([1]), { training: true }).array()).toEqual([2]);
    expect(await layer.apply(tensor([1])).array()).toEqual([1]);
  });
});

it('refuses output sizes that do not fit', () => {
  expect(() => layers.adaptiveMaxPooling2d({ outputSize: [1, 2, 3] })).toThrow(
    'outputSize does not fit 2 axes',
  );
  expect(() => layers.adaptiveMaxPooling1d({ outputSize: 0 })).toThrow(
    'a whole number of at least 1',
  );
});

it('activityRegularization adds its penalty to the loss, by the batch', async () => {
  const layer = layers.activityRegularization({ l1: 1, l2: 10 });
  layer.apply(
    tensor([
      [1, -3],
      [0, 2],
    ]),
  );
  expect(await layer.losses[0]?.item()).toBeCloseTo((6 + 140) / 2, 4);
});

it('unitNormalization divides by lengths down to 1e-12, as Keras', async () => {
  const layer = layers.unitNormalization();
  for (const [size, first] of [
    [1e-5, 0.6],
    [1e-7, 0.6],
    [1e-10, 0.6],
    [1e-13, 0.3],
    [0, 0],
  ] as const) {
    const [row] = (await layer.apply(tensor([[3 * size, 4 * size]])).array()) as number[][];
    expect(row?.[0]).toBeCloseTo(first, 6);
    expect(row?.[1]).toBeCloseTo((first * 4) / 3, 6);
  }
});

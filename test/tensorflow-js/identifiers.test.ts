// Names of losses, metrics, optimizers and regularizers mean what they mean in TensorFlow.js, whose
// numbers (4.22) these are.
import { describe, expect, it } from 'vitest';
import * as tf from '../../src/tfjs/index.js';

function some(count: number, from = 1, scale = 1): number[] {
  return Array.from(
    { length: count },
    (_, index) => (Math.round(Math.sin(1.7 * (index + from)) * 2000) / 2000) * scale,
  );
}

function withWeights<T extends tf.LayersModel>(model: T): T {
  model.setWeights(
    model.getWeights().map((w, at) => tf.tensor(some(w.size, at + 1, 0.4), w.shape)),
  );
  return model;
}

function near(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [at, value] of wanted.entries()) expect(found?.[at]).toBeCloseTo(value, 4);
}

function classifier(): tf.Sequential {
  const layer = tf.layers.dense({ units: 3, inputShape: [2], activation: 'softmax' });
  return withWeights(tf.sequential({ layers: [layer] }));
}

const quiet = { epochs: 2, shuffle: false } as const;

describe('losses', () => {
  it.each([
    ['hinge', [0.8801364, 0.8774505]],
    ['squaredHinge', [0.8055148, 0.8006264]],
    ['cosineProximity', [-0.5986097, -0.6630585]],
  ] as const)('%s', async (loss, wanted) => {
    const model = classifier();
    model.compile({ optimizer: tf.train.sgd(0.5), loss });
    const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), 3);
    const x = tf.tensor2d(some(8), [4, 2]);
    const { history } = await model.fit(x, y, { ...quiet, batchSize: 3 });
    near(history.loss, wanted);
  });
});

describe('optimizers and regularizers', () => {
  it('have their own rates and factors', async () => {
    const model = classifier();
    model.compile({ optimizer: 'adagrad', loss: 'sparseCategoricalCrossentropy' });
    const y = tf.tensor2d([0, 1, 2, 0, 1, 2], [6, 1]);
    const { history } = await model.fit(tf.tensor2d(some(12), [6, 2]), y, quiet);
    near(history.loss, [1.1712153, 1.1694634]);
    const { l1, l2 } = tf.regularizers.l1l2({ l1: 0.5 });
    expect([l1, l2]).toEqual([0.5, 0.01]);
  });
});

describe('metrics', () => {
  it('serve each output, by their names', async () => {
    const x = tf.input({ shape: [3] });
    const outputs = [
      tf.layers.dense({ units: 1, name: 'aa' }).apply(x),
      tf.layers.dense({ units: 2, name: 'bb', activation: 'sigmoid' }).apply(x),
    ] as tf.SymbolicTensor[];
    const model = withWeights(tf.model({ inputs: x, outputs }));
    const loss = ['meanSquaredError', 'binaryCrossentropy'];
    model.compile({ optimizer: tf.train.rmsprop(0.01), loss, metrics: ['mae', 'cosine'] });
    const y = [tf.tensor2d(some(4), [4, 1]), tf.tensor2d([1, 0, 0, 1, 1, 0, 0, 1], [4, 2])];
    const names = ['aa_mae', 'aa_cosine', 'bb_mae', 'bb_cosine'];
    expect(model.metricsNames).toEqual(['loss', 'aa_loss', 'bb_loss', ...names]);
    const found = await model.trainOnBatch(tf.tensor2d(some(12), [4, 3]), y);
    expect(found).toHaveLength(7);
    const [total = 0, first = 0, second = 0] = [found].flat();
    expect(total).toBeCloseTo(first + second, 5);
  });
});

describe('what stands around layers', () => {
  it('an input layer with the options of a layer, stateful layers begin anew', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.inputLayer({ batchInputShape: [1, 3, 2] }),
        tf.layers.simpleRNN({ units: 2, stateful: true }),
      ],
    });
    const answer = (): number[] => [
      ...(withWeights(model).predict(tf.ones([1, 3, 2])) as tf.Tensor).dataSync(),
    ];
    const first = answer();
    near(first, [-0.222639, 0.488738]);
    near(answer(), [-0.2218305, 0.4855578]);
    model.resetStates();
    near(answer(), first);
  });

  it('buffers know places', () => {
    const buffer = tf.tensor2d([1, 2, 3, 4], [2, 2]).bufferSync();
    expect([buffer.strides, buffer.locToIndex([1, 1]), buffer.indexToLoc(2)]).toEqual([
      [2],
      3,
      [1, 0],
    ]);
  });
});

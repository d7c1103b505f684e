// Training as programs for TensorFlow.js do it: answers at once, its names in logs, its rules. Numbers are
// those that TensorFlow.js 4.22 gave for the same programs.
import { describe, expect, it } from 'vitest';
import * as tf from '../../src/tfjs/index.js';

/** Numbers that are neither round nor equal. */
function some(count: number, from = 1, scale = 1): number[] {
  return Array.from(
    { length: count },
    (_, index) => (Math.round(Math.sin(1.7 * (index + from)) * 2000) / 2000) * scale,
  );
}

/** Weights that do not depend on a random generator. */
function setFixed(model: tf.LayersModel): void {
  model.setWeights(
    model.getWeights().map((weight, at) => tf.tensor(some(weight.size, at + 1, 0.4), weight.shape)),
  );
}

function numbers(x: tf.Tensor | tf.Tensor[]): number[] {
  return [x].flat().flatMap((one) => [...one.dataSync()]);
}

function near(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [at, value] of wanted.entries()) expect(found[at]).toBeCloseTo(value, 4);
}

const xs = tf.tensor2d(some(36), [12, 3]);
const classes = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], 'int32'), 3);

function classifier(): tf.Sequential {
  const model = tf.sequential({
    layers: [tf.layers.dense({ units: 3, activation: 'softmax', inputShape: [3] })],
  });
  setFixed(model);
  return model;
}

describe('gradients through tidy', () => {
  it('what tidy makes inside is there on the way back', () => {
    const slope = tf.grad((x) => tf.tidy(() => x.mul(x.square())).sum());
    near(numbers(slope(tf.tensor1d([1, 2]))), [3, 12]);
    expect(() => tf.tidy(() => Promise.resolve(1))).toThrow('promise');
  });

  it('steps of an optimizer leave nothing in memory', () => {
    const w = tf.variable(tf.scalar(0.5));
    const x = tf.tensor1d([1, 2, 3]);
    const optimizer = tf.train.sgd(0.1);
    const step = (): void => {
      optimizer.minimize(() =>
        tf
          .tidy(() => w.mul(x))
          .square()
          .mean(),
      );
    };
    step();
    const before = tf.memory().numTensors;
    for (let count = 0; count < 5; count++) step();
    expect(tf.memory().numTensors).toBe(before);
    expect(w.dataSync()[0]).toBeCloseTo(0.5 * (1 - 0.2 * (14 / 3)) ** 6, 5);
  });

  it('gradients may be renamed into another record; layers of one kind do not collide', () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [3] }), tf.layers.dense({ units: 1 })],
    });
    const { grads } = tf.variableGrads(() => (model.predict(xs) as tf.Tensor).square().mean());
    expect(Object.keys(grads)).toHaveLength(4);
    tf.train.adam(0.1).applyGradients({ ...grads });
    const chosen = tf.variableGrads(
      () => (model.apply(xs) as tf.Tensor).mean(),
      model.getWeights().slice(0, 1),
    );
    expect(Object.keys(chosen.grads)).toHaveLength(1);
  });
});

describe('models', () => {
  it('predict and evaluate at once, batch by batch', () => {
    const model = classifier();
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const whole = model.predict(xs) as tf.Tensor;
    const parts = model.predict(xs, { batchSize: 5 }) as tf.Tensor;
    expect(parts.shape).toEqual([12, 3]);
    near(numbers(parts), numbers(whole));
    const results = model.evaluate(xs, classes, { batchSize: 5 });
    near(numbers(results), [1.2522149, 1 / 3]);
    expect(model.metricsNames).toEqual(['loss', 'acc']);
    expect(() => model.predict(xs, { batchSize: 0 })).toThrow('batchSize');
  });

  it('logs of a batch are of that batch, those of an epoch the mean', async () => {
    const model = classifier();
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const batches: tf.Logs[] = [];
    const { history } = await model.fit(xs, classes, {
      epochs: 1,
      batchSize: 5,
      shuffle: false,
      callbacks: {
        onBatchEnd: (_batch, logs) => void batches.push(logs),
        onYield: () => undefined,
      },
    });
    expect(batches.map(({ batch, size }) => [batch, size])).toEqual([
      [0, 5],
      [1, 5],
      [2, 2],
    ]);
    near(
      batches.map(({ loss }) => loss ?? 0),
      [1.325304, 1.0266992, 1.6316665],
    );
    expect(Object.keys(history).sort()).toEqual(['acc', 'loss']);
    const mean = batches.reduce((sum, { loss, size }) => sum + (loss ?? 0) * (size ?? 0), 0) / 12;
    near([mean, history['loss']?.[0] ?? 0], [1.2519457, 1.2519457]);
    await expect(
      model.fit(xs, classes, { callbacks: { onEpochEnds: () => undefined } as object }),
    ).rejects.toThrow('onEpochEnd');
  });

  it('lists weights that are trained first; penalties belong to training', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.batchNormalization({ inputShape: [3] }),
        tf.layers.dense({
          units: 1,
          kernelInitializer: 'ones',
          kernelRegularizer: tf.regularizers.l2({ l2: 1 }),
        }),
      ],
    });
    expect(model.getWeights().map(({ shape }) => shape)).toEqual([[3], [3], [3, 1], [1], [3], [3]]);
    model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' });
    const y = tf.zeros([12, 1]);
    const [loss = 0] = numbers(model.evaluate(xs, y));
    near([loss], numbers((model.predict(xs) as tf.Tensor).square().mean()));
    expect(await model.trainOnBatch(xs, y)).not.toBeCloseTo(loss, 2);
  });

  it('a model at the head of a stack says what goes in', () => {
    const head = tf.sequential({ layers: [classifier() as tf.layers.Layer] });
    head.add(tf.layers.dense({ units: 2 }));
    expect(head.trainableWeights).toHaveLength(4);
    expect(head.layers[1]?.outputShape).toEqual([null, 2]);
  });

  it('masks count next to given states, and not in the loss', async () => {
    const ids = tf.input({ shape: [4] });
    const vectors = (maskZero: boolean): tf.SymbolicTensor =>
      tf.layers
        .embedding({ inputDim: 6, outputDim: 3, maskZero, inputLength: 4 })
        .apply(ids) as tf.SymbolicTensor;
    const words = vectors(true);
    const start = tf.layers.globalAveragePooling1d().apply(vectors(false)) as tf.SymbolicTensor;
    const steps = tf.layers
      .lstm({ units: 3, returnSequences: true })
      .apply(words, { initialState: [start, start] }) as tf.SymbolicTensor;
    const layer = tf.layers.dense({ units: 2, activation: 'softmax' });
    const outputs = tf.layers.timeDistributed({ layer }).apply(steps) as tf.SymbolicTensor;
    const model = tf.model({ inputs: ids, outputs });
    model.setWeights(
      model.getWeights().map((w, at) => tf.tensor(some(w.size, at + 1, 0.9), w.shape)),
    );
    model.compile({ optimizer: tf.train.sgd(1), loss: 'categoricalCrossentropy' });
    const x = tf.tensor2d([
      [1, 2, 0, 0],
      [0, 3, 0, 5],
    ]);
    const y = tf.oneHot(tf.tensor2d([0, 1, 1, 0, 1, 0, 1, 1], [2, 4], 'int32'), 2);
    expect(await model.trainOnBatch(x, y)).toBeCloseTo(0.73035, 4);
    expect(model.toJSON()).toContain('inbound_nodes');
  });
});

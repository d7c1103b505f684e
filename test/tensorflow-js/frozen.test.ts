// Models and layers that are frozen: what TensorFlow.js trains then, and what it learns, step by step.
// tools/oracle/tensorflow-js-models.mjs runs the same programs there.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setEngine } from '../../src/index.js';
import * as tf from '../../src/tfjs/index.js';
import golden from '../golden/tensorflow-js-models.json' with { type: 'json' };

const { layers } = tf;

/** Numbers that are neither round nor equal. */
function some(shape: readonly number[], from = 1): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  const values = Array.from(
    { length: size },
    (_, at) => Math.round(Math.sin(1.7 * (at + from)) * 2000) / 1000,
  );
  return tf.tensor(values, shape);
}

function fill(model: tf.LayersModel): void {
  model.setWeights(model.getWeights().map(({ shape }, at) => some(shape, 3 * at + 2).mul(0.3)));
}

function valuesOf(model: tf.LayersModel): number[][] {
  return model.getWeights().map((weight) => [...weight.dataSync()]);
}

function stack(...parts: tf.layers.Layer[]): tf.Sequential {
  return tf.sequential({ layers: parts });
}

function called(layer: { apply(x: never): unknown }, x: unknown): tf.SymbolicTensor {
  return layer.apply(x as never) as tf.SymbolicTensor;
}

function expectNear(found: readonly (readonly number[])[], wanted: readonly number[][]): void {
  expect(found.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
  for (const [row, values] of wanted.entries()) {
    for (const [at, value] of values.entries()) {
      const allowed = 1e-6 + 1e-5 * Math.abs(value);
      expect(Math.abs((found[row]?.[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(allowed);
    }
  }
}

const warn = vi.spyOn(console, 'warn');
beforeEach(() => {
  warn.mockImplementation(() => {});
});
afterEach(() => {
  warn.mockReset();
});

describe.each(['eager', 'graph'] as const)('frozen parts, %s', (engine) => {
  it('a discriminator with two heads and a generator learn in turns', async () => {
    setEngine(engine);
    const image = tf.input({ shape: [3] });
    const features = called(
      stack(
        layers.dense({ units: 4, inputShape: [3], activation: 'tanh' }),
        layers.dense({ units: 4, activation: 'tanh' }),
      ),
      image,
    );
    const heads = [
      called(layers.dense({ units: 1, activation: 'sigmoid' }), features),
      called(layers.dense({ units: 2, activation: 'softmax' }), features),
    ];
    const discriminator = tf.model({ inputs: image, outputs: heads });
    fill(discriminator);
    const loss = ['binaryCrossentropy', 'sparseCategoricalCrossentropy'];
    discriminator.compile({ optimizer: tf.train.adam(0.05), loss });
    const generator = stack(layers.dense({ units: 3, inputShape: [2] }));
    fill(generator);
    discriminator.trainable = false;
    const latent = tf.input({ shape: [2] });
    const outputs = discriminator.apply(called(generator, latent)) as tf.SymbolicTensor[];
    const combined = tf.model({ inputs: latent, outputs });
    combined.compile({ optimizer: tf.train.adam(0.05), loss });
    const [real, noise] = [some([2, 3]), some([2, 2], 5)];
    const labels = [tf.tensor2d([[1], [0]]), tf.tensor2d([[0], [1]])];
    const losses: number[][] = [];
    for (let step = 0; step < 3; step++) {
      losses.push([await discriminator.trainOnBatch(real, labels)].flat());
      losses.push([await combined.trainOnBatch(noise, labels)].flat());
    }
    expectNear(losses, golden.turns.losses);
    expectNear(valuesOf(discriminator), golden.turns.discriminator);
    expectNear(valuesOf(generator), golden.turns.generator);
    expect(discriminator.trainableWeights).toHaveLength(0);
    expect(discriminator.layers.every(({ trainable }) => trainable)).toBe(true);
    // Thawed, it trains all of it again.
    discriminator.trainable = true;
    const before = valuesOf(discriminator);
    await discriminator.trainOnBatch(real, labels);
    const after = valuesOf(discriminator);
    expect(after.filter((values, at) => values.join() === before[at]?.join())).toEqual([]);
  });

  it('layers frozen after compile() rest, thawed ones wait for the next', async () => {
    setEngine(engine);
    const made = (first: tf.layers.Layer) => {
      const model = stack(first, layers.dense({ units: 1 }));
      const compile = (): void =>
        model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
      compile();
      const trained = async (x: tf.Tensor): Promise<boolean[]> => {
        const before = valuesOf(model);
        await model.trainOnBatch(x, tf.zeros([2, 1]));
        return valuesOf(model).map((values, at) => values.join() !== before[at]?.join());
      };
      return { model, compile, trained };
    };
    const x = tf.ones([2, 2]);
    const later = made(layers.dense({ units: 2, inputShape: [2] }));
    const [head] = later.model.layers;
    if (head === undefined) throw new Error('no layer');
    head.trainable = false;
    expect(await later.trained(x)).toEqual(golden.freezing.froze);
    later.compile();
    head.trainable = true;
    expect(await later.trained(x)).toEqual(golden.freezing.thawed);
    const wrapped = made(layers.lstm({ units: 2, inputShape: [2, 1] }));
    wrapped.model.trainable = false;
    expect(await wrapped.trained(tf.ones([2, 2, 1]))).toEqual(golden.freezing.inside);
  });
});

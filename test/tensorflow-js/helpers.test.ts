// What programs for TensorFlow.js use around their models: layers of their own, defaults, printing, scopes
// by hand, helpers, flags. Numbers and texts are those of TensorFlow.js 4.22.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as tf from '../../src/tfjs/index.js';

function some(count: number, from = 1): number[] {
  return Array.from(
    { length: count },
    (_, index) => Math.round(Math.sin(1.7 * (index + from)) * 2000) / 2000,
  );
}

function near(found: tf.Tensor, wanted: readonly number[]): void {
  const values = found.dataSync();
  for (const [at, value] of wanted.entries()) expect(values[at]).toBeCloseTo(value, 4);
}

/** The result of a layer whose weights do not depend on a random generator. */
function answer(layer: tf.layers.Layer, x: tf.Tensor): tf.Tensor {
  layer.apply(x);
  const weights = layer.getWeights();
  layer.setWeights(
    weights.map((weight, at) =>
      tf
        .tensor(some(weight.size, at + 1), weight.shape)
        .mul(0.5)
        .abs(),
    ),
  );
  return layer.apply(x) as tf.Tensor;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('layers have the defaults of TensorFlow.js', () => {
  const sequence = tf.tensor3d(some(48), [2, 6, 4]);
  it('gates open along a line', () => {
    near(answer(tf.layers.lstm({ units: 3 }), sequence), [0.44693, 0.442952, 0.368217, 0.297311]);
    near(answer(tf.layers.gru({ units: 3 }), sequence), [0.432637, 0.401165, 0.443281, 0.194632]);
  });

  it('options by their names there', () => {
    const x = tf.tensor2d(some(8), [2, 4]);
    near(answer(tf.layers.leakyReLU({ alpha: 0.1 }), x), [0.9915, -0.02555]);
    near(answer(tf.layers.thresholdedReLU({ theta: 0.2 }), x), [0.9915, 0, 0, 0.494]);
    const first = tf.sequential({
      layers: [tf.layers.lstm({ units: 2, stateful: true, batchInputShape: [3, 5, 1] })],
    });
    expect(first.inputs[0]?.shape).toEqual([3, 5, 1]);
    const table = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const words = tf.sequential();
    words.add(tf.layers.embedding({ inputDim: 2, outputDim: 2, weights: [table], inputLength: 1 }));
    const found = words.predict(tf.tensor2d([[1]])) as tf.Tensor;
    expect([...found.dataSync()]).toEqual([3, 4]);
    expect(() => tf.layers.dense({ units: 2, kernelInit: 'zeros' } as { units: number })).toThrow(
      'kernelInitializer',
    );
  });
});

class Scaled extends tf.layers.Layer {
  static readonly className = 'TestScaled';
  readonly #by: number;
  #alpha: tf.LayerVariable | undefined;

  constructor(config: { by: number; name?: string }) {
    super(config);
    this.#by = config.by;
  }

  override build(inputShape: tf.Shape): void {
    const ones = tf.initializers.ones();
    this.#alpha = this.addWeight('alpha', [inputShape.at(-1) ?? 1], 'float32', ones);
    this.built = true;
  }

  override call(inputs: tf.Tensor | readonly tf.Tensor[]): tf.Tensor {
    const [x = tf.scalar(0)] = inputs instanceof tf.Tensor ? [inputs] : inputs;
    return tf.tidy(() => x.mul(this.#alpha?.read() ?? 1).mul(this.#by));
  }

  override getConfig() {
    return { ...super.getConfig(), by: this.#by };
  }
}

describe('layers of programs', () => {
  it('are built, trained and saved', async () => {
    tf.serialization.registerClass(Scaled);
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [3] }), new Scaled({ by: 2, name: 'sc' })],
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const x = tf.ones([4, 3]);
    await model.fit(x, tf.zeros([4, 2]), { epochs: 2 });
    const [alpha = tf.zeros([2])] = model.getLayer('sc').getWeights();
    expect([...alpha.dataSync()]).not.toEqual([1, 1]);
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
      }),
    );
    const again = await tf.loadLayersModel(tf.io.fromMemory(saved));
    near(again.predict(x) as tf.Tensor, [...(model.predict(x) as tf.Tensor).dataSync()]);
    expect(again.getLayer(null, 1).getClassName()).toBe('TestScaled');
    expect(again.layers[1]?.outputShape).toEqual([null, 2]);
  });
});

describe('printing', () => {
  function printed(x: tf.Tensor, verbose?: boolean): unknown {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    x.print(verbose);
    return log.mock.calls[0]?.[0];
  }

  it('has the layout of TensorFlow.js', () => {
    expect(
      printed(
        tf.tensor2d([
          [1, 2],
          [3, 4.5],
        ]),
      ),
    ).toBe('Tensor\n    [[1, 2  ],\n     [3, 4.5]]');
  });

  it('says more where asked', () => {
    expect(printed(tf.tensor1d([1.5, 2]), true)).toBe(
      'Tensor\n  dtype: float32\n  rank: 1\n  shape: [2]\n  values:\n    [1.5, 2]',
    );
  });

  it('shows the ends of long axes', () => {
    expect(printed(tf.range(0, 30))).toBe('Tensor\n    [0, 1, 2, ..., 27, 28, 29]');
  });
});

describe('memory', () => {
  it('scopes by hand hold what is awaited inside', async () => {
    const before = tf.memory().numTensors;
    tf.engine().startScope();
    const sum = tf.ones([3]).add(1).sum();
    expect((await sum.data())[0]).toBe(6);
    const kept = tf.keep(tf.ones([2]));
    tf.engine().endScope();
    expect([sum.isDisposed, kept.isDisposed]).toEqual([true, false]);
    kept.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ops leave their results and nothing else', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const left = (body: () => unknown): number => {
      const before = tf.memory().numTensors;
      body();
      return tf.memory().numTensors - before;
    };
    const view = x.reshape([4]);
    expect(view.isDisposed).toBe(false);
    const ops = [
      () => x.add(1),
      () => x.norm(),
      () => x.step(),
      () => x.reshape([4]),
      () => tf.zeros([3]),
      () => tf.fill([2], 3),
      () => tf.clipByValue(x, 0, 1),
      () => tf.losses.meanSquaredError(x, x),
      () => tf.image.resizeBilinear(x.reshape([1, 2, 2, 1]), [4, 4]).shape,
    ];
    expect(ops.map(left)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2]);
  });

  it('all variables are freed at once, and reading one leaves nothing', () => {
    const w = tf.variable(tf.ones([2]));
    const before = tf.memory().numTensors;
    expect([...w.add(1).dataSync()]).toEqual([2, 2]);
    expect(w.arraySync()).toEqual([1, 1]);
    expect(tf.memory().numTensors - before).toBe(1);
    tf.disposeVariables();
    expect(w.isDisposed).toBe(true);
  });

  it('a profile tells ops and bytes', async () => {
    const found = await tf.profile(() => tf.ones([4]).add(1));
    expect(found.kernelNames).toContain('add');
    expect(found.newBytes).toBeGreaterThan(0);
  });
});

describe('helpers', () => {
  it('of tf.util', () => {
    const { util } = tf;
    expect([...util.createShuffledIndices(5)].sort()).toEqual([0, 1, 2, 3, 4]);
    const [a, b] = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ];
    util.shuffleCombo(a, b);
    expect(a.map((value, at) => (b[at] ?? 0) - value)).toEqual([4, 4, 4, 4]);
    expect(
      util.flatten([
        [1, 2],
        [3, [4]],
      ]),
    ).toEqual([1, 2, 3, 4]);
    expect([util.sizeFromShape([2, 3]), util.nearestLargerEven(3)]).toEqual([6, 4]);
    expect(util.computeStrides([2, 3, 4])).toEqual([12, 4]);
    expect(util.squeezeShape([1, 2, 1])).toEqual({ newShape: [2], keptDims: [1] });
    expect(util.decodeString(util.encodeString('ä'))).toBe('ä');
    expect(util.inferDtype([true])).toBe('bool');
    expect(util.toNestedArray([2, 1], [1, 2])).toEqual([[1], [2]]);
    expect(() => util.assert(false, () => 'not so')).toThrow('not so');
    expect(() => util.shuffleCombo([1], [1, 2])).toThrow('length');
  });

  it('flags are noted', () => {
    tf.enableProdMode();
    tf.env().set('WEBGL_PACK', false);
    expect([tf.env().getBool('PROD'), tf.env().getBool('WEBGL_PACK')]).toEqual([true, false]);
  });

  it('optimizers tell and take their state', async () => {
    const w = tf.variable(tf.scalar(1));
    const optimizer = tf.train.adam(0.1);
    optimizer.minimize(() => w.square(), false, [w]);
    const state = await optimizer.getWeights();
    expect(state.map(({ name }) => name)[0]).toBe('iter');
    await optimizer.setWeights(state);
    await expect(optimizer.setWeights([])).rejects.toThrow('number of values');
    optimizer.setLearningRate(0);
    const before = w.dataSync()[0];
    optimizer.minimize(() => w.square());
    expect(w.dataSync()[0]).toBe(before);
    expect([optimizer, tf.train.momentum(1, 0.5)].map((one) => one.getClassName())).toEqual([
      'Adam',
      'Momentum',
    ]);
  });

  it('tiny gradients move as far as in TensorFlow.js', () => {
    const p = tf.variable(tf.scalar(0));
    tf.train.adam(0.1).minimize(() => p.mul(1e-6), false, [p]);
    expect(p.dataSync()[0]).toBeCloseTo(-0.1 / 1.1, 5);
    const q = tf.variable(tf.tensor1d([1, -2, 0.5]));
    tf.train.adadelta(0.1).minimize(() =>
      q
        .square()
        .mul(tf.tensor1d([1, 2, 3]))
        .sum(),
    );
    near(q as tf.Tensor, [0.8, -1.2, 0.2]);
  });
});

// model.json and its weights: models of TensorFlow.js answer here what they answered there, and go
// through saving unchanged. What TensorFlow.js itself says of our files: docs/oracle-report.md.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { layers as keras, setEngine } from '../../src/index.js';
import * as tf from '../../src/tfjs/index.js';
import golden from '../golden/tensorflow-js-models.json' with { type: 'json' };

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
interface Saved {
  readonly json: object;
  readonly weights: string;
}

const folder = await mkdtemp(join(tmpdir(), 'keratin-tfjs-'));
afterAll(() => rm(folder, { recursive: true }));

/** The artifacts of a golden model, afresh. */
function artifactsOf({ json, weights }: Saved): tf.io.ModelArtifacts & tf.io.ModelJSON {
  const text: tf.io.ModelJSON = JSON.parse(JSON.stringify(json));
  const weightSpecs = tf.io.getWeightSpecs(text.weightsManifest);
  const weightData = Uint8Array.from(Buffer.from(weights, 'base64')).buffer;
  return { ...text, weightSpecs, weightData };
}

function tensorOf({ shape, values }: Values): tf.Tensor {
  return tf.tensor([...values], shape);
}

async function expectClose(found: tf.Tensor | undefined, wanted: Values): Promise<void> {
  expect(found?.shape).toEqual(wanted.shape);
  const values = [...((await found?.data()) ?? [])];
  for (const [at, value] of wanted.values.entries()) {
    const allowed = 1e-6 + 1e-5 * Math.abs(value);
    expect(Math.abs((values[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(allowed);
  }
}

async function predictions(model: tf.LayersModel, inputs: readonly Values[]): Promise<tf.Tensor[]> {
  const given = inputs.map(tensorOf);
  const [only] = given;
  const x = given.length === 1 && only !== undefined ? only : given;
  const result: tf.Tensor | tf.Tensor[] = await model.predict(x, { verbose: 0 });
  return Array.isArray(result) ? result : [result];
}

async function expectPredictions(
  model: tf.LayersModel,
  { inputs, outputs }: { inputs: readonly Values[]; outputs: readonly Values[] },
): Promise<void> {
  const found = await predictions(model, inputs);
  expect(found).toHaveLength(outputs.length);
  for (const [index, wanted] of outputs.entries()) await expectClose(found[index], wanted);
}

describe.each(['eager', 'graph'] as const)('models of TensorFlow.js, %s', (engine) => {
  it.each(golden.models)('$name: loaded, saved to disk and loaded again', async (stored) => {
    setEngine(engine);
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifactsOf(stored)));
    await expectPredictions(model, stored);
    const place = `file://${join(folder, `${engine}-${stored.name}`)}` as const;
    const { modelArtifactsInfo } = await model.save(place);
    expect(modelArtifactsInfo.weightDataBytes).toBe(Buffer.from(stored.weights, 'base64').length);
    await expectPredictions(await tf.loadLayersModel(`${place}/model.json`), stored);
  });

  it.each(golden.training)('$name: training goes on where it was', async (stored) => {
    setEngine(engine);
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifactsOf(stored)));
    let again: tf.io.ModelArtifacts = {};
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      again = artifacts;
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    });
    await model.save(handler, { includeOptimizer: true });
    const copy = await tf.loadLayersModel({ load: () => again });
    for (const one of [model, copy]) {
      for (let step = 0; step < 2; step++) {
        await one.trainOnBatch(tensorOf(stored.x), tensorOf(stored.y));
      }
      for (const [index, wanted] of stored.after.entries()) {
        await expectClose(one.getWeights()[index], wanted);
      }
    }
  });
});

describe('files', () => {
  const [dense, convolution] = golden.models;
  if (dense === undefined || convolution === undefined) throw new Error('no golden models');

  it('has the form of TensorFlow.js, weights and names included', async () => {
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifactsOf(convolution)));
    const place = join(folder, 'form');
    await model.save(`file://${place}`);
    const json: tf.io.ModelJSON = JSON.parse(await readFile(join(place, 'model.json'), 'utf8'));
    expect(json.format).toBe('layers-model');
    expect(json.weightsManifest).toMatchObject(
      convolution.json.weightsManifest.map(({ weights }) => ({ paths: ['weights.bin'], weights })),
    );
    expect((await readFile(join(place, 'weights.bin'))).toString('base64')).toBe(
      convolution.weights,
    );
  });

  it('reads groups, several files and quantised weights', async () => {
    const artifacts = artifactsOf(dense);
    const [kernel, bias, last] = artifacts.weightSpecs ?? [];
    if (kernel === undefined || bias === undefined || last === undefined) throw new Error('none');
    const place = join(folder, 'model.json');
    const manifest: tf.io.WeightsManifestConfig = [
      {
        paths: ['./a.bin', 'b.bin'],
        weights: [
          { ...kernel, quantization: { dtype: 'uint8', scale: 0.01, min: -1 } },
          { ...bias, quantization: { dtype: 'uint16', scale: 0.001, min: 0 } },
        ],
      },
      { paths: ['c.bin'], weights: [{ ...last, quantization: { dtype: 'float16' } }] },
    ];
    const steps = Uint8Array.from({ length: 12 }, (_, index) => 20 * index);
    await writeFile(place, JSON.stringify({ ...dense.json, weightsManifest: manifest }));
    await writeFile(join(folder, 'a.bin'), steps.subarray(0, 7));
    const biases = [...new Uint8Array(Uint16Array.of(1, 2, 3, 65535).buffer)];
    await writeFile(join(folder, 'b.bin'), Uint8Array.from([...steps.subarray(7), ...biases]));
    await writeFile(join(folder, 'c.bin'), new Uint8Array(new Uint16Array(8).fill(0x3e00).buffer));
    const seen: number[] = [];
    const onProgress = (fraction: number): void => void seen.push(fraction);
    const model = await tf.loadLayersModel(place, { onProgress });
    expect(seen).toEqual([1 / 3, 2 / 3, 1]);
    const [first, second, third] = model.getWeights();
    const wanted = [...steps].map((value) => value * 0.01 - 1);
    if (first === undefined || second === undefined) throw new Error('no weights');
    await expectClose(first, { shape: [3, 4], values: wanted });
    await expectClose(second, { shape: [4], values: [0.001, 0.002, 0.003, 65.535] });
    expect([...((await third?.data()) ?? [])]).toEqual(Array.from({ length: 8 }, () => 1.5));
  });

  it('knows the names and forms of the converter and of older Keras', async () => {
    const layer = (class_name: string, config: object): object => ({ class_name, config });
    const topology = {
      keras_version: '2.1.6',
      model_config: {
        class_name: 'Sequential',
        config: [
          layer('GRU', {
            units: 2,
            name: 'gru_7',
            batch_input_shape: [null, 3, 1],
            kernel_initializer: layer('VarianceScaling', { distribution: 'normal' }),
          }),
        ],
      },
      training_config: {
        loss: 'mean_squared_error',
        metrics: ['accuracy'],
        optimizer_config: layer('Adam', { lr: 0.5, beta_1: 0.8, decay: 0 }),
      },
    };
    const { data, specs } = await tf.io.encodeWeights({
      'gru_7/gru_cell_3/bias': tf.ones([6]),
      'gru_7/gru_cell_3/kernel': tf.fill([1, 6], 2),
      'gru_7/gru_cell_3/recurrent_kernel': tf.fill([2, 6], 3),
    });
    const model = await tf.loadLayersModel(tf.io.fromMemory(topology, specs, data));
    const found = await Promise.all(model.getWeights().map((weight) => weight.mean().item()));
    expect(found).toEqual([2, 3, 1]);
    expect(model.optimizer.getConfig()).toMatchObject({ learningRate: 0.5, beta1: 0.8 });
  });

  it('is compiled as there: losses, metrics and optimizers by their names', async () => {
    const compiled = [
      { loss: 'hinge', metrics: ['squaredHinge', 'accuracy'], names: ['squaredHinge', 'acc'] },
      { loss: 'squaredHinge', metrics: ['cosine'], names: ['cosine'] },
      { loss: 'cosineProximity', metrics: ['ce'], names: ['ce'] },
      { loss: 'kullbackLeiblerDivergence', metrics: [], names: [] },
    ];
    for (const { loss, metrics, names } of compiled) {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
      model.compile({ optimizer: 'adadelta', loss, metrics });
      let saved: tf.io.ModelArtifacts = {};
      const handler = tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
      });
      await model.save(handler, { includeOptimizer: true });
      expect(saved.trainingConfig?.loss).toBe(loss.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`));
      const copy = await tf.loadLayersModel({ load: () => saved });
      expect(copy.metricsNames).toEqual(['loss', ...names]);
      // Labels of 0 and 1 are no labels of -1 and 1 there.
      const [x, y] = [tf.tensor2d([[1, -2]]), tf.tensor2d([[0, 1]])];
      const answers = (one: tf.LayersModel): unknown =>
        [one.evaluate(x, y)].flat().map((answer) => answer.arraySync());
      expect(answers(copy)).toEqual(answers(model));
    }
  });

  it('keeps what was noted beside the model, and loads what fits', async () => {
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifactsOf(dense)));
    model.setUserDefinedMetadata({ labels: ['a', 'b'] });
    const place = `file://${join(folder, 'noted')}` as const;
    await model.save(place, { trainableOnly: true });
    const copy = await tf.loadLayersModel(`${place}/model.json`);
    expect(copy.getUserDefinedMetadata()).toEqual({ labels: ['a', 'b'] });
    const artifacts = artifactsOf(dense);
    artifacts.weightSpecs = (artifacts.weightSpecs ?? []).map((spec) => ({
      ...spec,
      name: spec.name.replace('Dense2', 'Other'),
    }));
    await expect(tf.loadLayersModel({ load: () => artifacts })).rejects.toThrow(
      'dense_Other/kernel',
    );
    const loose = await tf.loadLayersModel({ load: () => artifacts }, { strict: false });
    expect(await loose.getWeights()[1]?.array()).toEqual(await model.getWeights()[1]?.array());
  });

  it('makes models of their architecture alone', async () => {
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifactsOf(convolution)));
    for (const json of [model.toJSON(), model.toJSON(null, false), model.toJson()]) {
      const copy = await tf.models.modelFromJSON(json);
      expect(copy.countParams()).toBe(model.countParams());
    }
  });

  it('opens files of Keras as before', async () => {
    const model = await tf.loadLayersModel(tf.io.fromMemory(artifactsOf(dense)));
    const place = join(folder, 'small.keras');
    await model.save(place);
    await expectPredictions(await tf.loadLayersModel(place), dense);
    // Two sigmoids of Keras 2 among the layers keep their meaning.
    const old = await tf.loadLayersModel(tf.io.fromMemory(artifactsOf(convolution)));
    await old.save(place);
    await expectPredictions(await tf.loadLayersModel(place), convolution);
  });
});

describe('what TensorFlow.js lacks is refused', () => {
  const save = async (model: tf.LayersModel, config?: tf.io.SaveConfig): Promise<unknown> => {
    const handler = tf.io.withSaveHandler(async (artifacts) => ({
      modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts),
    }));
    return model.save(handler, config);
  };
  const { layers } = tf;
  const stack = (...parts: tf.layers.Layer[]): tf.LayersModel =>
    tf.sequential({ layers: [layers.input({ shape: [4, 4] }), ...parts] });

  it.each([
    ['hardSigmoid', () => keras.dense({ units: 1, activation: 'hardSigmoid' })],
    ['no GRU with resetAfter', () => layers.gru({ units: 1, resetAfter: true })],
    ['no such dtype', () => layers.dense({ units: 1, dtype: 'float16' })],
    ['several options', () => layers.reLU({ maxValue: 1, negativeSlope: 0.5 })],
  ])('%s', async (text, make) => {
    await expect(save(stack(make()))).rejects.toThrow(text);
  });

  it('optimizers and losses without a name there', async () => {
    const model = stack(layers.dense({ units: 1 }));
    model.compile({ optimizer: 'nadam', loss: 'mse' });
    await expect(save(model, { includeOptimizer: true })).rejects.toThrow('no such optimizer');
    model.compile({ optimizer: 'sgd', loss: (t: tf.Tensor, p: tf.Tensor) => t.sub(p).square() });
    await expect(save(model, { includeOptimizer: true })).rejects.toThrow('its name alone');
    await save(model);
  });
});

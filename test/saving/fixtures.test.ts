// Every model that real Keras saved opens here, predicts the same, and goes on training the same;
// saved again and loaded again, it still does.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/index.js';
import { loadModel, modelFromBytes, modelToBytes, saveModel } from '../../src/saving/model-file.js';
import { loadWeights, saveWeights, weightsToBytes } from '../../src/saving/weights-file.js';
import {
  expectClose,
  FOLDER,
  fixture,
  fixtureBytes,
  NAMES,
  PREDICTION,
  type Recorded,
  TRAINING,
  tensorsOf,
} from './fixtures.js';

async function expectPredictions(model: Model, name: string) {
  const { inputs, predictions } = fixture(name);
  await expectClose(model.apply(tensorsOf(inputs)), predictions, PREDICTION);
}

describe.each(NAMES)('%s', (name) => {
  const bytes = fixtureBytes(`${name}.keras`);

  it('predicts as Keras does, before and after saving', async () => {
    const model = await modelFromBytes(bytes);
    await expectPredictions(model, name);
    await expectPredictions(await modelFromBytes(await modelToBytes(model)), name);
  });

  it.runIf(fixture(name).trainBatch !== undefined)('goes on training as Keras does', async () => {
    const { inputs, trainBatch } = fixture(name);
    const x = tensorsOf(inputs);
    const first = await modelFromBytes(bytes);
    // Saved before the step: the optimizer's state must survive two conversions.
    const second = await modelFromBytes(await modelToBytes(first));
    for (const model of [first, second]) {
      const logs = await model.trainOnBatch(x, tensorsOf(trainBatch?.y ?? []));
      const loss: Recorded = { shape: [], dtype: 'float32', data: [trainBatch?.loss ?? 0] };
      await expectClose(Float32Array.of(Number(logs.loss)), loss, TRAINING);
      await expectClose(model.apply(x), trainBatch?.predictionsAfter ?? [], TRAINING);
    }
  });

  it('gives its weights to a model with other weights', async () => {
    const model = await modelFromBytes(bytes);
    const other = await modelFromBytes(bytes);
    for (const weight of other.weights) weight.assign(weight.value.mul(0));
    await loadWeights(other, await weightsToBytes(model));
    await expectPredictions(other, name);
  });
});

describe('files on disk', () => {
  it('opens a folder with the members of a .keras file', async () => {
    const model = await loadModel(new URL('functional-shared-layer/', FOLDER));
    await expectPredictions(model, 'functional-shared-layer');
  });

  it('opens weights that Keras saved alone', async () => {
    const model = await modelFromBytes(fixtureBytes('sequential-convolution.keras'));
    for (const weight of model.weights) weight.assign(weight.value.mul(0));
    await loadWeights(model, new URL('sequential-convolution.weights.h5', FOLDER));
    await expectPredictions(model, 'sequential-convolution');
  });

  it('saves over the file it was loaded from', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keratin-'));
    try {
      const path = join(folder, 'model.keras');
      await saveModel(await modelFromBytes(fixtureBytes('sequential-mlp.keras')), path);
      await saveModel(await loadModel(path), path);
      const model = await loadModel(path);
      await expectPredictions(model, 'sequential-mlp');
      await expect(saveModel(model, path, { overwrite: false })).rejects.toThrow(/exists already/);
      const weights = join(folder, 'model.weights.h5');
      await saveWeights(model, weights);
      await loadWeights(model, weights);
      await loadWeights(model, path);
      await expectPredictions(model, 'sequential-mlp');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says which ending a name must have', async () => {
    const model = await modelFromBytes(fixtureBytes('sequential-mlp.keras'));
    await expect(saveModel(model, 'model.txt')).rejects.toThrow(/\.keras/);
    await expect(saveWeights(model, 'model.h5')).rejects.toThrow(/\.weights\.h5/);
  });
});

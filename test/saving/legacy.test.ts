// Keras's older .h5 format: files of real Keras open and train on, ours are read again, and files
// that are damaged, foreign or do not fit change nothing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { layers, loadModel, loadWeights, type Model, Sequential } from '../../src/index.js';
import { readWeights } from '../../src/saving/hdf5/read.js';
import { writeWeights } from '../../src/saving/hdf5/write.js';
import { legacyToBytes } from '../../src/saving/legacy-h5-write.js';
import { valuesOf } from '../training/small-models.js';
import {
  expectClose,
  fixture,
  fixtureBytes,
  PREDICTION,
  type Recorded,
  TRAINING,
  tensorsOf,
} from './fixtures.js';

const NAMES = ['sequential-convolution', 'functional-two-inputs', 'functional-nested'];

async function expectPredictions(model: Model, name: string) {
  const { inputs, predictions } = fixture(name);
  await expectClose(model.apply(tensorsOf(inputs)), predictions, PREDICTION);
}

describe.each(NAMES)('%s.h5', (name) => {
  const bytes = fixtureBytes(`${name}.h5`);

  it('predicts as Keras does, before and after saving', async () => {
    const model = await loadModel(bytes);
    await expectPredictions(model, name);
    await expectPredictions(await loadModel(await legacyToBytes(model)), name);
  });

  it.runIf(fixture(name).trainBatch !== undefined)('goes on training as Keras does', async () => {
    const { inputs, trainBatch } = fixture(name);
    const x = tensorsOf(inputs);
    const first = await loadModel(bytes);
    const second = await loadModel(await legacyToBytes(first));
    for (const model of [first, second]) {
      const logs = await model.trainOnBatch(x, tensorsOf(trainBatch?.y ?? []));
      const loss: Recorded = { shape: [], dtype: 'float32', data: [trainBatch?.loss ?? 0] };
      await expectClose(Float32Array.of(Number(logs.loss)), loss, TRAINING);
      await expectClose(model.apply(x), trainBatch?.predictionsAfter ?? [], TRAINING);
    }
  });
});

/** The layers of the fixture sequential-mlp. */
function mlp(names: readonly string[] = []) {
  return new Sequential([
    layers.input({ shape: [4] }),
    layers.dense({ units: 8, activation: 'relu', ...(names[0] && { name: names[0] }) }),
    layers.dense({ units: 5, activation: 'gelu', ...(names[1] && { name: names[1] }) }),
    layers.dense({ units: 1, activation: 'sigmoid', ...(names[2] && { name: names[2] }) }),
  ]);
}

describe('files of weights', () => {
  const bytes = fixtureBytes('sequential-mlp.older-weights.h5');

  it('are given to layers in their order', async () => {
    const model = mlp();
    await loadWeights(model, bytes);
    await expectPredictions(model, 'sequential-mlp');
  });

  it('are given to layers by name', async () => {
    const saved = [...(await readWeights(bytes)).arrays.keys()].map((path) => path.split('/')[0]);
    const names = [...new Set(saved)].sort().map(String);
    const model = mlp(names);
    await loadWeights(model, bytes, { byName: true });
    await expectPredictions(model, 'sequential-mlp');
    const other = mlp(['a', names[1] ?? '', 'c']);
    const before = await valuesOf(other);
    await loadWeights(other, bytes, { byName: true });
    const changed = (await valuesOf(other)).map((value, at) => `${value}` !== `${before[at]}`);
    expect(changed).toEqual([false, false, true, true, false, false]);
  });

  it('hold no model', async () => {
    await expect(loadModel(bytes)).rejects.toThrow('weights alone');
  });

  it('that do not fit change nothing, or what fits where asked', async () => {
    const model = new Sequential([
      layers.input({ shape: [4] }),
      layers.dense({ units: 8 }),
      layers.dense({ units: 6 }),
      layers.dense({ units: 1 }),
    ]);
    const before = await valuesOf(model);
    await expect(loadWeights(model, bytes)).rejects.toThrow('another shape');
    expect(await valuesOf(model)).toEqual(before);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await loadWeights(model, bytes, { skipMismatch: true });
    expect(warn).toHaveBeenCalled();
    warn.mockRestore();
    const after = await valuesOf(model);
    expect(after[0]).not.toEqual(before[0]);
    expect(after.slice(2)).toEqual(before.slice(2));
    const short = new Sequential([layers.input({ shape: [4] }), layers.dense({ units: 8 })]);
    await expect(loadWeights(short, bytes)).rejects.toThrow('another number of layers');
    const keras = fixtureBytes('sequential-mlp.keras');
    await expect(loadWeights(mlp(), keras, { byName: true })).rejects.toThrow('skipMismatch');
  });
});

/** The fixture with another text in the place of its configuration. */
async function withConfig(change: (config: string) => string): Promise<Uint8Array> {
  const file = await readWeights(fixtureBytes('sequential-convolution.h5'));
  const root = new Map(file.attributes.get(''));
  root.set('model_config', change(String(root.get('model_config'))));
  return writeWeights({ ...file, attributes: new Map([...file.attributes, ['', root]]) });
}

describe('files that are not to be trusted', () => {
  it.each([
    ['code', '"class_name": "Dense"', '"class_name": "Lambda"', 'Lambda'],
    ['unknown classes', '"class_name": "Dense"', '"class_name": "Teleport"', 'Teleport'],
    ['no JSON', '{"class_name"', '{"class_name', 'model_config'],
    ['another shape', '"units": 3', '"units": 4', 'another shape'],
    ['huge layers', '"units": 3', '"units": 3000000000', 'more'],
  ])('are refused: %s', async (_, from, to, message) => {
    const bytes = await withConfig((config) => config.replaceAll(from, to));
    await expect(loadModel(bytes)).rejects.toThrow(message);
  });

  it('are refused cut off at any place', async () => {
    const bytes = fixtureBytes('sequential-convolution.h5');
    for (let length = 8; length < bytes.length; length += 997) {
      await expect(loadModel(bytes.subarray(0, length))).rejects.toThrow();
    }
  });

  it('are refused where a named weight is missing', async () => {
    const file = await readWeights(fixtureBytes('sequential-convolution.h5'));
    const arrays = new Map([...file.arrays].slice(0, 3));
    await expect(loadModel(await writeWeights({ ...file, arrays }))).rejects.toThrow(
      'names a weight that it does not hold',
    );
  });
});

describe('model.save', () => {
  it('writes the older format where the name ends with .h5', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keratin-h5-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const model = mlp();
    model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
    const path = join(folder, 'model.h5');
    await model.save(path);
    const loaded = await loadModel(path);
    expect(await valuesOf(loaded)).toEqual(await valuesOf(model));
    await expect(model.save(path, { overwrite: false })).rejects.toThrow('exists already');
  });

  it('keeps long lists of layers and large configurations', async () => {
    const many = new Sequential([
      layers.input({ shape: [1] }),
      ...Array.from({ length: 300 }, () => layers.dense({ units: 1 })),
    ]);
    const loaded = await loadModel(await legacyToBytes(many));
    expect(loaded.layers).toHaveLength(300);
    expect(await valuesOf(loaded)).toEqual(await valuesOf(many));
  });
});

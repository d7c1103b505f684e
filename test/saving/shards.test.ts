// Weights in several files, folders in place of archives, and what saving and loading may leave out.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ArgumentError, FormatError } from '../../src/core/errors.js';
import {
  type AnyLayer,
  layers,
  loadModel,
  loadWeights,
  type Model,
  modelFromBytes,
  Sequential,
  saveModel,
  saveWeights,
} from '../../src/index.js';
import { indexBytes, readIndex, splitWeights } from '../../src/saving/shards.js';
import { expectClose, FOLDER, fixture, fixtureBytes, PREDICTION, tensorsOf } from './fixtures.js';

const NAME = 'sequential-convolution';
/** Small enough for several files, in GiB. */
const SIZE = 500 / 2 ** 30;

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keratin-'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

async function expectPredictions(model: Model): Promise<void> {
  const { inputs, predictions } = fixture(NAME);
  await expectClose(model.apply(tensorsOf(inputs)), predictions, PREDICTION);
}

async function trained(): Promise<Model> {
  return modelFromBytes(fixtureBytes(`${NAME}.keras`));
}

async function cleared(): Promise<Model> {
  const model = await trained();
  for (const weight of model.weights) weight.assign(weight.value.mul(0));
  return model;
}

async function valuesOf(model: Model | AnyLayer): Promise<number[]> {
  const all = await Promise.all(model.weights.map((weight) => weight.value.data()));
  return all.flatMap((values) => Array.from(values));
}

function make(units = 2): Sequential {
  return new Sequential([
    layers.input({ shape: [3] }),
    layers.dense({ units: 4 }),
    layers.dense({ units, name: 'head' }),
  ]);
}

describe('weights in several files', () => {
  it('are read back, with the state of the optimizer', async () => {
    const model = await trained();
    const path = join(folder, 'model.weights.json');
    await saveWeights(model, path, { maxShardSize: SIZE });
    const names = await readdir(folder);
    expect(names.length).toBeGreaterThan(3);
    expect(names).toContain('model_00000.weights.h5');
    const other = await cleared();
    await loadWeights(other, path);
    await expectPredictions(other);
    expect(await other.optimizer.iterations.item()).toBe(await model.optimizer.iterations.item());
  });

  it('are read from the files of Keras', async () => {
    const model = await cleared();
    await model.loadWeights(new URL('sharded/model.weights.json', FOLDER));
    await expectPredictions(model);
  });

  it('are listed as Keras lists them', async () => {
    const bytes = await readFile(new URL('sharded/model.weights.json', FOLDER));
    const wanted: { weight_map: object } = JSON.parse(bytes.toString());
    const path = join(folder, 'model.weights.json');
    const model = await trained();
    await saveWeights(model, path, { maxShardSize: SIZE });
    const got: { weight_map: object } = JSON.parse((await readFile(path)).toString());
    expect(Object.keys(got.weight_map).sort()).toEqual(Object.keys(wanted.weight_map).sort());
  });

  it('need a size, an ending of their own and room for each weight', async () => {
    const model = make();
    const save = (name: string, maxShardSize: number) =>
      saveWeights(model, join(folder, name), { maxShardSize });
    await expect(save('model.weights.h5', 1)).rejects.toThrow(/\.weights\.json/);
    await expect(save('model.weights.json', 0)).rejects.toThrow(/above 0/);
    await expect(save('model.weights.json', Number.NaN)).rejects.toThrow(ArgumentError);
    await expect(save('model.weights.json', 1e-9)).rejects.toThrow(/larger than a file may be/);
    await expect(saveWeights(model, join(folder, 'm.weights.json'))).rejects.toThrow(/ending/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are refused where files are missing, mixed or cut, and change nothing', async () => {
    const path = join(folder, 'model.weights.json');
    await saveWeights(await trained(), path, { maxShardSize: SIZE });
    const first = join(folder, 'model_00000.weights.h5');
    const [index, shard] = [await readFile(path), await readFile(first)];
    const last = (await readdir(folder)).sort().at(-2) ?? '';
    const target = await cleared();
    const before = await valuesOf(target);
    const damages: readonly (() => Promise<void>)[] = [
      () => rm(first),
      () => writeFile(first, shard.subarray(0, shard.length - 9)),
      async () => writeFile(first, await readFile(join(folder, last))),
      () => writeFile(path, index.subarray(0, index.length - 9)),
      () => writeFile(path, '{}'),
      () => writeFile(path, '{"weight_map":{"/layers/dense/vars":7}}'),
      () => writeFile(path, index.toString().replaceAll('layers/dense/', 'layers/other/')),
    ];
    for (const damage of damages) {
      await writeFile(path, index);
      await writeFile(first, shard);
      await damage();
      await expect(loadWeights(target, path)).rejects.toThrow(/could not be read|fix|Fix/);
      expect(await valuesOf(target)).toEqual(before);
    }
    await writeFile(path, index);
    await writeFile(first, shard);
    await expect(loadWeights(target, path, { limits: { maxBytes: 3000 } })).rejects.toThrow(
      FormatError,
    );
    await loadWeights(target, path);
    await expectPredictions(target);
  });

  it.each(['../x.h5', '/etc/x.h5', 'a/b.h5', '..\\x.h5', 'C:x.h5', 'shadow', ''])(
    'are not looked for at %s',
    (name) => {
      const text = JSON.stringify({ weight_map: { '/vars': [name] } });
      const read = () => readIndex('index', new TextEncoder().encode(text));
      expect(read).toThrow(FormatError);
    },
  );

  it('go on in the next file, in order, each full', () => {
    const array = { shape: [2], dtype: 'float32' as const, values: new Float32Array(2) };
    const names = ['a/vars/0', 'a/vars/1', 'b/vars/0'];
    const arrays = new Map(names.map((name) => [name, array]));
    const attributes = new Map([['a/vars', new Map([['name', 'first']])]]);
    const shards = splitWeights({ arrays, attributes }, 8);
    expect(shards.map((shard) => [...shard.arrays.keys()])).toEqual(names.map((name) => [name]));
    expect(shards[1]?.attributes.get('a/vars')?.get('name')).toBe('first');
    const bytes = new Uint8Array();
    const files = shards.map((content, at) => ({ name: `${at}.h5`, content, bytes }));
    const { places } = readIndex('index', indexBytes(files));
    expect([...places]).toEqual([
      ['a/vars', ['0.h5', '1.h5']],
      ['b/vars', ['2.h5']],
    ]);
  });
});

describe('objectsToSkip', () => {
  it('keeps what a layer has, in all formats that go by structure', async () => {
    const [source, target] = [make(), make(5)];
    const head = target.getLayer('head');
    const before = await valuesOf(head);
    const [whole, archive] = [join(folder, 'a.weights.h5'), join(folder, 'a.keras')];
    await saveWeights(source, whole);
    await saveModel(source, archive);
    for (const path of [whole, archive]) {
      await expect(loadWeights(target, path)).rejects.toThrow(FormatError);
      await loadWeights(target, path, { objectsToSkip: [head] });
      expect(await valuesOf(head)).toEqual(before);
      expect((await valuesOf(target)).slice(0, 16)).toEqual((await valuesOf(source)).slice(0, 16));
    }
  });

  it('leaves a layer or the optimizer out of a file', async () => {
    const source = make();
    source.compile({ optimizer: 'adam', loss: 'mse' });
    const path = join(folder, 'part.weights.h5');
    const head = source.getLayer('head');
    await saveWeights(source, path, { objectsToSkip: [head, source.optimizer] });
    const target = make();
    await expect(loadWeights(target, path)).rejects.toThrow(/head/);
    await loadWeights(target, path, { objectsToSkip: [target.getLayer('head')] });
    expect((await valuesOf(target)).slice(0, 16)).toEqual((await valuesOf(source)).slice(0, 16));
  });

  it('is not for the older format', async () => {
    const model = make();
    const path = join(folder, 'old.h5');
    await saveModel(model, path);
    const load = loadWeights(model, path, { objectsToSkip: [model.getLayer('head')] });
    await expect(load).rejects.toThrow(/older \.h5 format/);
  });
});

describe('saveModel', () => {
  it('writes a folder where it is asked to, over an older one too', async () => {
    const place = join(folder, 'model');
    const model = await trained();
    for (let time = 0; time < 2; time++) {
      await saveModel(model, place, { zipped: false });
      expect((await readdir(place)).sort()).toEqual([
        'config.json',
        'metadata.json',
        'model.weights.h5',
      ]);
      await expectPredictions(await loadModel(place));
    }
    expect(await readdir(folder)).toEqual(['model']);
    const again = saveModel(model, place, { zipped: false, overwrite: false });
    await expect(again).rejects.toThrow(/exists already/);
  });

  it('loses no files of others, and leaves the old folder where it fails', async () => {
    const place = join(folder, 'mine');
    await mkdir(place);
    await writeFile(join(place, 'thesis.txt'), 'years of work');
    const save = (path: string) => saveModel(make(), path, { zipped: false });
    await expect(save(place)).rejects.toThrow(/thesis\.txt/);
    expect(await readdir(place)).toEqual(['thesis.txt']);
    await writeFile(join(folder, 'file'), '');
    await expect(save(join(folder, 'file'))).rejects.toThrow(/could not be written/);
    await expect(save(join(folder, 'model.keras'))).rejects.toThrow(/ends like that of a file/);
    expect((await readdir(folder)).sort()).toEqual(['file', 'mine']);
  });

  it.each(['model.keras', 'model.h5'])('leaves the optimizer out of %s', async (name) => {
    const model = await trained();
    const path = join(folder, name);
    await saveModel(model, path);
    const whole = (await readFile(path)).length;
    await saveModel(model, path, { includeOptimizer: false });
    expect((await readFile(path)).length).toBeLessThan(whole);
    const loaded = await loadModel(path);
    await expectPredictions(loaded);
    expect(() => loaded.optimizer).toThrow(/compile/);
  });
});

// model.json from strangers: nothing outside its folder is read, no size is believed, no code is run.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KeratinError } from '../../src/index.js';
import * as tf from '../../src/tfjs/index.js';

const folder = await mkdtemp(join(tmpdir(), 'keratin-hostile-'));
afterAll(() => rm(folder, { recursive: true }));

const dense = {
  class_name: 'Dense',
  config: { units: 1, name: 'd', batch_input_shape: [null, 2] },
};
const sequential = (...layers: object[]): object => ({
  class_name: 'Sequential',
  config: { name: 's', layers },
});
const kernel = { name: 'd/kernel', shape: [2, 1], dtype: 'float32' };
const bias = { name: 'd/bias', shape: [1], dtype: 'float32' };

async function load(json: unknown, files: Record<string, Uint8Array> = {}): Promise<unknown> {
  const place = join(folder, 'inner');
  await mkdir(place, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(place, name), bytes);
  const path = join(place, 'model.json');
  await writeFile(path, typeof json === 'string' ? json : JSON.stringify(json));
  return tf.loadLayersModel(`file://${path}`);
}

function model(changes: { paths?: unknown; weights?: unknown; topology?: object } = {}): object {
  const { paths = ['w.bin'], weights = [kernel, bias], topology = sequential(dense) } = changes;
  return { modelTopology: topology, weightsManifest: [{ paths, weights }] };
}

const whole = { 'w.bin': new Uint8Array(12) };

async function expectRefused(json: unknown, text: string, files = whole): Promise<void> {
  const failure = await load(json, files).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(KeratinError);
  expect(failure instanceof Error ? failure.message : '').toContain(text);
}

describe('model.json that must not be believed', () => {
  it('loads where all is well', async () => {
    await load(model(), whole);
  });

  it.each([
    '../secret.bin',
    '/etc/hostname',
    'a/../../secret.bin',
    'C:\\secret',
    'a\\..\\b',
    './../x',
    'https:/x/../y',
    '',
  ])('path %j', async (path) => {
    await writeFile(join(folder, 'secret.bin'), new Uint8Array(12));
    await expectRefused(model({ paths: [path] }), 'unsafe name');
  });

  it.each<[string, string, unknown]>([
    ['a shape that overflows', 'this is no shape', [{ ...kernel, shape: [2 ** 40, 2 ** 40] }]],
    ['a shape of fractions', 'this is no shape', [{ ...kernel, shape: [1.5] }]],
    ['more than memory', 'too large', [{ ...kernel, shape: [2 ** 20, 2 ** 14] }]],
    ['an unknown type', 'no tensor has this type', [{ ...kernel, dtype: 'string' }]],
    [
      'quantisation without numbers',
      'need two numbers',
      [{ ...kernel, quantization: { dtype: 'uint8' } }],
    ],
    [
      'an unknown quantisation',
      'unknown way',
      [{ ...kernel, quantization: { dtype: 'int4', scale: 1, min: 0 } }],
    ],
    ['a name that is none', 'this is no name', [{ ...kernel, name: 7 }]],
    ['a weight that is none', 'list of weights', [null]],
    ['too many bytes listed', 'bytes are missing', [kernel, { ...bias, shape: [2] }]],
    ['too few bytes listed', 'larger than its weights', [kernel]],
    ['weights of nobody', 'belong to no layer', [{ ...kernel, name: 'x/kernel' }, bias]],
    ['another shape', 'another shape', [{ ...kernel, shape: [1, 2] }, bias]],
    ['a weight less', 'another number of weights', [{ ...kernel, shape: [3, 1] }]],
  ])('%s', async (_, text, weights) => {
    await expectRefused(model({ weights }), text);
  });

  it.each<[string, string, unknown]>([
    ['no JSON', 'not JSON', '{'],
    ['no model', 'describes no model', { weightsManifest: [] }],
    ['a graph', 'TensorFlow graph', { ...model(), format: 'graph-model' }],
    ['keys that reach into objects', 'forbidden key', '{"modelTopology":{"__proto__":{}}}'],
    ['code', 'Lambda', model({ topology: sequential({ class_name: 'Lambda', config: {} }) })],
    [
      'an unknown class',
      'Strange',
      model({ topology: sequential({ class_name: 'Strange', config: {} }) }),
    ],
    [
      'a small file that asks for much',
      'more memory',
      model({
        topology: sequential({
          class_name: 'Dense',
          config: { units: 1e6, name: 'd', batch_input_shape: [null, 1e6] },
        }),
      }),
    ],
    ['deep nesting', 'nests too deeply', `{"modelTopology":${'['.repeat(9999)}`],
  ])('%s', async (_, text, json) => {
    await expectRefused(json, text);
  });

  it('a save that was cut short', async () => {
    const place = join(folder, 'torn');
    const made = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    await made.save(`file://${place}`);
    const path = join(place, 'weights.bin');
    const bytes = await readFile(path);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const loading = tf.loadLayersModel(`file://${place}/model.json`);
    await expect(loading).rejects.toThrow('not the one that was saved');
  });
});

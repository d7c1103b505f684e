// Files made to harm: each must give a KeratinError within a second, change nothing, and open
// nothing. Archives and HDF5 have tables of their own (zip-hostile, hdf5); these are whole models.
import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Plain } from '../../src/core/op.js';
import { readZip, writeZip } from '../../src/files/zip.js';
import { FormatError, KeratinError, layers, Sequential } from '../../src/index.js';
import { CONFIG, METADATA, WEIGHTS } from '../../src/saving/keras-file.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { loadWeights, weightsToBytes } from '../../src/saving/weights-file.js';

const fixture = new Uint8Array(
  readFileSync(new URL('../fixtures/sequential-mlp.keras', import.meta.url)),
);
const members = await readZip(fixture);
const weights = members.get(WEIGHTS) ?? new Uint8Array();
const honest: Plain = JSON.parse(new TextDecoder().decode(members.get(CONFIG)));

/** A .keras file with this text as its configuration, and honest weights. */
function fileWith(config: string | Plain, stored: Uint8Array = weights): Promise<Uint8Array> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  return writeZip([
    { name: METADATA, content: new TextEncoder().encode('{}') },
    { name: CONFIG, content: new TextEncoder().encode(text) },
    { name: WEIGHTS, content: stored },
  ]);
}

/** A Sequential with an input and this layer. */
function withLayer(layer: Plain, shape: Plain = [null, 4]): Plain {
  const input = {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { batch_shape: shape, dtype: 'float32', name: 'in' },
    registered_name: null,
  };
  return {
    module: 'keras',
    class_name: 'Sequential',
    config: { name: 'm', trainable: true, layers: [input, layer] },
    registered_name: null,
  };
}

function layer(className: string, config: Plain, more: object = {}): Plain {
  return {
    module: 'keras.layers',
    class_name: className,
    config,
    registered_name: null,
    ...more,
  };
}

function tensorAt(name: string, node = 0): Plain {
  const config = { shape: [null, 4], dtype: 'float32', keras_history: [name, node, 0] };
  return { class_name: '__keras_tensor__', config };
}

/** A functional model whose two layers wait for each other. */
const cyclic: Plain = {
  module: 'keras',
  class_name: 'Functional',
  config: {
    name: 'm',
    layers: [
      layer(
        'InputLayer',
        { batch_shape: [null, 4], name: 'in' },
        { name: 'in', inbound_nodes: [] },
      ),
      ...['a', 'b'].map((name, index, names) =>
        layer(
          'Add',
          { name },
          {
            name,
            inbound_nodes: [
              { args: [[tensorAt('in'), tensorAt(names[1 - index] ?? '')]], kwargs: {} },
            ],
          },
        ),
      ),
    ],
    input_layers: ['in', 0, 0],
    output_layers: ['a', 0, 0],
  },
  registered_name: 'Functional',
};

function nested(depth: number): string {
  const start = '{"module":"keras","class_name":"Sequential","config":{"name":"m","layers":[';
  return `${start.repeat(depth)}${']},"registered_name":null}'.repeat(depth)}`;
}

const dense = { units: 1, name: 'd' };

const CONFIGS: Readonly<Record<string, string | Plain>> = {
  'a Lambda layer': withLayer(layer('Lambda', { function: 'x' })),
  'a Lambda inside an option': withLayer(
    layer('Dense', { ...dense, activation: { class_name: '__lambda__', config: { value: 'x' } } }),
  ),
  TorchModuleWrapper: withLayer(layer('TorchModuleWrapper', { module: 'x' })),
  TFSMLayer: withLayer(layer('TFSMLayer', { filepath: '/etc/passwd' })),
  'a function of Python': withLayer({
    module: 'builtins',
    class_name: 'exec',
    config: { source: 'x' },
    registered_name: 'exec',
  }),
  'a function of os as activation': withLayer(
    layer('Dense', {
      ...dense,
      activation: { module: 'os', class_name: 'function', config: 'system' },
    }),
  ),
  'a function of Keras that is no activation': withLayer(
    layer('Dense', {
      ...dense,
      activation: { module: 'builtins', class_name: 'function', config: 'load_model' },
    }),
  ),
  "a class of the user's own that is not lent": withLayer(
    layer('Dense', dense, { module: 'mine', registered_name: 'mine>Dense' }),
  ),
  'a vocabulary to be read from a path': withLayer(
    layer('StringLookup', { vocabulary: '/etc/passwd' }),
  ),
  'a vocabulary to be fetched': withLayer(
    layer('TextVectorization', { vocabulary: 'http://127.0.0.1:1/x' }),
  ),
  'no class': withLayer({ config: {} }),
  'a class that is a number': withLayer({ class_name: 7, config: {} }),
  'layers that are no list': { class_name: 'Sequential', config: { name: 'm', layers: 'x' } },
  'a layer that is text': withLayer('Dense'),
  'an optimizer as model': { module: 'keras.optimizers', class_name: 'Adam', config: {} },
  'a layer as model': layer('Dense', dense),
  'an enormous layer': withLayer(layer('Dense', { units: 2 ** 40, name: 'd' })),
  'a layer of absurd size': withLayer(layer('Dense', { units: 1e300, name: 'd' })),
  'an enormous embedding': withLayer(
    layer('Embedding', { input_dim: 2 ** 31, output_dim: 4096, name: 'e' }),
  ),
  'an enormous kernel': withLayer(
    layer('Conv1D', { filters: 1024, kernel_size: [2 ** 28], name: 'c' }),
    [null, 2 ** 29, 64],
  ),
  'a negative size': withLayer(layer('Dense', { units: -3, name: 'd' })),
  'an option of another type': withLayer(layer('Dense', { units: { a: 1 }, name: 'd' })),
  'a name with a slash': withLayer(layer('Dense', { units: 1, name: '../../x' })),
  'layers that wait for each other': cyclic,
  'a hundred thousand nested models': nested(100_000),
  'a thousand nested models': nested(1000),
  'a hundred nested models': nested(100),
  'more layers than any model has': {
    module: 'keras',
    class_name: 'Sequential',
    config: { name: 'm', layers: new Array<Plain>(20_000).fill(layer('Flatten', {})) },
    registered_name: null,
  },
  'a list in place of a record': '[]',
  'no JSON': 'exec(1)',
  '__proto__ as a key': '{"class_name":"Sequential","config":{"__proto__":{"polluted":1}}}',
  'constructor as a key': '{"class_name":"Sequential","constructor":{"prototype":{"polluted":1}}}',
};

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'Model.load'];

describe('hostile configurations', () => {
  beforeEach(() => {
    vi.spyOn(globalThis, 'fetch');
    vi.spyOn(globalThis, 'eval');
    vi.spyOn(fs, 'open');
    vi.spyOn(fs, 'readFile');
  });

  afterEach(() => {
    for (const used of [globalThis.fetch, globalThis.eval, fs.open, fs.readFile]) {
      expect(used).not.toHaveBeenCalled();
    }
    vi.restoreAllMocks();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('loads the honest one', async () => {
    expect((await modelFromBytes(await fileWith(honest))).countParams()).toBeGreaterThan(0);
  });

  const cases = [
    ...Object.entries(CONFIGS),
    ...NAMES.map((name) => [`the class name ${name}`, withLayer(layer(name, {}))] as const),
    ...NAMES.map((name) => [`the model ${name}`, { class_name: name, config: {} }] as const),
  ];

  it.each(cases)('refuses %s', async (_name, config) => {
    const bytes = await fileWith(config);
    const start = performance.now();
    const before = process.memoryUsage().rss;
    await expect(modelFromBytes(bytes)).rejects.toBeInstanceOf(KeratinError);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 2 ** 20);
  });

  it('refuses strings where a layer computes with them', async () => {
    const input = layer('InputLayer', { batch_shape: [null, 1], dtype: 'string', name: 'words' });
    const config = {
      module: 'keras',
      class_name: 'Sequential',
      config: { name: 'm', trainable: true, layers: [input, layer('Dense', { units: 1 })] },
      registered_name: null,
    };
    const load = modelFromBytes(await fileWith(config));
    await expect(load).rejects.toThrow(/takes numbers[\s\S]*a layer of text before it/);
  });

  it('refuses hostile compile options', async () => {
    const optimizers: Plain[] = [
      { class_name: 'Lambda', config: {} },
      { module: 'os', class_name: 'system', config: 'x' },
      { class_name: '__proto__', config: {} },
      'constructor',
      7,
    ];
    for (const optimizer of optimizers) {
      const config = { ...Object(honest), compile_config: { optimizer, loss: 'mse' } };
      await expect(modelFromBytes(await fileWith(config))).rejects.toBeInstanceOf(KeratinError);
    }
    for (const loss of ['toString', ['mse', { class_name: 'constructor', config: {} }], 7]) {
      const config = { ...Object(honest), compile_config: { optimizer: 'adam', loss } };
      await expect(modelFromBytes(await fileWith(config))).rejects.toBeInstanceOf(KeratinError);
    }
  });
});

describe('files that do not fit', () => {
  const make = () =>
    new Sequential([layers.input({ shape: [4] }), layers.dense({ units: 2, name: 'head' })]);

  it('leave the model as it was', async () => {
    const model = make();
    const before = await Promise.all(model.weights.map((weight) => weight.value.data()));
    const other = new Sequential([
      layers.input({ shape: [4] }),
      layers.dense({ units: 2 }),
      layers.dense({ units: 3 }),
    ]);
    const wrongShape = new Sequential([layers.input({ shape: [5] }), layers.dense({ units: 2 })]);
    const good = await weightsToBytes(make());
    const bad = [
      await weightsToBytes(other),
      await weightsToBytes(wrongShape),
      await modelToBytes(wrongShape),
      good.subarray(0, good.length - 20),
      new Uint8Array(),
      weights,
    ];
    for (const bytes of bad) {
      await expect(loadWeights(model, bytes)).rejects.toThrow(FormatError);
      const after = await Promise.all(model.weights.map((weight) => weight.value.data()));
      expect(after).toEqual(before);
    }
  });

  it('may be loaded in part when asked', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const source = new Sequential([
      layers.input({ shape: [4] }),
      layers.dense({ units: 2 }),
      layers.dense({ units: 3 }),
    ]);
    const target = new Sequential([
      layers.input({ shape: [4] }),
      layers.dense({ units: 2 }),
      layers.dense({ units: 5 }),
    ]);
    await loadWeights(target, await weightsToBytes(source), { skipMismatch: true });
    const [wanted] = source.weights;
    const [got] = target.weights;
    expect(await got?.value.data()).toEqual(await wanted?.value.data());
    expect(warn).toHaveBeenCalled();
    warn.mockRestore();
  });
});

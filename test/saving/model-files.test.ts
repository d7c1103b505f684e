// Copies of models, their JSON, what is saved of them and names of registered objects, against Keras.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { readZip } from '../../src/files/zip.js';
import * as k from '../../src/index.js';
import { readKerasContent } from '../../src/saving/keras-file.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';
import { comparable } from '../golden-configs.js';

interface CopyCase {
  readonly name: string;
  readonly of: string;
  readonly cloned: string;
  readonly config: unknown;
  readonly shapes: readonly [name: string, shape: number[]][];
}

interface JsonCase {
  readonly name: string;
  readonly json: string;
  readonly weights: readonly GoldenArray[];
  readonly x: readonly GoldenArray[];
  readonly outputs: readonly GoldenArray[];
}

interface SavedCase {
  readonly name: string;
  readonly weights: readonly GoldenArray[];
  readonly members: readonly string[];
  readonly config: SerializedObject;
  readonly names: Readonly<Record<string, string>>;
  readonly arrays: Readonly<Record<string, GoldenArray>>;
}

interface NamesCase {
  readonly name: string;
  readonly steps: readonly {
    readonly after: string;
    readonly known: readonly string[];
    readonly names: readonly string[];
    readonly found: readonly (string | null)[];
  }[];
}

interface SourceCase {
  readonly name: string;
  readonly of: string;
  readonly sources: readonly string[][];
  readonly isSymbolic: readonly boolean[];
}

interface SessionCase {
  readonly name: string;
  readonly first: readonly string[];
  readonly after: readonly string[];
}

const file = new URL('../golden/model-files.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: readonly { name: string }[] };

/** The cases that hold `key`. */
function having<Case extends { name: string }>(key: string): readonly Case[] {
  return cases.filter((one): one is Case => key in one);
}

function modelOf(saved: SerializedObject): k.Model {
  k.clearSession();
  const model = k.deserializeLayer(saved);
  if (!(model instanceof k.Model)) throw new Error('not a model');
  return model;
}

interface ModelsCase {
  readonly name: string;
  readonly models: Readonly<Record<string, SerializedObject>>;
}

function namedModel(name: string): k.Model {
  const [all] = having<ModelsCase>('models');
  const saved = all?.models[name];
  if (saved === undefined) throw new Error(`no model ${name}`);
  return modelOf(saved);
}

/** Dense layers without a bias, everything else as it is. */
function plainDense(layer: k.AnyLayer): k.AnyLayer {
  const saved = k.serializeLayer(layer);
  const config = { ...saved.config, ...(layer instanceof k.Dense ? { use_bias: false } : {}) };
  return k.deserializeLayer({ ...saved, config });
}

const CLONES: Readonly<Record<string, k.CloneOptions>> = {
  plain: {},
  'other layers': { cloneFunction: plainDense },
  'other layers inside': { cloneFunction: plainDense, recursive: true },
};

describe('cloneModel', () => {
  it.each(having<CopyCase>('cloned'))('$name', (one) => {
    const copy = k.cloneModel(namedModel(one.of), CLONES[one.cloned]);
    if (one.config !== null) {
      expect(comparable(k.serializeLayer(copy).config)).toEqual(comparable(one.config));
    }
    const shapes = copy.weights.map(({ name, shape }) => [name, [...shape]]);
    expect(shapes).toEqual(one.shapes);
  });
});

describe('modelFromJson', () => {
  it.each(having<JsonCase>('json'))('$name', async (one) => {
    k.clearSession();
    const model = k.modelFromJson(one.json);
    // How the model was compiled is no part of our JSON.
    const { compile_config: _, ...wanted } = JSON.parse(one.json);
    expect(comparable(JSON.parse(model.toJson()))).toEqual(comparable(wanted));
    model.setWeights(one.weights.map(tensorOfGolden));
    const inputs = one.x.map(tensorOfGolden);
    const outputs: unknown = model.apply(inputs.length === 1 ? (inputs[0] ?? []) : inputs);
    const list = Array.isArray(outputs) ? outputs : [outputs];
    expect(list).toHaveLength(one.outputs.length);
    for (const [index, wanted] of one.outputs.entries()) await expectClose(list[index], wanted);
  });
});

describe('saveModel', () => {
  it.each(having<SavedCase>('members'))('$name', async (one) => {
    const model = modelOf(one.config);
    const adam = new k.optimizers.Adam({ learningRate: 0.25 });
    if (one.name.endsWith('stack'))
      model.compile({ optimizer: adam, loss: 'mse', metrics: ['mae'] });
    model.setWeights(one.weights.map(tensorOfGolden));
    const bytes = await k.modelToBytes(model);
    expect([...(await readZip(bytes)).keys()].sort()).toEqual(one.members);
    const { config, weights } = await readKerasContent(bytes);
    expect(comparable(config)).toEqual(comparable(one.config));
    expect([...weights.arrays.keys()].sort()).toEqual(Object.keys(one.arrays).sort());
    for (const [path, wanted] of Object.entries(one.arrays)) {
      const array = weights.arrays.get(path);
      expect([array?.shape, array?.dtype], path).toEqual([wanted.shape, wanted.dtype]);
      const values = Array.from(array?.values ?? [], Number);
      await expectClose(k.tensor(values, { shape: wanted.shape }), wanted);
    }
    for (const [group, name] of Object.entries(one.names)) {
      expect(weights.attributes.get(group)?.get('name'), group).toBe(name);
    }
  });
});

describe('registered objects', () => {
  it.each(having<NamesCase>('steps'))('$name', (one) => {
    class Box {
      readonly side = 1;
    }
    const halved = (x: number): number => x / 2;
    const look = (after: string) => ({
      after,
      known: [...k.getCustomObjects().keys()].sort(),
      names: [k.getRegisteredName(Box), k.getRegisteredName(halved)],
      found: ['Custom>Box', 'tests>Half', 'Box', 'lent'].map((name) => {
        const found = k.getRegisteredObject(name);
        return found?.name ?? null;
      }),
    });
    const steps = [look('nothing')];
    k.registerKerasSerializable(Box);
    steps.push(look('a class'));
    k.registerKerasSerializable(halved, { package: 'tests', name: 'Half' });
    steps.push(look('a function'));
    k.customObjectScope({ lent: halved }, () => steps.push(look('a scope')));
    steps.push(look('the scope'));
    expect(steps).toEqual(one.steps);
  });
});

interface LoadCase {
  readonly name: string;
  readonly fixture: string;
  readonly weightsFile: string | null;
  readonly x: readonly GoldenArray[];
  readonly predictions: readonly GoldenArray[];
}

describe('loadModel and loadWeights', () => {
  const place = (name: string) => new URL(`../fixtures/${name}`, import.meta.url);

  it.each(having<LoadCase>('fixture'))('$name', async (one) => {
    const model = await k.loadModel<k.Tensor | readonly k.Tensor[]>(place(one.fixture));
    if (one.weightsFile !== null) {
      model.setWeights(model.getWeights().map((weight) => weight.mul(0)));
      await k.loadWeights(model, place(one.weightsFile));
    }
    const inputs = one.x.map(tensorOfGolden);
    const outputs = model.apply(inputs.length === 1 ? (inputs[0] ?? []) : inputs);
    const list = outputs instanceof k.Tensor ? [outputs] : outputs;
    expect(list).toHaveLength(one.predictions.length);
    for (const [index, wanted] of one.predictions.entries()) {
      await expectClose(k.asTensor(list[index] ?? []), wanted);
    }
  });
});

describe('the process', () => {
  it('has its logging, its policy and its packing from Keras', () => {
    const [logging] = having<{ name: string; logging: boolean[] }>('logging');
    const found = [k.config.isInteractiveLoggingEnabled()];
    k.config.disableInteractiveLogging();
    found.push(k.config.isInteractiveLoggingEnabled());
    k.config.enableInteractiveLogging();
    expect([...found, k.config.isInteractiveLoggingEnabled()]).toEqual(logging?.logging);

    const [policies] = having<{ name: string; policies: string[][] }>('policies');
    for (const [name = '', compute, variable, floatx] of policies?.policies ?? []) {
      k.config.setDTypePolicy(name);
      const layer = k.layers.dense({ units: 1 });
      const made = [k.config.dtypePolicy().name, layer.computeDtype, layer.variableDtype];
      expect([...made, k.config.floatx()]).toEqual([name, compute, variable, floatx]);
    }
    k.config.setDTypePolicy('float32');

    const [packing] = having<{ name: string; unpacked: (string | null)[][] }>('unpacked');
    expect(packing?.unpacked).toHaveLength(3);
    for (const wanted of packing?.unpacked ?? []) {
      const [x = '', y, sampleWeight] = wanted.map((part) => part ?? undefined);
      const parts = k.data.unpackXYSampleWeight(k.data.packXYSampleWeight(x, y, sampleWeight));
      expect(parts.map((part) => part ?? null)).toEqual(wanted);
    }
  });
});

describe('questions', () => {
  it.each(having<SourceCase>('sources'))('$name', (one) => {
    const model = namedModel(one.of);
    const sources = model.outputs.map((output) =>
      k.getSourceInputs(output).map(({ history }) => history.node.layer.name),
    );
    expect(sources).toEqual(one.sources);
    const things = [model.inputs[0], model.outputs[0], new Float32Array(2), k.ones([2])];
    expect(things.map((thing) => k.isKerasTensor(thing))).toEqual(one.isSymbolic);
  });

  it.each(having<SessionCase>('first'))('$name', (one) => {
    k.clearSession();
    const dense = () => k.layers.dense({ units: 1 }).name;
    const conv = () => k.layers.conv2d({ filters: 1, kernelSize: 1 }).name;
    expect([dense(), dense(), conv(), new k.Sequential().name]).toEqual(one.first);
    k.clearSession();
    expect([dense(), new k.Sequential().name]).toEqual(one.after);
  });
});

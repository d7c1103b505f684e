// Dtype policies by name and by path against real Keras, and what is refused.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { flattenTree } from '../../src/core/tree.js';
import {
  type AnyLayer,
  DTypePolicy,
  DTypePolicyMap,
  deserializeLayer,
  dtypePolicies,
  layers,
  Model,
  Sequential,
  setDTypePolicy,
  Tensor,
} from '../../src/index.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

interface PolicyCase {
  name: string;
  dtypePolicy: SerializedObject;
  /** Compute dtype and dtype of weights, of one policy. */
  dtypes: [string, string];
}

interface MapCase {
  name: string;
  dtypePolicy: SerializedObject;
  model: SerializedObject;
  dtypes: Record<string, [string, string]>;
  weights: { path: string; value: GoldenArray }[];
  x: GoldenArray;
  resultDtype: string;
  result: GoldenArray;
}

const file = new URL('../golden/policies.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: (PolicyCase | MapCase)[] };

function isMapCase(one: PolicyCase | MapCase): one is MapCase {
  return 'model' in one;
}

type Holder = AnyLayer['sublayers'][number];

/** All layers inside, the models left out. */
function innerLayers(layer: Holder): Holder[] {
  const inside = layer.sublayers.flatMap(innerLayers);
  return layer instanceof Model ? inside : [layer, ...inside];
}

function dtypesOf(layer: Holder): [string, string] {
  return [layer.computeDtype, layer.variableDtype];
}

async function expectEqualsKeras(model: AnyLayer, one: MapCase): Promise<void> {
  expect(model.weights.map(({ path }) => path)).toEqual(one.weights.map(({ path }) => path));
  const owners = innerLayers(model).filter((layer) => layer.ownWeights.length > 0);
  const found = owners.map((layer) => {
    const path = layer.ownWeights[0]?.path ?? '';
    return [path.slice(0, path.lastIndexOf('/')), dtypesOf(layer)];
  });
  expect(Object.fromEntries(found)).toEqual(one.dtypes);
  const results = model.apply(tensorOfGolden(one.x));
  const [result] = flattenTree(results, (value) => value instanceof Tensor);
  expect(result?.dtype).toBe(one.resultDtype);
  // 16 bits: a step of bfloat16 is 2^-8 of a number.
  if (result !== undefined) await expectClose(result, one.result, 1.6e-2, 8e-3);
}

describe('dtype policies equal Keras', () => {
  for (const one of cases) {
    if (isMapCase(one)) continue;
    it(one.name, () => {
      const policy = dtypePolicies.deserialize(one.dtypePolicy);
      expect([policy.computeDtype, policy.variableDtype]).toEqual(one.dtypes);
      expect(dtypePolicies.get(policy.name).computeDtype).toBe(one.dtypes[0]);
      // FloatDTypePolicy is another name of the same class.
      const className = 'DTypePolicy';
      expect(dtypePolicies.serialize(policy)).toEqual({
        ...one.dtypePolicy,
        class_name: className,
      });
    });
  }

  for (const one of cases) {
    if (!isMapCase(one)) continue;
    it(one.name, async () => {
      const map = dtypePolicies.deserialize(one.dtypePolicy);
      expect(map).toBeInstanceOf(DTypePolicyMap);
      expect(map.serialize()).toEqual(one.dtypePolicy);
      const model = deserializeLayer(one.model);
      if (!(model instanceof Model)) throw new Error('a model');
      model.setWeights(one.weights.map(({ value }) => tensorOfGolden(value)));
      await expectEqualsKeras(model, one);
      await expectEqualsKeras(await modelFromBytes(await modelToBytes(model)), one);
    });
  }
});

describe('DTypePolicyMap', () => {
  afterEach(() => setDTypePolicy('float32'));

  it('gives whole paths, then patterns, then the default', () => {
    const map = new DTypePolicyMap({ policyMap: { 'a/b': 'float16', 'a/.*': 'bfloat16' } });
    expect(map.get('a/b').name).toBe('float16');
    expect(map.get('a/c').name).toBe('bfloat16');
    expect(map.get('xa/c').name).toBe('float32');
    expect(map.get('a').name).toBe('float32');
    expect([map.size, map.has('a/.*'), map.has('a/c')]).toEqual([2, true, false]);
    expect(map.delete('a/.*')).toBe(true);
    expect(map.get('a/c').name).toBe('float32');
    expect(map.entries().map(([key, policy]) => [key, policy.name])).toEqual([['a/b', 'float16']]);
  });

  it('follows the default policy of the program where it has none of its own', () => {
    const map = new DTypePolicyMap();
    setDTypePolicy('mixed_bfloat16');
    expect([map.name, map.computeDtype, map.variableDtype]).toEqual([
      'map_mixed_bfloat16',
      'bfloat16',
      'float32',
    ]);
    expect(map.serialize().config).toEqual({ default_policy: null, policy_map: {} });
    expect(new DTypePolicyMap({ defaultPolicy: 'float16' }).name).toBe('map_float16');
  });

  it('settles a layer when it is built, and casts the first inputs already', async () => {
    const dtype = new DTypePolicyMap({ policyMap: { '.*hidden': 'bfloat16' } });
    const hidden = layers.dense({ units: 2, name: 'hidden', dtype });
    expect(hidden.computeDtype).toBe('float32');
    const model = new Sequential([hidden, layers.dense({ units: 1, dtype, name: 'out' })]);
    model.build([null, 2]);
    expect([hidden.computeDtype, model.layers[1]?.computeDtype]).toEqual(['bfloat16', 'float32']);
    const alone = layers.dense({ units: 2, name: 'hidden', dtype });
    expect(alone.apply(tensorOfGolden({ shape: [1, 1], dtype: 'float32', data: [1] })).dtype).toBe(
      'bfloat16',
    );
  });

  it('refuses two keys for one path, a key twice, maps in maps and what is no pattern', () => {
    const map = new DTypePolicyMap({ policyMap: { 'a/.*': 'float16', '.*b': 'bfloat16' } });
    expect(() => map.get('a/b')).toThrow(
      /several keys match the path "a\/b"[\s\S]*"a\/\.\*", "\.\*b"/,
    );
    expect(() => map.set('.*b', 'float16')).toThrow(/has a policy already[\s\S]*delete/);
    expect(() => map.set('(', 'float16')).toThrow(/neither a path nor a regular expression/);
    expect(() => map.set('c', map)).toThrow(/the policy of "c" is a map itself/);
    expect(() => new DTypePolicyMap({ defaultPolicy: map })).toThrow(/default policy is a map/);
    expect(() => map.set('c', 'float61')).toThrow(/float64/);
    expect(map.size).toBe(2);
  });

  it('refuses files that hold something else, or patterns that take for ever', () => {
    const saved = (config: SerializedObject['config'], name = 'DTypePolicyMap') => {
      return { module: 'keras.dtype_policies', class_name: name, config, registered_name: null };
    };
    const read = (map: SerializedObject) => () => dtypePolicies.deserialize(map);
    expect(read(saved(null))).toThrow(/something that is not a policy/);
    expect(read(saved({ policy_map: { a: 3 } }))).toThrow(/received 3/);
    expect(read(saved({ policy_map: { '(a+)+b': 'float16' } }))).toThrow(/\(a\+\)\+b/);
    expect(read(saved({ policy_map: { a: saved({ policy_map: {} }) } }))).toThrow(/map itself/);
    expect(read(saved({ mode: 'int8' }, 'QuantizedDTypePolicy'))).toThrow(/before it is quantized/);
    const followsDefault = { module: 'keras', class_name: 'DTypePolicy', config: { name: null } };
    expect(dtypePolicies.deserialize(followsDefault).name).toBe('float32');
    // @ts-expect-error: the types refuse it as well
    expect(() => dtypePolicies.get(7)).toThrow(/this is not a dtype policy/);
    expect(dtypePolicies.get(null)).toBe(dtypePolicies.get());
    expect(dtypePolicies.FloatDTypePolicy).toBe(DTypePolicy);
  });
});

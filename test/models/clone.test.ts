// cloneModel with functions of the caller: which layers are put where, and how they are called.
import { describe, expect, it } from 'vitest';
import {
  type AnyLayer,
  cloneModel,
  deserializeLayer,
  layers,
  Model,
  Sequential,
  serializeLayer,
  tensor,
} from '../../src/index.js';

const again = (layer: AnyLayer): AnyLayer => deserializeLayer(serializeLayer(layer));

/** Two branches, one of which is a model, that share a layer. */
function branched() {
  const x = layers.input({ shape: [3], name: 'x' });
  const shared = layers.dense({ units: 3, name: 'shared' });
  const inner = new Sequential(
    [layers.input({ shape: [3] }), layers.dense({ units: 2, name: 'deep' })],
    { name: 'inner' },
  );
  const left = inner.apply(shared.apply(x));
  const right = layers.dense({ units: 2, name: 'right' }).apply(shared.apply(shared.apply(x)));
  return new Model({ inputs: x, outputs: layers.add().apply([left, right]), name: 'branched' });
}

describe('cloneModel', () => {
  it('puts the layers that cloneFunction gives into a Sequential', () => {
    const model = new Sequential([
      layers.input({ shape: [4] }),
      layers.dense({ units: 2 }),
      layers.dense({ units: 1 }),
    ]);
    const copy = cloneModel(model, { cloneFunction: () => layers.dense({ units: 5 }) });
    expect(copy).toBeInstanceOf(Sequential);
    expect(copy.name).toBe(model.name);
    expect(copy.weights.map(({ shape }) => shape)).toEqual([[4, 5], [5], [5, 5], [5]]);
  });

  it('keeps the graph of a functional model, and makes one copy of a shared layer', async () => {
    const model = branched();
    const seen: string[] = [];
    const copy = cloneModel(model, {
      cloneFunction: (layer) => {
        seen.push(layer.name);
        return again(layer);
      },
    });
    expect(seen.sort()).toEqual([...model.layers.slice(1)].map(({ name }) => name).sort());
    expect(copy.name).toBe('branched');
    expect(copy.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    expect(copy.weights[0]).not.toBe(model.weights[0]);
    copy.setWeights(model.getWeights());
    const x = tensor([[1, 2, 3]]);
    expect(await copy.apply(x).array()).toEqual(await model.apply(x).array());
  });

  it('shares the layers that cloneFunction returns as they are', () => {
    const model = branched();
    const copy = cloneModel(model, { cloneFunction: (layer) => layer });
    expect(copy.weights).toEqual(model.weights);
  });

  it('goes into models inside where recursive', () => {
    const names: string[] = [];
    const cloneFunction = (layer: AnyLayer) => {
      names.push(layer.name);
      return again(layer);
    };
    cloneModel(branched(), { cloneFunction });
    expect(names).toContain('inner');
    names.length = 0;
    cloneModel(branched(), { cloneFunction, recursive: true });
    expect(names).toContain('deep');
    expect(names).not.toContain('inner');
  });

  it('calls copies through callFunction, on tensors of the caller', async () => {
    const model = branched();
    const called: string[] = [];
    const x = layers.input({ shape: [3], name: 'another' });
    const copy = cloneModel(model, {
      inputTensors: [x],
      cloneFunction: (layer) => layer,
      callFunction: (layer, inputs, options) => {
        called.push(layer.name);
        return layer.apply(inputs, options);
      },
    });
    expect(copy.inputNames).toEqual(['another']);
    expect(called.filter((name) => name === 'shared')).toHaveLength(3);
  });

  it('refuses what is no layer, and options that there are not', () => {
    const wrong = { cloneFunction: () => 'dense' as unknown } as object;
    expect(() => cloneModel(branched(), wrong)).toThrow('cloneFunction gave no layer');
    const misspelt = { cloneFunktion: again } as object;
    expect(() => cloneModel(branched(), misspelt)).toThrow('cloneFunction');
  });
});

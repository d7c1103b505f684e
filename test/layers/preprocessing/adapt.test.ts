// What `adapt` learns, against real Keras; data in every form that it may come in; errors.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../../src/core/serialized.js';
import {
  ArgumentError,
  Discretization,
  deserializeLayer,
  layers,
  Normalization,
  ShapeError,
  StateError,
  serializeLayer,
  type Tensor,
  tensor,
} from '../../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';

interface AdaptCase {
  readonly name: string;
  readonly layer: SerializedObject;
  readonly batches: readonly GoldenArray[];
  readonly after: { readonly bin_boundaries?: readonly number[] };
  readonly weights: readonly GoldenArray[];
  readonly input: GoldenArray;
  readonly output: GoldenArray;
}

const file = new URL('../../golden/adapt.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: AdaptCase[] };

async function* slowly<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

function adaptable(node: SerializedObject): Normalization | Discretization {
  const layer = deserializeLayer(node);
  if (layer instanceof Normalization || layer instanceof Discretization) return layer;
  throw new Error('not a layer that adapts');
}

describe('adapt equals Keras', () => {
  for (const one of cases) {
    it(one.name, async () => {
      const layer = adaptable(one.layer);
      const batches = one.batches.map(tensorOfGolden);
      const [only, ...others] = batches;
      if (only !== undefined && others.length === 0) await layer.adapt(only);
      else await layer.adapt(slowly(batches));
      for (const [index, weight] of one.weights.entries()) {
        const found = layer.weights[index];
        if (found !== undefined) await expectClose(found.value, weight);
      }
      expect(layer.weights.length).toBe(one.weights.length);
      const { bin_boundaries } = one.after;
      if (layer instanceof Discretization) {
        await expectClose(tensor([...(layer.binBoundaries ?? [])]), {
          shape: [bin_boundaries?.length ?? 0],
          dtype: 'float32',
          data: bin_boundaries ?? [],
        });
      }
      await expectClose(layer.apply(tensorOfGolden(one.input)), one.output);
      const copy = adaptable(JSON.parse(JSON.stringify(serializeLayer(layer))));
      copy.setWeights(layer.getWeights());
      await expectClose(copy.apply(tensorOfGolden(one.input)), one.output);
    });
  }
});

describe('data for adapt', () => {
  const rows = [
    [1, 10],
    [3, 30],
    [5, 20],
  ];
  const meanOf = async (layer: Normalization): Promise<unknown> => layer.weights[0]?.value.array();

  it('may be nested arrays, a tensor, batches, records of datasets, pairs of x and y', async () => {
    const forms = [
      rows,
      tensor(rows),
      [tensor(rows.slice(0, 2)), tensor(rows.slice(2))],
      slowly([{ x: tensor(rows) }]),
      [[tensor(rows), tensor([0, 1, 0])] as const],
    ];
    for (const data of forms) {
      const layer = layers.normalization();
      await layer.adapt(data);
      expect(await meanOf(layer)).toEqual([3, 20]);
    }
  });

  it('stops after `steps` batches', async () => {
    function* endless(): Generator<Tensor> {
      for (let value = 0; ; value++) yield tensor([[value]]);
    }
    const layer = layers.normalization();
    await layer.adapt(endless(), { steps: 5 });
    expect(await meanOf(layer)).toEqual([2]);
  });

  it('learns anew each time', async () => {
    const layer = layers.normalization();
    await layer.adapt([[100, 100]]);
    await layer.adapt(rows);
    expect(await meanOf(layer)).toEqual([3, 20]);
  });

  it('is refused where it does not fit, and the layer stays as it was', async () => {
    const layer = layers.normalization();
    await layer.adapt(rows);
    await expect(layer.adapt([[1, 2, 3]])).rejects.toThrow(ShapeError);
    await expect(layer.adapt(slowly([tensor(rows), tensor([[1]])]))).rejects.toThrow(ShapeError);
    await expect(layer.adapt(slowly<Tensor>([]))).rejects.toThrow(ArgumentError);
    expect(await meanOf(layer)).toEqual([3, 20]);
    const wrong: unknown = 'text';
    await expect(layer.adapt(wrong as readonly number[])).rejects.toThrow(/array of numbers/);
  });
});

describe('errors of layers that adapt', () => {
  it('say what belongs together', async () => {
    expect(() => layers.normalization({ mean: 1 })).toThrow(/belong together/);
    const wide = layers.normalization({ mean: [1, 2, 3], variance: [1, 1, 1] });
    expect(() => wide.apply(tensor([[1, 2]]))).toThrow(/do not fit the axes/);
    const given = layers.normalization({ mean: 1, variance: 1 });
    await expect(given.adapt([[1]])).rejects.toThrow(StateError);
    expect(() => layers.discretization({})).toThrow(/bins are not described/);
    expect(() => layers.discretization({ binBoundaries: [2, 1] })).toThrow(ArgumentError);
    const bins = layers.discretization({ numBins: 3 });
    expect(() => bins.apply(tensor([1]))).toThrow(/adapt/);
    await expect(layers.discretization({ binBoundaries: [1] }).adapt([1])).rejects.toThrow(
      StateError,
    );
  });

  it('name output modes and refuse sparse tensors', () => {
    const wrong = 'onehot ' as 'oneHot';
    expect(() => layers.categoryEncoding({ numTokens: 3, outputMode: wrong })).toThrow(/oneHot/);
    expect(() => layers.categoryEncoding({ numTokens: 3, sparse: true })).toThrow(/sparse/);
    const layer = layers.categoryEncoding({ numTokens: 3 });
    expect(() => layer.apply(tensor([[1]]), { countWeights: [[1]] })).toThrow(/countWeights/);
  });
});

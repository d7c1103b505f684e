// A convolution with batch normalization, trained under the mixed policies, against real Keras.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { full, layers, losses, optimizers, Sequential, setDTypePolicy } from '../../src/index.js';
import { deserializeLayer } from '../../src/models/deserialize.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';
import { TOLERANCES } from './policy-tolerances.js';

interface PictureCase {
  readonly name: string;
  readonly layers: readonly SerializedObject[];
  readonly initialWeights: readonly { readonly value: GoldenArray }[];
  readonly weightDtypes: readonly string[];
  readonly x: GoldenArray;
  readonly y: GoldenArray;
  readonly history: readonly { readonly loss: number }[];
  readonly finalWeights: readonly { readonly path: string; readonly value: GoldenArray }[];
  readonly farLoss: number;
}

const file = new URL('../golden/precision-pictures.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: PictureCase[] };

function build(one: PictureCase): Sequential {
  setDTypePolicy(one.name);
  const input = layers.input({ shape: [6, 6, 1] });
  const model = new Sequential([input, ...one.layers.map((layer) => deserializeLayer(layer))]);
  model.setWeights(one.initialWeights.map(({ value }) => tensorOfGolden(value)));
  return model;
}

afterEach(() => setDTypePolicy('float32'));

describe('pictures under dtype policies', () => {
  for (const one of cases) {
    const [relative, absolute] = TOLERANCES[one.name] ?? [0, 0];
    it(`${one.name} trains as in Keras, with its loss in float32`, async () => {
      const model = build(one);
      expect(model.weights.map(({ dtype }) => dtype)).toEqual(one.weightDtypes);
      const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
      const optimizer = new optimizers.SGD({ learningRate: 0.05, momentum: 0.9 });
      model.compile({ optimizer, loss });
      const [x, y] = [tensorOfGolden(one.x), tensorOfGolden(one.y)];
      const fit = { batchSize: 4, epochs: 3, shuffle: false, verbose: 0 } as const;
      const { history } = await model.fit(x, y, fit);
      for (const [epoch, logs] of one.history.entries()) {
        const difference = Math.abs((history.loss?.[epoch] ?? Number.NaN) - logs.loss);
        expect(difference, `loss of epoch ${epoch}`).toBeLessThanOrEqual(
          absolute + relative * logs.loss,
        );
      }
      for (const [index, { value }] of one.finalWeights.entries()) {
        const weight = model.weights[index]?.value;
        if (weight !== undefined) await expectClose(weight, value, relative, absolute);
      }
      const far = new losses.MeanSquaredError().apply(full([12, 3], 300), model.apply(x));
      expect(far.dtype).toBe('float32');
      expect(Math.abs((await far.item()) / one.farLoss - 1)).toBeLessThan(relative);
    });
  }
});

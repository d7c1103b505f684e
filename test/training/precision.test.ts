// Training under every dtype policy against real Keras: dtypes, histories, the scale of the loss.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import {
  DTypePolicy,
  layers,
  Model,
  optimizers,
  Sequential,
  setDTypePolicy,
  type Tensor,
} from '../../src/index.js';
import { serializeLayer } from '../../src/layers/layer-config.js';
import { deserializeLayer } from '../../src/models/deserialize.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';
import { TOLERANCES } from './policy-tolerances.js';

interface PrecisionCase {
  name: string;
  layers: SerializedObject[];
  dtypePolicy: SerializedObject;
  initialWeights: { path: string; value: GoldenArray }[];
  weightDtypes: string[];
  resultDtype: string;
  x: GoldenArray;
  y: GoldenArray;
  optimizer: SerializedObject;
  history: { loss: number; mae: number }[];
  iterations: number;
  lossScale: number | null;
  finalWeights: { path: string; value: GoldenArray }[];
  predictions: GoldenArray;
}

const file = new URL('../golden/precision.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: PrecisionCase[] };

function build(one: PrecisionCase): Model<Tensor> {
  setDTypePolicy(one.name);
  const input = layers.input({ shape: [3], name: 'inputs' });
  const [first, normal, last] = one.layers.map((layer) => deserializeLayer(layer));
  if (first === undefined || normal === undefined || last === undefined) throw new Error('layers');
  const output = last.apply(normal.apply(first.apply(input)));
  const model = new Model<Tensor>({
    inputs: input,
    outputs: output as typeof input,
    name: 'model',
  });
  model.setWeights(one.initialWeights.map(({ value }) => tensorOfGolden(value)));
  const optimizer = new optimizers.SGD({ learningRate: 0.05, momentum: 0.9 });
  model.compile({ optimizer, loss: 'mse', metrics: ['mae'] });
  return model;
}

afterEach(() => setDTypePolicy('float32'));

describe('dtype policies', () => {
  for (const one of cases) {
    const [relative, absolute] = TOLERANCES[one.name] ?? [0, 0];
    it(`${one.name} trains as in Keras`, async () => {
      const model = build(one);
      expect(new DTypePolicy(one.name).serialize()).toEqual(one.dtypePolicy);
      expect(model.weights.map(({ dtype }) => dtype)).toEqual(one.weightDtypes);
      const x = tensorOfGolden(one.x);
      expect(model.apply(x).dtype).toBe(one.resultDtype);
      for (const [at, layer] of model.layers.slice(1).entries()) {
        const saved = one.layers[at];
        const { quantization_config: _, rms_scaling: __, ...config } = saved?.config ?? {};
        expect(serializeLayer(layer).config).toEqual(config);
      }
      const fit = { batchSize: 8, epochs: 3, shuffle: false, verbose: 0 } as const;
      const { history } = await model.fit(x, tensorOfGolden(one.y), fit);
      for (const [epoch, logs] of one.history.entries()) {
        for (const name of ['loss', 'mae'] as const) {
          const difference = Math.abs((history[name]?.[epoch] ?? Number.NaN) - logs[name]);
          expect(difference, `${name} of epoch ${epoch}`).toBeLessThanOrEqual(
            absolute + relative * logs[name],
          );
        }
      }
      for (const [index, { value }] of one.finalWeights.entries()) {
        const weight = model.weights[index]?.value;
        if (weight !== undefined) await expectClose(weight, value, relative, absolute);
      }
      const predictions = await model.predict(x.slice([0, 0], [3, 3]), { verbose: 0 });
      await expectClose(predictions, one.predictions, relative, absolute);
      expect(await model.optimizer.iterations.item()).toBe(one.iterations);
    });

    it(`${one.name} scales the loss as Keras does, and is saved with all of it`, async () => {
      const model = build(one);
      const saved = optimizers.serialize(model.optimizer);
      expect(saved.class_name).toBe(one.optimizer.class_name);
      await model.fit(tensorOfGolden(one.x), tensorOfGolden(one.y), { epochs: 6, verbose: 0 });
      const { optimizer } = model;
      if (one.lossScale === null)
        expect(optimizer).not.toBeInstanceOf(optimizers.LossScaleOptimizer);
      else {
        const scale = optimizer.variables.find(({ name }) => name === 'dynamic_scale');
        expect(await scale?.value.item()).toBe(one.lossScale);
      }
      setDTypePolicy('float32');
      const copy = await modelFromBytes(await modelToBytes(model));
      expect(copy.optimizer.className).toBe(optimizer.className);
      expect(copy.layers.map(({ dtypePolicy }) => dtypePolicy.name)).toEqual(
        model.layers.map(({ dtypePolicy }) => dtypePolicy.name),
      );
      for (const [at, { value }] of optimizer.variables.entries()) {
        const other = copy.optimizer.variables[at];
        expect(await other?.value.data()).toEqual(await value.data());
      }
      for (const [at, { value }] of model.weights.entries()) {
        expect(await copy.weights[at]?.value.data()).toEqual(await value.data());
      }
    });
  }

  it('stay with Sequential models, which Keras forgets', () => {
    setDTypePolicy('mixed_float16');
    const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
    setDTypePolicy('float32');
    const copy = deserializeLayer(serializeLayer(model));
    expect(copy.dtypePolicy.name).toBe('mixed_float16');
  });
});

// Ops as nodes of functional models: read from Keras's configs, and made by the methods of symbolic
// tensors, which must write what Keras writes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plain } from '../../src/core/op.js';
import type { PlainConfig } from '../../src/core/serialized.js';
import {
  clearSession,
  layers,
  Model,
  modelFromBytes,
  modelToBytes,
  ops,
  SymbolicTensor,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { deserializeLayer } from '../../src/models/deserialize.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../golden-arrays.js';

interface OperationCase {
  readonly name: string;
  readonly method: string | null;
  readonly arguments: readonly unknown[];
  readonly layers: readonly PlainConfig[];
  readonly result: Plain;
  readonly inputs: Readonly<Record<string, GoldenArray>>;
  readonly output: GoldenArray;
}

const file = new URL('../golden/operations.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: OperationCase[] };

/** The config of the case's model, with its inputs. */
function configOf(one: OperationCase) {
  const inputs = Object.entries(one.inputs).map(([name, { shape, dtype }]) => ({
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: { batch_shape: [null, ...shape.slice(1)], dtype, name },
    registered_name: null,
    name,
    inbound_nodes: [],
  }));
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: 'operations',
      trainable: true,
      layers: [...inputs, ...one.layers],
      input_layers: Object.keys(one.inputs).map((name) => [name, 0, 0]),
      output_layers: one.result,
    },
    registered_name: 'Functional',
  };
}

function dataOf(one: OperationCase): Tensor[] {
  return Object.values(one.inputs).map(tensorOfGolden);
}

async function expectOutput(model: Model, one: OperationCase): Promise<void> {
  const data = dataOf(one);
  const given = model.apply(data);
  await expectClose(given.dtype === 'float32' ? given : given.cast('float32'), one.output);
}

/** The case's model, made with the method of ours. */
function ownModel(one: OperationCase, method: string): Model {
  clearSession();
  const inputs = Object.entries(one.inputs).map(([name, { shape }]) =>
    layers.input({ shape: shape.slice(1), name }),
  );
  const [x, y] = inputs;
  const args = one.arguments.map((argument) => {
    if (argument === 'y') return y;
    return argument === 'y^T' ? y?.transpose([0, 2, 1]) : argument;
  });
  const call: unknown = Reflect.get(x ?? {}, method);
  if (typeof call !== 'function') throw new Error(`there is no method ${method}`);
  const outputs: unknown = Reflect.apply(call, x, args);
  if (!(outputs instanceof SymbolicTensor)) throw new Error('the method gave no symbolic tensor');
  return new Model({ inputs, outputs, name: 'operations' });
}

describe('operations that Keras has written', () => {
  for (const one of cases) {
    it(one.name, async () => {
      const model = deserializeLayer(configOf(one));
      if (!(model instanceof Model)) throw new Error('not a model');
      await expectOutput(model, one);
    });
  }
});

describe('methods of symbolic tensors', () => {
  for (const one of cases) {
    const { method } = one;
    if (method === null) continue;
    it(`${one.name}: ${method}`, async () => {
      const model = ownModel(one, method);
      const own = JSON.parse(model.toJson()) as { config: { layers: PlainConfig[] } };
      const isInput = (layer: PlainConfig) => layer.class_name === 'InputLayer';
      expect(own.config.layers.filter((layer) => !isInput(layer))).toEqual(one.layers);
      await expectOutput(model, one);
    });
  }

  it('that Keras has no operation for run, and say so when they are saved', async () => {
    const x = layers.input({ shape: [3] });
    const model = new Model({
      inputs: x,
      outputs: x.squaredDifference(x.mul(3)).pad([
        [0, 0],
        [0, 1],
      ]),
    });
    expect(await model.apply(tensor([[1, 2, 3]])).array()).toEqual([[4, 16, 36, 0]]);
    await expect(modelToBytes(model)).rejects.toThrow('cannot be saved');
  });

  it('make models that train, and that files hold', async () => {
    const x = layers.input({ shape: [4], name: 'x' });
    const features = layers.dense({ units: 3, activation: 'tanh' }).apply(x);
    const distance = features
      .getItem(['all', 0])
      .sub(features.getItem(['all', 1]))
      .square();
    const model = new Model({ inputs: x, outputs: distance.expandDims(1).mul(0.5).add(1) });
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const data = ops.random.uniform([8, 4], { seed: 1 });
    const { history } = await model.fit(data, ops.ones([8, 1]), { epochs: 3, verbose: 0 });
    expect(history.loss?.[2] ?? 1).toBeLessThan(history.loss?.[0] ?? 0);
    const copy = await modelFromBytes(await modelToBytes(model));
    expect(
      await (copy.predict(data, { verbose: 0 }) as Promise<Tensor>).then((t) => t.array()),
    ).toEqual(await (await model.predict(data, { verbose: 0 })).array());
  });

  it('are named by the error of an op that is given a symbolic tensor', () => {
    const x: unknown = layers.input({ shape: [3] });
    expect(() => ops.mul(x as Tensor, 2)).toThrow('x.mul');
  });
});

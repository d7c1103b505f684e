// Configs as other programs write them: older Keras, classes of users, and broken ones.

import { describe, expect, it } from 'vitest';
import {
  clearSession,
  deserializeLayer,
  FormatError,
  Layer,
  layers,
  Model,
  modelFromJson,
  Sequential,
  serializeLayer,
  type Tensor,
  tensor,
  UnknownNameError,
} from './exports.js';
import { messageOf } from './message-of.js';

const dense = (name: string) => ({
  class_name: 'Dense',
  config: { name, trainable: true, dtype: 'float32', units: 2, activation: 'relu', use_bias: true },
  name,
});

describe('configs of Keras 2', () => {
  it('are read: lists for calls, batch_input_shape, alpha', () => {
    clearSession();
    const model = deserializeLayer({
      class_name: 'Functional',
      config: {
        name: 'old',
        layers: [
          {
            class_name: 'InputLayer',
            config: { batch_input_shape: [null, 3], dtype: 'float32', sparse: false, name: 'in' },
            name: 'in',
            inbound_nodes: [],
          },
          { ...dense('a'), inbound_nodes: [[['in', 0, 0, {}]], [['b', 0, 0, {}]]] },
          {
            class_name: 'Reshape',
            config: { name: 'b', target_shape: [3], dtype: 'float32' },
            name: 'b',
            inbound_nodes: [[['in', 0, 0, {}]]],
          },
          {
            class_name: 'Add',
            config: { name: 'sum', dtype: 'float32' },
            name: 'sum',
            inbound_nodes: [
              [
                ['a', 0, 0, {}],
                ['a', 1, 0, {}],
              ],
            ],
          },
        ],
        input_layers: [['in', 0, 0]],
        output_layers: [['sum', 0, 0]],
      },
    });
    if (!(model instanceof Model)) throw new Error('not a model');
    expect(model.countParams()).toBe(8);
    expect(model.apply(tensor([[1, 2, 3]])).shape).toEqual([1, 2]);
    const leaky = deserializeLayer({ class_name: 'LeakyReLU', config: { alpha: 0.1 } });
    expect(leaky.getConfig().negativeSlope).toBe(0.1);
    const stack = deserializeLayer({
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: [{ ...dense('d'), config: { ...dense('d').config, batch_input_shape: [null, 4] } }],
      },
    });
    expect(stack.countParams()).toBe(10);
  });
});

class Twice extends Layer<{ times?: number }> {
  protected override call(x: Tensor): Tensor {
    return x.mul(this.config.times ?? 2);
  }
}

describe('layers of users', () => {
  it('come back when their class is lent', async () => {
    const model = new Sequential([layers.input({ shape: [1] }), new Twice({ times: 3 })]);
    const text = model.toJson();
    const custom = { find: (name: unknown) => (name === 'Twice' ? Twice : undefined) };
    const copy = modelFromJson(text, { custom });
    const y = copy.apply(tensor([[2]])) as Tensor;
    expect(await y.array()).toEqual([[6]]);
    expect(() => modelFromJson(text)).toThrow(UnknownNameError);
    expect(messageOf(() => modelFromJson(text))).toContain('customObjects: { Twice }');
  });

  it('are written under their own name', () => {
    expect(serializeLayer(new Twice({ name: 'x' }))).toMatchObject({
      module: null,
      class_name: 'Twice',
      registered_name: 'Twice',
    });
  });
});

describe('broken configs', () => {
  const functional = (nodes: readonly object[], end = 'a') => ({
    class_name: 'Functional',
    config: { name: 'm', layers: nodes, input_layers: ['in', 0, 0], output_layers: [end, 0, 0] },
  });
  const source = {
    class_name: 'InputLayer',
    config: { batch_shape: [null, 3], name: 'in' },
    name: 'in',
    inbound_nodes: [],
  };

  it('are refused with what is wrong', () => {
    const circle = [source, { ...dense('a'), inbound_nodes: [[['a', 0, 0, {}]]] }];
    expect(messageOf(() => deserializeLayer(functional(circle)))).toContain('wait for each other');
    const nowhere = [source, { ...dense('a'), inbound_nodes: [[['ghost', 0, 0, {}]]] }];
    expect(messageOf(() => deserializeLayer(functional(nowhere)))).toContain('"ghost"');
    expect(messageOf(() => deserializeLayer(functional([source], 'x')))).toContain('not there');
    const twice = [source, source];
    expect(messageOf(() => deserializeLayer(functional(twice, 'in')))).toContain('one name');
    expect(() => deserializeLayer({ class_name: 7 })).toThrow(FormatError);
    expect(() => modelFromJson('{')).toThrow(FormatError);
    const odd = { class_name: 'Dense', config: { units: 2, colour: 'red' } };
    expect(messageOf(() => deserializeLayer(odd))).toContain('there is no option of Dense');
    const proto = { class_name: '__proto__', config: {} };
    expect(() => deserializeLayer(proto)).toThrow(UnknownNameError);
    expect(() => deserializeLayer({ class_name: 'constructor', config: {} })).toThrow(
      UnknownNameError,
    );
  });

  it('that nest without end are refused', () => {
    let node: object = dense('d');
    for (let depth = 0; depth < 100; depth++) {
      node = { class_name: 'Sequential', config: { name: `s${depth}`, layers: [node] } };
    }
    expect(messageOf(() => deserializeLayer(node))).toContain('nests too deep');
  });
});

// One line for a layer gives all the tests that every layer should pass.

import { describe, expect, it } from 'vitest';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import {
  type AnyLayer,
  createCpuDevice,
  createEagerEngine,
  currentEngine,
  deserializeLayer,
  KeratinError,
  layers,
  Model,
  mul,
  random,
  serializeLayer,
  setEngine,
  setRandomSeed,
  sum,
  Tensor,
  valueAndGradient,
  withEngine,
} from '../../src/index.js';

/** What is known of a layer. */
export interface LayerCheck {
  /** Shapes of the inputs, batch included. One shape is a single tensor, several are a list. */
  readonly inputs: readonly (readonly number[])[];
  /** Shape of the output, batch included. */
  readonly output: readonly number[];
  /** Number of weights. Default 0. */
  readonly weights?: number;
  /** Number of numbers in the weights. */
  readonly params?: number;
  /** Inputs are whole numbers below this. Default: fractions from -1 to 1. */
  readonly below?: number;
  /** Trainable weights that a first step leaves alone, since their gradient is 0. Default 0. */
  readonly still?: number;
  /** Whether training draws random numbers, so that two runs differ. Default false. */
  readonly random?: boolean;
  /** A shape that the layer must refuse; null where any will do. Default: an axis too many. */
  readonly refuses?: readonly number[] | null;
}

const eager = createEagerEngine(createCpuDevice());
const graph = createGraphEngine(eager);
setEngine(eager);

function inputsOf(check: LayerCheck): readonly Tensor[] {
  return check.inputs.map((shape, index) =>
    check.below === undefined
      ? random.uniform(shape, { min: -1, max: 1, seed: index + 1 })
      : random.randint(shape, { min: 0, max: check.below, seed: index + 1 }),
  );
}

function call(layer: AnyLayer, inputs: readonly Tensor[], training: boolean): Tensor {
  const [first, ...others] = inputs;
  if (first === undefined) throw new Error('no input');
  const output = layer.apply(others.length === 0 ? first : inputs, { training });
  if (!(output instanceof Tensor)) throw new Error('not one output');
  return output;
}

async function expectSame(actual: Tensor, wanted: Tensor): Promise<void> {
  expect(actual.shape).toEqual(wanted.shape);
  const [a, b] = [await actual.data(), await wanted.data()];
  for (const [index, value] of a.entries()) expect(value).toBeCloseTo(Number(b[index]), 5);
}

/** A copy made through Keras's form, with the same weights. */
function copyOf(layer: AnyLayer): AnyLayer {
  const copy = deserializeLayer(JSON.parse(JSON.stringify(serializeLayer(layer))));
  if (layer.weights.length > 0) copy.setWeights(layer.getWeights());
  return copy;
}

function checkShapes(make: () => AnyLayer, check: LayerCheck): void {
  it('makes its weights and infers its output', () => {
    const layer = make();
    expect(call(layer, inputsOf(check), false).shape).toEqual(check.output);
    expect(layer.weights.length).toBe(check.weights ?? 0);
    if (check.params !== undefined) expect(layer.countParams()).toBe(check.params);
    const symbols = check.inputs.map((shape) =>
      layers.input({
        shape: shape.slice(1),
        dtype: check.below === undefined ? 'float32' : 'int32',
      }),
    );
    const [only, ...others] = symbols;
    const other = make();
    if (only !== undefined) other.apply(others.length === 0 ? only : symbols);
    expect(other.output.shape).toEqual([null, ...check.output.slice(1)]);
  });
}

function checkEngines(make: () => AnyLayer, check: LayerCheck): void {
  it('gives the same compiled as step by step', async () => {
    for (const training of check.random === true ? [false] : [false, true]) {
      const layer = make();
      const inputs = inputsOf(check);
      layer.ensureBuilt(
        inputs.length === 1 ? (inputs[0]?.shape ?? []) : inputs.map((x) => x.shape),
      );
      const copy = copyOf(layer);
      const wanted = call(layer, inputs, training);
      const step = graph.compile((...tensors: Tensor[]) => call(copy, tensors, training));
      await expectSame(
        withEngine(graph, () => step(...inputs)),
        wanted,
      );
      for (const [index, weight] of copy.weights.entries()) {
        const same = layer.weights[index];
        if (same !== undefined) await expectSame(weight.value, same.value);
      }
    }
  });
}

function checkConfig(make: () => AnyLayer, check: LayerCheck): void {
  it('comes back from its config', async () => {
    const layer = make();
    const inputs = inputsOf(check);
    const wanted = call(layer, inputs, false);
    const copy = copyOf(layer);
    expect(serializeLayer(copy)).toEqual(serializeLayer(layer));
    await expectSame(call(copy, inputs, false), wanted);
  });
}

function checkTraining(make: () => AnyLayer, check: LayerCheck): void {
  it('has gradients that are numbers', async () => {
    const layer = make();
    const inputs = inputsOf(check);
    call(layer, inputs, false);
    const factor = random.uniform(check.output, { seed: 9 });
    const { gradients } = valueAndGradient(
      () => sum(mul(call(layer, inputs, true), factor)),
      layer.trainableWeights,
    );
    for (const gradient of gradients) {
      expect(gradient).toBeDefined();
      for (const value of (await gradient?.data()) ?? []) expect(value).not.toBeNaN();
    }
  });

  it('trains a step inside a model', async () => {
    // Unseeded weights leave all relu units of a small layer dead now and then: no gradient then.
    setRandomSeed(1);
    const symbols = check.inputs.map((shape) =>
      layers.input({
        shape: shape.slice(1),
        dtype: check.below === undefined ? 'float32' : 'int32',
      }),
    );
    const layer = make();
    const [only, ...others] = symbols;
    if (only !== undefined) layer.apply(others.length === 0 ? only : symbols);
    const model = new Model({ inputs: symbols, outputs: layer.output });
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const before = await Promise.all(layer.trainableWeights.map((weight) => weight.value.data()));
    const target = random.uniform(check.output, { seed: 5 });
    await model.trainOnBatch([...inputsOf(check)], target);
    const after = await Promise.all(layer.trainableWeights.map((weight) => weight.value.data()));
    for (const values of after) for (const value of values) expect(value).not.toBeNaN();
    const still = after.filter((values, index) =>
      values.every((value, place) => value === before[index]?.[place]),
    );
    expect(still).toHaveLength(check.still ?? 0);
  });
}

function checkRefusal(make: () => AnyLayer, check: LayerCheck): void {
  const [first = []] = check.inputs;
  const refused = check.refuses === undefined ? [...first, 2] : check.refuses;
  if (refused === null) return;
  it('refuses a shape that does not fit, and says where', () => {
    const layer = make();
    call(layer, inputsOf(check), false);
    const bad = check.inputs.map(() => random.uniform(refused, { seed: 1 }));
    try {
      call(layer, bad, false);
    } catch (error) {
      expect(error).toBeInstanceOf(KeratinError);
      // A layer inside may be the one that refuses; then the outer one is the start of the place.
      const inside = (error as KeratinError).message.startsWith(`${layer.name}/`);
      const place = inside ? `${layer.name}/` : `${layer.className} "${layer.name}"`;
      expect((error as KeratinError).message).toContain(place);
      return;
    }
    throw new Error('the shape was taken');
  });
}

/** Tests of one layer: shapes, both engines, configuration, gradients, a training step, errors. */
export function checkLayer(name: string, make: () => AnyLayer, check: LayerCheck): void {
  describe(name, () => {
    expect(currentEngine()).toBe(eager);
    checkShapes(make, check);
    checkEngines(make, check);
    checkConfig(make, check);
    checkTraining(make, check);
    checkRefusal(make, check);
  });
}

// Small models and data for the tests of training.
import { layers, Model, Sequential, setRandomSeed, type Tensor, tensor } from '../../src/index.js';

/** y = 2·x₁ − x₂ on a grid. */
export function line(count = 20): { x: number[][]; y: number[][] } {
  const x = Array.from({ length: count }, (_, i) => [(i % 5) / 5, ((i * 3) % 7) / 7]);
  return { x, y: x.map(([a = 0, b = 0]) => [2 * a - b]) };
}

/** One dense unit, compiled with plain gradient descent. */
export function unit(options: Parameters<Sequential['compile']>[0] = {}): Sequential {
  setRandomSeed(7);
  const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
  model.compile({ optimizer: 'sgd', loss: 'mse', ...options });
  return model;
}

/** Two outputs, `height` and `kind`, from one input of two numbers. */
export function twoOutputs(): Model<Tensor[]> {
  setRandomSeed(7);
  const input = layers.input({ shape: [2] });
  const height = layers.dense({ units: 1, name: 'height' }).apply(input);
  const kind = layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(input);
  return new Model<Tensor[]>({ inputs: input, outputs: [height, kind] });
}

export async function valuesOf(model: { getWeights(): readonly Tensor[] }): Promise<number[][]> {
  return Promise.all(model.getWeights().map(async (weight) => [...(await weight.data())]));
}

export function column(values: readonly number[]): Tensor {
  return tensor(values.map((value) => [value]));
}

// TypeScript finds out from the outputs of a graph what calls return. Lines that must not fit say so.
import { expect, it } from 'vitest';
import { input, layers, Model, model, ones, type Tensor } from './exports.js';

const x = input({ shape: [2] });
const y = layers.dense({ units: 3 }).apply(x);
const given = ones([4, 2]);

it('one output gives a tensor', () => {
  const one: Tensor = model({ inputs: x, outputs: y }).apply(given);
  expect(one.shape).toEqual([4, 3]);
});

it('a list gives as many tensors', () => {
  const made: Model<[Tensor, Tensor]> = model({ inputs: x, outputs: [y, x] });
  const [first, second] = made.apply(given);
  expect([first.shape, second.shape]).toEqual([
    [4, 3],
    [4, 2],
  ]);
  // @ts-expect-error A list is no tensor.
  const wrong: Tensor = made.apply(given);
  expect(wrong).toHaveLength(2);
});

it('a record gives a tensor for each name', () => {
  const { sum, raw } = model({ inputs: x, outputs: { sum: y.sum(1), raw: x } }).apply(given);
  const both: readonly Tensor[] = [sum, raw];
  expect(both.map(({ shape }) => shape)).toEqual([[4], [4, 2]]);
});

it('new Model finds it out as well', async () => {
  const [first, second]: [Tensor, Tensor] = new Model({ inputs: x, outputs: [y, x] }).apply(given);
  const { sum } = await new Model({ inputs: x, outputs: { sum: y.sum(1) } }).predict(given, {
    verbose: 0,
  });
  const one: Tensor = new Model({ inputs: x, outputs: y }).apply(given);
  expect([first, second, sum, one].map((made) => made.rank)).toEqual([2, 2, 1, 2]);
  // @ts-expect-error A misspelt option.
  expect(() => new Model({ inputs: x, output: y })).toThrow('outputs');
});

it('what is said beside it counts', () => {
  const named = model<readonly Tensor[]>({ inputs: x, outputs: [y, x] });
  expect(named.apply(given)).toHaveLength(2);
});

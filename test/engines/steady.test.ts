// What a program works out of variables once: it stays while they do, and never any longer.
import { afterEach, describe, expect, it } from 'vitest';
import {
  currentEngine,
  explain,
  layers,
  random,
  Sequential,
  setThreads,
  type Tensor,
  Variable,
} from '../../src/index.js';

// Large enough to be worth a program of its own.
const [rows, depth, columns] = [24, 160, 192];
const numbers = (seed: number, shape: readonly number[]) => random.normal(shape, { seed });

async function closeTo(actual: Tensor, expected: Tensor): Promise<void> {
  const [a, b] = [Array.from(await actual.data()), Array.from(await expected.data())];
  const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  a.forEach((value, index) => {
    expect(Math.abs(value - (b[index] ?? Number.NaN))).toBeLessThanOrEqual(2e-6 * scale);
  });
}

describe('a factor of a product', () => {
  const x = numbers(1, [rows, depth]);
  const make = () => {
    const weight = new Variable(numbers(2, [depth, columns]), { name: 'weight' });
    const step = currentEngine().compile((input: Tensor) => input.matmul(weight.value).tanh());
    const check = () => closeTo(step(x), x.matmul(weight.value).tanh());
    return { weight, step, check };
  };

  it('is packed once, and says so', () => {
    const { step, weight } = make();
    const text = explain((input: Tensor) => input.matmul(weight.value).tanh(), x);
    expect(text).toMatch(/== steady first\nkernel 0: pack .*stays until a variable changes/);
    step(x);
  });

  it('is packed again when it is assigned', async () => {
    const { weight, check } = make();
    await check();
    await check();
    weight.assign(numbers(3, [depth, columns]));
    await check();
  });

  it('is packed again when another program changed it where it lies', async () => {
    const { weight, check } = make();
    const decay = currentEngine().compile(() => weight.assign(weight.value.mul(0.5)));
    await check();
    decay();
    decay();
    await check();
  });

  it('stays through what else the program keeps in its memory', async () => {
    const weight = new Variable(numbers(4, [depth, depth]));
    const deep = (input: Tensor) => {
      let y = input;
      for (let layer = 0; layer < 6; layer += 1) y = y.matmul(weight.value).tanh().add(input);
      return y.softmax();
    };
    const step = currentEngine().compile(deep);
    for (let turn = 0; turn < 4; turn += 1) {
      const input = numbers(10 + turn, [rows, depth]);
      await closeTo(step(input), deep(input));
    }
  });

  it('is not taken for steady where the program itself changes it', async () => {
    const weight = new Variable(numbers(5, [depth, columns]));
    const step = (input: Tensor) => {
      const y = input.matmul(weight.value);
      weight.assign(weight.value.add(1));
      return y;
    };
    const before = weight.value;
    const compiled = currentEngine().compile(step);
    await closeTo(compiled(x), x.matmul(before));
    await closeTo(compiled(x), x.matmul(before.add(1)));
  });

  it('is packed with what is done to it, and in batches', async () => {
    const weight = new Variable(numbers(6, [8, 64, 48]));
    const scale = new Variable(numbers(7, [48]));
    const batch = numbers(8, [8, rows, 64]);
    const product = (input: Tensor) => input.matmul(weight.value.mul(scale.value).abs());
    const step = currentEngine().compile(product);
    await closeTo(step(batch), product(batch));
    scale.assign(numbers(9, [48]));
    await closeTo(step(batch), product(batch));
  });
});

describe('a model', () => {
  afterEach(() => setThreads(1));

  const build = () =>
    new Sequential([
      layers.input({ shape: [12, 12, 8] }),
      layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.batchNormalization(),
      layers.conv2d({ filters: 64, kernelSize: 3, strides: 2 }),
      layers.flatten(),
      layers.dense({ units: 16 }),
    ]);

  it.each([1, 2])('predicts by what fit has just learnt, on %i threads', async (threads) => {
    setThreads(threads);
    const model = build();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [x, y] = [numbers(1, [16, 12, 12, 8]), numbers(2, [16, 16])];
    for (let round = 0; round < 2; round += 1) {
      await closeTo(await model.predict(x), model.apply(x));
      await model.fit(x, y, { epochs: 1, batchSize: 8, verbose: 0 });
      await closeTo(await model.predict(x), model.apply(x));
    }
    model.setWeights(build().getWeights());
    await closeTo(await model.predict(x), model.apply(x));
  });

  it('with frozen layers trains those that are not', async () => {
    const model = build();
    for (const layer of model.layers.slice(0, -1)) layer.trainable = false;
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [x, y] = [numbers(3, [8, 12, 12, 8]), numbers(4, [8, 16])];
    const first = await model.evaluate(x, y, { verbose: 0 });
    await model.fit(x, y, { epochs: 3, verbose: 0 });
    const last = await model.evaluate(x, y, { verbose: 0 });
    expect(Number(Object.values(last)[0])).toBeLessThan(Number(Object.values(first)[0]));
    await closeTo(await model.predict(x), model.apply(x));
  });
});

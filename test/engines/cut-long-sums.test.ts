// Long sums with few results, in parts: as exact as in one piece, and the same on all threads.
import { afterEach, describe, expect, it } from 'vitest';
import {
  conv2d,
  currentEngine,
  explain,
  gradient,
  random,
  setThreads,
  type Tensor,
} from '../../src/index.js';
import { distance } from './distance.js';

type Step = (x: Tensor, y: Tensor) => Tensor;

/** Each with the shapes of its two arguments; all have sums of more than 4,000 terms. */
const cases: Readonly<Record<string, readonly [Step, readonly number[], readonly number[]]>> = {
  'a product': [(x, y) => x.transpose().matmul(y), [4096, 24], [4096, 40]],
  'a product with a finish': [
    (x, y) => x.transpose().matmul(y.relu()).mul(0.01).add(1).tanh(),
    [6000, 20],
    [6000, 32],
  ],
  'the gradient of a filter': [
    (x, w) => gradient((filter: Tensor) => conv2d(x, filter, {}).square().sum())(w)[0],
    [16, 26, 26, 1],
    [3, 3, 1, 32],
  ],
  'the gradient of a pointwise filter': [
    (x, w) => gradient((filter: Tensor) => conv2d(x, filter, {}).square().sum())(w)[0],
    [8, 24, 24, 32],
    [1, 1, 32, 48],
  ],
};

afterEach(() => setThreads(1));

describe.each(Object.entries(cases))('%s', (_, [step, ...shapes]) => {
  const [x, y] = shapes.map((shape, seed) => random.normal(shape, { seed }));
  if (x === undefined || y === undefined) throw new Error('two arguments are needed');

  it('is summed in parts, and as exact', async () => {
    expect(explain(step, x, y)).toMatch(/sum of parts/);
    const exact = step(x.cast('float64'), y.cast('float64'));
    const whole = await distance(step(x, y), exact);
    expect(whole).toBeLessThan(2e-6);
    expect(await distance(currentEngine().compile(step)(x, y), exact)).toBeLessThan(1.5 * whole);
  });

  it('gives the same bits on any number of threads', async () => {
    const results: string[] = [];
    for (const threads of [1, 2, 4]) {
      setThreads(threads);
      const compiled = currentEngine().compile((a: Tensor, b: Tensor) => step(a, b));
      results.push((await compiled(x, y).data()).join());
    }
    expect(new Set(results).size).toBe(1);
  });
});

it('sums with many results stay whole', () => {
  const step: Step = (x, y) => x.transpose().matmul(y);
  const text = explain(step, random.normal([4096, 256]), random.normal([4096, 256]));
  expect(text).not.toMatch('sum of parts');
});

// Gamma, beta and binomial numbers: means and variances of the laws, seeds, compiled programs.
import { describe, expect, it } from 'vitest';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import * as k from '../../src/index.js';

const engine = createGraphEngine(k.createEagerEngine(k.createCpuDevice()));
k.setEngine(engine);

const COUNT = 20_000;
const { random } = k;

/** Fails unless mean and variance are within five standard errors of the law's. */
async function expectLaw(x: k.Tensor, mean: number, variance: number): Promise<void> {
  const found = k.moments(x, { axis: 0 });
  const error = Math.sqrt(variance / COUNT);
  expect(Math.abs((await found.mean.item()) - mean)).toBeLessThan(5 * error);
  expect(Math.abs((await found.variance.item()) / variance - 1)).toBeLessThan(0.1);
}

describe('random distributions', () => {
  it.each([0.3, 1, 2.5, 30])('gamma of shape %d', async (alpha) => {
    await expectLaw(random.gamma([COUNT], alpha, { seed: 3 }), alpha, alpha);
  });

  it.each([
    [0.5, 0.5],
    [2, 5],
  ])('beta of %d and %d', async (a, b) => {
    const x = random.beta([COUNT], a, b, { seed: 4 });
    await expectLaw(x, a / (a + b), (a * b) / ((a + b) ** 2 * (a + b + 1)));
    expect(await k.max(x).item()).toBeLessThanOrEqual(1);
    expect(await k.min(x).item()).toBeGreaterThanOrEqual(0);
  });

  it('is finite where alpha is so small that gamma numbers vanish', async () => {
    // Nearly all mass lies at both ends: 1/2 of the numbers at each.
    const x = random.beta([COUNT], 1e-6, 1e-6, { seed: 6 });
    await expectLaw(x, 0.5, 0.25);
    const numbers = Array.from(await random.gamma([COUNT], 1e-3, { seed: 6 }).data());
    expect(numbers.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
  });

  it('binomial of 12 tries', async () => {
    await expectLaw(random.binomial([COUNT], 12, 0.3, { seed: 5 }), 3.6, 12 * 0.3 * 0.7);
  });

  it('broadcasts what the laws depend on', async () => {
    const x = random.binomial([3, 2], [4, 0], 1, { seed: 1 });
    expect(await x.array()).toEqual([
      [4, 0],
      [4, 0],
      [4, 0],
    ]);
    expect(random.gamma([2, 3], [1, 2, 3], { seed: 1 }).shape).toEqual([2, 3]);
  });

  it('gives the same numbers compiled', async () => {
    const draw = (): k.Tensor => random.beta([50], 2, 3, { seed: 9 });
    const wanted = await draw().array();
    expect(await engine.compile(draw)().array()).toEqual(wanted);
  });

  it('refuses numbers of tries that are tensors', () => {
    expect(() => random.binomial([2], k.tensor([1, 2]), 0.5)).toThrow('plain numbers');
  });
});

// Random tensors: the same bits everywhere, the right distributions, keys that move on.
import { describe, expect, it } from 'vitest';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import {
  createCpuDevice,
  createEagerEngine,
  currentEngine,
  type Engine,
  mean,
  moments,
  random,
  SeedGenerator,
  setDevice,
  setEngine,
  setRandomSeed,
  type Tensor,
  tensor,
} from '../../src/index.js';

const COUNT = 40_000;

/** Mean and deviation. */
async function summary(x: Tensor): Promise<[number, number]> {
  const { mean: centre, variance } = moments(x);
  return [await centre.item(), Math.sqrt(await variance.item())];
}

/** Largest distance between the distribution of the values and the one given (Kolmogorov). */
async function distance(x: Tensor, below: (value: number) => number): Promise<number> {
  const sorted = Array.from(await x.data()).sort((a, b) => a - b);
  return sorted.reduce(
    (most, value, place) => Math.max(most, Math.abs(below(value) - (place + 0.5) / sorted.length)),
    0,
  );
}

/** Of a hundred thousand right generators one is further away than this. */
const FAR = 2.5 / Math.sqrt(COUNT);

/** Makes `engine` the current one for a while, reads included. */
async function usingEngine(engine: Engine, body: (engine: Engine) => Promise<void>): Promise<void> {
  const before = currentEngine();
  setEngine(engine);
  try {
    await body(engine);
  } finally {
    setEngine(before);
  }
}

describe('distributions', () => {
  it('uniform fills its range evenly', async () => {
    const x = random.uniform([COUNT], { seed: 1, min: -1, max: 3 });
    expect(await distance(x, (value) => (value + 1) / 4)).toBeLessThan(FAR);
    expect(await x.min().item()).toBeGreaterThanOrEqual(-1);
    expect(await x.max().item()).toBeLessThan(3);
  });

  it('normal has the mean, deviation and shape asked for', async () => {
    const x = random.normal([COUNT], { seed: 2, mean: 5, stddev: 2 });
    const [centre, width] = await summary(x);
    expect(Math.abs(centre - 5)).toBeLessThan((4 * 2) / Math.sqrt(COUNT));
    expect(Math.abs(width - 2)).toBeLessThan(0.04);
    const logistic = (z: number): number => 1 / (1 + Math.exp(-1.5976 * z - 0.070566 * z ** 3));
    expect(await distance(x, (value) => logistic((value - 5) / 2))).toBeLessThan(FAR + 2e-4);
  });

  it('truncated normal stays within two deviations', async () => {
    const x = random.truncatedNormal([COUNT], { seed: 3 });
    const [centre, width] = await summary(x);
    expect(await x.abs().max().item()).toBeLessThanOrEqual(2);
    expect(Math.abs(centre)).toBeLessThan(0.02);
    expect(Math.abs(width - 0.8796)).toBeLessThan(0.02);
  });

  it('bernoulli and dropout keep the share asked for', async () => {
    const x = random.bernoulli([COUNT], { seed: 4, probability: 0.3 });
    expect(Math.abs((await mean(x).item()) - 0.3)).toBeLessThan(0.01);
    const dropped = random.dropout(tensor(new Float32Array(COUNT).fill(1)), 0.25, { seed: 5 });
    expect(Math.abs((await mean(dropped).item()) - 1)).toBeLessThan(0.02);
    expect(new Set(await dropped.data())).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  });

  it('categorical follows the logits', async () => {
    const draws = random.categorical([[0, Math.log(3)]], { seed: 6, count: COUNT });
    expect(draws.shape).toEqual([1, COUNT]);
    expect(Math.abs((await mean(draws).item()) - 0.75)).toBeLessThan(0.01);
  });

  it('randint gives every number of its range', async () => {
    const x = random.randint([2000], { seed: 7, min: -2, max: 3 });
    expect(x.dtype).toBe('int32');
    expect([...new Set(await x.data())].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    expect(() => random.randint([1], { max: 0 })).toThrow('random.randint: the range is empty');
  });

  it('permutation holds every number once', async () => {
    const x = await random.permutation(500, { seed: 8 }).data();
    expect([...x].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect([...x]).not.toEqual([...x].sort((a, b) => a - b));
    const rows = random.shuffle(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      { seed: 9 },
    );
    expect(await rows.sum({ axis: 0 }).array()).toEqual([6, 6]);
  });
});

describe('seeds', () => {
  it('give the same bits on every device', async () => {
    const draw = async (): Promise<number[][]> => {
      const all = [
        random.uniform([33], { seed: 11 }),
        random.normal([33], { seed: 11 }),
        random.truncatedNormal([33], { seed: 11 }),
      ];
      return Promise.all(all.map(async (x) => Array.from(await x.data())));
    };
    const onCpu = await draw();
    await setDevice('interpreter');
    const interpreted = await draw();
    await setDevice('cpu');
    expect(interpreted).toEqual(onCpu);
  });

  it('give the same bits in compiled functions, and move on from call to call', async () => {
    const eager = createEagerEngine(createCpuDevice());
    await usingEngine(createGraphEngine(eager), async (engine) => {
      const draw = (key: Tensor): Tensor =>
        random.dropout(random.normal([33], { seed: key }), 0.5, { seed: key });
      const key = tensor([3, 4], 'uint32');
      expect(await engine.compile(draw)(key).data()).toEqual(await draw(key).data());
      const seeds = new SeedGenerator(5);
      const next = engine.compile(() => random.uniform([4], { seed: seeds }));
      const first = await next().data();
      expect(await next().data()).not.toEqual(first);
      expect(await seeds.state.value.array()).toEqual([5, 2]);
      seeds.state.assign(tensor([5, 0], 'uint32'));
      expect(await next().data()).toEqual(first);
    });
  });

  it('repeat from the same number, differ for others', async () => {
    const first = await random.uniform([8], { seed: 1 }).data();
    expect(await random.uniform([8], { seed: 1 }).data()).toEqual(first);
    expect(await random.uniform([8], { seed: 2 }).data()).not.toEqual(first);
    expect(await random.uniform([8], { seed: 2 ** 32 + 1 }).data()).not.toEqual(first);
  });

  it('follow the process-wide seed where none is given', async () => {
    setRandomSeed(7);
    const first = await random.normal([4]).data();
    expect(await random.normal([4]).data()).not.toEqual(first);
    setRandomSeed(7);
    expect(await random.normal([4]).data()).toEqual(first);
  });

  it('of a generator move on, and its state is a variable', async () => {
    const seeds = new SeedGenerator(5);
    const first = await random.uniform([4], { seed: seeds }).data();
    const second = await random.uniform([4], { seed: seeds }).data();
    expect(second).not.toEqual(first);
    expect(await seeds.state.value.array()).toEqual([5, 2]);
    seeds.state.assign(tensor([5, 0], 'uint32'));
    expect(await random.uniform([4], { seed: seeds }).data()).toEqual(first);
  });

  it('refuse tensors that are no keys', () => {
    expect(() => random.uniform([2], { seed: tensor([1, 2, 3]) })).toThrow(
      'random: the seed is no key.\n  expected a whole number, a uint32 tensor of shape [2], or a SeedGenerator   received [3] of float32',
    );
  });
});

// What setRandomSeed makes repeat, against Keras: of each draw, which earlier one it equals.
import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  arange,
  diff,
  initializers,
  layers,
  ones,
  random,
  SeedGenerator,
  Sequential,
  setRandomSeed,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { goldenCases } from '../golden-cases.js';

interface SeedCase {
  readonly name: string;
  /** Seeds that are set, and names of what is drawn. */
  readonly steps: readonly (number | string)[];
  /** For each draw the first one of the same numbers. */
  readonly first: readonly number[];
}

interface RefusedCase {
  readonly name: string;
  readonly seed: number | string | null;
  readonly refused: boolean;
}

const cases = goldenCases<SeedCase | RefusedCase>('seeds');

async function trained(): Promise<Tensor> {
  const x = arange(12).reshape([6, 2]).div(12);
  const model = new Sequential([
    layers.input({ shape: [2] }),
    layers.dense({ units: 3, activation: 'tanh' }),
    layers.dropout({ rate: 0.5 }),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  await model.fit(x, diff(x, { axis: 1 }).neg(), { batchSize: 2, epochs: 2, verbose: 0 });
  const weights = await Promise.all(model.weights.map(({ value }) => value.data()));
  return tensor(weights.flatMap((values) => [...values].map(Number)));
}

function kernel(): Tensor {
  const layer = layers.dense({ units: 4 });
  layer.ensureBuilt([null, 3]);
  const [weight] = layer.weights;
  if (weight === undefined) throw new Error('a dense layer has a kernel');
  return weight.value;
}

/** The draws that the steps name; tools/oracle/seeds.py has the same. */
function draws(): Readonly<Record<string, () => Tensor | Promise<Tensor>>> {
  const seed = new SeedGenerator();
  const layer = layers.dropout({ rate: 0.5 });
  const training = { training: true };
  return {
    generator: () => random.uniform([4], { seed }),
    layer: () => layer.apply(ones([40]), training),
    uniform: () => random.uniform([4]),
    normal: () => random.normal([4]),
    shuffle: () => random.shuffle(arange(30)),
    seeded: () => random.uniform([4], { seed: 7 }),
    kernel,
    initializer: () => initializers.glorotUniform().initialize([3, 3], 'float32'),
    'new generator': () => random.uniform([4], { seed: new SeedGenerator() }),
    'new layer': () => layers.dropout({ rate: 0.5 }).apply(ones([40]), training),
    fit: trained,
  };
}

async function firsts(steps: SeedCase['steps']): Promise<number[]> {
  setRandomSeed(12345);
  const table = draws();
  const seen: string[] = [];
  const found: number[] = [];
  for (const step of steps) {
    if (typeof step === 'number') {
      setRandomSeed(step);
      continue;
    }
    const drawn = await table[step]?.();
    const text = `${step.replace('new ', '')} ${await drawn?.data()}`;
    found.push(seen.includes(text) ? seen.indexOf(text) : seen.length);
    seen.push(text);
  }
  return found;
}

describe('setRandomSeed equals Keras', () => {
  const programs = cases.filter((one) => 'steps' in one);
  it.each(programs)('$name', async ({ steps, first }) => {
    expect(await firsts(steps)).toEqual(first);
  });

  const seeds = cases.filter((one) => 'refused' in one);
  it.each(seeds)('$name', async ({ seed, refused }) => {
    expect(refused).toBe(true);
    setRandomSeed(4);
    const before = await random.uniform([4]).data();
    setRandomSeed(4);
    expect(() => setRandomSeed(seed as number)).toThrow(ArgumentError);
    expect(await random.uniform([4]).data()).toEqual(before);
  });
});

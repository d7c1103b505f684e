// What setRandomSeed makes repeat, against Keras: of each draw, which earlier one it equals.
import { describe, expect, it } from 'vitest';
import { at } from '../../src/core/sequence.js';
import {
  type AnyLayer,
  ArgumentError,
  arange,
  cloneModel,
  diff,
  initializers,
  layers,
  ones,
  random,
  SeedGenerator,
  Sequential,
  type ShapeTree,
  setRandomSeed,
  stack,
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

function weightOf(layer: AnyLayer, path = 'kernel'): Tensor {
  const weight = layer.weights.find((one) => one.path.endsWith(path));
  if (weight === undefined) throw new Error(`the layer has no ${path}`);
  return weight.value;
}

function built<L extends AnyLayer>(layer: L, shape: ShapeTree = [null, 3]): L {
  layer.ensureBuilt(shape);
  return layer;
}

function kernel(): Tensor {
  return weightOf(built(layers.dense({ units: 4 })));
}

/** The kernels of two layers that are built in this order. */
function pair(places: readonly number[]): Tensor {
  const made = [layers.dense({ units: 4 }), layers.dense({ units: 4 })];
  for (const place of places) built(at(made, place));
  return stack(made.map((layer) => weightOf(layer)));
}

function partOfAttention(name: string): Tensor {
  const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 3 });
  const shape = [null, 4, 5];
  return weightOf(built(layer, [shape, shape]), `${name}/kernel`);
}

function direction(place: number): Tensor {
  const layer = layers.bidirectional({ layer: layers.simpleRNN({ units: 2 }) });
  const kernels = built(layer, [null, 4, 5]).weights.filter(({ path }) =>
    /(^|\/)kernel$/.test(path),
  );
  return at(kernels, place).value;
}

function sharing(): Tensor {
  const kernelInitializer = initializers.heNormal();
  const made = [1, 2].map(() => built(layers.dense({ units: 4, kernelInitializer })));
  return stack(made.map((layer) => weightOf(layer)));
}

function cloned(): Tensor {
  const model = new Sequential([layers.input({ shape: [3] }), layers.dense({ units: 4 })]);
  return weightOf(cloneModel(model));
}

/** The draws that the steps name; tools/oracle/seeds.py has the same. */
function draws(): Readonly<Record<string, () => Tensor | Promise<Tensor>>> {
  const seed = new SeedGenerator();
  const layer = layers.dropout({ rate: 0.5 });
  const initializer = initializers.heNormal();
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
    'old initializer': () => initializer.initialize([3, 3], 'float32'),
    'kernel: built under another seed': () => {
      const dense = layers.dense({ units: 4 });
      setRandomSeed(99);
      return weightOf(built(dense));
    },
    'kernel: of a clone': cloned,
    'pair: forwards': () => pair([0, 1]),
    'pair: backwards': () => pair([1, 0]),
    'attention: query': () => partOfAttention('query'),
    'attention: value': () => partOfAttention('value'),
    'directions: forward': () => direction(0),
    'directions: backward': () => direction(1),
    'one initializer': sharing,
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
    const [kind] = step.replace('new ', '').split(':');
    const text = `${kind} ${await drawn?.data()}`;
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

describe('a clone of an initializer', () => {
  const made = [
    initializers.zeros(),
    initializers.constant({ value: 3 }),
    initializers.identity({ gain: 2 }),
    initializers.randomUniform({ minval: -2, maxval: 3 }),
    initializers.randomNormal({ mean: 1, stddev: 2 }),
    initializers.truncatedNormal({ stddev: 3 }),
    initializers.varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'uniform' }),
    initializers.glorotUniform({ seed: 5 }),
    initializers.heNormal(),
    initializers.lecunUniform(),
    initializers.orthogonal({ gain: 3 }),
  ];

  it.each(made.map((one) => [one.className, one] as const))('%s has its options', (_name, one) => {
    expect(one.clone()).toBeInstanceOf(one.constructor);
    expect(one.clone().getConfig()).toEqual(one.getConfig());
  });

  it.each(made.map((one) => [one.className, one] as const))('%s draws anew', async (_name, one) => {
    const values = (from: typeof one) => from.initialize([3, 3], 'float32').data();
    const isSame = String(await values(one)) === String(await values(one.clone()));
    const { seed } = one.getConfig();
    expect(isSame).toBe(seed !== null);
  });
});

// Samples against those of Keras: other numbers of the same laws, so means and variances agree.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  max as maximum,
  min as minimum,
  moments,
  ones,
  random,
  SeedGenerator,
  sort,
  sum,
  type Tensor,
} from '../../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';

interface Law {
  readonly op: string;
  readonly options: Readonly<Record<string, number>>;
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  readonly minimum: number;
  readonly maximum: number;
}

const url = new URL('../../golden/random.json', import.meta.url);

interface Picking {
  readonly name: string;
  readonly op: string;
  readonly count: number;
  readonly logits: GoldenArray;
  readonly shape: readonly number[];
  readonly shares: readonly number[][];
  readonly x: GoldenArray;
  readonly rate: number;
  readonly values: readonly number[];
  readonly zeros: number;
  readonly axis: number;
  readonly sorted: GoldenArray;
}

interface Seeds {
  readonly name: string;
  readonly seed: number;
  readonly given: readonly number[][];
  readonly state: { readonly shape: number[]; readonly dtype: string; readonly value: number[] };
  readonly config: { readonly seed: number };
}

type Case = Law | Picking | Seeds;
const golden: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(url, 'utf8'));
const laws = golden.cases.filter((one): one is Law => 'variance' in one);
const pickings = (op: string) =>
  golden.cases.filter((one): one is Picking => 'op' in one && one.op === op);
const seed = 11;

type Draw = (shape: readonly number[], option: (name: string) => number) => Tensor;

const DRAWS: Readonly<Record<string, Draw>> = {
  uniform: (shape, o) => random.uniform(shape, { min: o('minval'), max: o('maxval'), seed }),
  normal: (shape, o) => random.normal(shape, { mean: o('mean'), stddev: o('stddev'), seed }),
  truncated_normal: (shape, o) =>
    random.truncatedNormal(shape, { mean: o('mean'), stddev: o('stddev'), seed }),
  randint: (shape, o) => random.randint(shape, { min: o('minval'), max: o('maxval'), seed }),
  gamma: (shape, o) => random.gamma(shape, o('alpha'), { seed }),
  beta: (shape, o) => random.beta(shape, o('alpha'), o('beta'), { seed }),
  binomial: (shape, o) => random.binomial(shape, o('counts'), o('probabilities'), { seed }),
};

describe('laws of keras.random', () => {
  it.each(laws.map((law) => [law.op, law] as const))('%s', async (op, law) => {
    const draw = DRAWS[op];
    if (draw === undefined) throw new Error(`no call for ${op}`);
    const x = draw([law.count], (name) => law.options[name] ?? Number.NaN);
    const { mean, variance } = moments(x, { axis: 0 });
    // Both samples are off by a standard error each; five of their sum are never seen.
    const error = Math.sqrt((2 * law.variance) / law.count);
    expect(Math.abs((await mean.item()) - law.mean)).toBeLessThan(5 * error);
    expect(Math.abs((await variance.item()) / law.variance - 1)).toBeLessThan(0.1);
    const spread = law.maximum - law.minimum;
    expect(Math.abs((await minimum(x).item()) - law.minimum)).toBeLessThan(0.35 * spread);
    expect(Math.abs((await maximum(x).item()) - law.maximum)).toBeLessThan(0.35 * spread);
  });
});

/** The share of numbers for which `test` holds. */
function share(numbers: ArrayLike<number>, test: (value: number) => boolean): number {
  return Array.from(numbers).filter(test).length / numbers.length;
}

describe('picking', () => {
  it.each(pickings('categorical'))('$name', async ({ logits, count, shape, shares }) => {
    const picked = random.categorical(tensorOfGolden(logits), { count, seed });
    expect(picked.shape).toEqual(shape);
    const rows = (await picked.array()) as number[][];
    for (const [row, wanted] of shares.entries()) {
      for (const [kind, part] of wanted.entries()) {
        const found = share(rows[row] ?? [], (value) => value === kind);
        // Standard errors of a share, of both samples.
        const error = Math.sqrt((2 * part * (1 - part)) / count);
        expect(Math.abs(found - part)).toBeLessThan(5 * error);
      }
    }
  });

  it.each(pickings('dropout'))('$name', async ({ x, rate, count, values, zeros }) => {
    const tiled = tensorOfGolden(x).mul(ones([count / (x.shape[0] ?? 1), 1]));
    const dropped = await random.dropout(tiled, rate, { seed }).data();
    const found = new Set(Array.from(dropped, (value) => Number(value.toFixed(5))));
    expect([...found].sort((a, b) => a - b)).toEqual(values);
    const error = Math.sqrt((2 * rate * (1 - rate)) / count);
    expect(Math.abs(share(dropped, (value) => value === 0) - zeros)).toBeLessThan(5 * error);
  });

  it.each(pickings('shuffle'))('$name', async ({ x, axis, sorted }) => {
    const rows = tensorOfGolden(x);
    const moved = random.shuffle(rows, { axis, seed });
    await expectClose(sort(moved, { axis }), sorted);
    expect(await moved.array()).not.toEqual(await rows.array());
    // Rows, or columns, stay whole; see the documentation of the function.
    const lines = { axis: 1 - axis };
    expect(await sort(sum(moved, lines)).array()).toEqual(await sort(sum(rows, lines)).array());
  });
});

describe('SeedGenerator', () => {
  const seeds = golden.cases.filter((one): one is Seeds => 'given' in one);
  it.each(seeds)('$name', async ({ seed: first, given, state, config }) => {
    const generator = new SeedGenerator(first);
    for (const key of given) expect([...(await generator.next().data())]).toEqual(key);
    const { shape, dtype, value } = generator.state;
    expect({ shape, dtype, value: [...(await value.data())] }).toEqual(state);
    expect(generator.seed).toBe(config.seed);
  });
});

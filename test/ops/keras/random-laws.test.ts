// Samples against those of Keras: other numbers of the same laws, so means and variances agree.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  max as maximum,
  min as minimum,
  moments,
  random,
  type Tensor,
} from '../../../src/index.js';

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
const golden: { readonly cases: readonly Law[] } = JSON.parse(readFileSync(url, 'utf8'));
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
  it.each(golden.cases.map((law) => [law.op, law] as const))('%s', async (op, law) => {
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

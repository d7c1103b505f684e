// Convolutions by products of transformed tiles: as exact as rounding lets them be, on all shapes.
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ConvOptions,
  conv2d,
  currentEngine,
  explain,
  gradient,
  random,
  setThreads,
  type Tensor,
} from '../../src/index.js';
import { distance } from './distance.js';

type Step = (x: Tensor, w: Tensor) => Tensor;

interface Case {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly options: ConvOptions;
}

const cases: Readonly<Record<string, Case>> = {
  'even sides': { x: [12, 8, 12, 64], w: [3, 3, 64, 64], options: { padding: 'same' } },
  'odd sides': { x: [15, 7, 9, 112], w: [3, 3, 112, 120], options: { padding: 'same' } },
  'one odd side, filters that fill no panel': {
    x: [15, 6, 11, 72],
    w: [3, 3, 72, 70],
    options: { padding: 'same' },
  },
  'uneven padding': {
    x: [15, 9, 8, 112],
    w: [3, 3, 112, 96],
    options: {
      padding: [
        [2, 0],
        [0, 1],
      ],
    },
  },
  'no padding': { x: [12, 12, 10, 64], w: [3, 3, 64, 64], options: {} },
  'channels in front': {
    x: [10, 64, 12, 10],
    w: [3, 3, 64, 64],
    options: { padding: 'same', dataFormat: 'channelsFirst' },
  },
};

const shown = (step: Step, { x, w }: Case): string =>
  explain(step, random.normal(x), random.normal(w));

/** Compiled by tiles, the numbers are about as near to exact ones as those of plain sums. */
async function isExact(step: Step, { x, w }: Case): Promise<void> {
  const [input, filter] = [random.normal(x, { seed: 1 }), random.normal(w, { seed: 2 })];
  const exact = step(input.cast('float64'), filter.cast('float64'));
  const plain = await distance(step(input, filter), exact);
  const tiled = await distance(currentEngine().compile(step)(input, filter), exact);
  expect(plain).toBeLessThan(2e-6);
  expect(tiled).toBeLessThan(4 * plain);
}

afterEach(() => setThreads(1));

describe.each(Object.entries(cases))('a convolution with %s', (_, given) => {
  const { options } = given;
  const steps: Readonly<Record<string, Step>> = {
    result: (x, w) => conv2d(x, w, options),
    'result, between maps': (x, w) => conv2d(x.relu(), w.mul(0.02), options).add(1).tanh(),
    'gradient of the input': (x, w) =>
      gradient((input: Tensor) => conv2d(input, w, options).square().sum())(x)[0],
    'gradient of the filter': (x, w) =>
      gradient((filter: Tensor) => conv2d(x, filter, options).square().sum())(w)[0],
  };

  it.each(Object.entries(steps))('is as exact by tiles: %s', async (name, step) => {
    const products = shown(step, given).match(/products of tiles/g) ?? [];
    expect(products.length).toBeGreaterThan(name.includes('gradient') ? 1 : 0);
    await isExact(step, given);
  });

  it('gives the same bits on any number of threads', async () => {
    const [x, w] = [random.normal(given.x, { seed: 3 }), random.normal(given.w, { seed: 4 })];
    const results: string[] = [];
    for (const threads of [1, 2, 4]) {
      setThreads(threads);
      const step = currentEngine().compile((input: Tensor, filter: Tensor) =>
        conv2d(input, filter, options),
      );
      results.push((await step(x, w).data()).join());
    }
    expect(new Set(results).size).toBe(1);
  });
});

describe('plain sums stay', () => {
  const others: Readonly<Record<string, Case>> = {
    'with strides': { x: [2, 16, 16, 64], w: [3, 3, 64, 64], options: { strides: 2 } },
    'with dilation': { x: [2, 16, 16, 64], w: [3, 3, 64, 64], options: { dilation: 2 } },
    'with few channels': { x: [2, 16, 16, 8], w: [3, 3, 8, 8], options: { padding: 'same' } },
    'with larger windows': { x: [2, 16, 16, 64], w: [5, 5, 64, 64], options: { padding: 'same' } },
    'with groups': { x: [2, 16, 16, 128], w: [3, 3, 64, 128], options: { groups: 2 } },
  };
  it('where tiles would fill the memory', () => {
    const whole = (samples: number): string =>
      shown((x, w) => conv2d(x, w, { padding: 'same' }), {
        x: [samples, 40, 40, 256],
        w: [3, 3, 256, 256],
        options: {},
      });
    expect(whole(4)).toMatch('products of tiles');
    expect(whole(20)).not.toMatch('products of tiles');
  });

  it.each(Object.entries(others))('%s', async (_, given) => {
    const step: Step = (x, w) => conv2d(x, w, given.options);
    expect(shown(step, given)).not.toMatch('products of tiles');
    await isExact(step, given);
  });
});

// What layers of images draw: in the ranges that were asked for, anew each time, the same by seed.

import { describe, expect, it } from 'vitest';
import { createGraphEngine } from '../../../src/engines/graph/engine.js';
import {
  arange,
  createCpuDevice,
  createEagerEngine,
  layers,
  Model,
  ones,
  random,
  reshape,
  setEngine,
  type Tensor,
  type Transformation,
  tensor,
  withEngine,
} from '../../../src/index.js';

const engine = createEagerEngine(createCpuDevice());
setEngine(engine);
const MANY = ones([4000, 4, 5, 1]);

async function numbers(x: Tensor | undefined): Promise<number[]> {
  return Array.from((await x?.data()) ?? []);
}

/** Fails unless the numbers fill the range evenly: both ends, the mean and the deviation. */
function expectUniform(values: readonly number[], lower: number, upper: number): void {
  const width = upper - lower;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.min(...values)).toBeGreaterThanOrEqual(lower);
  expect(Math.max(...values)).toBeLessThanOrEqual(upper);
  expect(Math.abs(mean - (lower + upper) / 2)).toBeLessThan(0.03 * width);
  expect(Math.abs(Math.sqrt(variance) - width / Math.sqrt(12))).toBeLessThan(0.02 * width);
}

describe('numbers drawn for images', () => {
  it('fill their ranges evenly', async () => {
    const rotation = layers.randomRotation({ factor: [-0.1, 0.3], seed: 1 });
    const { angle } = rotation.getRandomTransformation(MANY) ?? {};
    expectUniform(await numbers(angle), -36, 108);
    const zoom = layers.randomZoom({ heightFactor: 0.2, widthFactor: [0, 0.5], seed: 1 });
    const { heightZoom, widthZoom } = zoom.getRandomTransformation(MANY) ?? {};
    expectUniform(await numbers(heightZoom), 0.8, 1.2);
    expectUniform(await numbers(widthZoom), 1, 1.5);
    const shift = layers.randomTranslation({ heightFactor: 0.5, widthFactor: 0.1, seed: 1 });
    const { translations } = shift.getRandomTransformation(MANY) ?? {};
    const both = await numbers(translations);
    expectUniform(
      both.filter((_, index) => index % 2 === 0),
      -0.5,
      0.5,
    );
    expectUniform(
      both.filter((_, index) => index % 2 === 1),
      -2,
      2,
    );
    const shear = layers.randomShear({ xFactor: [0.2, 0.4], seed: 1 });
    const { shearFactor } = shear.getRandomTransformation(MANY) ?? {};
    const across = (await numbers(shearFactor)).filter((_, index) => index % 2 === 0);
    expectUniform(across.map(Math.abs), 0.2, 0.4);
    expect(across.filter((value) => value < 0).length).toBeGreaterThan(1800);
    expect(across.filter((value) => value > 0).length).toBeGreaterThan(1800);
    const flips = layers.randomFlip({ seed: 1 }).getRandomTransformation(MANY)?.['flips'];
    const flipped = (await numbers(flips)).filter((value) => value === 1).length;
    expect(Math.abs(flipped - 2000)).toBeLessThan(150);
  });

  it('fill the ranges of colours evenly', async () => {
    const drawn = async (
      layer: { getRandomTransformation(images: Tensor): Transformation | undefined },
      name: string,
    ): Promise<number[]> => numbers(layer.getRandomTransformation(MANY)?.[name]);
    const light = layers.randomBrightness({ factor: [-0.1, 0.3], valueRange: [0, 2], seed: 1 });
    expectUniform(await drawn(light, 'rgbDelta'), -0.2, 0.6);
    expectUniform(
      await drawn(layers.randomContrast({ factor: [0.1, 0.5], seed: 1 }), 'contrastFactor'),
      0.9,
      1.5,
    );
    expectUniform(await drawn(layers.randomHue({ factor: 0.4, seed: 1 }), 'factor'), -0.2, 0.2);
    const solar = layers.solarization({ additionFactor: 0.2, thresholdFactor: 0.8, seed: 1 });
    expectUniform(await drawn(solar, 'additions'), 0, 51);
    const bits = await drawn(
      layers.randomPosterization({ factor: [3, 7], seed: 1 }),
      'shiftFactor',
    );
    expect([...new Set(bits)].sort()).toEqual([2, 3, 4, 5]);
    // Half of the images on average: the share is itself even between 0 and 1.
    for (const [layer, name] of [
      [layers.randomInvert({ seed: 1 }), 'applyInversion'],
      [layers.randomGaussianBlur({ seed: 1 }), 'shouldApplyBlur'],
      [layers.randomPerspective({ seed: 1 }), 'applyPerspective'],
      [layers.randomErasing({ seed: 1, fillValue: 0 }), 'applyErasing'],
      [layers.randomGrayscale({ seed: 1 }), 'shouldApply'],
    ] as const) {
      const count = (await drawn(layer, name)).filter((value) => value === 1).length;
      expect(Math.abs(count - 2000)).toBeLessThan(150);
    }
  });

  it('weigh mixtures by a beta distribution', async () => {
    for (const alpha of [0.2, 1, 4]) {
      const { mixWeight, permutationOrder } =
        layers.mixUp({ alpha, seed: 1 }).getRandomTransformation(MANY) ?? {};
      const weights = await numbers(mixWeight);
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
      const square = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0);
      // Mean 1/2 and variance 1 / (4 (2 alpha + 1)).
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
      const variance = 1 / (4 * (2 * alpha + 1));
      expect(Math.abs(square / weights.length / variance - 1)).toBeLessThan(0.06);
      expect(new Set(await numbers(permutationOrder)).size).toBe(4000);
    }
    const { mixWeight } = layers.cutMix({ seed: 1 }).getRandomTransformation(MANY) ?? {};
    for (const weight of await numbers(mixWeight)) {
      expect(weight).toBeGreaterThanOrEqual(-1e-6);
      expect(weight).toBeLessThanOrEqual(1);
    }
  });

  it('erase boxes of the size that was asked for', async () => {
    const layer = layers.randomErasing({ factor: [1, 1], scale: [0.25, 0.25], seed: 1 });
    const images = ones([500, 20, 20, 1]);
    const mask = await numbers(layer.getRandomTransformation(images)?.['batchMasks']);
    const share = mask.reduce((sum, value) => sum + value, 0) / mask.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.01);
  });

  it('reach every place of a crop', async () => {
    const layer = layers.randomCrop({ height: 2, width: 3, seed: 1 });
    const counts = new Map<string, number>();
    for (let time = 0; time < 600; time++) {
      const { top, left } = layer.getRandomTransformation(ones([1, 4, 5, 1])) ?? {};
      const place = `${await top?.item()} ${await left?.item()}`;
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(
      ['0 0', '0 1', '0 2', '1 0', '1 1', '1 2', '2 0', '2 1', '2 2'].sort(),
    );
    for (const count of counts.values()) expect(Math.abs(count - 600 / 9)).toBeLessThan(35);
  });

  it('are new in each call and equal for equal seeds', async () => {
    const x = random.uniform([3, 6, 6, 2], { seed: 1 });
    const [one, other] = [1, 1].map((seed) => layers.randomRotation({ factor: 0.3, seed }));
    const first = await one?.apply(x).data();
    expect(await other?.apply(x).data()).toEqual(first);
    expect(await one?.apply(x).data()).not.toEqual(first);
    const unlike = layers.randomRotation({ factor: 0.3, seed: 2 });
    expect(await unlike.apply(x).data()).not.toEqual(first);
  });

  it('are the same compiled as step by step, and new in each step', async () => {
    const graph = createGraphEngine(engine);
    const x = random.uniform([3, 6, 6, 2], { seed: 1 });
    const [eager, compiled] = [1, 1].map(() => layers.randomZoom({ heightFactor: 0.4, seed: 7 }));
    eager?.ensureBuilt(x.shape);
    compiled?.ensureBuilt(x.shape);
    const step = graph.compile((images: Tensor) => compiled?.apply(images) ?? images);
    for (let time = 0; time < 2; time++) {
      const wanted = (await eager?.apply(x).data()) ?? [];
      const found = await withEngine(graph, () => step(x)).data();
      for (const [index, value] of found.entries())
        expect(value).toBeCloseTo(wanted[index] ?? 0, 4);
    }
  });
});

describe('layers of images', () => {
  it('act when called alone, and not in predict', async () => {
    const x = reshape(arange(0, 60, 1, 'float32'), [1, 4, 5, 3]);
    const layer = layers.randomTranslation({
      heightFactor: [0.5, 0.5],
      widthFactor: [0, 0],
      fillMode: 'constant',
    });
    expect((await layer.apply(x).data())[0]).toBe(0);
    expect((await layer.apply(x).data())[30]).toBe(0);
    expect(await layer.apply(x, { training: false }).data()).toEqual(await x.data());
    const input = layers.input({ shape: [4, 5, 3] });
    const model = new Model({ inputs: input, outputs: layer.apply(input) });
    const predicted: unknown = await model.predict(x);
    expect(await (predicted as Tensor).data()).toEqual(await x.data());
  });

  it('change the masks of a record with its images, and leave labels alone', async () => {
    const images = reshape(arange(0, 40, 1, 'float32'), [2, 4, 5, 1]);
    const labels = tensor([
      [1, 0],
      [0, 1],
    ]);
    const record = { images, labels, segmentationMasks: images };
    const changed = layers.randomFlip({ mode: 'horizontal', seed: 4 }).apply(record);
    expect(await changed.segmentationMasks.data()).toEqual(await changed.images.data());
    expect(await changed.labels.data()).toEqual(await labels.data());
    const boxes = { images, boundingBoxes: labels };
    expect(() => layers.randomFlip().apply(boxes)).toThrow(/boundingBoxes/);
  });

  it('say what does not fit', () => {
    expect(() => layers.randomRotation({ factor: 2 })).toThrow(/factor is no range/);
    expect(() => layers.randomZoom({ heightFactor: -1 })).toThrow(/heightFactor/);
    expect(() => layers.randomTranslation({ heightFactor: 0.1, widthFactor: [0.1] })).toThrow(
      /widthFactor/,
    );
    const mode = 'mirrored' as 'reflect';
    expect(() => layers.randomShear({ fillMode: mode })).toThrow(/fill mode/);
    const way = 'sideways' as 'vertical';
    expect(() => layers.randomFlip({ mode: way })).toThrow(/sideways/);
    expect(() => layers.resizing({ height: 0, width: 3 })).toThrow(/height/);
    expect(() => layers.randomFlip().apply(tensor([1, 2]))).toThrow(/RandomFlip/);
  });
});

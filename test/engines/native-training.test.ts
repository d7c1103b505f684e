// Training as native code: the numbers of the WebAssembly device, and the same bits for any number
// of threads, with convolutions by tiles, normalization, attention and a loop in one step.
import { afterEach, describe, expect, it } from 'vitest';
import { openNative } from '../../src/devices/native.js';
import {
  type AnyModel,
  layers,
  memory,
  random,
  Sequential,
  setDevice,
  setEngine,
  setRandomSeed,
  setThreads,
} from '../../src/index.js';

const native = await openNative();

function network(): AnyModel {
  setRandomSeed(3);
  const model = new Sequential([
    layers.input({ shape: [16, 16, 64] }),
    layers.conv2d({ filters: 64, kernelSize: 3, padding: 'same', useBias: false }),
    layers.batchNormalization(),
    layers.reLU(),
    layers.averagePooling2d({ poolSize: 4 }),
    layers.reshape({ targetShape: [16, 64] }),
    layers.lstm({ units: 12, returnSequences: true }),
    layers.layerNormalization(),
    layers.flatten(),
    layers.dense({ units: 3, activation: 'softmax' }),
  ]);
  // Adam would make steps of full length of gradients that are nothing but rounding.
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** Losses of three epochs and the sum of all weights' squares after them. */
async function trained(): Promise<number[]> {
  const model = network();
  const x = random.normal([24, 16, 16, 64], { seed: 5 });
  const y = random.randint([24], { max: 3, seed: 6 });
  const { history } = await model.fit(x, y, {
    batchSize: 8,
    epochs: 3,
    shuffle: false,
    verbose: 0,
  });
  const squares = model.weights.map((weight) => weight.value.square().sum().item());
  return [...(history.loss ?? []).map(Number), ...(await Promise.all(squares))];
}

afterEach(async () => {
  await setDevice('cpu');
});

describe('training as native code', () => {
  if ('absent' in native) return it.skip(`skipped: ${native.absent}`, () => {});

  it('gives what WebAssembly gives, and the same bits on one, two and four threads', async () => {
    setEngine('graph');
    setThreads(1);
    const expected = await trained();
    await setDevice('native');
    const runs: number[][] = [];
    for (const threads of [1, 2, 4]) {
      expect(setThreads(threads)).toBe(native.hasThreads ? threads : 1);
      runs.push(await trained());
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    for (const [index, value] of expected.entries()) {
      const found = runs[0]?.[index] ?? Number.NaN;
      expect(Math.abs(found - value) / Math.abs(value)).toBeLessThan(1e-5);
    }
  });

  it('keeps its memory flat over many steps', async () => {
    await setDevice('native');
    const model = network();
    const x = random.normal([8, 16, 16, 64], { seed: 5 });
    const y = random.randint([8], { max: 3, seed: 6 });
    const step = () => model.trainOnBatch(x, y);
    await step();
    const { blocks } = memory();
    for (let turn = 0; turn < 20; turn += 1) await step();
    expect(memory().blocks).toBe(blocks);
  });
});

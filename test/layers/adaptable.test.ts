// LoRA beyond the golden cases: enabling it later, training, files, errors.
import { describe, expect, it } from 'vitest';
import { layers, Sequential, setRandomSeed, tensor } from '../../src/index.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { line, valuesOf } from '../training/small-models.js';

const { x, y } = line(20);

function model() {
  setRandomSeed(4);
  const dense = layers.dense({ units: 6, name: 'wide', activation: 'tanh' });
  const whole = new Sequential([layers.input({ shape: [2] }), dense, layers.dense({ units: 1 })]);
  whole.compile({ optimizer: 'adam', loss: 'mse' });
  return { dense, whole };
}

describe('LoRA', () => {
  it('changes no result at first, and then trains the thin weights in place of the kernel', async () => {
    const { dense, whole } = model();
    const before = await whole.apply(tensor(x)).data();
    dense.enableLora(2, { loraAlpha: 4 });
    expect(dense.loraEnabled).toBe(true);
    expect(await whole.apply(tensor(x)).data()).toEqual(before);
    expect(dense.trainableWeights.map(({ name, shape }) => [name, shape])).toEqual([
      ['bias', [6]],
      ['lora_kernel_a', [2, 2]],
      ['lora_kernel_b', [2, 6]],
    ]);
    expect(dense.getConfig()).toMatchObject({ loraRank: 2, loraAlpha: 4 });
    whole.compile({ optimizer: 'adam', loss: 'mse' });
    const start = await valuesOf(dense);
    await whole.fit(x, y, { epochs: 2, verbose: 0 });
    const end = await valuesOf(dense);
    expect(end[0]).toEqual(start[0]);
    for (const at of [1, 2, 3]) expect(end[at]).not.toEqual(start[at]);
  });

  it('is saved as the sum, and can be trained on after loading', async () => {
    const { dense, whole } = model();
    dense.enableLora(1);
    whole.compile({ optimizer: 'adam', loss: 'mse' });
    await whole.fit(x, y, { epochs: 3, verbose: 0 });
    const bytes = await modelToBytes(whole);
    const copy = await modelFromBytes(bytes);
    const [mine, theirs] = [whole.apply(tensor(x)), copy.apply(tensor(x))];
    const expected = await mine.data();
    (await (theirs as typeof mine).data()).forEach((value, index) => {
      expect(value).toBeCloseTo(Number(expected[index]), 5);
    });
    const adapted = copy.weights.find(({ name }) => name === 'lora_kernel_b');
    expect(Array.from((await adapted?.value.data()) ?? [])).toEqual([0, 0, 0, 0, 0, 0]);
    await copy.fit(x, y, { epochs: 1, verbose: 0 });
    const after = Array.from((await adapted?.value.data()) ?? []);
    expect(after.some((value) => value !== 0)).toBe(true);
  });

  it('is refused where it cannot be', () => {
    const unbuilt = layers.dense({ units: 2 });
    expect(() => unbuilt.enableLora(2)).toThrow('the layer has no weights yet');
    const { dense } = model();
    expect(() => dense.enableLora(0)).toThrow('a whole number above 0');
    dense.enableLora(2);
    expect(() => dense.enableLora(2)).toThrow('enabled already');
    const kept = layers.dense({ units: 2, kernelConstraint: 'nonNeg', loraRank: 1 });
    expect(() => kept.ensureBuilt([null, 3])).toThrow('has a constraint');
    const up = layers.conv2dTranspose({ filters: 1, kernelSize: 2 });
    up.ensureBuilt([null, 4, 4, 1]);
    expect(() => up.enableLora(1)).toThrow('layers of this class are not adapted');
  });
});

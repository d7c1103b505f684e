// Models made here come back from their bytes with the same predictions and go on training alike.
import { describe, expect, it } from 'vitest';
import { Tensor } from '../../src/index.js';
import { readKerasFile } from '../../src/saving/keras-file.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { tensorsOf } from './fixtures.js';
import { OWN_MODELS } from './own-models.js';

/** The numbers of one tensor, or of a record of tensors. */
async function valuesOf(value: unknown): Promise<number[]> {
  const parts = value instanceof Tensor ? [value] : Object.values(Object(value));
  const tensors = parts.filter((part) => part instanceof Tensor);
  const values = await Promise.all(tensors.map((part) => part.data()));
  return values.flatMap((found) => Array.from(found));
}

describe.each(Object.entries(OWN_MODELS))('the model %s', (_name, make) => {
  it('comes back the same, and trains the same', async () => {
    const { model, inputs, y } = make();
    const x = tensorsOf(inputs);
    const target = y === undefined ? undefined : tensorsOf(y);
    if (target !== undefined) await model.trainOnBatch(x, target);
    const copy = await modelFromBytes(await modelToBytes(model));
    expect(await valuesOf(copy.apply(x))).toEqual(await valuesOf(model.apply(x)));
    if (target === undefined) return;
    model.resetMetrics();
    expect(await copy.trainOnBatch(x, target)).toEqual(await model.trainOnBatch(x, target));
    expect(await valuesOf(copy.apply(x))).toEqual(await valuesOf(model.apply(x)));
  });

  it('is written the same the second time', async () => {
    const { model } = make();
    const first = await readKerasFile(await modelToBytes(model));
    const copy = await modelFromBytes(await modelToBytes(model));
    const second = await readKerasFile(await modelToBytes(copy));
    expect(second.config).toEqual(first.config);
    expect(second.weights).toEqual(first.weights);
  });
});

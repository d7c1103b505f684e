// Loads every fixture, trains on, saves it, and writes what Keratin predicts, so that real Keras can
// check: node --import tsx test/saving/write-for-keras.ts DIR, then tools/oracle/verify_saved.py DIR.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/core/tree.js';
import { Tensor } from '../../src/index.js';
import { modelFromBytes, modelToBytes, saveModel } from '../../src/saving/model-file.js';
import { fixture, fixtureBytes, NAMES, tensorsOf } from './fixtures.js';

/** Tensors in the form that the oracle reads. */
async function recorded(value: unknown): Promise<unknown> {
  if (value instanceof Tensor) {
    return { shape: value.shape, dtype: value.dtype, data: Array.from(await value.data()) };
  }
  if (Array.isArray(value)) return Promise.all(value.map(recorded));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await recorded(item)]);
  return Object.fromEntries(await Promise.all(entries));
}

const folder = process.argv[2] ?? '';
mkdirSync(folder, { recursive: true });
for (const name of NAMES) {
  const { inputs, trainBatch } = fixture(name);
  try {
    const model = await modelFromBytes(fixtureBytes(`${name}.keras`));
    const x = tensorsOf(inputs);
    const y = trainBatch === undefined ? undefined : tensorsOf(trainBatch.y);
    // Two more steps here, so that the optimizer's state in the file is Keratin's own.
    for (let step = 0; step < 2 && y !== undefined; step++) await model.trainOnBatch(x, y);
    await saveModel(model, join(folder, `${name}.keras`));
    const copy = await modelFromBytes(await modelToBytes(model));
    const predictions = await recorded(model.apply(x));
    let after: object = {};
    if (y !== undefined) {
      const { loss } = await copy.trainOnBatch(x, y);
      const predictionsAfter = await recorded(copy.apply(x));
      after = { trainBatch: { y: trainBatch?.y, loss, predictionsAfter } };
    }
    const result = { inputs, predictions, ...after };
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(result));
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
}

// Loads every fixture, trains on, saves it, and writes what Keratin predicts, so that real Keras can
// check: node --import tsx test/saving/write-for-keras.ts DIR, then tools/oracle/verify_saved.py DIR.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/core/tree.js';
import { Tensor } from '../../src/index.js';
import { legacyToBytes } from '../../src/saving/legacy-h5-write.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { fixture, fixtureBytes, NAMES, tensorsOf } from './fixtures.js';
import { OWN_MODELS } from './own-models.js';
import type { OwnModel } from './own-numbers.js';

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

async function write(folder: string, file: string, made: OwnModel, bytes: Uint8Array) {
  const { model, inputs, y } = made;
  const x = tensorsOf(inputs);
  const targets = y === undefined ? undefined : tensorsOf(y);
  const name = file.slice(0, file.lastIndexOf('.'));
  writeFileSync(join(folder, file), bytes);
  const predictions = await recorded(model.apply(x));
  let after: object = {};
  if (targets !== undefined) {
    model.resetMetrics();
    const { loss } = await model.trainOnBatch(x, targets);
    after = { trainBatch: { y, loss, predictionsAfter: await recorded(model.apply(x)) } };
  }
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ inputs, predictions, ...after }));
}

async function fromKeras(name: string): Promise<OwnModel> {
  const { inputs, trainBatch } = fixture(name);
  const model = await modelFromBytes(fixtureBytes(`${name}.keras`));
  return { model, inputs, ...(trainBatch === undefined ? {} : { y: trainBatch.y }) };
}

const folder = process.argv[2] ?? '';
mkdirSync(folder, { recursive: true });
const all = [
  ...NAMES.map((name) => [name, () => fromKeras(name)] as const),
  ...Object.entries(OWN_MODELS).map(([name, make]) => [`own-${name}`, make] as const),
];
for (const [name, make] of all) {
  try {
    const made = await make();
    // Two steps here, so that the optimizer's state in the file is Keratin's own.
    for (let step = 0; step < 2 && made.y !== undefined; step++) {
      await made.model.trainOnBatch(tensorsOf(made.inputs), tensorsOf(made.y));
    }
    // The older format cannot hold operations outside layers, in Keras either.
    const isOlder = name.startsWith('sequential') || name === 'functional-two-inputs';
    const older = isOlder ? await legacyToBytes(made.model) : undefined;
    const bytes = await modelToBytes(made.model);
    if (older !== undefined) {
      const copy = { ...made, model: await modelFromBytes(bytes) };
      await write(folder, `${name}-older.h5`, copy, older);
    }
    await write(folder, `${name}.keras`, made, bytes);
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

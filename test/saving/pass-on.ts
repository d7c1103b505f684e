// Files of single layers, optimizers, losses and so on that real Keras saved: loaded, compared with what
// Keras answered, and saved again for Keras: node --import tsx test/saving/pass-on.ts DIR OUT, between the
// two runs of tools/oracle/saved_layers.py, which explains them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTensor } from '../../src/core/tensor.js';
import { flattenTree } from '../../src/core/tree.js';
import { type Model, Tensor, tensor } from '../../src/index.js';
import { legacyToBytes } from '../../src/saving/legacy-h5-write.js';
import { modelFromBytes, modelToBytes } from '../../src/saving/model-file.js';
import { type Recorded, type RecordedArray, type Tolerance, tensorsOf } from './fixtures.js';

/** Relative and absolute. */
type Pair = readonly [number, number];

interface Saved {
  readonly kerasFailed?: string;
  readonly tolerance: { readonly prediction: Pair; readonly training: Pair };
  readonly inputs: Recorded;
  readonly predictions: readonly RecordedArray[];
  readonly trainBatch?: {
    readonly y: Recorded;
    readonly predictionsAfter: readonly RecordedArray[];
  };
  /** What losses and metrics say of the predictions. */
  readonly evaluate?: {
    readonly y: Recorded;
    readonly logs: Readonly<Record<string, RecordedArray>>;
  };
}

interface Comparison {
  readonly difference: number;
  readonly passed: boolean;
}

/** What came of one file: the largest difference and whether all are within tolerance. */
type Outcome = Comparison | { readonly problem: string };

function toleranceOf([relative, absolute]: Pair): Tolerance {
  return { relative, absolute };
}

function numberOf(value: unknown): number {
  return value === 'Infinity' ? Infinity : value === '-Infinity' ? -Infinity : Number(value);
}

/** Differences count relative to the largest value where it is above 1, such as 255 in images. */
function scaleOf(data: readonly unknown[]): number {
  return data.reduce<number>((largest, item) => {
    const size = Math.abs(numberOf(item));
    return Number.isFinite(size) ? Math.max(largest, size) : largest;
  }, 1);
}

async function compare(
  got: readonly Tensor[],
  wanted: readonly RecordedArray[],
  { relative, absolute }: Tolerance,
): Promise<Comparison> {
  let difference = 0;
  let passed = got.length === wanted.length;
  for (const [index, { shape, data }] of wanted.entries()) {
    const tensor = got[index];
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      return { difference, passed: false };
    }
    const values = await tensor.data();
    const scale = scaleOf(data);
    for (const [at, recorded] of data.entries()) {
      const value = numberOf(recorded);
      const found = Number(values[at]);
      if (Object.is(found, value) || found === value) continue;
      const distance = Math.abs(found - value);
      difference = Math.max(difference, distance / scale);
      passed &&= distance <= absolute * scale + relative * Math.abs(value);
    }
  }
  return { difference, passed };
}

async function predictionsOf(model: Model, inputs: Recorded): Promise<Tensor[]> {
  const given = tensorsOf(inputs);
  const single = Array.isArray(given) && given.length === 1 ? given[0] : given;
  // Layers that hash begin on the host, outside what can be called on tensors.
  if (model.runsOnHost) {
    return flattenTree(await model.predict(single ?? given, { verbose: 0 }), isTensor);
  }
  // As predict does: layers that augment images do so in every other call.
  return flattenTree(model.apply(single ?? given, { training: false }), isTensor);
}

/** What the model's losses and metrics say, against what Keras's said. */
async function compareLogs(
  model: Model,
  inputs: Recorded,
  { y, logs }: NonNullable<Saved['evaluate']>,
  tolerance: Tolerance,
): Promise<Comparison> {
  const targets = tensorsOf(y);
  const batchSize = targets instanceof Tensor ? (targets.shape[0] ?? 1) : 1;
  const found = await model.evaluate(tensorsOf(inputs), targets, { batchSize, verbose: 0 });
  const names = Object.keys(logs);
  if (Object.keys(found).sort().join() !== [...names].sort().join()) {
    throw new Error(`logs ${Object.keys(found)}, not ${names}`);
  }
  const got = names.map((name) => tensor(found[name] ?? Number.NaN));
  return compare(got, Object.values(logs), tolerance);
}

async function loadAndCompare(bytes: Uint8Array, saved: Saved, isOlder: boolean): Promise<Outcome> {
  const model = await modelFromBytes(bytes, isOlder ? { compile: false } : {});
  const { inputs, trainBatch, evaluate } = saved;
  const [near, afterStep] = [saved.tolerance.prediction, saved.tolerance.training].map(toleranceOf);
  if (near === undefined || afterStep === undefined) throw new Error('no tolerance');
  const all = [await compare(await predictionsOf(model, inputs), saved.predictions, near)];
  if (evaluate !== undefined && !isOlder) {
    all.push(await compareLogs(model, inputs, evaluate, near));
  }
  if (trainBatch !== undefined && !isOlder) {
    await model.trainOnBatch(tensorsOf(inputs), tensorsOf(trainBatch.y));
    const after = await predictionsOf(model, inputs);
    all.push(await compare(after, trainBatch.predictionsAfter, afterStep));
  }
  return {
    difference: Math.max(...all.map(({ difference }) => difference)),
    passed: all.every(({ passed }) => passed),
  };
}

async function outcomeOf(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return { problem: (error instanceof Error ? error.message : String(error)).slice(0, 300) };
  }
}

const [folder = '', out = ''] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const name = file.slice(0, -'.json'.length);
  const saved = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Saved;
  if (saved.kerasFailed !== undefined) continue;
  const outcomes: Record<string, Outcome> = {};
  for (const [key, save] of [
    ['keras', modelToBytes],
    ['h5', legacyToBytes],
  ] as const) {
    const path = join(folder, `${name}.${key}`);
    if (!existsSync(path)) continue;
    const bytes = new Uint8Array(readFileSync(path));
    outcomes[key] = await outcomeOf(() => loadAndCompare(bytes, saved, key === 'h5'));
    try {
      // From a fresh copy: the first one may have trained on, or remember states.
      writeFileSync(join(out, `${name}.${key}`), await save(await modelFromBytes(bytes)));
    } catch (error) {
      console.log(`${name}.${key}: ${error instanceof Error ? error.message : error}`);
    }
  }
  writeFileSync(join(out, `${name}.here.json`), JSON.stringify(outcomes));
}

// Damaged files of every kind, loaded into a model that exists: loading works or throws a
// KeratinError, within seconds, and a model is never changed by a file that is refused.
// KERATIN_FUZZ=100000 tries that many of each.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TypedArray } from '../../src/core/dtype.js';
import { readZip, writeZip } from '../../src/files/zip.js';
import { KeratinError, type Model, tensor } from '../../src/index.js';
import { CONFIG, WEIGHTS } from '../../src/saving/keras-file.js';
import { modelFromBytes } from '../../src/saving/model-file.js';
import { readIndex } from '../../src/saving/shards.js';
import { loadWeights } from '../../src/saving/weights-file.js';
import { fixtureBytes } from './fixtures.js';
import { fuzzRuns, mutations } from './mutations.js';

const numRuns = fuzzRuns(60);
const timeout = 60_000 + numRuns * 200;
/** Milliseconds for one file, on a busy machine. */
const LONGEST = 3000;

beforeAll(() => {
  // Optimizer state that does not fit starts anew with a warning, as in Keras.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterAll(() => {
  vi.restoreAllMocks();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

/** Whether `load` worked; anything but a KeratinError is a failure. */
async function works(load: () => Promise<unknown>): Promise<boolean> {
  const start = performance.now();
  try {
    await load();
    return true;
  } catch (error) {
    if (!(error instanceof KeratinError)) throw error;
    return false;
  } finally {
    expect(performance.now() - start).toBeLessThan(LONGEST);
  }
}

async function valuesOf(model: Model): Promise<readonly TypedArray[]> {
  return Promise.all(model.weights.map(({ value }) => value.data()));
}

/** Loads damaged copies of `file`; those that are refused must leave the weights alone. */
async function checkUnchanged(model: Model, file: Uint8Array): Promise<void> {
  const before = await valuesOf(model);
  const reset = () =>
    model.setWeights(
      model.weights.map(({ shape, dtype }, index) => tensor(before[index] ?? [], { shape, dtype })),
    );
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mutations(file), async (bytes) => {
      if (await works(() => loadWeights(model, bytes))) {
        reset();
        return;
      }
      refused++;
      expect(await valuesOf(model)).toEqual(before);
    }),
    { numRuns },
  );
  expect(refused).toBeGreaterThan(0);
}

describe('a model keeps its weights when a damaged file is refused', () => {
  it.each([
    ['sequential-convolution.keras', 'sequential-convolution.keras'],
    ['sequential-convolution.keras', 'sequential-convolution.weights.h5'],
    ['sequential-convolution.keras', 'sequential-convolution.h5'],
    ['sequential-mlp.keras', 'sequential-mlp.older-weights.h5'],
  ])('%s, given damaged copies of %s', { timeout }, async (name, file) => {
    await checkUnchanged(await modelFromBytes(fixtureBytes(name)), fixtureBytes(file));
  });

  it('of which any part is missing at the end', { timeout }, async () => {
    const model = await modelFromBytes(fixtureBytes('sequential-mlp.keras'));
    const file = fixtureBytes('sequential-mlp.older-weights.h5');
    const before = await valuesOf(model);
    const step = Math.ceil(file.length / Math.max(40, Math.min(numRuns, file.length)));
    for (let length = 0; length < file.length - 1; length += step) {
      await works(() => loadWeights(model, file.subarray(0, length)));
      expect(await valuesOf(model), `${length} bytes`).toEqual(before);
    }
  });
});

describe('whole models made from damaged files', () => {
  it.each(['functional-two-inputs.keras', 'functional-nested.h5', 'recurrent-text.keras'])(
    '%s answers or is refused',
    { timeout },
    async (name) => {
      await fc.assert(
        fc.asyncProperty(mutations(fixtureBytes(name)), async (bytes) => {
          await works(() => modelFromBytes(bytes));
        }),
        { numRuns },
      );
    },
  );

  /** Damage inside an archive whose checksums are right again. */
  it.each([CONFIG, WEIGHTS, 'assets/layers/integer_lookup/vocabulary.txt'])(
    '%s inside of an honest archive answers or is refused',
    { timeout },
    async (member) => {
      const place = new URL('../layers/preprocessing/files/functional.keras', import.meta.url);
      const members = await readZip(new Uint8Array(readFileSync(place)));
      const content = members.get(member) ?? new Uint8Array();
      expect(content.length).toBeGreaterThan(0);
      await fc.assert(
        fc.asyncProperty(mutations(content), async (bytes) => {
          const changed = new Map(members).set(member, bytes);
          const archive = await writeZip(
            [...changed].map(([name, inner]) => ({ name, content: inner })),
          );
          await works(() => modelFromBytes(archive));
        }),
        { numRuns },
      );
    },
  );
});

it('an index of several files may hold anything', { timeout }, async () => {
  const json = fc.json({ maxDepth: 4 });
  const index = fc.tuple(json, json).map(([map, metadata]) => {
    return `{"weight_map":${map},"metadata":${metadata}}`;
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(json, index), async (text) => {
      await works(async () => readIndex('fuzz', new TextEncoder().encode(text)));
    }),
    { numRuns: numRuns * 5 },
  );
});

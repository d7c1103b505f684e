// Random and mutated files: every reader answers, or throws a KeratinError, within a second.
// KERATIN_FUZZ=100000 tries that many of each.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeratinError } from '../../src/core/errors.js';
import { readZip, writeZip } from '../../src/files/zip.js';
import { readWeights } from '../../src/saving/hdf5/read.js';
import { parseJson } from '../../src/saving/json.js';
import { CONFIG, readKerasFile, WEIGHTS } from '../../src/saving/keras-file.js';
import { readLegacyFile } from '../../src/saving/legacy-h5.js';
import { readIndex } from '../../src/saving/shards.js';
import { fixtureBytes } from './fixtures.js';
import { fuzzRuns, mutations } from './mutations.js';

const numRuns = fuzzRuns(150);
const timeout = 60_000 + numRuns * 50;

const fixture = new Uint8Array(
  readFileSync(new URL('../fixtures/sequential-convolution.keras', import.meta.url)),
);
const members = await readZip(fixture);
const config = members.get(CONFIG) ?? new Uint8Array();
const weights = members.get(WEIGHTS) ?? new Uint8Array();

type Reader = (bytes: Uint8Array) => unknown;

async function answers(read: Reader, bytes: Uint8Array): Promise<void> {
  const start = performance.now();
  try {
    await read(bytes);
  } catch (error) {
    if (!(error instanceof KeratinError)) throw error;
  }
  expect(performance.now() - start).toBeLessThan(1000);
}

const READERS: Readonly<Record<string, readonly [Reader, Uint8Array]>> = {
  zip: [readZip, fixture],
  HDF5: [readWeights, weights],
  'older .h5': [readLegacyFile, fixtureBytes('functional-two-inputs.h5')],
  'index of several files': [
    (bytes) => readIndex('fuzz', bytes),
    fixtureBytes('sharded/model.weights.json'),
  ],
  JSON: [(bytes) => parseJson('fuzz', bytes), config],
  '.keras': [readKerasFile, fixture],
  '.keras with changed weights': [
    async (bytes) =>
      readKerasFile(
        await writeZip([
          { name: CONFIG, content: config },
          { name: WEIGHTS, content: bytes },
        ]),
      ),
    weights,
  ],
};

describe.each(Object.entries(READERS))('the %s reader', (_name, [read, sample]) => {
  it('survives mutations of a real file', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(mutations(sample), (bytes) => answers(read, bytes)),
      { numRuns },
    );
  });

  it('survives random bytes after a real start', { timeout }, async () => {
    const random = fc.tuple(fc.nat(200), fc.uint8Array({ maxLength: 600 }));
    await fc.assert(
      fc.asyncProperty(random, ([kept, bytes]) => {
        const start = sample.subarray(0, kept);
        const whole = new Uint8Array(start.length + bytes.length);
        whole.set(start);
        whole.set(bytes, start.length);
        return answers(read, whole);
      }),
      { numRuns },
    );
  });
});

it('changes no shared object', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Object.keys(Array.prototype)).toEqual([]);
  expect(Object.keys(Function.prototype)).toEqual([]);
});

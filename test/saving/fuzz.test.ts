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

const numRuns = Math.max(150, Number(process.env.KERATIN_FUZZ ?? 0));
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

/** Changes, cuts and repeats of `bytes`. */
function mutations(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const edit = fc.record({
    at: fc.nat(bytes.length - 1),
    width: fc.constantFrom(1, 2, 4, 8),
    value: fc.oneof(
      fc.constantFrom(0n, 1n, 0x7fn, 2n ** 31n, 2n ** 63n, 2n ** 64n - 1n),
      fc.bigInt(0n, 2n ** 64n - 1n),
    ),
  });
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
  return fc.tuple(edits, fc.option(fc.nat(bytes.length))).map(([list, cut]) => {
    const result = Uint8Array.from(bytes);
    for (const { at, width, value } of list) {
      for (let index = 0; index < width && at + index < result.length; index++) {
        result[at + index] = Number((value >> BigInt(8 * index)) & 0xffn);
      }
    }
    return cut === null ? result : result.subarray(0, cut);
  });
}

const READERS: Readonly<Record<string, readonly [Reader, Uint8Array]>> = {
  zip: [readZip, fixture],
  HDF5: [readWeights, weights],
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

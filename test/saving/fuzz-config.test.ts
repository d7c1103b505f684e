// Real configurations with one or more values replaced by anything: loading answers or throws a
// KeratinError, quickly, and no shared object changes. KERATIN_FUZZ=100000 tries that many.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Plain } from '../../src/core/op.js';
import { readZip, writeZip } from '../../src/files/zip.js';
import { KeratinError } from '../../src/index.js';
import { CONFIG, WEIGHTS } from '../../src/saving/keras-file.js';
import { modelFromBytes } from '../../src/saving/model-file.js';
import { fixtureBytes } from './fixtures.js';

const numRuns = Math.max(50, Number(process.env.KERATIN_FUZZ ?? 0));

type Path = readonly (string | number)[];

/** Every place in a tree of plain data. */
function placesIn(value: Plain, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]));
  return [path, ...inner];
}

function replaced(value: Plain, path: Path, by: Plain): Plain {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || value === null) return by;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === Number(key) ? replaced(item, rest, by) : item));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === key ? replaced(item, rest, by) : item,
    ]),
  );
}

const WORDS = ['__proto__', 'constructor', 'toString', 'Lambda', 'Dense', 'Sequential', '../x', ''];
const NUMBERS = [-1, 0, 0.5, 2 ** 31, 2 ** 53, 1e308, -1e308];

const anything: fc.Arbitrary<Plain> = fc.letrec<{ tree: Plain; leaf: Plain }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<Plain>(null, true, false, ...WORDS, ...NUMBERS),
    fc.string({ maxLength: 8 }),
    fc.integer(),
  ),
  tree: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('class_name', 'config', 'module', 'registered_name', 'units', 'name', 'x'),
      tie('tree'),
      { maxKeys: 4 },
    ),
  ),
})).tree;

describe.each(['functional-nested', 'functional-two-inputs', 'sequential-convolution'])(
  'the configuration of %s',
  (name) => {
    it('may hold anything', { timeout: 60_000 + numRuns * 100 }, async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const members = await readZip(fixtureBytes(`${name}.keras`));
      const honest: Plain = JSON.parse(new TextDecoder().decode(members.get(CONFIG)));
      const places = placesIn(honest);
      const change = fc.tuple(fc.constantFrom(...places), anything);
      const changes = fc.array(change, { minLength: 1, maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(changes, async (list) => {
          const config = list.reduce((tree, [path, by]) => replaced(tree, path, by), honest);
          const bytes = await writeZip([
            { name: CONFIG, content: new TextEncoder().encode(JSON.stringify(config)) },
            { name: WEIGHTS, content: members.get(WEIGHTS) ?? new Uint8Array() },
          ]);
          const start = performance.now();
          try {
            await modelFromBytes(bytes);
          } catch (error) {
            if (!(error instanceof KeratinError)) throw error;
          }
          expect(performance.now() - start).toBeLessThan(2000);
        }),
        { numRuns },
      );
      warn.mockRestore();
      expect(Object.keys(Object.prototype)).toEqual([]);
    });
  },
);

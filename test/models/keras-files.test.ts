// Models saved by real Keras: configs read and written again, and summaries.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { isRecord } from '../../src/core/tree.js';
import { readZip } from '../../src/files/zip.js';
import { clearSession, Model, serializeLayer } from '../../src/index.js';
import { deserializeLayer } from '../../src/models/deserialize.js';

const folder = new URL('../fixtures/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.keras'))
  .map((name) => name.slice(0, -'.keras'.length));

/**
 * Files whose text differs from Keras's in ways that change no number; fixtures.test.ts compares what
 * their models predict and learn.
 */
const DIFFERENT: Readonly<Record<string, string>> = {
  // Inputs of attention that Python gave by name are written by place, and summaries of Keras show
  // its Python class, GroupedQueryAttention, not the name it exports.
  'attention-encoder': 'inputs by name, and the name of a class',
  // Keras notes lengths of queries where scores have lengths of keys, and null for known sizes.
  'attention-decoder': 'shapes that Keras infers wrongly',
};

/** Members that mean nothing here, are off in these files, or belong to the trainer. */
const NOT_WRITTEN = new Set([
  'compile_config',
  'optional',
  'quantization_config',
  'rms_scaling',
  'shared_object_id',
  'synchronized',
]);

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !NOT_WRITTEN.has(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, stripped(item)]));
}

/** What `build_config` says of layers without weights differs between versions of Keras. */
function withoutBuild(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutBuild);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'build_config');
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutBuild(item)]));
}

async function configOf(name: string): Promise<SerializedObject> {
  const members = await readZip(readFileSync(new URL(`${name}.keras`, folder)));
  const bytes = members.get('config.json');
  return JSON.parse(new TextDecoder().decode(bytes)) as SerializedObject;
}

async function modelOf(name: string): Promise<Model> {
  clearSession();
  const model = deserializeLayer(await configOf(name));
  if (!(model instanceof Model)) throw new Error('not a model');
  return model;
}

/** The table; the totals count the optimizer, which is not built here. */
function table(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines.slice(
    0,
    lines.findIndex((line) => line.startsWith(' Total')),
  );
}

function expected(name: string): string[] {
  return table(readFileSync(new URL(name, folder), 'utf8'));
}

describe('models of Keras', () => {
  for (const name of names) {
    const test = name in DIFFERENT ? it.skip : it;
    test(`reads and writes ${name}`, async () => {
      const config = await configOf(name);
      const written = serializeLayer(await modelOf(name));
      expect(withoutBuild(stripped(written))).toEqual(withoutBuild(stripped(config)));
    });

    test(`summarises ${name}`, async () => {
      const model = await modelOf(name);
      const quiet = { printFn: () => {} };
      expect(table(model.summary(quiet).text)).toEqual(expected(`${name}.summary.txt`));
      const chain = !model.summary(quiet).text.includes('Connected to');
      const wide = model.summary({ ...quiet, lineLength: chain ? 88 : 108 });
      expect(table(wide.text)).toEqual(expected(`${name}.summary-wide.txt`));
    });
  }

  it('summarises models inside a model', async () => {
    const model = await modelOf('functional-nested');
    const options = { printFn: () => {}, expandNested: true, showTrainable: true };
    expect(table(model.summary(options).text)).toEqual(
      expected('functional-nested.summary-expanded.txt'),
    );
  });
});

// What layers learn is saved as Keras saves it: models of real Keras load, and ours come back.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readZip, writeZip } from '../../../src/files/zip.js';
import {
  FormatError,
  layers,
  loadModel,
  loadWeights,
  Model,
  modelFromBytes,
  modelToBytes,
  type Tensor,
  weightsToBytes,
} from '../../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';

const FOLDER = new URL('./files/', import.meta.url);

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}.keras`, FOLDER)));
}

function recordOf<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as T;
}

class Texts extends Model {
  readonly vectorize = layers.textVectorization({ outputMode: 'tfIdf' });
  readonly words = layers.stringLookup({ maskToken: '' });
  readonly given = layers.stringLookup({
    vocabulary: ['earth', 'wind', 'and', 'fire', 'water'],
  });
  readonly head = layers.dense({ units: 2 });

  override call(x: Tensor): Tensor {
    return this.head.apply(x);
  }
}

interface FunctionalRecord {
  readonly inputs: readonly GoldenArray[];
  readonly predictions: GoldenArray;
}

interface TextsRecord {
  readonly inputs: {
    readonly x: GoldenArray;
    readonly texts: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  readonly predictions: GoldenArray;
  readonly vectorized: GoldenArray;
  readonly words: GoldenArray;
  readonly given: GoldenArray;
}

async function checkFunctional(model: Model): Promise<void> {
  const { inputs, predictions } = recordOf<FunctionalRecord>('functional');
  await expectClose(model.apply(inputs.map(tensorOfGolden)), predictions);
}

async function checkTexts(model: unknown): Promise<void> {
  if (!(model instanceof Texts)) throw new Error('another class');
  const { inputs, ...expected } = recordOf<TextsRecord>('texts');
  await expectClose(model.apply(tensorOfGolden(inputs.x)), expected.predictions);
  await expectClose(model.vectorize.apply(inputs.texts), expected.vectorized);
  await expectClose(model.words.apply(inputs.rows), expected.words);
  await expectClose(model.given.apply(inputs.rows), expected.given);
}

const customObjects = { Texts };

describe('models of Keras with learnt vocabularies', () => {
  it('load with lookups, statistics and bins in a functional model, and are saved alike', async () => {
    const model = await modelFromBytes(bytesOf('functional'));
    await checkFunctional(model);
    const saved = await modelToBytes(model);
    await checkFunctional(await modelFromBytes(saved));
    const [ours, theirs] = [await readZip(saved), await readZip(bytesOf('functional'))];
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [name, content] of theirs) {
      if (name.startsWith('assets/')) expect(ours.get(name)).toEqual(content);
    }
  });

  it('load with layers of text in a model class, and are saved alike', async () => {
    const model = await modelFromBytes(bytesOf('texts'), { customObjects });
    await checkTexts(model);
    const saved = await modelToBytes(model);
    await checkTexts(await modelFromBytes(saved, { customObjects }));
    const [ours, theirs] = [await readZip(saved), await readZip(bytesOf('texts'))];
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  });

  it('load from a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keratin-'));
    try {
      for (const [name, content] of await readZip(bytesOf('functional'))) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      await checkFunctional(await loadModel(folder));
      await cp(join(folder, 'assets'), join(folder, 'other'), { recursive: true });
      rmSync(join(folder, 'assets'), { recursive: true });
      await expect(loadModel(folder)).rejects.toThrow(/lacks what the layer has learnt/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keep the weights of a vocabulary in weights files', async () => {
    const model = await modelFromBytes(bytesOf('functional'));
    await loadWeights(model, await weightsToBytes(model));
    await checkFunctional(model);
  });
});

describe('damaged vocabularies', () => {
  const lookup = 'assets/layers/integer_lookup/vocabulary.txt';

  async function withAsset(content: Uint8Array): Promise<Uint8Array> {
    const members = new Map(await readZip(bytesOf('functional')));
    members.set(lookup, content);
    return writeZip([...members].map(([name, bytes]) => ({ name, content: bytes })));
  }

  it.each([
    ['no numbers', new TextEncoder().encode('0\n-1\nfive')],
    ['no text', Uint8Array.of(0xff, 0xfe, 0x80)],
    ['a token twice', new TextEncoder().encode('0\n-1\n5\n5')],
    ['another number of tokens', new TextEncoder().encode('-1\n-1\n5')],
  ])('are refused: %s', async (_, content) => {
    const bytes =
      _ === 'another number of tokens' ? await withWeighed(content) : await withAsset(content);
    await expect(modelFromBytes(bytes)).rejects.toThrow(FormatError);
  });

  async function withWeighed(content: Uint8Array): Promise<Uint8Array> {
    const members = new Map(await readZip(bytesOf('functional')));
    members.set('assets/layers/integer_lookup_1/vocabulary.txt', content);
    return writeZip([...members].map(([name, bytes]) => ({ name, content: bytes })));
  }
});

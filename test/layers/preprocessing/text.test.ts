// Lookups, text vectorization and hashing against real Keras (which needs TensorFlow for them).

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../../src/core/serialized.js';
import {
  deserializeLayer,
  HashedCrossing,
  Hashing,
  IntegerLookup,
  layers,
  type NestedArray,
  StringLookup,
  serializeLayer,
  type Tensor,
  type TextArray,
  TextVectorization,
  tensor,
} from '../../../src/index.js';
import { expectClose, type GoldenArray } from '../../golden-arrays.js';

type Batches = { readonly batches: readonly TextArray[] };

interface TextCase {
  readonly name: string;
  readonly layer: SerializedObject;
  readonly adapt: TextArray | NestedArray | Batches | null;
  readonly set: {
    readonly vocabulary: readonly string[];
    readonly idf_weights?: readonly number[];
  } | null;
  readonly input: unknown;
  readonly vocabulary: readonly (string | number)[] | null;
  readonly after: Readonly<Record<string, unknown>>;
  readonly text: TextArray | null;
  readonly output: GoldenArray | null;
}

const file = new URL('../../golden/text.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: TextCase[] };

function isBatches(data: TextCase['adapt']): data is Batches {
  return typeof data === 'object' && data !== null && 'batches' in data;
}

function wordIterator(data: TextCase['adapt']): TextArray | Iterable<TextArray> {
  return isBatches(data) ? data.batches.values() : (data as TextArray);
}

type TextualLayer = StringLookup | IntegerLookup | TextVectorization | Hashing | HashedCrossing;

/** Does to the layer what was done in Keras. */
async function prepare(layer: TextualLayer, one: TextCase): Promise<void> {
  if (layer instanceof StringLookup || layer instanceof TextVectorization) {
    if (one.adapt !== null) await layer.adapt(wordIterator(one.adapt));
    if (one.set !== null) layer.setVocabulary(one.set.vocabulary, one.set.idf_weights);
  }
  if (layer instanceof IntegerLookup && one.adapt !== null) {
    await layer.adapt(one.adapt as NestedArray);
  }
}

function outputOf(layer: TextualLayer, input: unknown): Tensor {
  if (layer instanceof IntegerLookup) return layer.apply(tensor(input as NestedArray));
  return layer.apply(input as TextArray);
}

function textual(node: SerializedObject): TextualLayer {
  const layer: unknown = deserializeLayer(node);
  for (const kind of [StringLookup, IntegerLookup, TextVectorization, Hashing, HashedCrossing]) {
    if (layer instanceof kind) return layer;
  }
  throw new Error(`not a layer of text: ${node.class_name}`);
}

describe('layers of text equal Keras', () => {
  for (const one of cases) {
    it(one.name, async () => {
      const layer = textual(one.layer);
      await prepare(layer, one);
      if ('getVocabulary' in layer && one.vocabulary !== null) {
        expect(layer.getVocabulary().map(String)).toEqual(one.vocabulary.map(String));
        expect(layer.vocabularySize()).toBe(one.vocabulary.length);
      }
      if (one.text !== null && layer instanceof StringLookup) {
        expect(await layer.toText(one.input as NestedArray)).toEqual(one.text);
      }
      if (one.output !== null) await expectClose(outputOf(layer, one.input), one.output);
      expect(serializeLayer(layer).config).toEqual(one.after);
    });
  }
});

describe('layers of text', () => {
  it('take no tensors and no symbolic tensors of numbers', () => {
    const layer = layers.textVectorization({ vocabulary: ['a'] });
    expect(() => layer.apply(layers.input({ shape: [1] }))).toThrow(
      /strings, which tensors cannot/,
    );
    expect(() => layer.apply(tensor([1]))).toThrow(/text_vectorization/);
    const ragged = () => layers.stringLookup({ vocabulary: ['a'] }).apply([['a'], ['a', 'b']]);
    expect(ragged).toThrow(/differ in length/);
    const holes: unknown = ['a', null];
    expect(() => layer.apply(holes as TextArray)).toThrow(/not one/);
  });

  it('take functions to clean and split', async () => {
    const layer = layers.textVectorization({
      vocabulary: ['a', 'b'],
      standardize: (text) => text.toLowerCase(),
      split: (text) => text.split('|'),
    });
    expect(await layer.apply(['A|B', 'b']).array()).toEqual([
      [2, 3],
      [3, 0],
    ]);
    expect(() => serializeLayer(layer)).toThrow(/standardize cannot be written/);
  });

  it('refuse vocabularies that are not one, and keep the one they had', async () => {
    const layer = layers.stringLookup({ maskToken: '', maxTokens: 5 });
    layer.setVocabulary(['a', 'b']);
    for (const bad of [[], ['a', 'a'], ['a', ''], ['a', 'b', 'c', 'd']]) {
      expect(() => layer.setVocabulary(bad)).toThrow(/StringLookup/);
    }
    expect(() => layer.setVocabulary(['a'], [1])).toThrow(/idfWeights do not fit/);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'a', 'b']);
    const given = layers.stringLookup({ vocabulary: ['a'] });
    await expect(given.adapt(['b'])).rejects.toThrow(/cannot be adapted/);
    expect(() => layers.stringLookup({ numOovIndices: 0, vocabulary: ['a'] }).apply(['b'])).toThrow(
      /not in the vocabulary/,
    );
    expect(() => layers.stringLookup({ outputMode: 'count' }).apply(['b'])).toThrow(
      /not known yet/,
    );
    expect(() => layers.stringLookup({ maxTokens: 1 })).toThrow(/maxTokens/);
    expect(() => layers.stringLookup({ outputMode: 'tfIdf', vocabulary: ['a'] })).toThrow(/idfWe/);
    await expect(given.toText([1])).rejects.toThrow(/inverted/);
  });

  it('read asynchronous batches, up to a number of steps', async () => {
    async function* texts(): AsyncGenerator<TextArray> {
      for (let step = 0; ; step++) yield [`word${step}`, 'all'];
    }
    const layer = layers.textVectorization();
    await layer.adapt(texts(), { steps: 2 });
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'all', 'word1', 'word0']);
  });

  it('say which numbers cannot be looked up or hashed', () => {
    expect(() => layers.integerLookup({ vocabulary: [2 ** 40] })).toThrow(/32 bits/);
    expect(() => layers.integerLookup({ oovMethod: 'farmhash' })).toThrow(/hashed/);
    expect(() => layers.hashing({ numBins: 0 })).toThrow(/numBins/);
    const half: readonly number[] = [1, 2, 3];
    expect(() => layers.hashing({ numBins: 3, salt: half as [number, number] })).toThrow(/key/);
    expect(() => layers.hashing({ numBins: 3, dtype: 'float32' })).toThrow(/whole numbers/);
    expect(() => layers.hashedCrossing({ numBins: 3 }).apply([['a']])).toThrow(/at least two/);
    expect(() => layers.hashedCrossing({ numBins: 3 }).apply([['a'], ['b', 'c']])).toThrow(/shape/);
  });
});

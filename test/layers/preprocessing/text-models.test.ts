// Models that begin with strings: those of real Keras load and predict alike, and ours are trained,
// evaluated and saved on data of strings.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cloneModel,
  compareEngines,
  layers,
  Model,
  memory,
  modelFromBytes,
  modelFromJson,
  modelToBytes,
  optimizers,
  Sequential,
} from '../../../src/index.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';

const FOLDER = new URL('./files/', import.meta.url);

interface Recorded {
  readonly texts: readonly string[];
  readonly words: readonly string[];
  readonly codes: readonly number[];
  readonly size: GoldenArray;
  readonly predictions: Readonly<Record<string, GoldenArray>>;
  readonly targets: GoldenArray;
  readonly losses: readonly number[];
}

const recorded = JSON.parse(readFileSync(new URL('text-models.json', FOLDER), 'utf8')) as Recorded;
const { texts, words, codes } = recorded;
const quiet = { verbose: 0 } as const;

function loaded(name: string): Promise<Model> {
  return modelFromBytes(new Uint8Array(readFileSync(new URL(`text-${name}.keras`, FOLDER))));
}

function feedOf(name: string) {
  if (name === 'stack') return texts;
  if (name === 'outer') return words;
  return { text: texts, word: words, code: codes, size: tensorOfGolden(recorded.size) };
}

describe('models of strings that Keras saved', () => {
  it.each(Object.entries(recorded.predictions))('%s predicts alike', async (name, expected) => {
    const model = await loaded(name);
    await expectClose(await model.predict(feedOf(name), { ...quiet, batchSize: 4 }), expected);
    await expectClose(await model.predictOnBatch(feedOf(name)), expected);
    const again = await modelFromBytes(await modelToBytes(model));
    await expectClose(await again.predict(feedOf(name), quiet), expected);
    expect(again.getConfig()).toEqual(model.getConfig());
  });

  it('learn alike', async () => {
    const model = await loaded('several');
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.1 }), loss: 'mse' });
    const { history } = await model.fit(feedOf('several'), tensorOfGolden(recorded.targets), {
      ...quiet,
      epochs: 2,
      shuffle: false,
    });
    const losses = history['loss'] ?? [];
    expect(losses).toHaveLength(2);
    for (const [epoch, loss] of recorded.losses.entries()) {
      expect(losses[epoch]).toBeCloseTo(loss, 5);
    }
  });
});

/** Says whether a text holds the word "good". */
function reviews(): Sequential {
  const model = new Sequential([
    layers.input({ shape: [1], dtype: 'string' }),
    layers.textVectorization({ vocabulary: ['good', 'bad', 'film'], outputMode: 'multiHot' }),
    layers.dense({ units: 1, activation: 'sigmoid' }),
  ]);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.2 }),
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

const SENTENCES = ['a good film', 'a bad film', 'Good!', 'bad, bad', 'film: good', 'the bad'];
const LABELS = [1, 0, 1, 0, 1, 0];

describe('models of strings', () => {
  it('are trained and evaluated on arrays, mixed and split', async () => {
    const model = reviews();
    const options = { ...quiet, epochs: 15, batchSize: 2, validationSplit: 1 / 3 };
    const { history } = await model.fit(SENTENCES, LABELS, options);
    expect(history['accuracy']?.at(-1)).toBe(1);
    expect(history['val_accuracy']?.at(-1)).toBe(1);
    expect((await model.evaluate(SENTENCES, LABELS, quiet))['accuracy']).toBe(1);
  });

  it('are trained on data sets, batch by batch', async () => {
    const model = reviews();
    const before = (await model.evaluate(SENTENCES, LABELS, quiet))['loss'] ?? 0;
    async function* batches() {
      for (let from = 0; from < 6; from += 2) {
        yield { x: SENTENCES.slice(from, from + 2), y: LABELS.slice(from, from + 2) };
      }
    }
    await model.fit(batches, { ...quiet, epochs: 3 });
    await model.trainOnBatch(SENTENCES, LABELS, { classWeight: { 0: 1, 1: 2 } });
    const pairs = [[SENTENCES, LABELS]];
    const after = (await model.evaluate(pairs.values(), quiet))['loss'] ?? 0;
    expect(after).toBeLessThan(before);
    expect((await model.predict([['good'], ['bad']].values(), quiet)).shape).toEqual([2, 1]);
    const { first } = await compareEngines(model, { x: SENTENCES, y: LABELS });
    expect(first).toBeUndefined();
  });

  it('move strings through layers that only rearrange', async () => {
    const title = layers.input({ shape: [], dtype: 'string', name: 'title' });
    const tags = layers.input({ shape: [2, 2], dtype: 'string', name: 'tags' });
    const flat = layers
      .permute({ dims: [2, 1] })
      .apply(layers.reshape({ targetShape: [2, 2] }).apply(layers.flatten().apply(tags)));
    expect([flat.dtype, flat.shape]).toEqual(['string', [null, 2, 2]]);
    const column = layers.reshape({ targetShape: [1] }).apply(title);
    const repeated = layers.repeatVector({ n: 2 }).apply(column);
    const all = layers.concatenate({ axis: -1 }).apply([flat, layers.identity().apply(repeated)]);
    const lookup = layers.stringLookup({ vocabulary: ['a', 'b', 'c', 'd', 'x', 'y'] });
    const model = new Model({ inputs: { tags, title }, outputs: lookup.apply(all) });
    const data = {
      title: ['x', 'y'],
      tags: [
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
        [
          ['d', 'd'],
          ['a', 'c'],
        ],
      ],
    };
    const wanted = [
      [
        [1, 3, 5],
        [2, 4, 5],
      ],
      [
        [4, 1, 6],
        [4, 3, 6],
      ],
    ];
    expect(await (await model.predict(data, quiet)).array()).toEqual(wanted);
    const copy = await modelFromBytes(await modelToBytes(model));
    expect(await (await copy.predict(data, quiet)).array()).toEqual(wanted);
  });

  it('refuse strings where a layer computes, or beside numbers', () => {
    const text = layers.input({ shape: [2], dtype: 'string', name: 'text' });
    const number = layers.input({ shape: [2], name: 'number' });
    expect(() => layers.dense({ units: 1, name: 'd' }).apply(text)).toThrow(
      /Dense "d": the layer takes numbers[\s\S]*put a layer of text before it/,
    );
    expect(() => layers.concatenate({ name: 'c' }).apply([text, number])).toThrow(
      /Concatenate "c": strings and numbers cannot be put together[\s\S]*text[\s\S]*number/,
    );
    expect(() => new Model({ inputs: text, outputs: layers.flatten().apply(text) })).toThrow(
      /cannot return strings/,
    );
  });

  it('train what lies in models inside that begin with strings', async () => {
    const inner = new Sequential([
      layers.stringLookup({ vocabulary: ['good', 'bad'], outputMode: 'oneHot' }),
      layers.dense({ units: 2 }),
    ]);
    const word = layers.input({ shape: [], dtype: 'string', name: 'word' });
    const model = new Model({ inputs: word, outputs: inner.apply(word) });
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const [kernel] = model.weights;
    const before = await kernel?.value.array();
    await model.fit(
      ['good', 'bad'],
      [
        [1, 0],
        [0, 1],
      ],
      quiet,
    );
    expect(await kernel?.value.array()).not.toEqual(before);
  });

  it('take their input from the first data where none was given', async () => {
    const model = new Sequential([
      layers.hashing({ numBins: 4 }),
      layers.embedding({ inputDim: 4, outputDim: 2 }),
    ]);
    expect((await model.predict(['a', 'b', 'c'], quiet)).shape).toEqual([3, 2]);
    expect((await model.predict(['d'], quiet)).shape).toEqual([1, 2]);
    const numbers = new Sequential([layers.hashing({ numBins: 4, outputMode: 'oneHot' })]);
    expect((await numbers.predict([[7], [8]], quiet)).shape).toEqual([2, 4]);
  });

  it('run what lies before a layer of text on the host, models of text among it', async () => {
    const word = layers.input({ shape: [1], dtype: 'string', name: 'word' });
    const size = layers.input({ shape: [1], name: 'size' });
    const inner = layers.input({ shape: [1], dtype: 'string' });
    const head = new Model({
      inputs: inner,
      outputs: layers.stringLookup({ vocabulary: ['x', 'y'] }).apply(inner),
    });
    const bins = layers.discretization({ binBoundaries: [0, 1] }).apply(size);
    const crossed = layers.hashedCrossing({ numBins: 50 }).apply([head.apply(word), bins]);
    const model = new Model({ inputs: { word, size }, outputs: crossed });
    const found = await model.predict({ word: ['x', 'y', 'q'], size: [-1, 0.5, 3] }, quiet);
    const direct = layers.hashedCrossing({ numBins: 50 }).apply([
      [[1], [2], [0]],
      [[0], [1], [2]],
    ]);
    expect(await found.array()).toEqual(await direct.array());
  });

  it('take whole numbers of 64 bits in files as those of 32', () => {
    const numbers = layers.input({ shape: [1], dtype: 'int32', name: 'code' });
    const model = new Model({
      inputs: numbers,
      outputs: layers.hashing({ numBins: 3 }).apply(numbers),
    });
    const wide = model.toJson().replaceAll('"int32"', '"int64"');
    expect(modelFromJson(wide).inputs[0]?.dtype).toBe('int32');
  });

  it('keep no memory of what the host has made', async () => {
    const model = reviews();
    const once = async () => {
      await model.fit(SENTENCES, LABELS, { ...quiet, batchSize: 2 });
      await model.evaluate(SENTENCES, LABELS, { ...quiet, batchSize: 2 });
      (await model.predict(SENTENCES, { ...quiet, batchSize: 6 })).dispose();
    };
    // The first time compiles the steps, which hold constants.
    await once();
    const before = memory().blocks;
    await once();
    expect(memory().blocks).toBe(before);
  });

  it('are copied with cloneModel', async () => {
    const copy = cloneModel(reviews());
    expect((await copy.predict(SENTENCES, quiet)).shape).toEqual([6, 1]);
  });

  it('say what they need', async () => {
    const input = layers.input({ shape: [1], dtype: 'string', name: 'review' });
    expect(() => layers.dense({ units: 1 }).apply(input)).toThrow(
      /takes numbers[\s\S]*a layer of text before it/,
    );
    expect(() => new Model({ inputs: input, outputs: input })).toThrow(/cannot return strings/);
    const model = reviews();
    await expect(model.predict([[1], [2]], quiet)).rejects.toThrow(/takes strings/);
    await expect(model.predict([['a', 'b']], quiet)).rejects.toThrow(/does not fit the input/);
    expect(() => model.apply(tensorOfGolden(recorded.size))).toThrow(/begins on the host/);
    const plain = new Sequential([layers.input({ shape: [1] }), layers.dense({ units: 1 })]);
    await expect(plain.predict(['a'], quiet)).rejects.toThrow(/turn the data into numbers first/);
    await expect(plain.predictOnBatch(['a'])).rejects.toThrow(/given strings, but takes numbers/);
    await expect(model.fit(SENTENCES, SENTENCES, quiet)).rejects.toThrow(/not data/);
  });
});

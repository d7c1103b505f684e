// FeatureSpace against real Keras: what it learns, what it encodes, its files, and a model built on one.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SerializedObject } from '../../src/core/serialized.js';
import { isRecord } from '../../src/core/tree.js';
import {
  cloneModel,
  deserializeLayer,
  FeatureSpace,
  layers,
  Model,
  modelFromBytes,
  modelToBytes,
  Sequential,
  serializeLayer,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { expectClose, type GoldenArray } from '../golden-arrays.js';

type Table = Readonly<Record<string, readonly number[] | readonly string[]>>;
type Encoded = GoldenArray | Readonly<Record<string, GoldenArray>>;

interface Case {
  readonly name: string;
  readonly space: SerializedObject;
  readonly batch: number | null;
  readonly after: SerializedObject;
  readonly encoded: Encoded;
  readonly single: Encoded;
}

const file = new URL('../golden/feature-spaces.json', import.meta.url);
const [model, ...cases] = (
  JSON.parse(readFileSync(file, 'utf8')) as {
    cases: readonly [
      { readonly table: Table; readonly new: Table; readonly predictions: GoldenArray },
      ...Case[],
    ];
  }
).cases;
const { table, new: fresh } = model;
const FILES = new URL('../layers/preprocessing/files/', import.meta.url);
const quiet = { verbose: 0 } as const;

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}.keras`, FILES)));
}

function spaceOf(node: unknown): FeatureSpace<'concat' | 'dict'> {
  const made: unknown = deserializeLayer(node);
  if (made instanceof FeatureSpace) return made;
  throw new Error('not a FeatureSpace');
}

function isArray(encoded: Encoded): encoded is GoldenArray {
  return 'data' in encoded && Array.isArray(encoded.data);
}

async function expectEncoded(
  actual: Tensor | Readonly<Record<string, Tensor>>,
  expected: Encoded,
): Promise<void> {
  if (isArray(expected)) {
    await expectClose(actual as Tensor, expected);
    return;
  }
  const record = actual as Readonly<Record<string, Tensor>>;
  expect(Object.keys(record).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, array] of Object.entries(expected)) {
    const found = record[name];
    if (found !== undefined) await expectClose(found, array);
  }
}

/** The rows of a table as single samples, or as batches of some. */
function* items(columns: Table, batch: number | null): Generator<Record<string, never>> {
  const count = Object.values(columns)[0]?.length ?? 0;
  for (let from = 0; from < count; from += batch ?? 1) {
    const cut = Object.entries(columns).map(([name, values]): [string, unknown] => [
      name,
      batch === null ? values[from] : values.slice(from, from + batch),
    ]);
    yield Object.fromEntries(cut) as Record<string, never>;
  }
}

function firstOf(columns: Table): Record<string, number | string> {
  const entries = Object.entries(columns).map(([name, values]) => [name, values[0]]);
  return Object.fromEntries(entries) as Record<string, number | string>;
}

/** Dtypes by name, and without what says nothing of a layer: shapes, and numbers of shared objects. */
function comparable(value: unknown): unknown {
  const left = new Set(['shared_object_id', 'build_config']);
  const text = JSON.stringify(value, (key, item: unknown) => {
    if (left.has(key)) return undefined;
    return key === 'dtype' && isRecord(item) && isRecord(item['config'])
      ? item['config']['name']
      : item;
  });
  return JSON.parse(text);
}

describe('FeatureSpace equals Keras', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const space = spaceOf(one.space);
    expect(comparable(serializeLayer(space).config)).toEqual(comparable(one.space.config));
    if (one.batch === null && one.name !== 'numbers') await space.adapt(table);
    else await space.adapt(items(table, one.batch));
    await expectEncoded(await space.encode(fresh), one.encoded);
    await expectEncoded(await space.encode(firstOf(fresh)), one.single);
    const after = comparable(serializeLayer(space)) as SerializedObject;
    expect(after.module).toBe(one.after.module);
    expect(after.config).toEqual(comparable(one.after.config));
    const again = await FeatureSpace.load(await modelToBytes(space));
    await expectEncoded(await again.encode(fresh), one.encoded);
    await expectEncoded(await again.predict(fresh, quiet), one.encoded);
  });

  it('opens what Keras has saved', async () => {
    const space = await FeatureSpace.load(bytesOf('feature-space'));
    const [everything] = cases;
    if (everything === undefined) throw new Error('no case');
    await expectEncoded(await space.encode(fresh), everything.encoded);
    await expect(FeatureSpace.load(bytesOf('feature-space-model'))).rejects.toThrow(
      /another model/,
    );
  });

  it('opens models that Keras has built on one', async () => {
    const built = await modelFromBytes(bytesOf('feature-space-model'));
    await expectClose(await built.predict(fresh, quiet), model.predictions);
    const again = await modelFromBytes(await modelToBytes(built));
    await expectClose(await again.predict(fresh, quiet), model.predictions);
  });
});

/** What a table says of flats, and which of them are dear. */
const FLATS = { city: ['Oslo', 'Rome', 'Oslo', 'Rome'], size: [40, 90, 95, 35] };
const DEAR = [0, 1, 1, 0];

describe('FeatureSpace', () => {
  it('is the head of a model that takes raw records', async () => {
    const space = new FeatureSpace({
      features: { city: 'stringCategorical', size: FeatureSpace.floatDiscretized({ numBins: 2 }) },
      crosses: [['city', 'size']],
      crossingDim: 8,
    });
    await space.adapt(FLATS);
    const encoded = space.getEncodedFeatures();
    const head = layers.dense({ units: 1, activation: 'sigmoid' }).apply(encoded);
    const network = new Model({ inputs: space.getInputs(), outputs: head });
    network.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
    const { history } = await network.fit(FLATS, DEAR, { ...quiet, epochs: 3 });
    expect(history['loss']?.at(-1)).toBeLessThan(history['loss']?.[0] ?? 0);
    expect((await network.predict(FLATS, quiet)).shape).toEqual([4, 1]);
    const vectors = await space.encode(FLATS);
    const plain = new Sequential([
      layers.input({ shape: vectors.shape.slice(1) }),
      layers.dense({ units: 1 }),
    ]);
    expect((await plain.predict(vectors, quiet)).shape).toEqual([4, 1]);
  });

  it('takes tensors, typed arrays, columns of shape [n, 1] and iterables of batches', async () => {
    const space = new FeatureSpace({
      features: { id: 'integerHashed', size: 'floatNormalized', code: 'integerCategorical' },
      hashingDim: 4,
    });
    async function* batches() {
      yield { id: [1, 2], size: [1, 3], code: [5, 6] };
      yield { id: [3], size: [5], code: [6] };
    }
    await space.adapt(batches());
    // Above 2^24, where float32 has no room for all whole numbers.
    const id = [16777217, 123456789];
    const plain = await space.encode({ id, size: [1, 5], code: [6, 7] });
    const typed = await space.encode({
      id: Int32Array.from(id),
      size: tensor([[1], [5]]),
      code: tensor([6, 7], 'int32'),
    });
    expect(await typed.array()).toEqual(await plain.array());
    const bins = await layers.hashing({ numBins: 4, outputMode: 'oneHot' }).apply(id).array();
    const found = (await plain.array()) as readonly (readonly number[])[];
    expect(found.map((row) => row.slice(3, 7))).toEqual(bins);
  });

  it('leaves layers alone that were given what they would learn', async () => {
    const space = new FeatureSpace({
      features: {
        size: FeatureSpace.floatDiscretized({ binBoundaries: [50] }),
        city: FeatureSpace.feature({
          preprocessor: layers.stringLookup({ vocabulary: ['Oslo'] }),
          dtype: 'string',
          outputMode: 'oneHot',
        }),
      },
    });
    const before = await (await space.encode(FLATS)).array();
    expect(before).toEqual([
      [0, 1, 1, 0],
      [1, 0, 0, 1],
      [0, 1, 0, 1],
      [1, 0, 1, 0],
    ]);
    await space.adapt(FLATS);
    expect(await (await space.encode(FLATS)).array()).toEqual(before);
  });

  it('says what is wrong', async () => {
    expect(() => new FeatureSpace({ features: {} })).toThrow(/no features/);
    expect(() => new FeatureSpace({ features: { a: 'flaot' } })).toThrow(/float/);
    expect(() => new FeatureSpace({ features: { a: 'float' }, crosses: [['a', 'b']] })).toThrow(
      /"b"/,
    );
    expect(() => new FeatureSpace({ features: { a: 'float' }, crosses: [['a']] })).toThrow(
      /two features/,
    );
    const space = new FeatureSpace({ features: { city: 'stringCategorical', size: 'float' } });
    await expect(space.encode(FLATS)).rejects.toThrow(/not learnt[\s\S]*adapt/);
    expect(() => space.getInputs()).toThrow(/not learnt/);
    await expect(space.adapt([FLATS] as never)).rejects.toThrow(/no structured data/);
    await expect(space.adapt({ size: [1] })).rejects.toThrow(/city/);
    await expect(space.adapt({ city: [1], size: [1] })).rejects.toThrow(/does not hold strings/);
    await space.adapt(FLATS);
    await expect(space.encode({ city: ['Oslo'] })).rejects.toThrow(/size/);
    await expect(space.encode({ city: ['Oslo'], size: ['a'] })).rejects.toThrow(
      /does not hold numbers/,
    );
    const asInt = FeatureSpace.stringCategorical({ outputMode: 'int' });
    const mixed = new FeatureSpace({ features: { city: asInt } });
    await expect(mixed.adapt(FLATS)).rejects.toThrow(/cannot stand among/);
    const float = { preprocessor: layers.rescaling({ scale: 1 }), dtype: 'float32' } as const;
    const oneHot = new FeatureSpace({
      features: { size: FeatureSpace.feature({ ...float, outputMode: 'oneHot' }) },
    });
    expect(() => oneHot.getEncodedFeatures()).toThrow(/only whole numbers/);
  });
});

describe('FeatureSpace that is told something wrong', () => {
  const told = (make: () => unknown, message: RegExp | string) => expect(make).toThrow(message);

  it('names misspelt options, and what is missing', () => {
    const space = (options: object) => () => new FeatureSpace(options as never);
    told(space({ features: { a: 'float' }, hashDim: 3 }), 'did you mean "hashingDim"');
    told(space({ feature: { a: 'float' } }), 'did you mean "features"');
    told(space({}), /FeatureSpace features[\s\S]*age/);
    told(() => new FeatureSpace(undefined as never), 'the options are missing');
    told(space({ features: { a: 'floatNormalised' } }), 'did you mean "floatNormalized"');
    told(space({ features: { a: 'float' }, outputMode: 'vector' }), 'output mode');
    told(space({ features: { a: 'float' }, crosses: [['a', 'b']] }), 'no feature named "b"');
    const wrong = { numBin: 3 } as never;
    told(() => FeatureSpace.float(wrong), 'FeatureSpace.float');
    told(() => FeatureSpace.floatRescaled({ scales: 2 } as never), 'did you mean "scale"');
    told(() => FeatureSpace.floatNormalized(wrong), 'FeatureSpace.floatNormalized');
    told(() => FeatureSpace.floatDiscretized(wrong), 'did you mean "numBins"');
    told(() => FeatureSpace.integerCategorical({ maxToken: 3 } as never), '"maxTokens"');
    told(() => FeatureSpace.stringCategorical({ oov: 3 } as never), 'FeatureSpace.string');
    told(() => FeatureSpace.integerHashed(wrong), 'did you mean "numBins"');
    told(() => FeatureSpace.stringHashed(undefined as never), 'an object with numBins');
    told(() => FeatureSpace.cross({ featureNames: ['a', 'b'], bins: 3 } as never), 'cross');
    told(() => FeatureSpace.cross({ featureNames: 'a', crossingDim: 3 } as never), 'no list');
    const none = { dtype: 'string', outputMode: 'float', preprocessor: 'lookup' } as never;
    told(() => FeatureSpace.feature(none), 'the preprocessor is no layer');
  });

  it('puts names in the order of code points, as Python does', async () => {
    // In UTF-16 the first would come before the second.
    const space = new FeatureSpace({ features: { '\u{1D49C}': 'float', '\uFF5A': 'float' } });
    const row = await space.encode({ '\u{1D49C}': 1, '\uFF5A': 2 });
    expect(await row.array()).toEqual([2, 1]);
  });

  it('is cloned to learn anew, and comes back from its config', async () => {
    const space = new FeatureSpace({
      features: { age: 'floatNormalized', city: 'stringCategorical' },
      crossingDim: 4,
      name: 'people',
    });
    expect(() => cloneModel(space)).toThrow('FeatureSpace "people"');
    const people = { age: [20, 40], city: ['Oslo', 'Rome'] };
    await space.adapt(people);
    const copy = cloneModel(space);
    if (!(copy instanceof FeatureSpace)) throw new Error('not a FeatureSpace');
    expect(copy.getConfig()).toEqual(space.getConfig());
    await expect(copy.encode(people)).rejects.toThrow(/adapt\(\) first, for age, city/);
    await copy.adapt(people);
    const [a, b] = [await space.encode(people), await copy.encode(people)];
    expect(await (b as Tensor).array()).toEqual(await a.array());
    const again = spaceOf(serializeLayer(space));
    expect(serializeLayer(again)).toEqual(serializeLayer(space));
  });
});

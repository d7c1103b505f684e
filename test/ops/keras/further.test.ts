// Ops that make or tell tensors, and those whose results the tables cannot hold, against Keras.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { camelKey } from '../../../src/core/naming.js';
import * as k from '../../../src/index.js';
import { bend } from '../../../src/ops/image/transforms.js';
import { expectClose, type GoldenArray, tensorOfGolden } from '../../golden-arrays.js';

interface FurtherCase {
  readonly name: string;
  readonly op?: string;
  readonly x: GoldenArray;
  readonly keys: readonly (number | 'rest' | 'newAxis' | { readonly slice: (number | null)[] })[];
  readonly result: GoldenArray;
  readonly value: k.NestedArray & GoldenArray;
  readonly dtype: k.DType | null;
  readonly shape: readonly number[];
  readonly of: readonly number[] & Readonly<Record<string, boolean>>;
  readonly got: string;
  readonly places: readonly GoldenArray[];
  readonly kth: number;
  readonly parts: readonly GoldenArray[];
  readonly gradient: GoldenArray;
  readonly images: GoldenArray;
  readonly noise: GoldenArray;
  readonly options: Readonly<Record<string, number | string>>;
}

const url = new URL('../../golden/ops-further.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as { cases: readonly FurtherCase[] };
const of = (...ops: (string | undefined)[]) => cases.filter(({ op }) => ops.includes(op));

function keyOf(key: FurtherCase['keys'][number]): k.Key {
  if (typeof key !== 'object') return key;
  const [start, stop, step] = key.slice;
  const given = { start, stop, step };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

describe('further ops', () => {
  it.each(of('get_item'))('$name', async ({ x, keys, result }) => {
    await expectClose(k.ops.getItem(tensorOfGolden(x), keys.map(keyOf)), result);
  });

  it.each(of('array', 'convert_to_tensor'))('$name', async (one) => {
    const given = one.dtype ?? undefined;
    const made =
      one.op === 'array'
        ? k.tensor(one.value, given === undefined ? {} : { dtype: given })
        : k.ops.asTensor(one.value, given);
    // Whole numbers become int32 in Keras where no dtype is given, and float32 here: a promise of ours.
    if (given !== undefined || one.result.dtype !== 'int32')
      expect(made.dtype).toBe(one.result.dtype);
    await expectClose(made, one.result);
  });

  it.each(of('empty', 'empty_like'))('$name', ({ op, shape, dtype, of: sizes, got }) => {
    const like = k.ops.ones(shape, 'int32');
    const wanted = dtype ?? 'float32';
    const made = op === 'empty' ? k.ops.empty(shape, wanted) : k.ops.emptyLike(like, wanted);
    expect([made.shape, made.dtype]).toEqual([sizes, got]);
  });

  it.each(of('is_tensor'))('$name', ({ of: told }) => {
    const things: Readonly<Record<string, unknown>> = {
      tensor: k.ones([2]),
      variable: new k.Variable(k.ones([1])),
      symbol: k.layers.input({ shape: [2] }),
      list: [1],
      number: 1,
    };
    const found = Object.entries(things).map(([name, thing]) => [name, k.ops.isTensor(thing)]);
    expect(Object.fromEntries(found)).toEqual(told);
  });

  it.each(of('nonzero'))('$name', async ({ x, places }) => {
    const found = await k.nonzeroAsync(tensorOfGolden(x));
    expect(found).toHaveLength(places.length);
    for (const [axis, wanted] of places.entries())
      await expectClose(k.asTensor(found[axis] ?? []), wanted);
  });

  it.each(of('argpartition'))('$name', async ({ x, kth, parts }) => {
    const values = tensorOfGolden(x);
    const sorted = k.takeAlongAxis(values, k.argPartition(values, kth), { axis: -1 });
    const sizes = parts.map(({ shape }) => shape.at(-1) ?? 0);
    let start = 0;
    for (const [index, wanted] of parts.entries()) {
      const end = start + (sizes[index] ?? 0);
      const part = k.ops.getItem(sorted, ['rest', { start, stop: end }]);
      if (end > start) await expectClose(k.sort(part), wanted);
      start = end;
    }
  });

  it.each(of('stop_gradient'))('$name', async ({ x, value, gradient }) => {
    const input = tensorOfGolden(x);
    await expectClose(k.ops.stopGradient(input), value);
    const loss = (each: k.Tensor) => each.mul(k.ops.stopGradient(each)).sum();
    const [slope] = k.gradient(loss)(input);
    await expectClose(slope ?? input, gradient);
  });

  it.each(of(undefined))('$name', async ({ images, noise, options, result }) => {
    const given = Object.fromEntries(
      Object.entries(options).map(([key, value]) => [camelKey(key), value]),
    );
    const { alpha, sigma } = given;
    const settings = {
      fillMode: 'reflect',
      ...given,
      alpha,
      sigma,
      window: (6 * Number(sigma)) | 1,
    };
    const call = bend as (x: k.Tensor, noise: k.Tensor, options: object) => k.Tensor;
    await expectClose(call(tensorOfGolden(images), tensorOfGolden(noise), settings), result);
  });
});

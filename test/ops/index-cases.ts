// Rows for ops that pick, put, sort and draw.
import { at, range } from '../../src/core/sequence.js';
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import { applyOne } from '../../src/ops/convert.js';
import { addAlong, putAlongAxis } from '../../src/ops/gather.js';
import {
  normalFromBitsOp,
  randomBitsOp,
  truncatedFromBitsOp,
  uniformFromBitsOp,
} from '../../src/ops/random-ops.js';
import { build, get, indicesOf, map, mapRows, type Numbers } from '../harness/op-arrays.js';
import { type Case, distinct, exactly, indices, uniform } from '../harness/op-case.js';

const ALL = ['int32', 'uint8', 'bool'] as const;
const NUMBERS = ['int32'] as const;

/** Zeros with a value added at the place that `target` names for each index of the updates. */
function added(
  shape: readonly number[],
  updates: Numbers,
  target: (index: readonly number[]) => number[],
): Numbers {
  const sums = new Map<string, number>();
  for (const index of indicesOf(updates.shape)) {
    const key = target(index).join();
    sums.set(key, (sums.get(key) ?? 0) + get(updates, index));
  }
  return build(shape, (index) => sums.get(index.join()) ?? 0);
}

const picking: {
  readonly gather: readonly Case[];
  readonly takeAlongAxis: readonly Case[];
} = {
  gather: [
    {
      about: 'rows',
      inputs: [uniform([4, 3]), indices([5], 4)],
      run: (x, i) => k.gather(x, i),
      reference: (x, i) => build([5, 3], ([a = 0, b = 0]) => get(x, [get(i, [a]), b])),
      exactIn: ALL,
    },
    {
      about: 'columns by a matrix',
      inputs: [uniform([3, 4]), indices([2, 2], 4)],
      run: (x, i) => k.gather(x, i, { axis: 1 }),
      reference: (x, i) => build([3, 2, 2], ([a = 0, b = 0, c = 0]) => get(x, [a, get(i, [b, c])])),
      exactIn: ALL,
    },
    {
      about: 'negative and outside',
      inputs: [uniform([3]), exactly([3], [-1, 3, -4], 'int32')],
      run: (x, i) => k.gather(x, i),
      reference: (x) => ({ shape: [3], data: [get(x, [2]), 0, 0] }),
    },
    {
      about: 'flattened',
      inputs: [uniform([2, 3]), indices([4], 6)],
      run: (x, i) => k.take(x, i),
      reference: (x, i) => map(i, (place) => at(x.data, place)),
    },
    {
      about: 'no indices',
      inputs: [uniform([2, 3]), indices([0], 2)],
      run: (x, i) => k.gather(x, i),
      reference: () => ({ shape: [0, 3], data: [] }),
    },
    {
      about: 'wide rows',
      inputs: [uniform([5, 37]), indices([9], 5)],
      run: (x, i) => k.gather(x, i),
      reference: (x, i) => build([9, 37], ([a = 0, b = 0]) => get(x, [get(i, [a]), b])),
      noGradient: 'as the small rows',
    },
    {
      about: 'refused',
      inputs: [uniform([3]), uniform([2])],
      run: (x, i) => k.gather(x, i),
      fails: 'gather: positions are whole numbers',
    },
  ],
  takeAlongAxis: [
    {
      about: 'last axis',
      inputs: [uniform([3, 4]), indices([3, 2], 4)],
      run: (x, i) => k.takeAlongAxis(x, i),
      reference: (x, i) => build([3, 2], ([a = 0, b = 0]) => get(x, [a, get(i, [a, b])])),
      exactIn: ALL,
    },
    {
      about: 'first axis, broadcast',
      inputs: [uniform([3, 4]), indices([2, 1], 3)],
      run: (x, i) => k.takeAlongAxis(x, i, { axis: 0 }),
      reference: (x, i) => build([2, 4], ([a = 0, b = 0]) => get(x, [get(i, [a, 0]), b])),
    },
    {
      about: 'refused',
      inputs: [uniform([3, 4]), indices([3], 4)],
      run: (x, i) => k.takeAlongAxis(x, i),
      fails: 'takeAlongAxis: the indices have another number of axes',
    },
  ],
};

const putting = {
  addAlong: [
    {
      about: 'rows',
      inputs: [indices([6], 4), uniform([6, 3])],
      run: (i: Tensor, u: Tensor) => addAlong(i, u, 0, 4),
      reference: (i: Numbers, u: Numbers) => added([4, 3], u, ([a = 0, b = 0]) => [get(i, [a]), b]),
      ulp: 4,
      ofLargest: true,
      exactIn: NUMBERS,
    },
    {
      about: 'middle axis',
      inputs: [indices([3, 2], 4), uniform([2, 3, 2, 5])],
      run: (i: Tensor, u: Tensor) => addAlong(i, u, 1, 4),
      reference: (i: Numbers, u: Numbers) =>
        added([2, 4, 5], u, ([a = 0, b = 0, c = 0, d = 0]) => [a, get(i, [b, c]), d]),
      ulp: 4,
      ofLargest: true,
    },
    {
      about: 'wide rows',
      inputs: [indices([9], 5), uniform([9, 37])],
      run: (i: Tensor, u: Tensor) => addAlong(i, u, 0, 5),
      reference: (i: Numbers, u: Numbers) =>
        added([5, 37], u, ([a = 0, b = 0]) => [get(i, [a]), b]),
      ulp: 8,
      ofLargest: true,
      noGradient: 'as the small rows',
    },
    {
      about: 'no updates',
      inputs: [indices([0], 2), uniform([0, 3])],
      run: (i: Tensor, u: Tensor) => addAlong(i, u, 0, 2),
      reference: () => build([2, 3], () => 0),
    },
    {
      about: 'scatter',
      inputs: [indices([4, 2], 3), uniform([4, 2])],
      run: (i: Tensor, u: Tensor) => k.scatter(i, u, [3, 3, 2]),
      reference: (i: Numbers, u: Numbers) =>
        added([3, 3, 2], u, ([a = 0, b = 0]) => [get(i, [a, 0]), get(i, [a, 1]), b]),
      ulp: 4,
      ofLargest: true,
      exactIn: NUMBERS,
    },
    {
      about: 'scatterUpdate',
      inputs: [uniform([3]), exactly([2, 1], [2, 0], 'int32'), uniform([2])],
      run: (x, i, updates) => k.scatterUpdate(x, i, updates),
      reference: (x: Numbers, _: Numbers, u: Numbers) => ({
        shape: [3],
        data: [get(u, [1]), get(x, [1]), get(u, [0])],
      }),
      exactIn: NUMBERS,
    },
    {
      about: 'segmentSum',
      inputs: [uniform([5, 2]), indices([5], 3)],
      run: (x: Tensor, i: Tensor) => k.segmentSum(x, i, 3),
      reference: (x: Numbers, i: Numbers) => added([3, 2], x, ([a = 0, b = 0]) => [get(i, [a]), b]),
      ulp: 4,
      ofLargest: true,
    },
    {
      about: 'refused',
      inputs: [indices([4, 2], 3), uniform([4, 3])],
      run: (i: Tensor, u: Tensor) => k.scatter(i, u, [3, 3, 2]),
      fails: 'scatter: the updates do not fit the indices',
    },
  ] satisfies Case[],
  putAlongAxis: [
    {
      inputs: [indices([3, 4], 5), uniform([3, 4])],
      run: (i: Tensor, u: Tensor) => putAlongAxis(i, u, { axis: 1, size: 5 }),
      reference: (i: Numbers, u: Numbers) =>
        added([3, 5], u, ([a = 0, b = 0]) => [a, get(i, [a, b])]),
      ulp: 4,
      ofLargest: true,
      exactIn: NUMBERS,
    },
  ] satisfies Case[],
  oneHot: [
    {
      about: 'last axis',
      inputs: [indices([2, 3], 4)],
      run: (i: Tensor) => k.oneHot(i, 4),
      reference: (i: Numbers) =>
        build([2, 3, 4], ([a = 0, b = 0, c = 0]) => Number(get(i, [a, b]) === c)),
    },
    {
      about: 'first axis, outside',
      inputs: [exactly([3], [0, 5, -1], 'int32')],
      run: (i: Tensor) => k.oneHot(i, 2, { axis: 0, dtype: 'int32' }),
      reference: () => ({ shape: [2, 3], data: [1, 0, 0, 0, 0, 0] }),
    },
  ] satisfies Case[],
};

/** Positions in the order that sorts a row; stable, NaN last. */
function order(row: readonly number[], descending: boolean): number[] {
  const key = (value: number): number => (Number.isNaN(value) ? Infinity : value);
  const places = range(row.length);
  const sign = descending ? -1 : 1;
  return places.sort((a, b) => sign * (key(at(row, a)) - key(at(row, b))) || a - b);
}

const sorting: readonly Case[] = [
  {
    about: 'rows',
    inputs: [distinct([3, 7])],
    run: (x) => k.argsort(x),
    reference: (x) => mapRows(x, (row) => order(row, false)),
  },
  {
    about: 'ties are stable',
    inputs: [uniform([2, 33])],
    run: (x) => k.argsort(x.round(), { descending: true }),
    reference: (x) =>
      mapRows(x, (row) =>
        order(
          row.map((value) => Math.round(value)),
          true,
        ),
      ),
  },
  {
    about: 'NaN is last',
    inputs: [exactly([4], [NaN, 2, Infinity, 1])],
    run: (x) => k.argsort(x),
    reference: () => ({ shape: [4], data: [3, 1, 2, 0] }),
  },
  {
    about: 'sort',
    inputs: [distinct([5])],
    run: (x) => k.sort(x),
    reference: (x) => ({ shape: [5], data: [...Array.from(x.data)].sort((a, b) => a - b) }),
  },
  {
    about: 'first axis',
    inputs: [distinct([5, 2])],
    run: (x) => k.sort(x.transpose(), { axis: -1 }).transpose(),
    reference: (x) =>
      build([5, 2], ([i = 0, j = 0]) =>
        at(
          range(5)
            .map((row) => get(x, [row, j]))
            .sort((a, b) => a - b),
          i,
        ),
      ),
  },
  {
    about: 'topK',
    inputs: [distinct([2, 6])],
    run: (x) => {
      const { values, indices: places } = k.topK(x, 2);
      return [values, places];
    },
    reference: (x) => [topRows(x, (row, place) => at(row, place)), topRows(x, (_, place) => place)],
  },
  {
    about: 'one element',
    inputs: [uniform([2, 1])],
    run: (x) => k.argsort(x),
    reference: () => ({ shape: [2, 1], data: [0, 0] }),
  },
  {
    about: 'long',
    inputs: [distinct([2, 500])],
    run: (x) => k.argsort(x),
    reference: (x) => mapRows(x, (row) => order(row, false)),
  },
  {
    about: 'integers',
    inputs: [exactly([4], [3, -1, 7, 0], 'int32')],
    run: (x) => k.sort(x),
    reference: () => ({ shape: [4], data: [-1, 0, 3, 7] }),
  },
  {
    about: 'refused',
    inputs: [uniform([2])],
    run: (x) => k.topK(x, 3).values,
    fails: 'topK: there are not that many elements.\n  expected 0 to 2   received 3',
  },
];

function topRows(x: Numbers, pick: (row: readonly number[], place: number) => number): Numbers {
  const width = at(x.shape, 1);
  return build([at(x.shape, 0), 2], ([i = 0, j = 0]) => {
    const row = range(width).map((column) => get(x, [i, column]));
    return pick(row, at(order(row, true), j));
  });
}

const WORDS = [0, 0xffffffff, 0x80000000, 0x7fffffff, 0xff];

const random = {
  randomBits: [
    // Threefry-2x32 of key 0: the first word of counter 0, as its authors publish, and of counter 1.
    {
      about: 'known words',
      inputs: [exactly([2], [0, 0], 'uint32')],
      run: (key: Tensor) => applyOne(randomBitsOp, [key], { count: 2 }),
      reference: () => ({ shape: [2], data: [0x6b200159, 0x508efb2c] }),
    },
  ] satisfies Case[],
  uniformFromBits: [
    {
      inputs: [exactly([5], WORDS, 'uint32')],
      run: (bits: Tensor) => applyOne(uniformFromBitsOp, [bits], { dtype: 'float32' }),
      reference: (bits: Numbers) => map(bits, (word) => Math.floor(word / 256) / 2 ** 24),
    },
  ] satisfies Case[],
  normalFromBits: [
    {
      about: 'symmetric ends',
      inputs: [exactly([2], [0, 0xffffffff], 'uint32')],
      run: (bits: Tensor) => applyOne(normalFromBitsOp, [bits], { dtype: 'float32' }),
      reference: () => ({ shape: [2], data: [-5.419983174916869, 5.419983174916869] }),
      ulp: 64,
    },
    {
      about: 'a quarter',
      inputs: [exactly([1], [0x40000000], 'uint32')],
      run: (bits: Tensor) => applyOne(normalFromBitsOp, [bits], { dtype: 'float32' }),
      reference: () => ({ shape: [1], data: [-0.67448975] }),
      ulp: 64,
    },
  ] satisfies Case[],
  truncatedFromBits: [
    {
      about: 'ends at two deviations',
      inputs: [exactly([2], [0, 0xffffffff], 'uint32')],
      run: (bits: Tensor) => applyOne(truncatedFromBitsOp, [bits], { dtype: 'float32' }),
      reference: () => ({ shape: [2], data: [-2, 2] }),
      ulp: 32,
    },
  ] satisfies Case[],
};

export const indexCases = { ...picking, ...putting, argsort: sorting, ...random };

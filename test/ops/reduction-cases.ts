// Rows for reductions, softmax, normalisation and running sums.
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import type { ArgOptions } from '../../src/ops/arg-reductions.js';
import { applyOne } from '../../src/ops/convert.js';
import { layerNormGradientOp } from '../../src/ops/normalization.js';
import type { ReduceOptions } from '../../src/ops/reduced-shape.js';
import { mapRows, type Numbers, reduce, total } from '../harness/op-arrays.js';
import { type Case, distinct, exactly, type Input, uniform } from '../harness/op-case.js';

type Fn = (x: Tensor, options: ReduceOptions) => Tensor;
type Reference = (values: readonly number[]) => number;

interface Options extends Pick<Case, 'ulp' | 'exactIn' | 'noGradient'> {
  readonly input?: (shape: readonly number[]) => Input;
  /** Whether the reduction of nothing has a value. */
  readonly ofNothing?: boolean;
}

const WAYS: readonly (readonly [readonly number[], ReduceOptions, readonly number[]])[] = [
  [[7], {}, [0]],
  [[3, 5], { axis: 0 }, [0]],
  [[3, 5], { axis: -1, keepDims: true }, [1]],
  [[2, 3, 4], { axis: [0, 2] }, [0, 2]],
  [[2, 3, 4], { axis: 1 }, [1]],
  [[2, 2, 2], {}, [0, 1, 2]],
  [[1, 1], { axis: 0 }, [0]],
  [[], {}, []],
];

function reduction(name: string, run: Fn, fn: Reference, options: Options = {}): Case[] {
  const { input = uniform, ofNothing = true, ...rest } = options;
  const one = (shape: readonly number[], how: ReduceOptions, axes: readonly number[]): Case => ({
    about: `[${shape}] ${JSON.stringify(how)}`,
    inputs: [input(shape)],
    run: (x) => run(x, how),
    reference: (x) => reduce(x, axes, how.keepDims ?? false, fn),
    ofLargest: true,
    ...rest,
  });
  const nothing = one([2, 0], { axis: 1 }, [1]);
  const expected = 'there are no elements to choose from';
  return [
    ...WAYS.map(([shape, how, axes]) => one(shape, how, axes)),
    { ...one([3, 61], { axis: 1 }, [1]), noGradient: 'as the short rows' },
    { ...one([61, 9], { axis: 0 }, [0]), noGradient: 'as the short rows' },
    one([0, 2], { axis: 1 }, [1]),
    ofNothing
      ? nothing
      : { about: 'of nothing', inputs: [uniform([2, 0])], run: nothing.run, fails: expected },
    {
      about: 'no such axis',
      inputs: [uniform([2, 3])],
      run: (x) => run(x, { axis: 2 }),
      fails: `${name}: the axis does not exist.\n  expected -2 to 1   received 2`,
    },
  ];
}

const TOTALS = ['int32', 'uint8', 'bool'] as const;
const mean = (values: readonly number[]): number => total(values) / values.length;
const variance = (values: readonly number[]): number =>
  mean(values.map((value) => (value - mean(values)) ** 2));
const logSumExp = (values: readonly number[]): number => {
  const most = Math.max(...values);
  return values.length === 0
    ? -Infinity
    : most + Math.log(total(values.map((x) => Math.exp(x - most))));
};
const truth = (values: readonly number[], test: 'some' | 'every'): number =>
  Number(values[test]((value) => value !== 0));
const places = (values: readonly number[], best: number): number => values.indexOf(best);

/** argMax and argMin take one axis or none. */
function search(run: typeof k.argMax, fn: Reference): Case[] {
  const one = (shape: readonly number[], how: ArgOptions, axes: readonly number[]): Case => ({
    about: `[${shape}] ${JSON.stringify(how)}`,
    inputs: [distinct(shape)],
    run: (x) => run(x, how),
    reference: (x) => reduce(x, axes, how.keepDims ?? false, fn),
    exactIn: ['int32'],
  });
  return [
    one([7], {}, [0]),
    one([3, 5], {}, [0, 1]),
    one([3, 5], { axis: 0 }, [0]),
    one([3, 5], { axis: -1, keepDims: true }, [1]),
    one([1], { axis: 0 }, [0]),
    {
      about: 'the first NaN wins',
      inputs: [exactly([4], [1, NaN, 5, NaN])],
      run: (x) => run(x, { axis: 0 }),
      reference: () => ({ shape: [], data: [1] }),
    },
    {
      about: 'of nothing',
      inputs: [uniform([0])],
      run: (x) => run(x, { axis: 0 }),
      fails: 'there are no elements to choose from',
    },
  ];
}

/** A NaN anywhere makes the result NaN, also where vectors are compared. */
function passesNaN(run: Fn): Case {
  const values = Array.from({ length: 22 }, (_, place) => (place === 13 ? NaN : place - 9));
  return {
    about: 'NaN comes through',
    inputs: [exactly([2, 11], values)],
    run: (x) => run(x, { axis: 1 }),
    reference: (x) =>
      reduce(x, [1], false, (row) => (row.some(Number.isNaN) ? NaN : edge(run, row))),
    noGradient: 'NaN has none',
  };
}

function edge(run: Fn, row: readonly number[]): number {
  return run === k.max ? Math.max(...row) : Math.min(...row);
}

const reductions = {
  sum: reduction('sum', k.sum, total, { ulp: 8, exactIn: TOTALS }),
  mean: reduction('mean', k.mean, mean, { ulp: 8 }),
  prod: reduction('prod', k.prod, (values) => values.reduce((a, b) => a * b, 1), {
    ulp: 64,
    exactIn: ['int32'],
  }),
  max: [
    passesNaN(k.max),
    ...reduction('max', k.max, (values) => Math.max(...values), {
      input: distinct,
      ofNothing: false,
      exactIn: TOTALS,
    }),
  ],
  min: [
    passesNaN(k.min),
    ...reduction('min', k.min, (values) => Math.min(...values), {
      input: distinct,
      ofNothing: false,
      exactIn: TOTALS,
    }),
  ],
  any: reduction('any', k.any, (values) => truth(values, 'some'), { exactIn: TOTALS }),
  all: reduction('all', k.all, (values) => truth(values, 'every'), { exactIn: TOTALS }),
  logSumExp: [
    ...reduction('logSumExp', k.logSumExp, logSumExp, { ulp: 18 }),
    {
      about: 'infinities',
      inputs: [exactly([3, 2], [-Infinity, -Infinity, Infinity, 1, 1000, 1000])],
      run: (x: Tensor) => k.logSumExp(x, { axis: 1 }),
      reference: () => ({ shape: [3], data: [-Infinity, Infinity, 1000 + Math.LN2] }),
      ulp: 2,
      noGradient: 'infinities have none',
    },
  ],
  moments: [
    ...reduction('moments', (x, how) => k.moments(x, how).variance, variance, { ulp: 16 }),
    {
      about: 'both',
      inputs: [uniform([4, 6])],
      run: (x: Tensor) => {
        const { mean: centre, variance: width } = k.moments(x, { axis: 0 });
        return [centre, width];
      },
      reference: (x: Numbers) => [reduce(x, [0], false, mean), reduce(x, [0], false, variance)],
      ulp: 16,
      ofLargest: true,
    },
    {
      about: 'std',
      inputs: [uniform([4, 6])],
      run: (x: Tensor) => k.std(x, { axis: 0 }),
      reference: (x: Numbers) => reduce(x, [0], false, (values) => Math.sqrt(variance(values))),
      ulp: 16,
      ofLargest: true,
    },
  ],
  argMax: search(k.argMax, (values) => places(values, Math.max(...values))),
  argMin: search(k.argMin, (values) => places(values, Math.min(...values))),
};

function softmaxRow(row: readonly number[]): number[] {
  const norm = logSumExp(row);
  return row.map((value) => Math.exp(value - norm));
}

function logSoftmaxRow(row: readonly number[]): number[] {
  const norm = logSumExp(row);
  return row.map((value) => value - norm);
}

function normalizedRow(row: readonly number[]): number[] {
  const [centre, width] = [mean(row), Math.sqrt(variance(row) + 1e-3)];
  return row.map((value) => (value - centre) / width);
}

/** A row operation along the last axis, and along the first by way of transposing. */
function alongRows(
  run: (x: Tensor, options: { axis?: number }) => Tensor,
  row: (row: readonly number[]) => number[],
  ulp: number,
): Case[] {
  const reference = (x: Numbers): Numbers => mapRows(x, row);
  const shapes = [[7], [3, 5], [2, 3, 4], [2, 1], [0, 3]];
  return [
    ...shapes.map(
      (shape): Case => ({
        about: `[${shape}]`,
        inputs: [uniform(shape)],
        run: (x) => run(x, {}),
        reference,
        ulp,
        ofLargest: true,
      }),
    ),
    {
      about: 'long',
      inputs: [uniform([3, 67])],
      run: (x) => run(x, {}),
      reference,
      ulp: 2 * ulp,
      ofLargest: true,
      noGradient: 'as the short rows',
    },
    {
      about: 'first axis',
      inputs: [uniform([5, 3])],
      run: (x) => run(x.transpose(), { axis: 0 }).transpose(),
      reference,
      ulp,
      ofLargest: true,
    },
  ];
}

/** y, r and dy put together as the gradient of layer normalisation does. */
function normGradient(y: Numbers, r: Numbers, dy: Numbers): Numbers {
  const width = y.shape[1] ?? 1;
  return {
    shape: y.shape,
    data: Array.from(dy.data, (value, place) => {
      const row = Math.floor(place / width);
      const ys = Array.from(y.data).slice(row * width, (row + 1) * width);
      const dys = Array.from(dy.data).slice(row * width, (row + 1) * width);
      const slope = mean(dys.map((one, column) => one * (ys[column] ?? 0)));
      return (r.data[row] ?? 0) * (value - mean(dys) - (y.data[place] ?? 0) * slope);
    }),
  };
}

const rows = {
  softmax: alongRows(k.softmax, softmaxRow, 32),
  logSoftmax: alongRows(k.logSoftmax, logSoftmaxRow, 32),
  layerNorm: alongRows(k.layerNorm, normalizedRow, 32),
  layerNormGradient: [
    {
      inputs: [uniform([3, 5]), uniform([3, 1], 0.5, 2), uniform([3, 5])],
      run: (y: Tensor, r: Tensor, dy: Tensor) =>
        applyOne(layerNormGradientOp, [y, r, dy], { axes: [1] }),
      reference: normGradient,
      ulp: 32,
      ofLargest: true,
    },
  ],
};

/** Every way to run along a row. */
function running(
  run: typeof k.cumsum,
  start: number,
  combine: (a: number, b: number) => number,
  input: Input,
): Case[] {
  const reference =
    (reverse: boolean, exclusive: boolean) =>
    (x: Numbers): Numbers =>
      mapRows(x, (row) => {
        let held = start;
        const ordered = reverse ? [...row].reverse() : row;
        const result = ordered.map((value) => {
          const before = held;
          held = combine(held, value);
          return exclusive ? before : held;
        });
        return reverse ? result.reverse() : result;
      });
  const ways = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  return [
    ...ways.map(
      ([reverse, exclusive]): Case => ({
        about: `reverse ${reverse}, exclusive ${exclusive}`,
        inputs: [input],
        run: (x) => run(x, { reverse, exclusive }),
        reference: reference(reverse, exclusive),
        ulp: 16,
        ofLargest: true,
        exactIn: ['int32'],
      }),
    ),
    {
      about: 'middle axis',
      inputs: [{ ...input, shape: [2, 3, 2] }],
      run: (x) => run(x.transpose([0, 2, 1]), { axis: 1 }).transpose([0, 2, 1]),
      reference: reference(false, false),
      ulp: 16,
      ofLargest: true,
    },
    { about: 'empty', inputs: [uniform([2, 0])], run: (x) => run(x), reference: (x) => x },
  ];
}

const cumulative = {
  cumsum: running(k.cumsum, 0, (a, b) => a + b, uniform([3, 5])),
  cumprod: running(k.cumprod, 1, (a, b) => a * b, uniform([3, 5], 0.5, 2)),
};

export const reductionCases = { ...reductions, ...rows, ...cumulative };

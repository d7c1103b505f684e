// Rows for convolutions and pooling; references add up windows one element at a time.
import { at, product, range } from '../../src/core/sequence.js';
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import type { ConvOptions } from '../../src/ops/conv.js';
import { convFilterOp, convOp } from '../../src/ops/conv-ops.js';
import { applyOne } from '../../src/ops/convert.js';
import type { PoolOptions } from '../../src/ops/pool.js';
import * as pools from '../../src/ops/pool-ops.js';
import { build, get, indicesOf, type Numbers, total } from '../harness/op-arrays.js';
import { type Case, distinct, exactly, uniform } from '../harness/op-case.js';

interface Geometry {
  readonly strides: number;
  readonly dilation: number;
  readonly groups: number;
  readonly padding: 'valid' | 'same' | 'causal' | readonly (readonly [number, number])[];
}

/** Padding in front and the number of windows along one axis, by the definition of XLA. */
function along(
  size: number,
  window: number,
  axis: number,
  how: Geometry,
): { before: number; count: number } {
  const reach = (window - 1) * how.dilation + 1;
  if (how.padding === 'valid')
    return { before: 0, count: Math.floor((size - reach) / how.strides) + 1 };
  if (how.padding === 'same') {
    const count = Math.ceil(size / how.strides);
    const pad = Math.max((count - 1) * how.strides + reach - size, 0);
    return { before: Math.floor(pad / 2), count };
  }
  if (how.padding === 'causal')
    return { before: reach - 1, count: Math.floor((size - 1) / how.strides) + 1 };
  const [before, after] = at(how.padding, axis);
  return { before, count: Math.floor((size + before + after - reach) / how.strides) + 1 };
}

/** For every window position the input positions under each of its steps. */
function conv(x: Numbers, w: Numbers, how: Geometry): Numbers {
  const rank = x.shape.length - 2;
  const spatial = range(rank);
  const places = spatial.map((axis) => along(at(x.shape, axis + 1), at(w.shape, axis), axis, how));
  const [channels, filters] = [at(w.shape, rank), at(w.shape, rank + 1)];
  const steps = indicesOf(w.shape.slice(0, rank + 1));
  const shape = [at(x.shape, 0), ...places.map(({ count }) => count), filters];
  return build(shape, (index) => {
    const filter = at(index, -1);
    const group = Math.floor(filter / (filters / how.groups));
    const terms = steps.map((step) => {
      const pixel = spatial.map(
        (axis) =>
          at(index, axis + 1) * how.strides +
          at(step, axis) * how.dilation -
          at(places, axis).before,
      );
      const channel = group * channels + at(step, rank);
      return get(x, [at(index, 0), ...pixel, channel], 0) * get(w, [...step, filter]);
    });
    return total(terms);
  });
}

const PLAIN: Geometry = { strides: 1, dilation: 1, groups: 1, padding: 'valid' };
const convs = [k.conv1d, k.conv2d, k.conv3d];

function image(
  about: string,
  x: readonly number[],
  w: readonly number[],
  options: Partial<Geometry> = {},
  extra: Partial<Case> = {},
): Case {
  const how = { ...PLAIN, ...options };
  const run = at(convs, x.length - 3);
  return {
    about,
    inputs: [uniform(x), uniform(w)],
    run: (input, kernel) => run(input ?? 0, kernel ?? 0, options satisfies ConvOptions),
    reference: (input, kernel) => conv(input, kernel, how),
    ulp: 2 * product(w.slice(0, -1)) + 2,
    ofLargest: true,
    exactIn: ['int32'],
    ...extra,
  };
}

const LARGE = { noGradient: 'as the small rows' };

const convolutions: readonly Case[] = [
  image('one axis', [2, 7, 2], [3, 2, 3]),
  image('same', [1, 5, 5, 2], [3, 3, 2, 2], { padding: 'same' }),
  image('strides, same', [1, 5, 4, 1], [3, 3, 1, 2], { padding: 'same', strides: 2 }),
  image('dilation', [1, 7, 2], [3, 2, 2], { dilation: 2 }),
  image('causal', [1, 6, 2], [3, 2, 2], { padding: 'causal', dilation: 2 }),
  image('pairs', [1, 4, 4, 1], [3, 2, 1, 2], {
    padding: [
      [2, 0],
      [1, 1],
    ],
  }),
  image('groups', [1, 4, 4, 4], [2, 2, 2, 6], { groups: 2, padding: 'same' }),
  image('strides wider than the window', [1, 5, 2], [1, 2, 3], { strides: 2 }),
  image('strides and dilation', [1, 9, 2], [3, 2, 2], { strides: 3, dilation: 2 }),
  image('strides and dilation that share a factor', [1, 11, 1], [3, 1, 2], {
    strides: 4,
    dilation: 2,
  }),
  image('more phases than kernels are made for', [1, 45, 1], [3, 1, 2], { strides: 20 }),
  image('three axes', [1, 3, 3, 3, 2], [2, 2, 2, 2, 2], { padding: 'same' }),
  image('pointwise', [2, 3, 3, 4], [1, 1, 4, 5]),
  image('window as large as the input', [1, 3, 3, 2], [3, 3, 2, 4]),
  image('no images', [0, 4, 4, 2], [3, 3, 2, 2]),
  image('large', [2, 12, 11, 16], [3, 3, 16, 24], { padding: 'same' }, LARGE),
  image('large, strides', [2, 13, 12, 8], [3, 3, 8, 32], { padding: 'same', strides: 2 }, LARGE),
  image('large, groups', [1, 9, 9, 16], [3, 3, 4, 32], { padding: 'same', groups: 4 }, LARGE),
  {
    about: 'golden',
    inputs: [exactly([1, 7, 1], [1, 2, 3, 4, 5, 6, 7]), exactly([3, 1, 1], [1, 10, 100])],
    run: (x, w) => k.conv1d(x, w, { padding: 'same', strides: 2 }),
    reference: () => ({ shape: [1, 4, 1], data: [210, 432, 654, 76] }),
  },
  {
    about: 'channels first',
    inputs: [uniform([1, 2, 5, 4]), uniform([3, 3, 2, 2])],
    run: (x, w) => k.conv2d(x, w, { dataFormat: 'channelsFirst' }),
    reference: (x, w) => toFirst(conv(toLast(x), w, PLAIN)),
    ulp: 40,
    ofLargest: true,
  },
  {
    about: 'depthwise',
    inputs: [uniform([1, 4, 4, 3]), uniform([3, 3, 3, 2])],
    run: (x, w) => k.depthwiseConv2d(x, w, { padding: 'same' }),
    reference: (x, w) =>
      conv(x, { shape: [3, 3, 1, 6], data: w.data }, { ...PLAIN, padding: 'same', groups: 3 }),
    ulp: 20,
    ofLargest: true,
  },
  {
    about: 'separable',
    inputs: [uniform([1, 5, 2]), uniform([3, 2, 2]), uniform([1, 4, 3])],
    run: (x, w, p) => k.separableConv1d(x, w, p),
    reference: (x, w, p) =>
      conv(conv(x, { shape: [3, 1, 4], data: w.data }, { ...PLAIN, groups: 2 }), p, PLAIN),
    ulp: 32,
    ofLargest: true,
  },
  {
    about: 'channels that differ',
    inputs: [uniform([1, 4, 4, 3]), uniform([3, 3, 2, 2])],
    run: (x, w) => k.conv2d(x, w),
    fails: 'conv2d: the channels of input and kernel do not match',
  },
  {
    about: 'too small',
    inputs: [uniform([1, 2, 2, 1]), uniform([3, 3, 1, 1])],
    run: (x, w) => k.conv2d(x, w),
    fails: 'conv2d: the window is larger than the input',
  },
  {
    about: 'too few axes',
    inputs: [uniform([2, 2, 1]), uniform([3, 3, 1, 1])],
    run: (x, w) => k.conv2d(x, w),
    fails: 'conv2d: the input has another number of axes',
  },
];

function toLast(x: Numbers): Numbers {
  const [n = 0, c = 0, h = 0, w = 0] = x.shape;
  return build([n, h, w, c], ([a = 0, i = 0, j = 0, b = 0]) => get(x, [a, b, i, j]));
}

function toFirst(x: Numbers): Numbers {
  const [n = 0, h = 0, w = 0, c = 0] = x.shape;
  return build([n, c, h, w], ([a = 0, b = 0, i = 0, j = 0]) => get(x, [a, i, j, b]));
}

const KERNEL = exactly([3, 1, 1], [1, 10, 100]);
const SHORT = exactly([1, 3, 1], [1, 2, 3]);

/** Vectors that Keras gives for x = 1 2 3 and the kernel 1 10 100. */
function spreadCase(
  about: string,
  options: Parameters<typeof k.convTranspose1d>[2],
  data: readonly number[],
): Case {
  return {
    about,
    inputs: [SHORT, KERNEL],
    run: (x, w) => k.convTranspose1d(x, w, options),
    reference: () => ({ shape: [1, data.length, 1], data }),
  };
}

const transposed: readonly Case[] = [
  spreadCase('valid', {}, [1, 12, 123, 230, 300]),
  spreadCase('same', { padding: 'same' }, [12, 123, 230]),
  spreadCase('strides', { strides: 2 }, [1, 10, 102, 20, 203, 30, 300]),
  spreadCase('strides, same', { strides: 2, padding: 'same' }, [1, 10, 102, 20, 203, 30]),
  {
    about: 'two axes',
    inputs: [uniform([1, 3, 3, 2]), uniform([3, 3, 3, 2])],
    run: (x, w) => k.convTranspose2d(x, w, { strides: 2, padding: 'same' }),
    ulp: 40,
  },
  {
    about: 'output padding',
    inputs: [uniform([1, 3, 2]), uniform([3, 2, 2])],
    run: (x, w) => k.convTranspose1d(x, w, { strides: 3, outputPadding: 2 }),
  },
  {
    about: 'refused',
    inputs: [uniform([1, 3, 2]), uniform([3, 2, 3])],
    run: (x, w) => k.convTranspose1d(x, w),
    fails: 'convTranspose1d: the kernel does not fit the input',
  },
];

const FILTER = {
  size: [2],
  strides: [2],
  dilation: [1],
  before: [0],
  input: [5],
  output: [2],
  batch: 2,
  groups: 1,
  channels: 2,
  filters: 3,
};

/** dw[s, c, f] = Σ x[n, 2 o + s, c] dy[n, o, f] */
const filterGradient: readonly Case[] = [
  {
    about: 'strides',
    inputs: [uniform([2, 5, 2]), uniform([2, 2, 3])],
    run: (x, dy) => applyOne(convFilterOp, [x, dy], FILTER),
    reference: (x, dy) =>
      build([2, 2, 3], ([s = 0, c = 0, f = 0]) =>
        total(
          indicesOf([2, 2]).map(([n = 0, o = 0]) => get(x, [n, 2 * o + s, c]) * get(dy, [n, o, f])),
        ),
      ),
    ulp: 12,
    ofLargest: true,
  },
  {
    about: 'as the gradient of conv',
    inputs: [uniform([2, 5, 2]), uniform([2, 2, 3])],
    run: (x, w) => applyOne(convOp, [x, w], FILTER),
    reference: (x, w) => conv(x, w, { ...PLAIN, strides: 2 }),
    ulp: 12,
    ofLargest: true,
  },
];

/** The elements of each window, without what lies outside. */
function pooled(
  x: Numbers,
  window: number,
  how: Geometry,
  fn: (values: readonly number[]) => number,
): Numbers {
  const spatial = range(x.shape.length - 2);
  const places = spatial.map((axis) => along(at(x.shape, axis + 1), window, axis, how));
  const steps = indicesOf(spatial.map(() => window));
  const shape = [at(x.shape, 0), ...places.map(({ count }) => count), at(x.shape, -1)];
  return build(shape, (index) => {
    const values = steps.map((step) => {
      const pixel = spatial.map(
        (axis) => at(index, axis + 1) * how.strides + at(step, axis) - at(places, axis).before,
      );
      return get(x, [at(index, 0), ...pixel, at(index, -1)], Number.NEGATIVE_INFINITY);
    });
    return fn(values.filter((value) => value !== Number.NEGATIVE_INFINITY));
  });
}

function pooling(
  functions: readonly ((x: Tensor, options: PoolOptions) => Tensor)[],
  fn: (values: readonly number[]) => number,
  extra: Partial<Case>,
): Case[] {
  const one = (
    shape: readonly number[],
    poolSize: number,
    strides: number,
    padding: 'valid' | 'same',
  ): Case => ({
    about: `[${shape}] size ${poolSize}, strides ${strides}, ${padding}`,
    inputs: [distinct(shape)],
    run: (x) => at(functions, shape.length - 3)(x, { poolSize, strides, padding }),
    reference: (x) => pooled(x, poolSize, { ...PLAIN, strides, padding }, fn),
    ...extra,
  });
  return [
    one([2, 7, 2], 3, 2, 'valid'),
    one([1, 7, 1], 3, 2, 'same'),
    one([1, 4, 4, 3], 2, 2, 'valid'),
    one([1, 5, 4, 2], 3, 2, 'same'),
    one([1, 4, 4, 1], 3, 1, 'same'),
    one([1, 2, 3, 4, 2], 2, 1, 'same'),
    one([0, 4, 4, 1], 2, 2, 'valid'),
    { ...one([2, 9, 9, 19], 3, 2, 'same'), ...LARGE },
    {
      about: 'channels first',
      inputs: [distinct([1, 2, 4, 4])],
      run: (x) => at(functions, 1)(x, { dataFormat: 'channelsFirst' }),
      reference: (x) => toFirst(pooled(toLast(x), 2, { ...PLAIN, strides: 2 }, fn)),
      ...extra,
    },
    {
      about: 'too small',
      inputs: [uniform([1, 1, 1])],
      run: (x) => at(functions, 0)(x, { poolSize: 2 }),
      fails: 'the window is larger than the input',
    },
  ];
}

const averages = [k.averagePool1d, k.averagePool2d, k.averagePool3d];
const maxima = [k.maxPool1d, k.maxPool2d, k.maxPool3d];
const POOL = {
  size: [3],
  strides: [2],
  dilation: [1],
  before: [1],
  input: [5],
  output: [3],
  batch: 1,
  channels: 1,
};
const PLACES = exactly([1, 3, 1], [1, 1, 4], 'int32');

const poolOps = {
  averagePool: pooling(averages, (values) => total(values) / values.length, {
    ulp: 32,
    ofLargest: true,
  }),
  averagePoolGradient: [
    {
      inputs: [exactly([1, 3, 1], [2, 3, 4])],
      run: (dy: Tensor) => applyOne(pools.averageSpreadOp, [dy], POOL),
      reference: () => ({ shape: [1, 5, 1], data: [1, 2, 1, 3, 2] }),
      ulp: 2,
    },
  ] satisfies Case[],
  maxPool: [
    {
      about: 'NaN comes through',
      inputs: [exactly([1, 4, 1], [1, NaN, 3, 2])],
      run: (x: Tensor) => k.maxPool1d(x),
      reference: () => ({ shape: [1, 2, 1], data: [NaN, 3] }),
      noGradient: 'NaN has none',
    },
    ...pooling(maxima, (values) => Math.max(...values), { exactIn: ['int32'] }),
  ],
  maxPoolPositions: [
    {
      about: 'the first of equals',
      inputs: [exactly([1, 5, 1], [1, 7, 7, 0, 9])],
      run: (x: Tensor) => applyOne(pools.maxPositionsOp, [x], POOL),
      reference: () => ({ shape: [1, 3, 1], data: [1, 1, 4] }),
      exactIn: ['int32'],
    },
  ] satisfies Case[],
  maxPoolGradient: [
    {
      inputs: [uniform([1, 3, 1]), PLACES],
      run: (dy: Tensor, places: Tensor) => applyOne(pools.putMaximaOp, [dy, places], POOL),
      reference: (dy: Numbers) => ({
        shape: [1, 5, 1],
        data: [0, get(dy, [0, 0, 0]) + get(dy, [0, 1, 0]), 0, 0, get(dy, [0, 2, 0])],
      }),
      ulp: 2,
    },
  ] satisfies Case[],
  maxPoolPick: [
    {
      inputs: [uniform([1, 5, 1]), PLACES],
      run: (x: Tensor, places: Tensor) => applyOne(pools.pickMaximaOp, [x, places], POOL),
      reference: (x: Numbers) => build([1, 3, 1], ([, i = 0]) => get(x, [0, at([1, 1, 4], i), 0])),
    },
  ] satisfies Case[],
};

export const windowCases = {
  conv: convolutions,
  convInputGradient: transposed,
  convFilterGradient: filterGradient,
  ...poolOps,
};

// Rows for functions that are sentences over other ops.
import { at, range } from '../../src/core/sequence.js';
import type { Tensor } from '../../src/core/tensor.js';
import * as k from '../../src/index.js';
import {
  build,
  get,
  map,
  mapRows,
  type Numbers,
  reduce,
  total,
  zip,
} from '../harness/op-arrays.js';
import { type Case, distinct, exactly, indices, uniform } from '../harness/op-case.js';

/** An activation of one element. */
function elementwise(run: (x: Tensor) => Tensor, fn: (x: number) => number, ulp: number): Case[] {
  const reference = (x: Numbers): Numbers => map(x, fn);
  return [
    { about: 'matrix', inputs: [uniform([3, 5])], run, reference, ulp, ofLargest: true },
    { about: 'empty', inputs: [uniform([0])], run, reference },
  ];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const activations = {
  logSigmoid: elementwise(k.logSigmoid, (x) => -Math.log1p(Math.exp(-x)), 18),
  celu: elementwise(
    (x) => k.celu(x, { alpha: 2 }),
    (x) => (x > 0 ? x : 2 * Math.expm1(x / 2)),
    18,
  ),
  hardTanh: elementwise(k.hardTanh, (x) => Math.min(Math.max(x, -1), 1), 0),
  hardShrink: elementwise(k.hardShrink, (x) => (Math.abs(x) > 0.5 ? x : 0), 0),
  softShrink: elementwise(k.softShrink, (x) => Math.sign(x) * Math.max(Math.abs(x) - 0.5, 0), 2),
  tanhShrink: elementwise(k.tanhShrink, (x) => x - Math.tanh(x), 8),
  threshold: elementwise(
    (x) => k.threshold(x, 0.2, -1),
    (x) => (x > Math.fround(0.2) ? x : -1),
    0,
  ),
  squareplus: elementwise(k.squareplus, (x) => (x + Math.sqrt(x * x + 4)) / 2, 4),
  glu: [
    {
      inputs: [uniform([3, 4])],
      run: (x: Tensor) => k.glu(x),
      reference: (x: Numbers) =>
        build([3, 2], ([i = 0, j = 0]) => get(x, [i, j]) * sigmoid(get(x, [i, j + 2]))),
      ulp: 12,
      ofLargest: true,
    },
  ],
} satisfies Record<string, Case[]>;

const numbers = {
  hypot: [
    {
      inputs: [uniform([3, 4]), uniform([4])],
      run: (a: Tensor, b: Tensor) => k.hypot(a, b),
      reference: (a: Numbers, b: Numbers) => zip([a, b], Math.hypot),
      ulp: 4,
    },
  ],
  nanToNum: [
    {
      inputs: [exactly([4], [NaN, 1, Infinity, -Infinity], 'float32')],
      run: (x: Tensor) => k.nanToNum(x),
      reference: () => ({
        shape: [4],
        data: [0, 1, 3.4028234663852886e38, -3.4028234663852886e38],
      }),
      noGradient: 'infinities have none',
    },
    {
      about: 'the largest of float64',
      inputs: [exactly([3], [NaN, Infinity, -Infinity], 'float64')],
      run: (x: Tensor) => k.nanToNum(x),
      reference: () => ({ shape: [3], data: [0, Number.MAX_VALUE, -Number.MAX_VALUE] }),
      noGradient: 'infinities have none',
    },
  ],
  isClose: [
    {
      inputs: [exactly([3], [1, 2, Infinity]), exactly([3], [1.000001, 2.1, Infinity])],
      run: (a: Tensor, b: Tensor) => k.isClose(a, b),
      reference: () => ({ shape: [3], data: [1, 0, 1] }),
      noGradient: 'the result is a bool',
    },
  ],
  countNonzero: [
    {
      inputs: [exactly([4], [0, 3, 0, 1])],
      run: (x: Tensor) => k.countNonzero(x),
      reference: () => ({ shape: [], data: [2] }),
      noGradient: 'counts are whole numbers',
    },
  ],
  average: [
    {
      inputs: [uniform([3, 4]), uniform([4], 0.5, 2)],
      run: (x: Tensor, w: Tensor) => k.average(x, { axis: 1, weights: w }),
      reference: (x: Numbers, w: Numbers) =>
        build([3], ([i = 0]) => {
          const shares = range(4).map((j) => get(w, [j]));
          return total(shares.map((share, j) => share * get(x, [i, j]))) / total(shares);
        }),
      ulp: 16,
      ofLargest: true,
    },
  ],
  norm: [
    {
      inputs: [uniform([3, 4])],
      run: (x: Tensor) => k.norm(x, { axis: 1 }),
      reference: (x: Numbers) => reduce(x, [1], false, (values) => Math.hypot(...values)),
      ulp: 8,
    },
  ],
  normalize: [
    {
      inputs: [uniform([3, 4])],
      run: (x: Tensor) => k.normalize(x),
      reference: (x: Numbers) =>
        mapRows(x, (row) => row.map((value) => value / Math.hypot(...row))),
      ulp: 8,
    },
  ],
  cosineSimilarity: [
    {
      inputs: [uniform([3, 4]), uniform([3, 4])],
      run: (a: Tensor, b: Tensor) => k.cosineSimilarity(a, b),
      reference: (a: Numbers, b: Numbers) =>
        build([3], ([i = 0]) => {
          const row = (x: Numbers): number[] => range(4).map((j) => get(x, [i, j]));
          const [left, right] = [row(a), row(b)];
          const product = total(left.map((value, j) => value * at(right, j)));
          return product / (Math.hypot(...left) * Math.hypot(...right));
        }),
      ulp: 16,
      ofLargest: true,
      noHalf: 'lengths and quotients are rounded on the way',
    },
  ],
  diff: [
    {
      inputs: [uniform([3, 4])],
      run: (x: Tensor) => k.diff(x, { axis: 0 }),
      reference: (x: Numbers) =>
        build([2, 4], ([i = 0, j = 0]) => get(x, [i + 1, j]) - get(x, [i, j])),
      ulp: 2,
    },
  ],
  quantile: [
    {
      inputs: [distinct([3, 5])],
      run: (x: Tensor) => k.quantile(x, 0.3, { axis: 1 }),
      reference: (x: Numbers) =>
        reduce(x, [1], false, (values) => {
          const sorted = [...values].sort((a, b) => a - b);
          return at(sorted, 1) * 0.8 + at(sorted, 2) * 0.2;
        }),
      ulp: 16,
      ofLargest: true,
    },
    {
      about: 'median of all',
      inputs: [distinct([3, 3])],
      run: (x: Tensor) => k.median(x),
      reference: (x: Numbers) =>
        reduce(x, [0, 1], false, (values) =>
          at(
            [...values].sort((a, b) => a - b),
            4,
          ),
        ),
    },
  ],
  digitize: [
    {
      inputs: [exactly([4], [0.5, 1, 7, -3]), exactly([2], [1, 5])],
      run: (x: Tensor, b: Tensor) => k.digitize(x, b),
      reference: () => ({ shape: [4], data: [0, 1, 2, 0] }),
      noGradient: 'counts are whole numbers',
    },
  ],
  inTopK: [
    {
      inputs: [exactly([2], [0, 2], 'int32'), exactly([2, 3], [1, 5, 3, 1, 5, 3])],
      run: (i: Tensor, x: Tensor) => k.inTopK(i, x, 2),
      reference: () => ({ shape: [2], data: [0, 1] }),
      noGradient: 'the result is a bool',
    },
  ],
} satisfies Record<string, Case[]>;

const matrices = {
  tril: [
    {
      inputs: [uniform([2, 3, 4])],
      run: (x: Tensor) => k.tril(x, 1),
      reference: (x: Numbers) =>
        build([2, 3, 4], ([n = 0, i = 0, j = 0]) => (j <= i + 1 ? get(x, [n, i, j]) : 0)),
    },
  ],
  triu: [
    {
      inputs: [uniform([3, 4])],
      run: (x: Tensor) => k.triu(x),
      reference: (x: Numbers) => build([3, 4], ([i = 0, j = 0]) => (j >= i ? get(x, [i, j]) : 0)),
    },
  ],
  diagonal: [
    {
      inputs: [uniform([2, 3, 4])],
      run: (x: Tensor) => k.diagonal(x, 1),
      reference: (x: Numbers) => build([2, 3], ([n = 0, i = 0]) => get(x, [n, i, i + 1])),
    },
    {
      about: 'below',
      inputs: [uniform([4, 3])],
      run: (x: Tensor) => k.diagonal(x, -1),
      reference: (x: Numbers) => build([3], ([i = 0]) => get(x, [i + 1, i])),
    },
  ],
  diag: [
    {
      inputs: [uniform([3])],
      run: (x: Tensor) => k.diag(x, 1),
      reference: (x: Numbers) => build([4, 4], ([i = 0, j = 0]) => (j === i + 1 ? get(x, [i]) : 0)),
    },
    {
      about: 'below',
      inputs: [uniform([2])],
      run: (x: Tensor) => k.diag(x, -1),
      reference: (x: Numbers) => build([3, 3], ([i = 0, j = 0]) => (i === j + 1 ? get(x, [j]) : 0)),
    },
  ],
  trace: [
    {
      inputs: [uniform([3, 3])],
      run: (x: Tensor) => k.trace(x),
      reference: (x: Numbers) => build([], () => total(range(3).map((i) => get(x, [i, i])))),
      ulp: 4,
      ofLargest: true,
    },
  ],
} satisfies Record<string, Case[]>;

const SQUARE = exactly([1, 2, 2, 1], [0, 1, 2, 3]);

const images = {
  resize: [
    {
      about: 'bilinear as Keras',
      inputs: [SQUARE],
      run: (x: Tensor) => k.slice(k.resize(x, [4, 4]), [0, 0, 0, 0], [1, 2, 4, 1]),
      reference: () => ({ shape: [1, 2, 4, 1], data: [0, 0.25, 0.75, 1, 0.5, 0.75, 1.25, 1.5] }),
    },
    {
      about: 'nearest as Keras',
      inputs: [SQUARE],
      run: (x: Tensor) =>
        k.slice(k.resize(x, [4, 4], { interpolation: 'nearest' }), [0, 1, 0, 0], [1, 2, 4, 1]),
      reference: () => ({ shape: [1, 2, 4, 1], data: [0, 0, 1, 1, 2, 2, 3, 3] }),
    },
    {
      about: 'bicubic, smaller',
      inputs: [uniform([2, 5, 6, 2])],
      run: (x: Tensor) => k.resize(x, [3, 4], { interpolation: 'bicubic', antialias: true }),
    },
    {
      about: 'refused',
      inputs: [uniform([2, 2])],
      run: (x: Tensor) => k.resize(x, [3, 3]),
      fails: 'resize: these are no images',
    },
  ],
  depthToSpace: [
    {
      inputs: [uniform([1, 2, 2, 8])],
      run: (x: Tensor) => k.depthToSpace(x, 2),
      reference: (x: Numbers) =>
        build([1, 4, 4, 2], ([, i = 0, j = 0, c = 0]) =>
          get(x, [0, Math.floor(i / 2), Math.floor(j / 2), (i % 2) * 4 + (j % 2) * 2 + c]),
        ),
    },
  ],
  spaceToDepth: [
    {
      about: 'undoes depthToSpace',
      inputs: [uniform([1, 2, 3, 8])],
      run: (x: Tensor) => k.spaceToDepth(k.depthToSpace(x, 2), 2),
      reference: (x: Numbers) => x,
    },
  ],
} satisfies Record<string, Case[]>;

/** Attention by its definition; `sees` says which keys a query may look at. */
function attention(
  [q, key, v]: readonly [Numbers, Numbers, Numbers],
  sees: (query: number, key: number) => boolean,
): Numbers {
  const size = at(q.shape, 3);
  const length = at(key.shape, 1);
  return build([...q.shape.slice(0, 3), at(v.shape, 3)], ([b = 0, i = 0, h = 0, d = 0]) => {
    const scores = range(length).map((j) => {
      const products = range(size).map((s) => get(q, [b, i, h, s]) * get(key, [b, j, h, s]));
      return sees(i, j) ? total(products) / Math.sqrt(size) : -Infinity;
    });
    const shares = scores.map((score) => Math.exp(score - Math.max(...scores)));
    return total(shares.map((share, j) => share * get(v, [b, j, h, d]))) / total(shares);
  });
}

const INPUTS = [uniform([1, 3, 2, 4]), uniform([1, 3, 2, 4]), uniform([1, 3, 2, 2])];

const attentions = {
  dotProductAttention: [
    {
      inputs: INPUTS,
      run: (q: Tensor, key: Tensor, v: Tensor) => k.dotProductAttention(q, key, v),
      reference: (q: Numbers, key: Numbers, v: Numbers) => attention([q, key, v], () => true),
      ulp: 64,
      ofLargest: true,
    },
    {
      about: 'causal',
      inputs: INPUTS,
      run: (q: Tensor, key: Tensor, v: Tensor) =>
        k.dotProductAttention(q, key, v, { isCausal: true }),
      reference: (q: Numbers, key: Numbers, v: Numbers) => attention([q, key, v], (i, j) => j <= i),
      ulp: 64,
      ofLargest: true,
    },
  ],
  batchNorm: [
    {
      inputs: [uniform([4, 3]), uniform([3]), uniform([3], 0.5, 2), uniform([3])],
      run: (x: Tensor, mean: Tensor, variance: Tensor, scale: Tensor) =>
        k.batchNorm(x, { mean, variance, scale }),
      reference: (...all: Numbers[]) =>
        zip(all, (x = 0, mean = 0, variance = 0, scale = 0) => {
          return ((x - mean) / Math.sqrt(variance + 1e-3)) * scale;
        }),
      ulp: 8,
      ofLargest: true,
    },
  ],
  rmsNorm: [
    {
      inputs: [uniform([3, 5])],
      run: (x: Tensor) => k.rmsNorm(x),
      reference: (x: Numbers) =>
        mapRows(x, (row) => {
          const mean = total(row.map((value) => value * value)) / row.length;
          return row.map((value) => value / Math.sqrt(mean + 1e-6));
        }),
      ulp: 16,
      ofLargest: true,
    },
  ],
  scan: [
    {
      about: 'a running product',
      inputs: [uniform([], 0.5, 2), uniform([4, 3], 0.5, 2)],
      run: (start: Tensor, xs: Tensor) => {
        const step = (carry: Tensor, x: Tensor): [Tensor, Tensor] => {
          const next = carry.mul(x.sum());
          return [next, next.add(x)];
        };
        return k.scan(step, start, xs);
      },
      reference: (start: Numbers, xs: Numbers) => {
        let carry = get(start, []);
        const carries = range(4).map((row) => {
          carry *= total(range(3).map((column) => get(xs, [row, column])));
          return carry;
        });
        const outputs = build([4, 3], ([i = 0, j = 0]) => at(carries, i) + get(xs, [i, j]));
        return [{ shape: [], data: [carry] }, outputs];
      },
      ulp: 16,
      ofLargest: true,
    },
  ],
  scatterAdd: [
    {
      inputs: [uniform([4, 2]), indices([3, 1], 4), uniform([3, 2])],
      run: (x: Tensor, i: Tensor, u: Tensor) => k.scatterAdd(x, i, u),
      reference: (x: Numbers, i: Numbers, u: Numbers) =>
        build([4, 2], ([row = 0, column = 0]) => {
          const hits = range(3).filter((place) => get(i, [place, 0]) === row);
          return get(x, [row, column]) + total(hits.map((place) => get(u, [place, column])));
        }),
      ulp: 4,
      ofLargest: true,
    },
  ],
} satisfies Record<string, Case[]>;

export const composedCases: Readonly<Record<string, readonly Case[]>> = {
  ...activations,
  ...numbers,
  ...matrices,
  ...images,
  ...attentions,
};

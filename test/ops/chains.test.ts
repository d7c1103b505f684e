// Ops in a row, compiled and op by op: what fusion joins must give what the parts give.
import { describe, expect, it } from 'vitest';
import { createGraphEngine } from '../../src/engines/graph/engine.js';
import * as k from '../../src/index.js';

type Chain = (...inputs: k.Tensor[]) => k.Tensor;

const engine = createGraphEngine(k.createEagerEngine(k.createCpuDevice()));
k.setEngine(engine);

const slope =
  (fn: Chain): Chain =>
  (...inputs) => {
    const [first] = k.gradient(fn)(...inputs);
    if (first === undefined) throw new Error('there is no gradient');
    return first;
  };

const pool = { poolSize: 3, strides: 2, padding: 'same' } as const;
const conv = { strides: 2, padding: 'same' } as const;
const normal = (shape: readonly number[], seed: number): k.Tensor =>
  k.random.normal(shape, { seed });

const MATRICES = (): k.Tensor[] => [normal([3, 4], 1), normal([3, 4], 2)];
const IMAGES = (): k.Tensor[] => [normal([2, 5, 5, 3], 1), normal([3, 3, 4, 3], 2)];

const chains: readonly (readonly [string, () => k.Tensor[], Chain])[] = [
  [
    'maps round a concat',
    MATRICES,
    (a, b) => k.concat([k.mul(a ?? 0, 2), k.add(b ?? 0, 1)], 1).relu(),
  ],
  [
    'a sum over a concat',
    MATRICES,
    (a, b) =>
      k
        .concat([a ?? 0, k.exp(b ?? 0)])
        .sum({ axis: 0 })
        .add(1),
  ],
  [
    'views of a concat',
    MATRICES,
    (a, b) =>
      k
        .concat([a ?? 0, b ?? 0])
        .reshape([4, 6])
        .transpose()
        .softmax(),
  ],
  [
    'maps after a transposed convolution',
    IMAGES,
    (x, w) =>
      k
        .convTranspose2d(x ?? 0, w ?? 0, conv)
        .relu()
        .mul(2),
  ],
  [
    'a strided convolution and its gradient',
    () => [normal([2, 5, 5, 3], 1), normal([3, 3, 3, 4], 2)],
    slope((x, w) =>
      k
        .conv2d(k.sin(x ?? 0), w ?? 0, conv)
        .relu()
        .sum(),
    ),
  ],
  [
    'a gradient through max pooling',
    IMAGES,
    slope((x) =>
      k
        .maxPool2d(x ?? 0, pool)
        .square()
        .sum(),
    ),
  ],
  [
    'a slice of a padded map',
    MATRICES,
    (a) => k.slice(k.exp(k.pad(a ?? 0, 1)), [1, 1], [3, 3]).mul(2),
  ],
  ['sorting between maps', MATRICES, (a) => k.sort(k.sin(a ?? 0)).mul(2)],
  ['gathering between maps', MATRICES, (a) => k.gather(k.exp(a ?? 0), [2, 0, 1]).mul(2)],
  [
    "an embedding's gradient",
    MATRICES,
    slope((a) =>
      k
        .gather(k.mul(a ?? 0, 2), [2, 0, 2])
        .square()
        .sum(),
    ),
  ],
  [
    "a layer norm's gradient",
    MATRICES,
    slope((a) =>
      k
        .layerNorm(a ?? 0)
        .mul([1, 2, 3, 4])
        .sum(),
    ),
  ],
  [
    'attention with a residual',
    MATRICES,
    (a) => {
      const h = k.reshape(a ?? 0, [1, 3, 2, 2]);
      return k
        .dotProductAttention(h, h, h)
        .reshape([3, 4])
        .add(a ?? 0);
    },
  ],
  ['running sums between maps', MATRICES, (a) => k.cumsum(k.mul(a ?? 0, 2)).add(1)],
];

describe('compiled chains', () => {
  it.each(chains)('%s', async (_, inputs, chain) => {
    const given = inputs();
    const found = Array.from(
      await engine
        .compile(chain)(...given)
        .data(),
    );
    const wanted = Array.from(await chain(...given).data());
    expect(found.length).toBe(wanted.length);
    wanted.forEach((value, place) => {
      expect(Math.abs((found[place] ?? Number.NaN) - value)).toBeLessThan(
        1e-5 * (1 + Math.abs(value)),
      );
    });
  });
});

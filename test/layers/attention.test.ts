// Attention: every layer through the tests that all layers pass, its calls in models, its errors.
import { describe, expect, it } from 'vitest';
import {
  initializers,
  layers,
  Model,
  modelFromJson,
  random,
  type Tensor,
  tensor,
} from '../../src/index.js';
import { setMask } from '../../src/layers/call-context.js';
import { checkLayer } from '../harness/check-layer.js';

const PAIR = [
  [2, 3, 4],
  [2, 5, 4],
];

checkLayer(
  'einsumDense',
  () => layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [null, 2], biasAxes: 'd' }),
  { inputs: [[2, 3, 4]], output: [2, 3, 2], weights: 2, params: 10 },
);
checkLayer('attention', () => layers.attention({ useScale: true }), {
  inputs: PAIR,
  output: [2, 3, 4],
  weights: 1,
  refuses: null,
});
checkLayer('attention concat', () => layers.attention({ scoreMode: 'concat' }), {
  inputs: PAIR,
  output: [2, 3, 4],
  weights: 1,
  refuses: null,
});
checkLayer('additiveAttention', () => layers.additiveAttention(), {
  inputs: PAIR,
  output: [2, 3, 4],
  weights: 1,
  refuses: [2, 3, 5],
});
// Without a bias of the keys: adding one number to all scores of a row changes nothing, so that
// bias has no gradient.
checkLayer(
  'multiHeadAttention',
  () => layers.multiHeadAttention({ numHeads: 2, keyDim: 3, useBias: false }),
  {
    inputs: PAIR,
    output: [2, 3, 4],
    weights: 4,
    params: 96,
    refuses: [2, 3, 5],
  },
);
checkLayer(
  'multiHeadAttention with all options',
  () =>
    layers.multiHeadAttention({
      numHeads: 2,
      keyDim: 3,
      valueDim: 2,
      outputShape: [2, 4],
      attentionAxes: [1],
      slidingWindow: 2,
      useBias: false,
      useGate: true,
      dropout: 0.1,
      seed: 3,
    }),
  { inputs: PAIR, output: [2, 3, 2, 4], weights: 5, random: true, refuses: [2, 3, 5] },
);
checkLayer(
  'groupQueryAttention',
  () =>
    layers.groupQueryAttention({
      headDim: 3,
      numQueryHeads: 4,
      numKeyValueHeads: 2,
      useBias: false,
    }),
  { inputs: PAIR, output: [2, 3, 4], weights: 4, refuses: [2, 3, 5] },
);

describe('attention in a functional model', () => {
  it('returns scores, takes masks and comes back from JSON', async () => {
    const x = layers.input({ shape: [5, 4] });
    const seen = layers.input({ shape: [5, 5], dtype: 'bool' });
    const attention = layers.multiHeadAttention({
      numHeads: 2,
      keyDim: 2,
      kernelInitializer: new initializers.GlorotUniform({ seed: 1 }),
    });
    const [y, scores] = attention.apply([x, x], {
      attentionMask: seen,
      returnAttentionScores: true,
    });
    expect([y.shape, scores.shape]).toEqual([
      [null, 5, 4],
      [null, 2, 5, 5],
    ]);
    const model = new Model<readonly [Tensor, Tensor]>({ inputs: [x, seen], outputs: [y, scores] });
    const copy = modelFromJson(model.toJson());
    copy.setWeights(model.getWeights());
    const values = [random.uniform([1, 5, 4], { seed: 1 }), tensor([triangle(5)], 'bool')];
    const [wanted, got] = [model.apply(values), copy.apply(values)];
    expect(await arrays(got)).toEqual(await arrays(wanted));
    const [, shares] = wanted;
    expect(await shares.slice([0, 0, 0, 1], [1, 1, 1, 4]).sum().item()).toBe(0);
  });

  it('passes the mask of the query on', async () => {
    const query = random.uniform([1, 3, 4], { seed: 1 });
    const mask = tensor([[true, true, false]], 'bool');
    setMask(query, mask);
    const counting = layers.globalAveragePooling1d();
    const attention = layers.groupQueryAttention({
      headDim: 2,
      numQueryHeads: 2,
      numKeyValueHeads: 1,
    });
    const y = attention.apply([query, random.uniform([1, 6, 4], { seed: 2 })]);
    const kept = y.slice([0, 0, 0], [1, 2, 4]).mean({ axis: 1 });
    expect(await counting.apply(y).array()).toEqual(await kept.array());
  });
});

describe('errors of attention', () => {
  const x = random.uniform([1, 3, 4], { seed: 1 });
  it.each([
    [
      'one tensor',
      () => layers.multiHeadAttention({ numHeads: 1, keyDim: 2 }).apply(x),
      '[query, value]',
    ],
    ['one tensor, no projection', () => layers.attention().apply(x), '[query, value]'],
    ['no heads', () => layers.multiHeadAttention({ numHeads: 0, keyDim: 2 }), 'numHeads'],
    [
      'heads that do not divide',
      () => layers.groupQueryAttention({ headDim: 2, numQueryHeads: 3, numKeyValueHeads: 2 }),
      'a multiple of 2 query heads',
    ],
    [
      'another number of keys than values',
      () =>
        layers
          .multiHeadAttention({ numHeads: 1, keyDim: 2 })
          .apply([x, x, random.uniform([1, 5, 4], { seed: 2 })]),
      'the lengths of value and key differ',
    ],
    [
      'a mask that is no tensor',
      () =>
        layers
          .multiHeadAttention({ numHeads: 1, keyDim: 2 })
          .apply([x, x], { attentionMask: [[1]] }),
      "tensor(values, 'bool')",
    ],
    [
      'flash attention and dropout',
      () =>
        layers.multiHeadAttention({ numHeads: 1, keyDim: 2, dropout: 0.1, flashAttention: true }),
      'do not go together',
    ],
    [
      'a window of 0',
      () => layers.multiHeadAttention({ numHeads: 1, keyDim: 2, slidingWindow: 0 }),
      'slidingWindow',
    ],
    ['an unknown score mode', () => layers.attention({ scoreMode: 'dots' as 'dot' }), '"dot"'],
    [
      'an equation without form',
      () => layers.einsumDense({ equation: 'ab->b', outputShape: 2 }),
      '"ab,bc->ac"',
    ],
    [
      'a letter from nowhere',
      () => layers.einsumDense({ equation: 'ab,bc->ad', outputShape: 2 }),
      'the result has an axis "d"',
    ],
    [
      'a kernel axis that leads nowhere',
      () => layers.einsumDense({ equation: 'ab,bce->ac', outputShape: 2 }),
      'the kernel has an axis "e"',
    ],
    [
      'a bias along no axis',
      () => layers.einsumDense({ equation: 'ab,bc->ac', outputShape: 2, biasAxes: 'b' }),
      'biasAxes names "b"',
    ],
    [
      'an output of too few axes',
      () => layers.einsumDense({ equation: 'abc,cd->abd', outputShape: 2 }).apply(x),
      'the equation does not fit',
    ],
    [
      'an output of another size',
      () => layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [7, 2] }).apply(x),
      'the axis "b" has one size',
    ],
  ])('%s', (_name, act, part) => {
    expect(act).toThrow(part);
  });
});

/** Rows of a square that see themselves and what is before. */
function triangle(size: number): boolean[][] {
  const places = Array.from({ length: size }, (_, index) => index);
  return places.map((row) => places.map((column) => column <= row));
}

async function arrays(value: unknown): Promise<unknown[]> {
  const tensors = Array.isArray(value) ? value : [value];
  return Promise.all(tensors.map((item) => item.array()));
}

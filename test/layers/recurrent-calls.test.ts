// Recurrent layers in use: states kept and given, masks, dropout, cells of one's own, errors.
import { describe, expect, it } from 'vitest';
import {
  add,
  deserializeLayer,
  KeratinError,
  layers,
  Model,
  maskOf,
  mul,
  RNNCell,
  random,
  Sequential,
  type StepResult,
  serializeLayer,
  slice,
  Tensor,
  type TensorTree,
  tensor,
  zeros,
} from '../../src/index.js';

const sequence = () => random.uniform([2, 6, 3], { min: -1, max: 1, seed: 4 });
const firstHalf = () => slice(sequence(), [0, 0, 0], [2, 3, 3]);
const secondHalf = () => slice(sequence(), [0, 3, 0], [2, 3, 3]);

async function expectEqual(actual: Tensor, wanted: Tensor): Promise<void> {
  expect(actual.shape).toEqual(wanted.shape);
  const [a, b] = [await actual.data(), await wanted.data()];
  for (const [index, value] of a.entries()) expect(value).toBeCloseTo(Number(b[index]), 6);
}

function one(value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new Error('not one tensor');
}

/** What `body` throws, as text. */
function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof KeratinError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('states', () => {
  it('go on in the next batch of a stateful layer, until they are reset', async () => {
    const whole = layers.lstm({ units: 2 });
    const wanted = whole.apply(sequence());
    const layer = layers.lstm({ units: 2, stateful: true });
    layer.ensureBuilt([2, null, 3]);
    layer.setWeights(whole.getWeights());
    const first = await layer.apply(firstHalf()).array();
    await expectEqual(layer.apply(secondHalf()), wanted);
    layer.resetState();
    expect(await layer.apply(firstHalf()).array()).toEqual(first);
    layer.resetStates([
      zeros([2, 2]),
      [
        [0, 0],
        [0, 0],
      ],
    ]);
    expect(await layer.apply(firstHalf()).array()).toEqual(first);
    expect(layer.weights.length).toBe(3);
  });

  it('go on between batches that a model predicts', async () => {
    const x = layers.input({ batchShape: [2, 3, 3] });
    const layer = layers.gru({ units: 2, stateful: true });
    const model = new Model({ inputs: x, outputs: layer.apply(x) });
    const plain = layers.gru({ units: 2 });
    plain.ensureBuilt([2, 6, 3]);
    plain.setWeights(layer.getWeights());
    await model.predict(firstHalf(), { batchSize: 2, verbose: 0 });
    const later = one(await model.predict(secondHalf(), { batchSize: 2, verbose: 0 }));
    await expectEqual(later, plain.apply(sequence()));
  });

  it('go on in both directions, each its own way', async () => {
    const layer = layers.bidirectional({ layer: layers.simpleRNN({ units: 2, stateful: true }) });
    const before = await layer.apply(firstHalf()).array();
    expect(await layer.apply(firstHalf()).array()).not.toEqual(before);
    layer.resetStates();
    expect(await layer.apply(firstHalf()).array()).toEqual(before);
  });

  it('are given to a call and given back by it', async () => {
    const layer = layers.lstm({ units: 2, returnState: true });
    const [wanted] = layer.apply(sequence());
    const [, ...states] = layer.apply(firstHalf());
    const [found] = layer.apply(secondHalf(), { initialState: states });
    await expectEqual(one(found), one(wanted));
  });

  it('of stacked cells have the structure of the cells', async () => {
    const cell = [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 3 })];
    const layer = layers.rnn({ cell, returnState: true });
    const [wanted] = layer.apply(sequence());
    const [, ...states] = layer.apply(firstHalf());
    expect(JSON.stringify(states.map((tree) => [tree].flat(2).length))).toBe('[2,1]');
    const [found] = layer.apply(secondHalf(), { initialState: states });
    await expectEqual(one(found), one(wanted));
  });

  it('are refused where they do not fit', () => {
    const layer = layers.lstm({ units: 2 });
    const text = messageOf(() => layer.apply(sequence(), { initialState: [zeros([2, 2])] }));
    expect(text).toMatch(/initial states do not fit/);
    expect(text).toMatch(/\[2, 2\], \[2, 2\]/);
    const stateful = layers.gru({ units: 2, stateful: true });
    stateful.apply(sequence());
    const other = messageOf(() => stateful.apply(zeros([3, 6, 3])));
    expect(other).toMatch(/batch size that it was built for/);
    const open = layers.input({ shape: [6, 3] });
    expect(messageOf(() => layers.gru({ units: 2, stateful: true }).apply(open))).toMatch(
      /batch size must be known/,
    );
  });
});

describe('masks', () => {
  it('of embeddings reach the layers after them', async () => {
    const make = (steps: readonly number[][]) => {
      const table = layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true });
      const layer = layers.lstm({ units: 2, returnSequences: true });
      return { table, layer, ids: tensor(steps, 'int32') };
    };
    const padded = make([[1, 2, 0, 0]]);
    const vectors = padded.table.apply(padded.ids);
    const y = padded.layer.apply(vectors);
    expect(await maskOf(y)?.array()).toEqual([[true, true, false, false]]);
    const short = padded.layer.apply(slice(vectors, [0, 0, 0], [1, 2, 3]), { mask: null });
    await expectEqual(slice(y, [0, 1, 0], [1, 1, 2]), slice(short, [0, 1, 0], [1, 1, 2]));
    await expectEqual(slice(y, [0, 3, 0], [1, 1, 2]), slice(short, [0, 1, 0], [1, 1, 2]));
    expect(maskOf(layers.lstm({ units: 2 }).apply(vectors))).toBeUndefined();
  });

  it('leave images of masked steps out', async () => {
    const layer = layers.convLstm2d({ filters: 1, kernelSize: 2 });
    const x = random.uniform([2, 3, 4, 4, 1], { seed: 2 });
    const masked = layer.apply(x, {
      mask: tensor([
        [true, true, false],
        [true, true, true],
      ]),
    });
    const short = layer.apply(slice(x, [0, 0, 0, 0, 0], [2, 2, 4, 4, 1]));
    const whole = layer.apply(x);
    const row = (y: Tensor, index: number) => slice(y, [index, 0, 0, 0], [1, 3, 3, 1]);
    await expectEqual(row(masked, 0), row(short, 0));
    await expectEqual(row(masked, 1), row(whole, 1));
  });

  it('that do not fit steps are refused by timeDistributed', () => {
    const layer = layers.timeDistributed({ layer: layers.dense({ units: 2 }) });
    const mask = tensor([[true, false]]);
    expect(messageOf(() => layer.apply(sequence(), { mask }))).toMatch(/begins with \[2, 6\]/);
  });
});

describe('dropout', () => {
  const ones = (shape: readonly number[]) => zeros(shape).add(1);

  it('drops the same inputs in all steps', async () => {
    const layer = layers.simpleRNN({
      units: 8,
      activation: 'linear',
      kernelInitializer: 'identity',
      recurrentInitializer: 'zeros',
      returnSequences: true,
      dropout: 0.5,
      seed: 3,
    });
    const y = (await layer.apply(ones([4, 3, 8]), { training: true }).array()) as number[][][];
    for (const steps of y) for (const step of steps) expect(step).toEqual(steps[0]);
    const values = y.flatMap((steps) => steps[0] ?? []);
    expect(new Set(values)).toEqual(new Set([0, 2]));
    const again = await layer.apply(ones([4, 3, 8]), { training: true }).array();
    expect(again).not.toEqual(y);
    expect(
      await layer
        .apply(ones([4, 3, 8]))
        .max()
        .item(),
    ).toBe(1);
  });

  it.each([
    ['lstm', () => layers.lstm({ units: 4, recurrentDropout: 0.5, seed: 1 })],
    ['gru', () => layers.gru({ units: 4, dropout: 0.5, recurrentDropout: 0.5, seed: 1 })],
    ['convLstm1d', () => layers.convLstm1d({ filters: 4, kernelSize: 2, dropout: 0.5, seed: 1 })],
  ] as const)('of %s follows its seed and acts in training alone', async (name, make) => {
    const x = name === 'convLstm1d' ? ones([2, 3, 4, 2]) : sequence();
    const [a, b] = [make(), make()];
    const still = await a.apply(x).array();
    b.apply(x);
    b.setWeights(a.getWeights());
    const drawn = await a.apply(x, { training: true }).array();
    expect(drawn).not.toEqual(still);
    expect(await b.apply(x, { training: true }).array()).toEqual(drawn);
    expect(await b.apply(x).array()).toEqual(still);
  });

  it('rates of 1 do nothing to cells with gates, as in Keras', async () => {
    const layer = layers.lstm({ units: 2, dropout: 1 });
    const still = await layer.apply(sequence()).array();
    expect(await layer.apply(sequence(), { training: true }).array()).toEqual(still);
    expect(messageOf(() => layers.gru({ units: 2, recurrentDropout: 2 }))).toMatch(
      /recurrentDropout/,
    );
  });
});

/** Output and state are the running mean, weighted by a learnt number. */
class Fading extends RNNCell<{ units: number }> {
  static readonly className = 'Fading';
  readonly stateSize = this.config.units;
  private fade: { value: Tensor } | undefined;

  protected override build(): void {
    this.fade = this.weight('fade', [], { initializer: 'ones' });
  }

  protected override call([x, [before]]: readonly [Tensor, readonly Tensor[]]): StepResult {
    const fade = this.fade?.value ?? 1;
    const total = before === undefined ? x : add(mul(before, fade), x);
    return [total, [total]];
  }
}

describe('cells', () => {
  it('of your own are repeated, trained and saved', async () => {
    const rnn = layers.rnn({ cell: new Fading({ units: 1 }), returnSequences: true });
    const model = new Sequential([layers.input({ shape: [3, 1] }), rnn]);
    const x = tensor([[[1], [2], [3]]]);
    expect(await rnn.apply(x).array()).toEqual([[[1], [3], [6]]]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.trainOnBatch(x, zeros([1, 3, 1]));
    expect(await rnn.weights[0]?.value.item()).toBeLessThan(1);
    const custom = {
      find: (...names: unknown[]) => (names.includes('Fading') ? Fading : undefined),
    };
    const copy = deserializeLayer(JSON.parse(JSON.stringify(serializeLayer(rnn))), { custom });
    expect(serializeLayer(copy)).toEqual(serializeLayer(rnn));
  });

  it('take inputs and states, and give outputs and states', () => {
    const states = [zeros([2, 3]), zeros([2, 3])];
    const [output, next] = layers.lstmCell({ units: 3 }).apply([zeros([2, 4]), states]);
    expect(output.shape).toEqual([2, 3]);
    expect([next].flat(2).map((state) => one(state).shape)).toEqual([
      [2, 3],
      [2, 3],
    ]);
    const cells = [layers.gruCell({ units: 2 }), layers.lstmCell({ units: 3 })];
    const stack = layers.stackedRNNCells({ cells });
    const [top] = stack.apply([zeros([2, 4]), stack.initialState(2)] as TensorTree);
    expect(top.shape).toEqual([2, 3]);
  });

  it('must be cells, with as many states as they have', () => {
    expect(messageOf(() => layers.rnn({ cell: [] }))).toMatch(/list of cells|cells must be/);
    expect(messageOf(() => layers.rnn({ cell: 'lstm' as never }))).toMatch(/cannot be repeated/);
    const cell = layers.lstmCell({ units: 3 });
    expect(messageOf(() => cell.apply([zeros([2, 4]), [zeros([2, 3])]]))).toMatch(/2 states/);
  });
});

describe('bidirectional', () => {
  it('copies its layer and names both copies after it', () => {
    const inner = layers.lstm({ units: 2, name: 'memory' });
    const both = layers.bidirectional({ layer: inner });
    both.apply(sequence());
    expect(inner.built).toBe(false);
    expect(both.weights.map(({ path }) => path.split('/').slice(-3).join('/'))).toEqual([
      'forward_memory/lstm_cell/kernel',
      'forward_memory/lstm_cell/recurrent_kernel',
      'forward_memory/lstm_cell/bias',
      'backward_memory/lstm_cell/kernel',
      'backward_memory/lstm_cell/recurrent_kernel',
      'backward_memory/lstm_cell/bias',
    ]);
    both.trainable = false;
    expect(both.trainableWeights).toEqual([]);
  });

  it('refuses what it cannot turn round', () => {
    const layer = layers.lstm({ units: 2 });
    const wrap = (options: object) => () => layers.bidirectional({ layer, ...options } as never);
    expect(messageOf(wrap({ layer: layers.dense({ units: 2 }) }))).toMatch(/no recurrent layer/);
    expect(messageOf(wrap({ mergeMode: 'add' }))).toMatch(/concat, sum, mul, ave or null/);
    expect(messageOf(wrap({ backwardLayer: layer }))).toMatch(/same way/);
    const backwardLayer = layers.gru({ units: 2, goBackwards: true, returnSequences: true });
    expect(messageOf(wrap({ backwardLayer }))).toMatch(/returnSequences: false and true/);
  });
});

describe('mixed precision', () => {
  it.each([
    ['lstm', () => layers.lstm({ units: 3, dtype: 'mixed_float16' })],
    ['gru', () => layers.gru({ units: 3, dtype: 'mixed_float16' })],
    ['rnn', () => layers.rnn({ cell: layers.lstmCell({ units: 3, dtype: 'mixed_float16' }) })],
  ] as const)('%s keeps its weights in float32', async (name, make) => {
    const layer = make();
    const y = layer.apply(sequence());
    expect(layer.weights.every(({ dtype }) => dtype === 'float32')).toBe(true);
    expect(y.dtype).toBe(name === 'rnn' ? 'float32' : 'float16');
    const kind = name === 'gru' ? layers.gru({ units: 3 }) : layers.lstm({ units: 3 });
    kind.ensureBuilt([2, 6, 3]);
    kind.setWeights(layer.getWeights());
    const [a, b] = [await y.data(), await kind.apply(sequence()).data()];
    for (const [index, value] of a.entries()) expect(value).toBeCloseTo(Number(b[index]), 2);
  });
});

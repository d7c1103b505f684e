// Small whole programs as users write them, against the same programs in Keras (tools/oracle/programs.py).
import { describe, it } from 'vitest';
import {
  gradient,
  layers,
  losses,
  Model,
  ops,
  optimizers,
  Sequential,
  scope,
  type Tensor,
  valueAndGradient,
} from '../../src/index.js';
import { expectClose } from '../golden-arrays.js';
import {
  arrayOf,
  expectHistory,
  expectLogs,
  expectNear,
  expectWeights,
  programsOf,
  short,
  start,
} from './program-checks.js';

const programOf = programsOf('programs.json');

describe('programs of Keras, in Keratin', () => {
  it('steps on single batches, whose results are those of the batch', async () => {
    const program = programOf('on_batch');
    const hidden = layers.dense({ units: 4, activation: 'tanh' });
    const stack = [layers.input({ shape: [3] }), hidden, layers.dense({ units: 1 })];
    const model = start(new Sequential(stack), program);
    model.compile({ optimizer: 'adamax', loss: 'mse', metrics: ['mae'] });
    const [x, y] = [arrayOf(program, 'x'), arrayOf(program, 'y')];
    const rows = (from: number, to: number) =>
      [x, y].map((all) => all.getItem([{ start: from, stop: to }]));
    const logs = [];
    for (const from of [0, 4, 8]) {
      const [some = x, wanted] = rows(from, from + 4);
      logs.push(await model.trainOnBatch(some, wanted));
    }
    const [first = x, wanted] = rows(0, 4);
    logs.push(await model.trainOnBatch(first, wanted, { sampleWeight: [0, 1, 2, 3] }));
    logs.push(await model.testOnBatch(x, y));
    const [five = x, targets] = rows(0, 5);
    logs.push(await model.testOnBatch(five, targets));
    for (const [index, one] of logs.entries()) expectLogs(one, program.logs?.[index] ?? {});
    await expectWeights(model, program.after);
  });

  it('metrics with and without weights, of one name and several outputs', async () => {
    const program = programOf('weighted_names');
    const x = layers.input({ shape: [3] });
    const kind = layers.dense({ units: 3, name: 'kind' }).apply(x);
    const size = layers.dense({ units: 1, name: 'size' }).apply(x);
    const model = start(new Model<Tensor[]>({ inputs: x, outputs: [kind, size] }), program);
    const both = { kind: ['accuracy'], size: ['mae', 'mse'] };
    model.compile({
      optimizer: 'sgd',
      loss: [new losses.SparseCategoricalCrossentropy({ fromLogits: true }), 'mse'],
      metrics: both,
      weightedMetrics: both,
    });
    const some = arrayOf(program, 'some');
    const { history } = await model.fit(
      arrayOf(program, 'x'),
      [arrayOf(program, 'kind'), arrayOf(program, 'size')],
      { ...short, batchSize: 4, epochs: 2, sampleWeight: [some, some] },
    );
    expectHistory(history, program.history);
  });

  it('targets for the one output that has a loss', async () => {
    const program = programOf('partial_targets');
    const ids = layers.input({ shape: [4], dtype: 'int32' });
    const features = layers.embedding({ inputDim: 6, outputDim: 3 }).apply(ids);
    const scores = layers.dense({ units: 6 }).apply(features);
    const model = new Model<Tensor[]>({ inputs: ids, outputs: [features, scores] });
    start(model, program);
    const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
    model.compile({ optimizer: 'adam', loss: [null, loss] });
    const [x, y] = [arrayOf(program, 'x'), arrayOf(program, 'y')];
    const { history } = await model.fit(x, y, { ...short, batchSize: 3, epochs: 2 });
    expectHistory(history, program.history);
    expectLogs(await model.evaluate(x, y, { verbose: 0 }), program.logs?.[0] ?? {});
    await expectWeights(model, program.after);
  });

  it('a loop of its own with the gradient of a gradient', async () => {
    const program = programOf('gradient_penalty');
    const critic = start(
      new Sequential([
        layers.input({ shape: [6, 6, 1] }),
        layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
        layers.leakyReLU({ negativeSlope: 0.2 }),
        layers.conv2d({ filters: 2, kernelSize: 3 }),
        layers.leakyReLU({ negativeSlope: 0.2 }),
        layers.flatten(),
        layers.dense({ units: 1 }),
      ]),
      program,
    );
    const optimizer = new optimizers.Adam({ learningRate: 0.01, beta1: 0.5, beta2: 0.9 });
    const [real, fake, mix] = ['real', 'fake', 'mix'].map((name) => arrayOf(program, name));
    const score = (x: Tensor) => critic.apply(x, { training: true });
    const step = (real: Tensor, fake: Tensor, mix: Tensor) => {
      const { trainableWeights } = critic;
      const { value, gradients } = valueAndGradient(() => {
        const [slopes = real] = gradient((x) => score(x).sum())(real.add(mix.mul(fake.sub(real))));
        const penalty = slopes.square().sum([1, 2, 3]).sqrt().sub(1).square().mean();
        return score(fake).mean().sub(score(real).mean()).add(penalty.mul(10));
      }, trainableWeights);
      optimizer.apply(gradients, trainableWeights);
      return value;
    };
    if (real === undefined || fake === undefined || mix === undefined) throw new Error('no data');
    for (const wanted of program.losses ?? []) {
      const loss = scope(() => step(real, fake, mix));
      expectNear(await loss.item(), wanted, 'loss');
    }
    await expectWeights(critic, program.after);
  });

  it('an encoder and a decoder that share layers with the model that was trained', async () => {
    const program = programOf('translation');
    const count = 5;
    const source = layers.input({ shape: [null, count] });
    const target = layers.input({ shape: [null, count] });
    const [, ...states] = layers.lstm({ units: 3, returnState: true }).apply(source);
    const decoder = layers.lstm({ units: 3, returnSequences: true, returnState: true });
    const last = layers.dense({ units: count, activation: 'softmax' });
    const [sequence = target] = decoder.apply(target, { initialState: states });
    const model = new Model({ inputs: [source, target], outputs: last.apply(sequence) });
    start(model, program);
    model.compile({
      optimizer: 'rmsprop',
      loss: 'categorical_crossentropy',
      metrics: ['accuracy'],
    });
    const inputs = [arrayOf(program, 'source'), arrayOf(program, 'target')];
    const { history } = await model.fit(inputs, arrayOf(program, 'wanted'), {
      ...short,
      batchSize: 2,
      epochs: 2,
      validationSplit: 0.34,
    });
    expectHistory(history, program.history);
    await expectWeights(model, program.after);

    const encode = new Model<Tensor[]>({ inputs: source, outputs: states });
    const given = [layers.input({ shape: [3] }), layers.input({ shape: [3] })];
    const [scores = target, ...after] = decoder.apply(target, { initialState: given });
    const outputs = [last.apply(scores), ...after];
    const decode = new Model<Tensor[]>({ inputs: [target, ...given], outputs });
    const begin = arrayOf(program, 'source').getItem([{ stop: 2 }]);
    let state = await encode.predict(begin, { verbose: 0 });
    let token = ops.oneHot([[0], [1]], count);
    for (const wanted of program.chosen ?? []) {
      const [found = token, ...next] = await decode.predict([token, ...state], { verbose: 0 });
      await expectClose(found, wanted);
      token = ops.oneHot(found.argMax(-1), count);
      state = next;
    }
  });

  it('padding that goes through attention with residuals', async () => {
    const program = programOf('masked_attention');
    const ids = layers.input({ shape: [null], dtype: 'int32' });
    let hidden = layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }).apply(ids);
    for (let block = 0; block < 2; block++) {
      const attention = layers.multiHeadAttention({ numHeads: 2, keyDim: 2 });
      const sum = layers.add([hidden, attention.apply([hidden, hidden])]);
      hidden = layers.layerNormalization().apply(sum);
    }
    const pooled = layers.globalAveragePooling1d().apply(hidden);
    const steps = layers.gru({ units: 2, returnSequences: true }).apply(hidden);
    const outputs = [
      layers.dense({ units: 3, name: 'tokens' }).apply(hidden),
      layers.dense({ units: 1, name: 'pooled' }).apply(pooled),
      layers.dense({ units: 1, name: 'steps' }).apply(steps),
    ];
    const model = start(new Model<Tensor[]>({ inputs: ids, outputs }), program);
    const tokens = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
    model.compile({ optimizer: 'sgd', loss: [tokens, 'mse', 'mse'] });
    const targets = ['tokens', 'pooled', 'steps'].map((name) => arrayOf(program, name));
    const x = arrayOf(program, 'x');
    expectLogs(await model.evaluate(x, targets, { verbose: 0 }), program.logs?.[0] ?? {});
    const options = { ...short, batchSize: 3, epochs: 2 };
    const { history } = await model.fit(x, targets, options);
    expectHistory(history, program.history);
    await expectWeights(model, program.after);
  });
});

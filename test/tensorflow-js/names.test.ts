// What programs for TensorFlow.js call, by its names and with its arguments, against its own answers.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  callbacks,
  initializers,
  input,
  layers,
  losses,
  metrics,
  model,
  optimizers,
  sequential,
  type Tensor,
  tensor,
  train,
} from '../../src/index.js';

interface Golden {
  readonly yTrue: number[][];
  readonly yPred: number[][];
  readonly losses: readonly {
    readonly name: 'absoluteDifference';
    readonly more: number[];
    readonly weights: number[][];
    readonly results: Readonly<Record<string, number[]>>;
  }[];
  readonly cosineDistance: number[];
  readonly ones: { readonly yTrue: number[]; readonly yPred: number[] };
  readonly metrics: Readonly<Record<'precision' | 'r2Score' | 'cosineProximity' | 'mse', number[]>>;
}

const file = new URL('../golden/tensorflow-js.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;
const yTrue = tensor(golden.yTrue);
const yPred = tensor(golden.yPred);

async function expectValues(actual: Tensor, expected: readonly number[]): Promise<void> {
  const values = await actual.data();
  expect(values).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) {
    expect(Math.abs((values[at] ?? 0) - value)).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(value));
  }
}

describe('losses of TensorFlow.js', () => {
  const cases = golden.losses.flatMap((one) =>
    Object.keys(one.results).map((reduction) => ({ ...one, reduction })),
  );
  it.each(cases)('$name, $reduction', async ({ name, more, weights, reduction, results }) => {
    const weighted = [tensor(weights), ...more, reduction];
    const given = reduction === 'unweighted' ? [] : weighted;
    const value: Tensor = Reflect.apply(losses[name], undefined, [yTrue, yPred, ...given]);
    await expectValues(value, results[reduction] ?? []);
  });

  it('cosineDistance', async () => {
    const value = losses.cosineDistance(yTrue, yPred, 1, tensor([[1], [2]]), 'none');
    await expectValues(value, golden.cosineDistance);
  });

  it('refuses a reduction that there is not', () => {
    const wrong = 'average' as 'mean';
    expect(() => losses.computeWeightedLoss(yTrue, null, wrong)).toThrow('sumByNonzeroWeights');
    expect(() => losses.hingeLoss(yTrue, tensor([[1, 2]]))).toThrow('do not fit each other');
  });
});

describe('metrics of TensorFlow.js', () => {
  it('precision and recall of ones', async () => {
    const [a, b] = [tensor(golden.ones.yTrue), tensor(golden.ones.yPred)];
    const { precision, recall } = golden.metrics as Record<string, number[]>;
    await expectValues(metrics.precision(a, b), precision ?? []);
    await expectValues(metrics.recall(a, b), recall ?? []);
    await expectValues(metrics.recall(tensor([0]), tensor([0])), [0]);
  });

  it.each(['r2Score', 'cosineProximity', 'mse'] as const)('%s', async (name) => {
    await expectValues(metrics[name](yTrue, yPred), golden.metrics[name]);
  });
});

describe('factories of TensorFlow.js', () => {
  it('make the optimizers with their arguments', () => {
    const made = [
      train.sgd(0.1),
      train.momentum(0.1, 0.9, true),
      train.rmsprop(0.1, 0.8, 0.5, 1e-6, true),
      train.adam(0.01, 0.8, 0.99, 1e-6),
      train.adadelta(0.1, 0.9, 1e-6),
      train.adamax(0.1, 0.8, 0.99, 1e-6, 0.5),
      train.adagrad(0.1, 0.2),
    ];
    const expected: optimizers.Optimizer[] = [
      new optimizers.SGD({ learningRate: 0.1 }),
      new optimizers.SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
      new optimizers.RMSprop({
        learningRate: 0.1,
        rho: 0.8,
        momentum: 0.5,
        epsilon: 1e-6,
        centered: true,
      }),
      new optimizers.Adam({ learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 }),
      new optimizers.Adadelta({ learningRate: 0.1, rho: 0.9, epsilon: 1e-6 }),
      new optimizers.Adamax({
        learningRate: new optimizers.schedules.InverseTimeDecay({
          initialLearningRate: 0.1,
          decaySteps: 1,
          decayRate: 0.5,
        }),
        beta1: 0.8,
        beta2: 0.99,
        epsilon: 1e-6,
      }),
      new optimizers.Adagrad({ learningRate: 0.1, initialAccumulatorValue: 0.2 }),
    ];
    expect(made.map((one) => optimizers.serialize(one))).toEqual(
      expected.map((one) => optimizers.serialize(one)),
    );
  });

  it('make models that train', async () => {
    const stack = sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })], name: 'a' });
    const x = input({ shape: [3] });
    const graph = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(x), name: 'b' });
    for (const made of [stack, graph]) {
      made.compile({ optimizer: train.sgd(0.1), loss: 'meanSquaredError', metrics: ['mse'] });
      const { history } = await made.fit(yTrue, tensor([[1], [0]]), {
        epochs: 3,
        verbose: 0,
        callbacks: [callbacks.earlyStopping({ monitor: 'loss' })],
      });
      expect(history.loss?.[2]).toBeLessThan(history.loss?.[0] ?? 0);
    }
    expect([stack.name, graph.name]).toEqual(['a', 'b']);
    expect(initializers.leCunNormal({ seed: 1 }).className).toBe('LecunNormal');
  });
});

// Wrong use of training: which error, what it says, and that the model is as it was before.
import { describe, expect, it } from 'vitest';
import {
  ArgumentError,
  layers,
  losses,
  Model,
  metrics,
  optimizers,
  Sequential,
  ShapeError,
  StateError,
  type Tensor,
  tensor,
  UnknownNameError,
} from '../../src/index.js';
import { line, twoOutputs, unit, valuesOf } from './small-models.js';

const quiet = { verbose: 0 } as const;
const { x, y } = line(8);

function empty(shape: readonly number[]): Tensor {
  return tensor(new Float32Array(0), { shape });
}

interface BadCall {
  readonly name: string;
  readonly kind: new (...args: never[]) => Error;
  /** Parts of the message: what, expected or received, fix. */
  readonly says: readonly string[];
  readonly run: (model: Sequential) => unknown;
}

const compiles: readonly BadCall[] = [
  {
    name: 'a misspelt optimizer',
    kind: UnknownNameError,
    says: ['no optimizer named "adma"', 'did you mean "Adam"'],
    run: (model) => model.compile({ optimizer: 'adma' }),
  },
  {
    name: 'a misspelt loss',
    kind: UnknownNameError,
    says: ['no loss named "meanSquareError"', 'did you mean "MeanSquaredError"'],
    run: (model) => model.compile({ loss: 'meanSquareError' }),
  },
  {
    name: 'a misspelt metric',
    kind: UnknownNameError,
    says: ['no metric named "accuray"', 'did you mean'],
    run: (model) => model.compile({ loss: 'mse', metrics: ['accuray'] }),
  },
  {
    name: 'a misspelt option',
    kind: UnknownNameError,
    says: ['no option named "optimiser"', 'did you mean "optimizer"'],
    run: (model) => model.compile({ optimiser: 'adam' } as never),
  },
  {
    name: 'two ways of clipping',
    kind: ArgumentError,
    says: ['one way only', 'clipnorm and clipvalue'],
    run: () => new optimizers.SGD({ clipnorm: 1, clipvalue: 1 }),
  },
  {
    name: 'a learning rate below 0',
    kind: ArgumentError,
    says: ['the learning rate is not a step size', '-1'],
    run: () => new optimizers.Adam({ learningRate: -1 }),
  },
  {
    name: 'an unknown reduction',
    kind: ArgumentError,
    says: ['no such reduction', 'average'],
    run: () => new losses.MeanSquaredError({ reduction: 'average' }),
  },
  {
    name: 'thresholds outside 0 to 1',
    kind: ArgumentError,
    says: ['a threshold lies outside its range', '1.5'],
    run: () => new metrics.Precision({ thresholds: 1.5 }),
  },
];

const fits: readonly BadCall[] = [
  {
    name: 'no samples',
    kind: ArgumentError,
    says: ['there are no samples', 'x [0, 2], y [0, 1]'],
    run: (model) => model.fit(empty([0, 2]), empty([0, 1]), quiet),
  },
  {
    name: 'an empty list',
    kind: ArgumentError,
    says: ['this is not data', 'an empty list'],
    run: (model) => model.fit([], [], quiet),
  },
  {
    name: 'different numbers of samples',
    kind: ShapeError,
    says: ['different numbers of samples', 'x [8, 2], y [3, 1]'],
    run: (model) => model.fit(x, y.slice(0, 3), quiet),
  },
  {
    name: 'ragged rows',
    kind: ShapeError,
    says: ['ragged', '1 entries'],
    run: (model) => model.fit([[1, 2], [3]], [1, 2], quiet),
  },
  {
    name: 'text as data',
    kind: ArgumentError,
    says: ['this is not data', 'turn the data into numbers first'],
    run: (model) => model.fit('data' as never, y, quiet),
  },
  {
    name: 'targets of another width',
    kind: ShapeError,
    says: ['targets and predictions have shapes that do not fit', '[8, 3]', '[8, 2]'],
    run: () => {
      const wide = new Sequential([layers.dense({ units: 2 })]);
      wide.compile({ optimizer: 'sgd', loss: 'mse' });
      return wide.fit(
        x,
        x.map(() => [1, 2, 3]),
        quiet,
      );
    },
  },
  {
    name: 'a batch size of 0',
    kind: ArgumentError,
    says: ['batchSize is not a count', '0'],
    run: (model) => model.fit(x, y, { ...quiet, batchSize: 0 }),
  },
  {
    name: 'half an epoch',
    kind: ArgumentError,
    says: ['epochs is not a count', '1.5'],
    run: (model) => model.fit(x, y, { ...quiet, epochs: 1.5 }),
  },
  {
    name: 'a misspelt option',
    kind: UnknownNameError,
    says: ['no option named "batch_size"', 'did you mean "batchSize"'],
    run: (model) => model.fit(x, y, { ...quiet, batch_size: 4 } as never),
  },
  {
    name: 'a split that leaves nothing',
    kind: ArgumentError,
    says: ['leaves no samples for training', '1 of 8 samples'],
    run: (model) => model.fit(x, y, { ...quiet, validationSplit: 1 }),
  },
  {
    name: 'a dataset and y',
    kind: ArgumentError,
    says: ['y cannot be given next to a dataset'],
    run: (model) => model.fit((() => [{ x, y }]) as never, y as never, quiet as never),
  },
  {
    name: 'a dataset and validationSplit',
    kind: ArgumentError,
    says: ['validationSplit works for arrays only'],
    run: (model) => model.fit(() => [{ x, y }], { ...quiet, validationSplit: 0.5 }),
  },
  {
    name: 'a generator that is used up',
    kind: ArgumentError,
    says: ['the data gave no batch', 'pass the function that makes it'],
    run: (model) => model.fit([].values(), quiet),
  },
  {
    name: 'class weights and sample weights',
    kind: ArgumentError,
    says: ['classWeight and sampleWeight are both given'],
    run: (model) =>
      model.fit(x, y, { ...quiet, classWeight: { 0: 1 }, sampleWeight: y.map(() => 1) }),
  },
  {
    name: 'no targets',
    kind: ArgumentError,
    says: ['there is a loss but no target'],
    run: (model) => model.fit(x, null, quiet),
  },
];

describe('compile and constructors refuse', () => {
  for (const { name, kind, says, run } of compiles) {
    it(name, () => {
      const model = unit();
      let error: unknown;
      try {
        run(model);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(kind);
      for (const part of says) expect(String(error)).toContain(part);
      expect(model.optimizer.name).toBe('sgd');
    });
  }
});

describe('fit refuses', () => {
  for (const { name, kind, says, run } of fits) {
    it(name, async () => {
      const model = unit();
      const before = await valuesOf(model);
      const error: unknown = await Promise.resolve()
        .then(() => run(model))
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      expect(error).toBeInstanceOf(kind);
      for (const part of says) expect(String(error)).toContain(part);
      expect(await valuesOf(model)).toEqual(before);
      // The model still works.
      await model.fit(x, y, quiet);
    });
  }

  it('a model that was not compiled', async () => {
    const model = new Sequential([layers.dense({ units: 1 })]);
    await expect(model.fit(x, y, quiet)).rejects.toThrow(StateError);
    await expect(model.evaluate(x, y, quiet)).rejects.toThrow('must be compiled first');
    expect((await model.predict(x, quiet)).shape).toEqual([8, 1]);
  });

  it('a model without a loss', async () => {
    const model = unit();
    model.compile({ optimizer: 'sgd' });
    await expect(model.fit(x, y, quiet)).rejects.toThrow('there is no loss to compute');
  });

  it('losses and targets for outputs that do not exist', async () => {
    const model = twoOutputs();
    model.compile({ optimizer: 'sgd', loss: { height: 'mse', kid: 'mse' } });
    await expect(model.fit(x, { height: y }, quiet)).rejects.toThrow('did you mean "kind"?');
    model.compile({ optimizer: 'sgd', loss: ['mse', 'mse', 'mse'] });
    await expect(model.fit(x, { height: y }, quiet)).rejects.toThrow('"height", "kind"');
  });

  it('one-hot targets where class numbers are wanted, and says what to do', async () => {
    const model = new Sequential([layers.dense({ units: 3, activation: 'softmax' })]);
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const oneHot = x.map((_, i) => [Number(i % 3 === 0), Number(i % 3 === 1), Number(i % 3 === 2)]);
    await expect(model.fit(x, oneHot, quiet)).rejects.toThrow("use 'categoricalCrossentropy'");
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
    const numbers = x.map((_, i) => i % 3);
    await expect(model.fit(x, numbers, quiet)).rejects.toThrow('sparseCategoricalCrossentropy');
  });

  it('weights that nothing depends on', () => {
    const frozen = new Model({});
    expect(frozen.trainableWeights).toEqual([]);
    const sgd = new optimizers.SGD();
    expect(() => sgd.apply([undefined], [])).toThrow('no weight has a gradient');
  });

  it('numbers for a rate that follows a schedule', () => {
    const schedule = new optimizers.schedules.CosineDecay({
      initialLearningRate: 0.1,
      decaySteps: 10,
    });
    const sgd = new optimizers.SGD({ learningRate: schedule });
    expect(() => {
      sgd.learningRate = 0.1;
    }).toThrow('follows a schedule');
  });
});

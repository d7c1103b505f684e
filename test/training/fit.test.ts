// What fit does, in which order, and what it reports.
import { describe, expect, it, vi } from 'vitest';
import {
  type callbacks,
  layers,
  losses,
  Model,
  memory,
  metrics,
  Sequential,
  setRandomSeed,
  type Tensor,
  tensor,
  Variable,
  valueAndGradient,
} from '../../src/index.js';
import { line, twoOutputs, unit, valuesOf } from './small-models.js';

const quiet = { verbose: 0 } as const;

/** A callback that writes down which hooks are called with what. */
function recorder(): { calls: string[]; callback: callbacks.CallbackLike } {
  const calls: string[] = [];
  const note = (name: string) => () => {
    calls.push(name);
  };
  return {
    calls,
    callback: {
      onTrainBegin: note('train begin'),
      onTrainEnd: note('train end'),
      onEpochBegin: (epoch) => void calls.push(`epoch ${epoch} begin`),
      onEpochEnd: (epoch, logs) => void calls.push(`epoch ${epoch} end: ${Object.keys(logs)}`),
      onTrainBatchBegin: (batch) => void calls.push(`batch ${batch} begin`),
      onTrainBatchEnd: (batch, logs) => void calls.push(`batch ${batch} end: ${Object.keys(logs)}`),
      onTestBegin: note('test begin'),
      onTestEnd: (logs) => void calls.push(`test end: ${Object.keys(logs)}`),
      onTestBatchEnd: (batch) => void calls.push(`test batch ${batch} end`),
    },
  };
}

describe('fit', () => {
  it('calls the hooks in the order of Keras', async () => {
    const { x, y } = line(10);
    const { calls, callback } = recorder();
    await unit({ metrics: ['mae'] }).fit(x, y, {
      ...quiet,
      batchSize: 8,
      validationSplit: 0.2,
      callbacks: [callback],
    });
    expect(calls).toEqual([
      'train begin',
      'epoch 0 begin',
      'batch 0 begin',
      'batch 0 end: loss,mae',
      'test begin',
      'test batch 0 end',
      'test end: loss,mae',
      'epoch 0 end: loss,mae,val_loss,val_mae',
      'train end',
    ]);
  });

  it('returns one number for each epoch and counts from initialEpoch', async () => {
    const { x, y } = line();
    const model = unit();
    const history = await model.fit(x, y, { ...quiet, epochs: 5, initialEpoch: 2 });
    expect(history.epoch).toEqual([2, 3, 4]);
    expect(history.history['loss']).toHaveLength(3);
    expect(history.params).toEqual({ verbose: 0, epochs: 5, steps: 1 });
    expect(model.history).toBe(history);
  });

  it('learns', async () => {
    const { x, y } = line(100);
    const model = unit({ optimizer: 'adam' });
    model.optimizer.learningRate = 0.1;
    const { history } = await model.fit(x, y, { ...quiet, epochs: 40 });
    expect(history['loss']?.at(-1)).toBeLessThan(1e-3);
  });

  it('weighs the running loss by the size of the batches', async () => {
    const model = unit({ optimizer: 'sgd' });
    model.optimizer.learningRate = 0;
    const x = [
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    const { history } = await model.fit(x, [1, 1, 4], { ...quiet, batchSize: 2, shuffle: false });
    expect(history['loss']?.[0]).toBeCloseTo((1 + 1 + 16) / 3, 5);
  });

  it('takes the last samples for validation, before mixing', async () => {
    const model = unit();
    model.optimizer.learningRate = 0;
    const x = Array.from({ length: 10 }, () => [0, 0]);
    const y = [0, 0, 0, 0, 0, 0, 0, 0, 3, 3];
    const { history } = await model.fit(x, y, { ...quiet, validationSplit: 0.2 });
    expect(history['val_loss']?.[0]).toBeCloseTo(9, 5);
    expect(history['loss']?.[0]).toBeCloseTo(0, 5);
  });

  it('validates as often as validationFreq says', async () => {
    const { x, y } = line();
    const options = { ...quiet, epochs: 4, validationData: [x, y] as const };
    const every = await unit().fit(x, y, { ...options, validationFreq: 2 });
    expect(every.history['val_loss']).toHaveLength(2);
    const listed = await unit().fit(x, y, { ...options, validationFreq: [1, 2, 4] });
    expect(listed.history['val_loss']).toHaveLength(3);
  });

  it('gives the same weights for the same seed, mixed or not', async () => {
    const { x, y } = line();
    const train = async (shuffle: boolean | 'batch'): Promise<number[][]> => {
      const model = unit();
      await model.fit(x, y, { ...quiet, epochs: 2, batchSize: 4, shuffle });
      return valuesOf(model);
    };
    for (const shuffle of [true, false, 'batch'] as const) {
      expect(await train(shuffle)).toEqual(await train(shuffle));
    }
    expect(await train(true)).not.toEqual(await train(false));
  });

  it('stops after the batch in which stopTraining is set', async () => {
    const { x, y } = line();
    const model = unit();
    const seen: number[] = [];
    const history = await model.fit(x, y, {
      ...quiet,
      epochs: 3,
      batchSize: 4,
      callbacks: [
        {
          onTrainBatchEnd: (batch) => {
            seen.push(batch);
            if (batch === 1) model.stopTraining = true;
          },
        },
      ],
    });
    expect(seen).toEqual([0, 1]);
    expect(history.epoch).toEqual([0]);
  });

  it('uses class weights as sample weights', async () => {
    const x = [
      [0, 1],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    const y = [0, 1, 1, 0];
    const make = (): Sequential => {
      setRandomSeed(3);
      const model = new Sequential([
        layers.input({ shape: [2] }),
        layers.dense({ units: 2, activation: 'softmax' }),
      ]);
      model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
      return model;
    };
    const [byClass, bySample] = [make(), make()];
    await byClass.fit(x, y, { ...quiet, shuffle: false, classWeight: { 0: 1, 1: 3 } });
    await bySample.fit(x, y, { ...quiet, shuffle: false, sampleWeight: [1, 3, 3, 1] });
    expect(await valuesOf(byClass)).toEqual(await valuesOf(bySample));
  });

  it('applies sample weights to the loss and weightedMetrics only', async () => {
    const model = unit({ metrics: ['mae'], weightedMetrics: ['mae'] });
    model.optimizer.learningRate = 0;
    const x = [
      [0, 0],
      [0, 0],
    ];
    const { history } = await model.fit(x, [1, 3], { ...quiet, sampleWeight: [3, 1] });
    expect(history['mae']?.[0]).toBeCloseTo(2, 5);
    expect(history['weighted_mae']?.[0]).toBeCloseTo((3 + 3) / 4, 5);
    expect(history['loss']?.[0]).toBeCloseTo((3 + 9) / 2, 5);
  });

  it('names the logs of several outputs after them', async () => {
    const model = twoOutputs();
    model.compile({
      optimizer: 'sgd',
      loss: { height: 'mse', kind: 'sparseCategoricalCrossentropy' },
      lossWeights: { height: 2, kind: 0.5 },
      metrics: { kind: ['accuracy'], height: ['mae', new metrics.MeanSquaredError()] },
    });
    const { x } = line(6);
    const y = { kind: [0, 1, 2, 0, 1, 2], height: [1, 2, 3, 4, 5, 6] };
    const { history } = await model.fit(x, y, quiet);
    expect(Object.keys(history)).toEqual([
      'height_loss',
      'height_mae',
      'height_mean_squared_error',
      'kind_accuracy',
      'kind_loss',
      'loss',
    ]);
    const at = (name: string): number => Number(history[name]?.[0]);
    expect(at('loss')).toBeCloseTo(2 * at('height_loss') + 0.5 * at('kind_loss'), 5);
  });

  it('numbers metrics that have the same name', async () => {
    const { x, y } = line(4);
    const model = unit({ metrics: ['mae', 'mae', new metrics.MeanAbsoluteError({ name: 'mae' })] });
    const { history } = await model.fit(x, y, quiet);
    expect(Object.keys(history)).toEqual(['loss', 'mae', 'mae_1', 'mae_2']);
  });

  it('takes functions as losses and metrics', async () => {
    const { x, y } = line(4);
    const model = unit({
      loss: (yTrue: Tensor, yPred: Tensor) => losses.meanAbsoluteError(yTrue, yPred),
      metrics: [
        function distance(yTrue: Tensor, yPred: Tensor): Tensor {
          return losses.meanAbsoluteError(yTrue, yPred);
        },
      ],
    });
    const { history } = await model.fit(x, y, quiet);
    expect(history['distance']?.[0]).toBeCloseTo(history['loss']?.[0] ?? Number.NaN, 6);
  });

  it('runs a trainStep of the user', async () => {
    let steps = 0;
    class Counting extends Model {
      readonly dense = layers.dense({ units: 1 });
      override call(x: Tensor): Tensor {
        return this.dense.apply(x);
      }
      override trainStep(data: Parameters<Model['trainStep']>[0]) {
        steps++;
        return { ...super.trainStep(data), steps: tensor(steps) };
      }
    }
    const { x, y } = line(8);
    const model = new Counting();
    // A compiled step would run once and be replayed.
    model.compile({ optimizer: 'sgd', loss: 'mse', runEagerly: true });
    const { history } = await model.fit(x, y, { ...quiet, batchSize: 4, epochs: 2 });
    expect(steps).toBe(4);
    expect(history['steps']).toEqual([2, 4]);
  });

  it('adds the penalties of layers to the loss', async () => {
    const model = new Sequential([
      layers.input({ shape: [1] }),
      layers.dense({
        units: 1,
        kernelInitializer: 'ones',
        kernelRegularizer: { class_name: 'L2', config: { l2: 0.1 } },
      }),
    ]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const { loss } = await model.evaluate([[1], [1]], [[0], [0]], quiet);
    expect(loss).toBeCloseTo(1.1, 5);
  });

  it('lets the event loop live', async () => {
    const { x, y } = line(1000);
    const ticks = vi.fn();
    const timer = setInterval(ticks, 5);
    // Some hundred milliseconds of steps; the loop gets a turn every 50.
    await unit().fit(x, y, { ...quiet, batchSize: 1, epochs: 15 });
    clearInterval(timer);
    expect(ticks.mock.calls.length).toBeGreaterThan(2);
  });

  it('keeps memory flat', async () => {
    const { x, y } = line();
    const model = unit({ optimizer: 'adam', metrics: ['mae'] });
    const [inputs, targets] = [tensor(x), tensor(y)];
    const fit = (): Promise<unknown> =>
      model.fit(inputs, targets, { ...quiet, batchSize: 4, epochs: 3, validationSplit: 0.2 });
    await fit();
    const before = memory().blocks;
    await fit();
    expect(memory().blocks).toBe(before);
  });
});

describe('a model with steps of its own', () => {
  it('needs neither call nor loss', async () => {
    class Mean extends Model {
      readonly guess = new Variable(tensor(0), { name: 'guess' });
      override trainStep({ x }: Parameters<Model['trainStep']>[0]) {
        const { value, gradients } = valueAndGradient(
          () => (x as Tensor).sub(this.guess.value).square().mean(),
          [this.guess],
        );
        this.optimizer.apply(gradients, [this.guess]);
        return { distance: value };
      }
    }
    const model = new Mean();
    model.compile({ optimizer: 'sgd' });
    model.optimizer.learningRate = 0.5;
    const { history } = await model.fit([3, 5], null, { ...quiet, epochs: 2 });
    expect(history).toEqual({ distance: [17, 1] });
    expect(await model.guess.value.item()).toBe(4);
  });
});

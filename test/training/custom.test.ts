// What models may do their own way: steps, losses and metrics of their own, and freezing.
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  callbacks,
  Layer,
  type LossParts,
  layers,
  type MetricParts,
  Model,
  metrics,
  ops,
  Sequential,
  type StepData,
  setEngine,
  setRandomSeed,
  type Tensor,
  tensor,
  Variable,
  valueAndGradient,
} from '../../src/index.js';
import { line, valuesOf } from './small-models.js';

const { x, y } = line(20);
const short = { batchSize: 5, verbose: 0, shuffle: false } as const;
const engines = ['graph', 'eager'] as const;
afterEach(() => setEngine('graph'));

/** Adds the mean of its input to the loss, and reports it. */
class Watching extends Layer {
  static readonly className = 'Watching';
  readonly level = new metrics.Mean({ name: 'level' });

  override call(input: Tensor) {
    this.addLoss(ops.mul(ops.mean(input), 0.5));
    this.level.update(ops.mean(input));
    return input;
  }
}

describe.each(engines)('%s: losses and metrics inside layers', (engine) => {
  it('count in the loss and show in the logs, epoch by epoch', async () => {
    setEngine(engine);
    const plain = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
    const watched = new Sequential([
      layers.input({ shape: [2] }),
      new Watching(),
      layers.dense({ units: 1 }),
    ]);
    watched.setWeights(plain.getWeights());
    plain.compile({ optimizer: 'sgd', loss: 'mse' });
    watched.compile({ optimizer: 'sgd', loss: 'mse' });
    const before = await plain.fit(x, y, { ...short, epochs: 2 });
    const after = await watched.fit(x, y, { ...short, epochs: 2 });
    const mean = x.flat().reduce((sum, value) => sum + value, 0) / 40;
    expect(Object.keys(after.history).sort()).toEqual(['level', 'loss']);
    for (const epoch of [0, 1]) {
      expect(after.history.level?.[epoch]).toBeCloseTo(mean, 5);
      const added = (after.history.loss?.[epoch] ?? 0) - (before.history.loss?.[epoch] ?? 0);
      expect(added).toBeCloseTo(mean / 2, 5);
    }
    expect(await valuesOf(watched)).toEqual(await valuesOf(plain));
  });
});

/** Steps as one writes them in Keras: own losses, own metrics, half of every gradient. */
class Own extends Model {
  readonly dense = layers.dense({ units: 1, kernelInitializer: 'ones' });
  readonly error = new metrics.MeanAbsoluteError({ name: 'error' });

  override call(input: Tensor) {
    return this.dense.apply(input);
  }

  override get metrics() {
    return [this.error];
  }

  override trainStep({ x: inputs, y: targets }: StepData<Tensor, Tensor>) {
    const weights = this.trainableWeights;
    const { gradients } = valueAndGradient(() => {
      const error = ops.sub(this.apply(inputs, { training: true }), targets);
      return ops.mean(ops.square(error));
    }, weights);
    this.optimizer.apply(
      gradients.map((one) => one && ops.mul(one, 0.5)),
      weights,
    );
    this.error.updateState(targets, this.apply(inputs));
    return { error: this.error.result() };
  }
}

describe.each(engines)('%s: steps of a model', (engine) => {
  it('are what fit runs', async () => {
    setEngine(engine);
    const halved = new Own();
    halved.compile({ optimizer: 'sgd' });
    const { history } = await halved.fit(tensor(x), tensor(y), { ...short, epochs: 2 });
    expect(Object.keys(history)).toEqual(['error']);
    const reference = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({ units: 1, kernelInitializer: 'ones' }),
    ]);
    reference.compile({ optimizer: 'sgd', loss: 'mse', lossWeights: 0.5 });
    await reference.fit(x, y, { ...short, epochs: 2 });
    const [a, b] = [await valuesOf(halved), await valuesOf(reference)];
    for (const [at, value] of a.flat().entries()) expect(value).toBeCloseTo(b.flat()[at] ?? 0, 5);
  });

  it('take the loss and the metrics that the model computes', async () => {
    setEngine(engine);
    class Penalised extends Sequential {
      override computeLoss(parts: LossParts) {
        return ops.add(super.computeLoss(parts), 3);
      }
      override computeMetrics(parts: MetricParts) {
        return { ...super.computeMetrics(parts), three: tensor(3) };
      }
    }
    const make = (Kind: typeof Sequential) => {
      setRandomSeed(1);
      const model = new Kind([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
      model.compile({ optimizer: 'sgd', loss: 'mse' });
      return model.fit(x, y, short);
    };
    const [plain, penalised] = [await make(Sequential), await make(Penalised)];
    expect(penalised.history.three).toEqual([3]);
    expect((penalised.history.loss?.[0] ?? 0) - (plain.history.loss?.[0] ?? 0)).toBeCloseTo(3, 5);
  });
});

describe.each(engines)('%s: freezing', (engine) => {
  it('holds before compile, and afterwards with a warning', async () => {
    setEngine(engine);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({ units: 3, name: 'first' }),
      layers.dense({ units: 1 }),
    ]);
    model.getLayer('first').trainable = false;
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const [kernel] = await valuesOf(model);
    await model.fit(x, y, short);
    expect((await valuesOf(model))[0]).toEqual(kernel);
    expect(warn).not.toHaveBeenCalled();
    model.trainable = false;
    const before = await valuesOf(model);
    await model.fit(x, y, short);
    expect(await valuesOf(model)).toEqual(before);
    expect(warn.mock.calls[0]?.[0]).toContain('Call compile() again');
    warn.mockRestore();
  });

  it('lifted after training needs compile()', async () => {
    setEngine(engine);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const model = new Sequential([
      layers.input({ shape: [2] }),
      layers.dense({ units: 3, name: 'first', trainable: false }),
      layers.dense({ units: 1 }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y, short);
    model.getLayer('first').trainable = true;
    await expect(model.fit(x, y, short)).rejects.toThrow('first/kernel');
    warn.mockRestore();
    const [kernel] = await valuesOf(model);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y, short);
    expect((await valuesOf(model))[0]).not.toEqual(kernel);
  });
});

describe.each(engines)('%s: callbacks', (engine) => {
  it('see what others add to the logs of an epoch, and the end of training does not', async () => {
    setEngine(engine);
    const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const seen: string[][] = [];
    const note = (_: unknown, logs: object) => void seen.push(Object.keys(logs));
    await model.fit(x, y, {
      ...short,
      callbacks: [
        new callbacks.LearningRateScheduler((_, rate) => rate),
        { onEpochEnd: note, onTrainEnd: (logs) => note(undefined, logs) },
      ],
    });
    expect(seen).toEqual([['loss', 'learning_rate'], ['loss']]);
  });

  it('may ask for more of the model than all callbacks need', async () => {
    setEngine(engine);
    class Guessing extends callbacks.Callback<Model> {
      readonly shapes: (readonly number[])[] = [];
      async onEpochEnd() {
        this.shapes.push((await this.model.predict([[1, 2]], { verbose: 0 })).shape);
      }
    }
    const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const guessing = new Guessing();
    await model.fit(x, y, { ...short, epochs: 2, callbacks: [guessing] });
    expect(guessing.shapes).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});

describe('records of data', () => {
  it('must have a key for every input', async () => {
    const model = new Sequential([
      layers.input({ shape: [2], name: 'pair' }),
      layers.dense({ units: 1 }),
    ]);
    await expect(model.predict({ twins: [[1, 2]] }, { verbose: 0 })).rejects.toThrow(
      'the data has nothing for the input "pair"',
    );
  });
});

describe('layers that nobody holds', () => {
  it('are pointed out: their weights are neither trained nor saved', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    class Hidden extends Model {
      readonly #dense = layers.dense({ units: 1, name: 'unseen' });
      readonly held = new Set([layers.dense({ units: 2 })]);

      override call(input: Tensor) {
        let out = input;
        for (const layer of this.held) out = layer.apply(out);
        return this.#dense.apply(out);
      }
    }
    const model = new Hidden({ name: 'hidden' });
    model.build([null, 3]);
    expect(model.weights.length).toBe(2);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toContain('"hidden" calls the layer "unseen"');
    warn.mockRestore();
  });

  it('nor is a variable in a property, which is pointed out too', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    class Scaled extends Layer {
      readonly factor = new Variable(tensor(2));

      override call(input: Tensor) {
        return input.mul(this.factor);
      }
    }
    const layer = new Scaled({ name: 'scaled' });
    layer.apply(tensor([1]));
    layer.apply(tensor([1]));
    expect(layer.weights.length).toBe(0);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toContain("this.weight('factor', shape");
    warn.mockRestore();
  });
});

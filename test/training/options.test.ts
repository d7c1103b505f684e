// Options of compile and fit beside the data: grouped steps, short runs, limits.
import { describe, expect, it } from 'vitest';
import {
  callbacks,
  layers,
  optimizers,
  Sequential,
  setEngine,
  setRandomSeed,
  setThreads,
} from '../../src/index.js';
import { line, unit, valuesOf } from './small-models.js';

const { x, y } = line(20);
const short = { batchSize: 4, verbose: 0 } as const;

/** Notes every hook with its number. */
function noting(): { seen: string[]; hooks: callbacks.CallbackLike } {
  const seen: string[] = [];
  const hooks = {
    onTrainBatchBegin: (batch: number) => void seen.push(`begin ${batch}`),
    onTrainBatchEnd: (batch: number) => void seen.push(`end ${batch}`),
    onTestBatchEnd: (batch: number) => void seen.push(`test ${batch}`),
    onEpochEnd: (epoch: number) => void seen.push(`epoch ${epoch}`),
  };
  return { seen, hooks };
}

describe('stepsPerExecution', () => {
  it.each(['graph', 'eager'] as const)(
    'groups steps and changes no number (%s)',
    async (engine) => {
      setEngine(engine);
      const single = unit();
      const one = await single.fit(x, y, { ...short, epochs: 2, validationData: [x, y] });
      // Made now: making a model sets the seed that the order of samples follows from.
      const grouped = unit({ stepsPerExecution: 2 });
      const { seen, hooks } = noting();
      const two = await grouped.fit(x, y, {
        ...short,
        epochs: 2,
        validationData: [x, y],
        callbacks: [hooks],
      });
      expect(two.history).toEqual(one.history);
      expect(await valuesOf(grouped)).toEqual(await valuesOf(single));
      // Five batches: callbacks hear of the first of a group before it and of the last after it.
      const epoch = ['begin 0', 'end 1', 'begin 2', 'end 3', 'begin 4', 'end 4'];
      const tests = ['test 1', 'test 3', 'test 4'];
      expect(seen).toEqual([...epoch, ...tests, 'epoch 0', ...epoch, ...tests, 'epoch 1']);
    },
  );

  it('is a whole number', () => {
    expect(() => unit({ stepsPerExecution: 0 })).toThrow('a whole number of at least 1');
  });
});

it('a metric may stand alone where there is one output', async () => {
  const alone = await unit({ metrics: 'mae', weightedMetrics: 'mse' }).fit(x, y, short);
  const listed = await unit({ metrics: ['mae'], weightedMetrics: ['mse'] }).fit(x, y, short);
  expect(alone.history).toEqual(listed.history);
  expect(Object.keys(alone.history)).toEqual(['loss', 'mae', 'mse']);
});

describe('short runs', () => {
  it('fastDevRun does one batch of everything and leaves no file', async () => {
    const { seen, hooks } = noting();
    const save = new callbacks.ModelCheckpoint({ filepath: 'never-written/model.keras' });
    const list = [hooks, save, new callbacks.EarlyStopping()];
    const options = { ...short, epochs: 9, validationData: [x, y], callbacks: list } as const;
    await unit().fit(x, y, { ...options, fastDevRun: true });
    expect(seen).toEqual(['begin 0', 'end 0', 'test 0', 'epoch 0']);
    seen.length = 0;
    await unit().fit(x, y, { ...options, fastDevRun: 2 });
    expect(seen.filter((text) => !text.startsWith('begin'))).toEqual([
      'end 0',
      'end 1',
      'test 0',
      'test 1',
      'epoch 0',
    ]);
  });

  it('limits batches by number and by part, from the start of the data in every epoch', async () => {
    const { seen, hooks } = noting();
    await unit().fit(x, y, {
      ...short,
      epochs: 2,
      validationData: [x, y],
      limitTrainBatches: 2,
      limitValidationBatches: 0.3,
      callbacks: [hooks],
    });
    const epoch = ['begin 0', 'end 0', 'begin 1', 'end 1', 'test 0'];
    expect(seen).toEqual([...epoch, 'epoch 0', ...epoch, 'epoch 1']);
    const limited = unit();
    await limited.fit(x, y, { ...short, epochs: 2, shuffle: false, limitTrainBatches: 2 });
    const cut = unit();
    await cut.fit(x.slice(0, 8), y.slice(0, 8), { ...short, epochs: 2, shuffle: false });
    expect(await valuesOf(limited)).toEqual(await valuesOf(cut));
  });

  it('overfitBatches trains and validates on the same batches', async () => {
    const model = unit({ optimizer: new optimizers.SGD({ learningRate: 0 }) });
    const data = { ...short, epochs: 2, overfitBatches: 1 } as const;
    const { history } = await model.fit(x, y, { ...data, validationData: [x, x.map(() => [9])] });
    expect(history.val_loss?.[0]).toBeCloseTo(history.loss?.[0] ?? Number.NaN, 6);
    expect(history.loss?.[1]).toBe(history.loss?.[0]);
  });

  it('maxTime ends a run that would never end', async () => {
    const history = await unit().fit(x, y, { ...short, epochs: 1_000_000, maxTime: 0.2 });
    expect(history.epoch.length).toBeGreaterThan(0);
    expect(history.epoch.length).toBeLessThan(1_000_000);
  });

  it.each([
    [{ limitTrainBatches: 1.5 }, 'limitTrainBatches'],
    [{ limitTrainBatches: 0 }, 'limitTrainBatches'],
    [{ overfitBatches: -1 }, 'overfitBatches'],
    [{ fastDevRun: 0.5 }, 'fastDevRun'],
    [{ maxTime: 0 }, 'maxTime'],
  ])('refuses %o', async (options, name) => {
    await expect(unit().fit(x, y, { ...short, ...options })).rejects.toThrow(name);
  });

  it('says that a part needs a known number of batches', async () => {
    const batches = function* () {
      yield { x, y };
    };
    const fit = unit().fit(batches, { verbose: 0, limitTrainBatches: 0.5 });
    await expect(fit).rejects.toThrow('give the limit as a number of batches');
  });
});

describe('the same seed', () => {
  it.each(['graph', 'eager'] as const)(
    'gives the same bits, on any number of threads (%s)',
    async (engine) => {
      const run = async (threads: number) => {
        setThreads(threads);
        setEngine(engine);
        setRandomSeed(11);
        const model = new Sequential([
          layers.input({ shape: [2] }),
          layers.dense({ units: 64, activation: 'tanh' }),
          layers.batchNormalization(),
          layers.dropout({ rate: 0.5 }),
          layers.dense({ units: 1 }),
        ]);
        model.compile({ optimizer: 'adam', loss: 'mse' });
        const data = line(400);
        const { history } = await model.fit(data.x, data.y, {
          ...short,
          batchSize: 100,
          epochs: 3,
        });
        return { history, weights: await valuesOf(model) };
      };
      try {
        const one = await run(1);
        expect(await run(1)).toEqual(one);
        expect(await run(2)).toEqual(one);
      } finally {
        setThreads(1);
      }
    },
  );
});

// What the callbacks do, driven by logs of our own and by real training.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fillTemplate } from '../../src/callbacks/path-template.js';
import { callbacks, metrics, optimizers, tensor, Variable } from '../../src/index.js';
import { line, unit, valuesOf } from '../training/small-models.js';

const quiet = { verbose: 0 } as const;

/** A model that only callbacks see: one weight, an optimizer, an accuracy. */
function fakeModel() {
  const weight = new Variable(tensor([0]));
  return {
    name: 'fake',
    stopTraining: false,
    optimizer: new optimizers.SGD({ learningRate: 0.5 }),
    metrics: [new metrics.BinaryAccuracy({ name: 'accuracy' })],
    weights: [weight],
    weight,
    saved: [] as string[],
    getWeights: () => [weight.value],
    setWeights: () => {},
    save(path: string): Promise<void> {
      this.saved.push(path);
      return Promise.resolve();
    },
    saveWeights(path: string): Promise<void> {
      this.saved.push(path);
      return Promise.resolve();
    },
  };
}

type Driven = callbacks.Callback & callbacks.CallbackHooks;

/** Runs epochs that end with these logs, until one of them stops training. */
async function drive(
  callback: Driven,
  epochs: readonly callbacks.EpochLogs[],
  model = fakeModel(),
): Promise<{ model: ReturnType<typeof fakeModel>; epochsRun: number }> {
  callback.setModel(model);
  await callback.onTrainBegin?.({});
  let epochsRun = 0;
  for (const [epoch, logs] of epochs.entries()) {
    await callback.onEpochBegin?.(epoch, {});
    model.weight.assign(tensor([epoch + 1]));
    await callback.onEpochEnd?.(epoch, logs);
    epochsRun++;
    if (model.stopTraining) break;
  }
  await callback.onTrainEnd?.({});
  return { model, epochsRun };
}

const losses = (...values: number[]) => values.map((value) => ({ val_loss: value }));

describe('EarlyStopping', () => {
  it('waits for as many epochs as patience says', async () => {
    const stop = new callbacks.EarlyStopping({ patience: 2 });
    const { epochsRun } = await drive(stop, losses(1, 0.9, 0.95, 0.95, 0.1));
    expect([epochsRun, stop.stoppedEpoch, stop.bestEpoch, stop.best]).toEqual([4, 3, 1, 0.9]);
  });

  it('never stops after the first epoch, and counts only improvements beyond minDelta', async () => {
    const { epochsRun } = await drive(new callbacks.EarlyStopping(), losses(1, 2, 3));
    expect(epochsRun).toBe(2);
    const strict = new callbacks.EarlyStopping({ patience: 1, minDelta: 0.5 });
    expect((await drive(strict, losses(1, 0.9, 0.8))).epochsRun).toBe(2);
  });

  it('goes back to the best weights, also where training was not stopped', async () => {
    const stop = new callbacks.EarlyStopping({ patience: 9, restoreBestWeights: true });
    const { model } = await drive(stop, losses(1, 0.5, 0.9));
    expect(await model.weight.value.array()).toEqual([2]);
  });

  it('asks the metric which way is better', async () => {
    const stop = new callbacks.EarlyStopping({ monitor: 'val_accuracy' });
    const logs = [0.1, 0.2, 0.15].map((value) => ({ val_accuracy: value }));
    expect((await drive(stop, logs)).epochsRun).toBe(3);
    expect(stop.best).toBe(0.2);
  });

  it('keeps waiting until the baseline is beaten', async () => {
    const stop = new callbacks.EarlyStopping({ patience: 2, baseline: 0.5 });
    expect((await drive(stop, losses(1, 0.9, 0.8, 0.85))).epochsRun).toBe(4);
  });

  it('ignores epochs before startFromEpoch and warns of a missing metric', async () => {
    const stop = new callbacks.EarlyStopping({ startFromEpoch: 2 });
    expect((await drive(stop, losses(1, 2, 3, 4, 5))).epochsRun).toBe(4);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await drive(new callbacks.EarlyStopping(), [{ loss: 1 }]);
    expect(warn.mock.calls[0]?.[0]).toContain('val_loss');
    warn.mockRestore();
  });

  it('asks for a mode where nobody knows the direction', async () => {
    const stop = new callbacks.EarlyStopping({ monitor: 'cleverness' });
    await expect(drive(stop, [{ cleverness: 1 }])).rejects.toThrow("mode: 'min' or mode: 'max'");
  });
});

describe('ReduceLROnPlateau', () => {
  it('multiplies the rate after patience epochs and rests for cooldown epochs', async () => {
    const reduce = new callbacks.ReduceLROnPlateau({ factor: 0.1, patience: 1, cooldown: 2 });
    const logs: callbacks.EpochLogs[] = losses(1, 1, 1, 1, 1);
    const { model } = await drive(reduce, logs);
    const rates = logs.map((log) => log['learning_rate'] ?? Number.NaN);
    const expected = [0.5, 0.5, 0.05, 0.05, 0.005];
    for (const [epoch, rate] of expected.entries()) expect(rates[epoch]).toBeCloseTo(rate, 6);
    expect(await model.optimizer.readLearningRate()).toBeCloseTo(0.005, 6);
  });

  it('goes no lower than minLr and refuses factors that do not lower', async () => {
    const reduce = new callbacks.ReduceLROnPlateau({ factor: 0.1, patience: 1, minLr: 0.2 });
    const { model } = await drive(reduce, losses(1, 1, 1, 1));
    expect(await model.optimizer.readLearningRate()).toBeCloseTo(0.2, 6);
    expect(() => new callbacks.ReduceLROnPlateau({ factor: 1 })).toThrow('below 1');
  });
});

describe('LearningRateScheduler', () => {
  it('sets the rate of each epoch and logs it', async () => {
    const { x, y } = line(4);
    const { history } = await unit().fit(x, y, {
      ...quiet,
      epochs: 3,
      callbacks: [
        new callbacks.LearningRateScheduler((epoch, rate) => (epoch === 0 ? 0.5 : rate / 2)),
      ],
    });
    expect(history['learning_rate']).toEqual([0.5, 0.25, 0.125]);
  });

  it('wants a number', async () => {
    const { x, y } = line(4);
    const bad = new callbacks.LearningRateScheduler(() => Number.NaN);
    await expect(unit().fit(x, y, { ...quiet, callbacks: [bad] })).rejects.toThrow('finite number');
  });
});

describe('ModelCheckpoint', () => {
  it('fills the path and saves after each epoch', async () => {
    const save = new callbacks.ModelCheckpoint({ filepath: 'm-{epoch:02d}-{val_loss:.2f}.keras' });
    const { model } = await drive(save, losses(1, 0.333));
    expect(model.saved).toEqual(['m-01-1.00.keras', 'm-02-0.33.keras']);
  });

  it('saves only the best where asked to', async () => {
    const save = new callbacks.ModelCheckpoint({
      filepath: '{epoch}.weights.h5',
      saveBestOnly: true,
      saveWeightsOnly: true,
      initialValueThreshold: 2,
    });
    const { model } = await drive(save, losses(3, 1, 1.5, 0.5));
    expect(model.saved).toEqual(['2.weights.h5', '4.weights.h5']);
    expect(save.best).toBe(0.5);
  });

  it('saves after so many batches, over the ends of epochs', async () => {
    const { x, y } = line(12);
    const model = unit();
    const saved: string[] = [];
    Object.defineProperty(model, 'save', {
      value: (path: string) => Promise.resolve(saved.push(path)),
    });
    await model.fit(x, y, {
      ...quiet,
      epochs: 2,
      batchSize: 4,
      callbacks: [
        new callbacks.ModelCheckpoint({ filepath: '{epoch}-{batch}.keras', saveFreq: 2 }),
      ],
    });
    expect(saved).toEqual(['1-2.keras', '2-1.keras', '2-3.keras']);
  });

  it('refuses file names that do not fit', () => {
    expect(() => new callbacks.ModelCheckpoint({ filepath: 'm.bin' })).toThrow('.keras');
    expect(
      () => new callbacks.ModelCheckpoint({ filepath: 'm.keras', saveWeightsOnly: true }),
    ).toThrow('.weights.h5');
    expect(() => fillTemplate('{los:.2f}', { loss: 1 })).toThrow('did you mean "loss"?');
  });
});

describe('CSVLogger', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'csv-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes what Python would write', async () => {
    const filename = join(folder, 'plain.csv');
    await drive(new callbacks.CSVLogger({ filename }), [
      { loss: 0.5, accuracy: 1 },
      { loss: 1e-7, accuracy: 0.25, val_loss: 3 },
    ]);
    expect(await readFile(filename, 'utf8')).toBe(
      'epoch,accuracy,loss,val_accuracy,val_loss\r\n0,1.0,0.5,NA,NA\r\n1,0.25,1e-07,NA,3.0\r\n',
    );
  });

  it('adds to a file without a second header', async () => {
    const filename = join(folder, 'more.csv');
    const options = { filename, separator: ';', append: true };
    await drive(new callbacks.CSVLogger(options), [{ val_loss: 2 }]);
    await drive(new callbacks.CSVLogger(options), [{ val_loss: 1 }]);
    expect(await readFile(filename, 'utf8')).toBe('epoch;val_loss\r\n0;2.0\r\n0;1.0\r\n');
  });
});

describe('TerminateOnNaN', () => {
  it('stops at the batch in which the loss is no number', async () => {
    const { x, y } = line(8);
    const bad = y.map((row, index) => (index === 5 ? [Number.NaN] : row));
    const history = await unit().fit(x, bad, {
      ...quiet,
      epochs: 5,
      batchSize: 4,
      shuffle: false,
      callbacks: [new callbacks.TerminateOnNaN()],
    });
    expect(history.epoch).toEqual([0]);
    const strict = new callbacks.TerminateOnNaN({ raiseError: true });
    await expect(unit().fit(x, bad, { ...quiet, callbacks: [strict] })).rejects.toThrow(
      'the loss is not a finite number',
    );
  });
});

describe('callbacks of the user', () => {
  it('may be records or LambdaCallbacks, sync or async', async () => {
    const { x, y } = line(4);
    const seen: string[] = [];
    const onEpochEnd = async (epoch: number): Promise<void> => {
      await Promise.resolve();
      seen.push(`record ${epoch}`);
    };
    const lambda = new callbacks.LambdaCallback({ onTrainEnd: () => void seen.push('end') });
    await unit().fit(x, y, { ...quiet, epochs: 2, callbacks: [{ onEpochEnd }, lambda] });
    expect(seen).toEqual(['record 0', 'record 1', 'end']);
  });

  it('must use hooks that exist', async () => {
    const { x, y } = line(4);
    const misspelt = { onEpochEnds: () => {} };
    await expect(unit().fit(x, y, { ...quiet, callbacks: [misspelt] as never })).rejects.toThrow(
      'did you mean "onEpochEnd"?',
    );
  });

  it('may read the batch only where they want to', async () => {
    const { x, y } = line(12);
    const batches: number[] = [];
    await unit().fit(x, y, {
      ...quiet,
      batchSize: 2,
      callbacks: [
        {
          wantsBatch: (batch) => batch % 3 === 0,
          onTrainBatchEnd: (batch) => void batches.push(batch),
        },
      ],
    });
    expect(batches).toEqual([0, 3]);
  });

  it('see the averaged weights during evaluation with SwapEMAWeights', async () => {
    const { x, y } = line(8);
    const model = unit({ optimizer: new optimizers.SGD({ useEma: true, emaMomentum: 0.5 }) });
    const during: unknown[] = [];
    await model.fit(x, y, {
      ...quiet,
      epochs: 2,
      batchSize: 2,
      validationData: [x, y],
      callbacks: [
        new callbacks.SwapEMAWeights(),
        { onTestBatchEnd: async () => void during.push(await valuesOf(model)) },
        { onEpochEnd: async () => void during.push(await valuesOf(model)) },
      ],
    });
    expect(during[0]).not.toEqual(during.at(-1));
  });
});

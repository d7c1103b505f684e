// Losses are read when somebody wants them: once an epoch, unless a callback hears of batches.
import { expect, it } from 'vitest';
import type { CallbackLike } from '../../src/callbacks/callback.js';
import {
  currentEngine,
  type Engine,
  layers,
  ones,
  Sequential,
  setEngine,
  type Tensor,
} from '../../src/index.js';

/** Trains 2 epochs of 5 steps; gives how many tensors were read. */
async function readsOf(callbacks: readonly CallbackLike[]): Promise<number> {
  const inner = currentEngine();
  let reads = 0;
  const counting: Engine = {
    ...inner,
    read(tensor: Tensor) {
      reads++;
      return inner.read(tensor);
    },
  };
  const model = new Sequential([layers.dense({ units: 1, inputShape: [3] })]);
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  const x = await ones([10, 3]).array();
  const y = await ones([10, 1]).array();
  await model.fit(x, y, { batchSize: 2, verbose: 0 });
  setEngine(counting);
  try {
    await model.fit(x, y, {
      batchSize: 2,
      epochs: 2,
      verbose: 0,
      callbacks,
    });
  } finally {
    setEngine(inner);
  }
  return reads;
}

/** Loss and metric, once for each of the two epochs. */
const EPOCHS = 4;
/** Loss and metric for each of the ten steps. */
const BATCHES = 20;

it('are read once an epoch where no callback wants them', async () => {
  expect(await readsOf([])).toBe(EPOCHS);
  expect(await readsOf([{ onEpochEnd() {}, onTrainBegin() {} }])).toBe(EPOCHS);
  expect(await readsOf([{ onTrainBatchBegin() {} }])).toBe(EPOCHS);
});

it('are read for the batches that a callback wants', async () => {
  expect(await readsOf([{ onTrainBatchEnd() {} }])).toBe(EPOCHS + BATCHES);
  expect(await readsOf([{ onBatchEnd() {} }, { onTrainBatchEnd() {} }])).toBe(EPOCHS + BATCHES);
  const third: CallbackLike = { onTrainBatchEnd() {}, wantsBatch: (batch) => batch === 2 };
  expect(await readsOf([third])).toBe(EPOCHS + 4);
});

// A small training run that Node and browsers do alike: fit, predict, save and load. It gets the
// library as an argument, so that one text serves the sources in Node and the built package in a page.
import type * as Keratin from '../../src/index.js';

/** What a run gives, as plain numbers. */
export interface TrainingReport {
  readonly threads: number;
  readonly losses: readonly number[];
  readonly predictions: readonly number[];
  /** Predictions of the model that was saved to bytes, kept somewhere, and loaded again. */
  readonly reloaded: readonly number[];
}

/** Keeps bytes for a while: in a variable, or in a browser's database. */
export type Storage = (bytes: Uint8Array) => Promise<Uint8Array>;

const ROWS = 96;

/** Numbers between -1 and 1 that are the same everywhere. */
function pattern(library: typeof Keratin, shape: [number, ...number[]]): Keratin.Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length }, (_, index) => ((index * 37) % 101) / 50.5 - 1);
  return library.tensor(values, { shape });
}

/** Trains a convolution, a recurrent and a dense layer for three epochs. */
export async function train(library: typeof Keratin, keep: Storage): Promise<TrainingReport> {
  const threads = library.setThreads(2);
  library.setRandomSeed(7);
  const { layers } = library;
  const model = library.sequential({
    layers: [
      layers.input({ shape: [12, 3] }),
      layers.conv1d({ filters: 8, kernelSize: 3, activation: 'relu' }),
      layers.lstm({ units: 8 }),
      layers.dropout({ rate: 0.1 }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  const x = pattern(library, [ROWS, 12, 3]);
  const y = x
    .sum({ axis: [1, 2] })
    .greater(0)
    .cast('float32')
    .reshape([ROWS, 1]);
  const history = await model.fit(x, y, { epochs: 3, batchSize: 32, verbose: 0 });
  const predict = async (one: typeof model): Promise<number[]> => {
    const found = await one.predict(x);
    return Array.from(await (found as Keratin.Tensor).data());
  };
  const predictions = await predict(model);
  const bytes = await keep(await library.modelToBytes(model));
  const loaded = await library.modelFromBytes(bytes);
  const reloaded = await predict(loaded as typeof model);
  return { threads, losses: history.history['loss'] ?? [], predictions, reloaded };
}

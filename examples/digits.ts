// The tour of the library, and what `npm start` runs: loads handwritten digits, trains a small
// convolutional network, evaluates it, draws what happened, saves the model and loads it again.
//
//   node --import tsx examples/digits.ts [--dataset fashion-mnist] [--epochs N] [--output FOLDER]
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  argMax,
  callbacks,
  datasets,
  layers,
  loadModel,
  Sequential,
  saveModel,
  setRandomSeed,
  Tensor,
} from '../src/index.js';
import { confusionMatrix, confusionText } from './confusion.js';
import { plotConfusion, plotHistory } from './plot-svg.js';

const { values: options } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'digits' },
    epochs: { type: 'string' },
    output: { type: 'string', default: 'output' },
  },
});

/** What differs between the two data sets. */
const RECIPES = {
  digits: { load: () => datasets.digits(), epochs: 15, batchSize: 32, wanted: 0.97 },
  'fashion-mnist': {
    load: () => datasets.fashionMnist(),
    epochs: 6,
    batchSize: 64,
    wanted: 0.9,
  },
};

function recipe() {
  if (options.dataset === 'digits' || options.dataset === 'fashion-mnist') {
    return RECIPES[options.dataset];
  }
  throw new Error(`--dataset must be digits or fashion-mnist, not "${options.dataset}"`);
}

/** A small convolutional network for pictures of one channel. */
function buildModel(shape: readonly number[], classes: number): Sequential {
  return new Sequential([
    layers.input({ shape }),
    layers.conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
    layers.flatten(),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: classes, activation: 'softmax' }),
  ]);
}

async function predictedClasses(model: Sequential, x: Tensor): Promise<ArrayLike<number>> {
  const probabilities = await model.predict(x, { verbose: 0 });
  return argMax(probabilities, { axis: -1 }).data();
}

async function largestDifference(a: unknown, b: unknown): Promise<number> {
  if (!(a instanceof Tensor && b instanceof Tensor)) return Number.NaN;
  const [left, right] = [await a.data(), await b.data()];
  let most = 0;
  for (const [index, value] of left.entries()) {
    most = Math.max(most, Math.abs(value - (right[index] ?? Number.NaN)));
  }
  return most;
}

const started = performance.now();
setRandomSeed(42);
const { load, epochs, batchSize, wanted } = recipe();
const { train, test, classNames } = await load();
console.log(`${options.dataset}: ${train.x.shape[0]} images to train, ${test.x.shape[0]} to test`);

const model = buildModel(train.x.shape.slice(1), classNames.length);
model.summary();
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const { history } = await model.fit(train.x, train.y, {
  epochs: options.epochs === undefined ? epochs : Number(options.epochs),
  batchSize,
  validationSplit: 0.1,
  callbacks: [new callbacks.TerminateOnNaN()],
});

const { loss = Number.NaN, accuracy = 0 } = await model.evaluate(test.x, test.y, { verbose: 0 });
console.log(`test: accuracy ${accuracy.toFixed(4)}, loss ${loss.toFixed(4)}`);

const predicted = await predictedClasses(model, test.x);
const confusion = confusionMatrix(await test.y.data(), predicted, classNames.length);
console.log(confusionText(confusion, classNames));

await mkdir(options.output, { recursive: true });
await writeFile(join(options.output, 'learning-curve.svg'), plotHistory(history));
await writeFile(join(options.output, 'confusion.svg'), plotConfusion(confusion, classNames));

const path = join(options.output, `${options.dataset}.keras`);
await saveModel(model, path);
const loaded = await loadModel(path);
const before = await model.predict(test.x, { verbose: 0 });
const after = await loaded.predict(test.x, { verbose: 0 });
const difference = await largestDifference(before, after);
console.log(`saved ${path}; loaded again, predictions differ by ${difference}`);

const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`pictures in ${options.output}/; done in ${seconds} s`);
// Fewer epochs than usual cannot be held to the usual accuracy.
const reached = options.epochs !== undefined || accuracy >= wanted;
if (!(reached && difference <= 1e-6)) {
  console.error(`expected an accuracy of at least ${wanted} and equal predictions`);
  process.exitCode = 1;
}

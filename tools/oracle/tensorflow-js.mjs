// What TensorFlow.js answers for its own losses and metrics: test/golden/tensorflow-js.json.
// It comes with the benchmarks: `npm run bench -- --help` installs it, then `node tools/oracle/tensorflow-js.mjs`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../bench/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
await tf.setBackend('cpu');

const yTrue = [
  [0, 1, 1],
  [1, 0, 0],
];
const yPred = [
  [0.2, 0.7, 0.5],
  [0.9, 0.4, 0.3],
];
const weights = [
  [1, 0, 2],
  [0.5, 1, 1],
];
const reductions = {
  none: tf.Reduction.NONE,
  mean: tf.Reduction.MEAN,
  sum: tf.Reduction.SUM,
  sumByNonzeroWeights: tf.Reduction.SUM_BY_NONZERO_WEIGHTS,
};
/** Arguments between the weights and the reduction, and weights where the default does not fit. */
const losses = {
  absoluteDifference: { more: [] },
  hingeLoss: { more: [] },
  huberLoss: { more: [0.5] },
  logLoss: { more: [1e-7] },
  sigmoidCrossEntropy: { more: [0.1] },
  softmaxCrossEntropy: { more: [0.2], weights: [1, 0.25] },
};

const values = (tensor) => [...tensor.dataSync()].map((value) => Number(value.toPrecision(7)));
const [t, p] = [tf.tensor(yTrue), tf.tensor(yPred)];
const cases = [];
for (const [loss, { more, weights: own = weights }] of Object.entries(losses)) {
  const results = { unweighted: values(tf.losses[loss](t, p)) };
  for (const [name, reduction] of Object.entries(reductions)) {
    results[name] = values(tf.losses[loss](t, p, tf.tensor(own), ...more, reduction));
  }
  cases.push({ name: loss, more, weights: own, results });
}
const ones = { yTrue: [1, 0, 1, 0, 0, 1], yPred: [1, 1, 0, 0, 1, 1] };
const [a, b] = [tf.tensor2d(ones.yTrue, [2, 3]), tf.tensor2d(ones.yPred, [2, 3])];
const metrics = {
  precision: values(tf.metrics.precision(a, b)),
  recall: values(tf.metrics.recall(a, b)),
  r2Score: values(tf.metrics.r2Score(t, p)),
  cosineProximity: values(tf.metrics.cosineProximity(t, p)),
  mse: values(tf.metrics.mse(t, p)),
};
const cosineDistance = values(
  tf.losses.cosineDistance(t, p, 1, tf.tensor2d([[1], [2]]), reductions.none),
);
const file = new URL('../../test/golden/tensorflow-js.json', import.meta.url);
const version = tf.version.tfjs;
const content = {
  family: 'TensorFlow.js',
  version,
  yTrue,
  yPred,
  losses: cases,
  cosineDistance,
  ones,
  metrics,
};
writeFileSync(file, `${JSON.stringify(content)}\n`);

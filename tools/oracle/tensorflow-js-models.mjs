// Models that TensorFlow.js saves, and what it predicts with them: test/golden/tensorflow-js-models.json.
// It comes with the benchmarks: `npm run bench -- --help` installs it, then
// `node tools/oracle/tensorflow-js-models.mjs`. Weights are written in base64 beside model.json.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../bench/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
await tf.setBackend('cpu');
const { layers } = tf;

/** Numbers that are neither round nor equal. */
function some(shape, from = 1) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, at) => Math.round(Math.sin(1.7 * (at + from)) * 2000) / 1000),
    shape,
  );
}
const stack = (...parts) => tf.sequential({ layers: parts });
const word = (shape, most) => tf.cast(tf.mul(tf.abs(some(shape)), most / 2.001), 'int32');

/** Each: a model and the inputs to predict. */
const makers = {
  dense: () => [
    stack(
      layers.dense({
        units: 4,
        inputShape: [3],
        activation: 'relu6',
        kernelRegularizer: tf.regularizers.l1l2({ l1: 0.01, l2: 0.02 }),
        kernelConstraint: tf.constraints.maxNorm({ maxValue: 2 }),
        kernelInitializer: 'leCunNormal',
      }),
      layers.dropout({ rate: 0.5 }),
      layers.thresholdedReLU({ theta: 0.3 }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.dense({ units: 2, activation: 'softmax', useBias: false }),
    ),
    [some([2, 3])],
  ],
  convolution: () => [
    stack(
      layers.conv2d({
        filters: 3,
        kernelSize: 3,
        inputShape: [6, 6, 2],
        padding: 'same',
        activation: 'relu',
      }),
      layers.batchNormalization({}),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }),
      layers.separableConv2d({ filters: 2, kernelSize: 2 }),
      layers.upSampling2d({ size: [2, 2] }),
      layers.zeroPadding2d({ padding: 1 }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
      layers.prelu({ alphaInitializer: 'ones' }),
      layers.globalAveragePooling2d({}),
      layers.activation({ activation: 'hardSigmoid' }),
    ),
    [some([2, 6, 6, 2])],
  ],
  recurrent: () => [
    stack(
      layers.embedding({ inputDim: 7, outputDim: 3, inputLength: 5, maskZero: true }),
      layers.bidirectional({
        layer: layers.lstm({ units: 2, returnSequences: true }),
        mergeMode: 'concat',
      }),
      layers.gru({ units: 3, returnSequences: true }),
      layers.timeDistributed({ layer: layers.dense({ units: 2, activation: 'tanh' }) }),
      layers.simpleRNN({ units: 2 }),
    ),
    [word([2, 5], 7)],
  ],
  cells: () => [
    stack(
      layers.rnn({
        cell: [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 3 })],
        inputShape: [4, 2],
      }),
      layers.repeatVector({ n: 2 }),
      layers.lstm({ units: 2, recurrentActivation: 'sigmoid', goBackwards: true }),
    ),
    [some([2, 4, 2])],
  ],
  convLstm: () => [
    stack(
      layers.convLstm2d({ filters: 2, kernelSize: 2, inputShape: [2, 3, 3, 1], padding: 'same' }),
      layers.flatten({}),
      layers.layerNormalization({}),
    ),
    [some([1, 2, 3, 3, 1])],
  ],
  twoInputs: () => {
    const [a, b] = [
      tf.input({ shape: [3], name: 'left' }),
      tf.input({ shape: [4], name: 'rightSide' }),
    ];
    const shared = layers.dense({ units: 4, name: 'sharedDense' });
    const left = shared.apply(layers.dense({ units: 2, activation: 'selu' }).apply(a));
    const right = shared.apply(layers.dense({ units: 2 }).apply(b));
    const sum = layers.add().apply([left, right]);
    const joined = layers.concatenate({ axis: -1 }).apply([sum, left]);
    const outputs = [
      layers.dense({ units: 1, name: 'value' }).apply(joined),
      layers.reshape({ targetShape: [2, 2] }).apply(sum),
    ];
    return [tf.model({ inputs: [a, b], outputs }), [some([2, 3]), some([2, 4], 5)]];
  },
  nested: () => {
    const inner = stack(
      layers.dense({ units: 3, inputShape: [2], activation: 'elu' }),
      layers.batchNormalization({ momentum: 0.9 }),
    );
    const x = tf.input({ shape: [2] });
    const y = layers.dense({ units: 2 }).apply(inner.apply(x));
    return [tf.model({ inputs: x, outputs: y }), [some([3, 2])]];
  },
};

/** Weights that are all different, moments and biases too, so that a swap cannot hide. */
function fill(model) {
  const values = model.getWeights().map((weight, index) => {
    const drawn = tf.mul(some(weight.shape, 3 * index + 2), 0.3);
    return /variance/.test(model.weights[index].name) ? tf.add(tf.abs(drawn), 0.5) : drawn;
  });
  model.setWeights(values);
}

const base64 = (buffer) => Buffer.from(tf.io.concatenateArrayBuffers(buffer)).toString('base64');
const plain = (tensor) => ({
  shape: tensor.shape,
  values: [...tensor.dataSync()].map((value) => Number(value.toPrecision(8))),
});
const listed = (value) => (Array.isArray(value) ? value : [value]);

async function saved(model, includeOptimizer = false) {
  let kept;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    kept = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler, { includeOptimizer });
  const { weightData, weightSpecs, ...json } = kept;
  return {
    json: { ...json, weightsManifest: [{ paths: ['./weights.bin'], weights: weightSpecs }] },
    weights: base64(weightData),
  };
}

const models = [];
for (const [name, make] of Object.entries(makers)) {
  const [model, inputs] = make();
  fill(model);
  const outputs = listed(model.predict(inputs.length === 1 ? inputs[0] : inputs)).map(plain);
  models.push({ name, ...(await saved(model)), inputs: inputs.map(plain), outputs });
}

/** A model that was trained on data of this size, and how it goes on from where it was saved. */
async function trained(optimizer, size = 1) {
  const model = stack(
    layers.dense({ units: 2, inputShape: [3], activation: 'tanh' }),
    layers.dense({ units: 1 }),
  );
  fill(model);
  model.compile({ optimizer, loss: 'meanSquaredError', metrics: ['mae'] });
  const [x, y] = [tf.mul(some([4, 3]), size), tf.mul(some([4, 1], 7), size)];
  for (let step = 0; step < 3; step++) await model.trainOnBatch(x, y);
  const files = await saved(model, true);
  for (let step = 0; step < 2; step++) await model.trainOnBatch(x, y);
  return {
    name: optimizer.getClassName(),
    ...files,
    x: plain(x),
    y: plain(y),
    after: model.getWeights().map(plain),
  };
}
const training = [];
for (const [optimizer, size] of [
  [tf.train.sgd(0.1)],
  [tf.train.momentum(0.1, 0.8)],
  [tf.train.adam(0.05)],
  // Gradients so small that it counts where epsilon is added.
  [tf.train.adam(0.05), 1e-4],
  [tf.train.rmsprop(0.05)],
  [tf.train.adagrad(0.1)],
  [tf.train.adadelta(1)],
]) {
  training.push(await trained(optimizer, size));
}

/** Values of the weights of a model. */
const valuesOf = (model) => model.getWeights().map((weight) => [...weight.dataSync()]);
/** Which weights a step changes. */
async function moved(model, step) {
  const before = valuesOf(model);
  await step();
  return valuesOf(model).map((values, at) => values.some((value, i) => value !== before[at][i]));
}

/** A discriminator with two heads, trained in turns with a generator in front of it (Odena 2016). */
async function adversarial() {
  const image = tf.input({ shape: [3] });
  const features = stack(
    layers.dense({ units: 4, inputShape: [3], activation: 'tanh' }),
    layers.dense({ units: 4, activation: 'tanh' }),
  ).apply(image);
  const heads = [
    layers.dense({ units: 1, activation: 'sigmoid' }).apply(features),
    layers.dense({ units: 2, activation: 'softmax' }).apply(features),
  ];
  const discriminator = tf.model({ inputs: image, outputs: heads });
  fill(discriminator);
  const loss = ['binaryCrossentropy', 'sparseCategoricalCrossentropy'];
  discriminator.compile({ optimizer: tf.train.adam(0.05), loss });
  const generator = stack(layers.dense({ units: 3, inputShape: [2] }));
  fill(generator);
  discriminator.trainable = false;
  const latent = tf.input({ shape: [2] });
  const outputs = discriminator.apply(generator.apply(latent));
  const combined = tf.model({ inputs: latent, outputs });
  combined.compile({ optimizer: tf.train.adam(0.05), loss });
  const [real, noise] = [some([2, 3]), some([2, 2], 5)];
  const labels = [tf.tensor2d([[1], [0]]), tf.tensor2d([[0], [1]])];
  const losses = [];
  for (let step = 0; step < 3; step++) {
    losses.push(await discriminator.trainOnBatch(real, labels));
    losses.push(await combined.trainOnBatch(noise, labels));
  }
  return { losses, discriminator: valuesOf(discriminator), generator: valuesOf(generator) };
}

/** Which weights are trained when layers are frozen or thawed without compile(). */
async function frozen() {
  const made = (first) => {
    const model = stack(first, layers.dense({ units: 1 }));
    const compile = () => model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    compile();
    return {
      model,
      compile,
      trained: (x) => moved(model, () => model.trainOnBatch(x, tf.zeros([2, 1]))),
    };
  };
  const x = tf.ones([2, 2]);
  const later = made(layers.dense({ units: 2, inputShape: [2] }));
  later.model.layers[0].trainable = false;
  const froze = await later.trained(x);
  later.compile();
  later.model.layers[0].trainable = true;
  const thawed = await later.trained(x);
  const wrapped = made(layers.lstm({ units: 2, inputShape: [2, 1] }));
  wrapped.model.trainable = false;
  const inside = await wrapped.trained(tf.ones([2, 2, 1]));
  return { froze, thawed, inside };
}

const turns = await adversarial();
const freezing = await frozen();
const file = new URL('../../test/golden/tensorflow-js-models.json', import.meta.url);
writeFileSync(
  file,
  `${JSON.stringify({ version: tf.version.tfjs, models, training, turns, freezing })}\n`,
);

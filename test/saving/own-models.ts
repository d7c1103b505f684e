// Models made here rather than in Python, which together use most kinds of layer and of option.
import {
  initializers,
  layers,
  losses,
  Model,
  optimizers,
  regularizers,
  Sequential,
} from '../../src/index.js';
import { integers, numbers, type OwnModel } from './own-numbers.js';
import { OWN_RECURRENT } from './own-recurrent.js';

const BATCH = 4;

function image(): OwnModel {
  const model = new Sequential(
    [
      layers.input({ shape: [9, 9, 3] }),
      layers.rescaling({ scale: 0.5, offset: 0.1 }),
      layers.zeroPadding2d({
        padding: [
          [1, 0],
          [0, 1],
        ],
      }),
      layers.conv2d({
        filters: 6,
        kernelSize: [3, 2],
        strides: 2,
        kernelInitializer: new initializers.HeNormal({ seed: 3 }),
        kernelRegularizer: new regularizers.L2({ l2: 0.001 }),
        // A bias before normalization has no gradient but noise, which Adam would blow up.
        useBias: false,
      }),
      layers.batchNormalization({ momentum: 0.9 }),
      layers.activation({ activation: 'silu' }),
      layers.separableConv2d({ filters: 4, kernelSize: 2, padding: 'same', depthMultiplier: 2 }),
      layers.upSampling2d({ interpolation: 'bilinear' }),
      layers.cropping2d({ cropping: 1 }),
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.groupNormalization({ groups: 2, gammaConstraint: 'nonNeg' }),
      layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      layers.globalMaxPooling2d(),
      layers.dense({ units: 3, activation: 'softmax', name: 'head' }),
    ],
    { name: 'image' },
  );
  model.compile({
    optimizer: new optimizers.Adam({
      learningRate: new optimizers.schedules.CosineDecay({
        initialLearningRate: 0.01,
        decaySteps: 9,
      }),
    }),
    loss: new losses.SparseCategoricalCrossentropy(),
    metrics: ['accuracy', 'sparse_top_k_categorical_accuracy'],
  });
  return { model, inputs: numbers([BATCH, 9, 9, 3]), y: integers([BATCH], 3) };
}

function sequence(): OwnModel {
  const model = new Sequential(
    [
      layers.input({ shape: [8], dtype: 'int32' }),
      layers.embedding({ inputDim: 11, outputDim: 6 }),
      layers.conv1d({ filters: 6, kernelSize: 3, padding: 'causal', dilationRate: 2 }),
      layers.leakyReLU({ negativeSlope: 0.1 }),
      layers.depthwiseConv1d({ kernelSize: 2 }),
      layers.averagePooling1d({ poolSize: 2 }),
      layers.layerNormalization(),
      layers.timeDistributed({ layer: layers.dense({ units: 4, activation: 'tanh' }) }),
      layers.prelu({ sharedAxes: [1] }),
      layers.permute({ dims: [2, 1] }),
      layers.flatten(),
      layers.dense({ units: 2, useBias: false }),
    ],
    { name: 'sequence' },
  );
  model.compile({
    optimizer: new optimizers.RMSprop({ learningRate: 0.01, momentum: 0.5, centered: true }),
    loss: 'meanSquaredError',
    metrics: ['mae'],
  });
  return { model, inputs: integers([BATCH, 8], 11), y: numbers([BATCH, 2]) };
}

function volume(): OwnModel {
  const model = new Sequential(
    [
      layers.input({ shape: [4, 4, 4, 1] }),
      layers.conv3d({ filters: 2, kernelSize: 2, activation: 'relu' }),
      layers.maxPooling3d({ poolSize: [1, 2, 2] }),
      layers.upSampling3d(),
      layers.spatialDropout3d({ rate: 0.2 }),
      layers.flatten(),
      layers.repeatVector({ n: 2 }),
      layers.reshape({ targetShape: [-1, 4] }),
      layers.softmax(),
    ],
    { name: 'volume' },
  );
  return { model, inputs: numbers([BATCH, 4, 4, 4, 1]) };
}

function graph(): OwnModel {
  const left = layers.input({ shape: [4], name: 'left' });
  const right = layers.input({ shape: [4], name: 'right' });
  const shared = layers.dense({ units: 4, activation: 'elu', name: 'shared' });
  const a = shared.apply(left);
  const b = shared.apply(right);
  const inner = new Sequential([layers.input({ shape: [4] }), layers.dense({ units: 4 })], {
    name: 'inner',
  });
  const blockInput = layers.input({ shape: [4] });
  const blockOutput = layers
    .add()
    .apply([layers.dense({ units: 4 }).apply(blockInput), blockInput]);
  const block = new Model({ inputs: blockInput, outputs: blockOutput, name: 'block' });
  const parts = [
    layers.add().apply([a, b]),
    layers.subtract().apply([a, b]),
    layers.multiply().apply([a, b]),
    layers.average().apply([a, b]),
    layers.maximum().apply([a, b]),
    inner.apply(a),
    block.apply(b),
    block.apply(a),
  ];
  const joined = layers.concatenate().apply(parts);
  const value = layers.dense({ units: 1, name: 'value' }).apply(joined);
  const kind = layers.dense({ units: 3, name: 'kind' }).apply(joined);
  const model = new Model({
    inputs: { left, right },
    outputs: { kind, value },
    name: 'graph',
  });
  model.compile({
    optimizer: new optimizers.SGD({ learningRate: 0.01, momentum: 0.9, nesterov: true }),
    loss: { value: new losses.Huber({ delta: 0.5 }), kind: 'mse' },
    lossWeights: { value: 1, kind: 0.25 },
    metrics: { value: ['mae'], kind: ['mse'] },
  });
  return {
    model,
    inputs: { left: numbers([BATCH, 4], 5), right: numbers([BATCH, 4], 9) },
    y: { kind: numbers([BATCH, 3], 2), value: numbers([BATCH, 1], 4) },
  };
}

/** Batch renormalization, and an optimizer for each of two blocks. */
function several(): OwnModel {
  const model = new Sequential(
    [
      layers.input({ shape: [4] }),
      layers.dense({ units: 6, useBias: false, name: 'encoder' }),
      layers.batchNormalization({ renorm: true, renormClipping: { rmax: 2, dmax: 1 } }),
      layers.activation({ activation: 'tanh' }),
      layers.dense({ units: 2, name: 'head' }),
    ],
    { name: 'several' },
  );
  const optimizerMap = new optimizers.OptimizerMap({
    defaultOptimizer: new optimizers.SGD({ learningRate: 0.05, momentum: 0.9 }),
    // Paths begin with the model's name here, and not in what Keras loads.
    optimizerMap: { '.*encoder/.*': new optimizers.RMSprop({ learningRate: 0.01 }) },
  });
  model.compile({ optimizer: new optimizers.MultiOptimizer({ optimizerMap }), loss: 'mse' });
  return { model, inputs: numbers([BATCH, 4]), y: numbers([BATCH, 2], 3) };
}

export const OWN_MODELS: Readonly<Record<string, () => OwnModel>> = {
  image,
  sequence,
  volume,
  graph,
  several,
  ...OWN_RECURRENT,
};

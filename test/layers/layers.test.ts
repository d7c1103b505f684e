// Every layer through the tests that all layers should pass.

import { layers } from '../../src/index.js';
import { checkLayer } from '../harness/check-layer.js';

checkLayer('dense', () => layers.dense({ units: 4, activation: 'relu' }), {
  inputs: [[2, 3]],
  output: [2, 4],
  weights: 2,
  params: 16,
});
checkLayer('activation', () => layers.activation({ activation: 'swish' }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer('reLU', () => layers.reLU({ maxValue: 0.5 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer('leakyReLU', () => layers.leakyReLU(), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer('elu', () => layers.elu({ alpha: 0.5 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer('softmax', () => layers.softmax({ axis: 1 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer('identity', () => layers.identity(), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer('flatten', () => layers.flatten(), {
  inputs: [[2, 3, 2]],
  output: [2, 6],
  refuses: null,
});
checkLayer('flatten channels first', () => layers.flatten({ dataFormat: 'channelsFirst' }), {
  inputs: [[2, 3, 2]],
  output: [2, 6],
  refuses: null,
});
checkLayer('reshape', () => layers.reshape({ targetShape: [-1, 2] }), {
  inputs: [[2, 6]],
  output: [2, 3, 2],
  refuses: [2, 5],
});
checkLayer('permute', () => layers.permute({ dims: [2, 1] }), {
  inputs: [[2, 3, 4]],
  output: [2, 4, 3],
});
checkLayer('repeatVector', () => layers.repeatVector({ n: 3 }), {
  inputs: [[2, 4]],
  output: [2, 3, 4],
});
checkLayer('rescaling', () => layers.rescaling({ scale: 2, offset: -1 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer('dropout', () => layers.dropout({ rate: 0.5, seed: 1 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  random: true,
  refuses: null,
});
checkLayer('spatialDropout1d', () => layers.spatialDropout1d({ rate: 0.5, seed: 1 }), {
  inputs: [[2, 3, 4]],
  output: [2, 3, 4],
  random: true,
});
checkLayer('spatialDropout3d', () => layers.spatialDropout3d({ rate: 0.5, seed: 1 }), {
  inputs: [[2, 2, 2, 2, 3]],
  output: [2, 2, 2, 2, 3],
  random: true,
});
checkLayer('spatialDropout2d', () => layers.spatialDropout2d({ rate: 0.5, seed: 1 }), {
  inputs: [[2, 3, 4, 2]],
  output: [2, 3, 4, 2],
  random: true,
});
checkLayer('gaussianNoise', () => layers.gaussianNoise({ stddev: 0.5, seed: 1 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  random: true,
  refuses: null,
});
checkLayer('gaussianDropout', () => layers.gaussianDropout({ rate: 0.5, seed: 1 }), {
  inputs: [[2, 3]],
  output: [2, 3],
  random: true,
  refuses: null,
});
checkLayer('embedding', () => layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }), {
  inputs: [[2, 4]],
  output: [2, 4, 3],
  weights: 1,
  params: 15,
  below: 5,
  refuses: null,
});
checkLayer('masking', () => layers.masking(), {
  inputs: [[2, 3, 2]],
  output: [2, 3, 2],
  refuses: null,
});
checkLayer('batchNormalization', () => layers.batchNormalization(), {
  inputs: [[4, 3]],
  output: [4, 3],
  weights: 4,
  params: 12,
});
checkLayer(
  'batchNormalization, renorm',
  () => layers.batchNormalization({ renorm: true, renormClipping: { rmax: 2, dmax: 1 } }),
  { inputs: [[4, 3]], output: [4, 3], weights: 7, params: 21 },
);
// One half of a product of thin weights begins with 0, so the other has no slope in the first step.
checkLayer('dense, LoRA', () => layers.dense({ units: 4, loraRank: 2 }), {
  inputs: [[2, 3]],
  output: [2, 4],
  weights: 4,
  still: 1,
  params: 30,
});
checkLayer(
  'einsumDense, LoRA',
  () => layers.einsumDense({ equation: 'ab,bc->ac', outputShape: 4, loraRank: 2 }),
  { inputs: [[2, 3]], output: [2, 4], weights: 3, still: 1, params: 26, refuses: [2, 5] },
);
checkLayer('embedding, LoRA', () => layers.embedding({ inputDim: 5, outputDim: 3, loraRank: 2 }), {
  inputs: [[2, 4]],
  output: [2, 4, 3],
  below: 5,
  weights: 3,
  still: 1,
  params: 31,
  refuses: null,
});
checkLayer('conv1d, LoRA', () => layers.conv1d({ filters: 4, kernelSize: 2, loraRank: 2 }), {
  inputs: [[2, 5, 3]],
  output: [2, 4, 4],
  weights: 4,
  still: 1,
});
checkLayer('conv2d, LoRA', () => layers.conv2d({ filters: 4, kernelSize: 2, loraRank: 2 }), {
  inputs: [[2, 4, 5, 3]],
  output: [2, 3, 4, 4],
  weights: 4,
  still: 1,
});
checkLayer('conv3d, LoRA', () => layers.conv3d({ filters: 4, kernelSize: 2, loraRank: 2 }), {
  inputs: [[1, 3, 4, 3, 2]],
  output: [1, 2, 3, 2, 4],
  weights: 4,
  still: 1,
});
checkLayer('layerNormalization', () => layers.layerNormalization(), {
  inputs: [[2, 3, 4]],
  output: [2, 3, 4],
  weights: 2,
  params: 8,
  refuses: [2, 3, 5],
});
checkLayer('rmsNormalization', () => layers.rmsNormalization(), {
  inputs: [[2, 4]],
  output: [2, 4],
  weights: 1,
  refuses: [2, 5],
});
checkLayer('groupNormalization', () => layers.groupNormalization({ groups: 2 }), {
  inputs: [[2, 3, 4]],
  output: [2, 3, 4],
  weights: 2,
});
checkLayer('unitNormalization', () => layers.unitNormalization(), {
  inputs: [[2, 4]],
  output: [2, 4],
  refuses: null,
});
for (const [name, make] of Object.entries({
  add: layers.add,
  multiply: layers.multiply,
  average: layers.average,
  maximum: layers.maximum,
  minimum: layers.minimum,
  subtract: layers.subtract,
})) {
  checkLayer(name, () => make(), {
    inputs: [
      [2, 3],
      [2, 3],
    ],
    output: [2, 3],
    refuses: null,
  });
}
checkLayer('concatenate', () => layers.concatenate({ axis: 1 }), {
  inputs: [
    [2, 3],
    [2, 4],
  ],
  output: [2, 7],
  refuses: null,
});
checkLayer('dot', () => layers.dot({ axes: [2, 1], normalize: true }), {
  inputs: [
    [2, 3, 4],
    [2, 4, 5],
  ],
  output: [2, 3, 5],
  refuses: [2, 3, 4],
});
checkLayer('timeDistributed', () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), {
  inputs: [[2, 3, 4]],
  output: [2, 3, 2],
  weights: 2,
  params: 10,
  refuses: [2, 3],
});

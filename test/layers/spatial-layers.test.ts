// Layers over time, images and volumes through the tests that all layers should pass.

import { layers } from '../../src/index.js';
import { checkLayer } from '../harness/check-layer.js';

checkLayer('conv1d causal', () => layers.conv1d({ filters: 3, kernelSize: 2, padding: 'causal' }), {
  inputs: [[2, 5, 2]],
  output: [2, 5, 3],
  weights: 2,
  params: 15,
});
checkLayer('conv2d', () => layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }), {
  inputs: [[2, 5, 6, 2]],
  output: [2, 3, 4, 3],
  weights: 2,
  params: 57,
});
checkLayer(
  'conv2d channels first',
  () => layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', dataFormat: 'channelsFirst' }),
  { inputs: [[2, 2, 5, 6]], output: [2, 3, 5, 6], weights: 2, params: 57 },
);
checkLayer('conv2d groups', () => layers.conv2d({ filters: 4, kernelSize: 2, groups: 2 }), {
  inputs: [[1, 4, 4, 4]],
  output: [1, 3, 3, 4],
  weights: 2,
  params: 36,
});
checkLayer('conv3d', () => layers.conv3d({ filters: 2, kernelSize: 2 }), {
  inputs: [[1, 3, 4, 3, 2]],
  output: [1, 2, 3, 2, 2],
  weights: 2,
});
checkLayer('conv1dTranspose', () => layers.conv1dTranspose({ filters: 2, kernelSize: 3 }), {
  inputs: [[2, 4, 3]],
  output: [2, 6, 2],
  weights: 2,
});
checkLayer(
  'conv2dTranspose',
  () => layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
  { inputs: [[1, 3, 4, 3]], output: [1, 6, 8, 2], weights: 2 },
);
checkLayer('conv3dTranspose', () => layers.conv3dTranspose({ filters: 2, kernelSize: 2 }), {
  inputs: [[1, 2, 2, 2, 3]],
  output: [1, 3, 3, 3, 2],
  weights: 2,
});
checkLayer('depthwiseConv1d', () => layers.depthwiseConv1d({ kernelSize: 2, depthMultiplier: 2 }), {
  inputs: [[2, 5, 2]],
  output: [2, 4, 4],
  weights: 2,
});
checkLayer('depthwiseConv2d', () => layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), {
  inputs: [[1, 4, 4, 3]],
  output: [1, 4, 4, 3],
  weights: 2,
});
checkLayer('separableConv1d', () => layers.separableConv1d({ filters: 3, kernelSize: 2 }), {
  inputs: [[2, 5, 2]],
  output: [2, 4, 3],
  weights: 3,
});
checkLayer('separableConv2d', () => layers.separableConv2d({ filters: 3, kernelSize: 2 }), {
  inputs: [[1, 4, 4, 2]],
  output: [1, 3, 3, 3],
  weights: 3,
});
checkLayer('prelu', () => layers.prelu({ sharedAxes: [1] }), {
  inputs: [[2, 3, 2]],
  output: [2, 3, 2],
  weights: 1,
  params: 2,
});
checkLayer('maxPooling1d', () => layers.maxPooling1d(), { inputs: [[2, 6, 2]], output: [2, 3, 2] });
checkLayer('maxPooling2d', () => layers.maxPooling2d({ poolSize: 3, padding: 'same' }), {
  inputs: [[1, 5, 6, 2]],
  output: [1, 2, 2, 2],
});
checkLayer('maxPooling3d', () => layers.maxPooling3d(), {
  inputs: [[1, 4, 4, 4, 1]],
  output: [1, 2, 2, 2, 1],
});
checkLayer('averagePooling1d', () => layers.averagePooling1d({ poolSize: 3, strides: 1 }), {
  inputs: [[2, 6, 2]],
  output: [2, 4, 2],
});
checkLayer('averagePooling2d', () => layers.averagePooling2d(), {
  inputs: [[1, 4, 4, 2]],
  output: [1, 2, 2, 2],
});
checkLayer('averagePooling3d', () => layers.averagePooling3d(), {
  inputs: [[1, 4, 4, 4, 1]],
  output: [1, 2, 2, 2, 1],
});
checkLayer('globalAveragePooling1d', () => layers.globalAveragePooling1d(), {
  inputs: [[2, 3, 4]],
  output: [2, 4],
});
checkLayer('globalAveragePooling2d', () => layers.globalAveragePooling2d({ keepDims: true }), {
  inputs: [[2, 3, 4, 5]],
  output: [2, 1, 1, 5],
});
checkLayer(
  'globalAveragePooling2d channels first',
  () => layers.globalAveragePooling2d({ dataFormat: 'channelsFirst' }),
  { inputs: [[2, 5, 3, 4]], output: [2, 5] },
);
checkLayer('globalMaxPooling2d', () => layers.globalMaxPooling2d(), {
  inputs: [[2, 3, 4, 5]],
  output: [2, 5],
});
checkLayer('globalAveragePooling3d', () => layers.globalAveragePooling3d(), {
  inputs: [[2, 2, 3, 2, 4]],
  output: [2, 4],
});
checkLayer('globalMaxPooling1d', () => layers.globalMaxPooling1d({ keepDims: true }), {
  inputs: [[2, 3, 4]],
  output: [2, 1, 4],
});
checkLayer('globalMaxPooling3d', () => layers.globalMaxPooling3d(), {
  inputs: [[2, 2, 3, 2, 4]],
  output: [2, 4],
});
checkLayer('zeroPadding1d', () => layers.zeroPadding1d({ padding: [1, 2] }), {
  inputs: [[2, 3, 2]],
  output: [2, 6, 2],
});
checkLayer('zeroPadding2d', () => layers.zeroPadding2d({ padding: [1, 2] }), {
  inputs: [[1, 3, 3, 2]],
  output: [1, 5, 7, 2],
});
checkLayer('zeroPadding3d', () => layers.zeroPadding3d(), {
  inputs: [[1, 2, 2, 2, 1]],
  output: [1, 4, 4, 4, 1],
});
checkLayer('cropping1d', () => layers.cropping1d({ cropping: 1 }), {
  inputs: [[2, 5, 2]],
  output: [2, 3, 2],
});
checkLayer(
  'cropping2d',
  () =>
    layers.cropping2d({
      cropping: [
        [1, 0],
        [0, 2],
      ],
    }),
  { inputs: [[1, 4, 5, 2]], output: [1, 3, 3, 2] },
);
checkLayer('cropping3d', () => layers.cropping3d(), {
  inputs: [[1, 3, 4, 3, 2]],
  output: [1, 1, 2, 1, 2],
});
checkLayer('upSampling1d', () => layers.upSampling1d({ size: 3 }), {
  inputs: [[2, 3, 2]],
  output: [2, 9, 2],
});
checkLayer('upSampling2d', () => layers.upSampling2d({ size: [2, 1], interpolation: 'bilinear' }), {
  inputs: [[1, 2, 3, 2]],
  output: [1, 4, 3, 2],
});
checkLayer('upSampling3d', () => layers.upSampling3d(), {
  inputs: [[1, 2, 2, 2, 1]],
  output: [1, 4, 4, 4, 1],
});

// Preprocessing layers through the tests that all layers should pass.

import { layers } from '../../../src/index.js';
import { checkLayer } from '../../harness/check-layer.js';

checkLayer('normalization', () => layers.normalization({ mean: [1, 2, 3], variance: [4, 5, 6] }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: [2, 4],
});
checkLayer('normalization, learnt', () => layers.normalization({ axis: [1, 2] }), {
  inputs: [[2, 3, 4]],
  output: [2, 3, 4],
  weights: 3,
  params: 25,
});
checkLayer('discretization', () => layers.discretization({ binBoundaries: [-0.5, 0, 0.5] }), {
  inputs: [[2, 3]],
  output: [2, 3],
  refuses: null,
});
checkLayer(
  'discretization, one-hot',
  () => layers.discretization({ binBoundaries: [-0.5, 0], outputMode: 'oneHot' }),
  { inputs: [[2, 4]], output: [2, 4, 3], refuses: null },
);
checkLayer(
  'categoryEncoding',
  () => layers.categoryEncoding({ numTokens: 5, outputMode: 'count' }),
  { inputs: [[2, 3]], output: [2, 5], below: 5, refuses: null },
);
checkLayer('integerLookup', () => layers.integerLookup({ vocabulary: [3, 1, 4] }), {
  inputs: [[2, 3]],
  output: [2, 3],
  below: 6,
  refuses: null,
});
checkLayer(
  'integerLookup, counts',
  () => layers.integerLookup({ vocabulary: [3, 1, 4], outputMode: 'count', numOovIndices: 2 }),
  { inputs: [[2, 3]], output: [2, 5], below: 6, refuses: null },
);
checkLayer('resizing', () => layers.resizing({ height: 3, width: 7 }), {
  inputs: [[2, 4, 5, 3]],
  output: [2, 3, 7, 3],
});
checkLayer('centerCrop', () => layers.centerCrop({ height: 3, width: 2 }), {
  inputs: [[2, 4, 5, 3]],
  output: [2, 3, 2, 3],
});

/** Layers that leave images alone in inference and keep their shape. */
const RANDOM = {
  randomFlip: () => layers.randomFlip({ seed: 1 }),
  randomRotation: () => layers.randomRotation({ factor: 0.2, seed: 1 }),
  randomZoom: () => layers.randomZoom({ heightFactor: 0.2, seed: 1 }),
  randomTranslation: () =>
    layers.randomTranslation({ heightFactor: 0.2, widthFactor: 0.2, seed: 1 }),
  randomShear: () => layers.randomShear({ xFactor: 0.2, seed: 1 }),
  randomBrightness: () => layers.randomBrightness({ factor: 0.2, valueRange: [-1, 1], seed: 1 }),
  randomContrast: () => layers.randomContrast({ factor: 0.2, valueRange: [-1, 1], seed: 1 }),
  randomSaturation: () => layers.randomSaturation({ factor: 0.2, seed: 1 }),
  randomHue: () => layers.randomHue({ factor: 0.2, valueRange: [-1, 1], seed: 1 }),
  randomColorDegeneration: () => layers.randomColorDegeneration({ factor: 0.2, seed: 1 }),
  randomColorJitter: () =>
    layers.randomColorJitter({
      brightnessFactor: 0.2,
      contrastFactor: 0.2,
      saturationFactor: 0.5,
      hueFactor: 0.1,
      seed: 1,
    }),
  randAugment: () => layers.randAugment({ valueRange: [-1, 1], seed: 1 }),
  mixUp: () => layers.mixUp({ seed: 1 }),
  cutMix: () => layers.cutMix({ seed: 1 }),
  randomGrayscale: () => layers.randomGrayscale({ seed: 1 }),
  randomInvert: () => layers.randomInvert({ seed: 1 }),
  randomPosterization: () => layers.randomPosterization({ factor: [2, 5], seed: 1 }),
  randomSharpness: () => layers.randomSharpness({ factor: 0.9, seed: 1 }),
  randomGaussianBlur: () => layers.randomGaussianBlur({ seed: 1 }),
  randomPerspective: () => layers.randomPerspective({ scale: 0.4, seed: 1 }),
  randomErasing: () => layers.randomErasing({ seed: 1 }),
  augMix: () => layers.augMix({ valueRange: [-1, 1], seed: 1 }),
  randomElasticTransform: () => layers.randomElasticTransform({ factor: 1, seed: 1 }),
  solarization: () => layers.solarization({ additionFactor: 0.3, thresholdFactor: 0.6, seed: 1 }),
};
for (const [name, make] of Object.entries(RANDOM)) {
  checkLayer(name, make, { inputs: [[2, 4, 5, 3]], output: [2, 4, 5, 3], random: true });
}
checkLayer('maxNumBoundingBoxes', () => layers.maxNumBoundingBoxes({ maxNumber: 2 }), {
  inputs: [[2, 4, 5, 3]],
  output: [2, 4, 5, 3],
});
checkLayer(
  'contrastLimitedAdaptiveHistogramEqualization',
  () => layers.contrastLimitedAdaptiveHistogramEqualization({ valueRange: [-1, 1] }),
  { inputs: [[2, 8, 8, 3]], output: [2, 8, 8, 3] },
);
checkLayer('autoContrast', () => layers.autoContrast({ valueRange: [-1, 1] }), {
  inputs: [[2, 4, 5, 3]],
  output: [2, 4, 5, 3],
});
checkLayer('equalization', () => layers.equalization({ valueRange: [-1, 1], bins: 9 }), {
  inputs: [[2, 4, 5, 3]],
  output: [2, 4, 5, 3],
});
checkLayer(
  'pipeline',
  () =>
    layers.pipeline({
      layers: [layers.rescaling({ scale: 2 }), layers.resizing({ height: 2, width: 3 })],
    }),
  { inputs: [[2, 4, 5, 3]], output: [2, 2, 3, 3] },
);
checkLayer('stftSpectrogram', () => layers.stftSpectrogram({ frameLength: 4 }), {
  inputs: [[2, 12, 1]],
  output: [2, 5, 3],
  weights: 2,
  params: 24,
});
checkLayer(
  'melSpectrogram',
  () =>
    layers.melSpectrogram({ fftLength: 8, sequenceStride: 4, numMelBins: 3, samplingRate: 100 }),
  { inputs: [[2, 20]], output: [2, 3, 6] },
);

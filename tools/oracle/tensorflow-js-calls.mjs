// What TensorFlow.js answers when its functions and methods are called: test/golden/tensorflow-js-calls.json.
// It comes with the benchmarks: `npm run bench -- --help` installs it, then
// `node tools/oracle/tensorflow-js-calls.mjs`. Arguments are written down beside the answers.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../bench/package.json', import.meta.url));
const tf = require('@tensorflow/tfjs');
await tf.setBackend('cpu');

/** A tensor argument. */
const t = (values, dtype = 'float32') => ({ tensor: values, dtype });
/** Numbers that are neither round nor equal, in a shape. */
function some(shape, from = 1) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const flat = Array.from({ length: size }, (_, index) => {
    return Math.round(Math.sin(1.7 * (index + from)) * 2000) / 1000;
  });
  const nest = (at, rest) =>
    rest.length === 0
      ? flat[at]
      : Array.from({ length: rest[0] }, (_, index) => {
          const step = rest.slice(1).reduce((product, extent) => product * extent, 1);
          return nest(at + index * step, rest.slice(1));
        });
  return t(nest(0, shape));
}
const plain = t([-1.5, -0.5, 0, 0.25, 2.5]);
const unit = t([-0.9, -0.3, 0, 0.4, 0.8]);
const above = t([0.2, 0.5, 1, 2, 4.5]);
const pair = [t([1, -2, 3, 4.5]), t([2, 3, -3, 4.5])];
const bools = [t([true, true, false, false], 'bool'), t([true, false, true, false], 'bool')];
const matrix = some([2, 3]);
const cube = some([2, 3, 4]);
const image = some([1, 4, 4, 2]);
const ints = (values) => t(values, 'int32');

const unary = (names, x) => names.split(' ').map((name) => [name, x]);
const both = (names, [a, b]) => names.split(' ').map((name) => [name, a, b]);

const functions = [
  ...unary('abs ceil cos cosh elu erf exp expm1 floor isFinite isInf isNaN neg relu relu6', plain),
  ...unary('logSigmoid onesLike round selu sigmoid sign sin sinh softplus square step', plain),
  ...unary('tan tanh zerosLike clone asinh atan leakyRelu', plain),
  ...unary('acos asin atanh', unit),
  ...unary('log log1p reciprocal rsqrt sqrt', above),
  ['acosh', t([1, 1.5, 3])],
  ...both('add sub mul div divNoNan maximum minimum mod squaredDifference atan2 floorDiv', pair),
  ...both('equal greater greaterEqual less lessEqual notEqual', pair),
  ...both('logicalAnd logicalOr logicalXor', bools),
  ['logicalNot', bools[0]],
  ['pow', t([1, 2, 3, 4.5]), t([2, 0.5, -1, 2])],
  ['div', ints([7, -7]), ints([2, 2])],
  ['bitwiseAnd', ints([6, 5]), ints([3, 4])],
  ['addN', [pair[0], pair[1], pair[0]]],
  ['clipByValue', plain, -1, 1],
  ['leakyRelu', plain, 0.1],
  ['step', plain, 0.5],
  ['prelu', plain, t([0.1, 0.2, 0.3, 0.4, 0.5])],
  ['where', bools[0], ...pair],
  ['cast', plain, 'int32'],
  ['matMul', matrix, some([3, 2])],
  ['matMul', matrix, some([2, 3], 9), false, true],
  ['matMul', matrix, some([2, 3], 9), true, false],
  ['dot', ...pair],
  ['outerProduct', ...pair],
  ['einsum', 'ij,jk->ik', matrix, some([3, 2])],
  ['scalar', 3],
  ['tensor', [1, 2, 3, 4], [2, 2]],
  ['tensor1d', [1, 2]],
  ['tensor2d', [[1, 2]]],
  ['tensor2d', [1, 2, 3, 4], [2, 2], 'int32'],
  ['tensor3d', [[[1, 2]]]],
  ['tensor4d', [[[[1, 2]]]]],
  ['tensor5d', [[[[[1, 2]]]]]],
  ['tensor6d', [[[[[[1, 2]]]]]]],
  ['fill', [2, 2], 7],
  ['ones', [2, 2]],
  ['zeros', [3], 'int32'],
  ['eye', 2, 3],
  ['eye', 2, 2, [2]],
  ['linspace', 0, 9, 4],
  ['range', 0, 6, 2],
  ['range', 3, 0],
  ['oneHot', ints([0, 2]), 3],
  ['oneHot', ints([0, 2]), 3, 5, -1],
  ['diag', t([1, 2, 3])],
  ['ensureShape', matrix, [2, 3]],
  ...['sum', 'mean', 'max', 'min', 'prod', 'logSumExp'].flatMap((name) => [
    [name, cube],
    [name, cube, 1],
    [name, cube, [0, 2], true],
  ]),
  ['all', bools[0]],
  ['any', bools[0], 0, true],
  ['argMax', matrix],
  ['argMax', matrix, 1],
  ['argMin', matrix],
  ['argMin', matrix, 1],
  ['cumsum', matrix],
  ['cumsum', matrix, 1, true, true],
  ['cumprod', matrix, 1, true],
  ['moments', cube, [0, 1]],
  ['norm', matrix],
  ['norm', matrix, 1, 1],
  ['norm', matrix, 'euclidean', 1, true],
  ['euclideanNorm', matrix, 1],
  ['softmax', matrix],
  ['logSoftmax', matrix],
  ['topk', matrix, 2],
  ['inTopKAsync', matrix, ints([0, 1]), 1],
  ['bincount', ints([0, 1, 1, 3]), t([]), 5],
  ['bincount', ints([0, 1, 1, 3]), t([1, 2, 3, 4]), 4],
  [
    'denseBincount',
    ints([
      [0, 1, 1],
      [3, 0, 0],
    ]),
    t([]),
    4,
  ],
  [
    'denseBincount',
    ints([
      [0, 1, 1],
      [3, 0, 0],
    ]),
    t([]),
    4,
    true,
  ],
  ['unsortedSegmentSum', matrix, ints([1, 1]), 3],
  [
    'searchSorted',
    t([
      [0, 3, 9],
      [1, 2, 10],
    ]),
    t([
      [0, 4],
      [2, 11],
    ]),
    'left',
  ],
  ['lowerBound', t([0, 3, 3, 9]), t([3, 10])],
  ['upperBound', t([0, 3, 3, 9]), t([3, 10])],
  ['reshape', cube, [4, 6]],
  ['transpose', cube],
  ['transpose', cube, [1, 0, 2]],
  ['expandDims', matrix],
  ['expandDims', matrix, 1],
  ['squeeze', t([[[1], [2]]])],
  ['squeeze', t([[[1], [2]]]), [0]],
  ['concat', [matrix, some([1, 3], 7)]],
  ['concat', [matrix, some([2, 1], 7)], 1],
  ['concat1d', [t([1]), t([2, 3])]],
  ['concat2d', [matrix, matrix], 1],
  ['concat3d', [cube, cube], 2],
  ['concat4d', [image, image], 3],
  ['stack', pair],
  ['stack', pair, 1],
  ['unstack', matrix],
  ['unstack', matrix, 1],
  ['split', cube, 2, 2],
  ['split', cube, [1, -1], 1],
  ['tile', matrix, [2, 1]],
  [
    'pad',
    matrix,
    [
      [1, 0],
      [0, 2],
    ],
    5,
  ],
  ['pad1d', t([1, 2]), [1, 2]],
  [
    'pad2d',
    matrix,
    [
      [1, 0],
      [0, 2],
    ],
  ],
  [
    'pad3d',
    cube,
    [
      [0, 0],
      [1, 0],
      [0, 2],
    ],
  ],
  [
    'pad4d',
    image,
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ],
  ],
  [
    'mirrorPad',
    matrix,
    [
      [1, 0],
      [0, 2],
    ],
    'reflect',
  ],
  [
    'mirrorPad',
    matrix,
    [
      [1, 0],
      [0, 2],
    ],
    'symmetric',
  ],
  ['reverse', matrix],
  ['reverse', matrix, 1],
  ['reverse1d', t([1, 2, 3])],
  ['reverse2d', matrix, [0]],
  ['reverse3d', cube, [1, 2]],
  ['reverse4d', image, [1]],
  ['slice', cube, [0, 1], [1, 2]],
  ['slice', cube, 1],
  ['slice', cube, [0, 1, 2]],
  ['slice1d', t([1, 2, 3, 4]), 1, 2],
  ['slice2d', matrix, [0, 1], [2, 1]],
  ['slice3d', cube, [0, 1, 0], [2, 1, 3]],
  ['slice4d', image, [0, 1, 1, 0], [1, 2, 2, 1]],
  ['stridedSlice', cube, [0, 0, 0], [2, 3, 4], [1, 2, 3]],
  ['stridedSlice', cube, [1, -1, 0], [2, 0, 4], [1, -1, 1]],
  ['stridedSlice', cube, [1, 1, 1], [2, 2, 2], [1, 1, 1], 1, 2, 0, 0, 4],
  ['gather', matrix, ints([1, 0, 1])],
  [
    'gather',
    matrix,
    ints([
      [2, 0],
      [1, 1],
    ]),
    1,
  ],
  [
    'gather',
    cube,
    ints([
      [0, 1],
      [2, 2],
    ]),
    1,
    1,
  ],
  [
    'gather',
    cube,
    ints([
      [0, 1],
      [3, 2],
    ]),
    2,
    1,
  ],
  [
    'gatherND',
    cube,
    ints([
      [0, 1],
      [1, 2],
    ]),
  ],
  [
    'gatherND',
    cube,
    ints([
      [0, 1, 2],
      [1, 2, 3],
    ]),
  ],
  ['scatterND', ints([[1], [3], [1]]), t([9, 10, 11]), [5]],
  ['tensorScatterUpdate', t([1, 2, 3, 4]), ints([[0], [2]]), t([9, 8])],
  ['sparseToDense', ints([1, 3]), t([5, 6]), [4], t(-1)],
  ['broadcastTo', t([[1], [2]]), [2, 3]],
  ['broadcastArgs', ints([3, 1]), ints([2, 1, 4])],
  ['meshgrid', t([1, 2]), t([3, 4, 5])],
  ['meshgrid', t([1, 2]), t([3, 4, 5]), { indexing: 'ij' }],
  ['depthToSpace', some([1, 2, 2, 4]), 2],
  [
    'spaceToBatchND',
    image,
    [2, 2],
    [
      [0, 0],
      [2, 0],
    ],
  ],
  [
    'batchToSpaceND',
    some([4, 2, 2, 1]),
    [2, 2],
    [
      [0, 1],
      [1, 0],
    ],
  ],
  ['conv1d', some([1, 6, 2]), some([3, 2, 2]), 1, 'same'],
  ['conv1d', some([1, 6, 2]), some([3, 2, 2]), 1, 'valid', 'NWC', 2],
  ['conv2d', image, some([3, 3, 2, 2]), 1, 'same'],
  ['conv2d', image, some([3, 3, 2, 2]), 2, 1, 'NHWC', 1, 'floor'],
  ['conv2d', some([4, 4, 2]), some([2, 2, 2, 1]), [2, 1], 'valid'],
  ['conv2dTranspose', some([1, 2, 2, 2]), some([3, 3, 1, 2]), [1, 4, 4, 1], 2, 'same'],
  ['conv2dTranspose', some([1, 2, 2, 2]), some([3, 3, 1, 2]), [1, 5, 5, 1], 2, 'valid'],
  ['conv3d', some([1, 3, 3, 3, 1]), some([2, 2, 2, 1, 2]), 1, 'valid'],
  ['conv3dTranspose', some([1, 2, 2, 2, 1]), some([2, 2, 2, 2, 1]), [1, 4, 4, 4, 2], 2, 'same'],
  ['depthwiseConv2d', image, some([2, 2, 2, 2]), 1, 'same'],
  ['separableConv2d', image, some([2, 2, 2, 2]), some([1, 1, 4, 3]), 1, 'valid'],
  ['maxPool', image, 2, 2, 'valid'],
  ['avgPool', image, 3, 1, 'same'],
  ['maxPool3d', some([1, 4, 4, 4, 1]), 2, 2, 'valid'],
  ['avgPool3d', some([1, 4, 4, 4, 1]), 2, 2, 'valid'],
  ['pool', image, 2, 'max', 'valid', 1, 2],
  ['fused.matMul', { a: matrix, b: some([3, 2]), bias: t([1, -1]), activation: 'relu' }],
  [
    'fused.conv2d',
    { x: image, filter: some([2, 2, 2, 2]), strides: 1, pad: 'same', bias: t([1, 2]) },
  ],
  [
    'fused.depthwiseConv2d',
    { x: image, filter: some([2, 2, 2, 1]), strides: 1, pad: 'valid', activation: 'relu6' },
  ],
  ['batchNorm', matrix, t([1, 2, 3]), t([1, 4, 9]), t([0.5, 0, 1]), t([2, 1, 3]), 0.01],
  ['batchNorm2d', matrix, t([1, 2, 3]), t([1, 4, 9])],
  ['batchNorm3d', cube, t([1, 2, 3, 4]), t([1, 4, 9, 16])],
  ['batchNorm4d', image, t([1, 2]), t([1, 4])],
  ['localResponseNormalization', some([1, 2, 2, 6]), 2, 1, 0.5, 0.75],
  ['movingAverage', t([1, 2]), t([3, 5]), 0.9, 2],
  ['movingAverage', t([1, 2]), t([3, 5]), 0.9, 2, false],
  ['basicLSTMCell', t(1), some([5, 8]), some([8]), some([2, 3]), some([2, 2]), some([2, 2], 4)],
  ['whereAsync', bools[1]],
  [
    'whereAsync',
    t(
      [
        [true, false],
        [true, true],
      ],
      'bool',
    ),
  ],
  ['booleanMaskAsync', matrix, t([true, false, true], 'bool'), 1],
  [
    'booleanMaskAsync',
    matrix,
    t(
      [
        [true, false, true],
        [false, false, true],
      ],
      'bool',
    ),
  ],
  ['setdiff1dAsync', t([1, 2, 3, 4]), t([2, 4])],
  ['cosineWindow', 5, 0.5, 0.5],
  ['signal.hannWindow', 6],
  ['signal.hammingWindow', 5],
  ['signal.frame', t([1, 2, 3, 4, 5]), 3, 2],
  ['signal.frame', t([1, 2, 3, 4, 5]), 3, 2, true, 9],
  ['linalg.bandPart', some([4, 4]), 1, 0],
  ['linalg.bandPart', some([4, 4]), -1, 1],
  ['linalg.gramSchmidt', some([2, 3])],
  ['image.flipLeftRight', image],
  ['image.grayscaleToRGB', some([1, 2, 2, 1])],
  ['image.rgbToGrayscale', some([1, 2, 2, 3])],
  ['image.resizeBilinear', image, [3, 6]],
  ['image.resizeBilinear', image, [3, 6], true],
  ['image.resizeBilinear', image, [3, 6], false, true],
  ['image.resizeNearestNeighbor', image, [3, 6]],
  ['image.resizeNearestNeighbor', image, [6, 3], false, true],
  ['image.resizeNearestNeighbor', image, [7, 3], true],
  [
    'image.cropAndResize',
    image,
    t([
      [0, 0, 1, 1],
      [0.2, 0.1, 0.8, 1.5],
    ]),
    ints([0, 0]),
    [3, 3],
  ],
  ['image.cropAndResize', image, t([[0.2, 0.1, 0.8, 0.7]]), ints([0]), [2, 1], 'nearest', 7],
  ...['constant', 'reflect', 'wrap', 'nearest'].flatMap((mode) => {
    const map = t([[0.9, 0.3, -6.2, -0.2, 1.1, 5.3, 0.02, -0.05]]);
    return [
      ['image.transform', image, map, 'nearest', mode, 7],
      ['image.transform', image, map, 'bilinear', mode, 7, [3, 6]],
    ];
  }),
  ['image.transform', image, t([[1, 0, 0, 0, 1, 0.5, -1, 0]])],
  ['image.rotateWithOffset', image, 0.5, 0, 0.5],
  ['image.rotateWithOffset', some([1, 3, 5, 3]), 1.2, [0.1, 0.2, 0.3], [0.25, 0.5]],
  [
    'image.threshold',
    t([
      [[10], [200]],
      [[128], [127]],
    ]),
    'binary',
    false,
    0.5,
  ],
  [
    'image.threshold',
    t([
      [[10], [200]],
      [[128], [127]],
    ]),
    'binary',
    true,
    0.3,
  ],
  ...['nonMaxSuppression', 'nonMaxSuppressionAsync'].map((name) => [
    `image.${name}`,
    t([
      [0, 0, 1, 1],
      [0, 0.1, 1, 1.1],
      [0, 2, 1, 3],
      [0, 2, 1, 3.05],
      [5, 5, 6, 6],
    ]),
    t([0.9, 0.95, 0.3, 0.4, 0.1]),
    4,
    0.5,
    0.2,
  ]),
  ...['nonMaxSuppressionWithScore', 'nonMaxSuppressionWithScoreAsync'].map((name) => [
    `image.${name}`,
    t([
      [0, 0, 1, 1],
      [0, 0.1, 1, 1.1],
      [0, 2, 1, 3],
      [0, 2, 1, 3.05],
      [5, 5, 6, 6],
    ]),
    t([0.9, 0.95, 0.3, 0.4, 0.1]),
    5,
    1,
    0.05,
    0.5,
  ]),
  ...['nonMaxSuppressionPadded', 'nonMaxSuppressionPaddedAsync'].map((name) => [
    `image.${name}`,
    t([
      [0, 0, 1, 1],
      [0, 0.1, 1, 1.1],
      [0, 2, 1, 3],
    ]),
    t([0.9, 0.95, 0.3]),
    4,
    0.5,
    0.2,
    true,
  ]),
  ['browser.fromPixels', { data: [255, 1, 2, 3, 4, 5, 6, 7], width: 2, height: 1 }],
  ['losses.meanSquaredError', matrix, some([2, 3], 5)],
  [
    'losses.meanSquaredError',
    matrix,
    some([2, 3], 5),
    t([
      [1, 0, 2],
      [1, 1, 1],
    ]),
  ],
];

/** Methods: the first argument is the tensor. */
const methods = [
  ['add', ...pair],
  ['sum', cube],
  ['sum', cube, 1],
  ['sum', cube, [0, 2], true],
  ['mean', cube, 1, true],
  ['max', cube, 2],
  ['min', cube, [0]],
  ['prod', matrix, 1],
  ['all', bools[0], 0],
  ['any', bools[0]],
  ['argMax', matrix, 1],
  ['argMin', matrix, 0],
  ['logSumExp', matrix, 1],
  ['cumsum', matrix, 1, true, true],
  ['cumprod', matrix, 1],
  ['softmax', matrix],
  ['logSoftmax', matrix],
  ['gather', matrix, ints([1, 0]), 1],
  ['slice', cube, [0, 1], [1, 2]],
  ['slice', cube, 1],
  [
    'pad',
    matrix,
    [
      [1, 0],
      [0, 2],
    ],
    5,
  ],
  ['expandDims', matrix],
  ['as1D', matrix],
  ['as2D', matrix, 3, 2],
  ['as3D', matrix, 1, 3, 2],
  ['as4D', matrix, 1, 3, 2, 1],
  ['as5D', matrix, 1, 1, 3, 2, 1],
  ['asScalar', t([4])],
  ['asType', plain, 'int32'],
  ['avgPool', image, 2, 2, 'valid'],
  ['maxPool', image, 2, 2, 'valid'],
  ['batchNorm', matrix, t([1, 2, 3]), t([1, 4, 9])],
  [
    'batchToSpaceND',
    some([4, 2, 2, 1]),
    [2, 2],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    'spaceToBatchND',
    image,
    [2, 2],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  ['clipByValue', plain, -1, 1],
  ['clone', plain],
  ['concat', matrix, matrix, 1],
  ['conv1d', some([1, 6, 2]), some([3, 2, 2]), 1, 'same'],
  ['conv2d', image, some([3, 3, 2, 2]), 1, 'same'],
  ['conv2dTranspose', some([1, 2, 2, 2]), some([3, 3, 1, 2]), [1, 4, 4, 1], 2, 'same'],
  ['depthToSpace', some([1, 2, 2, 4]), 2, 'NHWC'],
  ['depthwiseConv2d', image, some([2, 2, 2, 2]), 1, 'same'],
  ['divNoNan', ...pair],
  ['euclideanNorm', matrix, 1],
  ['flatten', cube],
  ['localResponseNormalization', some([1, 2, 2, 6]), 2, 1, 0.5, 0.75],
  ['logSigmoid', plain],
  ['matMul', matrix, some([2, 3], 9), false, true],
  [
    'mirrorPad',
    matrix,
    [
      [1, 0],
      [0, 2],
    ],
    'reflect',
  ],
  ['norm', matrix, 1, 1],
  ['oneHot', ints([0, 2]), 3],
  ['onesLike', plain],
  ['pool', image, 2, 'max', 'valid', 1, 2],
  ['prelu', plain, t([0.1, 0.2, 0.3, 0.4, 0.5])],
  ['relu6', plain],
  [
    'reshapeAs',
    matrix,
    t([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  ],
  ['resizeBilinear', image, [3, 6]],
  ['resizeNearestNeighbor', image, [3, 6]],
  ['reverse', matrix, 1],
  ['selu', plain],
  ['separableConv2d', image, some([2, 2, 2, 2]), some([1, 1, 4, 3]), 1, 'valid'],
  ['split', cube, [1, 2], 1],
  ['stack', ...pair],
  ['step', plain],
  ['squaredDifference', ...pair],
  ['toBool', plain],
  ['toFloat', ints([1, 2])],
  ['toInt', plain],
  ['topk', matrix, 2],
  ['leakyRelu', plain, 0.3],
  ['dilation2d', image, some([2, 2, 2]), 1, 'valid'],
  ['unique', ints([2, 2, 1])],
  ['unsortedSegmentSum', matrix, ints([1, 1]), 3],
  ['unstack', matrix, 1],
  ['where', pair[0], bools[0], pair[1]],
  ['zerosLike', plain],
];

/** What lies at the edges: whole numbers, negative places, other sizes, all masks and reductions. */
const edges = [
  ['pow', ints([2, -3, 0, 5]), ints([3, -2, -1, 0])],
  ['divNoNan', ints([7, -7, 5]), ints([2, 2, 0])],
  ['floorDiv', t([7, -7, 5]), t([2, 2, 0])],
  ['floorDiv', ints([7, -7, 5]), ints([2, 2, 0])],
  ['norm', cube, 1],
  ['norm', matrix, 1, [0, 1]],
  ['unsortedSegmentSum', matrix, ints([-1, 1]), 2],
  ['inTopKAsync', t([[1, 2, 2, 0]]), ints([2]), 1],
  ['topk', t([1, 3, 3, 2, 3]), 3],
  ['oneHot', ints([-1, 0, 3]), 3],
  ['slice', cube, [1, 0, 2], [-1, 2, -1]],
  [
    'gather',
    cube,
    ints([
      [0, 1],
      [2, 3],
    ]),
    -1,
    1,
  ],
  ['stridedSlice', cube, [0, 1, 0], [2, 0, 4], [1, -1, 2]],
  ['stridedSlice', cube, [0, 0], [1, 2], [1, 1], 0, 0, 1],
  ['stridedSlice', cube, [1, 0, 0], [2, 1, 3], [1, 1, 1], 0, 0, 0, 2, 1],
  ['stridedSlice', cube, [0, 0, 1], [1, 0, 2], [1, 1, 1], 0, 0, 2, 0, 4],
  [
    'conv2d',
    some([1, 4, 4, 2]),
    some([2, 2, 2, 1]),
    1,
    [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  ],
  ['conv2dTranspose', some([1, 2, 2, 2]), some([3, 3, 1, 2]), [1, 4, 4, 1], 2, 'same'],
  ['conv2dTranspose', some([1, 2, 2, 2]), some([3, 3, 1, 2]), [1, 3, 3, 1], 2, 'same'],
  ['conv2dTranspose', some([2, 2, 2]), some([3, 3, 1, 2]), [3, 3, 1], 2, 1],
  ['maxPool', image, 2, 2, 1, 'ceil'],
  ['avgPool', image, 3, 2, 1, 'round'],
  ['pool', image, [2, 2], 'avg', 'same', 2],
  ['pool', image, [2, 2], 'max', 'valid', [2, 1]],
  ['dilation2d', image, some([2, 3, 2]), 1, 'same'],
  ['dilation2d', image, some([2, 2, 2]), [1, 2], 'valid', 1],
  ['dilation2d', some([4, 4, 1]), some([2, 2, 1]), 1, 'valid', 2],
  ['maxPoolWithArgmax', image, 2, 2, 'same'],
  ['unique', ints([3, 1, 3, 2, 1])],
  [
    'unique',
    ints([
      [1, 2],
      [3, 4],
      [1, 2],
    ]),
    0,
  ],
  [
    'image.threshold',
    ints([
      [[10], [200]],
      [[30], [190]],
    ]),
    'otsu',
  ],
  ['math.confusionMatrix', ints([0, 1, 2, 1]), ints([0, 2, 2, 1]), 3],
  [
    'metrics.binaryAccuracy',
    t([
      [0, 1, 1],
      [1, 0, 0],
    ]),
    t([
      [0.2, 0.7, 0.4],
      [0.9, 0.6, 0.1],
    ]),
  ],
  ...[0, 1, 2, 3].map((reduction) => [
    'losses.computeWeightedLoss',
    matrix,
    t([
      [1, 0, 2],
      [0.5, 0, 0],
    ]),
    reduction,
  ]),
];

function alive(value) {
  if (Array.isArray(value)) return value.map(alive);
  if (typeof value !== 'object' || value === null) return value;
  if ('tensor' in value) return tf.tensor(value.tensor, undefined, value.dtype);
  if (Array.isArray(value.data)) return { ...value, data: new Uint8Array(value.data) };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, alive(one)]));
}

const numbers = (values) => [...values].map((value) => Number(Number(value).toPrecision(7)));

/** What was given back: shapes and values of the tensors in it, from first to last. */
function written(value) {
  if (value instanceof tf.Tensor) {
    return [{ shape: value.shape, dtype: value.dtype, values: numbers(value.dataSync()) }];
  }
  return Object.values(value).flatMap(written);
}

const find = (path) => path.split('.').reduce((owner, name) => owner[name], tf);
const cases = [];
for (const [name, ...args] of [...functions, ...edges]) {
  const result = await find(name)(...args.map(alive));
  cases.push({ call: name, args, results: written(result) });
}
for (const [name, ...args] of methods) {
  const [x, ...rest] = args.map(alive);
  cases.push({ method: name, args, results: written(x[name](...rest)) });
}

/** Names that hold no function for users: kernels, helpers of backends, parts of other packages. */
const INSIDE =
  /^[A-Z_]|_util$|^version|egister|^(default|shared|backend|engine|kernel_impls|serialization|math|device_util|test_util|util|sumOutType|upcastType|OP_SCOPE_SUFFIX|op|deprecationWarn|copyRegisteredKernels|getGradient|getKernel|getKernelsForBackend|setPlatform|findBackendFactory|setWebGLContext|forceHalfFloat|webgl)$/;
const CLASSES = ['Tensor', 'Variable', 'TensorBuffer', 'Optimizer', 'LayersModel', 'GraphModel'];
const names = Object.entries(tf).flatMap(([name, value]) => {
  if (INSIDE.test(name) && !CLASSES.includes(name)) return [];
  const isSpace = typeof value === 'object' && value !== null && name !== 'ENV';
  return isSpace && typeof find(name) !== 'function'
    ? Object.keys(value)
        .filter((key) => key !== 'default' && !key.startsWith('version'))
        .map((key) => `${name}.${key}`)
    : [name];
});
const own = Object.getOwnPropertyNames(tf.Tensor.prototype);
const chained = own.filter((name) => !['constructor', 'throwIfDisposed'].includes(name));

const file = new URL('../../test/golden/tensorflow-js-calls.json', import.meta.url);
const content = {
  family: 'TensorFlow.js calls',
  version: tf.version.tfjs,
  names: names.sort(),
  methods: chained.sort(),
  cases,
};
writeFileSync(file, `${JSON.stringify(content)}\n`);

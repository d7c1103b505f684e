// Every public op. What is not listed here is for this folder alone.
export { isTensor } from '../core/tensor.js';
export {
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
} from './activations.js';
export { type AdaptivePoolOptions, adaptiveAveragePool, adaptiveMaxPool } from './adaptive-pool.js';
export { type ArgOptions, argMax, argMin } from './arg-reductions.js';
export { add, div, mul, neg, squaredDifference, sub } from './arithmetic.js';
export { type AssociativeScanOptions, associativeScan } from './associative-scan.js';
export { type AttentionOptions, dotProductAttention } from './attention.js';
export * as boundingBoxes from './bounding-boxes/index.js';
export {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isInf,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
} from './comparison.js';
export {
  allClose,
  average,
  type CloseOptions,
  cosineSimilarity,
  countNonzero,
  diff,
  digitize,
  hstack,
  hypot,
  inTopK,
  isClose,
  type MeshgridOptions,
  meshgrid,
  type NanToNumOptions,
  type NormalizeOptions,
  nanToNum,
  normalize,
  vstack,
} from './composed.js';
export {
  celu,
  glu,
  hardShrink,
  hardTanh,
  logSigmoid,
  softShrink,
  squareplus,
  tanhShrink,
  threshold,
} from './composed-activations.js';
export { type CustomRule, customGradient, stopGradient } from './control.js';
export {
  cond,
  foriLoop,
  switchCase,
  type WhileLoopOptions,
  whileLoop,
} from './control-flow.js';
export { type ConvOptions, conv1d, conv2d, conv3d } from './conv.js';
export {
  type ConvTransposeOptions,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './conv-transpose.js';
export { asTensor, type DTypeOption, type TensorLike } from './convert.js';
export {
  arange,
  type EyeOptions,
  eye,
  full,
  fullLike,
  type LinspaceOptions,
  linspace,
  ones,
  onesLike,
  scalar,
  type TensorOptions,
  tensor,
  tri,
  zeros,
  zerosLike,
} from './create.js';
export { type CumulativeOptions, cumprod, cumsum } from './cumulative.js';
export {
  type DepthwiseOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
} from './depthwise-conv.js';
export { type DiagonalOptions, diag, diagflat, diagonal, trace, tril, triu } from './diagonals.js';
export { atan2, divideNoNan, floorDiv, logAddExp, mod, pow } from './division.js';
export { dot, einsum, outer, tensordot } from './einsum.js';
export type { BinaryFunction, UnaryFunction } from './elementwise.js';
export {
  type ComplexLike,
  fft,
  fft2,
  ifft,
  ifft2,
  irfft,
  type LengthOption,
  rfft,
} from './fft/fft.js';
export {
  extractSequences,
  type IstftOptions,
  istft,
  type SequenceOptions,
  type StftOptions,
  stft,
} from './fft/stft.js';
export { type GatherOptions, gather, take, takeAlongAxis } from './gather.js';
export * as image from './image/index.js';
export { type Interpolation, type ResizeOptions, resize } from './image/resize.js';
export { depthToSpace, spaceToDepth } from './image/space-depth.js';
export {
  concat,
  concatenate,
  type PadOptions,
  pad,
  repeat,
  roll,
  split,
  stack,
  tile,
  unstack,
} from './joining.js';
export { cholesky, choleskyInverse } from './linalg/cholesky.js';
export { eigh } from './linalg/eigh.js';
export { luFactor } from './linalg/lu.js';
export { type NormOptions as LinalgNormOptions, type NormOrder, norm } from './linalg/norm.js';
export { qr } from './linalg/qr.js';
export { det, inv, logdet, slogdet, solve } from './linalg/solve.js';
export { lstsq, matrixRank, pinv, type Svd, svd } from './linalg/svd.js';
export { solveTriangular } from './linalg/triangular.js';
export { matmul } from './matmul.js';
export {
  averagePool,
  conv,
  convTranspose,
  depthwiseConv,
  maxPool,
  separableConv,
} from './nn/by-rank.js';
export {
  binaryCrossentropy,
  type ClassOptions,
  type CrossentropyOptions,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './nn/crossentropies.js';
export {
  type CtcDecoded,
  type CtcDecodeOptions,
  type CtcOptions,
  ctcDecode,
  ctcLoss,
} from './nn/ctc.js';
export { multiHot, psnr, sparsemax, sparsePlus, sparseSigmoid } from './nn/sparse-activations.js';
export { fold, type UnfoldOptions, unfold } from './nn/unfold.js';
export {
  type BatchNormOptions,
  batchNorm,
  layerNorm,
  type NormOptions,
  rmsNorm,
} from './normalization.js';
export { nextAfter, view } from './numpy/bits.js';
export {
  bitwiseAnd,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
} from './numpy/bitwise.js';
export {
  angle,
  type ComplexPair,
  conj,
  imag,
  isReal,
  polar,
  real,
} from './numpy/complex.js';
export {
  argPartition,
  type BincountOptions,
  bincount,
  cdist,
  corrcoef,
  type HistogramOptions,
  histogram,
  isIn,
  ptp,
  searchSorted,
  select,
  unravelIndex,
} from './numpy/counting.js';
export {
  append,
  arraySplit,
  dsplit,
  dstack,
  fliplr,
  flipud,
  hsplit,
  ravel,
  rot90,
  vsplit,
} from './numpy/cutting.js';
export { gcd, lcm } from './numpy/gcd.js';
export { copy, getItem, type Key, type SliceKey, sliceUpdate } from './numpy/indexing.js';
export {
  nanArgMax,
  nanArgMin,
  nanCumprod,
  nanCumsum,
  nanMax,
  nanMean,
  nanMin,
  nanProd,
  nanStd,
  nanSum,
  nanVar,
} from './numpy/nan-reductions.js';
export {
  type CrossOptions,
  correlate,
  cross,
  inner,
  kron,
  type TrapezoidOptions,
  trapezoid,
  vdot,
} from './numpy/products.js';
export {
  median,
  nanMedian,
  nanPercentile,
  nanQuantile,
  percentile,
  type QuantileMethod,
  type QuantileOptions,
  quantile,
} from './numpy/quantiles.js';
export { rearrange } from './numpy/rearrange.js';
export {
  bartlett,
  blackman,
  empty,
  emptyLike,
  geomspace,
  hamming,
  hanning,
  identity,
  kaiser,
  type LogspaceOptions,
  logspace,
  vander,
} from './numpy/spaced.js';
export {
  deg2rad,
  erfc,
  erfinv,
  fmax,
  fmin,
  fmod,
  heaviside,
  i0,
  isNegInf,
  isPosInf,
  ldexp,
  logAddExp2,
  rad2deg,
  signbit,
  sinc,
} from './numpy/special.js';
export {
  nonzeroAsync,
  type Unique,
  type UniqueOptions,
  unique,
  uniqueAsync,
} from './numpy/unique.js';
export {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  type GlobalPoolOptions,
  globalAveragePool1d,
  globalAveragePool2d,
  globalAveragePool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type PoolOptions,
} from './pool.js';
export {
  abs,
  cbrt,
  ceil,
  exp,
  exp2,
  expm1,
  floor,
  log,
  log1p,
  log2,
  log10,
  reciprocal,
  round,
  rsqrt,
  sign,
  sqrt,
  square,
  trunc,
} from './powers.js';
export * as random from './random-namespace.js';
export type { ReduceOptions } from './reduced-shape.js';
export { all, any, max, mean, min, prod } from './reductions.js';
export { saturateCast } from './saturate-cast.js';
export { map, type ScanOptions, scan, vectorizedMap } from './scan.js';
export {
  type OneHotOptions,
  oneHot,
  type ScatterOptions,
  scatter,
  scatterAdd,
  scatterUpdate,
  segmentSum,
} from './scatter.js';
export { SeedGenerator } from './seed-generator.js';
export { segmentMax, segmentMin, segmentProd } from './segment/segments.js';
export { broadcastTo, cast, reshape, sum } from './shaping.js';
export { slice, stridedSlice } from './slicing.js';
export { logSoftmax, type SoftmaxOptions, softmax } from './softmax.js';
export { argsort, type SortOptions, sort, topK } from './sort.js';
export type { State } from './state-trees.js';
export { logSumExp, moments, std, variance } from './statistics.js';
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  erf,
  sin,
  sinh,
  tan,
  tanh,
} from './trigonometry.js';
export { expandDims, flip, moveAxis, squeeze, swapAxes, transpose } from './views.js';
export { clip, maximum, minimum, where } from './where.js';
export type { DataFormat, Padding, PaddingPairs } from './windows.js';

// The `layers` namespace: a function for each layer, `layers.dense({ units })`.

import {
  Activation,
  type ActivationOptions,
  ELU,
  type ELUOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  PReLU,
  type PReLUOptions,
  ReLU,
  type ReLUOptions,
  Softmax,
  type SoftmaxLayerOptions,
} from './activation-layers.js';
import {
  ActivityRegularization,
  type ActivityRegularizationOptions,
} from './activity-regularization.js';
import { BatchNormalization, type BatchNormalizationOptions } from './batch-normalization.js';
import {
  Cropping1D,
  Cropping2D,
  Cropping3D,
  type CroppingOptions,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  type ZeroPaddingOptions,
} from './borders.js';
import { Conv1D, Conv2D, Conv3D, type ConvOptions } from './conv.js';
import {
  Conv1DTranspose,
  Conv2DTranspose,
  Conv3DTranspose,
  type ConvTransposeOptions,
} from './conv-transpose.js';
import { Dense, type DenseOptions } from './dense.js';
import {
  DepthwiseConv1D,
  DepthwiseConv2D,
  type DepthwiseConvOptions,
  SeparableConv1D,
  SeparableConv2D,
  type SeparableConvOptions,
} from './depthwise-conv.js';
import {
  AlphaDropout,
  type AlphaDropoutOptions,
  Dropout,
  type DropoutOptions,
  GaussianDropout,
  type GaussianDropoutOptions,
  GaussianNoise,
  type GaussianNoiseOptions,
  SpatialDropout1D,
  type SpatialDropout1DOptions,
  SpatialDropout2D,
  SpatialDropout3D,
  type SpatialDropoutOptions,
} from './dropout.js';
import { Embedding, type EmbeddingOptions } from './embedding.js';
import { FunctionLayer, type LayerFunction } from './function-layer.js';
import { InputLayer, type InputOptions } from './input-layer.js';
import {
  GroupNormalization,
  type GroupNormalizationOptions,
  LayerNormalization,
  type LayerNormalizationOptions,
  RMSNormalization,
  type RMSNormalizationOptions,
  UnitNormalization,
  type UnitNormalizationOptions,
} from './layer-normalization.js';
import { Masking, type MaskingOptions } from './masking.js';
import type { LayerOptions } from './options.js';
import { Rescaling, type RescalingOptions } from './rescaling.js';
import {
  Flatten,
  type FlattenOptions,
  Identity,
  Permute,
  type PermuteOptions,
  RepeatVector,
  type RepeatVectorOptions,
  Reshape,
  type ReshapeOptions,
} from './reshaping.js';
import { ReversibleEmbedding, type ReversibleEmbeddingOptions } from './reversible-embedding.js';
import {
  SpectralNormalization,
  type SpectralNormalizationOptions,
} from './spectral-normalization.js';
import type { TensorTree } from './symbolic.js';
import { TimeDistributed, type TimeDistributedOptions } from './time-distributed.js';
import {
  UpSampling1D,
  type UpSampling1DOptions,
  UpSampling2D,
  type UpSampling2DOptions,
  UpSampling3D,
  type UpSamplingOptions,
} from './up-sampling.js';

export {
  additiveAttention,
  attention,
  einsumDense,
  groupQueryAttention,
  multiHeadAttention,
} from './attention/factories.js';
export { input } from './input-layer.js';
export {
  add,
  average,
  concatenate,
  dot,
  maximum,
  minimum,
  multiply,
  subtract,
} from './merge-factories.js';
export {
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  avgPooling1d,
  avgPooling2d,
  avgPooling3d,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalAvgPool1d,
  globalAvgPool2d,
  globalAvgPool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
} from './pooling-factories.js';
export * from './preprocessing/factories.js';

export {
  bidirectional,
  convLstm1d,
  convLstm1dCell,
  convLstm2d,
  convLstm2dCell,
  convLstm3d,
  convLstm3dCell,
  gru,
  gruCell,
  lstm,
  lstmCell,
  rnn,
  simpleRNN,
  simpleRNNCell,
  stackedRNNCells,
} from './recurrent/factories.js';

/** The layer behind `layers.input`; to be given first to a Sequential. */
export const inputLayer = (options: InputOptions): InputLayer => new InputLayer(options);
/** Weighted sums of all inputs: `[..., inputs]` becomes `[..., units]`. */
export const dense = (options: DenseOptions): Dense => new Dense(options);
/** An activation by name; the shape stays. */
export const activation = (options: ActivationOptions): Activation => new Activation(options);
/** `max(x, 0)`; the shape stays. */
export const reLU = (options: ReLUOptions = {}): ReLU => new ReLU(options);
/** x above 0, a part of it (default 0.3) below; the shape stays. */
export const leakyReLU = (options: LeakyReLUOptions = {}): LeakyReLU => new LeakyReLU(options);
/** x above 0, `alpha * (exp(x) - 1)` below; the shape stays. */
export const elu = (options: ELUOptions = {}): ELU => new ELU(options);
/** x above 0, a learnt part of it below; the shape stays. */
export const prelu = (options: PReLUOptions = {}): PReLU => new PReLU(options);
/** Values that sum to 1 along an axis; the shape stays. */
export const softmax = (options: SoftmaxLayerOptions = {}): Softmax => new Softmax(options);
/** The input unchanged. */
export const identity = (options: LayerOptions = {}): Identity => new Identity(options);
/** One axis of all but the batch. */
export const flatten = (options: FlattenOptions = {}): Flatten => new Flatten(options);
/** New sizes for all axes but the batch. */
export const reshape = (options: ReshapeOptions): Reshape => new Reshape(options);
/** A new order of the axes after the batch, counted from 1. */
export const permute = (options: PermuteOptions): Permute => new Permute(options);
/** `[batch, features]` becomes `[batch, n, features]`. */
export const repeatVector = (options: RepeatVectorOptions): RepeatVector =>
  new RepeatVector(options);
/** In training, a part `rate` of the values becomes 0. */
export const dropout = (options: DropoutOptions): Dropout => new Dropout(options);
/** In training, a part of the channels of a sequence becomes 0. */
export const spatialDropout1d = (options: SpatialDropout1DOptions): SpatialDropout1D =>
  new SpatialDropout1D(options);
/** In training, a part of the channels of an image becomes 0. */
export const spatialDropout2d = (options: SpatialDropoutOptions): SpatialDropout2D =>
  new SpatialDropout2D(options);
/** In training, a part of the channels of a volume becomes 0. */
export const spatialDropout3d = (options: SpatialDropoutOptions): SpatialDropout3D =>
  new SpatialDropout3D(options);
/** In training, a part of the values falls to the lowest value of selu; mean and variance stay. */
export const alphaDropout = (options: AlphaDropoutOptions): AlphaDropout =>
  new AlphaDropout(options);
/** In training, values are multiplied by normal numbers around 1. */
export const gaussianDropout = (options: GaussianDropoutOptions): GaussianDropout =>
  new GaussianDropout(options);
/** In training, normal numbers around 0 are added. */
export const gaussianNoise = (options: GaussianNoiseOptions): GaussianNoise =>
  new GaussianNoise(options);
/** Convolution over time. */
export const conv1d = (options: ConvOptions): Conv1D => new Conv1D(options);
/** Convolution over images. */
export const conv2d = (options: ConvOptions): Conv2D => new Conv2D(options);
/** Convolution over volumes. */
export const conv3d = (options: ConvOptions): Conv3D => new Conv3D(options);
/** Transposed convolution over time. */
export const conv1dTranspose = (options: ConvTransposeOptions): Conv1DTranspose =>
  new Conv1DTranspose(options);
/** Transposed convolution over images. */
export const conv2dTranspose = (options: ConvTransposeOptions): Conv2DTranspose =>
  new Conv2DTranspose(options);
/** Transposed convolution over volumes. */
export const conv3dTranspose = (options: ConvTransposeOptions): Conv3DTranspose =>
  new Conv3DTranspose(options);
/** Each channel of a sequence with a kernel of its own. */
export const depthwiseConv1d = (options: DepthwiseConvOptions): DepthwiseConv1D =>
  new DepthwiseConv1D(options);
/** Each channel of an image with a kernel of its own. */
export const depthwiseConv2d = (options: DepthwiseConvOptions): DepthwiseConv2D =>
  new DepthwiseConv2D(options);
/** A depthwise convolution over time, then a mix of its channels. */
export const separableConv1d = (options: SeparableConvOptions): SeparableConv1D =>
  new SeparableConv1D(options);
/** A depthwise convolution over images, then a mix of its channels. */
export const separableConv2d = (options: SeparableConvOptions): SeparableConv2D =>
  new SeparableConv2D(options);
/** Mean 0 and variance 1 for each channel, over the batch. */
export const batchNormalization = (options: BatchNormalizationOptions = {}): BatchNormalization =>
  new BatchNormalization(options);
/** Mean 0 and variance 1 within each sample. */
export const layerNormalization = (options: LayerNormalizationOptions = {}): LayerNormalization =>
  new LayerNormalization(options);
/** Mean square 1 within each sample. */
export const rmsNormalization = (options: RMSNormalizationOptions = {}): RMSNormalization =>
  new RMSNormalization(options);
/** Mean 0 and variance 1 for groups of channels within each sample. */
export const groupNormalization = (options: GroupNormalizationOptions = {}): GroupNormalization =>
  new GroupNormalization(options);
/** Length 1 within each sample. */
export const unitNormalization = (options: UnitNormalizationOptions = {}): UnitNormalization =>
  new UnitNormalization(options);
/** The input unchanged, with a penalty on its size. */
export const activityRegularization = (
  options: ActivityRegularizationOptions = {},
): ActivityRegularization => new ActivityRegularization(options);
/** A function as a layer; models with one cannot be saved. */
export const fromFunction = <In extends TensorTree, Out extends TensorTree>(
  run: LayerFunction<In, Out>,
  options: LayerOptions = {},
): FunctionLayer<In, Out> => new FunctionLayer(run, options);
/** Divides the kernel of a layer by its largest singular value, in training. */
export const spectralNormalization = (
  options: SpectralNormalizationOptions,
): SpectralNormalization => new SpectralNormalization(options);
/** A learnt vector for each whole number, and with `reverse` a score for each from a vector. */
export const reversibleEmbedding = (options: ReversibleEmbeddingOptions): ReversibleEmbedding =>
  new ReversibleEmbedding(options);
/** A learnt vector for each whole number. */
export const embedding = (options: EmbeddingOptions): Embedding => new Embedding(options);
/** Marks steps whose values are all `maskValue` as padding. */
export const masking = (options: MaskingOptions = {}): Masking => new Masking(options);
/** `x * scale + offset`. */
export const rescaling = (options: RescalingOptions): Rescaling => new Rescaling(options);
/** Zeros before and after a sequence. */
export const zeroPadding1d = (options: ZeroPaddingOptions = {}): ZeroPadding1D =>
  new ZeroPadding1D(options);
/** Zeros round images. */
export const zeroPadding2d = (options: ZeroPaddingOptions = {}): ZeroPadding2D =>
  new ZeroPadding2D(options);
/** Zeros round volumes. */
export const zeroPadding3d = (options: ZeroPaddingOptions = {}): ZeroPadding3D =>
  new ZeroPadding3D(options);
/** Cuts steps off both ends. */
export const cropping1d = (options: CroppingOptions = {}): Cropping1D => new Cropping1D(options);
/** Cuts the border of images off. */
export const cropping2d = (options: CroppingOptions = {}): Cropping2D => new Cropping2D(options);
/** Another name of `cropping2d`, that of TensorFlow.js. */
export const cropping2D = cropping2d;
/** Cuts the border of volumes off. */
export const cropping3d = (options: CroppingOptions = {}): Cropping3D => new Cropping3D(options);
/** Repeats each step. */
export const upSampling1d = (options: UpSampling1DOptions = {}): UpSampling1D =>
  new UpSampling1D(options);
/** Makes images larger. */
export const upSampling2d = (options: UpSampling2DOptions = {}): UpSampling2D =>
  new UpSampling2D(options);
/** Makes volumes larger. */
export const upSampling3d = (options: UpSamplingOptions = {}): UpSampling3D =>
  new UpSampling3D(options);
/** The same layer for each time step. */
export const timeDistributed = (options: TimeDistributedOptions): TimeDistributed =>
  new TimeDistributed(options);

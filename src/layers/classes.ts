// Every layer class and its options: what the public index exports by name.

export {
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
export {
  ActivityRegularization,
  type ActivityRegularizationOptions,
} from './activity-regularization.js';
export {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
  type AdaptivePoolingOptions,
} from './adaptive-pooling.js';
export * from './attention/index.js';
export { BatchNormalization, type BatchNormalizationOptions } from './batch-normalization.js';
export {
  Cropping1D,
  Cropping2D,
  Cropping3D,
  type CroppingOptions,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
  type ZeroPaddingOptions,
} from './borders.js';
export { Conv1D, Conv2D, Conv3D, type ConvOptions as ConvLayerOptions } from './conv.js';
export {
  Conv1DTranspose,
  Conv2DTranspose,
  Conv3DTranspose,
  type ConvTransposeOptions as ConvTransposeLayerOptions,
} from './conv-transpose.js';
export { Dense, type DenseOptions } from './dense.js';
export {
  DepthwiseConv1D,
  DepthwiseConv2D,
  type DepthwiseConvOptions,
  SeparableConv1D,
  SeparableConv2D,
  type SeparableConvOptions,
} from './depthwise-conv.js';
export { Dot, type DotOptions } from './dot.js';
export {
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
export { EinsumDense, type EinsumDenseOptions } from './einsum-dense.js';
export { Embedding, type EmbeddingOptions } from './embedding.js';
export { FunctionLayer, type LayerFunction } from './function-layer.js';
export {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
  type GlobalPoolingOptions,
} from './global-pooling.js';
export { InputLayer, type InputOptions } from './input-layer.js';
export {
  GroupNormalization,
  type GroupNormalizationOptions,
  LayerNormalization,
  type LayerNormalizationOptions,
  RMSNormalization,
  type RMSNormalizationOptions,
  UnitNormalization,
  type UnitNormalizationOptions,
} from './layer-normalization.js';
export { Masking, type MaskingOptions } from './masking.js';
export {
  Add,
  Average,
  Concatenate,
  type ConcatenateOptions,
  Maximum,
  Minimum,
  Multiply,
  Subtract,
} from './merge.js';
export {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
  type PoolingOptions,
} from './pooling.js';
export * from './preprocessing/classes.js';
export {
  Bidirectional,
  type BidirectionalOptions,
  type MergeMode,
} from './recurrent/bidirectional.js';
export { type CellRun, RNNCell, type StateSize, type StepResult } from './recurrent/cell.js';
export {
  ConvLSTM1D,
  ConvLSTM2D,
  ConvLSTM3D,
  type ConvLSTMLayerOptions,
} from './recurrent/conv-lstm.js';
export { ConvLSTMCell } from './recurrent/conv-lstm-cell.js';
export type { ConvLSTMCellOptions, ConvLSTMOptions } from './recurrent/conv-lstm-options.js';
export { GRU, type GRUOptions } from './recurrent/gru.js';
export { GRUCell, type GRUCellOptions } from './recurrent/gru-cell.js';
export {
  LSTM,
  type LSTMOptions,
} from './recurrent/lstm.js';
export { LSTMCell, type LSTMCellOptions } from './recurrent/lstm-cell.js';
export { RecurrentLayer } from './recurrent/recurrent-layer.js';
export { RNN, type RNNOptions } from './recurrent/rnn.js';
export { SimpleRNN, type SimpleRNNOptions } from './recurrent/simple-rnn.js';
export { SimpleRNNCell, type SimpleRNNCellOptions } from './recurrent/simple-rnn-cell.js';
export { StackedRNNCells, type StackedRNNCellsOptions } from './recurrent/stacked-cells.js';
export { Rescaling, type RescalingOptions } from './rescaling.js';
export {
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
export { ReversibleEmbedding, type ReversibleEmbeddingOptions } from './reversible-embedding.js';
export {
  SpectralNormalization,
  type SpectralNormalizationOptions,
} from './spectral-normalization.js';
export { TimeDistributed, type TimeDistributedOptions } from './time-distributed.js';
export {
  UpSampling1D,
  type UpSampling1DOptions,
  UpSampling2D,
  type UpSampling2DOptions,
  UpSampling3D,
  type UpSamplingOptions,
} from './up-sampling.js';
export { Wrapper, type WrapperOptions } from './wrapper.js';

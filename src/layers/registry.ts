// The layers that files may name: a closed table from Keras's class names.

import { Activation, ELU, LeakyReLU, PReLU, ReLU, Softmax } from './activation-layers.js';
import { ActivityRegularization } from './activity-regularization.js';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from './adaptive-pooling.js';
import {
  AdditiveAttention,
  Attention,
  GroupQueryAttention,
  MultiHeadAttention,
} from './attention/index.js';
import { BatchNormalization } from './batch-normalization.js';
import {
  Cropping1D,
  Cropping2D,
  Cropping3D,
  ZeroPadding1D,
  ZeroPadding2D,
  ZeroPadding3D,
} from './borders.js';
import { Conv1D, Conv2D, Conv3D } from './conv.js';
import { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from './conv-transpose.js';
import { Dense } from './dense.js';
import {
  DepthwiseConv1D,
  DepthwiseConv2D,
  SeparableConv1D,
  SeparableConv2D,
} from './depthwise-conv.js';
import { Dot } from './dot.js';
import {
  AlphaDropout,
  Dropout,
  GaussianDropout,
  GaussianNoise,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropout3D,
} from './dropout.js';
import { EinsumDense } from './einsum-dense.js';
import { Embedding } from './embedding.js';
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalAveragePooling3D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalMaxPooling3D,
} from './global-pooling.js';
import { InputLayer } from './input-layer.js';
import type { AnyLayer } from './layer.js';
import {
  GroupNormalization,
  LayerNormalization,
  RMSNormalization,
  UnitNormalization,
} from './layer-normalization.js';
import { Masking } from './masking.js';
import { Add, Average, Concatenate, Maximum, Minimum, Multiply, Subtract } from './merge.js';
import {
  AveragePooling1D,
  AveragePooling2D,
  AveragePooling3D,
  MaxPooling1D,
  MaxPooling2D,
  MaxPooling3D,
} from './pooling.js';
import { PREPROCESSING } from './preprocessing/registry.js';
import { Bidirectional } from './recurrent/bidirectional.js';
import { ConvLSTM1D, ConvLSTM2D, ConvLSTM3D } from './recurrent/conv-lstm.js';
import { ConvLSTMCell } from './recurrent/conv-lstm-cell.js';
import { GRU } from './recurrent/gru.js';
import { GRUCell } from './recurrent/gru-cell.js';
import { LSTM } from './recurrent/lstm.js';
import { LSTMCell } from './recurrent/lstm-cell.js';
import { RNN } from './recurrent/rnn.js';
import { SimpleRNN } from './recurrent/simple-rnn.js';
import { SimpleRNNCell } from './recurrent/simple-rnn-cell.js';
import { StackedRNNCells } from './recurrent/stacked-cells.js';
import { Rescaling } from './rescaling.js';
import { Flatten, Identity, Permute, RepeatVector, Reshape } from './reshaping.js';
import { ReversibleEmbedding } from './reversible-embedding.js';
import { SpectralNormalization } from './spectral-normalization.js';
import { TimeDistributed } from './time-distributed.js';
import { UpSampling1D, UpSampling2D, UpSampling3D } from './up-sampling.js';

/** A layer class; each checks its own options, whatever a file holds. */
export type LayerClass = new (options: never) => AnyLayer;

const CLASSES: readonly (readonly [name: string, kind: LayerClass])[] = [
  ['InputLayer', InputLayer],
  ['Dense', Dense],
  ['Activation', Activation],
  ['ReLU', ReLU],
  ['LeakyReLU', LeakyReLU],
  ['ELU', ELU],
  ['PReLU', PReLU],
  ['Softmax', Softmax],
  ['Identity', Identity],
  ['Flatten', Flatten],
  ['Reshape', Reshape],
  ['Permute', Permute],
  ['RepeatVector', RepeatVector],
  ['Dropout', Dropout],
  ['SpatialDropout1D', SpatialDropout1D],
  ['SpatialDropout2D', SpatialDropout2D],
  ['SpatialDropout3D', SpatialDropout3D],
  ['AlphaDropout', AlphaDropout],
  ['GaussianDropout', GaussianDropout],
  ['ActivityRegularization', ActivityRegularization],
  ['GaussianNoise', GaussianNoise],
  ['Conv1D', Conv1D],
  ['Conv2D', Conv2D],
  ['Conv3D', Conv3D],
  ['Conv1DTranspose', Conv1DTranspose],
  ['Conv2DTranspose', Conv2DTranspose],
  ['Conv3DTranspose', Conv3DTranspose],
  ['DepthwiseConv1D', DepthwiseConv1D],
  ['DepthwiseConv2D', DepthwiseConv2D],
  ['SeparableConv1D', SeparableConv1D],
  ['SeparableConv2D', SeparableConv2D],
  ['MaxPooling1D', MaxPooling1D],
  ['MaxPooling2D', MaxPooling2D],
  ['MaxPooling3D', MaxPooling3D],
  ['AveragePooling1D', AveragePooling1D],
  ['AveragePooling2D', AveragePooling2D],
  ['AveragePooling3D', AveragePooling3D],
  ['GlobalMaxPooling1D', GlobalMaxPooling1D],
  ['GlobalMaxPooling2D', GlobalMaxPooling2D],
  ['GlobalMaxPooling3D', GlobalMaxPooling3D],
  ['GlobalAveragePooling1D', GlobalAveragePooling1D],
  ['GlobalAveragePooling2D', GlobalAveragePooling2D],
  ['GlobalAveragePooling3D', GlobalAveragePooling3D],
  ['AdaptiveAveragePooling1D', AdaptiveAveragePooling1D],
  ['AdaptiveAveragePooling2D', AdaptiveAveragePooling2D],
  ['AdaptiveAveragePooling3D', AdaptiveAveragePooling3D],
  ['AdaptiveMaxPooling1D', AdaptiveMaxPooling1D],
  ['AdaptiveMaxPooling2D', AdaptiveMaxPooling2D],
  ['AdaptiveMaxPooling3D', AdaptiveMaxPooling3D],
  ['BatchNormalization', BatchNormalization],
  ['SpectralNormalization', SpectralNormalization],
  ['LayerNormalization', LayerNormalization],
  ['RMSNormalization', RMSNormalization],
  ['GroupNormalization', GroupNormalization],
  ['UnitNormalization', UnitNormalization],
  ['EinsumDense', EinsumDense],
  ['Attention', Attention],
  ['AdditiveAttention', AdditiveAttention],
  ['MultiHeadAttention', MultiHeadAttention],
  ['GroupQueryAttention', GroupQueryAttention],
  ['Embedding', Embedding],
  ['ReversibleEmbedding', ReversibleEmbedding],
  ['Masking', Masking],
  ['Concatenate', Concatenate],
  ['Add', Add],
  ['Subtract', Subtract],
  ['Multiply', Multiply],
  ['Average', Average],
  ['Maximum', Maximum],
  ['Minimum', Minimum],
  ['Dot', Dot],
  ['Rescaling', Rescaling],
  ...PREPROCESSING,
  ['ZeroPadding1D', ZeroPadding1D],
  ['ZeroPadding2D', ZeroPadding2D],
  ['ZeroPadding3D', ZeroPadding3D],
  ['Cropping1D', Cropping1D],
  ['Cropping2D', Cropping2D],
  ['Cropping3D', Cropping3D],
  ['UpSampling1D', UpSampling1D],
  ['UpSampling2D', UpSampling2D],
  ['UpSampling3D', UpSampling3D],
  ['LSTMCell', LSTMCell],
  ['LSTM', LSTM],
  ['SimpleRNNCell', SimpleRNNCell],
  ['SimpleRNN', SimpleRNN],
  ['GRUCell', GRUCell],
  ['GRU', GRU],
  ['StackedRNNCells', StackedRNNCells],
  ['RNN', RNN],
  ['ConvLSTMCell', ConvLSTMCell],
  ['ConvLSTM1D', ConvLSTM1D],
  ['ConvLSTM2D', ConvLSTM2D],
  ['ConvLSTM3D', ConvLSTM3D],
  ['Bidirectional', Bidirectional],
  ['TimeDistributed', TimeDistributed],
];

/** Older names of Keras's that mean the same class. */
const ALIASES: readonly (readonly [alias: string, name: string])[] = [
  ['AvgPool1D', 'AveragePooling1D'],
  ['AvgPool2D', 'AveragePooling2D'],
  ['AvgPool3D', 'AveragePooling3D'],
  ['MaxPool1D', 'MaxPooling1D'],
  ['MaxPool2D', 'MaxPooling2D'],
  ['MaxPool3D', 'MaxPooling3D'],
  ['GlobalAvgPool1D', 'GlobalAveragePooling1D'],
  ['GlobalAvgPool2D', 'GlobalAveragePooling2D'],
  ['GlobalAvgPool3D', 'GlobalAveragePooling3D'],
  ['GlobalMaxPool1D', 'GlobalMaxPooling1D'],
  ['GlobalMaxPool2D', 'GlobalMaxPooling2D'],
  ['GlobalMaxPool3D', 'GlobalMaxPooling3D'],
  ['Convolution1D', 'Conv1D'],
  ['Convolution2D', 'Conv2D'],
  ['Convolution3D', 'Conv3D'],
  ['Convolution1DTranspose', 'Conv1DTranspose'],
  ['Convolution2DTranspose', 'Conv2DTranspose'],
  ['Convolution3DTranspose', 'Conv3DTranspose'],
  ['SeparableConvolution1D', 'SeparableConv1D'],
  ['SeparableConvolution2D', 'SeparableConv2D'],
];

const byName: ReadonlyMap<string, LayerClass> = /* @__PURE__ */ new Map(CLASSES);
const byAlias: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(ALIASES);

/** The names of all layers. */
export function layerNames(): readonly string[] {
  return [...byName.keys()];
}

/** The class that Keras calls `name`; undefined for none. */
export function layerClass(name: string): LayerClass | undefined {
  return byName.get(byAlias.get(name) ?? name);
}

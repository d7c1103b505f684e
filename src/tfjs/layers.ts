// tf.layers: factories with the options and defaults of TensorFlow.js. What it lacks is as in the main
// entry.
import { type DType, ReLU } from '../index.js';
import * as ours from '../layers/factories.js';
import type { AnyLayer } from '../layers/layer.js';
import type { PartialShape } from '../layers/symbolic.js';
import { Layer as CustomLayer } from './layer.js';
import { factoryThere } from './layer-arguments.js';

export { RNN, RNNCell } from '../index.js';
export * from '../layers/factories.js';
export type { LayerArgs } from './layer-arguments.js';

/** The parent of layers that programs write. */
export const Layer = CustomLayer;
/** Any layer. */
export type Layer = AnyLayer;

const NORMAL = { kernelInitializer: 'glorotNormal' };
const SEPARABLE = { depthwiseInitializer: 'glorotNormal', pointwiseInitializer: 'glorotNormal' };
/** Gates open along a line there. */
const GATES = { recurrentActivation: 'hardSigmoid' };

/** Options of {@link inputLayer}. */
interface InputLayerArgs {
  readonly inputShape?: PartialShape | undefined;
  readonly batchInputShape?: PartialShape | undefined;
  readonly batchSize?: number | null | undefined;
  readonly dtype?: DType | undefined;
  readonly name?: string | undefined;
}

/** The layer at the head of a stack. */
export function inputLayer({
  inputShape,
  batchInputShape,
  batchSize = null,
  ...options
}: InputLayerArgs): ReturnType<typeof ours.inputLayer> {
  const shape = batchInputShape === undefined ? { shape: inputShape, batchSize } : {};
  return ours.inputLayer({
    ...options,
    ...shape,
    ...(batchInputShape && { batchShape: batchInputShape }),
  });
}

/** Weighted sums of all inputs. */
export const dense = /* @__PURE__ */ factoryThere(ours.dense, NORMAL);
/** An activation by name. */
export const activation = /* @__PURE__ */ factoryThere(ours.activation);
/** In training, a part `rate` of the values becomes 0. */
export const dropout = /* @__PURE__ */ factoryThere(ours.dropout);
/** In training, a part of the channels of a sequence becomes 0. */
export const spatialDropout1d = /* @__PURE__ */ factoryThere(ours.spatialDropout1d);
/** One axis of all but the batch. */
export const flatten = /* @__PURE__ */ factoryThere(ours.flatten);
/** `[batch, features]` becomes `[batch, n, features]`. */
export const repeatVector = /* @__PURE__ */ factoryThere(ours.repeatVector);
/** New sizes for all axes but the batch. */
export const reshape = /* @__PURE__ */ factoryThere(ours.reshape);
/** A new order of the axes after the batch, counted from 1. */
export const permute = /* @__PURE__ */ factoryThere(ours.permute);
/** Marks steps whose values are all `maskValue` as padding. */
export const masking = /* @__PURE__ */ factoryThere(ours.masking);
/** x above 0, `alpha * (exp(x) - 1)` below. */
export const elu = /* @__PURE__ */ factoryThere(ours.elu);
/** `max(x, 0)`. */
export const reLU = /* @__PURE__ */ factoryThere(ours.reLU);
/** x above 0, a learnt part of it below. */
export const prelu = /* @__PURE__ */ factoryThere(ours.prelu);
/** Values that sum to 1 along an axis. */
export const softmax = /* @__PURE__ */ factoryThere(ours.softmax);
/** Convolution over time. */
export const conv1d = /* @__PURE__ */ factoryThere(ours.conv1d, NORMAL);
/** Convolution over images. */
export const conv2d = /* @__PURE__ */ factoryThere(ours.conv2d, NORMAL);
/** Convolution over volumes. */
export const conv3d = /* @__PURE__ */ factoryThere(ours.conv3d, NORMAL);
/** Transposed convolution over images. */
export const conv2dTranspose = /* @__PURE__ */ factoryThere(ours.conv2dTranspose, NORMAL);
/** Transposed convolution over volumes. */
export const conv3dTranspose = /* @__PURE__ */ factoryThere(ours.conv3dTranspose, NORMAL);
/** Each channel of an image with a kernel of its own. */
export const depthwiseConv2d = /* @__PURE__ */ factoryThere(ours.depthwiseConv2d, {
  depthwiseInitializer: 'glorotNormal',
});
/** A depthwise convolution over images, then a mix of its channels. */
export const separableConv2d = /* @__PURE__ */ factoryThere(ours.separableConv2d, SEPARABLE);
/** Mean 0 and variance 1 for each channel, over the batch. */
export const batchNormalization = /* @__PURE__ */ factoryThere(ours.batchNormalization);
/** Mean 0 and variance 1 within each sample. */
export const layerNormalization = /* @__PURE__ */ factoryThere(ours.layerNormalization);
/** A recurrent layer. */
export const simpleRNN = /* @__PURE__ */ factoryThere(ours.simpleRNN);
/** A recurrent layer with a memory. */
export const lstm = /* @__PURE__ */ factoryThere(ours.lstm, GATES);
/** A recurrent layer with gates; the reset comes before the product, as in its paper. */
export const gru = /* @__PURE__ */ factoryThere(ours.gru, { ...GATES, resetAfter: false });
/** One step of `simpleRNN`. */
export const simpleRNNCell = /* @__PURE__ */ factoryThere(ours.simpleRNNCell);
/** One step of `lstm`. */
export const lstmCell = /* @__PURE__ */ factoryThere(ours.lstmCell, GATES);
/** One step of `gru`. */
export const gruCell = /* @__PURE__ */ factoryThere(ours.gruCell, { ...GATES, resetAfter: false });
/** A cell of one's own, repeated. */
export const rnn = /* @__PURE__ */ factoryThere(ours.rnn);
/** A recurrent layer in both directions. */
export const bidirectional = /* @__PURE__ */ factoryThere(ours.bidirectional);
/** `lstm` over images. */
export const convLstm2d = /* @__PURE__ */ factoryThere(ours.convLstm2d, GATES);
/** One step of `convLstm2d`. */
export const convLstm2dCell = /* @__PURE__ */ factoryThere(ours.convLstm2dCell, GATES);

/** Options of {@link embedding} that only TensorFlow.js has. */
interface InputLength {
  /** How many numbers an input has. */
  readonly inputLength?: number | readonly number[] | undefined;
}

/** A learnt vector for each whole number. */
export const embedding = /* @__PURE__ */ factoryThere(
  (options: Parameters<typeof ours.embedding>[0] & InputLength) => ours.embedding(options),
  {},
  ({ inputLength, ...options }) => {
    const lengths = Array.isArray(inputLength) ? inputLength : [inputLength ?? null];
    return { inputShape: lengths, ...options };
  },
);

/** x above 0, a part `alpha` (0.3 by default) of it below. */
export const leakyReLU = /* @__PURE__ */ factoryThere(
  (options: Parameters<typeof ours.leakyReLU>[0] & { readonly alpha?: number | undefined }) =>
    ours.leakyReLU(options),
  {},
  ({ alpha, ...options }) => (alpha === undefined ? options : { ...options, negativeSlope: alpha }),
);

/** Options of {@link thresholdedReLU}. */
interface ThresholdedReLUArgs {
  readonly theta?: number | undefined;
}

/** x above `theta` (1 by default), 0 elsewhere. */
export const thresholdedReLU = /* @__PURE__ */ factoryThere(
  (options: ThresholdedReLUArgs & { readonly threshold?: number }): ReLU => new ReLU(options),
  {},
  ({ theta = 1, ...options }) => ({ ...options, threshold: theta }),
);

// How calls of keras.ops's neural functions are written here.
import * as k from '../../../src/index.js';
import type { Calls } from './calls.js';
import { along, each, one } from './common-calls.js';
import type { Given } from './given.js';
import { hot } from './picking-calls.js';

const ACTIVATIONS = {
  hard_sigmoid: k.hardSigmoid,
  hard_silu: k.hardSwish,
  hard_swish: k.hardSwish,
  hard_tanh: k.hardTanh,
  log_sigmoid: k.logSigmoid,
  relu: k.relu,
  relu6: k.relu6,
  selu: k.selu,
  sigmoid: k.sigmoid,
  silu: k.silu,
  softplus: k.softplus,
  softsign: k.softsign,
  sparse_plus: k.sparsePlus,
  sparse_sigmoid: k.sparseSigmoid,
  swish: k.silu,
  tanh_shrink: k.tanhShrink,
};

const ALONG = { glu: k.glu, sparsemax: k.sparsemax };
const SOFT = { log_softmax: k.logSoftmax, softmax: k.softmax };

/** A setting of an activation where Keras's call has one. */
function setting<N extends string>(given: Given, theirs: string, ours: N): { [K in N]?: number } {
  const value = given.maybeNumber(theirs);
  const none: { [K in N]?: number } = {};
  return value === undefined ? none : { ...none, [ours]: value };
}

function padding(given: Given): 'valid' | 'same' | undefined {
  return given.word(['valid', 'same'] as const, 'padding');
}

function convolution(given: Given): k.ConvOptions {
  return {
    strides: given.maybeSizes('strides'),
    padding: padding(given),
    dilation: given.maybeSizes('dilation_rate'),
    dataFormat: given.dataFormat,
  };
}

function pool(given: Given): k.PoolOptions {
  return {
    poolSize: given.sizes(1),
    strides: given.maybeSizes('strides'),
    padding: padding(given),
    dataFormat: given.dataFormat,
  };
}

/** Keras's groups are the channels of the input over those of the kernel. */
function grouped(given: Given): k.ConvOptions {
  const options = convolution(given);
  const channels = given.tensor(0).shape.at(options.dataFormat === undefined ? -1 : 1) ?? 1;
  return { ...options, groups: channels / (given.tensor(1).shape.at(-2) ?? 1) };
}

function epsilon(given: Given, fallback: number): number {
  return given.maybeNumber('epsilon') ?? fallback;
}

/** The axes of a normalisation, from 0, in order. */
function normAxes(given: Given): number[] {
  const axis = given.maybeSizes('axis') ?? -1;
  const { rank } = given.tensor(0);
  const axes = typeof axis === 'number' ? [axis] : axis;
  return axes.map((one) => (one < 0 ? one + rank : one)).sort((a, b) => a - b);
}

/** A tensor of the sizes of some axes of the input, made to broadcast against it. */
function alongAxes(given: Given, x: k.Tensor, axes: readonly number[]): k.Tensor {
  const { shape } = given.tensor(0);
  return k.reshape(
    x,
    shape.map((size, axis) => (axes.includes(axis) ? size : 1)),
  );
}

function pair(given: Given, ...keys: (string | number)[]): [number, number] | number | undefined {
  const sizes = given.maybeSizes(...keys);
  return Array.isArray(sizes) ? [sizes[0] ?? 0, sizes[1] ?? 0] : sizes;
}

function unfolding(given: Given): k.UnfoldOptions {
  return {
    strides: pair(given, 'stride'),
    dilation: pair(given, 'dilation'),
    padding: pair(given, 'padding'),
  };
}

function entropy(given: Given): k.ClassOptions {
  return { fromLogits: given.flag('from_logits'), axis: given.maybeNumber('axis') };
}

const activations: Calls = {
  ...each(ACTIVATIONS, one),
  ...each(ALONG, along),
  ...each(SOFT, (fn) => (given) => fn(given.tensor(0), { axis: given.maybeSizes('axis') })),
  squareplus: (given) => k.squareplus(given.tensor(0), setting(given, 'b', 'b')),
  leaky_relu: (given) => {
    const slope = given.maybeNumber('negative_slope');
    return k.leakyRelu(given.tensor(0), slope === undefined ? {} : { negativeSlope: slope });
  },
  elu: (given) => k.elu(given.tensor(0), setting(given, 'alpha', 'alpha')),
  celu: (given) => k.celu(given.tensor(0), setting(given, 'alpha', 'alpha')),
  gelu: (given) => k.gelu(given.tensor(0), { approximate: given.flag('approximate') }),
  hard_shrink: (given) => k.hardShrink(given.tensor(0), setting(given, 'threshold', 'threshold')),
  soft_shrink: (given) => k.softShrink(given.tensor(0), setting(given, 'threshold', 'threshold')),
  threshold: (given) => k.threshold(given.tensor(0), given.number(1), given.number(2)),
};

const windows: Calls = {
  average_pool: (given) => k.averagePool(given.tensor(0), pool(given)),
  max_pool: (given) => k.maxPool(given.tensor(0), pool(given)),
  adaptive_average_pool: (given) =>
    k.adaptiveAveragePool(given.tensor(0), given.numbers(1), { dataFormat: given.dataFormat }),
  adaptive_max_pool: (given) =>
    k.adaptiveMaxPool(given.tensor(0), given.sizes(1), { dataFormat: given.dataFormat }),
  conv: (given) => k.conv(given.tensor(0), given.tensor(1), grouped(given)),
  conv_transpose: (given) =>
    k.convTranspose(given.tensor(0), given.tensor(1), {
      ...convolution(given),
      padding: padding(given),
      outputPadding: given.maybeSizes('output_padding'),
    }),
  depthwise_conv: (given) => k.depthwiseConv(given.tensor(0), given.tensor(1), convolution(given)),
  separable_conv: (given) =>
    k.separableConv(given.tensor(0), given.tensor(1), given.tensor(2), convolution(given)),
  unfold: (given) => k.unfold(given.tensor(0), pair(given, 1) ?? 1, unfolding(given)),
  fold: (given) =>
    k.fold(given.tensor(0), pair(given, 1) ?? 1, pair(given, 2) ?? 1, unfolding(given)),
  depth_to_space: (given) => k.depthToSpace(given.tensor(0), given.number(1), given),
  space_to_depth: (given) => k.spaceToDepth(given.tensor(0), given.number(1), given),
  extract_sequences: (given) =>
    k.extractSequences(given.tensor(0), { length: given.number(1), stride: given.number(2) }),
};

const norms: Calls = {
  normalize: (given) =>
    k.normalize(given.tensor(0), {
      axis: given.maybeSizes('axis'),
      order: given.maybeNumber('order'),
      epsilon: given.maybeNumber('epsilon'),
    }),
  // Keras's functions scale and shift too, with an epsilon of 1e-7.
  layer_normalization: (given) => {
    const axis = normAxes(given);
    const plain = k.layerNorm(given.tensor(0), { axis, epsilon: epsilon(given, 1e-7) });
    const gamma = given.maybeTensor(1, 'gamma');
    const beta = given.maybeTensor(2, 'beta');
    const scaled = gamma === undefined ? plain : k.mul(plain, alongAxes(given, gamma, axis));
    return beta === undefined ? scaled : k.add(scaled, alongAxes(given, beta, axis));
  },
  // Here Keras lets the scale broadcast against the last axes, whichever are normalised.
  rms_normalization: (given) => {
    const axis = normAxes(given);
    const plain = k.rmsNorm(given.tensor(0), { axis, epsilon: epsilon(given, 1e-7) });
    const scale = given.maybeTensor(1, 'scale');
    return scale === undefined ? plain : k.mul(plain, scale);
  },
  batch_normalization: (given) => {
    const axis = given.number(3);
    const axes = [axis < 0 ? axis + given.tensor(0).rank : axis];
    const broadcast = (x: k.Tensor | undefined): k.Tensor | undefined =>
      x === undefined ? undefined : alongAxes(given, x, axes);
    return k.batchNorm(given.tensor(0), {
      mean: alongAxes(given, given.tensor(1), axes),
      variance: alongAxes(given, given.tensor(2), axes),
      offset: broadcast(given.maybeTensor(4, 'offset')),
      scale: broadcast(given.maybeTensor(5, 'scale')),
      epsilon: given.maybeNumber('epsilon'),
    });
  },
  dot_product_attention: (given) =>
    k.dotProductAttention(given.tensor(0), given.tensor(1), given.tensor(2), {
      mask: given.maybeTensor('mask'),
      bias: given.maybeTensor('bias'),
      scale: given.maybeNumber('scale'),
      isCausal: given.flag('is_causal'),
      softCap: given.maybeNumber('attn_logits_soft_cap'),
    }),
  psnr: (given) => k.psnr(given.tensor(0), given.tensor(1), given.number(2)),
  multi_hot: (given) => k.multiHot(given.tensor(0), given.number(1), hot(given)),
};

const losses: Calls = {
  binary_crossentropy: (given) =>
    k.binaryCrossentropy(given.tensor(0), given.tensor(1), {
      fromLogits: given.flag('from_logits'),
    }),
  categorical_crossentropy: (given) =>
    k.categoricalCrossentropy(given.tensor(0), given.tensor(1), entropy(given)),
  sparse_categorical_crossentropy: (given) =>
    k.sparseCategoricalCrossentropy(given.tensor(0), given.tensor(1), entropy(given)),
  ctc_loss: (given) =>
    k.ctcLoss(given.tensor(0), given.tensor(1), given.tensor(2), given.tensor(3), {
      maskIndex: given.maybeNumber('mask_index'),
    }),
  ctc_decode: (given) => {
    const { paths, scores } = k.ctcDecode(given.tensor(0), given.tensor(1), {
      mergeRepeated: given.flag('merge_repeated'),
      maskIndex: given.maybeNumber('mask_index'),
      strategy: given.word(['greedy', 'beam_search'] as const, 'strategy'),
      beamWidth: given.maybeNumber('beam_width'),
      topPaths: given.maybeNumber('top_paths'),
    });
    return [paths, scores];
  },
};

export const nnCalls: Calls = { ...activations, ...windows, ...norms, ...losses };

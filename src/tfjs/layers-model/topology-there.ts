// A model's configuration as TensorFlow.js reads it: classes, options and calls in the older form.
// What it lacks, or would compute otherwise, is refused rather than written wrong.

import { getRegisteredObject } from '../../core/custom-scope.js';
import { ArgumentError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { isSerialized, type SerializedObject } from '../../core/serialized.js';
import { isList, isRecord } from '../../core/tree.js';
import { type Config, graphThere } from './graph-there.js';
import { ACTIVATIONS_THERE, activationThere } from './old-activations.js';

/** The classes that TensorFlow.js makes layers of. */
const CLASSES_THERE: ReadonlySet<string> = new Set(
  `InputLayer Dense Activation Dropout SpatialDropout1D Flatten RepeatVector Reshape Permute
  Embedding Masking ELU ReLU LeakyReLU PReLU Softmax ThresholdedReLU Conv1D Conv2D Conv2DTranspose
  Conv3D Conv3DTranspose SeparableConv2D DepthwiseConv2D Cropping2D UpSampling2D ZeroPadding2D GRU
  GRUCell LSTM LSTMCell SimpleRNN SimpleRNNCell ConvLSTM2D ConvLSTM2DCell RNN StackedRNNCells Add
  Average Concatenate Maximum Minimum Multiply Dot BatchNormalization LayerNormalization
  AveragePooling1D AveragePooling2D AveragePooling3D GlobalAveragePooling1D GlobalAveragePooling2D
  GlobalMaxPooling1D GlobalMaxPooling2D MaxPooling1D MaxPooling2D MaxPooling3D GaussianNoise
  GaussianDropout AlphaDropout Bidirectional TimeDistributed Rescaling CenterCrop Resizing
  CategoryEncoding Sequential Model`.split(/\s+/),
);

function refuse(owner: string, what: string, expected: string, received: string): never {
  throw new ArgumentError({
    where: `layer "${owner}"`,
    what: `TensorFlow.js ${what}`,
    expected,
    received,
    fix: "change the layer, or save the model as 'model.keras'",
  });
}

/** A layer as it is written. */
interface LayerThere {
  readonly class_name: string;
  readonly config: Config;
}

/** ReLU with options is three classes there, each with one of them. */
function reluThere({
  negative_slope: slope,
  threshold,
  max_value: most,
  ...rest
}: Config): LayerThere {
  const given = [slope, threshold, most].filter((value) => Boolean(value));
  const name = String(rest['name']);
  if (given.length > 1 || (most !== null && most !== undefined && Number(most) <= 0)) {
    const received = JSON.stringify({ negativeSlope: slope, threshold, maxValue: most });
    refuse(name, 'has no ReLU with several options', 'one of them', received);
  }
  if (slope) return { class_name: 'LeakyReLU', config: { ...rest, alpha: slope } };
  if (threshold) return { class_name: 'ThresholdedReLU', config: { ...rest, theta: threshold } };
  return { class_name: 'ReLU', config: { ...rest, max_value: most ?? null } };
}

function gruThere(config: Config): Config {
  if (config['reset_after'] !== true) return config;
  refuse(String(config['name']), 'has no GRU with resetAfter', 'resetAfter: false', 'true');
}

/** What classes call otherwise there. */
const CHANGES: Readonly<Record<string, (config: Config) => Config>> = {
  InputLayer: ({ batch_shape: shape, dtype, name }) => ({
    batch_input_shape: shape ?? null,
    dtype: dtype ?? 'float32',
    sparse: false,
    name: name ?? null,
  }),
  LeakyReLU: ({ negative_slope: alpha, ...config }) => ({ ...config, alpha: alpha ?? null }),
  GRU: gruThere,
  GRUCell: gruThere,
  // The forward layer gets the first part of its name when it is made.
  Bidirectional: (config) => ({
    ...config,
    layer: isRecord(config['layer']) ? renamed(config['layer']) : null,
  }),
};

function renamed(layer: Config): Config {
  const config = isRecord(layer['config']) ? layer['config'] : {};
  const name = String(config['name']).replace(/^forward_/, '');
  return { ...layer, config: { ...config, name } };
}

/** The policy of a layer as the type of its numbers. */
function dtypeThere(owner: string, dtype: Plain): Plain {
  const name = isSerialized(dtype) ? dtype.config?.['name'] : dtype;
  if (name === 'float32' || name === 'int32' || name === 'bool' || name === null) return name;
  return refuse(owner, 'has no such dtype', 'float32', JSON.stringify(name ?? null));
}

function activationFor(owner: string, value: Plain): Plain {
  if (typeof value !== 'string') return value;
  const found = activationThere(value);
  if (found !== undefined) return found;
  const what = value === 'hard_sigmoid' ? 'means another function by hardSigmoid' : 'lacks this';
  return refuse(owner, what, `one of ${ACTIVATIONS_THERE.join(', ')}`, value);
}

/** Options that hold layers; every other object is an initializer or the like. */
const LAYERS_INSIDE: ReadonlySet<string> = new Set(['layers', 'layer', 'cell', 'cells']);

function option(owner: string, key: string, value: Plain): Plain {
  if (key === 'dtype') return dtypeThere(owner, value);
  if (/activation$/.test(key)) return activationFor(owner, value);
  const write = LAYERS_INSIDE.has(key) ? nodeThere : settingThere;
  if (isList(value))
    return value.map((item) => (isSerialized(item) ? write(item) : (item ?? null)));
  return isSerialized(value) ? write(value) : value;
}

/** Initializers, regularizers and the like have a class and options alone. */
function settingThere({ class_name: name, config }: SerializedObject): Plain {
  const { input_axes: _, output_axes: __, ...rest } = config ?? {};
  return { class_name: name, config: rest };
}

/** Classes that programs wrote and registered are registered there too. */
function isOfProgram({ registered_name: registered }: SerializedObject): boolean {
  return typeof registered === 'string' && getRegisteredObject(registered) !== undefined;
}

/** A layer or model as TensorFlow.js reads it. */
export function nodeThere(node: SerializedObject): Plain {
  const name = node.class_name === 'Functional' ? 'Model' : node.class_name;
  const config = node.config ?? {};
  const owner = String(config['name']);
  if (!CLASSES_THERE.has(name) && !isOfProgram(node)) {
    refuse(owner, 'has no such layer', 'a layer of tf.layers', name);
  }
  // Of a Bidirectional the second direction is made of the first.
  const options = Object.entries(config)
    .filter(([key]) => key !== 'backward_layer')
    .map(([key, value]) => [key, option(owner, key, value ?? null)]);
  const change = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
  const plain: Config = Object.fromEntries(options);
  const changed = change === undefined ? plain : change(plain);
  const made: LayerThere =
    name === 'ReLU' ? reluThere(changed) : { class_name: name, config: changed };
  return {
    ...made,
    config: name === 'Model' ? graphThere(made.config) : made.config,
    ...(node['name'] === undefined ? {} : { name: node['name'] }),
    ...(node['inbound_nodes'] === undefined ? {} : { inbound_nodes: node['inbound_nodes'] }),
  };
}

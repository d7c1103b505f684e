// Writes Keras's older format: see legacy-h5.ts, which reads it.
import type { Plain } from '../core/op.js';
import { isRecord } from '../core/tree.js';
import type { Variable } from '../core/variable.js';
import { serializeLayer } from '../layers/layer-config.js';
import type { TensorTree } from '../layers/symbolic.js';
import type { Model } from '../models/model.js';
import { trainingOf } from '../models/training-state.js';
import { serializeCompiled } from './compile-config.js';
import { arrayOf } from './file-arrays.js';
import type { AttributeValue } from './hdf5/attributes.js';
import type { FileArray } from './hdf5/read.js';
import { writeWeights } from './hdf5/write.js';
import { isPlainList } from './json.js';
import { kerasJson } from './keras-json.js';
import { isModelClass, legacyWeights, PYTHON_NAMES } from './legacy-h5.js';

/** An object header takes 64 KiB; a name takes 16 bytes there. */
const NAMES_IN_ONE = 4000;

class Writer {
  readonly arrays = new Map<string, FileArray>();
  readonly attributes = new Map<string, ReadonlyMap<string, AttributeValue>>();

  /** A group with names in an attribute, or in several where they are many; none for no names. */
  names(
    group: string,
    attribute: string,
    names: readonly string[],
    more: readonly (readonly [string, string])[] = [],
  ): void {
    const attributes = new Map<string, AttributeValue>(more);
    for (let part = 0; part * NAMES_IN_ONE < names.length; part++) {
      const key = names.length > NAMES_IN_ONE ? `${attribute}${part}` : attribute;
      attributes.set(key, names.slice(part * NAMES_IN_ONE, (part + 1) * NAMES_IN_ONE));
    }
    this.attributes.set(group, attributes);
  }

  async weights(group: string, variables: readonly Variable[]): Promise<void> {
    this.names(
      group,
      'weight_names',
      variables.map(({ path }) => path),
    );
    const values = await Promise.all(variables.map((variable) => arrayOf(variable)));
    for (const [index, { path }] of variables.entries()) {
      const array = values[index];
      if (array !== undefined) this.arrays.set(`${group}/${path}`, array);
    }
  }
}

/** Layers in the older format name their class and options alone. */
function withoutModules(node: Plain): Plain {
  if (!isRecord(node)) return node;
  const { module: _, registered_name: __, build_config: ___, ...rest } = node;
  const { class_name: name, config } = rest;
  if (typeof name !== 'string') return rest;
  const named = { ...rest, class_name: PYTHON_NAMES.get(name) ?? name };
  const layers = isRecord(config) ? config['layers'] : undefined;
  // A layer that holds layers, such as a Pipeline, reads them as newer files write them.
  if (!isModelClass(name) || !isRecord(config) || !isPlainList(layers)) return named;
  const inner = layers.map((layer) => withoutModules(layer ?? null));
  return { ...named, config: { ...config, layers: inner } };
}

function trainingConfig(compiled: Plain): Plain {
  if (!isRecord(compiled)) return null;
  const { optimizer, ...rest } = compiled;
  return { ...rest, optimizer_config: withoutModules(optimizer ?? null) };
}

/** The bytes of a .h5 file with the whole model. */
export async function legacyToBytes<Out extends TensorTree>(
  model: Model<Out>,
  includeOptimizer = true,
): Promise<Uint8Array> {
  const compiled = includeOptimizer ? trainingOf(model).compiled : undefined;
  const writer = new Writer();
  const versions: [string, string][] = [
    ['backend', 'jax'],
    ['keras_version', '3.15.1'],
  ];
  const root = new Map<string, AttributeValue>(versions);
  root.set('model_config', kerasJson('model_config', withoutModules(serializeLayer(model))));
  if (compiled !== undefined) {
    const training = trainingConfig(serializeCompiled(compiled));
    root.set('training_config', kerasJson('training_config', training));
  }
  writer.attributes.set('', root);
  const { layers } = model;
  writer.names(
    'model_weights',
    'layer_names',
    layers.map(({ name }) => name),
    versions,
  );
  for (const layer of layers) {
    await writer.weights(`model_weights/${layer.name}`, legacyWeights(layer));
  }
  await writer.weights('model_weights/top_level_model_weights', model.ownWeights);
  const { optimizer } = compiled ?? {};
  if (optimizer?.built) await writer.weights('optimizer_weights', optimizer.variables);
  return writeWeights(writer);
}

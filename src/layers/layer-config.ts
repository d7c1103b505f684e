// The config of a layer as plain data, from the options it was made with.

import { type Activation, nameOf as activationName } from '../activations/index.js';
import { Constraint } from '../constraints/constraint.js';
import { family as constraints } from '../constraints/index.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { registeredNameOf } from '../core/registration.js';
import {
  isSerialized,
  type PlainConfig,
  type SerializedObject,
  toKerasConfig,
} from '../core/serialized.js';
import { isList, isRecord } from '../core/tree.js';
import { family as initializers } from '../initializers/index.js';
import { Initializer } from '../initializers/initializer.js';
import { family as regularizers } from '../regularizers/index.js';
import { Regularizer } from '../regularizers/regularizer.js';
import type { DTypePolicy } from './dtype-policy.js';
import { isShape, type ShapeTree } from './symbolic.js';

/** What is asked of a layer to write it down. */
export interface Describable {
  readonly className: string;
  readonly kerasModule: string | null;
  readonly name: string;
  readonly trainable: boolean;
  readonly dtypePolicy: DTypePolicy;
  readonly config: object;
  readonly buildShape: ShapeTree | undefined;
  readonly argumentNames: readonly string[] | undefined;
  getConfig(): PlainConfig;
  /** What Keras builds the object from, where that is not the shape of its inputs. */
  buildConfig?(): Plain;
}

function isDescribable(value: unknown): value is Describable {
  return typeof value === 'object' && value !== null && 'dtypePolicy' in value;
}

function isActivation(value: unknown): value is Activation {
  return typeof value === 'function';
}

function settingValue(key: string, value: unknown): Plain {
  if (typeof value !== 'string' && !isSerialized(value)) return undefined;
  if (key.endsWith('nitializer')) return initializers.serialize(initializers.get(value));
  if (key.endsWith('egularizer')) return regularizers.serialize(regularizers.get(value));
  if (key.endsWith('onstraint')) return constraints.serialize(constraints.get(value));
  return undefined;
}

/** One option as plain data. */
function plainValue(where: string, key: string, value: unknown): Plain {
  if (value === null || value === undefined) return null;
  const setting = settingValue(key, value);
  if (setting !== undefined) return setting;
  if (value instanceof Initializer) return initializers.serialize(value);
  if (value instanceof Regularizer) return regularizers.serialize(value);
  if (value instanceof Constraint) return constraints.serialize(value);
  if (/activation$/i.test(key) && (typeof value === 'string' || isActivation(value))) {
    return activationName(value);
  }
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (isDescribable(value)) return serializeLayer(value);
  if (isList(value)) return value.map((item) => plainValue(where, key, item));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([inner, item]) => [inner, plainValue(where, inner, item)]),
    );
  }
  throw new ArgumentError({
    where,
    what: `the option ${key} cannot be written to a file`,
    expected: 'plain data, a layer, or a named setting',
    received: typeof value,
    fix: 'override getConfig() to return plain data for it',
  });
}

/** Options that are part of every config, or of none. */
const HANDLED = new Set(['name', 'trainable', 'dtype', 'inputShape', 'autocast']);

/** The config of `layer` under our names: name, trainable, dtype, then its own options. */
export function layerConfig(layer: Describable): PlainConfig {
  const result: Record<string, Plain> = {
    name: layer.name,
    trainable: layer.trainable,
    dtype: layer.dtypePolicy.serialize(),
  };
  for (const [key, value] of Object.entries(layer.config)) {
    if (HANDLED.has(key)) continue;
    result[key] = plainValue(`${layer.className} "${layer.name}"`, key, value);
  }
  return result;
}

function buildConfig(shape: ShapeTree, argumentNames: readonly string[] | undefined): Plain {
  if (argumentNames !== undefined && isList(shape)) {
    const entries = shape.map((item, index) => [`${argumentNames[index]}_shape`, item]);
    return { shapes_dict: Object.fromEntries(entries) as Plain };
  }
  if (isShape(shape) || isList(shape)) return { input_shape: shape as Plain };
  return { shapes_dict: shape as Plain };
}

function buildMember(layer: Describable): { readonly build_config?: Plain } {
  if (layer.buildConfig !== undefined) return { build_config: layer.buildConfig() };
  const { buildShape, argumentNames } = layer;
  return buildShape === undefined ? {} : { build_config: buildConfig(buildShape, argumentNames) };
}

/** The object that Keras writes for `layer`. */
export function serializeLayer(layer: Describable): SerializedObject {
  const module = layer.kerasModule;
  return {
    module,
    class_name: layer.className,
    config: toKerasConfig(layer.getConfig()),
    registered_name:
      module === 'keras' || module === 'keras.layers'
        ? null
        : registeredNameOf(layer, layer.className),
    ...buildMember(layer),
  };
}

// Makes layers and models from the objects that Keras's files hold. Files only name classes; what
// the names mean is this library's closed table and what the caller lends.
import { CustomRegistry } from '../core/custom-objects.js';
import { ArgumentError, FormatError, UnknownNameError, unknownName } from '../core/errors.js';
import { toCamelCase } from '../core/names.js';
import type { Plain } from '../core/op.js';
import {
  fromKerasConfig,
  isSerialized,
  type PlainConfig,
  type SerializedObject,
} from '../core/serialized.js';
import { isList, isRecord } from '../core/tree.js';
import { type AnyLayer, Layer } from '../layers/layer.js';
import { isOperationModule, operationFrom } from '../layers/operation.js';
import { layerClass, layerNames } from '../layers/registry.js';
import { isShape, type PartialShape, type ShapeTree } from '../layers/symbolic.js';
import { featureSpaceFrom } from './feature-space/from-config.js';
import { replayGraph } from './graph-replay.js';
import { currentConfig } from './legacy-config.js';
import { type AnyModel, Model } from './model.js';
import { Sequential } from './sequential.js';

/** Classes and functions that the caller lends, found by the names that files give them. */
export interface CustomLookup {
  find(...names: readonly unknown[]): unknown;
}

/** Options of {@link deserializeLayer}. */
export interface DeserializeOptions {
  /** Default: what is registered, and what scopes lend. */
  readonly custom?: CustomLookup | undefined;
  /** Whether weights are made from `build_config`. Default true; models build their layers. */
  readonly build?: boolean | undefined;
}

/** How deep models and wrappers may nest in a file. */
const MOST_DEEP = 64;

function isLayer(value: unknown): value is AnyLayer {
  return value instanceof Layer;
}

/** A setting or function that the caller lends, in place of the object that names it. */
function lent(node: SerializedObject, custom: CustomLookup): unknown {
  const name = node.class_name === 'function' ? node.config : node.class_name;
  const found = custom.find(node.registered_name, name);
  if (typeof found !== 'function') return undefined;
  if (node.class_name === 'function') return found;
  return Reflect.construct(found, [fromKerasConfig(node.config ?? {})]);
}

class Reader {
  readonly #custom: CustomLookup;
  #depth = 0;

  constructor(custom: CustomLookup) {
    this.#custom = custom;
  }

  layer(node: unknown, build: boolean): AnyLayer {
    if (!isSerialized(node)) {
      throw new FormatError({
        what: 'a layer is not described by an object with a class_name',
        received: JSON.stringify(node)?.slice(0, 200) ?? 'undefined',
        fix: 'save the model again',
      });
    }
    if (++this.#depth > MOST_DEEP) {
      throw new FormatError({
        what: 'the model nests too deep',
        expected: `at most ${MOST_DEEP} levels`,
        fix: 'save the model with fewer models inside models',
      });
    }
    try {
      const layer = this.#make(node);
      if (build && !layer.built) this.#build(layer, node);
      return layer;
    } finally {
      this.#depth--;
    }
  }

  #make(node: SerializedObject): AnyLayer {
    const name = node.class_name;
    const config = node.config ?? {};
    const custom = this.#custom.find(node.registered_name, name);
    if (typeof custom === 'function') return this.#construct(custom, name, config);
    if (name === 'Sequential') return this.#sequential(config);
    if (name === 'Functional' || (name === 'Model' && 'input_layers' in config)) {
      return this.#functional(config);
    }
    if (name === 'FeatureSpace') return this.#featureSpace(node, config);
    if (isOperationModule(node.module)) return operationFrom(node.module, name, config);
    const kind = layerClass(name);
    if (kind !== undefined) return this.#construct(kind, name, config);
    const { details } = unknownName('layer', name, layerNames());
    throw new UnknownNameError({
      ...details,
      fix: `${details.fix ?? ''}; lend a class of your own with customObjects: { ${name} }`,
    });
  }

  // biome-ignore lint/complexity/noBannedTypes: a class whose constructor checks its options
  #construct(kind: Function, name: string, config: PlainConfig): AnyLayer {
    const options: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(currentConfig(name, config))) {
      options[key] = this.#value(key, value);
    }
    const made: unknown = Reflect.construct(kind, [options]);
    if (isLayer(made)) return made;
    throw new ArgumentError({
      where: 'customObjects',
      what: `"${name}" is not a layer`,
      expected: 'a class that extends Layer or Model',
      received: typeof made,
      fix: 'lend a layer class under this name',
    });
  }

  /** Objects inside a config: lent settings, layers of wrappers; all else stays plain. */
  #value(key: string, value: Plain): unknown {
    if (isList(value)) return value.map((item) => this.#value(key, item));
    if (typeof value === 'string' && /activation$/i.test(key)) {
      const found = this.#custom.find(value);
      return typeof found === 'function' ? found : value;
    }
    if (!isSerialized(value)) return value;
    const own = lent(value, this.#custom);
    if (own !== undefined) return own;
    const known = layerClass(value.class_name) !== undefined;
    const module = value.module ?? '';
    const setting = /initializers|regularizers|constraints|activations|dtype/i.test(module);
    return known && !setting ? this.layer(value, false) : value;
  }

  #sequential(config: PlainConfig): AnyLayer {
    const layers = isList(config.layers) ? config.layers : [];
    const { dtype } = config;
    // Keras forgets it here, and would go on without scaling the loss.
    const hasPolicy = isSerialized(dtype) && /^DTypePolicy(Map)?$/.test(dtype.class_name);
    const model = new Sequential(
      layers.map((node) => this.layer(node, false)),
      { ...sharedOptions(config), ...(hasPolicy ? { dtype } : {}) },
    );
    const shape = config.build_input_shape ?? config.build_batch_input_shape;
    if (!model.built && isShape(shape) && shape.length > 0) model.ensureBuilt(shape);
    return model;
  }

  #functional(config: PlainConfig): AnyLayer {
    const { inputs, outputs } = replayGraph(config, (node) => this.layer(node, false));
    return new Model({ inputs, outputs, ...sharedOptions(config) });
  }

  #featureSpace(node: SerializedObject, config: PlainConfig): AnyLayer {
    const space = featureSpaceFrom(config, (preprocessor) => this.layer(preprocessor, true));
    // Keras notes shapes once the layers have learnt.
    if (isRecord(node.build_config)) space.markAdapted();
    return space;
  }

  #build(layer: AnyLayer, node: SerializedObject): void {
    const config = node.build_config;
    if (!isRecord(config)) return;
    const shapes = config.shapes_dict;
    const inOrder = layer.argumentNames?.map((name) => isRecord(shapes) && shapes[`${name}_shape`]);
    const shape = shapeTree(config.input_shape ?? inOrder?.filter(isList) ?? shapes);
    if (shape !== undefined) layer.ensureBuilt(shape);
  }
}

function sharedOptions(config: PlainConfig): { name?: string; trainable?: boolean } {
  const { name, trainable } = config;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof trainable === 'boolean' ? { trainable } : {}),
  };
}

/** Shapes from a file; undefined for anything else. */
function shapeTree(value: unknown): ShapeTree | undefined {
  if (isShape(value)) return value.length === 0 ? undefined : (value satisfies PartialShape);
  if (isList(value)) {
    const shapes = value.map(shapeTree).filter((shape) => shape !== undefined);
    return shapes.length === value.length ? shapes : undefined;
  }
  if (!isRecord(value)) return undefined;
  const result: Record<string, ShapeTree> = {};
  for (const [key, item] of Object.entries(value)) {
    const shape = shapeTree(item);
    if (shape !== undefined) result[toCamelCase(key)] = shape;
  }
  return result;
}

/**
 * The layer or model that a Keras object describes, with fresh weights.
 *
 * @example
 * ```ts
 * import { deserializeLayer, layers, serializeLayer } from 'keratin';
 * const copy = deserializeLayer(serializeLayer(layers.dense({ units: 3, name: 'head' })));
 * console.log(copy.name); // head
 * ```
 */
export function deserializeLayer(node: unknown, options: DeserializeOptions = {}): AnyLayer {
  return new Reader(options.custom ?? new CustomRegistry()).layer(node, options.build ?? true);
}

/**
 * The model that a text of `model.toJson()`, or of Keras's `model.to_json()`, describes, with fresh
 * weights.
 *
 * @example
 * ```ts
 * import { layers, modelFromJson, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * console.log(modelFromJson(model.toJson()).countParams()); // 3
 * ```
 */
export function modelFromJson(text: string, options: DeserializeOptions = {}): AnyModel {
  let node: unknown;
  try {
    node = JSON.parse(text);
  } catch (error) {
    throw new FormatError(
      {
        where: 'modelFromJson',
        what: 'the text is not JSON',
        fix: 'pass what model.toJson() gave',
      },
      { cause: error },
    );
  }
  const model = deserializeLayer(node, options);
  if (model instanceof Model) return model;
  throw new FormatError({
    where: 'modelFromJson',
    what: 'the text describes a layer, not a model',
    received: model.className,
    fix: 'use deserializeLayer for single layers',
  });
}

// deserializeKerasObject: the objects that plain data describes. The data only names classes; what the
// names mean is this library's tables and what the program lends.
import { describe } from '../core/arguments.js';
import {
  type CustomObject,
  type CustomObjects,
  CustomRegistry,
  isClass,
} from '../core/custom-objects.js';
import { lending } from '../core/custom-scope.js';
import { type DType, isDType } from '../core/dtype.js';
import { ArgumentError, FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { fromKerasConfig, isSerialized, type SerializedObject } from '../core/serialized.js';
import type { NestedArray } from '../core/tensor.js';
import { isList, isRecord } from '../core/tree.js';
import { InputLayer } from '../layers/input-layer.js';
import { type AnyLayer, Layer } from '../layers/layer.js';
import { isShape } from '../layers/symbolic.js';
import { compileModel } from '../models/compile.js';
import { deserializeLayer } from '../models/deserialize.js';
import { Model } from '../models/model.js';
import { SeedGenerator, tensor } from '../ops/index.js';
import { compileOptionsFrom } from './compile-config.js';
import { isPlainList } from './json.js';
import { requireKnownClasses } from './known-classes.js';
import { believing } from './model-from-config.js';
import { familyOf, functionCalled } from './object-families.js';
import { refuseCode } from './refuse-code.js';

const WHERE = 'deserializeKerasObject';
const MOST_DEEP = 256;

/** Options of {@link deserializeKerasObject}. */
export interface DeserializeObjectOptions {
  /** Classes and functions of yours that the data names. */
  readonly customObjects?: CustomObjects;
}

/**
 * What `serializeKerasObject`, here or in Python, made into plain data: a layer (built where it was
 * built, with fresh weights), a model (compiled where it was compiled), a loss, metric, optimizer,
 * schedule, initializer, regularizer, constraint or dtype policy, a function, tensors, and lists and
 * records of these. Arrays of NumPy become tensors.
 *
 * An object of a class of yours is made by its static `fromConfig(config)`, or else by its
 * constructor, from its config with keys in camelCase. Nothing in the data is ever run as code.
 *
 * @throws UnknownNameError with a list of all classes that are not known; FormatError for data that
 * names code, or is damaged.
 * @example
 * ```ts
 * import { deserializeKerasObject, losses, serializeKerasObject } from 'keratin';
 * const saved = serializeKerasObject([new losses.Huber({ delta: 2 }), { epochs: 3 }]);
 * const made = deserializeKerasObject(JSON.parse(JSON.stringify(saved)));
 * console.log(Array.isArray(made) && made[0] instanceof losses.Huber); // true
 * ```
 */
export function deserializeKerasObject(
  data: unknown,
  options: DeserializeObjectOptions = {},
): unknown {
  const { customObjects = {} } = options;
  const custom = new CustomRegistry(customObjects);
  const config = plainData(data, 0);
  refuseCode(config);
  requireKnownClasses(config, custom, {
    where: WHERE,
    call: `${WHERE}(data`,
    isMissing: (node) => familyOf(node)?.has(node.class_name) === false,
  });
  // Objects inside of others are looked up by their families, which ask for what is lent.
  return lending(customObjects, () =>
    believing('the data does not make an object', () => new ObjectReader(custom).read(config)),
  );
}

/** A copy of `value`, checked to be nothing but data. */
function plainData(value: unknown, depth: number): Plain {
  if (depth > MOST_DEEP) {
    throw new FormatError({
      where: WHERE,
      what: 'the data nests too deep, or holds itself',
      expected: `at most ${MOST_DEEP} levels`,
      fix: 'pass what serializeKerasObject gave',
    });
  }
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (isList(value)) return value.map((item) => plainData(item, depth + 1));
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, item]) => [key, plainData(item, depth + 1)]);
    return Object.fromEntries(entries);
  }
  throw new ArgumentError({
    where: WHERE,
    what: 'this is not plain data',
    expected: 'numbers, texts, booleans, null, lists and records',
    received: describe(value),
    fix: 'pass what serializeKerasObject gave, or JSON.parse(text)',
  });
}

function damaged(what: string, received: unknown): FormatError {
  return new FormatError({
    where: WHERE,
    what,
    received: (JSON.stringify(received) ?? 'undefined').slice(0, 100),
    fix: 'serialize the object again',
  });
}

/** Dtypes of NumPy that are kept in another one here. */
const WIDER: Readonly<Record<string, DType>> = {
  int64: 'int32',
  int16: 'int32',
  int8: 'int32',
  uint16: 'int32',
  uint64: 'uint32',
};

function isNumbers(value: Plain): value is NestedArray & Plain {
  if (isPlainList(value)) return value.every((item) => isNumbers(item ?? null));
  return typeof value === 'number' || typeof value === 'boolean';
}

function readTensor({ config }: SerializedObject) {
  const { value = null, dtype } = config ?? {};
  const known = typeof dtype === 'string' && Object.hasOwn(WIDER, dtype) ? WIDER[dtype] : dtype;
  if (!isDType(known)) throw damaged('a tensor has no dtype that is known here', dtype);
  if (!isNumbers(value)) throw damaged('the values of a tensor are no numbers', value);
  return tensor(value, { dtype: known });
}

function readSymbol({ config }: SerializedObject) {
  const { shape, dtype } = config ?? {};
  if (!isShape(shape) || !isDType(dtype)) throw damaged('a symbolic tensor has no shape', config);
  return new InputLayer({ batchShape: shape, dtype }).output;
}

function readSeeds({ config }: SerializedObject): SeedGenerator {
  const { seed, name } = config ?? {};
  return new SeedGenerator(
    typeof seed === 'number' ? seed : undefined,
    typeof name === 'string' ? { name } : {},
  );
}

class ObjectReader {
  readonly #custom: CustomRegistry;

  constructor(custom: CustomRegistry) {
    this.#custom = custom;
  }

  read(value: Plain): unknown {
    if (isPlainList(value)) return value.map((item) => this.read(item ?? null));
    if (typeof value !== 'object' || value === null) return value;
    if (isSerialized(value) && 'config' in value) return this.#object(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.read(item)]));
  }

  #object(node: SerializedObject): unknown {
    const { class_name: name, registered_name: registered } = node;
    switch (name) {
      case '__tensor__':
      case '__numpy__':
        return readTensor(node);
      case '__keras_tensor__':
        return readSymbol(node);
      case '__bytes__':
        return new TextEncoder().encode(String(node.config?.['value']));
      case '__slice__':
      case '__ellipsis__':
        // Indices stay as files have them: that is how layers take them here.
        return node;
      case 'function':
        return this.#function(node.config);
    }
    const lent = this.#custom.find(registered, name);
    if (lent !== undefined) return this.#lent(lent, node);
    if (node.module === 'keras.random' && name === 'SeedGenerator') return readSeeds(node);
    return familyOf(node)?.make(node) ?? this.#layer(node);
  }

  #function(name: Plain): unknown {
    const found = this.#custom.find(name) ?? functionCalled(String(name));
    if (found !== undefined) return found;
    throw damaged('a function is not known: lend it with customObjects', name);
  }

  /** An object of the program's own class; a function in place of a class is the object itself. */
  #lent(found: CustomObject, node: SerializedObject): unknown {
    if (!isClass(found)) return found;
    if (Reflect.get(found, 'prototype') instanceof Layer) return this.#layer(node);
    const config = fromKerasConfig(node.config ?? {});
    const options = Object.fromEntries(
      Object.entries(config).map(([key, item]) => [key, this.read(item)]),
    );
    const fromConfig: unknown = Reflect.get(found, 'fromConfig');
    if (typeof fromConfig === 'function') return Reflect.apply(fromConfig, found, [options]);
    return Reflect.construct(found, [options]);
  }

  #layer(node: SerializedObject): AnyLayer {
    const layer = deserializeLayer(node, { custom: this.#custom });
    const saved = node['compile_config'];
    const options = compileOptionsFrom(saved ?? null, this.#custom);
    if (layer instanceof Model && options !== undefined) compileModel(layer, options);
    return layer;
  }
}

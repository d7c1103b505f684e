// serializeKerasObject: anything that Keras's files hold, as the plain data they hold of it.
import { describe } from '../core/arguments.js';
import { classNameOf } from '../core/class-name.js';
import type { TypedArray } from '../core/dtype.js';
import { currentEngine, scope } from '../core/engine.js';
import { ArgumentError, StateError } from '../core/errors.js';
import { snakeKey } from '../core/naming.js';
import type { Plain } from '../core/op.js';
import { getRegisteredName, registeredNameOf } from '../core/registration.js';
import { nestedArray, Tensor } from '../core/tensor.js';
import { isList, isRecord } from '../core/tree.js';
import { isTypedArray } from '../data/host-array.js';
import { Layer } from '../layers/layer.js';
import { serializeLayer } from '../layers/layer-config.js';
import { isSymbolic } from '../layers/symbolic.js';
import { Model } from '../models/model.js';
import { trainingOf } from '../models/training-state.js';
import { asTensor, cast, concat, reshape, SeedGenerator, zeros } from '../ops/index.js';
import { serializeCompiled } from './compile-config.js';
import { FAMILIES, nameOfFunction } from './object-families.js';

const MOST_DEEP = 256;

/**
 * What Keras's files hold of `value`, as plain data that `JSON.stringify` takes: of a layer, model,
 * loss, metric, optimizer, schedule, initializer, regularizer, constraint or dtype policy, of a
 * function that has a name, of tensors and typed arrays, of an object of a class of yours that has a
 * `getConfig()`, and of lists and records of these. `deserializeKerasObject` is the opposite, here
 * and in Python. Weights and the state of optimizers are not part of it: see `saveModel`.
 *
 * A class of yours is written under its registered name, and its config under Keras's names: keys
 * become snake_case.
 *
 * @throws ArgumentError for what no file can hold, such as callbacks or functions without a name, and
 * StateError for tensors whose values lie on a GPU.
 * @example
 * ```ts
 * import { losses, serializeKerasObject } from 'keratin';
 * const saved = serializeKerasObject({ loss: new losses.Poisson(), rates: [0.1, 0.01] });
 * console.log(JSON.stringify(saved).slice(0, 58)); // {"loss":{"module":"keras.losses","class_name":"Poisson","c
 * ```
 */
export function serializeKerasObject(value: unknown): Plain {
  return write(value, 0);
}

function write(value: unknown, depth: number): Plain {
  if (depth > MOST_DEEP) throw refuse(value, 'the data nests too deep, or holds itself');
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'function') return functionNode(value);
  if (isList(value)) return value.map((item) => write(item, depth + 1));
  if (isRecord(value)) return writeRecord(value, depth, (key) => key);
  return writeArray(value) ?? writeObject(value) ?? writeOther(value, depth);
}

function writeRecord(
  record: Readonly<Record<string, unknown>>,
  depth: number,
  nameOfKey: (key: string) => string,
): { readonly [key: string]: Plain } {
  return Object.fromEntries(
    Object.entries(record).map(([key, item]) => [nameOfKey(key), write(item, depth + 1)]),
  );
}

function refuse(value: unknown, what: string): ArgumentError {
  const isObject = typeof value === 'object' && value !== null;
  return new ArgumentError({
    where: 'serializeKerasObject',
    what,
    expected: 'plain data, tensors, or objects with getConfig()',
    received: isObject ? `an object of the class ${classNameOf(value)}` : describe(value),
    fix: 'give the class a getConfig() that returns plain data, and register it',
  });
}

// biome-ignore lint/complexity/noBannedTypes: any function that has a name
function functionNode(value: Function): Plain {
  const registered = getRegisteredName(value);
  const own = registered === value.name ? (nameOfFunction(value) ?? value.name) : registered;
  if (own === '' || /^class\b/.test(Function.prototype.toString.call(value))) {
    throw refuse(value, own === '' ? 'the function has no name' : 'this is a class, not an object');
  }
  return { module: 'builtins', class_name: 'function', config: own, registered_name: 'function' };
}

/** The values now, where the device's memory can be seen. */
function valuesOf(tensor: Tensor): TypedArray | undefined {
  const { dtype, size } = tensor;
  const isHalf = dtype === 'float16' || dtype === 'bfloat16';
  // Joined with others, elements of a view are written one after another.
  return scope(() => {
    const plain = isHalf ? cast(tensor, 'float32') : tensor;
    const joined = concat([reshape(plain, [-1]), zeros([1], plain.dtype)]);
    return currentEngine().peek?.(joined)?.slice(0, size);
  });
}

function writeTensor(className: string, tensor: Tensor): Plain {
  const values = valuesOf(tensor);
  if (values === undefined) {
    throw new StateError({
      where: 'serializeKerasObject',
      what: 'the values of a tensor cannot be read without waiting',
      expected: 'a device whose memory can be seen, such as cpu',
      received: String(tensor),
      fix: 'put the values in its place: await x.array()',
    });
  }
  const value = nestedArray(values, tensor.shape, tensor.dtype === 'bool');
  return { class_name: className, config: { value, dtype: tensor.dtype } };
}

/** Tensors and what stands for them. */
function writeArray(value: unknown): Plain {
  if (value instanceof Tensor) return writeTensor('__tensor__', value);
  if (isTypedArray(value)) {
    return scope(() => writeTensor('__numpy__', asTensor(value)));
  }
  if (!isSymbolic(value)) return undefined;
  const { shape, dtype, history } = value;
  const { node, tensorIndex } = history;
  const place = [node.layer.name, node.index, tensorIndex];
  return { class_name: '__keras_tensor__', config: { shape, dtype, keras_history: place } };
}

/** A layer or model, an object of one of Keras's families, or a stream of seeds. */
function writeObject(value: unknown): Plain {
  if (value instanceof Model) {
    const { compiled } = trainingOf(value);
    const config = compiled === undefined ? {} : serializeCompiled(compiled);
    return { ...serializeLayer(value), compile_config: config };
  }
  if (value instanceof Layer) return serializeLayer(value);
  if (value instanceof SeedGenerator) {
    const config = { seed: value.seed, name: value.name };
    return { module: 'keras.random', class_name: 'SeedGenerator', config, registered_name: null };
  }
  for (const family of FAMILIES.values()) {
    const saved = family.write(value);
    if (saved !== undefined) return saved;
  }
  return undefined;
}

/** An object of a class of the program's own. */
function writeOther(value: unknown, depth: number): Plain {
  if (typeof value !== 'object' || value === null) throw refuse(value, 'this cannot be saved');
  const getConfig: unknown = Reflect.get(value, 'getConfig');
  if (typeof getConfig !== 'function') throw refuse(value, 'the object has no getConfig()');
  const config: unknown = Reflect.apply(getConfig, value, []);
  if (!isRecord(config)) throw refuse(config, 'getConfig() gave no record');
  const className = classNameOf(value);
  return {
    module: null,
    class_name: className,
    config: writeRecord(config, depth, snakeKey),
    registered_name: registeredNameOf(value, className),
  };
}

// Activations by name. A layer's `activation` option is looked up here.
import { describe } from '../core/arguments.js';
import { functionNamed } from '../core/custom-objects.js';
import { ArgumentError, unknownName } from '../core/errors.js';
import { spellingFree, toSnakeCase } from '../core/names.js';
import { isSerialized, type SerializedObject } from '../core/serialized.js';
import type { Tensor } from '../core/tensor.js';
import * as functions from './functions.js';

export * from './functions.js';
export { hardSilu as hardSwish, silu as swish } from './functions.js';

/** A function from a tensor to a tensor of the same shape. */
export type Activation = (x: Tensor) => Tensor;

/** The names of the activations. Keras's spelling (`hard_sigmoid`) is understood too. */
export type ActivationName =
  | 'celu'
  | 'elu'
  | 'exponential'
  | 'gelu'
  | 'glu'
  | 'hardShrink'
  | 'hardSigmoid'
  | 'hardSilu'
  | 'hardTanh'
  | 'leakyRelu'
  | 'linear'
  | 'logSigmoid'
  | 'logSoftmax'
  | 'mish'
  | 'relu'
  | 'relu6'
  | 'selu'
  | 'sigmoid'
  | 'silu'
  | 'softShrink'
  | 'softmax'
  | 'softplus'
  | 'softsign'
  | 'sparsePlus'
  | 'sparseSigmoid'
  | 'sparsemax'
  | 'squareplus'
  | 'swish'
  | 'tanh'
  | 'tanhShrink';

/** What an activation option takes: a name in any spelling, a function, or a Keras object. */
export type ActivationLike = ActivationName | (string & {}) | Activation | SerializedObject;

const byName: ReadonlyMap<string, Activation> = /* @__PURE__ */ new Map<string, Activation>([
  ['celu', (x) => functions.celu(x)],
  ['elu', (x) => functions.elu(x)],
  ['exponential', functions.exponential],
  ['gelu', (x) => functions.gelu(x)],
  ['glu', (x) => functions.glu(x)],
  ['hard_shrink', (x) => functions.hardShrink(x)],
  ['hard_sigmoid', functions.hardSigmoid],
  ['hard_silu', functions.hardSilu],
  ['hard_tanh', functions.hardTanh],
  ['leaky_relu', (x) => functions.leakyRelu(x)],
  ['linear', functions.linear],
  ['log_sigmoid', functions.logSigmoid],
  ['log_softmax', (x) => functions.logSoftmax(x)],
  ['mish', functions.mish],
  ['relu', (x) => functions.relu(x)],
  ['relu6', functions.relu6],
  ['selu', functions.selu],
  ['sigmoid', functions.sigmoid],
  ['silu', functions.silu],
  ['soft_shrink', (x) => functions.softShrink(x)],
  ['softmax', (x) => functions.softmax(x)],
  ['softplus', functions.softplus],
  ['softsign', functions.softsign],
  ['sparse_plus', functions.sparsePlus],
  ['sparse_sigmoid', functions.sparseSigmoid],
  ['sparsemax', (x) => functions.sparsemax(x)],
  ['squareplus', (x) => functions.squareplus(x)],
  ['tanh', functions.tanh],
  ['tanh_shrink', functions.tanhShrink],
]);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['swish', 'silu'],
  ['hardswish', 'hard_silu'],
]);

const byKey: ReadonlyMap<string, string> = /* @__PURE__ */ new Map(
  [...byName.keys()].map((name) => [spellingFree(name), name]),
);

function knownName(identifier: string): string {
  const name = keyOf(identifier);
  if (name === undefined) throw unknownName('activation', identifier, byName.keys());
  return name;
}

function keyOf(identifier: string): string | undefined {
  const key = spellingFree(identifier);
  return ALIASES.get(key) ?? byKey.get(key);
}

/** The function that `identifier` is or names; the identity for null. */
export function get(identifier: ActivationLike | null | undefined): Activation {
  if (identifier === null || identifier === undefined) return functions.linear;
  if (typeof identifier === 'function') return identifier;
  const name: unknown = isSerialized(identifier) ? String(identifier.config) : identifier;
  if (typeof name !== 'string') {
    throw new ArgumentError({
      where: 'activation',
      what: 'this is no activation',
      expected: 'a name, or a function from a tensor to a tensor',
      received: describe(name),
      fix: "for example activation: 'relu'",
    });
  }
  const lent = functionNamed(name);
  if (lent !== undefined) return lent;
  return byName.get(knownName(name)) ?? functions.linear;
}

export { get as deserialize, nameOf as serialize };

/**
 * Keras's name of an activation. A function that is not one of Keras's gives its own name, and a name
 * that a program has lent stays as it is.
 */
export function nameOf(identifier: string | Activation): string {
  if (typeof identifier === 'string') return keyOf(identifier) ?? identifier;
  for (const [name, activation] of byName) if (activation === identifier) return name;
  return keyOf(identifier.name) ?? toSnakeCase(identifier.name);
}

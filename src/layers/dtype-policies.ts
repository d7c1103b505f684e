// Dtype policies by name, and from and to what Keras's files hold of them.
import { ArgumentError, FormatError } from '../core/errors.js';
import { isSerialized, type SerializedObject } from '../core/serialized.js';
import { isRecord } from '../core/tree.js';
import { DTypePolicy, defaultDTypePolicy, setDefaultDTypePolicy } from './dtype-policy.js';
import { DTypePolicyMap } from './dtype-policy-map.js';

export { DTypePolicy, DTypePolicy as FloatDTypePolicy } from './dtype-policy.js';
export { DTypePolicyMap, type DTypePolicyMapOptions } from './dtype-policy-map.js';

/** What the `dtype` option of a layer takes. */
export type DTypePolicyLike = string | DTypePolicy | SerializedObject;

/**
 * The policy that `identifier` is, names or describes; for null the one of `config.dtypePolicy()`.
 *
 * @throws UnknownNameError with the nearest name, and for policies of quantized models.
 * @example
 * ```ts
 * import { dtypePolicies } from 'keratin';
 * console.log(dtypePolicies.get('mixed_float16').computeDtype); // float16
 * ```
 */
export function get(identifier?: DTypePolicyLike | null): DTypePolicy {
  if (identifier === undefined || identifier === null) return defaultDTypePolicy();
  if (identifier instanceof DTypePolicy) return identifier;
  if (isSerialized(identifier)) return deserialize(identifier);
  if (typeof identifier === 'string') return new DTypePolicy(identifier);
  throw new ArgumentError({
    where: 'dtype',
    what: 'this is not a dtype policy',
    expected: 'a name such as float32 or mixed_float16, a DTypePolicy, or what serialize() gave',
    received: typeof identifier,
    fix: "for example dtype: 'mixed_bfloat16'",
  });
}

/**
 * What Keras's files hold of a policy.
 *
 * @example
 * ```ts
 * import { DTypePolicy, dtypePolicies } from 'keratin';
 * console.log(dtypePolicies.serialize(new DTypePolicy('float16')).config); // { name: 'float16' }
 * ```
 */
export function serialize(policy: DTypePolicy): SerializedObject {
  return policy.serialize();
}

/**
 * The policy that a saved configuration describes.
 *
 * @throws FormatError for policies of quantized models and for a map that holds no policies.
 * @example
 * ```ts
 * import { dtypePolicies } from 'keratin';
 * const saved = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'mixed_float16' } };
 * console.log(dtypePolicies.deserialize(saved).variableDtype); // float32
 * ```
 */
export function deserialize(saved: SerializedObject): DTypePolicy {
  const { class_name: className, config } = saved;
  if (className === 'DTypePolicyMap') return mapFrom(saved);
  if (className === 'DTypePolicy' || className === 'FloatDTypePolicy') {
    const name = config?.['name'];
    // Keras writes null for policies that follow the default one.
    if (name === null || name === undefined) return defaultDTypePolicy();
    return new DTypePolicy(typeof name === 'string' ? name : String(name));
  }
  throw new FormatError({
    where: 'dtype policy',
    what: `policies of the class "${className.slice(0, 100)}" are not supported`,
    expected: 'DTypePolicy or DTypePolicyMap',
    received: className.slice(0, 100),
    fix: 'save the model before it is quantized',
  });
}

/** Patterns that could take for ever to match: more repetitions than paths need, or of groups. */
function isSlowPattern(key: string): boolean {
  const repetitions = key.match(/[*+{]/g) ?? [];
  return key.length > 1000 || repetitions.length > 4 || /\)[*+{]/.test(key);
}

function mapFrom({ config }: SerializedObject): DTypePolicyMap {
  const { default_policy: saved = null, policy_map: policies } = config ?? {};
  const refuse = (received: unknown): FormatError => {
    return new FormatError({
      where: 'DTypePolicyMap',
      what: 'the map holds something that is not a policy, or a pattern that is no path',
      received: (JSON.stringify(received) ?? 'undefined').slice(0, 100),
      fix: 'save the model with a policy for each layer',
    });
  };
  const policyOf = (value: unknown): DTypePolicy => {
    if (typeof value === 'string') return new DTypePolicy(value);
    if (isSerialized(value)) return deserialize(value);
    throw refuse(value);
  };
  if (!isRecord(policies)) throw refuse(policies);
  for (const key of Object.keys(policies)) if (isSlowPattern(key)) throw refuse(key);
  return new DTypePolicyMap({
    defaultPolicy: saved === null ? null : policyOf(saved),
    policyMap: Object.fromEntries(
      Object.entries(policies).map(([key, value]) => [key, policyOf(value)]),
    ),
  });
}

/**
 * Sets the policy of layers that are made without a `dtype`.
 *
 * @example
 * ```ts
 * import { layers, setDTypePolicy } from 'keratin';
 * setDTypePolicy('mixed_bfloat16');
 * console.log(layers.dense({ units: 1 }).computeDtype); // bfloat16
 * setDTypePolicy('float32');
 * ```
 */
export function setDTypePolicy(policy: DTypePolicyLike): void {
  setDefaultDTypePolicy(get(policy));
}

// Dtype policies: which dtype a layer computes in and which its weights are kept in.
import { type DType, isDType } from '../core/dtype.js';
import { unknownName } from '../core/errors.js';
import { isSerialized, type SerializedObject } from '../core/serialized.js';

const MIXED: Readonly<Record<string, DType>> = {
  mixed_float16: 'float16',
  mixed_bfloat16: 'bfloat16',
};

/**
 * The dtypes of a layer. `float32` computes and keeps weights in float32; `mixed_float16` and
 * `mixed_bfloat16` compute in 16 bits and keep weights in float32.
 *
 * @example
 * ```ts
 * import { DTypePolicy } from 'keratin';
 * console.log(new DTypePolicy('mixed_bfloat16').variableDtype); // float32
 * ```
 */
export class DTypePolicy {
  readonly name: string;
  readonly computeDtype: DType;
  readonly variableDtype: DType;

  constructor(name: string) {
    const mixed = Object.hasOwn(MIXED, name) ? MIXED[name] : undefined;
    if (mixed === undefined && !isDType(name)) {
      throw unknownName('dtype policy', name, ['float32', 'float64', ...Object.keys(MIXED)]);
    }
    this.name = name;
    this.computeDtype = mixed ?? (isDType(name) ? name : 'float32');
    this.variableDtype = mixed === undefined && isDType(name) ? name : 'float32';
  }

  /** The object that Keras writes into files. */
  serialize(): SerializedObject {
    return {
      module: 'keras',
      class_name: 'DTypePolicy',
      config: { name: this.name },
      registered_name: null,
    };
  }
}

/** What the `dtype` option of a layer takes. */
export type DTypePolicyLike = string | DTypePolicy | SerializedObject;

let defaultPolicy = new DTypePolicy('float32');

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
  defaultPolicy = dtypePolicy(policy);
}

/** The policy that `identifier` names; the default policy for none. */
export function dtypePolicy(identifier: DTypePolicyLike | null | undefined): DTypePolicy {
  if (identifier === undefined || identifier === null) return defaultPolicy;
  if (identifier instanceof DTypePolicy) return identifier;
  if (!isSerialized(identifier)) return new DTypePolicy(identifier);
  const name = identifier.config?.['name'];
  return new DTypePolicy(typeof name === 'string' ? name : String(name));
}

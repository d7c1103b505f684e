// DTypePolicy: which dtype a layer computes in and which its weights are kept in. dtype-policy-map.ts
// chooses among policies by path, dtype-policies.ts finds them by name.
import { type DType, isDType } from '../core/dtype.js';
import { unknownName } from '../core/errors.js';
import type { SerializedObject } from '../core/serialized.js';

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
  readonly #name: string;
  readonly #mixed: DType | undefined;

  constructor(name: string) {
    this.#name = name;
    this.#mixed = Object.hasOwn(MIXED, name) ? MIXED[name] : undefined;
    if (this.#mixed === undefined && !isDType(name)) {
      throw unknownName('dtype policy', name, ['float32', 'float64', ...Object.keys(MIXED)]);
    }
  }

  get name(): string {
    return this.#name;
  }

  /** The dtype that inputs are cast to and results have. */
  get computeDtype(): DType {
    return this.#mixed ?? this.variableDtype;
  }

  /** The dtype that weights are kept in. */
  get variableDtype(): DType {
    return isDType(this.#name) ? this.#name : 'float32';
  }

  /** The policy of the layer at this path: this one, but for a {@link DTypePolicyMap}. */
  forPath(_path: string): DTypePolicy {
    return this;
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

let defaultPolicy = new DTypePolicy('float32');

/** The policy of layers that are made without a `dtype`. */
export function defaultDTypePolicy(): DTypePolicy {
  return defaultPolicy;
}

/** Makes `policy` the one of layers that are made without a `dtype`. */
export function setDefaultDTypePolicy(policy: DTypePolicy): void {
  defaultPolicy = policy;
}

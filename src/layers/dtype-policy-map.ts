// DTypePolicyMap: policies by the paths of layers, as one value that a model's layers share.
import type { DType } from '../core/dtype.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import { PathMap } from '../core/path-map.js';
import type { SerializedObject } from '../core/serialized.js';
import { DTypePolicy, defaultDTypePolicy } from './dtype-policy.js';

/** Options of {@link DTypePolicyMap}. */
export interface DTypePolicyMapOptions {
  /** For layers that no key matches. Default null: what `config.dtypePolicy()` is when it is asked. */
  readonly defaultPolicy?: DTypePolicy | string | null;
  /** Path or regular expression -> policy. */
  readonly policyMap?: Readonly<Record<string, DTypePolicy | string>>;
}

function policyFrom(policy: DTypePolicy | string): DTypePolicy {
  return typeof policy === 'string' ? new DTypePolicy(policy) : policy;
}

/**
 * Dtype policies by the paths of layers, for the `dtype` of layers that hold others, or that share
 * it. A key is a whole path, or else a regular expression that matches the whole of one (and neither
 * looks ahead or behind nor refers back). A layer's
 * path is known once it is built; until then, and where no key matches, the default policy counts.
 *
 * A loaded model has the dtypes that it was saved with. Keras forgets the model's name in paths when
 * it loads (`model/dense` is then `dense`): keys that begin with `.*` mean the same in both.
 *
 * Where no default is given Keras 3.15 loses the names of the policies when it writes the map; here
 * they are written.
 *
 * @throws ArgumentError for a key that is there already, for a path that several keys match, and for a
 * map inside a map.
 * @example
 * ```ts
 * import { DTypePolicyMap, layers, Sequential } from 'keratin';
 * const dtype = new DTypePolicyMap({ policyMap: { '.*hidden': 'mixed_bfloat16' } });
 * const hidden = layers.dense({ units: 4, name: 'hidden', dtype });
 * const last = layers.dense({ units: 1, name: 'last', dtype });
 * new Sequential([layers.input({ shape: [2] }), hidden, last]);
 * console.log(hidden.computeDtype, last.computeDtype); // bfloat16 float32
 * ```
 */
export class DTypePolicyMap extends DTypePolicy {
  readonly #default: DTypePolicy | undefined;
  readonly #policies = new PathMap<DTypePolicy>('DTypePolicyMap');

  constructor(options: DTypePolicyMapOptions = {}) {
    const { defaultPolicy = null, policyMap = {} } = options;
    const own = defaultPolicy === null ? undefined : policyFrom(defaultPolicy);
    if (own instanceof DTypePolicyMap) throw nested('the default policy');
    super((own ?? defaultDTypePolicy()).name);
    this.#default = own;
    for (const [key, policy] of Object.entries(policyMap)) this.set(key, policy);
  }

  override get name(): string {
    return `map_${this.defaultPolicy.name}`;
  }

  override get computeDtype(): DType {
    return this.defaultPolicy.computeDtype;
  }

  override get variableDtype(): DType {
    return this.defaultPolicy.variableDtype;
  }

  /** The policy for paths that no key matches. */
  get defaultPolicy(): DTypePolicy {
    return this.#default ?? defaultDTypePolicy();
  }

  /** Number of keys. */
  get size(): number {
    return this.#policies.size;
  }

  /** Whether this key was set; patterns are not tried. */
  has(key: string): boolean {
    return this.#policies.has(key);
  }

  /** The keys and their policies. */
  entries(): readonly (readonly [key: string, policy: DTypePolicy])[] {
    return this.#policies.entries();
  }

  /** Adds a key: a path, or a regular expression for whole paths. */
  set(key: string, policy: DTypePolicy | string): void {
    if (this.#policies.has(key)) {
      throw new ArgumentError({
        where: 'DTypePolicyMap',
        what: `"${key}" has a policy already`,
        received: `"${key}" twice`,
        fix: 'remove it first: map.delete(key)',
      });
    }
    const own = policyFrom(policy);
    if (own instanceof DTypePolicyMap) throw nested(`the policy of "${key}"`);
    this.#policies.set(key, own);
  }

  /** Removes a key; false where it was not there. */
  delete(key: string): boolean {
    return this.#policies.delete(key);
  }

  /** The policy for the layer at this path. */
  get(path: string): DTypePolicy {
    const matching = this.#policies.matching(path);
    const [first, second] = matching;
    if (second === undefined) return first?.[1] ?? this.defaultPolicy;
    throw new ArgumentError({
      where: 'DTypePolicyMap',
      what: `several keys match the path "${path}"`,
      expected: 'one key, or none',
      received: matching.map(([key]) => `"${key}"`).join(', '),
      fix: 'make the patterns narrower, or set the path itself',
    });
  }

  override forPath(path: string): DTypePolicy {
    return this.get(path);
  }

  override serialize(): SerializedObject {
    const policies = this.entries().map(([key, policy]): [string, Plain] => {
      return [key, policy.serialize()];
    });
    return {
      module: 'keras.dtype_policies',
      class_name: 'DTypePolicyMap',
      config: {
        default_policy: this.#default?.serialize() ?? null,
        policy_map: Object.fromEntries(policies),
      },
      registered_name: null,
    };
  }
}

function nested(place: string): ArgumentError {
  return new ArgumentError({
    where: 'DTypePolicyMap',
    what: `${place} is a map itself`,
    expected: 'one policy, such as mixed_bfloat16',
    received: 'a DTypePolicyMap',
    fix: 'put the keys of both into one map',
  });
}

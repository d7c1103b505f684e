// Regularizers by name, and a factory for each.
import { numberOption, stringOption } from '../core/options.js';
import { type SerializedObject, SettingFamily } from '../core/serialized.js';
import { L1, L1L2, L2 } from './norms.js';
import { OrthogonalRegularizer, type OrthogonalRegularizerOptions } from './orthogonal.js';
import { Regularizer } from './regularizer.js';

export { L1, L1L2, L2 } from './norms.js';
export { OrthogonalRegularizer, type OrthogonalRegularizerOptions } from './orthogonal.js';
export { Regularizer } from './regularizer.js';

/**
 * `l1 * Σ|x|`; `l1` defaults to 0.01.
 *
 * @example
 * ```ts
 * import { regularizers, tensor } from 'keratin';
 * console.log(await regularizers.l1({ l1: 0.5 }).apply(tensor([[1, -2]])).item()); // 1.5
 * ```
 */
export function l1(options: { readonly l1?: number } = {}): L1 {
  return new L1(options);
}

/**
 * `l2 * Σx²`; `l2` defaults to 0.01.
 *
 * @example
 * ```ts
 * import { regularizers, tensor } from 'keratin';
 * console.log(await regularizers.l2({ l2: 0.5 }).apply(tensor([[1, -2]])).item()); // 2.5
 * ```
 */
export function l2(options: { readonly l2?: number } = {}): L2 {
  return new L2(options);
}

/**
 * `l1 * Σ|x| + l2 * Σx²`; both default to 0.
 *
 * @example
 * ```ts
 * import { regularizers, tensor } from 'keratin';
 * console.log(await regularizers.l1l2({ l1: 1, l2: 1 }).apply(tensor([[1, -2]])).item()); // 8
 * ```
 */
export function l1l2(options: { readonly l1?: number; readonly l2?: number } = {}): L1L2 {
  return new L1L2(options);
}

/**
 * Pulls the rows (or columns) of a matrix towards right angles; `factor` defaults to 0.01.
 *
 * @example
 * ```ts
 * import { regularizers, tensor } from 'keratin';
 * console.log(await regularizers.orthogonalRegularizer({ factor: 1 }).apply(tensor([[1, 0], [0, 1]])).item()); // 0
 * ```
 */
export function orthogonalRegularizer(
  options: OrthogonalRegularizerOptions = {},
): OrthogonalRegularizer {
  return new OrthogonalRegularizer(options);
}

/** The regularizers that have a name. */
export const family = /* @__PURE__ */ new SettingFamily<Regularizer>(
  'regularizer',
  'keras.regularizers',
  Regularizer,
  {
    L1: (config) => new L1({ l1: numberOption(config, 'l1', 0.01) }),
    L2: (config) => new L2({ l2: numberOption(config, 'l2', 0.01) }),
    L1L2: (config) =>
      new L1L2({ l1: numberOption(config, 'l1', 0), l2: numberOption(config, 'l2', 0) }),
    OrthogonalRegularizer: (config) =>
      new OrthogonalRegularizer({
        factor: numberOption(config, 'factor', 0.01),
        mode: stringOption(config, 'mode', 'rows') === 'columns' ? 'columns' : 'rows',
      }),
  },
);

/** What a regularizer option takes: a regularizer, a name, a Keras object, or null for none. */
export type RegularizerLike = Regularizer | string | SerializedObject;

/** The regularizer that `identifier` is, names or describes; undefined for none. */
export function get(identifier: RegularizerLike | null | undefined): Regularizer | undefined {
  return identifier === null || identifier === undefined ? undefined : family.get(identifier);
}

export { get as deserialize };

/** What Keras's files hold of `regularizer`: its class and its options. */
export function serialize(regularizer: Regularizer): SerializedObject {
  return family.serialize(regularizer);
}

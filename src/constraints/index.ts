// Constraints by name, and a factory for each.
import { axesOption, numberOption } from '../core/options.js';
import { type SerializedObject, SettingFamily } from '../core/serialized.js';
import { Constraint } from './constraint.js';
import {
  MaxNorm,
  type MaxNormOptions,
  MinMaxNorm,
  type MinMaxNormOptions,
  NonNeg,
  UnitNorm,
} from './norms.js';

export { Constraint } from './constraint.js';
export type { MaxNormOptions, MinMaxNormOptions } from './norms.js';
export { MaxNorm, MinMaxNorm, NonNeg, UnitNorm } from './norms.js';

/**
 * Shrinks norms above `maxValue` (default 2) over `axis` (default 0).
 *
 * @example
 * ```ts
 * import { constraints, tensor } from 'keratin';
 * const weight = constraints.maxNorm({ maxValue: 1 }).apply(tensor([3, 4]));
 * console.log(Array.from(await weight.data(), (value) => Number(value.toFixed(3)))); // [ 0.6, 0.8 ]
 * ```
 */
export function maxNorm(options: MaxNormOptions = {}): MaxNorm {
  return new MaxNorm(options);
}

/**
 * Makes every norm over `axis` (default 0) 1.
 *
 * @example
 * ```ts
 * import { constraints, tensor } from 'keratin';
 * const weight = constraints.unitNorm().apply(tensor([3, 4]));
 * console.log(Array.from(await weight.data(), (value) => Number(value.toFixed(3)))); // [ 0.6, 0.8 ]
 * ```
 */
export function unitNorm(options: { readonly axis?: number | readonly number[] } = {}): UnitNorm {
  return new UnitNorm(options);
}

/**
 * Negative weights become 0.
 *
 * @example
 * ```ts
 * import { constraints, tensor } from 'keratin';
 * const weight = constraints.nonNeg().apply(tensor([-1, 2]));
 * console.log(Array.from(await weight.data(), (value) => Number(value.toFixed(3)))); // [ 0, 2 ]
 * ```
 */
export function nonNeg(): NonNeg {
  return new NonNeg();
}

/**
 * Brings norms between `minValue` (default 0) and `maxValue` (default 1).
 *
 * @example
 * ```ts
 * import { constraints, tensor } from 'keratin';
 * const weight = constraints.minMaxNorm({ minValue: 10, maxValue: 20 }).apply(tensor([3, 4]));
 * console.log(Array.from(await weight.data(), (value) => Number(value.toFixed(3)))); // [ 6, 8 ]
 * ```
 */
export function minMaxNorm(options: MinMaxNormOptions = {}): MinMaxNorm {
  return new MinMaxNorm(options);
}

/** The constraints that have a name. */
export const family = /* @__PURE__ */ new SettingFamily<Constraint>(
  'constraint',
  'keras.constraints',
  Constraint,
  {
    MaxNorm: (config) =>
      new MaxNorm({
        maxValue: numberOption(config, 'maxValue', 2),
        axis: axesOption(config, 'axis', 0) ?? 0,
      }),
    UnitNorm: (config) => new UnitNorm({ axis: axesOption(config, 'axis', 0) ?? 0 }),
    NonNeg: () => new NonNeg(),
    MinMaxNorm: (config) =>
      new MinMaxNorm({
        minValue: numberOption(config, 'minValue', 0),
        maxValue: numberOption(config, 'maxValue', 1),
        rate: numberOption(config, 'rate', 1),
        axis: axesOption(config, 'axis', 0) ?? 0,
      }),
  },
);

/** What a constraint option takes: a constraint, a name, a Keras object, or null for none. */
export type ConstraintLike = Constraint | string | SerializedObject;

/** The constraint that `identifier` is, names or describes; undefined for none. */
export function get(identifier: ConstraintLike | null | undefined): Constraint | undefined {
  return identifier === null || identifier === undefined ? undefined : family.get(identifier);
}

export { get as deserialize };

/** What Keras's files hold of `constraint`: its class and its options. */
export function serialize(constraint: Constraint): SerializedObject {
  return family.serialize(constraint);
}

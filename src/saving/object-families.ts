// The families of Keras's objects by the modules that files name them under: what belongs to each, how
// its objects are written and made, and the functions that files know by name.
import * as activations from '../activations/index.js';
import { Constraint } from '../constraints/constraint.js';
import * as constraints from '../constraints/index.js';
import { spellingFree, toSnakeCase } from '../core/names.js';
import type { SerializedObject } from '../core/serialized.js';
import * as initializers from '../initializers/index.js';
import { Initializer } from '../initializers/initializer.js';
import { deserialize as policyFrom } from '../layers/dtype-policies.js';
import { DTypePolicy } from '../layers/dtype-policy.js';
import * as losses from '../losses/index.js';
import { family as lossFamily } from '../losses/lookup.js';
import { Loss } from '../losses/loss.js';
import * as metrics from '../metrics/index.js';
import { family as metricFamily } from '../metrics/lookup.js';
import { Metric } from '../metrics/metric.js';
import * as optimizers from '../optimizers/lookup.js';
import { Optimizer } from '../optimizers/optimizer.js';
import { family as scheduleFamily } from '../optimizers/schedules/lookup.js';
import { LearningRateSchedule } from '../optimizers/schedules/schedule.js';
import * as regularizers from '../regularizers/index.js';
import { Regularizer } from '../regularizers/regularizer.js';

/** One kind of objects. */
export interface Family {
  /** Whether Keras has a class of this name in it. */
  has(className: string): boolean;
  /** The object that a file describes. */
  make(saved: SerializedObject): unknown;
  /** What files hold of `value`; undefined where it is not of this kind. */
  write(value: unknown): SerializedObject | undefined;
}

/** A family of objects that have one parent. */
function kindOf<T>(
  parent: abstract new (...options: never) => T,
  has: (className: string) => boolean,
  make: (saved: SerializedObject) => unknown,
  write: (value: T) => SerializedObject,
): Family {
  return {
    has,
    make,
    write: (value) => (value instanceof parent ? write(value) : undefined),
  };
}

const POLICIES = ['DTypePolicy', 'FloatDTypePolicy', 'DTypePolicyMap'];

const policies = kindOf(
  DTypePolicy,
  (name) => POLICIES.includes(name),
  policyFrom,
  (policy) => policy.serialize(),
);

/** Module in files -> family. Layers and models are not among them: they hold weights. */
export const FAMILIES: ReadonlyMap<string, Family> = /* @__PURE__ */ new Map<string, Family>([
  [
    'keras.losses',
    kindOf(Loss, (name) => lossFamily.has(name), losses.deserialize, losses.serialize),
  ],
  [
    'keras.metrics',
    kindOf(Metric, (name) => metricFamily.has(name), metrics.deserialize, metrics.serialize),
  ],
  [
    'keras.optimizers',
    kindOf(
      Optimizer,
      (name) => optimizers.family.has(name) || name === 'OptimizerMap',
      optimizers.deserialize,
      optimizers.serialize,
    ),
  ],
  [
    'keras.optimizers.schedules',
    kindOf(
      LearningRateSchedule,
      (name) => scheduleFamily.has(name),
      (saved) => scheduleFamily.get(saved),
      (schedule) => scheduleFamily.serialize(schedule),
    ),
  ],
  [
    'keras.initializers',
    kindOf(
      Initializer,
      (name) => initializers.family.has(name),
      initializers.get,
      initializers.serialize,
    ),
  ],
  [
    'keras.regularizers',
    kindOf(
      Regularizer,
      (name) => regularizers.family.has(name),
      regularizers.get,
      regularizers.serialize,
    ),
  ],
  [
    'keras.constraints',
    kindOf(
      Constraint,
      (name) => constraints.family.has(name),
      constraints.get,
      constraints.serialize,
    ),
  ],
  ['keras.dtype_policies', policies],
]);

/** The family that a file means; undefined for layers, models and classes of others. */
export function familyOf({ module, class_name: name }: SerializedObject): Family | undefined {
  // Keras exports its policies as keras.DTypePolicy too, and files say so.
  if (module === 'keras' && policies.has(name)) return policies;
  return typeof module === 'string' ? FAMILIES.get(module) : undefined;
}

const LOOKUPS = new Set(['get', 'serialize', 'deserialize', 'nameOf']);

/** Modules whose functions files know by name, in Keras's order of looking. */
function* namedFunctions(): Generator<readonly [name: string, value: unknown]> {
  for (const home of [activations, losses, metrics]) {
    for (const [name, value] of Object.entries(home)) {
      if (typeof value !== 'function' || LOOKUPS.has(name) || !/^[a-z]/.test(name)) continue;
      yield [name, value];
    }
  }
}

/** Keras's name of one of its functions; undefined for functions of others. */
export function nameOfFunction(value: unknown): string | undefined {
  for (const [name, known] of namedFunctions()) if (known === value) return toSnakeCase(name);
  return undefined;
}

/** The activation, loss or metric that Keras calls so. */
export function functionCalled(wanted: string): unknown {
  const key = spellingFree(wanted);
  for (const [name, value] of namedFunctions()) if (spellingFree(name) === key) return value;
  return undefined;
}

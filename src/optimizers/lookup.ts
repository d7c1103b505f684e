// From a name or a saved configuration to an optimizer, and back to Keras's serialised form.
import { describe } from '../core/arguments.js';
import { makersOf } from '../core/constructors.js';
import { ArgumentError, FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import {
  type CustomSettings,
  isSerialized,
  type MakeSetting,
  type PlainConfig,
  type SerializedObject,
  SettingFamily,
} from '../core/serialized.js';
import { Adafactor } from './adafactor.js';
import { Adam, AdamW } from './adam.js';
import { Adadelta, Adagrad, Adamax, Nadam } from './adaptive.js';
import { Ftrl } from './ftrl.js';
import { LossScaleOptimizer } from './loss-scale.js';
import { MultiOptimizer } from './multi-optimizer.js';
import { Muon } from './muon.js';
import { Optimizer } from './optimizer.js';
import { type OptimizerChoice, OptimizerMap } from './optimizer-map.js';
import { RMSprop } from './rmsprop.js';
import { ScheduleFreeAdamW } from './schedule-free.js';
import { SGD } from './sgd.js';
import { Lamb, Lion } from './sign-and-trust.js';

const CLASSES = [
  SGD,
  Adam,
  AdamW,
  RMSprop,
  Adagrad,
  Adadelta,
  Adamax,
  Nadam,
  Ftrl,
  Lion,
  Lamb,
  Adafactor,
  Muon,
  ScheduleFreeAdamW,
];

/** An optimizer inside the options of another. */
function inner(where: string, saved: Plain, custom: CustomSettings<Optimizer>): Optimizer {
  if (isSerialized(saved)) return deserialize(saved, custom);
  throw new FormatError({
    where,
    what: 'the configuration holds no inner optimizer',
    fix: 'compile the model again with an optimizer of your choice',
  });
}

function lossScale(config: PlainConfig, custom: CustomSettings<Optimizer>): LossScaleOptimizer {
  const innerOptimizer = inner('LossScaleOptimizer', config['innerOptimizer'], custom);
  return Reflect.construct(LossScaleOptimizer, [{ ...config, innerOptimizer }]);
}

function multi(config: PlainConfig, custom: CustomSettings<Optimizer>): MultiOptimizer {
  const where = 'MultiOptimizer';
  const saved = config['optimizerMap'];
  const map = isSerialized(saved) ? saved.config : null;
  const byKey = map?.['optimizer_map'] ?? {};
  const optimizerMap = new OptimizerMap({
    defaultOptimizer: inner(where, map?.['default_optimizer'], custom),
    optimizerMap: Object.fromEntries(
      Object.entries(byKey).map(([key, value]) => [key, inner(where, value, custom)]),
    ),
  });
  return Reflect.construct(MultiOptimizer, [{ ...config, optimizerMap }]);
}

/** The optimizers whose options hold whole optimizers, and what makes those. */
function wrappers(custom: CustomSettings<Optimizer>): CustomSettings<Optimizer> {
  return {
    LossScaleOptimizer: (config) => lossScale(config, custom),
    MultiOptimizer: (config) => multi(config, custom),
  };
}

/** What makes an optimizer of a file's options, which may hold `decay`: Keras warns and goes on. */
function withoutDecay(make: MakeSetting<Optimizer>): MakeSetting<Optimizer> {
  return ({ decay, ...config }) => {
    if (decay !== undefined && decay !== null) {
      console.warn('keratin: the option decay of old optimizers is left out, as in Keras 3.');
    }
    return make(config);
  };
}

const makers = Object.entries(makersOf<Optimizer>(CLASSES)).map(
  ([name, make]) => [name, withoutDecay(make)] as const,
);

/** All that Keras has, by name. */
export const family: SettingFamily<Optimizer> = new SettingFamily<Optimizer>(
  'optimizer',
  'keras.optimizers',
  Optimizer,
  { ...Object.fromEntries(makers), ...wrappers({}) },
);

/** What names an optimizer: a name, an object, or a saved configuration. */
export type OptimizerIdentifier = string | Optimizer | SerializedObject;

/**
 * The optimizer that `identifier` names: `'adam'`, an optimizer, or a configuration from a file.
 *
 * @throws UnknownNameError with the nearest name.
 * @example
 * ```ts
 * import { optimizers } from 'keratin';
 * console.log(optimizers.get('adam').name); // adam
 * ```
 */
export function get(
  identifier: OptimizerIdentifier,
  custom: CustomSettings<Optimizer> = {},
): Optimizer {
  const isOne = identifier instanceof Optimizer || typeof identifier === 'string';
  if (isOne) return family.get(identifier, custom);
  if (isSerialized(identifier)) return deserialize(identifier, custom);
  throw new ArgumentError({
    where: 'optimizer',
    what: 'this is not an optimizer',
    expected: 'a name or an optimizer object',
    received: describe(identifier),
    fix: "for example optimizer: 'adam', or optimizer: new optimizers.Adam({ learningRate: 0.01 })",
  });
}

/** The optimizer that a saved configuration describes. */
export function deserialize(
  saved: SerializedObject,
  custom: CustomSettings<Optimizer> = {},
): Optimizer {
  return family.get(saved, { ...wrappers(custom), ...custom });
}

function serializeMap(map: OptimizerChoice): SerializedObject {
  if (map instanceof OptimizerMap) {
    const entries = map.entries().map(([key, optimizer]) => [key, serialize(optimizer)]);
    return {
      module: 'keras.optimizers',
      class_name: 'OptimizerMap',
      config: {
        default_optimizer: serialize(map.defaultOptimizer),
        optimizer_map: Object.fromEntries(entries),
      },
      registered_name: null,
    };
  }
  throw new ArgumentError({
    where: 'MultiOptimizer',
    what: 'a function that chooses optimizers cannot be saved',
    expected: 'an OptimizerMap',
    received: `the function ${map.name}`,
    fix: 'give an OptimizerMap, or save the weights alone: model.saveWeights(path)',
  });
}

/**
 * The optimizer in Keras's serialised form.
 *
 * @throws ArgumentError for a MultiOptimizer that chooses by a function.
 */
export function serialize(optimizer: Optimizer): SerializedObject {
  const saved = family.serialize(optimizer);
  const wrapped: Record<string, Plain> = {};
  if (optimizer instanceof LossScaleOptimizer) {
    wrapped['inner_optimizer'] = serialize(optimizer.inner);
  } else if (optimizer instanceof MultiOptimizer) {
    wrapped['optimizer_map'] = serializeMap(optimizer.optimizerMap);
  }
  return { ...saved, config: { ...saved.config, ...wrapped } };
}

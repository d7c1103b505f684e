// From a name or a saved configuration to an optimizer, and back to Keras's serialised form.
import { makersOf } from '../core/constructors.js';
import { ArgumentError, FormatError } from '../core/errors.js';
import {
  type CustomSettings,
  isSerialized,
  type PlainConfig,
  type SerializedObject,
  SettingFamily,
} from '../core/serialized.js';
import { Adafactor } from './adafactor.js';
import { Adam, AdamW } from './adam.js';
import { Adadelta, Adagrad, Adamax, Nadam } from './adaptive.js';
import { Ftrl } from './ftrl.js';
import { LossScaleOptimizer } from './loss-scale.js';
import { Muon } from './muon.js';
import { Optimizer } from './optimizer.js';
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

/** The wrapper, whose options hold a whole optimizer. */
function lossScale(config: PlainConfig): LossScaleOptimizer {
  const { innerOptimizer } = config;
  if (!isSerialized(innerOptimizer)) {
    throw new FormatError({
      where: 'LossScaleOptimizer',
      what: 'the configuration holds no inner optimizer',
      fix: 'compile the model again with an optimizer of your choice',
    });
  }
  const options = { ...config, innerOptimizer: family.get(innerOptimizer) };
  return Reflect.construct(LossScaleOptimizer, [options]);
}

const family: SettingFamily<Optimizer> = new SettingFamily<Optimizer>(
  'optimizer',
  'keras.optimizers',
  { ...makersOf<Optimizer>(CLASSES), LossScaleOptimizer: lossScale },
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
  if (isOne || isSerialized(identifier)) return family.get(identifier, custom);
  throw new ArgumentError({
    where: 'optimizer',
    what: 'this is not an optimizer',
    expected: 'a name or an optimizer object',
    received: typeof identifier,
    fix: "for example optimizer: 'adam'",
  });
}

/** The optimizer that a saved configuration describes. */
export function deserialize(
  saved: SerializedObject,
  custom: CustomSettings<Optimizer> = {},
): Optimizer {
  return family.get(saved, custom);
}

/** The optimizer in Keras's serialised form. */
export function serialize(optimizer: Optimizer): SerializedObject {
  const saved = family.serialize(optimizer);
  if (!(optimizer instanceof LossScaleOptimizer)) return saved;
  return { ...saved, config: { ...saved.config, inner_optimizer: serialize(optimizer.inner) } };
}

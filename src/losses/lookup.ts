// From a name or a saved configuration to a loss object, and back to Keras's serialised form.
import { describe } from '../core/arguments.js';
import { makersOf } from '../core/constructors.js';
import { functionNamed, isClass } from '../core/custom-objects.js';
import { ArgumentError } from '../core/errors.js';
import {
  type CustomSettings,
  isSerialized,
  type SerializedObject,
  SettingFamily,
} from '../core/serialized.js';
import { BinaryCrossentropy, BinaryFocalCrossentropy } from './binary-crossentropy.js';
import {
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
  SparseCategoricalCrossentropy,
} from './categorical-crossentropy.js';
import { Circle } from './circle.js';
import { CTC } from './ctc.js';
import { CategoricalHinge, Hinge, SquaredHinge } from './hinge.js';
import { FunctionLoss, Loss, type LossFunction } from './loss.js';
import { Dice, Tversky } from './overlap.js';
import {
  CosineSimilarity,
  Huber,
  KLDivergence,
  LogCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
} from './regression.js';

/** All that Keras has, by name. */
export const family = new SettingFamily<Loss>(
  'loss',
  'keras.losses',
  Loss,
  makersOf<Loss>([
    MeanSquaredError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    SparseCategoricalCrossentropy,
    CategoricalHinge,
    Circle,
    CTC,
    Hinge,
    SquaredHinge,
    Dice,
    Tversky,
    CosineSimilarity,
    Huber,
    KLDivergence,
    LogCosh,
    Poisson,
  ]),
  {
    bce: 'BinaryCrossentropy',
    kld: 'KLDivergence',
    mae: 'MeanAbsoluteError',
    mse: 'MeanSquaredError',
    mape: 'MeanAbsolutePercentageError',
    msle: 'MeanSquaredLogarithmicError',
  },
);

/** What names a loss: a name, an object, a function, or a saved configuration. */
export type LossIdentifier = string | Loss | LossFunction | SerializedObject;

/**
 * The loss that `identifier` names: `'mse'`, `'meanSquaredError'`, `'mean_squared_error'`,
 * a loss, a function of targets and predictions, or a configuration from a file.
 *
 * @throws UnknownNameError with the nearest name.
 * @example
 * ```ts
 * import { losses } from 'keratin';
 * console.log(losses.get('mse').name); // mean_squared_error
 * ```
 */
export function get(identifier: LossIdentifier, custom: CustomSettings<Loss> = {}): Loss {
  if (typeof identifier === 'function' && !isClass(identifier)) return new FunctionLoss(identifier);
  const lent = typeof identifier === 'string' ? functionNamed(identifier) : undefined;
  if (lent !== undefined) return new FunctionLoss(lent);
  if (identifier instanceof Loss || typeof identifier === 'string' || isSerialized(identifier)) {
    return family.get(identifier, custom);
  }
  throw new ArgumentError({
    where: 'loss',
    what: 'this is not a loss',
    expected: 'a name, a loss object, or a function (yTrue, yPred) => Tensor',
    received: describe(identifier),
    fix: "for example loss: 'mse', or loss: new losses.Huber()",
  });
}

/** The loss that a saved configuration describes. */
export function deserialize(saved: SerializedObject, custom: CustomSettings<Loss> = {}): Loss {
  return family.get(saved, custom);
}

/** The loss in Keras's serialised form. */
export function serialize(loss: Loss): SerializedObject {
  return family.serialize(loss);
}

// From a name or a saved configuration to a loss object, and back to Keras's serialised form.
import { ArgumentError, unknownName } from '../core/errors.js';
import { spellingFree, toCamelCase, toSnakeCase } from '../core/names.js';
import type { Plain } from '../core/op.js';
import { BinaryCrossentropy, BinaryFocalCrossentropy } from './binary-crossentropy.js';
import {
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
  SparseCategoricalCrossentropy,
} from './categorical-crossentropy.js';
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

/** A class of losses; options differ from class to class and are checked by each. */
interface LossClass {
  readonly className: string;
  new (options?: Record<string, never>): Loss;
}

const CLASSES: readonly LossClass[] = [
  BinaryCrossentropy,
  BinaryFocalCrossentropy,
  CategoricalCrossentropy,
  CategoricalFocalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
  SparseCategoricalCrossentropy,
  CategoricalHinge,
  Hinge,
  SquaredHinge,
  Dice,
  Tversky,
  CosineSimilarity,
  Huber,
  KLDivergence,
  LogCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
];

/** Keras's short names. */
const ALIASES: Readonly<Record<string, LossClass>> = {
  bce: BinaryCrossentropy,
  kld: KLDivergence,
  kl: KLDivergence,
  mae: MeanAbsoluteError,
  mse: MeanSquaredError,
  mape: MeanAbsolutePercentageError,
  msle: MeanSquaredLogarithmicError,
};

/** An object in Keras's files: class name and options in snake_case. */
export interface SerializedObject {
  readonly module: string | null;
  readonly class_name: string;
  readonly config: { readonly [key: string]: Plain };
  readonly registered_name: string | null;
}

/** What names a loss: a name, an object, a function, or a saved configuration. */
export type LossIdentifier = string | Loss | LossFunction | SerializedObject;

function lowerFirst(name: string): string {
  return toCamelCase(toSnakeCase(name));
}

function classNamed(name: string): LossClass {
  const wanted = spellingFree(name);
  const found =
    (Object.hasOwn(ALIASES, wanted) ? ALIASES[wanted] : undefined) ??
    CLASSES.find((candidate) => spellingFree(candidate.className) === wanted);
  if (found !== undefined) return found;
  const known = [...CLASSES.map((known) => lowerFirst(known.className)), ...Object.keys(ALIASES)];
  throw unknownName('loss', name, known);
}

/** A copy of `config` whose keys are camelCase. */
function camelKeys(config: { readonly [key: string]: Plain }): Record<string, Plain> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [toCamelCase(key), value]),
  );
}

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
export function get(identifier: LossIdentifier): Loss {
  if (identifier instanceof Loss) return identifier;
  if (typeof identifier === 'function') return new FunctionLoss(identifier);
  if (typeof identifier === 'string') return new (classNamed(identifier))();
  if (typeof identifier === 'object' && identifier !== null) return deserialize(identifier);
  throw new ArgumentError({
    where: 'loss',
    what: 'this is not a loss',
    expected: 'a name, a loss object, or a function (yTrue, yPred) => Tensor',
    received: String(identifier),
    fix: "for example loss: 'mse'",
  });
}

/** The loss that a saved configuration describes. */
export function deserialize(saved: SerializedObject): Loss {
  const LossOf = classNamed(saved.class_name);
  return Reflect.construct(LossOf, [camelKeys(saved.config)]);
}

/** The loss in Keras's serialised form. */
export function serialize(loss: Loss): SerializedObject {
  const { className } = loss.constructor as typeof Loss;
  const config = Object.fromEntries(
    Object.entries(loss.getConfig()).map(([key, value]) => [toSnakeCase(key), value]),
  );
  const reduction = toSnakeCase(loss.reduction);
  return {
    module: 'keras.losses',
    class_name: className,
    config: { ...config, reduction },
    registered_name: null,
  };
}

// The options of a layer, as soon as it is made: names of initializers, regularizers, constraints and
// activations are looked up, so that a misspelt one is refused there. WeightHolder calls it.
import { get as getActivation } from '../activations/index.js';
import { family as constraints } from '../constraints/index.js';
import { classNameOf } from '../core/class-name.js';
import { KeratinError } from '../core/errors.js';
import { family as initializers, RandomInitializer } from '../initializers/index.js';
import { family as regularizers } from '../regularizers/index.js';
import { kerasModuleOf } from './keras-module.js';

/** Options of Keras's layers that name activations; a layer of yours may mean something else. */
const ACTIVATIONS: ReadonlySet<string> = new Set(['activation', 'recurrentActivation']);

/**
 * The options of `holder`, in which two kinds of names are replaced by the settings: those that a scope
 * lends, since the scope is gone when weights are made, and those of random initializers, which draw
 * their seed now, so that the order in which layers are made decides.
 *
 * @throws UnknownNameError at the option of the layer.
 */
export function settledSettings<Config extends object>(holder: object, config: Config): Config {
  // Names of the class alone: there is no config yet that a model could ask.
  const [className, kerasModule] = [classNameOf(holder), kerasModuleOf(holder)];
  const settled: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === null || value === undefined) continue;
    const family = familyOf(key);
    atOption(className, key, () => {
      const lent = typeof value === 'string' ? family?.lent(value) : undefined;
      // Made once: an initializer draws its seed when it is made.
      const setting = lent ?? family?.get(value);
      if (lent !== undefined || setting instanceof RandomInitializer) settled[key] = setting;
      if (family === undefined && kerasModule !== null && ACTIVATIONS.has(key))
        getActivation(value);
    });
  }
  return Object.keys(settled).length === 0 ? config : { ...config, ...settled };
}

/** What goes wrong in `body` goes wrong at an option of a layer. */
function atOption(className: string, option: string, body: () => void): void {
  try {
    body();
  } catch (error) {
    throw error instanceof KeratinError ? error.placed(`${className} (${option})`) : error;
  }
}

function familyOf(key: string) {
  if (key.endsWith('nitializer')) return initializers;
  if (key.endsWith('egularizer')) return regularizers;
  return key.endsWith('onstraint') ? constraints : undefined;
}

// The model that a configuration describes, made within the budget of its weights. Every format of
// model files comes here; model-file.ts and the entry for TensorFlow.js's users.
import type { CustomRegistry } from '../core/custom-objects.js';
import { currentEngine, withEngine } from '../core/engine.js';
import { FormatError, KeratinError } from '../core/errors.js';
import type { AnyLayer } from '../layers/layer.js';
import type { TensorTree } from '../layers/symbolic.js';
import { deserializeLayer } from '../models/deserialize.js';
import { Model } from '../models/model.js';
import { withinBudget } from './budget.js';
import { CONFIG, type ModelParts } from './keras-file.js';

/** Runs `body` on what a file says: whatever goes wrong there is the fault of the file. */
export function believing<T>(what: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof KeratinError) throw error;
    throw new FormatError(
      {
        where: CONFIG,
        what,
        received: (error instanceof Error ? error.message : String(error)).slice(0, 200),
        fix: 'the file is damaged, or was made by a newer version',
      },
      { cause: error },
    );
  }
}

/** A model with a call of its own makes the weights of its layers by calling them. */
function built(layer: AnyLayer): AnyLayer {
  const shape = layer.buildShape;
  if (layer instanceof Model && layer.graph === undefined && shape !== undefined) {
    layer.build(shape);
  }
  return layer;
}

/** The model that a configuration describes, with fresh weights. */
export function modelFromConfig<Out extends TensorTree>(
  { config, weightBytes }: Pick<ModelParts, 'config' | 'weightBytes'>,
  custom: CustomRegistry,
): Model<Out> {
  const engine = withinBudget(currentEngine(), weightBytes);
  const made: unknown = believing('the configuration does not make a model', () =>
    withEngine(engine, () => built(deserializeLayer(config, { custom }))),
  );
  if (made instanceof Model) return made;
  throw new FormatError({
    where: CONFIG,
    what: 'the configuration describes no model',
    expected: 'Sequential, Functional, or a model class in customObjects',
    received: String(config['class_name']).slice(0, 100),
  });
}

// cloneModel: the same architecture with fresh weights.
import { StateError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { serializeLayer } from '../layers/layer-config.js';
import type { TensorTree } from '../layers/symbolic.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import { deserializeLayer } from './deserialize.js';
import { Model } from './model.js';

/**
 * A model like this one, with fresh weights, for functional models and Sequential. Layers of your
 * own are made by their classes from their configs, which must be plain data.
 *
 * @throws StateError for a model whose class writes `call`: make another one of it with `new`.
 * @example
 * ```ts
 * import { cloneModel, layers, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * console.log(cloneModel(model).countParams()); // 3
 * ```
 */
export function cloneModel<Out extends TensorTree = Tensor>(model: Model<Out>): Model<Out> {
  if (model.graph === undefined) {
    throw new StateError({
      where: `${model.className} "${model.name}"`,
      what: 'only a model that is built of layers can be cloned',
      expected: 'a functional model, or a Sequential that knows its input shape',
      fix: 'build the model first, or make another one with new',
    });
  }
  const classes = new Map<unknown, unknown>();
  findClasses(model, classes);
  const custom = {
    find: (...names: readonly unknown[]): unknown =>
      names.map((name) => classes.get(name)).find((kind) => kind !== undefined),
  };
  const copy = deserializeLayer(serializeLayer(model), { custom });
  if (copy instanceof Model) return copy;
  throw new TypeError('a model was read back as a layer');
}

/** The classes of users inside a model, by name. */
function findClasses(holder: WeightHolder, into: Map<unknown, unknown>): void {
  for (const layer of holder.sublayers) {
    if (layer.kerasModule === null) into.set(layer.className, layer.constructor);
    findClasses(layer, into);
  }
}

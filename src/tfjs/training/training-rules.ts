// Rules of training in TensorFlow.js that differ from Keras 3's: which weights are trained, in which order
// weights are listed, and what the loss of an evaluation is made of.
import { isTensor } from '../../core/tensor.js';
import { flattenTree } from '../../core/tree.js';
import type { Tensor } from '../../index.js';
import { clearMask } from '../../layers/call-context.js';
import type { Weight } from '../../layers/weight.js';
import type { AnyModel } from '../../models/model.js';
import type { LossParts } from '../../models/trainable.js';
import { putGetters, putMethods } from '../prototypes.js';

/** Weights that are trained, as they were when the model was compiled. */
const settled = new WeakMap<object, readonly Weight[]>();
/** Models that are being trained. */
const training = new WeakSet<object>();
/** Models whose loss is computed for an evaluation. */
const tested = new WeakSet<object>();

/** Notes which weights are trained: setting `trainable` later has no effect until the next compile. */
export function settleTrained(model: AnyModel): void {
  if (model.built) settled.set(model, model.trainableWeights);
  else settled.delete(model);
}

/** Runs training of the weights that `compile` settled. */
export async function trainingSettled<T>(model: AnyModel, body: () => Promise<T>): Promise<T> {
  if (training.has(model)) return body();
  training.add(model);
  try {
    return await body();
  } finally {
    training.delete(model);
  }
}

/** Weights that are trained come first, whichever layer they belong to. */
function trainedFirst({ trainableWeights }: AnyModel, weights: readonly Weight[]): Weight[] {
  return [...new Set([...trainableWeights, ...weights])];
}

/** Has the models of a class follow the rules: they stand before what the class inherits. */
export function followRules(prototype: AnyModel): void {
  const parent: AnyModel = Object.getPrototypeOf(prototype);
  putGetters(prototype, {
    weights() {
      return trainedFirst(this, Reflect.get(parent, 'weights', this));
    },
    trainableWeights() {
      const trained = training.has(this) ? settled.get(this) : undefined;
      return trained ?? Reflect.get(parent, 'trainableWeights', this);
    },
    // Penalties of regularizers belong to training alone.
    losses() {
      return tested.has(this) ? [] : Reflect.get(parent, 'losses', this);
    },
  });
  putMethods(prototype, {
    computeLoss(this: AnyModel, parts: LossParts): Tensor {
      // Masks count in layers but not in losses and metrics.
      for (const output of flattenTree(parts.yPred, isTensor)) clearMask(output);
      if (parts.training === true) return parent.computeLoss.call(this, parts);
      tested.add(this);
      try {
        return parent.computeLoss.call(this, parts);
      } finally {
        tested.delete(this);
      }
    },
  });
}

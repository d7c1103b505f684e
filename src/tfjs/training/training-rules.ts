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

/** Models that were told whether they are trained. */
const told = new WeakMap<object, boolean>();
/** Weights that are trained, as they were when the model was compiled. */
const settled = new WeakMap<object, readonly Weight[]>();
/** Models that are being trained. */
const training = new WeakSet<object>();
/** Models whose loss is computed for an evaluation. */
const tested = new WeakSet<object>();

/**
 * Notes which weights are trained: what is frozen later is left out of steps, and what is thawed later
 * waits for the next compile.
 */
export function settleTrained(model: AnyModel): void {
  if (!model.built) {
    settled.delete(model);
    return;
  }
  const { trainableWeights } = model;
  settled.set(model, trainableWeights);
  // Steps may begin with a part of them.
  if (trainableWeights.length > 0) model.optimizer.build(trainableWeights);
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

/**
 * A model that is told so is trained or not, and so are the weights of its layers, wherever these are
 * used; models inside of it are left as they are, and its layers keep their own `trainable`.
 */
function tell(model: AnyModel, isTrained: boolean): void {
  told.set(model, isTrained);
  for (const layer of model.layers) {
    for (const weight of layer.ownTrainables) weight.trainable = isTrained;
  }
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
      if (trained !== undefined) return trained.filter(({ trainable }) => trainable);
      return this.trainable ? Reflect.get(parent, 'trainableWeights', this) : [];
    },
    // Penalties of regularizers belong to training alone.
    losses() {
      return tested.has(this) ? [] : Reflect.get(parent, 'losses', this);
    },
  });
  Object.defineProperty(prototype, 'trainable', {
    get(this: AnyModel) {
      return told.get(this) ?? Reflect.get(parent, 'trainable', this);
    },
    set(this: AnyModel, value: boolean) {
      tell(this, value);
    },
    configurable: true,
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

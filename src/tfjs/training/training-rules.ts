// Rules of training in TensorFlow.js that differ from Keras 3's: which weights are trained, in which order
// weights are listed, and what the loss of an evaluation is made of.
import { flattenTree } from '../../core/tree.js';
import { Tensor } from '../../index.js';
import { clearMask } from '../../layers/call-context.js';
import type { Weight } from '../../layers/weight.js';
import type { AnyModel } from '../../models/model.js';
import type { LossParts } from '../../models/trainable.js';

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

/** What is trained while training goes on; undefined where the layers tell. */
export function trainedNow(model: object): readonly Weight[] | undefined {
  return training.has(model) ? settled.get(model) : undefined;
}

/** Weights that are trained come first, whichever layer they belong to. */
export function trainedFirst(
  model: { readonly trainableWeights: readonly Weight[] },
  weights: readonly Weight[],
): readonly Weight[] {
  return [...new Set([...model.trainableWeights, ...weights])];
}

/** Whether the loss of an evaluation is being computed. */
export function isTested(model: object): boolean {
  return tested.has(model);
}

function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/**
 * The loss there: masks count in layers but not in losses and metrics, and penalties of regularizers
 * belong to training alone.
 */
export function lossThere(
  model: object,
  { training: isTraining, yPred }: LossParts,
  compute: () => Tensor,
): Tensor {
  for (const output of flattenTree(yPred, isTensor)) clearMask(output);
  if (isTraining === true) return compute();
  tested.add(model);
  try {
    return compute();
  } finally {
    tested.delete(model);
  }
}

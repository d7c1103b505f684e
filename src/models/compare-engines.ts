// compareEngines: one training step of a model, op by op and compiled, and where the two differ.
import { checkOptions } from '../core/arguments.js';
import { compareStep, type EngineComparison } from '../core/comparison.js';
import { currentEngine } from '../core/engine.js';
import { isTensor, type Tensor } from '../core/tensor.js';
import { flattenTree, mapTree, type Tree } from '../core/tree.js';
import { toHostBatch, toTensors } from '../data/batch.js';
import { prepare } from './prepare.js';
import { preparedBatch } from './sources.js';
import type { StepData, TrainableModel } from './trainable.js';
import { compiledOf } from './training-state.js';

export type { EngineComparison, EngineDifference } from '../core/comparison.js';

/** Options of `compareEngines`. */
export interface CompareEnginesOptions {
  /** The largest difference that is rounding, in parts of a tensor's largest element; 1e-4. */
  readonly tolerance?: number;
}

/** The same batch with its tensors replaced by `tensors`, in order. */
function refilled(data: StepData, tensors: readonly Tensor[]): StepData {
  let next = 0;
  const fill = (tree: Tree<Tensor> | undefined) =>
    tree && mapTree<Tensor, Tensor>(tree, isTensor, (tensor) => tensors[next++] ?? tensor);
  return { x: fill(data.x) ?? data.x, y: fill(data.y), sampleWeight: fill(data.sampleWeight) };
}

/**
 * Runs one training step (forward, loss, gradients, updates, metrics) twice, op by op and compiled,
 * and finds the first op whose results differ by more than rounding: for finding out whether an
 * odd number comes from your model or from a fault of the library. Weights, optimizer and metrics
 * are afterwards as they were. Slow, and keeps every intermediate result in memory.
 *
 * @param model a compiled model
 * @param batch what `fit` takes as one batch: `{ x, y, sampleWeight }` or `[x, y, sampleWeight]`
 * @throws StateError where the model was not compiled.
 * @example
 * ```ts
 * import { compareEngines, layers, ones, Sequential, zeros } from 'keratin';
 * const model = new Sequential([layers.dense({ units: 2, inputShape: [3] })]);
 * model.compile({ optimizer: 'adam', loss: 'mse' });
 * const { first } = await compareEngines(model, [ones([4, 3]), zeros([4, 2])]);
 * console.log(first); // undefined
 * ```
 */
export async function compareEngines(
  model: TrainableModel,
  batch: unknown,
  options: CompareEnginesOptions = {},
): Promise<EngineComparison> {
  compiledOf(model);
  checkOptions('compareEngines', options, { tolerance: true });
  const host = await preparedBatch(model, await toHostBatch(batch, true));
  prepare(model, host);
  const engine = currentEngine();
  const data = engine.scope(() => toTensors(host));
  const tensors = [data.x, data.y, data.sampleWeight].flatMap((part) =>
    flattenTree(part, isTensor),
  );
  return compareStep(
    (...inputs) => model.trainStep(refilled(data, inputs)),
    tensors,
    options.tolerance ?? 1e-4,
  );
}

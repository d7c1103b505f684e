// Before the first step: what a model, its losses, metrics and optimizer still lack is made for the
// shapes of the first batch. run-steps.ts calls it.
import { currentEngine } from '../core/engine.js';
import { inferSpecs } from '../core/inference.js';
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { flattenTree, mapTree, type Tree } from '../core/tree.js';
import { type HostBatch, numbersOf } from '../data/batch.js';
import { type HostLeaf, isHostLeaf } from '../data/host-array.js';
import { type NamedOutput, namedOutputs } from './outputs.js';
import { targetsPerOutput } from './targets.js';
import type { TrainableModel } from './trainable.js';
import { compiledOf } from './training-state.js';

/** The outputs for a batch and its targets, as tensors that have shapes but no values. */
function outlineOf(model: TrainableModel, batch: HostBatch) {
  const { x, y } = batch;
  const given = [x, ...(y === undefined ? [] : [y])];
  const leaves = given.flatMap((tree) => flattenTree(tree, isHostLeaf).map(numbersOf));
  let outputs: readonly NamedOutput[] = [];
  let targets: readonly (Tensor | undefined)[] = [];
  inferSpecs((tensors) => {
    let position = 0;
    const filled = (tree: Tree<HostLeaf>): Tree<Tensor> =>
      mapTree(tree, isHostLeaf, () => at(tensors, position++));
    outputs = namedOutputs(model.apply(filled(x), { training: false }), model.outputNames);
    const names = outputs.map(({ name }) => name);
    const given = y === undefined ? undefined : filled(y);
    targets = targetsPerOutput(given, names, compiledOf(model).loss?.spec);
    return [];
  }, leaves);
  return { outputs, targets };
}

/**
 * Makes weights, losses, metrics and optimizer state for the first batch, so that compiled steps
 * find them; no output is computed. What fails here fails again in the step itself, with the step's
 * own error: a model with steps of its own need not be callable.
 */
export function prepare(model: TrainableModel, batch: HostBatch): void {
  const { loss, metrics, optimizer } = compiledOf(model);
  if (!model.built || !metrics.isBuilt) {
    try {
      currentEngine().scope(() => {
        const { outputs, targets } = outlineOf(model, batch);
        loss?.build(outputs, targets);
        metrics.build(outputs, targets);
      });
    } catch {
      return;
    }
  }
  if (model.trainableWeights.length > 0) optimizer.build(model.trainableWeights);
}

// recomputeStatistics: the moving moments of batch normalization anew, for weights that changed otherwise
// than by training, such as averaged ones.
import { checkOptions } from '../core/arguments.js';
import { currentEngine } from '../core/engine.js';
import { StateError } from '../core/errors.js';
import { VariablesCopy } from '../core/variables-copy.js';
import { toTensors } from '../data/batch.js';
import type { Dataset } from '../data/dataset-source.js';
import type { ArrayTree } from '../data/host-array.js';
import type { Batches } from '../data/source.js';
import { BatchNormalization } from '../layers/batch-normalization.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import { Breather, close, iteratorOf, noBatches } from './run-steps.js';
import { sourceOf } from './sources.js';
import type { TrainableModel } from './trainable.js';
import { trainingOf } from './training-state.js';

/** Options of `model.recomputeStatistics`. */
export interface RecomputeStatisticsOptions {
  /** Default 32. */
  readonly batchSize?: number;
  /** Batches to use; default all. */
  readonly steps?: number;
}

/** `(x, options)`; during fit `()` for the data that is trained on. */
export type RecomputeStatisticsArguments = [
  x?: ArrayTree | Dataset,
  options?: RecomputeStatisticsOptions,
];

const WHERE = 'recomputeStatistics';

function normalizations(holder: WeightHolder): readonly BatchNormalization[] {
  const own = holder instanceof BatchNormalization && holder.trainable ? [holder] : [];
  return [...own, ...holder.sublayers.flatMap(normalizations)];
}

async function batchesOf(
  model: TrainableModel,
  args: RecomputeStatisticsArguments,
): Promise<{ batches: Batches; limit: number | undefined }> {
  const [x, options = {}] = args;
  checkOptions(WHERE, options, { batchSize: true, steps: true });
  const { batchSize, steps: limit } = options;
  if (x !== undefined) {
    const source = await sourceOf({ x }, { model, where: WHERE, batchSize, steps: limit });
    return { batches: source.epoch({}), limit };
  }
  const { data } = trainingOf(model);
  if (data !== undefined) return { batches: data.source.epoch({}), limit: limit ?? data.limit };
  throw new StateError({
    where: WHERE,
    what: 'there is no data to compute statistics of',
    fix: 'give inputs: model.recomputeStatistics(x). Only during fit can they be left out',
  });
}

/** `model.recomputeStatistics`. What fails leaves all variables as they were. */
export async function recomputeStatistics(
  model: TrainableModel & WeightHolder,
  ...args: RecomputeStatisticsArguments
): Promise<void> {
  const layers = [...new Set(normalizations(model))];
  if (layers.length === 0) return;
  const { batches, limit = Number.POSITIVE_INFINITY } = await batchesOf(model, args);
  const before = await VariablesCopy.of(model.variables);
  const weights = new Set<unknown>(model.weights);
  const streams = await VariablesCopy.of(model.variables.filter((one) => !weights.has(one)));
  const iterator = iteratorOf(batches);
  const breather = new Breather();
  for (const layer of layers) layer.beginMeans();
  try {
    let steps = 0;
    for (; steps < limit; steps++) {
      const batch = await iterator.next();
      if (batch.done === true) break;
      currentEngine().scope(() => {
        model.apply(toTensors(batch.value).x, { training: true });
      });
      await breather.rest();
    }
    if (steps === 0) throw noBatches(WHERE);
    streams.restore();
  } catch (error) {
    before.restore();
    throw error;
  } finally {
    for (const layer of layers) layer.endMeans();
    await close(iterator);
  }
}

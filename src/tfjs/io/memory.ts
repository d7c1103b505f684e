// tf.io.fromMemory and withSaveHandler: models that lie nowhere but in the hands of the program.
import { isRecord } from '../../core/tree.js';
import type {
  IOHandler,
  IOHandlerSync,
  ModelArtifacts,
  SaveResult,
  TrainingConfig,
  WeightData,
  WeightsManifestEntry,
} from './types.js';

/**
 * A handler that gives artifacts which the program has already, whole or in their parts.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * let kept: tf.io.ModelArtifacts = {};
 * await model.save(
 *   tf.io.withSaveHandler(async (artifacts) => {
 *     kept = artifacts;
 *     return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
 *   }),
 * );
 * const copy = await tf.loadLayersModel(tf.io.fromMemory(kept));
 * console.log(copy.countParams()); // 3
 * ```
 */
export function fromMemory(
  artifacts: ModelArtifacts | object,
  weightSpecs?: WeightsManifestEntry[],
  weightData?: WeightData,
  trainingConfig?: TrainingConfig,
): IOHandler {
  const handler = fromMemorySync(artifacts, weightSpecs, weightData, trainingConfig);
  return { load: async () => handler.load() };
}

/** Whether this is a model with all its parts, and not a topology alone. */
function isWhole(value: object): value is ModelArtifacts {
  return isRecord(value) && ('modelTopology' in value || 'weightSpecs' in value);
}

/** The same, without waiting. */
export function fromMemorySync(
  artifacts: ModelArtifacts | object,
  weightSpecs?: WeightsManifestEntry[],
  weightData?: WeightData,
  trainingConfig?: TrainingConfig,
): IOHandlerSync & { load(): ModelArtifacts } {
  if (isWhole(artifacts)) return { load: () => artifacts };
  const parts: ModelArtifacts = { modelTopology: artifacts };
  if (weightSpecs !== undefined) parts.weightSpecs = weightSpecs;
  if (weightData !== undefined) parts.weightData = weightData;
  if (trainingConfig !== undefined) parts.trainingConfig = trainingConfig;
  return { load: () => parts };
}

/** A handler that gives what is to be saved to a function; see {@link fromMemory}. */
export function withSaveHandler(
  saveHandler: (artifacts: ModelArtifacts) => Promise<SaveResult>,
): IOHandler {
  return { save: saveHandler };
}

/** The same, with a function that does not wait. */
export function withSaveHandlerSync(
  saveHandler: (artifacts: ModelArtifacts) => SaveResult,
): IOHandlerSync {
  return { save: saveHandler };
}

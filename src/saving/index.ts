// The public names of saving and loading.

export type { CustomObject, CustomObjects } from '../core/custom-objects.js';
export type { ReadLimits } from '../files/limits.js';
export type { FilePlace } from '../files/places.js';
export { type DeserializeObjectOptions, deserializeKerasObject } from './deserialize-object.js';
export type { WeightComparison, WeightDifference } from './editor/compare-weights.js';
export {
  KerasFileEditor,
  type NewWeights,
  type OpenOptions,
  type PrintOptions,
  type SavedWeight,
  type WeightsTree,
} from './editor/file-editor.js';
export {
  type LoadOptions,
  loadModel,
  modelFromBytes,
  modelToBytes,
  type SaveModelOptions,
  saveModel,
} from './model-file.js';
export { plotModel } from './plot-model.js';
export { serializeKerasObject } from './serialize-object.js';
export {
  type LoadWeightsOptions,
  loadWeights,
  type SaveOptions,
  type SaveWeightsOptions,
  saveWeights,
  weightsToBytes,
} from './weights-file.js';

// The public names of saving and loading.
export type { CustomObject, CustomObjects } from './custom-objects.js';
export type { ReadLimits } from './limits.js';
export {
  type LoadOptions,
  loadModel,
  modelFromBytes,
  modelToBytes,
  saveModel,
} from './model-file.js';
export type { FilePlace } from './places.js';
export {
  type LoadWeightsOptions,
  loadWeights,
  type SaveOptions,
  saveWeights,
  weightsToBytes,
} from './weights-file.js';

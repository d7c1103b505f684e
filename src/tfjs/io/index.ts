// tf.io: where models come from and where they go.
export {
  getModelArtifactsForJSON,
  getModelArtifactsForJSONSync,
  getModelArtifactsInfoForJSON,
} from './artifacts.js';
export { browserDownloads, browserFiles } from './browser-files.js';
export { CompositeArrayBuffer, concatenateArrayBuffers } from './composite-buffer.js';
export { fileSystem } from './file-system.js';
export { browserHTTPRequest, http, isHTTPScheme } from './http.js';
export { browserIndexedDB } from './indexed-db.js';
export { browserLocalStorage } from './local-storage.js';
export { copyModel, listModels, moveModel, removeModel } from './management.js';
export { fromMemory, fromMemorySync, withSaveHandler, withSaveHandlerSync } from './memory.js';
export {
  getLoadHandlers,
  getSaveHandlers,
  registerLoadRouter,
  registerSaveRouter,
} from './routers.js';
export type * from './types.js';
export {
  decodeWeights,
  decodeWeightsStream,
  encodeWeights,
  getWeightSpecs,
  type NamedTensor,
  type NamedTensorMap,
} from './weights.js';
export {
  type FetchWeights,
  loadWeights,
  type WeightsLoader,
  weightsLoaderFactory,
} from './weights-loader.js';

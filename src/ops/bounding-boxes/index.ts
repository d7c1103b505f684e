// Every function on boxes in images, as the namespace `boundingBoxes`.
export { type DeltaOptions, decodeDeltasToBoxes, encodeBoxToDeltas } from './deltas.js';
export {
  type BoxFormat,
  type ConvertOptions,
  convertFormat,
  type ImageExtent,
  type KerasBoxFormat,
} from './formats.js';
export {
  affineTransform,
  type BoundingBoxes,
  type BoxCrop,
  type BoxTransform,
  type ClipBoxesOptions,
  clipToImageSize,
  crop,
  pad,
} from './geometry.js';
export { computeCiou, computeIou, type ImageShape, type IouOptions } from './overlap.js';

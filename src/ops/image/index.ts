// Every public op on images, as the namespace `image`.
export { type BorderOptions, cropImages, padImages } from './borders.js';
export { hsvToRgb, rgbToGrayscale, rgbToHsv } from './colors.js';
export { type BlurOptions, gaussianBlur, type SsimOptions, sobelEdges, ssim } from './filters.js';
export { extractPatches, extractPatches3d, type PatchOptions } from './patches.js';
export {
  type Interpolation,
  type Placement,
  type ResizeOptions,
  resize,
  type ScaleAndTranslateOptions,
  scaleAndTranslate,
} from './resize.js';
export { type FillMode, mapCoordinates, type SampleOptions } from './sampling.js';
export { depthToSpace, spaceToDepth } from './space-depth.js';
export {
  type AffineOptions,
  affineTransform,
  type ElasticOptions,
  elasticTransform,
  perspectiveTransform,
  type TransformOptions,
} from './transforms.js';

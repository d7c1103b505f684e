// Every preprocessing layer and its options: part of what the public index exports by name.

export type { TextArray } from '../../core/text-array.js';
export type { AdaptArray, AdaptBatch, AdaptData, AdaptOptions } from './adapt-data.js';
export { MelSpectrogram, type MelSpectrogramOptions } from './audio/mel-spectrogram.js';
export {
  type SpectrogramMode,
  STFTSpectrogram,
  type STFTSpectrogramOptions,
} from './audio/stft-spectrogram.js';
export { CategoryEncoding, type CategoryEncodingOptions } from './category-encoding.js';
export { Discretization, type DiscretizationOptions } from './discretization.js';
export type { OutputMode } from './encode-categories.js';
export { HashedCrossing, type HashedCrossingOptions } from './hashed-crossing.js';
export { Hashing, type HashingOptions } from './hashing.js';
export {
  ContrastLimitedAdaptiveHistogramEqualization,
  type ContrastLimitedAdaptiveHistogramEqualizationOptions,
} from './images/adaptive-histograms.js';
export {
  RandomRotation,
  type RandomRotationOptions,
  RandomShear,
  type RandomShearOptions,
  RandomTranslation,
  type RandomTranslationOptions,
  RandomZoom,
  type RandomZoomOptions,
} from './images/affine.js';
export type { AffineFillMode, AffineLayerOptions } from './images/affine-layer.js';
export { AugMix, type AugMixOptions } from './images/aug-mix.js';
export type { ColorFactorOptions, ColorOptions, ShareOptions } from './images/color-config.js';
export {
  RandomBrightness,
  RandomColorDegeneration,
  RandomContrast,
  RandomHue,
  RandomSaturation,
} from './images/colors.js';
export {
  CenterCrop,
  type CenterCropOptions,
  RandomCrop,
  type RandomCropOptions,
} from './images/cropping.js';
export {
  RandomGaussianBlur,
  type RandomGaussianBlurOptions,
  RandomGrayscale,
  type RandomGrayscaleOptions,
  RandomInvert,
  RandomPosterization,
  RandomSharpness,
  Solarization,
  type SolarizationOptions,
} from './images/effects.js';
export {
  RandomElasticTransform,
  type RandomElasticTransformOptions,
} from './images/elastic.js';
export type { Factor } from './images/factors.js';
export {
  AutoContrast,
  type AutoContrastOptions,
  Equalization,
  type EqualizationOptions,
} from './images/histograms.js';
export {
  ImageLayer,
  type ImageLayerOptions,
  type ImageSize,
  type RandomImageOptions,
  type Transformation,
} from './images/image-layer.js';
export type { BoundingBoxes, ImageRecord } from './images/image-record.js';
export {
  MaxNumBoundingBoxes,
  type MaxNumBoundingBoxesOptions,
} from './images/max-num-bounding-boxes.js';
export { CutMix, type CutMixOptions, MixUp, type MixUpOptions } from './images/mixing.js';
export { RandAugment, type RandAugmentOptions } from './images/rand-augment.js';
export { RandomColorJitter, type RandomColorJitterOptions } from './images/random-color-jitter.js';
export { RandomFlip, type RandomFlipOptions } from './images/random-flip.js';
export { Resizing, type ResizingOptions } from './images/resizing.js';
export {
  RandomErasing,
  type RandomErasingOptions,
  RandomPerspective,
  type RandomPerspectiveOptions,
} from './images/warps.js';
export { IntegerLookup, type IntegerLookupOptions } from './lookup/integer-lookup.js';
export { StringLookup, type StringLookupOptions, type TextData } from './lookup/string-lookup.js';
export { Normalization, type NormalizationOptions } from './normalization.js';
export { Pipeline, type PipelineOptions } from './pipeline.js';
export { TextVectorization, type TextVectorizationOptions } from './text/text-vectorization.js';

// Functions for the layers of images; part of the `layers` namespace.
import {
  ContrastLimitedAdaptiveHistogramEqualization,
  type ContrastLimitedAdaptiveHistogramEqualizationOptions,
} from './adaptive-histograms.js';
import {
  RandomRotation,
  type RandomRotationOptions,
  RandomShear,
  type RandomShearOptions,
  RandomTranslation,
  type RandomTranslationOptions,
  RandomZoom,
  type RandomZoomOptions,
} from './affine.js';
import { AugMix, type AugMixOptions } from './aug-mix.js';
import type { ColorFactorOptions, ShareOptions } from './color-config.js';
import {
  RandomBrightness,
  RandomColorDegeneration,
  RandomContrast,
  RandomHue,
  RandomSaturation,
} from './colors.js';
import {
  CenterCrop,
  type CenterCropOptions,
  RandomCrop,
  type RandomCropOptions,
} from './cropping.js';
import {
  RandomGaussianBlur,
  type RandomGaussianBlurOptions,
  RandomGrayscale,
  type RandomGrayscaleOptions,
  RandomInvert,
  RandomPosterization,
  RandomSharpness,
  Solarization,
  type SolarizationOptions,
} from './effects.js';
import { RandomElasticTransform, type RandomElasticTransformOptions } from './elastic.js';
import {
  AutoContrast,
  type AutoContrastOptions,
  Equalization,
  type EqualizationOptions,
} from './histograms.js';
import { MaxNumBoundingBoxes, type MaxNumBoundingBoxesOptions } from './max-num-bounding-boxes.js';
import { CutMix, type CutMixOptions, MixUp, type MixUpOptions } from './mixing.js';
import { RandAugment, type RandAugmentOptions } from './rand-augment.js';
import { RandomColorJitter, type RandomColorJitterOptions } from './random-color-jitter.js';
import { RandomFlip, type RandomFlipOptions } from './random-flip.js';
import { Resizing, type ResizingOptions } from './resizing.js';
import {
  RandomErasing,
  type RandomErasingOptions,
  RandomPerspective,
  type RandomPerspectiveOptions,
} from './warps.js';

/** Images resized to one size. */
export const resizing = (options: ResizingOptions): Resizing => new Resizing(options);
/** The middle of images. */
export const centerCrop = (options: CenterCropOptions): CenterCrop => new CenterCrop(options);
/** A part of images at a random place. */
export const randomCrop = (options: RandomCropOptions): RandomCrop => new RandomCrop(options);
/** Images mirrored at random. */
export const randomFlip = (options: RandomFlipOptions = {}): RandomFlip => new RandomFlip(options);
/** Images turned by random angles. */
export const randomRotation = (options: RandomRotationOptions): RandomRotation =>
  new RandomRotation(options);
/** Images zoomed at random. */
export const randomZoom = (options: RandomZoomOptions): RandomZoom => new RandomZoom(options);
/** Images shifted at random. */
export const randomTranslation = (options: RandomTranslationOptions): RandomTranslation =>
  new RandomTranslation(options);
/** Images sheared at random. */
export const randomShear = (options: RandomShearOptions = {}): RandomShear =>
  new RandomShear(options);
/** Images made brighter or darker at random. */
export const randomBrightness = (options: ColorFactorOptions): RandomBrightness =>
  new RandomBrightness(options);
/** Images with more contrast at random. */
export const randomContrast = (options: ColorFactorOptions): RandomContrast =>
  new RandomContrast(options);
/** Images with paler or richer colours at random. */
export const randomSaturation = (options: ColorFactorOptions): RandomSaturation =>
  new RandomSaturation(options);
/** Images with colours turned round the circle at random. */
export const randomHue = (options: ColorFactorOptions): RandomHue => new RandomHue(options);
/** Images mixed with their shades of grey at random. */
export const randomColorDegeneration = (options: ColorFactorOptions): RandomColorDegeneration =>
  new RandomColorDegeneration(options);
/** Brightness, contrast, saturation and hue changed at random. */
export const randomColorJitter = (options: RandomColorJitterOptions = {}): RandomColorJitter =>
  new RandomColorJitter(options);
/** Some images made grey. */
export const randomGrayscale = (options: RandomGrayscaleOptions = {}): RandomGrayscale =>
  new RandomGrayscale(options);
/** Some images inverted. */
export const randomInvert = (options: ShareOptions = {}): RandomInvert => new RandomInvert(options);
/** Images with fewer bits of colour. */
export const randomPosterization = (options: ColorFactorOptions): RandomPosterization =>
  new RandomPosterization(options);
/** Images made sharper or less sharp at random. */
export const randomSharpness = (options: ColorFactorOptions): RandomSharpness =>
  new RandomSharpness(options);
/** Some images blurred. */
export const randomGaussianBlur = (options: RandomGaussianBlurOptions = {}): RandomGaussianBlur =>
  new RandomGaussianBlur(options);
/** Some images seen at an angle. */
export const randomPerspective = (options: RandomPerspectiveOptions = {}): RandomPerspective =>
  new RandomPerspective(options);
/** Some images with a box blotted out. */
export const randomErasing = (options: RandomErasingOptions = {}): RandomErasing =>
  new RandomErasing(options);
/** Bright colours turned round. */
export const solarization = (options: SolarizationOptions = {}): Solarization =>
  new Solarization(options);
/** Colours stretched over their whole range. */
export const autoContrast = (options: AutoContrastOptions = {}): AutoContrast =>
  new AutoContrast(options);
/** Levels of colour made equally frequent. */
export const equalization = (options: EqualizationOptions = {}): Equalization =>
  new Equalization(options);
/** Boxes of other images of the batch put into images. */
export const cutMix = (options: CutMixOptions = {}): CutMix => new CutMix(options);
/** Images mixed with others of the batch. */
export const mixUp = (options: MixUpOptions = {}): MixUp => new MixUp(options);
/** Some of eleven changes, chosen at random. */
export const randAugment = (options: RandAugmentOptions = {}): RandAugment =>
  new RandAugment(options);
/** Chains of changes, mixed with the images themselves. */
export const augMix = (options: AugMixOptions = {}): AugMix => new AugMix(options);
/** Some images bent at random. */
export const randomElasticTransform = (
  options: RandomElasticTransformOptions = {},
): RandomElasticTransform => new RandomElasticTransform(options);
/** As many bounding boxes for each image. */
export const maxNumBoundingBoxes = (options: MaxNumBoundingBoxesOptions): MaxNumBoundingBoxes =>
  new MaxNumBoundingBoxes(options);
/** Levels of colour made equally frequent tile by tile. */
export const contrastLimitedAdaptiveHistogramEqualization = (
  options: ContrastLimitedAdaptiveHistogramEqualizationOptions = {},
): ContrastLimitedAdaptiveHistogramEqualization =>
  new ContrastLimitedAdaptiveHistogramEqualization(options);

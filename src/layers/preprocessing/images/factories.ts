// Functions for the layers of images; part of the `layers` namespace.
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
import {
  CenterCrop,
  type CenterCropOptions,
  RandomCrop,
  type RandomCropOptions,
} from './cropping.js';
import { RandomFlip, type RandomFlipOptions } from './random-flip.js';
import { Resizing, type ResizingOptions } from './resizing.js';

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

// The preprocessing layers that files may name; part of the table in ../registry.ts.
import { MelSpectrogram } from './audio/mel-spectrogram.js';
import { STFTSpectrogram } from './audio/stft-spectrogram.js';
import { CategoryEncoding } from './category-encoding.js';
import { Discretization } from './discretization.js';
import { TFDConcat, TFDIdentity } from './feature-layers.js';
import { HashedCrossing } from './hashed-crossing.js';
import { Hashing } from './hashing.js';
import { ContrastLimitedAdaptiveHistogramEqualization } from './images/adaptive-histograms.js';
import { RandomRotation, RandomShear, RandomTranslation, RandomZoom } from './images/affine.js';
import { AugMix } from './images/aug-mix.js';
import {
  RandomBrightness,
  RandomColorDegeneration,
  RandomContrast,
  RandomHue,
  RandomSaturation,
} from './images/colors.js';
import { CenterCrop, RandomCrop } from './images/cropping.js';
import {
  RandomGaussianBlur,
  RandomGrayscale,
  RandomInvert,
  RandomPosterization,
  RandomSharpness,
  Solarization,
} from './images/effects.js';
import { RandomElasticTransform } from './images/elastic.js';
import { AutoContrast, Equalization } from './images/histograms.js';
import { MaxNumBoundingBoxes } from './images/max-num-bounding-boxes.js';
import { CutMix, MixUp } from './images/mixing.js';
import { RandAugment } from './images/rand-augment.js';
import { RandomColorJitter } from './images/random-color-jitter.js';
import { RandomFlip } from './images/random-flip.js';
import { Resizing } from './images/resizing.js';
import { RandomErasing, RandomPerspective } from './images/warps.js';
import { IntegerLookup } from './lookup/integer-lookup.js';
import { StringLookup } from './lookup/string-lookup.js';
import { Normalization } from './normalization.js';
import { Pipeline } from './pipeline.js';
import { TextVectorization } from './text/text-vectorization.js';

/** Keras's name of each class, and the class. */
export const PREPROCESSING = [
  ['Normalization', Normalization],
  ['Discretization', Discretization],
  ['CategoryEncoding', CategoryEncoding],
  ['Hashing', Hashing],
  ['HashedCrossing', HashedCrossing],
  ['IntegerLookup', IntegerLookup],
  ['StringLookup', StringLookup],
  ['TextVectorization', TextVectorization],
  ['TFDIdentity', TFDIdentity],
  ['TFDConcat', TFDConcat],
  ['Resizing', Resizing],
  ['CenterCrop', CenterCrop],
  ['RandomCrop', RandomCrop],
  ['RandomFlip', RandomFlip],
  ['RandomRotation', RandomRotation],
  ['RandomZoom', RandomZoom],
  ['RandomTranslation', RandomTranslation],
  ['RandomShear', RandomShear],
  ['RandomBrightness', RandomBrightness],
  ['RandomContrast', RandomContrast],
  ['RandomSaturation', RandomSaturation],
  ['RandomHue', RandomHue],
  ['RandomColorDegeneration', RandomColorDegeneration],
  ['RandomColorJitter', RandomColorJitter],
  ['RandomGrayscale', RandomGrayscale],
  ['RandomInvert', RandomInvert],
  ['RandomPosterization', RandomPosterization],
  ['Solarization', Solarization],
  ['RandomSharpness', RandomSharpness],
  ['RandomGaussianBlur', RandomGaussianBlur],
  ['AutoContrast', AutoContrast],
  ['Equalization', Equalization],
  ['RandomPerspective', RandomPerspective],
  ['RandomErasing', RandomErasing],
  ['Pipeline', Pipeline],
  ['MelSpectrogram', MelSpectrogram],
  ['STFTSpectrogram', STFTSpectrogram],
  ['CutMix', CutMix],
  ['MixUp', MixUp],
  ['RandAugment', RandAugment],
  ['AugMix', AugMix],
  ['RandomElasticTransform', RandomElasticTransform],
  ['MaxNumBoundingBoxes', MaxNumBoundingBoxes],
  ['ContrastLimitedAdaptiveHistogramEqualization', ContrastLimitedAdaptiveHistogramEqualization],
] as const;

// The preprocessing layers that files may name; part of the table in ../registry.ts.
import { CategoryEncoding } from './category-encoding.js';
import { Discretization } from './discretization.js';
import { HashedCrossing } from './hashed-crossing.js';
import { Hashing } from './hashing.js';
import { RandomRotation, RandomShear, RandomTranslation, RandomZoom } from './images/affine.js';
import { CenterCrop, RandomCrop } from './images/cropping.js';
import { RandomFlip } from './images/random-flip.js';
import { Resizing } from './images/resizing.js';
import { IntegerLookup } from './lookup/integer-lookup.js';
import { StringLookup } from './lookup/string-lookup.js';
import { Normalization } from './normalization.js';
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
  ['Resizing', Resizing],
  ['CenterCrop', CenterCrop],
  ['RandomCrop', RandomCrop],
  ['RandomFlip', RandomFlip],
  ['RandomRotation', RandomRotation],
  ['RandomZoom', RandomZoom],
  ['RandomTranslation', RandomTranslation],
  ['RandomShear', RandomShear],
] as const;

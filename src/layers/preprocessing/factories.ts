// Functions for the preprocessing layers; part of the `layers` namespace.
import { MelSpectrogram, type MelSpectrogramOptions } from './audio/mel-spectrogram.js';
import { STFTSpectrogram, type STFTSpectrogramOptions } from './audio/stft-spectrogram.js';
import { CategoryEncoding, type CategoryEncodingOptions } from './category-encoding.js';
import { Discretization, type DiscretizationOptions } from './discretization.js';
import { HashedCrossing, type HashedCrossingOptions } from './hashed-crossing.js';
import { Hashing, type HashingOptions } from './hashing.js';
import { IntegerLookup, type IntegerLookupOptions } from './lookup/integer-lookup.js';
import { StringLookup, type StringLookupOptions } from './lookup/string-lookup.js';
import { Normalization, type NormalizationOptions } from './normalization.js';
import { Pipeline, type PipelineOptions } from './pipeline.js';
import { TextVectorization, type TextVectorizationOptions } from './text/text-vectorization.js';

export * from './images/factories.js';

/** Mean 0 and variance 1 by the statistics of a data set. */
export const normalization = (options: NormalizationOptions = {}): Normalization =>
  new Normalization(options);
/** Numbers into bins. */
export const discretization = (options: DiscretizationOptions): Discretization =>
  new Discretization(options);
/** Whole numbers as one-hot, multi-hot or count vectors. */
export const categoryEncoding = (options: CategoryEncodingOptions): CategoryEncoding =>
  new CategoryEncoding(options);
/** Words to numbers by a vocabulary, at the head of a model or outside. */
export const stringLookup = (options: StringLookupOptions = {}): StringLookup =>
  new StringLookup(options);
/** Whole numbers to numbers from 0 on by a vocabulary. */
export const integerLookup = (options: IntegerLookupOptions = {}): IntegerLookup =>
  new IntegerLookup(options);
/** Whole texts to the numbers of their words, at the head of a model or outside. */
export const textVectorization = (options: TextVectorizationOptions = {}): TextVectorization =>
  new TextVectorization(options);
/** Words or whole numbers into bins, without a vocabulary, at the head of a model or outside. */
export const hashing = (options: HashingOptions): Hashing => new Hashing(options);
/** Combinations of features into bins, at the head of a model or outside. */
export const hashedCrossing = (options: HashedCrossingOptions): HashedCrossing =>
  new HashedCrossing(options);
/** Layers one after the other, to prepare data with. */
export const pipeline = (options: PipelineOptions): Pipeline => new Pipeline(options);
/** Loudness of signals over pitch and time. */
export const melSpectrogram = (options: MelSpectrogramOptions = {}): MelSpectrogram =>
  new MelSpectrogram(options);
/** Spectra of pieces of signals, with waves that are weights. */
export const stftSpectrogram = (options: STFTSpectrogramOptions = {}): STFTSpectrogram =>
  new STFTSpectrogram(options);

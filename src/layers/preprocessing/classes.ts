// Every preprocessing layer and its options: part of what the public index exports by name.
export type { AdaptArray, AdaptBatch, AdaptData, AdaptOptions } from './adapt-data.js';
export { CategoryEncoding, type CategoryEncodingOptions } from './category-encoding.js';
export { Discretization, type DiscretizationOptions } from './discretization.js';
export type { OutputMode } from './encode-categories.js';
export { HashedCrossing, type HashedCrossingOptions } from './hashed-crossing.js';
export { Hashing, type HashingOptions } from './hashing.js';
export { IntegerLookup, type IntegerLookupOptions } from './lookup/integer-lookup.js';
export { StringLookup, type StringLookupOptions, type TextData } from './lookup/string-lookup.js';
export { Normalization, type NormalizationOptions } from './normalization.js';
export type { TextArray } from './text/text-array.js';
export { TextVectorization, type TextVectorizationOptions } from './text/text-vectorization.js';

// Every preprocessing layer and its options: part of what the public index exports by name.
export type { AdaptArray, AdaptBatch, AdaptData, AdaptOptions } from './adapt-data.js';
export { CategoryEncoding, type CategoryEncodingOptions } from './category-encoding.js';
export { Discretization, type DiscretizationOptions } from './discretization.js';
export type { OutputMode } from './encode-categories.js';
export { Normalization, type NormalizationOptions } from './normalization.js';

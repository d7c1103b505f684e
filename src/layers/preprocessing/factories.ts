// Functions for the preprocessing layers; part of the `layers` namespace.
import { CategoryEncoding, type CategoryEncodingOptions } from './category-encoding.js';
import { Discretization, type DiscretizationOptions } from './discretization.js';
import { Normalization, type NormalizationOptions } from './normalization.js';

/** Mean 0 and variance 1 by the statistics of a data set. */
export const normalization = (options: NormalizationOptions = {}): Normalization =>
  new Normalization(options);
/** Numbers into bins. */
export const discretization = (options: DiscretizationOptions): Discretization =>
  new Discretization(options);
/** Whole numbers as one-hot, multi-hot or count vectors. */
export const categoryEncoding = (options: CategoryEncodingOptions): CategoryEncoding =>
  new CategoryEncoding(options);

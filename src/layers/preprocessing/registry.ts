// The preprocessing layers that files may name; part of the table in ../registry.ts.
import { CategoryEncoding } from './category-encoding.js';
import { Discretization } from './discretization.js';
import { Normalization } from './normalization.js';

/** Keras's name of each class, and the class. */
export const PREPROCESSING = [
  ['Normalization', Normalization],
  ['Discretization', Discretization],
  ['CategoryEncoding', CategoryEncoding],
] as const;

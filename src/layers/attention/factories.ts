// The part of the `layers` namespace that attends.
import { EinsumDense, type EinsumDenseOptions } from '../einsum-dense.js';
import { MultiHeadAttention, type MultiHeadAttentionOptions } from './multi-head-attention.js';

/** Sums of products that an equation names, and a bias: a dense layer over any axes. */
export const einsumDense = (options: EinsumDenseOptions): EinsumDense => new EinsumDense(options);
/** Several attentions side by side: `[query, value]` or `[query, value, key]`. */
export const multiHeadAttention = (options: MultiHeadAttentionOptions): MultiHeadAttention =>
  new MultiHeadAttention(options);

// The part of the `layers` namespace that attends.
import { EinsumDense, type EinsumDenseOptions } from '../einsum-dense.js';
import {
  AdditiveAttention,
  type AdditiveAttentionOptions,
  Attention,
  type AttentionLayerOptions,
  GroupQueryAttention,
  type GroupQueryAttentionOptions,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
} from './index.js';

/** Sums of products that an equation names, and a bias: a dense layer over any axes. */
export const einsumDense = (options: EinsumDenseOptions): EinsumDense => new EinsumDense(options);
/** Attention of `[query, value]` or `[query, value, key]` as they are. */
export const attention = (options: AttentionLayerOptions = {}): Attention => new Attention(options);
/** Attention with scores from the tanh of query plus key. */
export const additiveAttention = (options: AdditiveAttentionOptions = {}): AdditiveAttention =>
  new AdditiveAttention(options);
/** Several attentions side by side: `[query, value]` or `[query, value, key]`. */
export const multiHeadAttention = (options: MultiHeadAttentionOptions): MultiHeadAttention =>
  new MultiHeadAttention(options);
/** Several attentions side by side, of which some share keys and values. */
export const groupQueryAttention = (options: GroupQueryAttentionOptions): GroupQueryAttention =>
  new GroupQueryAttention(options);

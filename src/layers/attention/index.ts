// The classes of attention and their options.
export {
  AdditiveAttention,
  type AdditiveAttentionOptions,
  Attention,
  type AttentionLayerOptions,
} from './attention.js';
export type { AttentionCallOptions } from './attention-layer.js';
export { GroupQueryAttention, type GroupQueryAttentionOptions } from './grouped-query-attention.js';
export { MultiHeadAttention, type MultiHeadAttentionOptions } from './multi-head-attention.js';
export type { ProjectedCallOptions } from './projected-attention.js';

// Scaled dot-product attention as a sentence (Vaswani et al. 2017).

import { checkOptions, type OptionNames } from '../core/arguments.js';
import { at } from '../core/sequence.js';
import { requireAxes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, div, mul } from './arithmetic.js';
import { asTensor, type TensorLike } from './convert.js';
import { tri } from './create.js';
import { einsum } from './einsum.js';
import { softmax } from './softmax.js';
import { tanh } from './trigonometry.js';
import { where } from './where.js';

/** What steers attention. */
export interface AttentionOptions {
  /** Added to the scores [batch, heads, queries, keys]. */
  readonly bias?: TensorLike | undefined;
  /** True where a query may look at a key; broadcasts against the scores. */
  readonly mask?: TensorLike | undefined;
  /** 1 / sqrt(head size) by default. */
  readonly scale?: number | undefined;
  /** Whether queries see only keys at or before their own position. */
  readonly isCausal?: boolean | undefined;
  /** Scores are squeezed into (-cap, cap) with tanh. */
  readonly softCap?: number | undefined;
}

const ATTENTION_OPTIONS: OptionNames<AttentionOptions> = {
  bias: true,
  mask: true,
  scale: true,
  isCausal: true,
  softCap: true,
};

/** What masked scores become: far below any other, yet finite in half precision's range too. */
const MASKED = -30_000;

/**
 * softmax(query keyᵀ scale) value for tensors [batch, length, heads, size].
 *
 * @example
 * ```ts
 * import { dotProductAttention, ones } from 'keratin';
 * const x = ones([1, 3, 2, 4]);
 * console.log(dotProductAttention(x, x, x).shape); // [ 1, 3, 2, 4 ]
 * ```
 */
export function dotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options: AttentionOptions = {},
): Tensor {
  checkOptions('dotProductAttention', options, ATTENTION_OPTIONS);
  const [q, k, v] = [asTensor(query), asTensor(key), asTensor(value)];
  for (const { shape } of [q, k, v]) requireAxes('dotProductAttention', shape, 4);
  const { bias, mask, isCausal = false, softCap } = options;
  const scale = options.scale ?? 1 / Math.sqrt(at(q.shape, -1));
  let scores = einsum('bqhd,bkhd->bhqk', mul(q, scale), k);
  if (softCap !== undefined) scores = mul(tanh(div(scores, softCap)), softCap);
  if (bias !== undefined) scores = add(scores, bias);
  if (mask !== undefined) scores = where(mask, scores, MASKED);
  if (isCausal) {
    const past = tri(at(q.shape, 1), at(k.shape, 1), { dtype: 'bool' });
    scores = where(past, scores, MASKED);
  }
  return einsum('bhqk,bkhd->bqhd', softmax(scores), v);
}

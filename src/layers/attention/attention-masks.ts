// The masks that attention is steered with, joined into one: true where a query may look at a key.
import { range } from '../../core/sequence.js';
import type { Tensor } from '../../core/tensor.js';
import { cast, expandDims, logicalAnd, logicalNot, tri } from '../../ops/index.js';

/** The masks of one call; undefined where there is none. */
export interface AttentionMasks {
  /** `[batch, queries]`: false where the query is padding. */
  readonly query: Tensor | undefined;
  /** `[batch, keys]`: false where the value is padding. */
  readonly value: Tensor | undefined;
  /** `[batch, keys]`: false where the key is padding. */
  readonly key: Tensor | undefined;
  /** Broadcasts to `[batch, queries, keys]` or `[batch, heads, queries, keys]`. */
  readonly attention: Tensor | undefined;
  /** Whether a query sees only keys at or before its own position. */
  readonly isCausal: boolean;
  /** Queries see keys less than this far away, on both sides. */
  readonly slidingWindow: number | null;
}

/** Positions of the scores: numbers of queries and keys. */
export interface ScoreSize {
  readonly queries: number;
  readonly keys: number;
}

/** `[1, queries, keys]`: true where the key stands at or before the query. */
export function causalMask({ queries, keys }: ScoreSize): Tensor {
  return expandDims(tri(queries, keys, { dtype: 'bool' }), 0);
}

/** `[1, queries, keys]`: true where query and key are less than `window` apart. */
function windowMask({ queries, keys }: ScoreSize, window: number): Tensor {
  const before = tri(queries, keys, { diagonal: window - 1, dtype: 'bool' });
  const tooFarBack = tri(queries, keys, { diagonal: -window, dtype: 'bool' });
  return expandDims(logicalAnd(before, logicalNot(tooFarBack)), 0);
}

/** Adds axes of size 1 before the last `kept` axes, up to `rank`. */
export function withHeadAxes(mask: Tensor, rank: number, kept: number): Tensor {
  const missing = rank - mask.rank;
  if (missing <= 0) return mask;
  const place = Math.max(0, mask.rank - kept);
  return expandDims(
    mask,
    range(missing).map((index) => place + index),
  );
}

function bool(mask: Tensor): Tensor {
  return mask.dtype === 'bool' ? mask : cast(mask, 'bool');
}

/** All masks as one, `[batch, queries, keys]` or with heads; undefined where there is none. */
export function joinedMask(masks: AttentionMasks, size: ScoreSize): Tensor | undefined {
  const { query, value, key, attention, isCausal, slidingWindow } = masks;
  const parts: Tensor[] = [];
  if (query !== undefined) parts.push(expandDims(bool(query), -1));
  if (value !== undefined) parts.push(expandDims(bool(value), -2));
  if (key !== undefined) parts.push(expandDims(bool(key), -2));
  if (isCausal) parts.push(causalMask(size));
  if (slidingWindow !== null) parts.push(windowMask(size, slidingWindow));
  const [first, ...rest] = parts;
  const own = first === undefined ? undefined : rest.reduce(logicalAnd, first);
  if (attention === undefined) return own;
  // A mask with heads meets the others at their batch. (Keras lines up its batch with their heads.)
  return own === undefined
    ? bool(attention)
    : logicalAnd(bool(attention), withHeadAxes(own, attention.rank, 2));
}

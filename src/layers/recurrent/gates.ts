// Products with one kernel for all gates, and the dropout masks that stay the same over time.

import type { DType } from '../../core/dtype.js';
import type { Shape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { concat, matmul, mul, ones, random, type SeedGenerator, split } from '../../ops/index.js';

/** Masks for one tensor: none, one for all gates, or one for each gate. */
export type GateMasks = readonly Tensor[];

/** `x · kernel`, where x is masked first. Gates lie side by side in the kernel's last axis. */
export function gateProduct(x: Tensor, kernel: Tensor, masks: GateMasks): Tensor {
  const [only, ...others] = masks;
  if (only === undefined) return matmul(x, kernel);
  if (others.length === 0) return matmul(mul(x, only), kernel);
  const kernels = split(kernel, masks.length, -1);
  const products = masks.flatMap((mask, gate) => {
    const part = kernels[gate];
    return part === undefined ? [] : [matmul(mul(x, mask), part)];
  });
  return concat(products, -1);
}

/** What a mask is drawn for. */
export interface MaskRequest {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly rate: number;
  /** 1 for one mask, or the number of gates. */
  readonly count: number;
  readonly seed: SeedGenerator;
}

/** Masks of 0 and `1 / (1 - rate)`. */
export function drawMasks({ shape, dtype, rate, count, seed }: MaskRequest): GateMasks {
  return Array.from({ length: count }, () => random.dropout(ones(shape, dtype), rate, { seed }));
}

// Chooses the pooling op for the number of axes of space. Between the pooling layers and the ops.
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from '../ops/index.js';

/** Which windows are pooled. */
export interface PoolWindows {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';
}

/** The largest of each window of `[batch, ...space, channels]`. */
export function maxPool(x: Tensor, windows: PoolWindows): Tensor {
  return at([maxPool1d, maxPool2d, maxPool3d], x.rank - 3)(x, windows);
}

/** The mean of each window of `[batch, ...space, channels]`. */
export function averagePool(x: Tensor, windows: PoolWindows): Tensor {
  return at([averagePool1d, averagePool2d, averagePool3d], x.rank - 3)(x, windows);
}

// Chooses the op for the number of axes of space. Between the convolution layers and the ops.
import { at } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  depthwiseConv1d,
  depthwiseConv2d,
} from '../ops/index.js';
import type { Padding, Window } from './data-format.js';

/** How a kernel moves. */
export interface Moves {
  readonly strides: Window;
  readonly dilation: Window;
  readonly padding: Padding;
}

const CONVOLUTIONS = [conv1d, conv2d, conv3d];
const TRANSPOSED = [convTranspose1d, convTranspose2d, convTranspose3d];
const DEPTHWISE = [depthwiseConv1d, depthwiseConv2d];

/** The convolution of `[batch, ...space, channels]` with a kernel. */
export function convolve(x: Tensor, kernel: Tensor, moves: Moves & { groups: number }): Tensor {
  return at(CONVOLUTIONS, x.rank - 3)(x, kernel, moves);
}

/** The convolution of each channel with a kernel of its own. */
export function convolveDepthwise(x: Tensor, kernel: Tensor, moves: Moves): Tensor {
  return at(DEPTHWISE, x.rank - 3)(x, kernel, moves);
}

/** How a transposed kernel moves. */
export interface TransposedMoves {
  readonly strides: Window;
  readonly dilation: Window;
  readonly outputPadding: Window | null;
  readonly padding: 'valid' | 'same';
}

/** The transposed convolution of `[batch, ...space, channels]` with a kernel. */
export function convolveTransposed(x: Tensor, kernel: Tensor, moves: TransposedMoves): Tensor {
  return at(TRANSPOSED, x.rank - 3)(x, kernel, moves);
}

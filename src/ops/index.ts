// Every public op.
export * from './activations.js';
export * from './arg-reductions.js';
export * from './arithmetic.js';
export * from './attention.js';
export * from './comparison.js';
export * from './composed.js';
export * from './composed-activations.js';
export * from './control.js';
export * from './conv.js';
export * from './conv-transpose.js';
export { asTensor, type DTypeOption, type TensorLike } from './convert.js';
export * from './create.js';
export { type CumulativeOptions, cumprod, cumsum } from './cumulative.js';
export * from './depthwise-conv.js';
export * from './diagonals.js';
export * from './division.js';
export { dot, einsum, outer, tensordot } from './einsum.js';
export {
  type GatherOptions,
  gather,
  take,
  takeAlongAxis,
} from './gather.js';
export * from './image.js';
export * from './joining.js';
export * from './matmul.js';
export { batchNorm, layerNorm, type NormOptions, rmsNorm } from './normalization.js';
export * from './pool.js';
export * from './powers.js';
export * as random from './random.js';
export * from './reductions.js';
export * from './scatter.js';
export { SeedGenerator } from './seed-generator.js';
export * from './shaping.js';
export { slice, stridedSlice } from './slicing.js';
export * from './softmax.js';
export * from './sort.js';
export * from './statistics.js';
export * from './trigonometry.js';
export * from './views.js';
export * from './where.js';
export type { DataFormat, Padding, PaddingPairs } from './windows.js';

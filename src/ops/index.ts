// Every public op, and the table of op objects by name that tests run through.
export * from './activations.js';
export * from './arg-reductions.js';
export * from './arithmetic.js';
export * from './comparison.js';
export { asTensor, type DTypeOption, type TensorLike } from './convert.js';
export * from './create.js';
export * from './matmul.js';
export * from './powers.js';
export * from './reductions.js';
export * from './shaping.js';
export * from './softmax.js';
export * from './statistics.js';
export * from './trigonometry.js';
export * from './views.js';
export * from './where.js';

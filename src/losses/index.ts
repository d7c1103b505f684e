// The losses by their public names.
export * from './binary-crossentropy.js';
export * from './categorical-crossentropy.js';
export * from './circle.js';
export type { CrossentropySettings } from './crossentropy.js';
export * from './ctc.js';
export * from './hinge.js';
export { deserialize, get, type LossIdentifier, serialize } from './lookup.js';
export {
  FunctionLoss,
  Loss,
  type LossFunction,
  type LossOptions,
  type LossWeights,
} from './loss.js';
export * from './overlap.js';
export type { Reduction } from './reduction.js';
export * from './regression.js';
export * from './weighted.js';

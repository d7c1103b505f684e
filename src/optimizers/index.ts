// The optimizers by their public names.
export { Adam, type AdamOptions, AdamW } from './adam.js';
export { deserialize, get, type OptimizerIdentifier, serialize } from './lookup.js';
export { Optimizer, type UpdateCall } from './optimizer.js';
export type { LearningRate, OptimizerOptions } from './options.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export * as schedules from './schedules/index.js';
export { SGD, type SGDOptions } from './sgd.js';

// The optimizers by their public names.
export { Adafactor, type AdafactorOptions } from './adafactor.js';
export { Adam, type AdamOptions, AdamW } from './adam.js';
export {
  Adadelta,
  type AdadeltaOptions,
  Adagrad,
  type AdagradOptions,
  Adamax,
  type BetaOptions,
  Nadam,
} from './adaptive.js';
export { Ftrl, type FtrlOptions } from './ftrl.js';
export { deserialize, get, type OptimizerIdentifier, serialize } from './lookup.js';
export { LossScaleOptimizer, type LossScaleOptions } from './loss-scale.js';
export { MultiOptimizer, type MultiOptimizerOptions } from './multi-optimizer.js';
export { Muon, type MuonOptions } from './muon.js';
export { Optimizer, type UpdateCall } from './optimizer.js';
export { type OptimizerChoice, OptimizerMap, type OptimizerMapOptions } from './optimizer-map.js';
export type { LearningRate, OptimizerOptions } from './options.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export { ScheduleFreeAdamW, type ScheduleFreeAdamWOptions } from './schedule-free.js';
export * as schedules from './schedules/index.js';
export { SGD, type SGDOptions } from './sgd.js';
export { Lamb, type LambOptions, Lion, type LionOptions } from './sign-and-trust.js';

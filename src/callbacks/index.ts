// The callbacks by their public names.
export {
  Callback,
  type CallbackHooks,
  type CallbackLike,
  type CallbackModel,
  type CallbackParams,
  type EpochLogs,
  type Logs,
} from './callback.js';
export { CallbackList } from './callback-list.js';
export { CSVLogger, type CSVLoggerOptions } from './csv-logger.js';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.js';
export { History } from './history.js';
export { LambdaCallback } from './lambda-callback.js';
export {
  LearningRateScheduler,
  type LearningRateSchedulerOptions,
  type RateFunction,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './learning-rate.js';
export { ModelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.js';
export type { MonitorMode, MonitorOptions } from './monitor.js';
export { ProgbarLogger, type ProgbarLoggerOptions } from './progbar-logger.js';
export { SwapEMAWeights, type SwapEMAWeightsOptions } from './swap-ema-weights.js';
export { TerminateOnNaN, type TerminateOnNaNOptions } from './terminate-on-nan.js';

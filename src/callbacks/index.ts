// The callbacks by their public names.
export { BackupAndRestore, type BackupAndRestoreOptions } from './backup-and-restore.js';
export {
  Callback,
  type CallbackHooks,
  type CallbackLike,
  type CallbackModel,
  type CallbackParams,
  type EpochLogs,
  type Logs,
  type TrainingPoint,
} from './callback.js';
export { CallbackList } from './callback-list.js';
export { CSVLogger, type CSVLoggerOptions } from './csv-logger.js';
export { EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './early-stopping.js';
export { History } from './history.js';
export { LambdaCallback } from './lambda-callback.js';
export {
  LearningRateScheduler,
  type LearningRateSchedulerOptions,
  type RateFunction,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './learning-rate.js';
export type { HistoryLists, LogValue } from './log-values.js';
export { ModelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.js';
export type { MonitorMode, MonitorOptions } from './monitor.js';
export { ProgbarLogger, type ProgbarLoggerOptions } from './progbar-logger.js';
export { RemoteMonitor, type RemoteMonitorOptions } from './remote-monitor.js';
export type { SaveFreq } from './save-frequency.js';
export { SwapEMAWeights, type SwapEMAWeightsOptions } from './swap-ema-weights.js';
export { TensorBoard, type TensorBoardOptions } from './tensorboard.js';
export { TerminateOnNaN, type TerminateOnNaNOptions } from './terminate-on-nan.js';
export { Timer, type TimerOptions } from './timer.js';
export {
  StochasticWeightAveraging,
  type StochasticWeightAveragingOptions,
} from './weight-averaging.js';

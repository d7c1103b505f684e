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
export { History } from './history.js';
export { ProgbarLogger, type ProgbarLoggerOptions } from './progbar-logger.js';

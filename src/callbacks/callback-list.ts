// Calls many callbacks in order, and knows whether anybody wants to hear of a batch.
import {
  type CallbackHooks,
  type CallbackLike,
  type CallbackModel,
  type CallbackParams,
  type EpochLogs,
  type Logs,
  requireKnownHooks,
} from './callback.js';

const NO_LOGS: Logs = {};

/** What a batch belongs to. */
export type Phase = 'Train' | 'Test' | 'Predict';

type BatchHook =
  | 'onTrainBatchBegin'
  | 'onTrainBatchEnd'
  | 'onTestBatchBegin'
  | 'onTestBatchEnd'
  | 'onPredictBatchBegin'
  | 'onPredictBatchEnd';
type PhaseHook = `on${Phase}${'Begin' | 'End'}`;

/** Batch hooks under their second names, which mean training. */
const ALIASES: Partial<Record<BatchHook, 'onBatchBegin' | 'onBatchEnd'>> = {
  onTrainBatchBegin: 'onBatchBegin',
  onTrainBatchEnd: 'onBatchEnd',
};

/**
 * Callbacks as one. `fit` makes it; loops of your own can use it to serve callbacks.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * const list = new callbacks.CallbackList([{ onEpochEnd: (epoch) => console.log(epoch) }]);
 * await list.epochEnd(0, { loss: 1 }); // 0
 * ```
 */
export class CallbackList {
  readonly callbacks: readonly CallbackLike[];

  constructor(callbacks: readonly CallbackLike[]) {
    callbacks.forEach(requireKnownHooks);
    this.callbacks = callbacks;
  }

  /** Tells the callbacks which model and run they belong to. */
  attach(model: CallbackModel, params: CallbackParams): void {
    for (const callback of this.callbacks) {
      callback.setParams?.(params);
      callback.setModel?.(model);
    }
  }

  async begin(phase: Phase, logs: Logs = NO_LOGS): Promise<void> {
    const hook: PhaseHook = `on${phase}Begin`;
    for (const callback of this.callbacks) await callback[hook]?.(logs);
  }

  async end(phase: Phase, logs: Logs = NO_LOGS): Promise<void> {
    const hook: PhaseHook = `on${phase}End`;
    for (const callback of this.callbacks) await callback[hook]?.(logs);
  }

  async epochBegin(epoch: number): Promise<void> {
    for (const callback of this.callbacks) await callback.onEpochBegin?.(epoch, NO_LOGS);
  }

  async epochEnd(epoch: number, logs: EpochLogs): Promise<void> {
    for (const callback of this.callbacks) await callback.onEpochEnd?.(epoch, logs);
  }

  /** Undefined where nobody listens, so that loops need not wait. */
  batchBegin(phase: Phase, batch: number): Promise<void> | undefined {
    const hook: BatchHook = `on${phase}BatchBegin`;
    const hearing = this.callbacks.filter((callback) => hookOf(callback, hook) !== undefined);
    if (hearing.length === 0) return undefined;
    return callAll(hearing, hook, batch, NO_LOGS);
  }

  /** `read` is called only where somebody wants the logs of this batch. */
  batchEnd(phase: Phase, batch: number, read: () => Promise<Logs>): Promise<void> | undefined {
    const hook: BatchHook = `on${phase}BatchEnd`;
    const hearing = this.callbacks.filter(
      (callback) => hookOf(callback, hook) !== undefined && (callback.wantsBatch?.(batch) ?? true),
    );
    if (hearing.length === 0) return undefined;
    return read().then((logs) => callAll(hearing, hook, batch, logs));
  }
}

function hookOf(callback: CallbackLike, hook: BatchHook): CallbackHooks[BatchHook] {
  const alias = ALIASES[hook];
  return callback[hook] ?? (alias === undefined ? undefined : callback[alias]);
}

async function callAll(
  callbacks: readonly CallbackLike[],
  hook: BatchHook,
  batch: number,
  logs: Logs,
): Promise<void> {
  for (const callback of callbacks) await hookOf(callback, hook)?.call(callback, batch, logs);
}

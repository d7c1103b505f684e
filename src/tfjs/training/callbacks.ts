// Callbacks as TensorFlow.js serves them: logs of a batch are of that batch alone, with its number and
// size, and `onYield` is called where training rests.
import {
  Callback,
  type CallbackLike,
  type CallbackModel,
  type CallbackParams,
  requireKnownHooks,
} from '../../callbacks/callback.js';
import { nextTurn } from '../../core/turn.js';
import type { Logs } from '../types.js';

/** When training rests: after a number of milliseconds (`auto`: 125), a batch, an epoch, or never. */
export type YieldEvery = 'auto' | 'batch' | 'epoch' | 'never' | number;

type Done = void | Promise<void>;

/** Hooks by name, as `fit` takes them. */
export interface CustomCallbackArgs {
  onTrainBegin?(logs: Logs): Done;
  onTrainEnd?(logs: Logs): Done;
  /** `epoch` counts from 0. */
  onEpochBegin?(epoch: number, logs: Logs): Done;
  onEpochEnd?(epoch: number, logs: Logs): Done;
  onBatchBegin?(batch: number, logs: Logs): Done;
  /** `logs` are those of this batch, with its number and size. */
  onBatchEnd?(batch: number, logs: Logs): Done;
  /** Called where training rests, unless that is after every batch or epoch, or never. */
  onYield?(epoch: number, batch: number, logs: Logs): Done;
  setModel?(model: CallbackModel): void;
  setParams?(params: CallbackParams): void;
}

const AUTO_MILLISECONDS = 125;

/**
 * A callback made of hooks.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const told = new tf.CustomCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs) });
 * ```
 */
export class CustomCallback extends Callback {
  onYield?(epoch: number, batch: number, logs: Logs): Done;

  constructor(args: CustomCallbackArgs = {}) {
    super();
    requireHooks(args);
    Object.assign(this, args);
  }
}

/** Throws for a hook that there is not; `onYield` is one here. */
function requireHooks(callback: CustomCallbackArgs): void {
  if (callback.onYield === undefined) return requireKnownHooks(ours(callback));
  if (callback instanceof Callback) return;
  const { onYield: _, ...others } = callback;
  requireKnownHooks(ours(others));
}

/** A callback as ours: logs hold numbers in both, ours lists too for metrics with several values. */
function ours(callback: CustomCallbackArgs): CallbackLike {
  return callback as CallbackLike;
}

/** Logs as theirs: next to metrics with several values, which they have none of, numbers alone. */
function there(logs: object): Logs {
  return logs as Logs;
}

/** What `fit` knows about its batches. */
export interface BatchSizes {
  /** How many samples batch `batch` of the epoch has. */
  sizeOf(batch: number): number;
}

/** The model during training. */
interface Metered {
  resetMetrics(): void;
}

/**
 * Measures each batch by itself. Metrics are forgotten after every batch; the epoch's are the means
 * of the batches, weighted with their sizes, as TensorFlow.js has them.
 */
class BatchMeter implements CallbackLike {
  readonly #model: Metered;
  readonly #sizes: BatchSizes;
  readonly #totals = new Map<string, number>();
  #seen = 0;
  /** Logs of the last batch. */
  logs: Logs = {};
  epoch = 0;

  constructor(model: Metered, sizes: BatchSizes) {
    this.#model = model;
    this.#sizes = sizes;
  }

  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
    this.#totals.clear();
    this.#seen = 0;
  }

  onTrainBatchEnd(batch: number, logs: Readonly<Record<string, unknown>>): void {
    const size = this.#sizes.sizeOf(batch);
    this.logs = { batch, size };
    this.#seen += size;
    for (const [name, value] of Object.entries(logs)) {
      // Metrics with several values stay those of the last batch.
      if (typeof value !== 'number') continue;
      this.logs[name] = value;
      this.#totals.set(name, (this.#totals.get(name) ?? 0) + value * size);
    }
    this.#model.resetMetrics();
  }

  onEpochEnd(_epoch: number, logs: Record<string, unknown>): void {
    for (const [name, total] of this.#totals) logs[name] = total / this.#seen;
  }
}

/** A callback that is told of batches as TensorFlow.js tells it. */
class Served implements CallbackLike {
  readonly #callback: CustomCallbackArgs;
  readonly #meter: BatchMeter;
  /** Milliseconds between two rests; undefined where `onYield` is not called. */
  readonly #pace: number | undefined;
  #rested = performance.now();

  constructor(callback: CustomCallbackArgs, meter: BatchMeter, pace: number | undefined) {
    this.#callback = callback;
    this.#meter = meter;
    this.#pace = pace;
  }

  setModel(model: CallbackModel): void {
    this.#callback.setModel?.(model);
  }

  setParams(params: CallbackParams): void {
    this.#callback.setParams?.(params);
  }

  async onTrainBegin(logs: object): Promise<void> {
    this.#rested = performance.now();
    await this.#callback.onTrainBegin?.(there(logs));
  }

  async onTrainEnd(logs: object): Promise<void> {
    await this.#callback.onTrainEnd?.(there(logs));
  }

  async onEpochBegin(epoch: number, logs: object): Promise<void> {
    await this.#callback.onEpochBegin?.(epoch, there(logs));
  }

  async onEpochEnd(epoch: number, logs: object): Promise<void> {
    await this.#callback.onEpochEnd?.(epoch, there(logs));
  }

  async onTrainBatchBegin(batch: number): Promise<void> {
    const { onTrainBatchBegin = this.#callback.onBatchBegin } = ours(this.#callback);
    await onTrainBatchBegin?.call(this.#callback, batch, {});
  }

  async onTrainBatchEnd(batch: number): Promise<void> {
    const { logs, epoch } = this.#meter;
    const { onTrainBatchEnd = this.#callback.onBatchEnd } = ours(this.#callback);
    await onTrainBatchEnd?.call(this.#callback, batch, logs);
    if (this.#pace === undefined || performance.now() - this.#rested < this.#pace) return;
    await this.#callback.onYield?.(epoch, batch, logs);
    await nextTurn();
    this.#rested = performance.now();
  }
}

/** Whether a callback is called for every batch. */
function hearsBatches(callback: CustomCallbackArgs): boolean {
  const { onBatchBegin, onBatchEnd, onTrainBatchBegin, onTrainBatchEnd } = ours(callback);
  return [onBatchBegin, onBatchEnd, onTrainBatchBegin, onTrainBatchEnd].some(
    (hook) => hook !== undefined,
  );
}

/** The callbacks of a user as our `fit` takes them. */
export function servedCallbacks(
  given: readonly CustomCallbackArgs[],
  yieldEvery: YieldEvery,
  model: Metered,
  sizes: BatchSizes,
): CallbackLike[] {
  given.forEach(requireHooks);
  const pace = yieldEvery === 'auto' ? AUTO_MILLISECONDS : yieldEvery;
  const milliseconds = typeof pace === 'number' ? pace : undefined;
  const yields = (callback: CustomCallbackArgs): boolean => callback.onYield !== undefined;
  const isServed = (callback: CustomCallbackArgs): boolean =>
    hearsBatches(callback) || yields(callback);
  if (!given.some(isServed)) return given.map(ours);
  const meter = new BatchMeter(model, sizes);
  const served = given.map((callback) =>
    isServed(callback) ? new Served(callback, meter, milliseconds) : ours(callback),
  );
  return [meter, ...served];
}

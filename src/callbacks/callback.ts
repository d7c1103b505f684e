// Callbacks: what a program wants to do at certain moments of fit, evaluate and predict.
import { checkOptionsOf, describe, type KnownOptions } from '../core/arguments.js';
import { ArgumentError, nearestName, StateError, UnknownNameError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import type { Variable } from '../core/variable.js';
import type { Metric } from '../metrics/metric.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { EpochLogs, Logs } from './log-values.js';

export type { EpochLogs, Logs } from './log-values.js';

/** What is known before the first batch. */
export interface CallbackParams {
  readonly verbose: number;
  readonly epochs: number;
  /** Batches in an epoch; undefined where nobody knows. */
  readonly steps: number | undefined;
}

/** Where training is: enough to go on from there as if it had never stopped. */
export interface TrainingPoint {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Batches of the epoch that are done. */
  readonly batch: number;
  /** What `setRandomSeed` needs to repeat this epoch's order of samples, and to go on from here. */
  readonly seeds: readonly [epoch: number, now: number];
}

/** The model as callbacks see it. */
export interface CallbackModel {
  readonly name: string;
  /** Set it to true to end fit after the current batch. */
  stopTraining: boolean;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  readonly built?: boolean;
  readonly weights: readonly Variable[];
  readonly trainableWeights?: readonly Variable[];
  /** The weights and the states of random streams. */
  readonly variables?: readonly Variable[];
  /** Where fit is; undefined outside. Set it in `onTrainBegin` to start elsewhere. */
  trainingPoint?: TrainingPoint | undefined;
  getWeights(): readonly Tensor[];
  setWeights(values: readonly Tensor[]): void;
  /** During fit: the moving moments of batch normalization anew, from the data trained on. */
  recomputeStatistics?(): Promise<void>;
  /** The architecture, for models that can write it down. */
  toJson?(): string;
  save?(path: string): Promise<unknown>;
  saveWeights?(path: string): Promise<unknown>;
  loadWeights?(path: string): Promise<unknown>;
}

type Hook<Arguments extends unknown[]> = (...args: Arguments) => void | Promise<void>;

/** Every moment a callback can be called at. All are optional; they may be async. */
export interface CallbackHooks {
  onTrainBegin?: Hook<[logs: Logs]>;
  onTrainEnd?: Hook<[logs: Logs]>;
  /** `epoch` counts from 0. */
  onEpochBegin?: Hook<[epoch: number, logs: Logs]>;
  /** What it adds to `logs` is seen by the callbacks after it. */
  onEpochEnd?: Hook<[epoch: number, logs: EpochLogs]>;
  onTrainBatchBegin?: Hook<[batch: number, logs: Logs]>;
  onTrainBatchEnd?: Hook<[batch: number, logs: Logs]>;
  /** Another word for `onTrainBatchBegin`. */
  onBatchBegin?: Hook<[batch: number, logs: Logs]>;
  /** Another word for `onTrainBatchEnd`. */
  onBatchEnd?: Hook<[batch: number, logs: Logs]>;
  onTestBegin?: Hook<[logs: Logs]>;
  onTestEnd?: Hook<[logs: Logs]>;
  onTestBatchBegin?: Hook<[batch: number, logs: Logs]>;
  onTestBatchEnd?: Hook<[batch: number, logs: Logs]>;
  onPredictBegin?: Hook<[logs: Logs]>;
  onPredictEnd?: Hook<[logs: Logs]>;
  onPredictBatchBegin?: Hook<[batch: number, logs: Logs]>;
  onPredictBatchEnd?: Hook<[batch: number, logs: Logs]>;
}

/** A callback: a record of hooks, or an object of a class that extends {@link Callback}. */
export interface CallbackLike extends CallbackHooks {
  /** True for callbacks that write files or end training: `fastDevRun` leaves them out. */
  readonly skipInFastDevRun?: boolean;
  setModel?(model: CallbackModel): void;
  setParams?(params: CallbackParams): void;
  /**
   * Whether the hook at the end of this batch is to be called. Reading the loss makes the host
   * wait for the device, so callbacks that look only now and then should say so.
   */
  wantsBatch?(batch: number): boolean;
}

/**
 * The parent of callbacks that need the model or parameters. Write the hooks you need. A callback
 * that predicts or looks at layers says which model it wants: `extends callbacks.Callback<Model>`.
 *
 * @example
 * ```ts
 * import { callbacks } from 'keratin';
 * class StopAtOnePercent extends callbacks.Callback {
 *   onEpochEnd(epoch: number, logs: callbacks.Logs) {
 *     if ((logs.loss ?? 1) < 0.01) this.model.stopTraining = true;
 *   }
 * }
 * ```
 */
export class Callback<Of extends CallbackModel = CallbackModel> implements CallbackLike {
  /** The options of the class itself; a class without them takes any. */
  static readonly optionNames: KnownOptions | undefined = undefined;
  #model: Of | undefined;
  #params: CallbackParams | undefined;

  /** `given`: the options of the class, for the check of their names. */
  constructor(given: object = {}) {
    checkOptionsOf(new.target, given);
  }

  /** The model being trained. */
  get model(): Of {
    if (this.#model !== undefined) return this.#model;
    throw new StateError({
      where: this.constructor.name,
      what: 'the callback belongs to no model yet',
      fix: 'pass it to fit, evaluate or predict',
    });
  }

  /** Verbosity, epochs and steps of this run. */
  get params(): CallbackParams {
    return this.#params ?? { verbose: 0, epochs: 0, steps: undefined };
  }

  setModel(model: Of): void {
    this.#model = model;
  }

  setParams(params: CallbackParams): void {
    this.#params = params;
  }
}

const HOOKS: Readonly<Record<keyof CallbackHooks, true>> = {
  onTrainBegin: true,
  onTrainEnd: true,
  onEpochBegin: true,
  onEpochEnd: true,
  onTrainBatchBegin: true,
  onTrainBatchEnd: true,
  onBatchBegin: true,
  onBatchEnd: true,
  onTestBegin: true,
  onTestEnd: true,
  onTestBatchBegin: true,
  onTestBatchEnd: true,
  onPredictBegin: true,
  onPredictEnd: true,
  onPredictBatchBegin: true,
  onPredictBatchEnd: true,
};

/** The names of all members, inherited ones too. */
function memberNames(object: object): string[] {
  const names = new Set<string>();
  for (
    let part: unknown = object;
    typeof part === 'object' && part !== null && part !== Object.prototype;
    part = Object.getPrototypeOf(part)
  ) {
    for (const name of Object.getOwnPropertyNames(part)) names.add(name);
  }
  return [...names];
}

/** Throws for a member that looks like a hook but is none, with the nearest hook. */
export function requireKnownHooks(callback: CallbackLike): void {
  if (typeof callback !== 'object' || callback === null) {
    throw new ArgumentError({
      where: 'callbacks',
      what: 'this is not a callback',
      expected: 'an object with hooks such as onEpochEnd',
      received: describe(callback),
      fix: 'for example callbacks: [new callbacks.EarlyStopping(), { onEpochEnd() {} }]',
    });
  }
  for (const name of memberNames(callback)) {
    if (!/^on[A-Z_]/.test(name) || Object.hasOwn(HOOKS, name)) continue;
    const known = Object.keys(HOOKS);
    const nearest = nearestName(name, known);
    throw new UnknownNameError({
      where: 'callbacks',
      what: `callbacks have no hook named "${name}"`,
      expected: `one of ${known.join(', ')}`,
      received: `"${name}"`,
      fix: nearest === undefined ? 'use a known hook' : `did you mean "${nearest}"?`,
    });
  }
}

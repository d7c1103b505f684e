// fit, trainOnBatch and evaluation of datasets with the arguments and answers of TensorFlow.js.
import { isList, isRecord } from '../../core/tree.js';
import type { ArrayTree } from '../../data/host-array.js';
import { Model, scalar, Tensor } from '../../index.js';
import type { Verbosity } from '../../models/evaluate.js';
import type { FitOptions } from '../../models/fit-options.js';
import type { AnyModel } from '../../models/model.js';
import type { ValidationData } from '../../models/sources.js';
import type { History } from '../../models/trainer.js';
import { Dataset } from '../dataset.js';
import {
  type BatchSizes,
  type CustomCallbackArgs,
  servedCallbacks,
  type YieldEvery,
} from './callbacks.js';
import { inOrder } from './names.js';
import { trainingSettled } from './training-rules.js';

/** Options of `model.fit`. */
export interface ModelFitArgs extends Omit<FitOptions, 'callbacks'> {
  /** One callback, or several. */
  readonly callbacks?: CustomCallbackArgs | readonly CustomCallbackArgs[];
  /** When training rests, so that pages stay responsive; `auto` by default. */
  readonly yieldEvery?: YieldEvery;
}

/** Options of `model.fitDataset`. */
export interface ModelFitDatasetArgs
  extends Pick<
    ModelFitArgs,
    'epochs' | 'verbose' | 'callbacks' | 'classWeight' | 'initialEpoch' | 'yieldEvery'
  > {
  /** Batches in an epoch; by default all. */
  readonly batchesPerEpoch?: number | undefined;
  readonly validationData?: ValidationData | Dataset;
  /** For arrays as validation data. Default 32. */
  readonly validationBatchSize?: number;
  /** Batches of validation; by default all. */
  readonly validationBatches?: number | undefined;
}

/** Options of `model.evaluateDataset`. */
export interface ModelEvaluateDatasetArgs {
  /** Batches to use; by default all. */
  readonly batches?: number | undefined;
  readonly verbose?: Verbosity | undefined;
}

function callbackList(given: ModelFitArgs['callbacks']): readonly CustomCallbackArgs[] {
  if (given === undefined || given === null) return [];
  return isList(given) ? given : [given];
}

/** Without members that are undefined: here they mean that nothing was said. */
function said<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}

/** Options in our words. Nothing is written unless `verbose` asks for it, as in TensorFlow.js. */
function fitOptions(given: ModelFitArgs, model: AnyModel, sizes: BatchSizes): FitOptions {
  const { callbacks, yieldEvery = 'auto', ...options } = said(given);
  return {
    verbose: 0,
    ...options,
    callbacks: servedCallbacks(callbackList(callbacks), yieldEvery, model, sizes),
  };
}

function rowsIn(data: unknown): number {
  if (data instanceof Tensor) return data.shape[0] ?? 1;
  if (isList(data))
    return typeof data[0] === 'object' && !isList(data[0]) ? rowsIn(data[0]) : data.length;
  if (isRecord(data)) return rowsIn(Object.values(data)[0]);
  return ArrayBuffer.isView(data) && 'length' in data ? Number(data.length) : 0;
}

/** The sizes of batches that are cut from arrays. */
function sizesOfArrays(
  x: unknown,
  { batchSize = 32, validationSplit = 0 }: ModelFitArgs,
): BatchSizes {
  const count = Math.floor(rowsIn(x) * (1 - validationSplit));
  return { sizeOf: (batch) => Math.min(batchSize, count - batch * batchSize) };
}

/** Trains, and gives what was logged by epoch. */
export async function fit(
  this: AnyModel,
  x: ArrayTree | Dataset,
  y?: ArrayTree | ModelFitDatasetArgs,
  args: ModelFitArgs = {},
): Promise<History> {
  if (x instanceof Dataset) return fitDataset.call(this, x, (y ?? args) as ModelFitDatasetArgs);
  const options = fitOptions(args, this, sizesOfArrays(x, args));
  return trainingSettled(this, () => Model.prototype.fit.call(this, x, y as ArrayTree, options));
}

/** The same dataset, noting how large its batches are. */
function measured(dataset: Dataset): { dataset: Dataset; sizes: BatchSizes } {
  let last = 0;
  const noted = dataset.map((batch) => {
    last = rowsIn(batch);
    return batch;
  });
  // A batch is read right before its step.
  return { dataset: noted, sizes: { sizeOf: () => last } };
}

/** Trains on batches of a dataset. */
export async function fitDataset(
  this: AnyModel,
  given: Dataset,
  args: ModelFitDatasetArgs = {},
): Promise<History> {
  const { batchesPerEpoch, validationBatches, ...options } = said(args);
  const { dataset, sizes } = measured(given);
  return trainingSettled(this, () =>
    Model.prototype.fit.call(this, dataset, {
      ...fitOptions(options, this, sizes),
      stepsPerEpoch: batchesPerEpoch ?? null,
      validationSteps: validationBatches ?? null,
    }),
  );
}

/** Losses and metrics as scalars: the loss alone, or a list that begins with it. */
export async function evaluateDataset(
  this: AnyModel,
  dataset: Dataset,
  { batches, verbose = 0 }: ModelEvaluateDatasetArgs = {},
): Promise<Tensor | Tensor[]> {
  const steps = batches === undefined ? {} : { steps: batches };
  const logs = await Model.prototype.evaluate.call(this, dataset, { ...steps, verbose });
  return inOrder(this, logs, (value) => scalar(Number(value)));
}

/** One step on one batch: the loss, or a list of it and the metrics of this batch. */
export async function trainOnBatch(
  this: AnyModel,
  x: ArrayTree,
  y: ArrayTree,
): Promise<number | number[]> {
  this.resetMetrics();
  const logs = await trainingSettled(this, () => Model.prototype.trainOnBatch.call(this, x, y));
  return inOrder(this, logs, Number);
}

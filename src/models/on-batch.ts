// trainOnBatch(), testOnBatch() and predictOnBatch(): one step on one batch, with metrics of it alone.
import type { Logs } from '../callbacks/callback.js';
import { allOrNothing } from '../core/all-or-nothing.js';
import { checkOptions } from '../core/arguments.js';
import { currentEngine } from '../core/engine.js';
import { type HostBatch, toTensors } from '../data/batch.js';
import { type ClassWeight, withClassWeights } from '../data/class-weight.js';
import { type ArrayTree, toLeafInputs, toLeafTree } from '../data/host-array.js';
import { disposeLogs, readLogs } from './logs.js';
import { prepare } from './prepare.js';
import { stepFunctionsOf } from './run-steps.js';
import { preparedBatch } from './sources.js';
import type { StepData, StepLogs, TensorTree, TrainableModel } from './trainable.js';
import { compiledOf } from './training-state.js';

/** Options of `model.testOnBatch`. */
export interface TestOnBatchOptions {
  readonly sampleWeight?: ArrayTree | null;
}

/** Options of `model.trainOnBatch`. */
export interface TrainOnBatchOptions extends TestOnBatchOptions {
  readonly classWeight?: ClassWeight | null;
}

/** `(x, y, options)`. */
export type TrainOnBatchArguments = [
  x: ArrayTree,
  y?: ArrayTree | null,
  options?: TrainOnBatchOptions,
];

/** `(x, y, options)`. */
export type TestOnBatchArguments = [
  x: ArrayTree,
  y?: ArrayTree | null,
  options?: TestOnBatchOptions,
];

/** `(x)`. */
export type PredictOnBatchArguments = [x: ArrayTree];

async function batchOf(
  model: TrainableModel,
  x: ArrayTree,
  y: ArrayTree | null | undefined,
  options: TrainOnBatchOptions,
): Promise<HostBatch> {
  const { sampleWeight, classWeight } = options;
  const batch = await preparedBatch(model, {
    x: await toLeafInputs('x', x),
    ...(y === undefined || y === null ? {} : { y: await toLeafTree('y', y) }),
    ...(sampleWeight === undefined || sampleWeight === null
      ? {}
      : { sampleWeight: await toLeafTree('sampleWeight', sampleWeight) }),
  });
  if (classWeight === undefined || classWeight === null) return batch;
  return withClassWeights(batch, classWeight);
}

async function logsOf(
  model: TrainableModel,
  batch: HostBatch,
  step: (data: StepData) => StepLogs,
): Promise<Logs> {
  prepare(model, batch);
  // A step that fails leaves the metrics too as they were.
  const anew = allOrNothing(() => {
    model.resetMetrics();
    return step(toTensors(batch));
  });
  const logs = currentEngine().scope(anew);
  const read = await readLogs(logs);
  disposeLogs(logs);
  return read;
}

/** `model.trainOnBatch`. As in Keras 3, metrics are reset first: the results are those of this batch. */
export async function trainOnBatch(
  model: TrainableModel,
  ...args: TrainOnBatchArguments
): Promise<Logs> {
  compiledOf(model);
  const [x, y, options = {}] = args;
  checkOptions('trainOnBatch', options, { sampleWeight: true, classWeight: true });
  return logsOf(model, await batchOf(model, x, y, options), stepFunctionsOf(model).train);
}

/** `model.testOnBatch`. As in Keras 3, metrics are reset first: the results are those of this batch. */
export async function testOnBatch(
  model: TrainableModel,
  ...args: TestOnBatchArguments
): Promise<Logs> {
  compiledOf(model);
  const [x, y, options = {}] = args;
  checkOptions('testOnBatch', options, { sampleWeight: true });
  return logsOf(model, await batchOf(model, x, y, options), stepFunctionsOf(model).test);
}

/** `model.predictOnBatch`. */
export async function predictOnBatch<Out extends TensorTree>(
  model: TrainableModel<Out>,
  ...args: PredictOnBatchArguments
): Promise<Out> {
  const [x] = args;
  const batch = await batchOf(model, x, undefined, {});
  const outputs = currentEngine().scope(() => stepFunctionsOf(model).predict(toTensors(batch)));
  // The structure is the one that the model's type states.
  return outputs as Out;
}

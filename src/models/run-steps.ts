// Runs steps over batches: the inner loop of fit, evaluate and predict.

import type { Logs } from '../callbacks/callback.js';
import type { CallbackList, Phase } from '../callbacks/callback-list.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError } from '../core/errors.js';
import { type HostBatch, toTensors } from '../data/batch.js';
import type { Batches } from '../data/source.js';
import { disposeLogs, readLogs } from './logs.js';
import { namedOutputs, tensorsPerOutput } from './outputs.js';
import type { StepData, StepLogs, TrainableModel } from './trainable.js';
import { compiledOf, type StepFunctions, trainingOf } from './training-state.js';

/** Milliseconds of work between two rests, in which the host's event loop gets its turn. */
const WORK_BETWEEN_RESTS = 50;

/** Lets timers, sockets and the screen of a browser have their turn now and then. */
export class Breather {
  #last = performance.now();

  /** Undefined where it is too early for a rest. */
  rest(): Promise<void> | undefined {
    if (performance.now() - this.#last < WORK_BETWEEN_RESTS) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        this.#last = performance.now();
        resolve();
      }, 0);
    });
  }
}

/** The steps of a model, ready for the engine that runs now; made once after compile(). */
export function stepFunctionsOf(model: TrainableModel): StepFunctions {
  const state = trainingOf(model);
  const engine = currentEngine();
  if (state.functions?.engine === engine) return state.functions;
  const isEager = state.compiled?.runEagerly ?? false;
  const ready = <F extends (data: StepData) => unknown>(step: F): F =>
    isEager ? step : engine.compile(step);
  state.functions = {
    engine,
    train: ready((data) => model.trainStep(data)),
    test: ready((data) => model.testStep(data)),
    predict: ready((data) => model.predictStep(data)),
  };
  return state.functions;
}

/**
 * Makes weights, losses, metrics and optimizer state from the first batch, so that compiled steps
 * find them. What fails here fails again in the step itself, with the step's own error: a model
 * with steps of its own need not be callable.
 */
export function prepare(model: TrainableModel, batch: HostBatch): void {
  const { loss, metrics, optimizer } = compiledOf(model);
  if (!model.built || !metrics.isBuilt) {
    try {
      currentEngine().scope(() => {
        const { x, y } = toTensors(batch);
        const outputs = namedOutputs(model.apply(x, { training: false }), model.outputNames);
        const targets = tensorsPerOutput(
          'y',
          y,
          outputs.map(({ name }) => name),
        );
        loss?.build(outputs, targets);
        metrics.build(outputs, targets);
      });
    } catch {
      return;
    }
  }
  if (model.trainableWeights.length > 0) optimizer.build(model.trainableWeights);
}

/** What the inner loop needs. */
export interface StepRun {
  readonly model: TrainableModel;
  readonly phase: Phase;
  readonly step: (data: StepData) => StepLogs;
  readonly callbacks: CallbackList;
  /** Changes a batch before it is used, e.g. adds class weights. */
  readonly transform?: ((batch: HostBatch) => Promise<HostBatch>) | undefined;
}

/** What the loop came to. */
export interface StepOutcome {
  /** Logs of the last step; empty where there was none. */
  readonly logs: Logs;
  readonly steps: number;
}

/** Batches being taken one by one. */
export type BatchIterator = AsyncIterator<HostBatch> | Iterator<HostBatch>;

export function iteratorOf(batches: Batches): BatchIterator {
  return Symbol.asyncIterator in batches
    ? batches[Symbol.asyncIterator]()
    : batches[Symbol.iterator]();
}

/** Lets a generator that was not used up release what it holds. */
export async function close(batches: BatchIterator | undefined): Promise<void> {
  await batches?.return?.();
}

/** Runs at most `limit` steps; fewer where the batches end or training is to stop. */
export async function runSteps(
  run: StepRun,
  batches: BatchIterator,
  limit: number | undefined,
): Promise<StepOutcome> {
  const { model, phase, step, callbacks, transform } = run;
  const breather = new Breather();
  let last: StepLogs | undefined;
  let steps = 0;
  while (limit === undefined || steps < limit) {
    const next = await batches.next();
    if (next.done === true) break;
    const batch = transform === undefined ? next.value : await transform(next.value);
    if (steps === 0) prepare(model, batch);
    await callbacks.batchBegin(phase, steps);
    const logs = currentEngine().scope(() => step(toTensors(batch)));
    disposeLogs(last);
    last = logs;
    await callbacks.batchEnd(phase, steps, () => readLogs(logs));
    steps++;
    if (phase === 'Train' && model.stopTraining) break;
    await breather.rest();
  }
  const logs = await readLogs(last ?? {});
  disposeLogs(last);
  return { logs, steps };
}

/** The error for data that gave no batch at all. */
export function noBatches(where: string): ArgumentError {
  return new ArgumentError({
    where,
    what: 'the data gave no batch',
    expected: 'at least one batch',
    received: 'none',
    fix: 'a generator can be used once only: pass the function that makes it instead',
  });
}

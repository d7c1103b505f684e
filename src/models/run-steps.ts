// Runs steps over batches: the inner loop of fit, evaluate and predict.

import type { Logs } from '../callbacks/callback.js';
import type { CallbackList, Phase } from '../callbacks/callback-list.js';
import { allOrNothing } from '../core/all-or-nothing.js';
import { currentEngine } from '../core/engine.js';
import { ArgumentError } from '../core/errors.js';
import { randomState } from '../core/random.js';
import { nextTurn } from '../core/turn.js';
import { type HostBatch, toTensors } from '../data/batch.js';
import type { Batches } from '../data/source.js';
import { disposeLogs, logsOfStep, readLogs } from './logs.js';
import { outputsOfStep } from './outputs.js';
import { prepare } from './prepare.js';
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
    return nextTurn().then(() => {
      this.#last = performance.now();
    });
  }
}

/** Steps are made for the weights that are trained; where others are now, they are made anew. */
function followTrainable(model: TrainableModel): void {
  if (!model.built) return;
  const state = trainingOf(model);
  const { trained: before } = state;
  const now = model.trainableWeights;
  state.trained = now;
  const isSame = before?.length === now.length && now.every((weight, at) => weight === before[at]);
  if (before === undefined || isSame) return;
  state.functions = undefined;
  if (state.compiled === undefined) return;
  console.warn(
    `${model.name}: \`trainable\` was changed after compile(), when ${before.length} weights were ` +
      `trained; now ${now.length} are. Call compile() again, so that the optimizer starts with them.`,
  );
}

/** The steps of a model, ready for the engine that runs now; made once after compile(). */
export function stepFunctionsOf(model: TrainableModel): StepFunctions {
  const state = trainingOf(model);
  const engine = currentEngine();
  followTrainable(model);
  if (state.functions?.engine === engine) return state.functions;
  const isEager = state.compiled?.runEagerly ?? false;
  const ready = <F extends (data: StepData) => unknown>(step: F): F =>
    isEager ? allOrNothing(step) : engine.compile(step);
  state.functions = {
    engine,
    train: ready((data) => logsOfStep('trainStep', model.trainStep(data))),
    test: ready((data) => logsOfStep('testStep', model.testStep(data))),
    predict: ready((data) => outputsOfStep(model, model.predictStep(data))),
  };
  return state.functions;
}

/** What the inner loop needs. */
export interface StepRun {
  readonly model: TrainableModel;
  readonly phase: Phase;
  readonly step: (data: StepData) => StepLogs;
  readonly callbacks: CallbackList;
  /** Changes a batch before it is used, e.g. adds class weights. */
  readonly transform?: ((batch: HostBatch) => Promise<HostBatch>) | undefined;
  /** Batches of the epoch that were done before; they count. Default 0. */
  readonly skipped?: number;
}

/** What the loop came to. */
export interface StepOutcome {
  /** Logs of the last step; empty where there was none. */
  readonly logs: Logs;
  readonly steps: number;
}

/** Batches being taken one by one; only those that take time are waited for. */
export interface BatchIterator {
  next(): IteratorResult<HostBatch> | Promise<IteratorResult<HostBatch>>;
  return?(): unknown;
}

export function iteratorOf(batches: Batches): BatchIterator {
  return Symbol.asyncIterator in batches
    ? batches[Symbol.asyncIterator]()
    : batches[Symbol.iterator]();
}

/** Lets a generator that was not used up release what it holds. */
export async function close(batches: BatchIterator | undefined): Promise<void> {
  await batches?.return?.();
}

/** Takes at most `count` batches; fewer where they end. */
async function take(run: StepRun, batches: BatchIterator, count: number): Promise<HostBatch[]> {
  const taken: HostBatch[] = [];
  while (taken.length < count) {
    const coming = batches.next();
    const next = 'then' in coming ? await coming : coming;
    if (next.done === true) break;
    taken.push(run.transform === undefined ? next.value : await run.transform(next.value));
  }
  return taken;
}

/**
 * Runs at most `limit` steps; fewer where the batches end or training is to stop. Steps run in
 * groups of `stepsPerExecution`: callbacks are asked before the first and after the last of one.
 */
export async function runSteps(
  run: StepRun,
  batches: BatchIterator,
  limit = Number.POSITIVE_INFINITY,
): Promise<StepOutcome> {
  const { model, phase, step, callbacks, skipped = 0 } = run;
  const { stepsPerExecution } = compiledOf(model);
  const breather = new Breather();
  let last: StepLogs | undefined;
  let steps = skipped;
  while (steps < limit) {
    const group = await take(run, batches, Math.min(stepsPerExecution, limit - steps));
    const [first] = group;
    if (first === undefined) break;
    if (steps === skipped) prepare(model, first);
    const begun = callbacks.batchBegin(phase, steps);
    if (begun !== undefined) await begun;
    for (const batch of group) {
      const logs = currentEngine().scope(() => step(toTensors(batch)));
      disposeLogs(last);
      last = logs;
    }
    steps += group.length;
    if (phase === 'Train') advance(model, steps);
    const logs = last ?? {};
    const ended = callbacks.batchEnd(phase, steps - 1, () => readLogs(logs));
    if (ended !== undefined) await ended;
    if (phase === 'Train' && model.stopTraining) break;
    const rest = breather.rest();
    if (rest !== undefined) await rest;
  }
  const logs = await readLogs(last ?? {});
  disposeLogs(last);
  return { logs, steps };
}

/** Notes how far the epoch is, for callbacks that save it. */
function advance(model: TrainableModel, batch: number): void {
  const state = trainingOf(model);
  if (state.point === undefined) return;
  state.point = { ...state.point, batch, seeds: [state.point.seeds[0], randomState()] };
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

// evaluate(): the loss and metrics over data, without changing weights.
import type { CallbackLike, CallbackParams, Logs } from '../callbacks/callback.js';
import { CallbackList } from '../callbacks/callback-list.js';
import { ProgbarLogger } from '../callbacks/progbar-logger.js';
import { checkOptions, requireList } from '../core/arguments.js';
import { limited, maxStepsPerEpoch } from '../core/settings.js';
import { type Dataset, isDataset } from '../data/dataset-source.js';
import type { ArrayTree } from '../data/host-array.js';
import { type Loans, withLoans } from '../data/loans.js';
import type { Source } from '../data/source.js';
import { close, iteratorOf, noBatches, runSteps, stepFunctionsOf } from './run-steps.js';
import { type InputData, sourceOf } from './sources.js';
import type { TrainableModel } from './trainable.js';
import { compiledOf } from './training-state.js';

/** 0 writes nothing, 1 (and `'auto'`) a progress bar, 2 one line. */
export type Verbosity = number | 'auto' | boolean;

/** Options of `model.evaluate`. */
export interface EvaluateOptions {
  /** Default 32. */
  readonly batchSize?: number;
  readonly verbose?: Verbosity;
  readonly sampleWeight?: ArrayTree | null;
  /** Batches to use; default all. */
  readonly steps?: number;
  readonly callbacks?: readonly CallbackLike[];
}

/** `(x, y, options)`, or `(dataset, options)`. */
export type EvaluateArguments =
  | [x: ArrayTree, y?: ArrayTree | null, options?: EvaluateOptions]
  | [dataset: Dataset, options?: EvaluateOptions];

/** Loss and metrics by name. */
export type EvaluateResult = Logs;

const OPTIONS: Readonly<Record<keyof EvaluateOptions, true>> = {
  batchSize: true,
  verbose: true,
  sampleWeight: true,
  steps: true,
  callbacks: true,
};

/** Arguments of a call with targets, whichever way they were given. */
export interface DataArguments<Options> {
  readonly x: InputData;
  readonly y: ArrayTree | null | undefined;
  readonly options: Options;
}

/** Tells `(x, y, options)` from `(dataset, options)`. */
export function dataArguments<Options extends object>(
  args:
    | readonly [x: ArrayTree, y?: ArrayTree | null, options?: Options]
    | readonly [dataset: Dataset, options?: Options],
  known: Readonly<Record<string, true>>,
  where: string,
): DataArguments<Options> {
  const [x, second, third] = args;
  const secondIsOptions = isDataset(x) && third === undefined && isOptions(second, known);
  const options = secondIsOptions ? second : (third ?? {});
  checkOptions(where, options, known);
  return {
    x,
    // Which of the two the second argument is was settled above.
    y: secondIsOptions ? undefined : (second as ArrayTree | null | undefined),
    options: options as Options,
  };
}

function isOptions(value: unknown, known: Readonly<Record<string, true>>): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype && Object.keys(known).length > 0;
}

export function verbosity(verbose: Verbosity | undefined): number {
  return verbose === undefined || verbose === 'auto' ? 1 : Number(verbose);
}

/** The user's callbacks, with a progress line where one is wanted and none is there. */
export function withProgress(callbacks: readonly CallbackLike[], verbose: number): CallbackLike[] {
  requireList('evaluate and predict', 'callbacks', callbacks);
  const hasOne = callbacks.some((callback) => callback instanceof ProgbarLogger);
  return verbose === 0 || hasOne ? [...callbacks] : [...callbacks, new ProgbarLogger()];
}

/** Steps of a run over `source`, where that is known. */
export function stepsOf(source: Source, limit: number | undefined): number | undefined {
  if (limit === undefined) return source.batchCount;
  return source.batchCount === undefined ? limit : Math.min(limit, source.batchCount);
}

/** Evaluation with callbacks that are already attached. */
export async function evaluateSource(
  model: TrainableModel,
  source: Source,
  steps: number | undefined,
  callbacks: CallbackList,
): Promise<Logs> {
  await callbacks.begin('Test');
  model.resetMetrics();
  const step = stepFunctionsOf(model).test;
  const run = { model, phase: 'Test', step, callbacks } as const;
  await source.epochBegin?.();
  const batches = iteratorOf(source.epoch({}));
  const outcome = await runSteps(run, batches, steps);
  await close(batches);
  if (outcome.steps === 0) throw noBatches('evaluate');
  await source.epochEnd?.();
  await callbacks.end('Test', outcome.logs);
  return outcome.logs;
}

/** `model.evaluate`. */
export function evaluateModel(
  model: TrainableModel,
  ...args: EvaluateArguments
): Promise<EvaluateResult> {
  return withLoans((loans) => evaluateWith(model, args, loans));
}

async function evaluateWith(
  model: TrainableModel,
  args: EvaluateArguments,
  loans: Loans,
): Promise<EvaluateResult> {
  compiledOf(model);
  const { x, y, options } = dataArguments<EvaluateOptions>(args, OPTIONS, 'evaluate');
  const { batchSize, sampleWeight, callbacks = [] } = options;
  const steps = limited(options.steps, maxStepsPerEpoch(), 'steps');
  const source = await sourceOf(
    { x, y, sampleWeight },
    { model, loans, where: 'evaluate', batchSize, steps },
  );
  const verbose = verbosity(options.verbose);
  const list = new CallbackList(withProgress(callbacks, verbose));
  const params: CallbackParams = { verbose, epochs: 1, steps: stepsOf(source, steps) };
  list.attach(model, params);
  return evaluateSource(model, source, steps, list);
}

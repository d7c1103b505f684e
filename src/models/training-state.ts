// What training remembers about a model between calls. Kept beside the model, not in it, so that
// the trainer needs no more of a model than TrainableModel says.

import type { TrainingPoint } from '../callbacks/callback.js';
import type { History } from '../callbacks/history.js';
import type { Engine } from '../core/engine.js';
import { StateError } from '../core/errors.js';
import type { Variable } from '../core/variable.js';
import type { Source } from '../data/source.js';
import type { Mean } from '../metrics/mean.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { CompileOptions } from './compile.js';
import type { CompiledLoss } from './compiled-loss.js';
import type { CompiledMetrics } from './compiled-metrics.js';
import type { StepData, StepLogs, TensorTree, TrainableModel } from './trainable.js';

/** What compile() settled. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly loss: CompiledLoss | undefined;
  readonly metrics: CompiledMetrics;
  readonly lossTracker: Mean;
  /** The options as they were given, for saving. */
  readonly options: CompileOptions;
  /** Whether steps run uncompiled, op by op. */
  readonly runEagerly: boolean;
  /** Steps between two calls of callbacks. */
  readonly stepsPerExecution: number;
}

/** Steps made ready for the engine. */
export interface StepFunctions {
  readonly engine: Engine;
  readonly train: (data: StepData) => StepLogs;
  readonly test: (data: StepData) => StepLogs;
  readonly predict: (data: StepData) => TensorTree;
}

/** The training side of one model. */
export class TrainingState {
  compiled: Compiled | undefined;
  functions: StepFunctions | undefined;
  /** The weights that were trained when the steps were made ready. */
  trained: readonly Variable[] | undefined;
  history: History | undefined;
  /** Set it to end fit after the current batch. */
  stopTraining = false;
  /** What fit trains on, and how many batches of it in an epoch; undefined outside. */
  data: { readonly source: Source; readonly limit: number | undefined } | undefined;
  /** Where fit is, or starts where a callback resumes training; undefined outside. */
  point: TrainingPoint | undefined;
}

const states = new WeakMap<TrainableModel, TrainingState>();

/** The training side of `model`. */
export function trainingOf(model: TrainableModel): TrainingState {
  let state = states.get(model);
  if (state === undefined) {
    state = new TrainingState();
    states.set(model, state);
  }
  return state;
}

/** What the model was compiled with; throws where it was not. */
export function compiledOf(model: TrainableModel): Compiled {
  const { compiled } = trainingOf(model);
  if (compiled !== undefined) return compiled;
  throw new StateError({
    where: model.name,
    what: 'the model must be compiled first',
    fix: "call model.compile({ optimizer: 'adam', loss: 'mse' }) before this",
  });
}

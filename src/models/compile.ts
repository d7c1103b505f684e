// compile(): chooses the optimizer, the loss and the metrics of a model.
import { checkOptions } from '../core/arguments.js';
import { ArgumentError, KeratinError } from '../core/errors.js';
import { Mean } from '../metrics/mean.js';
import { get as getOptimizer, type OptimizerIdentifier } from '../optimizers/lookup.js';
import { LossScaleOptimizer } from '../optimizers/loss-scale.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { CompiledLoss, type LossSpec, type LossWeightSpec } from './compiled-loss.js';
import { CompiledMetrics, type MetricsSpec } from './compiled-metrics.js';
import type { TrainableModel } from './trainable.js';
import { trainingOf } from './training-state.js';

/** Options of `model.compile`. */
export interface CompileOptions {
  /** Default `'rmsprop'`. */
  readonly optimizer?: OptimizerIdentifier;
  /**
   * One loss, one for each output (list), or losses by output name. Most losses repeat targets or
   * predictions of width 1, as Keras does: a last layer of the wrong width need not be an error.
   */
  readonly loss?: LossSpec;
  /** Weights of the losses, in the structure of the losses; default 1 each. */
  readonly lossWeights?: LossWeightSpec;
  /**
   * Metrics without sample weights, e.g. `['accuracy']`. The only metric of a model with one output
   * may stand alone, as in TensorFlow.js; Keras wants a list or a record.
   */
  readonly metrics?: MetricsSpec;
  /** Metrics that use sample and class weights, written like `metrics`. */
  readonly weightedMetrics?: MetricsSpec;
  /** Run every step op by op, so that breakpoints and prints work; default false. */
  readonly runEagerly?: boolean;
  /**
   * Whether models of the policy `mixed_float16` train with a LossScaleOptimizer; default true.
   */
  readonly autoScaleLoss?: boolean;
  /** `'eager'` is another word for `runEagerly: true`. */
  readonly engine?: 'eager' | 'graph';
  /**
   * Steps that run one after the other before callbacks are asked, in fit and evaluate; default 1.
   * Worth it where steps are shorter than a millisecond.
   */
  readonly stepsPerExecution?: number;
}

const OPTIONS: Readonly<Record<keyof CompileOptions, true>> = {
  optimizer: true,
  loss: true,
  lossWeights: true,
  metrics: true,
  weightedMetrics: true,
  runEagerly: true,
  autoScaleLoss: true,
  engine: true,
  stepsPerExecution: true,
};

function optimizerFor(model: TrainableModel, options: CompileOptions): Optimizer {
  const optimizer = getOptimizer(options.optimizer ?? 'rmsprop');
  const needsScale = model.dtypePolicy.name === 'mixed_float16' && options.autoScaleLoss !== false;
  if (!needsScale || optimizer instanceof LossScaleOptimizer) return optimizer;
  return new LossScaleOptimizer({ innerOptimizer: optimizer });
}

/** Sets what `fit`, `evaluate` and `trainOnBatch` work with. Weights stay as they are. */
export function compileModel(model: TrainableModel, options: CompileOptions = {}): void {
  checkOptions('compile', options, OPTIONS);
  const { loss, lossWeights, engine, stepsPerExecution = 1 } = options;
  if (engine !== undefined && engine !== 'eager' && engine !== 'graph') {
    throw new ArgumentError({
      where: 'compile',
      what: 'there is no such engine',
      expected: "'eager' or 'graph'",
      received: String(engine),
      fix: 'leave engine out for the default',
    });
  }
  if (!(Number.isInteger(stepsPerExecution) && stepsPerExecution > 0)) {
    throw new ArgumentError({
      where: 'compile',
      what: 'stepsPerExecution is not a number of steps',
      expected: 'a whole number of at least 1',
      received: String(stepsPerExecution),
      fix: 'leave stepsPerExecution out for the default, 1',
    });
  }
  const hasLoss = loss !== undefined && loss !== null;
  const state = trainingOf(model);
  state.compiled = {
    optimizer: inCompile(() => optimizerFor(model, options)),
    loss: hasLoss ? inCompile(() => new CompiledLoss(loss, lossWeights)) : undefined,
    metrics: inCompile(() => new CompiledMetrics(options.metrics, options.weightedMetrics)),
    lossTracker: new Mean({ name: 'loss' }),
    runEagerly: options.runEagerly ?? engine === 'eager',
    stepsPerExecution,
    options,
  };
  state.functions = undefined;
  state.trained = model.built ? model.trainableWeights : undefined;
}

/** What goes wrong in `body` went wrong in `compile`. */
function inCompile<Result>(body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw error instanceof KeratinError ? error.inside('compile') : error;
  }
}

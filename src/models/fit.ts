// fit(): epochs of training steps, with validation, callbacks and history. Order: Keras's.
import type { CallbackLike, EpochLogs, Logs, TrainingPoint } from '../callbacks/callback.js';
import { CallbackList } from '../callbacks/callback-list.js';
import { History } from '../callbacks/history.js';
import { logsFrom } from '../callbacks/log-values.js';
import { Timer } from '../callbacks/timer.js';
import { requireList } from '../core/arguments.js';
import { randomState, setRandomSeed } from '../core/random.js';
import type { HostBatch } from '../data/batch.js';
import { withClassWeights } from '../data/class-weight.js';
import { type Loans, withLoans } from '../data/loans.js';
import { dataArguments, evaluateSource, stepsOf, verbosity, withProgress } from './evaluate.js';
import { EpochBatches, type FitSources, fitSources } from './fit-data.js';
import {
  batchLimit,
  FIT_OPTIONS,
  type FitArguments,
  type FitOptions,
  settledOptions,
} from './fit-options.js';
import { type BatchIterator, noBatches, runSteps, stepFunctionsOf } from './run-steps.js';
import type { TrainableModel } from './trainable.js';
import { compiledOf, type TrainingState, trainingOf } from './training-state.js';

function isDue(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === 'number'
    ? (epoch + 1) % frequency === 0
    : frequency.includes(epoch + 1);
}

/** One call of fit, after its arguments are settled. */
class Fit {
  readonly #model: TrainableModel;
  readonly #options: FitOptions;
  readonly #sources: FitSources;
  readonly #callbacks: CallbackList;

  constructor(
    model: TrainableModel,
    options: FitOptions,
    sources: FitSources,
    callbacks: CallbackList,
  ) {
    this.#model = model;
    this.#options = options;
    this.#sources = sources;
    this.#callbacks = callbacks;
  }

  async run(): Promise<void> {
    const state = trainingOf(this.#model);
    const { initialEpoch = 0 } = this.#options;
    const seed = randomState();
    const start: TrainingPoint = { epoch: initialEpoch, batch: 0, seeds: [seed, seed] };
    this.#model.stopTraining = false;
    state.point = start;
    state.data = { source: this.#sources.train, limit: this.#trainLimit };
    try {
      await this.#callbacks.begin('Train');
      // Callbacks that resume training have moved the point.
      const from: TrainingPoint = state.point ?? start;
      if (from !== start) setRandomSeed(from.seeds[0]);
      const logs = await this.#epochs(state, from);
      compiledOf(this.#model).optimizer.finalizeVariableValues();
      await this.#callbacks.end('Train', logs);
    } finally {
      state.point = undefined;
      state.data = undefined;
    }
  }

  /** Batches to train on in an epoch; undefined for all. */
  get #trainLimit(): number | undefined {
    const { stepsPerEpoch, limitTrainBatches } = this.#options;
    return batchLimit(this.#sources.train, stepsPerEpoch, limitTrainBatches);
  }

  async #epochs(state: TrainingState, start: TrainingPoint): Promise<EpochLogs> {
    const { epochs = 1, validationFreq = 1 } = this.#options;
    const batches = new EpochBatches(this.#sources.train, this.#options);
    let logs: EpochLogs = {};
    for (let epoch = start.epoch; epoch < epochs; epoch++) {
      const seed = randomState();
      const skip = epoch === start.epoch ? start.batch : 0;
      const iterator = await batches.next(skip);
      if (skip > 0) setRandomSeed(start.seeds[1]);
      state.point = { epoch, batch: skip, seeds: [seed, randomState()] };
      this.#model.resetMetrics();
      await this.#callbacks.epochBegin(epoch);
      const outcome = await this.#train(iterator, skip);
      logs = { ...outcome.logs };
      if (isDue(epoch, validationFreq)) Object.assign(logs, await this.#validate());
      state.point = { epoch: epoch + 1, batch: 0, seeds: [randomState(), randomState()] };
      // What callbacks add is for each other: as in Keras, the end of training does not see it.
      await this.#callbacks.epochEnd(epoch, { ...logs });
      if (this.#model.stopTraining || outcome.ranOut) break;
    }
    await batches.close();
    return logs;
  }

  async #train(batches: BatchIterator, skipped: number): Promise<{ logs: Logs; ranOut: boolean }> {
    const { classWeight, stepsPerEpoch } = this.#options;
    const weighted =
      classWeight === undefined || classWeight === null
        ? undefined
        : (batch: HostBatch) => withClassWeights(batch, classWeight);
    const run = {
      model: this.#model,
      phase: 'Train',
      step: stepFunctionsOf(this.#model).train,
      callbacks: this.#callbacks,
      transform: weighted,
      skipped,
    } as const;
    const limit = this.#trainLimit;
    const { train } = this.#sources;
    await train.epochBegin?.();
    const outcome = await runSteps(run, batches, limit);
    await train.epochEnd?.();
    if (outcome.steps === 0) throw noBatches('fit');
    const asked = stepsPerEpoch ?? 0;
    const isShort = outcome.steps < Math.min(asked, limit ?? asked) && !this.#model.stopTraining;
    // As in Keras: data of known length begins anew, and one that just ends is gone.
    const ranOut = isShort && train.batchCount === undefined;
    if (isShort) {
      console.warn(
        `fit: the data ended after ${outcome.steps} of ${asked} steps; ` +
          `${ranOut ? 'training stops' : 'the next epoch begins anew'}. ` +
          'Give a dataset with at least stepsPerEpoch * epochs batches.',
      );
    }
    return { logs: outcome.logs, ranOut };
  }

  async #validate(): Promise<EpochLogs> {
    const { train, validation } = this.#sources;
    if (validation === undefined) return {};
    const { validationSteps, limitValidationBatches, overfitBatches } = this.#options;
    const source = overfitBatches === undefined ? validation : train;
    const steps = batchLimit(source, validationSteps, limitValidationBatches);
    const logs = await evaluateSource(this.#model, source, steps, this.#callbacks);
    return logsFrom(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
  }
}

/** The callbacks of a run: the user's, the history, a timer and a progress line where wanted. */
function callbacksOf(options: FitOptions, verbose: number): [History, CallbackLike[]] {
  const given = options.callbacks ?? [];
  requireList('fit', 'callbacks', given);
  const history = given.find((callback) => callback instanceof History) ?? new History();
  const all = given.includes(history) ? [...given] : [...given, history];
  if (options.maxTime !== undefined) all.push(new Timer({ duration: options.maxTime }));
  return [history, withProgress(all, verbose)];
}

/** `model.fit`. */
export function fitModel(model: TrainableModel, ...args: FitArguments): Promise<History> {
  return withLoans((loans) => fitWith(model, args, loans));
}

async function fitWith(model: TrainableModel, args: FitArguments, loans: Loans): Promise<History> {
  compiledOf(model);
  const { x, y, options: given } = dataArguments<FitOptions>(args, FIT_OPTIONS, 'fit');
  const options = settledOptions(given);
  const sources = await fitSources(model, x, y, options, loans);
  const verbose = verbosity(options.verbose);
  const [history, list] = callbacksOf(options, verbose);
  const callbacks = new CallbackList(list);
  const { stepsPerEpoch, limitTrainBatches } = options;
  const limit = batchLimit(sources.train, stepsPerEpoch, limitTrainBatches);
  const steps = stepsOf(sources.train, limit);
  callbacks.attach(model, { verbose, epochs: options.epochs ?? 1, steps });
  trainingOf(model).history = history;
  await new Fit(model, options, sources, callbacks).run();
  return history;
}

// fit(): epochs of training steps, with validation, callbacks and history. Order: Keras's.
import type { CallbackLike, EpochLogs, Logs } from '../callbacks/callback.js';
import { CallbackList } from '../callbacks/callback-list.js';
import { History } from '../callbacks/history.js';
import { ArgumentError } from '../core/errors.js';
import { nextSeed } from '../core/random.js';
import type { HostBatch } from '../data/batch.js';
import { type ClassWeight, withClassWeights } from '../data/class-weight.js';
import { type Dataset, isDataset } from '../data/dataset-source.js';
import type { ArrayTree } from '../data/host-array.js';
import type { Source } from '../data/source.js';
import {
  dataArguments,
  evaluateSource,
  stepsOf,
  type Verbosity,
  verbosity,
  withProgress,
} from './evaluate.js';
import {
  type BatchIterator,
  close,
  iteratorOf,
  noBatches,
  runSteps,
  stepFunctionsOf,
} from './run-steps.js';
import {
  hostData,
  sourceOf,
  sourceOfArrays,
  splitData,
  type ValidationData,
  validationParts,
} from './sources.js';
import type { TrainableModel } from './trainable.js';
import { compiledOf, trainingOf } from './training-state.js';

/** Options of `model.fit`; the defaults are Keras's. */
export interface FitOptions {
  /** Samples in a batch; default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** The epoch to end before, counted from 0; default 1. */
  readonly epochs?: number;
  readonly verbose?: Verbosity;
  readonly callbacks?: readonly CallbackLike[];
  /** Part of the samples (the last ones, before mixing) kept for validation; default 0. */
  readonly validationSplit?: number;
  /** `[x, y]`, `[x, y, sampleWeight]`, `{ x, y, sampleWeight }`, or a dataset. */
  readonly validationData?: ValidationData | null;
  /** Mix the samples anew for each epoch (default), or within each batch (`'batch'`). */
  readonly shuffle?: boolean | 'batch';
  /** Weight by class number, for models with one output. */
  readonly classWeight?: ClassWeight | null;
  /** One weight for each sample, in the structure of y for several outputs. */
  readonly sampleWeight?: ArrayTree | null;
  /** Where to go on counting; default 0. */
  readonly initialEpoch?: number;
  /** Batches in an epoch; the next epoch goes on where this one ended. Default: all. */
  readonly stepsPerEpoch?: number | null;
  readonly validationSteps?: number | null;
  readonly validationBatchSize?: number | null;
  /** Validate every so many epochs, or after the epochs listed (from 1); default 1. */
  readonly validationFreq?: number | readonly number[];
}

/** `(x, y, options)`, or `(dataset, options)`. */
export type FitArguments =
  | [x: ArrayTree, y?: ArrayTree | null, options?: FitOptions]
  | [dataset: Dataset, options?: FitOptions];

const OPTIONS: Readonly<Record<keyof FitOptions, true>> = {
  batchSize: true,
  epochs: true,
  verbose: true,
  callbacks: true,
  validationSplit: true,
  validationData: true,
  shuffle: true,
  classWeight: true,
  sampleWeight: true,
  initialEpoch: true,
  stepsPerEpoch: true,
  validationSteps: true,
  validationBatchSize: true,
  validationFreq: true,
};

function requireCounts(options: FitOptions): void {
  const { epochs, initialEpoch, stepsPerEpoch, validationSteps, batchSize } = options;
  const counts = { epochs, initialEpoch, stepsPerEpoch, validationSteps, batchSize };
  for (const [name, value] of Object.entries(counts)) {
    const least = name === 'epochs' || name === 'initialEpoch' ? 0 : 1;
    if (value === undefined || value === null) continue;
    if (Number.isInteger(value) && value >= least) continue;
    throw new ArgumentError({
      where: 'fit',
      what: `${name} is not a count`,
      expected: `a whole number of at least ${least}`,
      received: String(value),
      fix: `leave ${name} out for the default`,
    });
  }
}

interface Sources {
  readonly train: Source;
  readonly validation: Source | undefined;
}

async function sourcesOf(
  x: ArrayTree | Dataset,
  y: ArrayTree | null | undefined,
  options: FitOptions,
): Promise<Sources> {
  const { batchSize, sampleWeight, validationSplit = 0, validationData } = options;
  const cut = { where: 'fit', batchSize, steps: options.stepsPerEpoch ?? undefined };
  const validationCut = {
    where: 'validation in fit',
    batchSize: options.validationBatchSize ?? batchSize,
    steps: options.validationSteps ?? undefined,
  };
  if (validationData !== undefined && validationData !== null) {
    const validation = await sourceOf(validationParts(validationData), validationCut);
    return { train: await sourceOf({ x, y, sampleWeight }, cut), validation };
  }
  if (validationSplit === 0) {
    return { train: await sourceOf({ x, y, sampleWeight }, cut), validation: undefined };
  }
  if (isDataset(x)) {
    throw new ArgumentError({
      where: 'fit',
      what: 'validationSplit works for arrays only',
      expected: 'arrays, or validationData',
      received: 'a dataset',
      fix: 'pass a second dataset as validationData',
    });
  }
  const parts = splitData(await hostData({ x, y, sampleWeight }), validationSplit);
  return {
    train: sourceOfArrays(parts.train, cut),
    validation: sourceOfArrays(parts.validation, validationCut),
  };
}

/** Batches of epochs: made anew for each, or going on where `stepsPerEpoch` cut the last. */
class EpochBatches {
  readonly #source: Source;
  readonly #options: FitOptions;
  #open: BatchIterator | undefined;

  constructor(source: Source, options: FitOptions) {
    this.#source = source;
    this.#options = options;
  }

  next(): BatchIterator {
    const { shuffle = true, stepsPerEpoch } = this.#options;
    if (this.#open !== undefined && stepsPerEpoch) return this.#open;
    this.#open = iteratorOf(
      this.#source.epoch({
        seed: shuffle === false ? undefined : nextSeed(),
        withinBatches: shuffle === 'batch',
      }),
    );
    return this.#open;
  }

  close(): Promise<void> {
    return close(this.#open);
  }
}

function isDue(epoch: number, frequency: number | readonly number[]): boolean {
  return typeof frequency === 'number'
    ? (epoch + 1) % frequency === 0
    : frequency.includes(epoch + 1);
}

/** One call of fit, after its arguments are settled. */
class Fit {
  readonly #model: TrainableModel;
  readonly #options: FitOptions;
  readonly #sources: Sources;
  readonly #callbacks: CallbackList;

  constructor(
    model: TrainableModel,
    options: FitOptions,
    sources: Sources,
    callbacks: CallbackList,
  ) {
    this.#model = model;
    this.#options = options;
    this.#sources = sources;
    this.#callbacks = callbacks;
  }

  async run(): Promise<void> {
    const state = trainingOf(this.#model);
    const { epochs = 1, initialEpoch = 0 } = this.#options;
    const batches = new EpochBatches(this.#sources.train, this.#options);
    this.#model.stopTraining = false;
    let logs: EpochLogs = {};
    await this.#callbacks.begin('Train');
    const first = state.initialEpoch ?? initialEpoch;
    state.initialEpoch = undefined;
    for (let epoch = first; epoch < epochs; epoch++) {
      this.#model.resetMetrics();
      await this.#callbacks.epochBegin(epoch);
      const outcome = await this.#train(batches);
      logs = { ...outcome.logs };
      if (isDue(epoch, this.#options.validationFreq ?? 1))
        Object.assign(logs, await this.#validate());
      await this.#callbacks.epochEnd(epoch, logs);
      if (this.#model.stopTraining || outcome.ranOut) break;
    }
    await batches.close();
    compiledOf(this.#model).optimizer.finalizeVariableValues();
    await this.#callbacks.end('Train', logs);
  }

  async #train(batches: EpochBatches): Promise<{ logs: Logs; ranOut: boolean }> {
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
    } as const;
    const limit = stepsPerEpoch ?? undefined;
    const outcome = await runSteps(run, batches.next(), limit);
    await this.#sources.train.epochEnd?.();
    if (outcome.steps === 0) throw noBatches('fit');
    const ranOut = limit !== undefined && outcome.steps < limit && !this.#model.stopTraining;
    if (ranOut) {
      console.warn(
        `fit: the data ended after ${outcome.steps} of ${limit} steps; training stops. ` +
          'Give a dataset with at least stepsPerEpoch * epochs batches.',
      );
    }
    return { logs: outcome.logs, ranOut };
  }

  async #validate(): Promise<EpochLogs> {
    const { validation } = this.#sources;
    if (validation === undefined) return {};
    const steps = this.#options.validationSteps ?? undefined;
    const logs = await evaluateSource(this.#model, validation, steps, this.#callbacks);
    return Object.fromEntries(Object.entries(logs).map(([name, value]) => [`val_${name}`, value]));
  }
}

/** `model.fit`. */
export async function fitModel(model: TrainableModel, ...args: FitArguments): Promise<History> {
  compiledOf(model);
  const { x, y, options } = dataArguments<FitOptions>(args, OPTIONS, 'fit');
  requireCounts(options);
  const sources = await sourcesOf(x, y, options);
  const verbose = verbosity(options.verbose);
  const given = options.callbacks ?? [];
  const history = given.find((callback) => callback instanceof History) ?? new History();
  const withHistory = given.includes(history) ? given : [...given, history];
  const callbacks = new CallbackList(withProgress(withHistory, verbose));
  const steps = stepsOf(sources.train, options.stepsPerEpoch ?? undefined);
  callbacks.attach(model, { verbose, epochs: options.epochs ?? 1, steps });
  trainingOf(model).history = history;
  await new Fit(model, options, sources, callbacks).run();
  return history;
}

// The options of fit: their types, what they must be, and what the short ones stand for.
import type { CallbackLike } from '../callbacks/callback.js';
import { ArgumentError } from '../core/errors.js';
import { limited, maxEpochs, maxStepsPerEpoch } from '../core/settings.js';
import type { ClassWeight } from '../data/class-weight.js';
import type { Dataset } from '../data/dataset-source.js';
import type { ArrayTree } from '../data/host-array.js';
import type { Source } from '../data/source.js';
import type { Verbosity } from './evaluate.js';
import type { ValidationData } from './sources.js';

/** Options of `model.fit` that Keras has; the defaults are Keras's. */
interface KerasFitOptions {
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

/** Options of `model.fit`. */
export interface FitOptions extends KerasFitOptions {
  /**
   * Try everything once before the long run: one epoch of one batch (or of so many), validation
   * too, without the callbacks that write files or end training.
   */
  readonly fastDevRun?: boolean | number;
  /** Train on the first so many batches of every epoch, or on a part of them (below 1). */
  readonly limitTrainBatches?: number;
  /** Validate on the first so many batches, or on a part of them (below 1). */
  readonly limitValidationBatches?: number;
  /**
   * Train on the same first batches in every epoch, unmixed, and validate on them: a model that is
   * right soon fits them perfectly.
   */
  readonly overfitBatches?: number;
  /** Seconds after which training ends, at the end of a batch. */
  readonly maxTime?: number;
}

/** `(x, y, options)`, or `(dataset, options)`. */
export type FitArguments =
  | [x: ArrayTree, y?: ArrayTree | null, options?: FitOptions]
  | [dataset: Dataset, options?: FitOptions];

/** The names of all options. */
export const FIT_OPTIONS: Readonly<Record<keyof FitOptions, true>> = {
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
  fastDevRun: true,
  limitTrainBatches: true,
  limitValidationBatches: true,
  overfitBatches: true,
  maxTime: true,
};

function refuse(name: string, expected: string, value: unknown): ArgumentError {
  return new ArgumentError({
    where: 'fit',
    what: `${name} is not ${expected.startsWith('a whole') ? 'a count' : 'usable'}`,
    expected,
    received: String(value),
    fix: `leave ${name} out for the default`,
  });
}

function requireCounts(options: FitOptions): void {
  const { epochs, initialEpoch, stepsPerEpoch, validationSteps, batchSize } = options;
  const counts = { epochs, initialEpoch, stepsPerEpoch, validationSteps, batchSize };
  for (const [name, value] of Object.entries(counts)) {
    const least = name === 'epochs' || name === 'initialEpoch' ? 0 : 1;
    if (value === undefined || value === null) continue;
    if (Number.isInteger(value) && value >= least) continue;
    throw refuse(name, `a whole number of at least ${least}`, value);
  }
}

function requireLimits(options: FitOptions): void {
  const { limitTrainBatches, limitValidationBatches, overfitBatches, maxTime } = options;
  const limits = { limitTrainBatches, limitValidationBatches, overfitBatches };
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined || (value > 0 && (value < 1 || Number.isInteger(value)))) continue;
    throw refuse(name, 'a number of batches, or a part of them between 0 and 1', value);
  }
  if (maxTime !== undefined && !(maxTime > 0)) {
    throw refuse('maxTime', 'a number of seconds above 0', maxTime);
  }
}

/**
 * Options checked, with the short ones (fastDevRun, overfitBatches) written out, and no more than the
 * limits of the process allow.
 */
export function settledOptions(given: FitOptions): FitOptions {
  requireCounts(given);
  requireLimits(given);
  const options = writtenOut(given);
  const { validationData = null, validationSplit = 0, validationSteps = null } = options;
  const validates = validationData !== null || validationSplit > 0;
  const most = maxStepsPerEpoch();
  return {
    ...options,
    epochs: limited(options.epochs ?? 1, maxEpochs(), 'epochs'),
    stepsPerEpoch: limited(options.stepsPerEpoch ?? null, most, 'stepsPerEpoch'),
    validationSteps: validates ? limited(validationSteps, most, 'validationSteps') : null,
  };
}

function writtenOut(given: FitOptions): FitOptions {
  let options = given;
  const { fastDevRun, overfitBatches, initialEpoch = 0 } = given;
  if (overfitBatches !== undefined) {
    const limits = { limitTrainBatches: overfitBatches, limitValidationBatches: overfitBatches };
    options = { ...options, ...limits, shuffle: false };
  }
  const batches = Number(fastDevRun ?? 0);
  if (batches === 0) return options;
  if (!Number.isInteger(batches) || batches < 0) {
    throw refuse('fastDevRun', 'true, false or a number of batches', fastDevRun);
  }
  return {
    ...options,
    epochs: initialEpoch + 1,
    limitTrainBatches: batches,
    limitValidationBatches: batches,
    validationFreq: 1,
    callbacks: (given.callbacks ?? []).filter((callback) => callback.skipInFastDevRun !== true),
  };
}

/** The least of some limits of batches; parts count of the batches that `source` has. */
export function batchLimit(
  source: Source,
  steps: number | null | undefined,
  limit: number | undefined,
): number | undefined {
  const limits = [steps ?? Number.POSITIVE_INFINITY];
  if (limit !== undefined && limit >= 1) limits.push(limit);
  else if (limit !== undefined) {
    const { batchCount } = source;
    if (batchCount === undefined) {
      throw new ArgumentError({
        where: 'fit',
        what: 'a part of the batches needs their number, which the data does not tell',
        expected: 'a number of batches',
        received: String(limit),
        fix: 'give the limit as a number of batches, e.g. limitTrainBatches: 10',
      });
    }
    limits.push(Math.max(1, Math.floor(limit * batchCount)));
  }
  const least = Math.min(...limits);
  return Number.isFinite(least) ? least : undefined;
}

// Where the batches of fit come from: arrays or datasets, for training and for validation.
import { ArgumentError } from '../core/errors.js';
import { nextSeed } from '../core/random.js';
import type { HostBatch } from '../data/batch.js';
import { type Dataset, isDataset } from '../data/dataset-source.js';
import type { ArrayTree } from '../data/host-array.js';
import type { Loans } from '../data/loans.js';
import type { Source } from '../data/source.js';
import type { FitOptions } from './fit-options.js';
import { type BatchIterator, close, iteratorOf } from './run-steps.js';
import { hostData, sourceOf, sourceOfArrays, splitData, validationParts } from './sources.js';
import type { TrainableModel } from './trainable.js';

/** Batches to train on and to validate on. */
export interface FitSources {
  readonly train: Source;
  readonly validation: Source | undefined;
}

/** The sources of one call of fit. */
export async function fitSources(
  model: TrainableModel,
  x: ArrayTree | Dataset,
  y: ArrayTree | null | undefined,
  options: FitOptions,
  loans: Loans,
): Promise<FitSources> {
  const { batchSize, sampleWeight, validationSplit = 0, validationData } = options;
  const cut = { model, loans, where: 'fit', batchSize, steps: options.stepsPerEpoch ?? undefined };
  const validationCut = {
    model,
    loans,
    where: 'validation in fit',
    batchSize: options.validationBatchSize ?? batchSize,
    steps: options.validationSteps ?? undefined,
  };
  if (validationData !== undefined && validationData !== null) {
    const [validation, train] = await Promise.all([
      sourceOf(validationParts(validationData), validationCut),
      sourceOf({ x, y, sampleWeight }, cut),
    ]);
    return { train, validation };
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
  const parts = splitData(await hostData({ x, y, sampleWeight }, cut), validationSplit);
  return {
    train: sourceOfArrays(parts.train, cut),
    validation: sourceOfArrays(parts.validation, validationCut),
  };
}

/**
 * Batches of epochs: made anew for each, or going on where `stepsPerEpoch` cut the last. Data whose
 * length is known begins anew once all of it was given.
 */
export class EpochBatches {
  readonly #source: Source;
  readonly #options: FitOptions;
  #open: BatchIterator | undefined;
  /** Batches that the open iterator gave. */
  #given = 0;

  constructor(source: Source, options: FitOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** The batches of the next epoch, without the first `skip` of them. */
  async next(skip: number): Promise<BatchIterator> {
    const { shuffle = true, stepsPerEpoch } = this.#options;
    const isUsedUp = this.#given >= (this.#source.batchCount ?? Number.POSITIVE_INFINITY);
    if (this.#open !== undefined && stepsPerEpoch && !isUsedUp) return this.#open;
    // An epoch that was cut short leaves its iterator open.
    await close(this.#open);
    this.#open = this.#counted(
      iteratorOf(
        this.#source.epoch({
          seed: shuffle === false ? undefined : nextSeed(),
          withinBatches: shuffle === 'batch',
        }),
      ),
    );
    for (let skipped = 0; skipped < skip; skipped++) await this.#open.next();
    return this.#open;
  }

  #counted(batches: BatchIterator): BatchIterator {
    this.#given = 0;
    const noted = (next: IteratorResult<HostBatch>): IteratorResult<HostBatch> => {
      if (next.done !== true) this.#given++;
      return next;
    };
    return {
      next() {
        const next = batches.next();
        return 'then' in next ? next.then(noted) : noted(next);
      },
      return: () => close(batches),
    };
  }

  close(): Promise<void> {
    return close(this.#open);
  }
}

// Source: where batches come from, epoch after epoch. Arrays, datasets and generators become one.
import type { HostBatch } from './batch.js';

/** How one epoch is to be cut. */
export interface EpochOptions {
  /** Seed of the order of samples; undefined keeps their order. */
  readonly seed?: number | undefined;
  /** Mix within each batch only, not over the whole epoch. */
  readonly withinBatches?: boolean;
}

/** Batches of an epoch, made as they are asked for. */
export type Batches = AsyncIterable<HostBatch> | Iterable<HostBatch>;

/** Gives the batches of each epoch. */
export interface Source {
  /** Batches in an epoch; undefined where nobody knows before the end. */
  readonly batchCount: number | undefined;
  /** Samples in an epoch, where that is known. */
  readonly sampleCount: number | undefined;
  epoch(options: EpochOptions): Batches;
  /** Told before each epoch. */
  epochBegin?(): void | Promise<void>;
  /** Told after each epoch. */
  epochEnd?(): void | Promise<void>;
}

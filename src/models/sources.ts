// The data arguments of fit, evaluate and predict made into sources of batches.
import { describe } from '../core/arguments.js';
import { ArgumentError } from '../core/errors.js';
import { isRecord } from '../core/tree.js';
import { type ArrayData, arraySource, sampleCountOf, sliceData } from '../data/array-source.js';
import type { HostBatch } from '../data/batch.js';
import { type Dataset, datasetSource, isDataset } from '../data/dataset-source.js';
import { type ArrayTree, toHostInputs, toHostTree } from '../data/host-array.js';
import type { Loans } from '../data/loans.js';
import type { Batches, Source } from '../data/source.js';
import type { TrainableModel } from './trainable.js';

/** Inputs or targets: arrays, or something that yields batches. */
export type InputData = ArrayTree | Dataset;

type ValidationList = readonly [
  x: ArrayTree,
  y?: ArrayTree | null,
  sampleWeight?: ArrayTree | null,
];

/** What evaluation during fit works on. */
export type ValidationData =
  | Dataset
  | ValidationList
  | {
      readonly x: ArrayTree;
      readonly y?: ArrayTree | null;
      readonly sampleWeight?: ArrayTree | null;
    };

/** Data as it was given. */
export interface GivenData {
  readonly x: InputData;
  readonly y?: ArrayTree | null | undefined;
  readonly sampleWeight?: ArrayTree | null | undefined;
}

/** Where batches are made, and for whom. */
export interface Cut {
  readonly model: TrainableModel;
  readonly where: string;
  readonly batchSize?: number | undefined;
  /** Steps asked for, from which the batch size follows where none is given. */
  readonly steps?: number | undefined;
  /** What lasts as long as the batches are wanted, so that tensors need not be copied. */
  readonly loans?: Loans;
}

/** All arrays on the host; strings only for models that begin there. */
export async function hostData(given: GivenData, { model, loans }: Cut): Promise<ArrayData> {
  const optional = (name: string, tree: ArrayTree | null | undefined) =>
    tree === undefined || tree === null ? undefined : toHostTree(name, tree, loans);
  // All at once: whoever gave tensors may dispose of them as soon as the call has begun.
  const [x, y, sampleWeight] = await Promise.all([
    (model.runsOnHost ? toHostInputs : toHostTree)('x', given.x, loans),
    optional('y', given.y),
    optional('sampleWeight', given.sampleWeight),
  ]);
  return { x, y, sampleWeight };
}

function refuse(where: string, name: string): ArgumentError {
  return new ArgumentError({
    where,
    what: `${name} cannot be given next to a dataset`,
    expected: 'a dataset that yields { x, y, sampleWeight }',
    received: `a dataset and ${name}`,
    fix: `let the dataset yield ${name} with every batch`,
  });
}

/** A source of arrays that are on the host. */
export function sourceOfArrays(data: ArrayData, cut: Cut): Source {
  const { where, batchSize, steps } = cut;
  const count = sampleCountOf(where, data);
  const size = batchSize ?? (steps === undefined ? 32 : Math.ceil(count / steps));
  return forModel(cut.model, arraySource(where, data, size));
}

/** The batches of `source` as the model's steps take them: where it begins on the host, after that. */
function forModel(model: TrainableModel, source: Source): Source {
  if (!model.runsOnHost) return source;
  return { ...source, epoch: (options) => prepared(model, source.epoch(options)) };
}

async function* prepared(model: TrainableModel, batches: Batches): AsyncGenerator<HostBatch> {
  for await (const batch of batches) yield await preparedBatch(model, batch);
}

/** A batch as the model's steps take it. */
export async function preparedBatch(model: TrainableModel, batch: HostBatch): Promise<HostBatch> {
  return model.runsOnHost ? { ...batch, x: await model.hostInputs(batch.x) } : batch;
}

/** A source of arrays or of a dataset. */
export async function sourceOf(given: GivenData, cut: Cut): Promise<Source> {
  const { x, y, sampleWeight } = given;
  if (!isDataset(x)) return sourceOfArrays(await hostData(given, cut), cut);
  if (y !== undefined && y !== null) throw refuse(cut.where, 'y');
  if (sampleWeight !== undefined && sampleWeight !== null) throw refuse(cut.where, 'sampleWeight');
  return forModel(cut.model, datasetSource(cut.where, x));
}

/** The last part of the samples, kept for validation, and the rest. */
export function splitData(
  data: ArrayData,
  validationSplit: number,
): { train: ArrayData; validation: ArrayData } {
  const count = sampleCountOf('fit', data);
  const boundary = Math.floor(count * (1 - validationSplit));
  if (boundary > 0 && boundary < count) {
    return { train: sliceData(data, 0, boundary), validation: sliceData(data, boundary, count) };
  }
  throw new ArgumentError({
    where: 'fit',
    what: `validationSplit leaves no samples for ${boundary > 0 ? 'validation' : 'training'}`,
    expected: 'a fraction that leaves at least one sample on either side',
    received: `${validationSplit} of ${count} samples`,
    fix: 'use another fraction, or pass validationData',
  });
}

/** The parts of validation data, however they were given. */
export function validationParts(data: ValidationData): GivenData {
  if (isValidationList(data)) {
    const [x, y, sampleWeight] = data;
    return { x, y, sampleWeight };
  }
  if (isDataset(data)) return { x: data };
  if (!isRecord(data) || data.x === undefined) {
    throw new ArgumentError({
      where: 'fit',
      what: 'validationData does not say what are inputs and what targets',
      expected: '[x, y], { x, y } or a dataset',
      received: describe(data),
      fix: 'write validationData: [x, y]',
    });
  }
  return { x: data.x, y: data.y, sampleWeight: data.sampleWeight };
}

function isValidationList(data: ValidationData): data is ValidationList {
  return Array.isArray(data);
}

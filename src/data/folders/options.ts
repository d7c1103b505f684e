// What the three kinds of folders are asked for alike, with Keras's defaults, and checked alike.
import { ArgumentError } from '../../core/errors.js';
import { nextSeed } from '../../core/random.js';

/** How labels come out. */
export type LabelMode = 'int' | 'categorical' | 'binary' | null;

/** Options of all folders; the defaults are Keras's. */
export interface FolderOptions {
  /**
   * `inferred` (default): the names of the folders in the folder are the classes. A list: one class
   * number for each file in order of their paths. null: no labels.
   */
  readonly labels?: 'inferred' | readonly number[] | null;
  /**
   * `int` (default): `[batch]`, int32. `categorical`: `[batch, classes]`, float32, one 1 a row.
   * `binary`: `[batch, 1]`, float32, for two classes. null: no labels.
   */
  readonly labelMode?: LabelMode;
  /** The folders to use, in the order of their class numbers; default all, by name. */
  readonly classNames?: readonly string[];
  /** Samples in a batch; default 32. null gives single samples, without a batch axis. */
  readonly batchSize?: number | null;
  /** Mix the files, anew for each epoch; default true. */
  readonly shuffle?: boolean;
  /** Seed of the order: one seed parts the files as Keras does. Needed for a split that is mixed. */
  readonly seed?: number;
  /** The part of the files kept for validation, between 0 and 1. */
  readonly validationSplit?: number;
  /** Which part to give; `both` gives a list of training and validation. */
  readonly subset?: 'training' | 'validation' | 'both';
  /** Whether links to folders are entered; default false. */
  readonly followLinks?: boolean;
  /** Print how many files were found; default true. */
  readonly verbose?: boolean;
}

/** The options with nothing left open. */
export interface FullFolderOptions {
  readonly labels: 'inferred' | readonly number[] | null;
  readonly labelMode: LabelMode;
  readonly classNames: readonly string[] | undefined;
  readonly batchSize: number | null;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly validationSplit: number;
  readonly subset: 'training' | 'validation' | 'both' | undefined;
  readonly followLinks: boolean;
  readonly verbose: boolean;
}

function refuse(where: string, what: string, expected: string, received: unknown, fix: string) {
  return new ArgumentError({ where, what, expected, received: String(received), fix });
}

function checkLabels(where: string, options: FolderOptions): void {
  const { labels = 'inferred', labelMode = 'int', classNames } = options;
  if (labels !== null && labels !== 'inferred' && !Array.isArray(labels)) {
    const kinds = "'inferred', a list of class numbers, or null";
    throw refuse(where, 'labels are of no kind', kinds, labels, "leave it out for 'inferred'");
  }
  if (labels !== 'inferred' && classNames !== undefined) {
    const what = 'classNames are names of folders, which labels say nothing of';
    throw refuse(where, what, "labels: 'inferred'", 'other labels', 'leave one of the two out');
  }
  const modes = ['int', 'categorical', 'binary', null];
  if (modes.includes(labelMode)) return;
  const expected = "'int', 'categorical', 'binary' or null";
  throw refuse(where, 'there is no such labelMode', expected, labelMode, "leave it out for 'int'");
}

function checkSplit(where: string, options: FolderOptions): void {
  const { validationSplit: part = 0, subset, shuffle = true, seed } = options;
  const subsets = ['training', 'validation', 'both', undefined];
  if (!subsets.includes(subset)) {
    const expected = "'training', 'validation' or 'both'";
    throw refuse(where, 'there is no such subset', expected, subset, 'use one of these');
  }
  if (part !== 0 && !(part > 0 && part < 1)) {
    const what = 'validationSplit is no part';
    throw refuse(where, what, 'a number between 0 and 1', part, 'for example 0.2');
  }
  if (part > 0 !== (subset !== undefined)) {
    const received = `validationSplit ${part}, subset ${subset}`;
    const fix = "for example { validationSplit: 0.2, subset: 'training', seed: 1 }";
    throw refuse(where, 'validationSplit and subset need each other', 'both', received, fix);
  }
  if (part > 0 && shuffle && seed === undefined) {
    const what = 'a mixed split needs a seed, or the two parts could overlap';
    throw refuse(where, what, 'a seed', 'none', 'give both calls the same seed');
  }
}

/** The options with defaults; throws where they contradict one another. */
export function fullFolderOptions(where: string, options: FolderOptions): FullFolderOptions {
  checkLabels(where, options);
  checkSplit(where, options);
  const { batchSize = 32 } = options;
  if (batchSize !== null && !(Number.isInteger(batchSize) && batchSize > 0)) {
    const what = 'the batch size is not a number of samples';
    throw refuse(where, what, 'a whole number of at least 1, or null', batchSize, 'leave it out');
  }
  const { labels = 'inferred', labelMode = 'int' } = options;
  const hasLabels = labels !== null && labelMode !== null;
  return {
    labels: hasLabels ? labels : null,
    labelMode: hasLabels ? labelMode : null,
    classNames: options.classNames,
    batchSize,
    shuffle: options.shuffle ?? true,
    seed: options.seed ?? nextSeed(),
    validationSplit: options.validationSplit ?? 0,
    subset: options.subset,
    followLinks: options.followLinks ?? false,
    verbose: options.verbose ?? true,
  };
}

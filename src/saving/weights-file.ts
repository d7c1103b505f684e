// Weights alone as files: .weights.h5 as Keras writes it. The architecture comes from the program.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ArgumentError, StateError } from '../core/errors.js';
import type { ReadLimits } from '../files/limits.js';
import { type FilePlace, nameOfPlace, readPlace, writePlace } from '../files/places.js';
import type { TensorTree } from '../layers/symbolic.js';
import type { Model } from '../models/model.js';
import { trainingOf } from '../models/training-state.js';
import { readWeights, type WeightsFile } from './hdf5/read.js';
import { writeWeights } from './hdf5/write.js';
import { readKerasWeights } from './keras-file.js';
import { isLegacyFile, restoreLegacyWeights } from './legacy-h5.js';
import { readShards, writeShards } from './shard-files.js';
import { INDEX_ENDING } from './shards.js';
import { collectWeights, restoreOptimizer, restoreWeights, type Skipped } from './weights.js';

/** Options of {@link saveModel} and {@link saveWeights}. */
export interface SaveOptions {
  /** Whether a file that exists already is replaced; if not, it is an error. Default true. */
  readonly overwrite?: boolean;
}

/** Options of {@link saveWeights}. */
export interface SaveWeightsOptions extends SaveOptions {
  /**
   * The most that one file may hold, in GiB. With it the name ends with .weights.json: that file
   * says which of several .weights.h5 files beside it holds what, as in Keras. Default: one file.
   */
  readonly maxShardSize?: number;
  /** Layers, or the optimizer, that are left out with all that they hold. Default none. */
  readonly objectsToSkip?: Skipped;
}

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** Whether layers that do not fit keep their weights, with a warning. Default false. */
  readonly skipMismatch?: boolean;
  /** Whether layers are found by name rather than in order; for files of the older .h5 format. */
  readonly byName?: boolean;
  /**
   * Layers, or the optimizer, that keep what they have, with all that they hold; not for files of
   * the older .h5 format. (Keras takes it for .weights.h5 alone, not for .keras.) Default none.
   */
  readonly objectsToSkip?: Skipped;
  /** What reading may cost; see {@link ReadLimits}. */
  readonly limits?: ReadLimits;
}

const SAVE_WEIGHTS_OPTIONS: OptionNames<SaveWeightsOptions> = {
  overwrite: true,
  maxShardSize: true,
  objectsToSkip: true,
};
const LOAD_WEIGHTS_OPTIONS: OptionNames<LoadWeightsOptions> = {
  skipMismatch: true,
  byName: true,
  objectsToSkip: true,
  limits: true,
};

/** Throws unless the name of `place` ends with `ending`. */
export function requireEnding(place: FilePlace, ending: string, fix: string): void {
  const name = nameOfPlace(place);
  if (name.endsWith(ending)) return;
  throw new ArgumentError({
    where: 'saving',
    what: 'the file name has the wrong ending',
    expected: `a name that ends with ${ending}`,
    received: name.slice(-100),
    fix,
  });
}

/** What errors say about a model. */
interface SavedModel {
  readonly built: boolean;
  readonly name: string;
  readonly className: string;
}

/** Throws for a model without weights: there would be nothing to save, or no place to load into. */
export function requireBuilt(model: SavedModel): void {
  if (model.built) return;
  throw new StateError({
    where: `${model.className} "${model.name}"`,
    what: 'the model has no weights yet',
    fix: 'call it on data first, or start it with layers.input(...)',
  });
}

/**
 * The bytes of a .weights.h5 file: all weights, and the optimizer's state if there is one.
 *
 * @example
 * ```ts
 * import { layers, Sequential, weightsToBytes } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * console.log((await weightsToBytes(model)).length > 1000); // true
 * ```
 */
export async function weightsToBytes<Out extends TensorTree>(
  model: Model<Out>,
): Promise<Uint8Array> {
  return writeWeights(await weightsOf(model));
}

async function weightsOf<Out extends TensorTree>(
  model: Model<Out>,
  skipped?: Skipped,
): Promise<WeightsFile> {
  requireBuilt(model);
  return collectWeights(model, trainingOf(model).compiled?.optimizer, skipped);
}

/**
 * Saves the weights as a .weights.h5 file, as a whole or not at all; or, with `maxShardSize`, as
 * several files, each of which is. A save over older files that was cut short is refused by
 * `loadWeights`.
 *
 * @throws ArgumentError for a wrong ending, or a weight larger than `maxShardSize`.
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 * import { layers, loadWeights, saveWeights, Sequential } from 'keratin';
 * const make = () => new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * await mkdir('output', { recursive: true });
 * await saveWeights(make(), 'output/small.weights.h5');
 * await loadWeights(make(), 'output/small.weights.h5');
 * ```
 */
export async function saveWeights<Out extends TensorTree>(
  model: Model<Out>,
  place: FilePlace,
  options: SaveWeightsOptions = {},
): Promise<void> {
  checkOptions('saveWeights', options, SAVE_WEIGHTS_OPTIONS);
  const { overwrite = true, maxShardSize, objectsToSkip } = options;
  if (maxShardSize === undefined) {
    requireEnding(place, '.weights.h5', "write model.saveWeights('model.weights.h5')");
    const bytes = await writeWeights(await weightsOf(model, objectsToSkip));
    await writePlace(place, bytes, overwrite);
    return;
  }
  const fix = "write model.saveWeights('model.weights.json', { maxShardSize: 5 })";
  requireEnding(place, INDEX_ENDING, fix);
  await writeShards(place, await weightsOf(model, objectsToSkip), maxShardSize, overwrite);
}

const ZIP_MARK = 0x50;

function notByName(): ArgumentError {
  return new ArgumentError({
    where: 'loadWeights',
    what: 'layers cannot be found by name in this file',
    expected: 'byName with a file of the older .h5 format only',
    received: 'a .weights.h5 or .keras file, which goes by the structure of the model',
    fix: 'pass { skipMismatch: true } to load the layers that fit',
  });
}

function notSkipped(): ArgumentError {
  return new ArgumentError({
    where: 'loadWeights',
    what: 'objectsToSkip is not for files of the older .h5 format',
    fix: 'load with { byName: true } after renaming the layers that are not to be loaded',
  });
}

async function weightsIn(
  source: FilePlace | Uint8Array,
  limits?: ReadLimits,
): Promise<WeightsFile> {
  if (!(source instanceof Uint8Array) && nameOfPlace(source).endsWith(INDEX_ENDING)) {
    return readShards(source, limits);
  }
  const bytes = source instanceof Uint8Array ? source : await readPlace(source);
  return bytes[0] === ZIP_MARK ? readKerasWeights(bytes, limits) : readWeights(bytes, limits);
}

/**
 * Sets the weights of a model to those in a .weights.h5, .weights.json (see `maxShardSize`), .keras
 * or older .h5 file, or in its bytes.
 * The file is checked as a whole first: one that does not fit leaves the model as it was.
 *
 * @example
 * ```ts
 * import { layers, loadWeights, Sequential, weightsToBytes } from 'keratin';
 * const make = () => new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * const [trained, fresh] = [make(), make()];
 * await loadWeights(fresh, await weightsToBytes(trained));
 * const [kernel] = fresh.getWeights();
 * console.log(kernel?.shape); // [ 2, 1 ]
 * ```
 */
export async function loadWeights<Out extends TensorTree>(
  model: Model<Out>,
  source: FilePlace | Uint8Array,
  options: LoadWeightsOptions = {},
): Promise<void> {
  checkOptions('loadWeights', options, LOAD_WEIGHTS_OPTIONS);
  requireBuilt(model);
  const file = await weightsIn(source, options.limits);
  const { skipMismatch, byName, objectsToSkip: skipped } = options;
  const { compiled } = trainingOf(model);
  if (isLegacyFile(file)) {
    if (skipped !== undefined) throw notSkipped();
    restoreLegacyWeights(model, file, { skipMismatch, byName });
    return;
  }
  if (byName === true) throw notByName();
  restoreWeights(model, file, { skipMismatch, skipped });
  if (compiled === undefined || skipped?.includes(compiled.optimizer)) return;
  restoreOptimizer(compiled.optimizer, model.trainableWeights, file);
}

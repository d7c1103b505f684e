// Models as files, in Keras's own format: what is saved here opens in Python, and the other way
// round. Public functions; keras-file.ts knows the members, weights.ts their places.

import { checkOptions, type OptionNames } from '../core/arguments.js';
import { type CustomObjects, CustomRegistry } from '../core/custom-objects.js';
import { ArgumentError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import type { Tensor } from '../core/tensor.js';
import type { ReadLimits } from '../files/limits.js';
import {
  type FilePlace,
  nameOfPlace,
  readFolder,
  readPlace,
  writeFolder,
  writePlace,
} from '../files/places.js';
import { serializeLayer } from '../layers/layer-config.js';
import type { TensorTree } from '../layers/symbolic.js';
import { compileModel } from '../models/compile.js';
import type { Model } from '../models/model.js';
import { trainingOf } from '../models/training-state.js';
import { compileOptionsFrom, serializeCompiled } from './compile-config.js';
import {
  CONFIG,
  kerasMembers,
  METADATA,
  type ModelParts,
  partsFrom,
  readKerasFile,
  WEIGHTS,
  zipMembers,
} from './keras-file.js';
import { requireKnownClasses } from './known-classes.js';
import {
  isHdf5,
  isLegacyFile,
  readLegacyFile,
  restoreLegacyOptimizer,
  restoreLegacyWeights,
} from './legacy-h5.js';
import { legacyToBytes } from './legacy-h5-write.js';
import { believing, modelFromConfig } from './model-from-config.js';
import { collectAssets, type Members } from './states.js';
import { collectWeights, restoreOptimizer, restoreWeights } from './weights.js';
import { requireBuilt, requireEnding, type SaveOptions } from './weights-file.js';

/** Options of {@link loadModel}. */
export interface LoadOptions {
  /** Classes and functions of yours that the file names. */
  readonly customObjects?: CustomObjects;
  /** Whether the model is compiled as it was, with the optimizer's state. Default true. */
  readonly compile?: boolean;
  /** What reading may cost; see {@link ReadLimits}. */
  readonly limits?: ReadLimits;
}

/** Options of {@link saveModel}. */
export interface SaveModelOptions extends SaveOptions {
  /** false: a folder with the members of a .keras file, in place of an archive. Default true. */
  readonly zipped?: boolean;
  /**
   * Whether compile options and the optimizer's state are saved. Default true. (Keras heeds it for
   * .h5 files alone.)
   */
  readonly includeOptimizer?: boolean;
}

const LOAD_OPTIONS: OptionNames<LoadOptions> = { customObjects: true, compile: true, limits: true };
const SAVE_OPTIONS: OptionNames<SaveModelOptions> = {
  overwrite: true,
  zipped: true,
  includeOptimizer: true,
};

/**
 * The bytes of a .keras file: architecture, weights, and where the model was compiled, optimizer
 * state. For places that have no file system.
 *
 * @example
 * ```ts
 * import { layers, modelFromBytes, modelToBytes, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * const copy = await modelFromBytes(await modelToBytes(model));
 * console.log(copy.countParams()); // 3
 * ```
 */
export async function modelToBytes<Out extends TensorTree>(
  model: Model<Out>,
  options: Pick<SaveModelOptions, 'includeOptimizer'> = {},
): Promise<Uint8Array> {
  checkOptions('modelToBytes', options, { includeOptimizer: true });
  return zipMembers(await membersOf(model, options.includeOptimizer ?? true));
}

/** The members of a .keras file or folder. */
async function membersOf<Out extends TensorTree>(
  model: Model<Out>,
  includeOptimizer: boolean,
): Promise<Members> {
  requireBuilt(model);
  const compiled = includeOptimizer ? trainingOf(model).compiled : undefined;
  const config: Plain = {
    ...serializeLayer(model),
    compile_config: compiled === undefined ? {} : serializeCompiled(compiled),
  };
  // Weights are read one after the other; what lies on the host is taken at the same moment.
  const assets = collectAssets(model);
  return kerasMembers(config, await collectWeights(model, compiled?.optimizer), assets);
}

/** As in Keras: a folder that is called like an archive would only confuse. */
function refuseEnding(name: string): void {
  if (!name.endsWith('.keras') && !name.endsWith('.h5')) return;
  throw new ArgumentError({
    where: 'saving',
    what: 'the name of a folder ends like that of a file',
    expected: 'with { zipped: false }, a name without .keras or .h5',
    received: name.slice(-100),
  });
}

/**
 * Saves a model as a .keras file, which Keras in Python opens too; or, where the name ends with
 * .h5, in Keras's older format (open it there with `compile=False`: Keras 3 fails to compile many of
 * its own). The file is replaced as a whole or not at all. With `zipped: false` it is a folder, which
 * is replaced only where it holds nothing else.
 *
 * @throws ArgumentError for a wrong ending, or with `overwrite: false` for what exists already.
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises';
 * import { layers, loadModel, saveModel, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * await mkdir('output', { recursive: true });
 * await saveModel(model, 'output/small.keras');
 * console.log((await loadModel('output/small.keras')).countParams()); // 3
 * ```
 */
export async function saveModel<Out extends TensorTree>(
  model: Model<Out>,
  place: FilePlace,
  options: SaveModelOptions = {},
): Promise<void> {
  checkOptions('saveModel', options, SAVE_OPTIONS);
  const { overwrite = true, zipped = true, includeOptimizer = true } = options;
  const name = nameOfPlace(place);
  if (!zipped) {
    refuseEnding(name);
    await writeFolder(place, await membersOf(model, includeOptimizer), overwrite);
    return;
  }
  if (name.endsWith('.h5') && !name.endsWith('.weights.h5')) {
    requireBuilt(model);
    await writePlace(place, await legacyToBytes(model, includeOptimizer), overwrite);
    return;
  }
  requireEnding(place, '.keras', "write model.save('model.keras')");
  await writePlace(place, await modelToBytes(model, { includeOptimizer }), overwrite);
}

/** Compiles a model as it was, with the optimizer's state. */
function compileAsSaved<Out extends TensorTree>(
  model: Model<Out>,
  { config, weights }: ModelParts,
  custom: CustomRegistry,
): void {
  const options = compileOptionsFrom(config['compile_config'], custom);
  if (options === undefined) return;
  compileModel(model, options);
  const { compiled } = trainingOf(model);
  if (compiled === undefined) return;
  const restore = isLegacyFile(weights) ? restoreLegacyOptimizer : restoreOptimizer;
  restore(compiled.optimizer, model.trainableWeights, weights);
}

/** The part of a configuration that will be used. */
function withoutCompile(config: ModelParts['config'], options: LoadOptions): Plain {
  return options.compile === false ? { ...config, compile_config: null } : config;
}

/** `assetsOf` reads the named files that layers have put beside the weights. */
async function modelFromParts<Out extends TensorTree>(
  parts: ModelParts,
  options: LoadOptions,
  assetsOf: (names: readonly string[]) => Promise<Members | undefined>,
): Promise<Model<Out>> {
  const custom = new CustomRegistry(options.customObjects);
  requireKnownClasses(withoutCompile(parts.config, options), custom);
  const model = modelFromConfig<Out>(parts, custom);
  if (isLegacyFile(parts.weights)) restoreLegacyWeights(model, parts.weights);
  else {
    const assets = (await assetsOf([...collectAssets(model).keys()])) ?? new Map();
    restoreWeights(model, parts.weights, { assets });
  }
  if (options.compile === false) return model;
  believing('the options of compile() cannot be read', () => compileAsSaved(model, parts, custom));
  return model;
}

async function legacyParts(bytes: Uint8Array, limits?: ReadLimits): Promise<ModelParts> {
  const parts = await readLegacyFile(bytes, limits);
  return { ...parts, weightBytes: bytes.length, members: new Map() };
}

/**
 * The model in the bytes of a .keras or .h5 file; the opposite of {@link modelToBytes}.
 *
 * @example
 * ```ts
 * import { layers, modelFromBytes, modelToBytes, Sequential } from 'keratin';
 * const bytes = await modelToBytes(new Sequential([layers.input({ shape: [2] }), layers.flatten()]));
 * console.log((await modelFromBytes(bytes)).className); // Sequential
 * ```
 */
export async function modelFromBytes<Out extends TensorTree = Tensor>(
  bytes: Uint8Array,
  options: LoadOptions = {},
): Promise<Model<Out>> {
  checkOptions('loadModel', options, LOAD_OPTIONS);
  const parts = await (isHdf5(bytes) ? legacyParts : readKerasFile)(bytes, options.limits);
  return modelFromParts(parts, options, () => Promise.resolve(parts.members));
}

/**
 * Loads a model that {@link saveModel} or Keras in Python has saved: from a path (a .keras or .h5
 * file, or a folder with the members of one), a file handle, or bytes. Nothing in a file is ever run as code.
 * `Out` is what the model returns; a single tensor unless said otherwise.
 *
 * @throws FormatError for damaged or hostile files; UnknownNameError for unknown classes.
 * @example
 * ```ts
 * import { layers, loadModel, modelToBytes, Sequential } from 'keratin';
 * const model = new Sequential([layers.input({ shape: [2] }), layers.dense({ units: 1 })]);
 * const loaded = await loadModel(await modelToBytes(model), { compile: false });
 * console.log(loaded.layers.length); // 1
 * ```
 */
export async function loadModel<Out extends TensorTree = Tensor>(
  source: FilePlace | Uint8Array,
  options: LoadOptions = {},
): Promise<Model<Out>> {
  checkOptions('loadModel', options, LOAD_OPTIONS);
  if (source instanceof Uint8Array) return modelFromBytes(source, options);
  nameOfPlace(source);
  const folder = await readFolder(source, [METADATA, CONFIG, WEIGHTS]);
  if (folder !== undefined) {
    const parts = await partsFrom(folder, options.limits);
    return modelFromParts(parts, options, (names) => readFolder(source, names));
  }
  return modelFromBytes(await readPlace(source), options);
}

// Keras's older format: one HDF5 file with the configuration in attributes and the weights by layer.
// model-file.ts and weights-file.ts open it like the others; legacy-h5-write.ts writes it.
import { FormatError } from '../core/errors.js';
import { joinedPath } from '../core/names.js';
import type { Plain } from '../core/op.js';
import { isSerialized, type SerializedObject } from '../core/serialized.js';
import { isRecord } from '../core/tree.js';
import type { Variable } from '../core/variable.js';
import type { ReadLimits } from '../files/limits.js';
import { layerClass } from '../layers/registry.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { type Assignment, assignAll, assignmentsOf, couldNotLoad } from './assignments.js';
import { type FileArray, readWeights, type WeightsFile } from './hdf5/read.js';
import { isPlainList, parseJson, requireRecord } from './json.js';
import { refuseCode } from './refuse-code.js';

type Config = Readonly<Record<string, Plain>>;

/** A legacy file: configuration of the model (with `compile_config`) and all arrays. */
export interface LegacyParts {
  readonly config: Config;
  readonly weights: WeightsFile;
}

const HDF5_MARK = [0x89, 0x48, 0x44, 0x46];

/** Whether the bytes are an HDF5 file. */
export function isHdf5(bytes: Uint8Array): boolean {
  return HDF5_MARK.every((byte, at) => bytes[at] === byte);
}

const MODELS: Readonly<Record<string, string>> = {
  Sequential: 'keras',
  Model: 'keras',
  Functional: 'keras.src.models.functional',
};
/** Classes that the older format calls otherwise: as Python does, not as Keras exports them. */
export const PYTHON_NAMES: ReadonlyMap<string, string> = new Map([
  ['GroupQueryAttention', 'GroupedQueryAttention'],
]);
const EXPORTED_NAMES = new Map([...PYTHON_NAMES].map(([name, own]) => [own, name]));

/** Whether the layers inside of a node of this class are written as the node itself is. */
export function isModelClass(name: string): boolean {
  return Object.hasOwn(MODELS, name);
}

/** Options of layers that hold layers. */
const INNER = ['layer', 'forward_layer', 'backward_layer', 'cell'];

function isNode(value: Plain): value is SerializedObject {
  return isSerialized(value);
}

/** A node of a layer with the module that newer files name. */
export function withModule(node: Plain): Plain {
  if (!isNode(node)) return node;
  const config = withModules(node.config);
  if ('module' in node) return { ...node, config };
  const name = EXPORTED_NAMES.get(node.class_name) ?? node.class_name;
  const outer = layerClass(name) === undefined ? null : 'keras.layers';
  const module = (isModelClass(name) ? MODELS[name] : undefined) ?? outer;
  const registered = module === null || name === 'Functional' ? name : null;
  return { ...node, class_name: name, module, registered_name: registered, config };
}

/** A configuration in which all layers inside name their modules. */
function withModules(config: Plain): Plain {
  if (!isRecord(config)) return config;
  const result: Record<string, Plain> = { ...config };
  for (const key of INNER) {
    if (isNode(result[key])) result[key] = withModule(result[key]);
  }
  const { layers } = result;
  if (isPlainList(layers)) result['layers'] = layers.map((layer) => withModule(layer ?? null));
  return result;
}

function jsonAttribute(file: WeightsFile, name: string, limits?: ReadLimits): Config | undefined {
  const text = file.attributes.get('')?.get(name);
  if (typeof text !== 'string') return undefined;
  const content = new TextEncoder().encode(text);
  return requireRecord(name, parseJson(name, content, limits));
}

/** `training_config` in the words of newer files. */
function compileConfig(training: Config | undefined): Plain {
  if (training === undefined) return {};
  const { optimizer_config: optimizer = null, ...rest } = training;
  return { ...rest, optimizer };
}

/** The parts of a model that was saved as .h5. */
export async function readLegacyFile(bytes: Uint8Array, limits?: ReadLimits): Promise<LegacyParts> {
  const weights = await readWeights(bytes, limits);
  const model = jsonAttribute(weights, 'model_config', limits);
  if (model === undefined) {
    throw new FormatError({
      where: '.h5 file',
      what: 'the file holds weights alone, no model',
      expected: 'a file made by model.save()',
      fix: 'make the model and call model.loadWeights(file)',
    });
  }
  const named = requireRecord('model_config', withModule(model));
  const config = {
    ...named,
    compile_config: compileConfig(jsonAttribute(weights, 'training_config', limits)),
  };
  refuseCode(config);
  return { config, weights };
}

/** Names kept in an attribute, or in several (`layer_names0`, `layer_names1`) where they are many. */
function namesIn(file: WeightsFile, group: string, attribute: string): readonly string[] {
  const attributes = file.attributes.get(group);
  const whole = attributes?.get(attribute);
  if (isNames(whole)) return whole;
  const names: string[] = [];
  for (let part = 0; ; part++) {
    const some = attributes?.get(`${attribute}${part}`);
    if (!isNames(some)) return names;
    names.push(...some);
  }
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

const WEIGHTS_GROUP = 'model_weights';
const TOP_LEVEL = 'top_level_model_weights';
const OPTIMIZER_GROUP = 'optimizer_weights';

/** The group that holds the layers: of a whole model, or the root of a file of weights. */
function layersGroup(file: WeightsFile): string | undefined {
  for (const group of [WEIGHTS_GROUP, '']) {
    const attributes = file.attributes.get(group);
    if (attributes?.has('layer_names') || attributes?.has('layer_names0')) return group;
  }
  return undefined;
}

/** Whether the file keeps weights by layer, as the older format does. */
export function isLegacyFile(file: WeightsFile): boolean {
  return layersGroup(file) !== undefined;
}

/** The arrays of a group, in the order that it names them. */
function arraysOf(file: WeightsFile, group: string): FileArray[] {
  return namesIn(file, group, 'weight_names').map((name) => {
    const array = file.arrays.get(`${group}/${name}`);
    if (array !== undefined) return array;
    throw new FormatError({
      where: `group "${group.slice(0, 200)}"`,
      what: 'the file names a weight that it does not hold',
      received: name.slice(0, 200),
      fix: 'the file is damaged: save the model again',
    });
  });
}

/** A layer's weights in the order of the format: those that are trained, then the others. */
export function legacyWeights(layer: WeightHolder): readonly Variable[] {
  return [...layer.trainableWeights, ...layer.nonTrainableWeights];
}

/** What loading from an older file may do. */
export interface LegacyOptions {
  readonly skipMismatch?: boolean | undefined;
  /** Find layers by name rather than by their order. */
  readonly byName?: boolean | undefined;
}

interface Pair {
  readonly layer: WeightHolder;
  readonly arrays: readonly FileArray[];
}

/** Layers of the model and what the file holds of them. */
function pairsOf(layers: readonly WeightHolder[], file: WeightsFile, byName: boolean): Pair[] {
  const group = layersGroup(file) ?? '';
  const names = namesIn(file, group, 'layer_names');
  if (byName) {
    return layers.flatMap((layer) =>
      names.includes(layer.name)
        ? [{ layer, arrays: arraysOf(file, joinedPath(group, layer.name)) }]
        : [],
    );
  }
  const saved = names
    .map((name) => ({ name, arrays: arraysOf(file, joinedPath(group, name)) }))
    .filter(({ arrays }) => arrays.length > 0);
  const own = layers.filter((layer) => layer.weights.length > 0);
  if (saved.length === own.length) {
    return own.map((layer, at) => ({ layer, arrays: saved[at]?.arrays ?? [] }));
  }
  throw new FormatError({
    where: 'weights',
    what: 'the file holds weights of another number of layers',
    expected: `${own.length}: ${own.map(({ name }) => name).join(', ')}`.slice(0, 300),
    received: `${saved.length}: ${saved.map(({ name }) => name).join(', ')}`.slice(0, 300),
    fix: 'load into the model that was saved, or pass { byName: true }',
  });
}

/** What a model needs to have to be loaded into. */
export interface LegacyModel extends WeightHolder {
  readonly layers: readonly WeightHolder[];
}

/** Sets the weights of a model to those in an older file, all or none of them. */
export function restoreLegacyWeights(
  model: LegacyModel,
  file: WeightsFile,
  options: LegacyOptions = {},
): void {
  const { byName = false, skipMismatch = false } = options;
  const pairs = pairsOf(model.layers, file, byName);
  const own = model.ownWeights;
  const assignments: Assignment[] = [];
  const problems: FormatError[] = [];
  const take = (name: string, variables: readonly Variable[], arrays: readonly FileArray[]) => {
    try {
      assignments.push(...assignmentsOf(name, variables, arrays));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problems.push(error);
    }
  };
  for (const { layer, arrays } of pairs) take(layer.name, legacyWeights(layer), arrays);
  const top = arraysOf(file, joinedPath(layersGroup(file) ?? '', TOP_LEVEL));
  if (own.length > 0) take(model.name, own, top.slice(0, own.length));
  if (problems.length > 0 && !skipMismatch) throw couldNotLoad(problems, pairs.length);
  for (const problem of problems) console.warn(`Skipped while loading: ${problem.message}`);
  assignAll(assignments);
}

/** Sets the state of an optimizer; state that does not fit is left out with a warning, as in Keras. */
export function restoreLegacyOptimizer(
  optimizer: Optimizer,
  weights: readonly Variable[],
  file: WeightsFile,
): void {
  const arrays = arraysOf(file, OPTIMIZER_GROUP);
  if (arrays.length === 0) return;
  optimizer.build(weights);
  try {
    assignAll(assignmentsOf(optimizer.name, optimizer.variables, arrays));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    console.warn(`The state of the optimizer starts anew: ${error.message}`);
  }
}

// tf.loadLayersModel: a model from model.json and its weights, wherever they lie. Nothing of a file
// is run; what it asks for is held against the bytes that came with it.
import { type CustomObjects, CustomRegistry } from '../../core/custom-objects.js';
import { currentEngine } from '../../core/engine.js';
import { ArgumentError, FormatError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import type { Variable } from '../../core/variable.js';
import { runsOnNode } from '../../files/node-files.js';
import type { TensorTree } from '../../layers/symbolic.js';
import { type Assignment, assignAll } from '../../saving/assignments.js';
import { compileOptionsFrom } from '../../saving/compile-config.js';
import { checkFits } from '../../saving/file-arrays.js';
import { type FilePlace, loadModel, type LoadOptions as ModelOptions } from '../../saving/index.js';
import { parseJson, requireRecord } from '../../saving/json.js';
import { requireKnownClasses } from '../../saving/known-classes.js';
import { believing, modelFromConfig } from '../../saving/model-from-config.js';
import { refuseCode } from '../../saving/refuse-code.js';
import { CompositeArrayBuffer } from '../io/composite-buffer.js';
import { fileSystem } from '../io/file-system.js';
import { browserHTTPRequest } from '../io/http.js';
import { handlerFor } from '../io/routers.js';
import type { IOHandler, IOHandlerSync, LoadOptions, ModelArtifacts } from '../io/types.js';
import { checkedBytes, type WeightArray, weightArrays } from '../io/weight-arrays.js';
import { OPTIMIZERS_THERE } from '../optimizers.js';
import { adopted, type LayersModel } from '../training/layers-model.js';
import { setMetadata } from './metadata.js';
import { OLD_ACTIVATIONS, registerOldActivations } from './old-activations.js';
import { configFrom } from './read-topology.js';
import { compileConfigFrom, statesThere } from './training-config.js';
import { type NamedWeight, pairWeights } from './weight-names.js';

/** Options of {@link loadLayersModel}. */
export interface LoadLayersModelOptions extends LoadOptions, ModelOptions {}

/** Where a model may come from. */
export type ModelSource = string | FilePlace | Uint8Array | IOHandler | IOHandlerSync;

/** Plain data, checked like that of any file: handlers may have it from anywhere. */
function plainFrom(where: string, value: unknown, options: ModelOptions): Plain {
  return parseJson(where, new TextEncoder().encode(JSON.stringify(value)), options.limits);
}

/** The arrays of a file by name, of the model and of the optimizer. */
class StoredWeights {
  readonly model = new Map<string, WeightArray>();
  readonly optimizer = new Map<string, WeightArray>();
  readonly bytes: number;

  constructor({ weightSpecs = [], weightData = [] }: ModelArtifacts, options: ModelOptions) {
    const expected = checkedBytes(weightSpecs, options.limits);
    const data = new CompositeArrayBuffer(weightData);
    this.bytes = weightSpecs.length === 0 ? 0 : data.byteLength * 4;
    if (weightSpecs.length > 0 && expected !== data.byteLength) {
      throw new FormatError({
        where: 'weights of model.json',
        what: 'the bytes are not those of the listed weights',
        expected: `${expected} bytes`,
        received: `${data.byteLength}`,
        fix: 'the files do not belong together: save the model again',
      });
    }
    for (const [{ name, group }, array] of weightArrays(data, weightSpecs)) {
      (group === 'optimizer' ? this.optimizer : this.model).set(name, array);
    }
  }
}

function assignmentsFor(
  pairs: readonly NamedWeight[],
  arrays: ReadonlyMap<string, WeightArray>,
): Assignment[] {
  return pairs.flatMap(({ variable, name }) => {
    const array = arrays.get(name);
    if (array === undefined) return [];
    checkFits(variable, array);
    return [{ variable, array }];
  });
}

/** Those that fit; with `strict` all must. */
function fitting(
  pairs: readonly NamedWeight[],
  arrays: ReadonlyMap<string, WeightArray>,
  strict: boolean,
): Assignment[] {
  if (strict) return assignmentsFor(pairs, arrays);
  return pairs.flatMap((pair) => {
    try {
      return assignmentsFor([pair], arrays);
    } catch (error) {
      if (error instanceof FormatError) return [];
      throw error;
    }
  });
}

function scaled({ values, ...array }: WeightArray, scale: number): WeightArray {
  return scale === 1
    ? { ...array, values }
    : { ...array, values: Float32Array.from(values, (value) => value * scale) };
}

/** Compiles as the file says, with the optimizer's state where it is there. */
function compileAsSaved(
  model: LayersModel,
  training: Plain,
  stored: StoredWeights,
  pairs: readonly NamedWeight[],
  custom: CustomObjects,
): void {
  const known = new CustomRegistry({ ...OPTIMIZERS_THERE, ...custom });
  const options = compileOptionsFrom(compileConfigFrom(training), known);
  if (options === undefined) return;
  model.compile(options);
  if (stored.optimizer.size === 0) return;
  const { optimizer } = model;
  optimizer.build(model.trainableWeights);
  const trained = new Set<Variable>(model.trainableWeights);
  const states = statesThere(
    optimizer,
    pairs.filter(({ variable }) => trained.has(variable)),
  );
  const arrays = new Map(stored.optimizer);
  for (const { name, scale } of states) {
    const array = arrays.get(name);
    if (array !== undefined) arrays.set(name, scaled(array, scale));
  }
  const own = states.flatMap(({ variable, name }) =>
    variable === undefined ? [] : [{ variable, name }],
  );
  const all = [...own, { variable: optimizer.iteration, name: 'iter' }];
  assignAll(assignmentsFor(all, arrays));
}

/** The model that artifacts describe. */
function modelFromArtifacts(
  artifacts: ModelArtifacts,
  options: LoadLayersModelOptions,
): LayersModel {
  const { strict = true, compile = true, customObjects = {} } = options;
  registerOldActivations();
  const topology = plainFrom('modelTopology', artifacts.modelTopology ?? null, options);
  const inner = requireRecord('modelTopology', topology)['training_config'];
  const given = plainFrom('trainingConfig', artifacts.trainingConfig ?? inner ?? null, options);
  const config = configFrom(topology);
  refuseCode([config, given]);
  const custom = { ...OLD_ACTIVATIONS, ...customObjects };
  const registry = new CustomRegistry(custom);
  requireKnownClasses(config, registry);
  const stored = new StoredWeights(artifacts, options);
  const model = adopted(modelFromConfig({ config, weightBytes: stored.bytes }, registry));
  const hasWeights = artifacts.weightData !== undefined;
  const pairs = hasWeights ? pairWeights(model, [...stored.model.keys()], strict) : [];
  assignAll(fitting(pairs, stored.model, strict));
  setMetadata(model, artifacts.userDefinedMetadata);
  if (!compile || given === null) return model;
  believing('trainingConfig cannot be read', () =>
    compileAsSaved(model, given, stored, pairs, custom),
  );
  return model;
}

function isHandler(source: ModelSource): source is IOHandler | IOHandlerSync {
  return typeof source === 'object' && ('load' in source || 'save' in source);
}

/** The handler of an address; a path without a scheme is one of the disk on Node, of the web elsewhere. */
function handlerOf(url: string, options: LoadLayersModelOptions): IOHandler {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(url)) return handlerFor('load', url, options);
  return runsOnNode() ? fileSystem(url, options.onProgress) : browserHTTPRequest(url, options);
}

/** Bytes, file handles and names that end with .keras or .h5 are files of Keras. */
function isKerasFile(source: Exclude<ModelSource, IOHandler | IOHandlerSync>): boolean {
  if (typeof source !== 'string') return true;
  return !/\.json($|\?)/.test(source) && !/^[a-z][a-z0-9+.-]+:\/\//i.test(source);
}

/** The bytes of weights that come as a stream. */
async function withStream(artifacts: ModelArtifacts): Promise<ModelArtifacts> {
  const { getWeightStream, ...rest } = artifacts;
  if (getWeightStream === undefined || rest.weightData !== undefined) return artifacts;
  const expected = checkedBytes(rest.weightSpecs ?? []);
  const reader = getWeightStream().getReader();
  const pieces: ArrayBuffer[] = [];
  let length = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      pieces.push(step.value);
      length += step.value.byteLength;
      // Whoever sends more than was listed is found out when the bytes are counted.
      if (length > expected) break;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return { ...rest, weightData: pieces };
}

/**
 * Loads a model of TensorFlow.js: model.json with its weight files, as `model.save` writes them and
 * the converter makes them of Keras models. `source` is an address (`file://` on Node, `http://`,
 * `https://`, `localstorage://`, `indexeddb://`), the path of a model.json, or a handler of tf.io.
 * Files of Keras (.keras, .h5) are loaded too.
 *
 * With `strict: false` weights that the model lacks, or the file, are left alone. The model answers
 * what it answered in TensorFlow.js: `hardSigmoid` in such a file is that of Keras 2, for example.
 *
 * @throws FormatError for damaged or hostile files; UnknownNameError for unknown classes.
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * await model.save('file://output/tfjs-model');
 * const copy = await tf.loadLayersModel('file://output/tfjs-model/model.json');
 * console.log(copy.countParams()); // 3
 * ```
 */
export async function loadLayersModel(
  source: ModelSource,
  options: LoadLayersModelOptions = {},
): Promise<LayersModel> {
  let handler: IOHandler | IOHandlerSync;
  if (isHandler(source)) handler = source;
  else if (isKerasFile(source)) return adopted(await loadModel<TensorTree>(source, options));
  else handler = handlerOf(String(source), options);
  if (handler.load === undefined) {
    throw new ArgumentError({
      where: 'loadLayersModel',
      what: 'the handler cannot load',
      expected: 'an object with load()',
      received: Object.keys(handler).join(', '),
    });
  }
  const artifacts = await withStream(await handler.load());
  return currentEngine().scope(() => modelFromArtifacts(artifacts, options));
}

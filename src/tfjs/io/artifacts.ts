// Between model.json and the artifacts that handlers pass on: what the file says is checked here, for
// every place that a model may come from.
import { FormatError, StateError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { isList, isRecord } from '../../core/tree.js';
import type { ReadLimits } from '../../files/limits.js';
import { checkMemberName } from '../../files/zip-names.js';
import { parseJson, requireRecord } from '../../saving/json.js';
import { CompositeArrayBuffer } from './composite-buffer.js';
import type {
  ModelArtifacts,
  ModelArtifactsInfo,
  ModelDescription,
  ModelJSON,
  WeightData,
  WeightsManifestConfig,
  WeightsManifestEntry,
} from './types.js';
import { checkedBytes } from './weight-arrays.js';
import { getWeightSpecs } from './weights.js';

/** The most bytes that model.json may have. */
export const LARGEST_JSON = 64 * 2 ** 20;

const DESCRIPTION = [
  'format',
  'generatedBy',
  'convertedBy',
  'signature',
  'trainingConfig',
  'userDefinedMetadata',
  'modelInitializer',
  'initializerSignature',
] as const satisfies readonly (keyof ModelDescription)[];

/** The fields that model.json and artifacts share. */
function descriptionOf(from: ModelDescription): ModelDescription {
  const known = DESCRIPTION.filter((key) => from[key] !== undefined && from[key] !== null);
  return Object.fromEntries(known.map((key) => [key, from[key]]));
}

/** Reads the weights of a manifest: what they are, and their bytes. */
export type LoadWeights = (
  manifest: WeightsManifestConfig,
) => Promise<[WeightsManifestEntry[], WeightData]>;

/** The artifacts that model.json describes; its weights are read by `loadWeights`. */
export async function getModelArtifactsForJSON(
  modelJSON: ModelJSON,
  loadWeights: LoadWeights,
): Promise<ModelArtifacts> {
  const manifest = modelJSON.weightsManifest;
  const [specs, data] = manifest ? await loadWeights(manifest) : [];
  return getModelArtifactsForJSONSync(modelJSON, specs, data);
}

/** The same with weights that are there already. */
export function getModelArtifactsForJSONSync(
  modelJSON: ModelJSON,
  weightSpecs?: WeightsManifestEntry[],
  weightData?: WeightData,
): ModelArtifacts {
  const { modelTopology, weightsManifest } = modelJSON;
  const described = { modelTopology, ...descriptionOf(modelJSON) };
  if (!weightsManifest) return described;
  if (weightSpecs === undefined || weightData === undefined) {
    throw new StateError({
      where: 'getModelArtifactsForJSON',
      what: 'model.json lists weights, but none were given',
      expected: 'weightSpecs and weightData',
    });
  }
  return { ...described, weightSpecs, weightData };
}

/** What model.json is to hold for these artifacts. */
export function modelJsonOf(
  artifacts: ModelArtifacts,
  weightsManifest: WeightsManifestConfig,
): ModelJSON {
  return {
    modelTopology: jsonTopology(artifacts),
    ...descriptionOf(artifacts),
    convertedBy: artifacts.convertedBy ?? null,
    weightsManifest,
  };
}

function jsonTopology({ modelTopology = {} }: ModelArtifacts): object {
  if (!(modelTopology instanceof ArrayBuffer)) return modelTopology;
  throw new FormatError({
    where: 'model topology',
    what: 'only topologies in JSON are known here',
    received: 'an ArrayBuffer',
    fix: 'TensorFlow graphs are not read: save the model as a layers model',
  });
}

function jsonBytes(value: unknown): number {
  return value === undefined ? 0 : new TextEncoder().encode(JSON.stringify(value)).length;
}

/** How large artifacts are, in bytes. */
export function getModelArtifactsInfoForJSON(artifacts: ModelArtifacts): ModelArtifactsInfo {
  return {
    dateSaved: new Date(),
    modelTopologyType: 'JSON',
    modelTopologyBytes: jsonBytes(jsonTopology(artifacts)),
    weightSpecsBytes: jsonBytes(artifacts.weightSpecs),
    weightDataBytes: new CompositeArrayBuffer(artifacts.weightData).byteLength,
  };
}

function notManifest(where: string, received: unknown): FormatError {
  return new FormatError({
    where,
    what: 'the list of weights is not one',
    expected: 'weightsManifest: [{ paths: [...], weights: [...] }]',
    received: (JSON.stringify(received) ?? 'undefined').slice(0, 100),
    fix: 'save or convert the model again',
  });
}

/** The path of a weight file, held to lie beside or below model.json. */
function pathOf(where: string, value: Plain): string {
  if (typeof value !== 'string') throw notManifest(where, value);
  const path = value.replace(/^(\.\/)+/, '');
  checkMemberName(where, path);
  return path;
}

function manifestFrom(where: string, value: Plain, limits?: ReadLimits): WeightsManifestConfig {
  if (!isList(value)) throw notManifest(where, value);
  const manifest = value.map((group) => {
    if (!isRecord(group)) throw notManifest(where, group);
    const { paths, weights } = group;
    if (!isList(paths) || !isList(weights)) throw notManifest(where, group);
    // What the entries say is checked where their bytes are counted.
    const entries = weights.map((entry): object => {
      if (isRecord(entry)) return entry;
      throw notManifest(where, entry);
    });
    return {
      ...group,
      paths: paths.map((path) => pathOf(where, path)),
      weights: entries as WeightsManifestEntry[],
    };
  });
  checkedBytes(getWeightSpecs(manifest), limits);
  return manifest;
}

/** The content of model.json, checked; `where` names it in errors. */
export function readModelJson(where: string, bytes: Uint8Array, limits?: ReadLimits): ModelJSON {
  if (bytes.length > LARGEST_JSON) {
    throw new FormatError({
      where,
      what: 'model.json is too large',
      expected: `at most ${LARGEST_JSON} bytes`,
      received: String(bytes.length),
    });
  }
  return modelJsonFrom(where, parseJson(where, bytes, limits), limits);
}

/** The same of data that was parsed already. */
export function modelJsonFrom(where: string, value: Plain, limits?: ReadLimits): ModelJSON {
  const json = requireRecord(where, value);
  const { modelTopology, weightsManifest, format } = json;
  if (format === 'graph-model') {
    throw new FormatError({
      where,
      what: 'this is a TensorFlow graph, not a model of layers',
      expected: "format: 'layers-model'",
      received: format,
      fix: 'convert the Keras model with --output_format=tfjs_layers_model, or load its .keras file',
    });
  }
  if (!isRecord(modelTopology)) {
    throw new FormatError({
      where,
      what: 'the file describes no model',
      expected: 'modelTopology and weightsManifest',
      received: Object.keys(json).slice(0, 10).join(', ') || 'nothing',
      fix: 'give the model.json that TensorFlow.js or its converter wrote',
    });
  }
  const manifest = weightsManifest ? manifestFrom(where, weightsManifest, limits) : [];
  return { ...json, modelTopology, weightsManifest: manifest };
}

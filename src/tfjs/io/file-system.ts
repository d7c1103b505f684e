// file:// on Node: a folder with model.json and the files that it lists, as tfjs-node writes it.
import { nodeFiles, runsOnNode } from '../../files/node-files.js';
import { importPaths } from '../../files/node-modules.js';
import { neighbour, readPlace, writePlace } from '../../files/places.js';
import {
  getModelArtifactsForJSON,
  getModelArtifactsInfoForJSON,
  modelJsonOf,
  readModelJson,
} from './artifacts.js';
import { withoutScheme } from './routers.js';
import type {
  IOHandler,
  IORouter,
  ModelArtifacts,
  OnProgressCallback,
  SaveResult,
} from './types.js';
import { manifestOf, readWeightFiles, WEIGHTS_FILE } from './weight-files.js';

const MODEL_FILE = 'model.json';

async function loadFrom(path: string, onProgress?: OnProgressCallback): Promise<ModelArtifacts> {
  const json = readModelJson(path, await readPlace(path));
  const beside = await neighbour(path);
  return getModelArtifactsForJSON(json, (manifest) =>
    readWeightFiles(manifest, (name) => readPlace(beside.path(name)), onProgress),
  );
}

/** Weights first: until model.json follows, a save that was cut short is told by its checksum. */
async function saveTo(folder: string, artifacts: ModelArtifacts): Promise<SaveResult> {
  const { manifest, bytes } = manifestOf(artifacts);
  const json = new TextEncoder().encode(JSON.stringify(modelJsonOf(artifacts, manifest)));
  const { mkdir } = await nodeFiles(folder);
  const { join } = await importPaths();
  await mkdir(folder, { recursive: true });
  await writePlace(join(folder, WEIGHTS_FILE), bytes, true);
  await writePlace(join(folder, MODEL_FILE), json, true);
  return { modelArtifactsInfo: getModelArtifactsInfoForJSON(artifacts) };
}

/**
 * A handler for a path on Node: a folder to save to, or a model.json to load. `tf.loadLayersModel`
 * and `model.save` take `file://PATH` in its place.
 */
export function fileSystem(path: string, onProgress?: OnProgressCallback): IOHandler {
  return {
    load: () => loadFrom(path, onProgress),
    save: (artifacts) => saveTo(path, artifacts),
  };
}

/** `/C:/models` of an address is `C:/models` on Windows. */
function pathOf(rest: string): string {
  return rest.replace(/^\/(?=[A-Za-z]:)/, '');
}

/** Handlers of `file://PATH`. */
export const fileRouter: IORouter = (url, options) => {
  const rest = withoutScheme('file', url);
  if (rest === undefined || !runsOnNode()) return null;
  return fileSystem(pathOf(rest), options?.onProgress);
};

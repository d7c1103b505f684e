// localstorage://: models in the store of a page, under the keys that TensorFlow.js uses, so that
// either finds what the other has kept.
import { FormatError, StateError } from '../../core/errors.js';
import type { Plain } from '../../core/op.js';
import { parseJson, requireRecord } from '../../saving/json.js';
import {
  getModelArtifactsForJSONSync,
  getModelArtifactsInfoForJSON,
  modelJsonFrom,
  modelJsonOf,
} from './artifacts.js';
import { CompositeArrayBuffer } from './composite-buffer.js';
import { withoutScheme } from './routers.js';
import type {
  IOHandler,
  IORouter,
  ModelArtifacts,
  ModelArtifactsInfo,
  SaveResult,
} from './types.js';
import { getWeightSpecs } from './weights.js';

const PREFIX = 'tensorflowjs_models/';
const INFO = '/info';
const PARTS = ['info', 'model_topology', 'weight_specs', 'weight_data', 'model_metadata'] as const;
type Part = (typeof PARTS)[number];

function keyOf(path: string, part: Part): string {
  return `${PREFIX}${path}/${part}`;
}

function storage(): Storage {
  if (typeof localStorage !== 'undefined') return localStorage;
  throw new StateError({
    where: 'localstorage://',
    what: 'there is no local storage here',
    fix: 'save to file://FOLDER on Node, or with tf.io.withSaveHandler',
  });
}

function toBase64(buffer: ArrayBuffer): string {
  const bytes = new Uint8Array(buffer);
  let text = '';
  // In pieces: so many arguments at once are more than a call may have.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

function missing(path: string, part: string): FormatError {
  return new FormatError({
    where: `localstorage://${path.slice(0, 200)}`,
    what: part === 'info' ? 'there is no model of this name' : 'a part of the model is missing',
    expected: part,
    fix: 'see tf.io.listModels() for the models that there are; else save it again',
  });
}

function fromBase64(path: string, text: string): ArrayBuffer {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  } catch {
    throw missing(path, 'weight_data in base64');
  }
}

function put(path: string, parts: Readonly<Record<Part, string>>): void {
  const store = storage();
  const before = PARTS.map(
    (part) => [keyOf(path, part), store.getItem(keyOf(path, part))] as const,
  );
  try {
    for (const part of PARTS) store.setItem(keyOf(path, part), parts[part]);
  } catch (cause) {
    // What was there comes back, as far as it was there.
    for (const [key] of before) store.removeItem(key);
    for (const [key, value] of before) if (value !== null) store.setItem(key, value);
    throw new StateError(
      {
        where: `localstorage://${path}`,
        what: 'the model was not saved: the store of this page is full, or closed',
        received: `${parts.weight_data.length} letters of weights`,
        fix: 'save to indexeddb://, which takes more, or remove models with tf.io.removeModel',
      },
      { cause },
    );
  }
}

function save(path: string, artifacts: ModelArtifacts): SaveResult {
  const modelArtifactsInfo = getModelArtifactsInfoForJSON(artifacts);
  const { modelTopology, weightsManifest: _, ...metadata } = modelJsonOf(artifacts, []);
  put(path, {
    info: JSON.stringify(modelArtifactsInfo),
    model_topology: JSON.stringify(modelTopology),
    weight_specs: JSON.stringify(artifacts.weightSpecs ?? []),
    weight_data: toBase64(CompositeArrayBuffer.join(artifacts.weightData)),
    model_metadata: JSON.stringify(metadata),
  });
  return { modelArtifactsInfo };
}

function load(path: string): ModelArtifacts {
  const store = storage();
  const part = (name: Part): string => {
    const value = store.getItem(keyOf(path, name));
    if (value === null) throw missing(path, name);
    return value;
  };
  const where = `localstorage://${path}`;
  // As if it were a file: what lies in a store is checked in the same way.
  const parsed = (name: Part): Plain => parseJson(where, new TextEncoder().encode(part(name)));
  const hasMetadata = store.getItem(keyOf(path, 'model_metadata')) !== null;
  part('info');
  const json = modelJsonFrom(where, {
    ...(hasMetadata ? requireRecord(where, parsed('model_metadata')) : {}),
    modelTopology: parsed('model_topology'),
    weightsManifest: [{ paths: [], weights: parsed('weight_specs') }],
  });
  const specs = getWeightSpecs(json.weightsManifest);
  return getModelArtifactsForJSONSync(json, specs, fromBase64(path, part('weight_data')));
}

/** A handler for the store of the page. */
export function browserLocalStorage(path: string): IOHandler {
  return { save: async (artifacts) => save(path, artifacts), load: async () => load(path) };
}

/** Handlers of `localstorage://PATH`. */
export const localStorageRouter: IORouter = (url) => {
  const path = withoutScheme('localstorage', url);
  return path === undefined || path === '' ? null : browserLocalStorage(path);
};

function infoFrom(text: string | null): ModelArtifactsInfo | undefined {
  try {
    const info: ModelArtifactsInfo = JSON.parse(text ?? '');
    return { ...info, dateSaved: new Date(info.dateSaved) };
  } catch {
    return undefined;
  }
}

/** What is kept: lists and removes. */
export const localStorageModels = {
  async listModels(): Promise<Record<string, ModelArtifactsInfo>> {
    if (typeof localStorage === 'undefined') return {};
    const found: Record<string, ModelArtifactsInfo> = {};
    for (let index = 0; index < localStorage.length; index++) {
      const key = localStorage.key(index) ?? '';
      if (!key.startsWith(PREFIX) || !key.endsWith(INFO)) continue;
      const info = infoFrom(localStorage.getItem(key));
      if (info !== undefined) found[key.slice(PREFIX.length, -INFO.length)] = info;
    }
    return found;
  },
  async removeModel(path: string): Promise<ModelArtifactsInfo> {
    const store = storage();
    const info = infoFrom(store.getItem(keyOf(path, 'info')));
    if (info === undefined) throw missing(path, 'info');
    for (const part of PARTS) store.removeItem(keyOf(path, part));
    return info;
  },
};

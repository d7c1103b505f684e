// indexeddb://: models in the database of a page, in the stores that TensorFlow.js uses, so that
// either finds what the other has kept.
import { FormatError, StateError } from '../../core/errors.js';
import {
  getModelArtifactsForJSONSync,
  getModelArtifactsInfoForJSON,
  modelJsonOf,
  readModelJson,
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

const DATABASE = 'tensorflowjs';
const MODELS = 'models_store';
const INFOS = 'model_info_store';

function failed(cause: unknown): StateError {
  return new StateError(
    {
      where: 'indexeddb://',
      what: 'the database of this page could not be used',
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'private windows may have none, and full ones take no more: see tf.io.listModels()',
    },
    { cause },
  );
}

/** The answer to a request. */
function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(failed(request.error));
  });
}

async function opened(): Promise<IDBDatabase> {
  if (typeof indexedDB === 'undefined') throw failed('there is no IndexedDB here');
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    for (const store of [MODELS, INFOS]) {
      request.result.createObjectStore(store, { keyPath: 'modelPath' });
    }
  };
  return settled(request);
}

/** Runs `body` in one transaction over both stores: all of it is kept, or nothing. */
async function within<T>(
  mode: IDBTransactionMode,
  body: (models: IDBObjectStore, infos: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const database = await opened();
  try {
    const transaction = database.transaction([MODELS, INFOS], mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(failed(transaction.error));
    });
    // Whoever waits hears of it; where `body` fails first, nobody does.
    done.catch(() => {});
    const result = await body(transaction.objectStore(MODELS), transaction.objectStore(INFOS));
    await done;
    return result;
  } finally {
    database.close();
  }
}

async function save(modelPath: string, artifacts: ModelArtifacts): Promise<SaveResult> {
  const modelArtifactsInfo = getModelArtifactsInfoForJSON(artifacts);
  const { getWeightStream: _, ...parts } = artifacts;
  const modelArtifacts = { ...parts, weightData: CompositeArrayBuffer.join(parts.weightData) };
  await within('readwrite', async (models, infos) => {
    await settled(infos.put({ modelPath, modelArtifactsInfo }));
    await settled(models.put({ modelPath, modelArtifacts }));
  });
  return { modelArtifactsInfo };
}

function missing(path: string): FormatError {
  return new FormatError({
    where: `indexeddb://${path.slice(0, 200)}`,
    what: 'there is no model of this name',
    fix: 'see tf.io.listModels() for the models that there are',
  });
}

async function load(path: string): Promise<ModelArtifacts> {
  const record: { readonly modelArtifacts?: ModelArtifacts } | undefined = await within(
    'readonly',
    (models) => settled(models.get(path)),
  );
  const artifacts = record?.modelArtifacts;
  if (artifacts === undefined) throw missing(path);
  // As if it were a file: what lies in a database is checked in the same way.
  const manifest = [{ paths: [], weights: artifacts.weightSpecs ?? [] }];
  const text = JSON.stringify(modelJsonOf(artifacts, manifest));
  const json = readModelJson(`indexeddb://${path}`, new TextEncoder().encode(text));
  const specs = getWeightSpecs(json.weightsManifest);
  return getModelArtifactsForJSONSync(json, specs, artifacts.weightData ?? new ArrayBuffer(0));
}

/** A handler for the database of the page. */
export function browserIndexedDB(path: string): IOHandler {
  return { save: (artifacts) => save(path, artifacts), load: () => load(path) };
}

/** Handlers of `indexeddb://PATH`. */
export const indexedDbRouter: IORouter = (url) => {
  const path = withoutScheme('indexeddb', url);
  return path === undefined || path === '' ? null : browserIndexedDB(path);
};

interface InfoRecord {
  readonly modelPath: string;
  readonly modelArtifactsInfo: ModelArtifactsInfo;
}

/** What is kept: lists and removes. */
export const indexedDbModels = {
  async listModels(): Promise<Record<string, ModelArtifactsInfo>> {
    if (typeof indexedDB === 'undefined') return {};
    const records: readonly InfoRecord[] = await within('readonly', (_, infos) =>
      settled(infos.getAll()),
    );
    return Object.fromEntries(
      records.map(({ modelPath, modelArtifactsInfo }) => [modelPath, modelArtifactsInfo]),
    );
  },
  removeModel(path: string): Promise<ModelArtifactsInfo> {
    return within('readwrite', async (models, infos) => {
      const record: InfoRecord | undefined = await settled(infos.get(path));
      if (record === undefined) throw missing(path);
      await settled(infos.delete(path));
      await settled(models.delete(path));
      return record.modelArtifactsInfo;
    });
  },
};

// tf.io.listModels, copyModel, moveModel and removeModel: models in the stores of a page.
import { ArgumentError } from '../../core/errors.js';
import { indexedDbModels } from './indexed-db.js';
import { localStorageModels } from './local-storage.js';
import { handlerFor } from './routers.js';
import type { ModelArtifactsInfo } from './types.js';

/** A place that knows which models it keeps. */
interface ModelStore {
  listModels(): Promise<Record<string, ModelArtifactsInfo>>;
  removeModel(path: string): Promise<ModelArtifactsInfo>;
}

const stores: Readonly<Record<string, ModelStore>> = {
  localstorage: localStorageModels,
  indexeddb: indexedDbModels,
};

/** All models in the stores of the page, by address. */
export async function listModels(): Promise<Record<string, ModelArtifactsInfo>> {
  const found: Record<string, ModelArtifactsInfo> = {};
  for (const [scheme, store] of Object.entries(stores)) {
    for (const [path, info] of Object.entries(await store.listModels())) {
      found[`${scheme}://${path}`] = info;
    }
  }
  return found;
}

function storeOf(url: string): readonly [store: ModelStore, path: string] {
  const [, scheme = '', path = ''] = /^([a-z]+):\/\/(.*)$/s.exec(url) ?? [];
  const store = Object.hasOwn(stores, scheme) ? stores[scheme] : undefined;
  if (store !== undefined && path !== '') return [store, path];
  throw new ArgumentError({
    where: 'tf.io',
    what: 'this is no model in a store',
    expected: 'localstorage://NAME or indexeddb://NAME',
    received: url.slice(0, 200),
    fix: 'files are removed like other files',
  });
}

/** Removes a model from its store. */
export async function removeModel(url: string): Promise<ModelArtifactsInfo> {
  const [store, path] = storeOf(url);
  return store.removeModel(path);
}

/** Copies a model from one address to another. */
export async function copyModel(sourceURL: string, destURL: string): Promise<ModelArtifactsInfo> {
  if (sourceURL === destURL) {
    throw new ArgumentError({
      where: 'tf.io.copyModel',
      what: 'both addresses are the same',
      expected: 'two different ones',
      received: sourceURL,
    });
  }
  const artifacts = await handlerFor('load', sourceURL).load?.();
  const saved = artifacts && (await handlerFor('save', destURL).save?.(artifacts));
  if (saved !== undefined) return saved.modelArtifactsInfo;
  throw new ArgumentError({
    where: 'tf.io.copyModel',
    what: 'one of the places can only be read, or only be written',
    received: `${sourceURL} to ${destURL}`,
  });
}

/**
 * Copies a model, then removes it where it was: a copy that fails loses nothing. (TensorFlow.js
 * removes first.)
 */
export async function moveModel(sourceURL: string, destURL: string): Promise<ModelArtifactsInfo> {
  const [store, path] = storeOf(sourceURL);
  const info = await copyModel(sourceURL, destURL);
  await store.removeModel(path);
  return info;
}

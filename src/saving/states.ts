// What layers keep besides weights: numbers in the weights file, texts among the assets of a model's
// file. walk.ts says where each layer lies.
import { FormatError } from '../core/errors.js';
import type { WeightHolder } from '../layers/weight-holder.js';
import type { FileArray, WeightsFile } from './hdf5/read.js';
import { type SavedObject, walkModel } from './walk.js';

/** Files by name, as in an archive. */
export type Members = ReadonlyMap<string, Uint8Array>;

const ASSETS = 'assets';

/** The group of an object's arrays. */
export function groupOf(object: SavedObject): string {
  return object.path === '' ? 'vars' : `${object.path}/vars`;
}

function assetPath(object: SavedObject, name: string): string {
  return [ASSETS, object.path, name].filter((part) => part !== '').join('/');
}

/** The arrays of an object that are no weights, by full path. */
export function savedNumbers(object: SavedObject): ReadonlyMap<string, FileArray> {
  const numbers = object.holder?.savedState()?.numbers ?? new Map<string, Float32Array>();
  return new Map(
    [...numbers].map(([name, values]) => [
      `${groupOf(object)}/${name}`,
      { shape: [values.length], dtype: 'float32', values },
    ]),
  );
}

/** The assets of a model, by full path such as `assets/layers/string_lookup/vocabulary.txt`. */
export function collectAssets(model: WeightHolder): Members {
  const encoder = new TextEncoder();
  return new Map(
    walkModel(model).flatMap((object) =>
      [...(object.holder?.savedState()?.texts ?? [])].map(
        ([name, text]) => [assetPath(object, name), encoder.encode(text)] as const,
      ),
    ),
  );
}

function textOf(path: string, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new FormatError(
      { where: path, what: 'the file is no text', expected: 'UTF-8', fix: 'save the model again' },
      { cause: error },
    );
  }
}

/** Arrays of `group` that have a name, not a number. */
function namedArrays(file: WeightsFile, group: string): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  for (const [path, { values }] of file.arrays) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (path !== `${group}/${name}` || /^\d+$/.test(name)) continue;
    found.set(name, Float32Array.from(values as Iterable<number | bigint>, Number));
  }
  return found;
}

/** What takes over the state that files hold of one object; checks it first. */
export function loadersOf(
  object: SavedObject,
  file: WeightsFile,
  assets: Members | undefined,
): readonly (() => void)[] {
  const { holder } = object;
  const now = holder?.savedState();
  if (holder === undefined || now === undefined) return [];
  const texts = new Map<string, string>();
  for (const name of assets === undefined ? [] : now.texts.keys()) {
    const path = assetPath(object, name);
    const content = assets?.get(path);
    if (content === undefined) {
      throw new FormatError({
        where: `${object.className} "${object.name}"`,
        what: 'the file lacks what the layer has learnt',
        expected: path,
        received: [...(assets?.keys() ?? [])].slice(0, 5).join(', ') || 'no assets',
        fix: 'save the model again',
      });
    }
    texts.set(name, textOf(path, content));
  }
  return [holder.stateLoader({ numbers: namedArrays(file, groupOf(object)), texts })];
}

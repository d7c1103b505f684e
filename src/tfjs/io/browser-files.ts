// In browsers: models out of files that the user has picked, and models as downloads.
import { ArgumentError, FormatError, StateError } from '../../core/errors.js';
import {
  getModelArtifactsForJSON,
  getModelArtifactsInfoForJSON,
  LARGEST_JSON,
  modelJsonOf,
  readModelJson,
} from './artifacts.js';
import { withoutScheme } from './routers.js';
import type { IOHandler, IORouter, ModelArtifacts, ModelJSON, SaveResult } from './types.js';
import { manifestOf, readWeightFiles } from './weight-files.js';

async function bytesOf(file: File, most: number): Promise<Uint8Array> {
  if (file.size <= most) return new Uint8Array(await file.arrayBuffer());
  throw new FormatError({
    where: file.name,
    what: 'the file is larger than it may be',
    expected: `at most ${most} bytes`,
    received: String(file.size),
    fix: 'pick model.json first, then its weight files',
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The files by the names that model.json has for them, whose folders do not count. */
function byName(json: ModelJSON, files: readonly File[]): ReadonlyMap<string, File> {
  const wanted = json.weightsManifest.flatMap(({ paths }) => paths).map(baseName);
  const given = new Map(files.map((file) => [file.name, file]));
  const missing = wanted.filter((name) => !given.has(name));
  const extra = files.filter(({ name }) => !wanted.includes(name)).map(({ name }) => name);
  if (missing.length === 0 && extra.length === 0 && new Set(wanted).size === wanted.length) {
    return given;
  }
  throw new FormatError({
    where: 'tf.io.browserFiles',
    what: 'these are not the weight files that model.json lists',
    expected: wanted.slice(0, 10).join(', ') || 'none',
    received: files
      .slice(0, 10)
      .map(({ name }) => name)
      .join(', '),
    fix: 'pick model.json first, then exactly its weight files',
  });
}

async function loadFrom(first: File, rest: readonly File[]): Promise<ModelArtifacts> {
  const json = readModelJson(first.name, await bytesOf(first, LARGEST_JSON));
  // The architecture alone, where no weights were picked.
  if (rest.length === 0) return { modelTopology: json.modelTopology };
  const files = byName(json, rest);
  return getModelArtifactsForJSON(json, (manifest) =>
    readWeightFiles(manifest, async (path, most) => {
      const file = files.get(baseName(path));
      return file === undefined ? new Uint8Array() : bytesOf(file, most);
    }),
  );
}

/** A handler for files that a user has picked: model.json, then the weight files that it lists. */
export function browserFiles(files: readonly File[]): IOHandler {
  const [first, ...rest] = files;
  if (first !== undefined) return { load: () => loadFrom(first, rest) };
  throw new ArgumentError({
    where: 'tf.io.browserFiles',
    what: 'there are no files',
    expected: 'model.json and its weight files',
    received: 'an empty list',
  });
}

/** Lets the browser store `content` under a name. */
function offer(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.download = name;
  link.href = URL.createObjectURL(content);
  link.click();
  // The download has its own hold of the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function download(name: string, artifacts: ModelArtifacts): Promise<SaveResult> {
  if (typeof document === 'undefined') {
    throw new StateError({
      where: `downloads://${name}`,
      what: 'there are no downloads outside of pages',
      fix: 'save to file://FOLDER on Node, or with tf.io.withSaveHandler',
    });
  }
  const { manifest, bytes } = manifestOf(artifacts, `${name}.weights.bin`);
  const json = JSON.stringify(modelJsonOf(artifacts, manifest));
  offer(`${name}.json`, new Blob([json], { type: 'application/json' }));
  // Some browsers keep only the last of several downloads of one moment.
  await new Promise((resolve) => setTimeout(resolve));
  const weights = new Blob([Uint8Array.from(bytes)], { type: 'application/octet-stream' });
  offer(`${name}.weights.bin`, weights);
  return { modelArtifactsInfo: getModelArtifactsInfoForJSON(artifacts) };
}

/** A handler that lets the browser store `NAME.json` and `NAME.weights.bin`. */
export function browserDownloads(name = 'model'): IOHandler {
  return { save: (artifacts) => download(name === '' ? 'model' : name, artifacts) };
}

/** Handlers of `downloads://NAME`. */
export const downloadsRouter: IORouter = (url) => {
  const name = withoutScheme('downloads', url);
  return name === undefined ? null : browserDownloads(name);
};

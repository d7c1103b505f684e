// http:// and https://: model.json and its weight files from a server, or sent to one.
import { ArgumentError, FormatError, StateError } from '../../core/errors.js';
import { isList } from '../../core/tree.js';
import { fullLimits } from '../../files/limits.js';
import {
  getModelArtifactsForJSON,
  getModelArtifactsInfoForJSON,
  LARGEST_JSON,
  modelJsonOf,
  readModelJson,
} from './artifacts.js';
import type { IOHandler, IORouter, LoadOptions, ModelArtifacts, SaveResult } from './types.js';
import { manifestOf, type ReadFile, readWeightFiles } from './weight-files.js';

/** Whether an address is one of the web. */
export function isHTTPScheme(url: string): boolean {
  return /^https?:\/\//.test(url);
}

function failed(address: string, received: string, cause?: unknown): StateError {
  return new StateError(
    {
      where: address.slice(0, 200),
      what: 'the file could not be fetched',
      received,
      fix: 'check the address and the network; pages of other sites must be allowed to ask (CORS)',
    },
    { cause },
  );
}

async function answer(address: string, options: LoadOptions, init: RequestInit): Promise<Response> {
  const { fetchFunc = fetch } = options;
  let response: Response;
  try {
    response = await fetchFunc(address, init);
  } catch (cause) {
    throw failed(address, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (response.ok) return response;
  throw failed(address, `${response.status} ${response.statusText}`);
}

/** The body of an answer, given up as soon as it is larger than it may be. */
async function bodyOf(address: string, response: Response, most: number): Promise<Uint8Array> {
  const tooLarge = (): FormatError =>
    new FormatError({
      where: address.slice(0, 200),
      what: 'the file is larger than it may be',
      expected: `at most ${most} bytes`,
      received: 'more',
      fix: 'check that the address is that of the model',
    });
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array(await response.arrayBuffer());
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      length += step.value.length;
      if (length > most) throw tooLarge();
      pieces.push(step.value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** The folder of an address, and what follows its `?`. */
function partsOf(url: string): readonly [folder: string, query: string] {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  return [path.slice(0, path.lastIndexOf('/') + 1), question < 0 ? '' : url.slice(question)];
}

/** A path as part of an address: nothing in it can lead elsewhere. */
function escaped(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

class WebModel implements IOHandler {
  readonly #path: string;
  readonly #weightsPath: string;
  readonly #options: LoadOptions;

  constructor(path: string | readonly string[], options: LoadOptions) {
    const [first, second = first] = isList(path) ? path : [path];
    if (first === undefined || second === undefined || (isList(path) && path.length !== 2)) {
      throw new ArgumentError({
        where: 'tf.io.http',
        what: 'this is no address of a model',
        expected: 'one address, or two: of model.json and of the weights',
        received: String(path),
      });
    }
    this.#path = first;
    this.#weightsPath = second;
    this.#options = options;
    if (options.requestInit?.body === undefined || options.requestInit.body === null) return;
    throw new ArgumentError({
      where: 'tf.io.http',
      what: 'requestInit has a body of its own',
      fix: 'leave it out: the model is the body',
    });
  }

  async load(): Promise<ModelArtifacts> {
    const { requestInit = {}, onProgress } = this.#options;
    const response = await answer(this.#path, this.#options, requestInit);
    const bytes = await bodyOf(this.#path, response, LARGEST_JSON);
    const json = readModelJson(this.#path, bytes);
    return getModelArtifactsForJSON(json, (manifest) =>
      readWeightFiles(manifest, this.#read, onProgress),
    );
  }

  readonly #read: ReadFile = async (path, most) => {
    const { weightPathPrefix, weightUrlConverter, requestInit = {} } = this.#options;
    const [folder, query] = partsOf(this.#weightsPath);
    const address =
      (await weightUrlConverter?.(path)) ?? `${weightPathPrefix ?? folder}${escaped(path)}${query}`;
    return bodyOf(address, await answer(address, this.#options, requestInit), most);
  };

  async save(artifacts: ModelArtifacts): Promise<SaveResult> {
    const name = 'model.weights.bin';
    const { manifest, bytes } = manifestOf(artifacts, name);
    const json = JSON.stringify(modelJsonOf(artifacts, manifest));
    const body = new FormData();
    body.append('model.json', new Blob([json], { type: 'application/json' }), 'model.json');
    const weights = new Blob([Uint8Array.from(bytes)], { type: 'application/octet-stream' });
    body.append(name, weights, name);
    const init = { method: 'POST', ...this.#options.requestInit, body };
    const response = await answer(this.#path, this.#options, init);
    const modelArtifactsInfo = getModelArtifactsInfoForJSON(artifacts);
    return { modelArtifactsInfo, responses: [response] };
  }
}

/**
 * A handler for an address of the web: it loads model.json and the files beside it, or sends both as
 * a form (`POST`, unless `requestInit` says otherwise). At most 4 GiB are read.
 */
export function http(path: string | readonly string[], options: LoadOptions = {}): IOHandler {
  return new WebModel(path, options);
}

/** The older name of {@link http}. */
export const browserHTTPRequest = http;

/** The bytes at each of some addresses. */
export async function fetchAll(
  addresses: readonly string[],
  options: LoadOptions = {},
): Promise<ArrayBuffer[]> {
  const { maxBytes } = fullLimits();
  const found: ArrayBuffer[] = [];
  for (const address of addresses) {
    const response = await answer(address, options, options.requestInit ?? {});
    found.push(Uint8Array.from(await bodyOf(address, response, maxBytes)).buffer);
    options.onProgress?.(found.length / addresses.length);
  }
  return found;
}

/** Handlers of addresses of the web. */
export const httpRouter: IORouter = (url, options) => {
  const addresses = isList(url) ? url : [url];
  return addresses.every((address) => isHTTPScheme(address)) ? http(url, options) : null;
};

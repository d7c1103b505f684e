// tf.io.loadWeights and weightsLoaderFactory: some weights of a manifest, without a model.
import { UnknownNameError } from '../../core/errors.js';
import { CompositeArrayBuffer } from './composite-buffer.js';
import { fetchAll } from './http.js';
import type { WeightsManifestConfig, WeightsManifestEntry } from './types.js';
import { storedBytes } from './weight-arrays.js';
import { decodeWeights, getWeightSpecs, type NamedTensorMap } from './weights.js';

/** Fetches files, in the order of their paths. */
export type FetchWeights = (paths: string[]) => Promise<ArrayBuffer[]>;

/** Reads weights: of all names by default. */
export type WeightsLoader = (
  manifest: WeightsManifestConfig,
  filePathPrefix?: string,
  weightNames?: readonly string[],
) => Promise<NamedTensorMap>;

function requireNames(manifest: WeightsManifestConfig, names: readonly string[]): void {
  const known = new Set(getWeightSpecs(manifest).map(({ name }) => name));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw new UnknownNameError({
    where: 'loadWeights',
    what: 'the manifest has no such weights',
    expected: [...known].slice(0, 20).join(', '),
    received: missing.slice(0, 20).join(', '),
  });
}

/** The wanted weights of a group, out of its bytes. */
function wantedOf(
  data: ArrayBuffer[],
  specs: readonly WeightsManifestEntry[],
  isWanted: (name: string) => boolean,
): NamedTensorMap {
  const whole = new CompositeArrayBuffer(data);
  let offset = 0;
  const found: NamedTensorMap = {};
  for (const spec of specs) {
    const end = offset + storedBytes(spec);
    if (isWanted(spec.name)) Object.assign(found, decodeWeights(whole.slice(offset, end), [spec]));
    offset = end;
  }
  return found;
}

/**
 * A function that reads weights with a way to fetch files of your own. Groups without a wanted weight
 * are not fetched.
 *
 * @example
 * ```ts
 * import * as tf from 'keratin/tfjs';
 * const load = tf.io.weightsLoaderFactory(async () => [Float32Array.of(1, 2).buffer]);
 * const { w } = await load([{ paths: ['a.bin'], weights: [{ name: 'w', shape: [2], dtype: 'float32' }] }]);
 * console.log(await w?.array()); // [ 1, 2 ]
 * ```
 */
export function weightsLoaderFactory(fetchWeights: FetchWeights): WeightsLoader {
  return async (manifest, filePathPrefix = '', weightNames) => {
    if (weightNames !== undefined) requireNames(manifest, weightNames);
    const isWanted = (name: string): boolean => weightNames?.includes(name) ?? true;
    const groups = manifest.filter(({ weights }) => weights.some(({ name }) => isWanted(name)));
    const prefix = filePathPrefix.replace(/(?<=[^/])$/, '/');
    const paths = groups.map((group) => group.paths.map((path) => `${prefix}${path}`));
    const files = await fetchWeights(paths.flat());
    const tensors: NamedTensorMap = {};
    let next = 0;
    for (const { paths: own, weights } of groups) {
      Object.assign(tensors, wantedOf(files.slice(next, next + own.length), weights, isWanted));
      next += own.length;
    }
    return tensors;
  };
}

/** Reads weights from the web; see {@link weightsLoaderFactory}. */
export function loadWeights(
  manifest: WeightsManifestConfig,
  filePathPrefix = '',
  weightNames?: readonly string[],
  requestInit: RequestInit = {},
): Promise<NamedTensorMap> {
  const fetchWeights: FetchWeights = (paths) => fetchAll(paths, { requestInit });
  return weightsLoaderFactory(fetchWeights)(manifest, filePathPrefix, weightNames);
}

// The .keras file: a zip of metadata.json, config.json and model.weights.h5. This file knows the
// members; what they mean is decided by model-file.ts.
import { FormatError } from '../core/errors.js';
import type { Plain } from '../core/op.js';
import type { ReadLimits } from '../files/limits.js';
import { readZip, writeZip } from '../files/zip.js';
import { readWeights, type WeightsFile } from './hdf5/read.js';
import { writeWeights } from './hdf5/write.js';
import { parseJson, requireRecord } from './json.js';
import { kerasJson } from './keras-json.js';
import { refuseCode } from './refuse-code.js';
import type { Members } from './states.js';

export const METADATA = 'metadata.json';
export const CONFIG = 'config.json';
export const WEIGHTS = 'model.weights.h5';

/** The version of Keras whose format is written. */
const KERAS_VERSION = '3.15.1';
const LARGEST_CONFIG = 64 * 2 ** 20;

/** The two parts of a model. */
export interface ModelParts {
  readonly config: Readonly<Record<string, Plain>>;
  readonly weights: WeightsFile;
  /** Bytes that the weights take in the file. */
  readonly weightBytes: number;
  /** All files of the archive or folder, assets among them. */
  readonly members: Members;
}

function member(members: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const content = members.get(name);
  if (content !== undefined) return content;
  const names = [...members.keys()].slice(0, 10).map((found) => JSON.stringify(found.slice(0, 80)));
  throw new FormatError({
    where: '.keras file',
    what: `the file has no ${name}`,
    expected: `${METADATA}, ${CONFIG} and ${WEIGHTS}`,
    received: names.join(', ') || 'an empty archive',
    fix: 'save the model as model.keras with Keras 3 or Keratin',
  });
}

/** The configuration as data, whatever it says. */
function parseConfig(content: Uint8Array, limits?: ReadLimits): Readonly<Record<string, Plain>> {
  if (content.length > LARGEST_CONFIG) {
    throw new FormatError({
      where: CONFIG,
      what: 'the configuration is too large',
      expected: `at most ${LARGEST_CONFIG} bytes`,
      received: String(content.length),
    });
  }
  return requireRecord(CONFIG, parseJson(CONFIG, content, limits));
}

/** The configuration alone: enough to see what a model is. */
function readConfig(content: Uint8Array, limits?: ReadLimits): Readonly<Record<string, Plain>> {
  const config = parseConfig(content, limits);
  refuseCode(config);
  return config;
}

/** Configuration and weights from the members of a .keras file or of a folder of that form. */
export async function partsFrom(
  members: ReadonlyMap<string, Uint8Array>,
  limits?: ReadLimits,
): Promise<ModelParts> {
  const config = readConfig(member(members, CONFIG), limits);
  const stored = member(members, WEIGHTS);
  return {
    config,
    weights: await readWeights(stored, limits),
    weightBytes: stored.length,
    members,
  };
}

export async function readKerasFile(bytes: Uint8Array, limits?: ReadLimits): Promise<ModelParts> {
  return partsFrom(await readZip(bytes, limits), limits);
}

/** A .keras file as data, none of which will be made into a model. */
export interface KerasFileContent {
  readonly metadata: Readonly<Record<string, Plain>>;
  readonly config: Readonly<Record<string, Plain>>;
  readonly weights: WeightsFile;
}

/** What lies in a .keras file, to look at. */
export async function readKerasContent(
  bytes: Uint8Array,
  limits?: ReadLimits,
): Promise<KerasFileContent> {
  const members = await readZip(bytes, limits);
  const metadata = parseJson(METADATA, member(members, METADATA), limits);
  return {
    metadata: requireRecord(METADATA, metadata),
    config: parseConfig(member(members, CONFIG), limits),
    weights: await readWeights(member(members, WEIGHTS), limits),
  };
}

/** The weights that lie in a .keras file. */
export async function readKerasWeights(
  bytes: Uint8Array,
  limits?: ReadLimits,
): Promise<WeightsFile> {
  return readWeights(member(await readZip(bytes, limits), WEIGHTS), limits);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function dateSaved(now: Date): string {
  const date = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(twoDigits).join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(twoDigits).join(':');
  return `${date}@${time}`;
}

function toJson(where: string, value: Plain): Uint8Array {
  return new TextEncoder().encode(kerasJson(where, value));
}

/** The members of a .keras file, in Keras's order. */
export async function kerasMembers(
  config: Plain,
  weights: WeightsFile,
  assets: Members = new Map(),
): Promise<Members> {
  const metadata = { keras_version: KERAS_VERSION, date_saved: dateSaved(new Date()) };
  return new Map([
    [METADATA, toJson(METADATA, metadata)],
    [CONFIG, toJson(CONFIG, config)],
    [WEIGHTS, await writeWeights(weights)],
    ...assets,
  ]);
}

/** The bytes of a .keras file. */
export async function zipMembers(members: Members): Promise<Uint8Array> {
  return writeZip([...members].map(([name, content]) => ({ name, content })));
}

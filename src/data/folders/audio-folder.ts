// audioDatasetFromDirectory: a folder of WAV files as batches of samples.
import { currentEngine } from '../../core/engine.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { readNodeFile } from '../../files/node-files.js';
import { decodeWav, type Sound } from '../../files/wav.js';
import { datasetsOf, type FolderDataset, type FolderParts } from './folder-dataset.js';
import { indexFolder } from './labelled-files.js';
import { type FolderOptions, fullFolderOptions } from './options.js';

const WHERE = 'audioDatasetFromDirectory';

/** Options of {@link audioDatasetFromDirectory}; the defaults are Keras's. */
export interface AudioFolderOptions extends FolderOptions {
  /** The rate that all files must have, in samples a second; default any. Nothing is resampled. */
  readonly samplingRate?: number | null;
  /** Moments in each sample: shorter sounds are followed by silence, longer ones cut. Default: as they are. */
  readonly outputSequenceLength?: number | null;
  /** Only false: there are no ragged tensors. */
  readonly ragged?: boolean;
}

interface Wanted {
  readonly samplingRate: number | null;
  readonly length: number | null;
}

function wantedOf(options: AudioFolderOptions): Wanted {
  const { samplingRate = null, outputSequenceLength: length = null, ragged = false } = options;
  for (const [name, value] of Object.entries({ samplingRate, outputSequenceLength: length })) {
    if (value === null || (Number.isInteger(value) && value > 0)) continue;
    throw new ArgumentError({
      where: WHERE,
      what: `${name} is no whole number above 0`,
      expected: 'a whole number above 0, or null',
      received: String(value),
      fix: `leave ${name} out`,
    });
  }
  if (ragged) {
    throw new ArgumentError({
      where: WHERE,
      what: 'there are no ragged tensors',
      expected: 'ragged: false',
      received: 'ragged: true',
      fix: 'give outputSequenceLength, to which sounds are cut or filled',
    });
  }
  return { samplingRate, length };
}

/** One sound, checked against the first of its batch. */
async function loadSound(path: string, wanted: Wanted, first: Sound | undefined): Promise<Sound> {
  const sound = decodeWav(path, await readNodeFile(path), wanted.length ?? undefined);
  const fits = (what: string, expected: number, received: number, fix: string): void => {
    if (expected === received) return;
    throw new ShapeError({
      where: path,
      what: `the sound has another ${what} than wanted`,
      expected: String(expected),
      received: String(received),
      fix,
    });
  };
  const { samplingRate, channels, frames } = sound;
  if (wanted.samplingRate !== null) {
    fits('sampling rate', wanted.samplingRate, samplingRate, 'convert the file to this rate');
  }
  if (first === undefined) return sound;
  fits('number of channels', first.channels, channels, 'give all files the same channels');
  if (wanted.length === null) {
    const fix = 'give outputSequenceLength, to which sounds are cut or filled';
    fits('length', first.frames, frames, fix);
  }
  return sound;
}

async function loadSounds(
  paths: readonly string[],
  single: boolean,
  wanted: Wanted,
): Promise<Tensor> {
  let first: Sound | undefined;
  let batch = new Float32Array(0);
  let shape: readonly [frames: number, channels: number] = [0, 0];
  for (const [at, path] of paths.entries()) {
    const sound = await loadSound(path, wanted, first);
    if (first === undefined) {
      first = sound;
      shape = [wanted.length ?? sound.frames, sound.channels];
      batch = new Float32Array(paths.length * shape[0] * shape[1]);
    }
    batch.set(sound.samples, at * shape[0] * shape[1]);
  }
  const all = single ? shape : [paths.length, ...shape];
  return currentEngine().write({ shape: all, dtype: 'float32' }, batch);
}

/**
 * A folder of `.wav` files in batches for `fit`: `x` float32 `[batch, moments, channels]` from -1 to
 * 1, `y` as `labelMode` says. PCM of 8, 16, 24 and 32 bits and floats are read, when their batch is
 * asked for; order and parts as in {@link imageDatasetFromDirectory}. Where Keras would resample, a file
 * of another `samplingRate` is an error. Node only.
 *
 * @throws ArgumentError where options contradict one another, or no file is found; while batches are
 * made, FormatError or ShapeError that names the file which cannot be decoded or does not fit.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs a folder of sounds.
 * import { data } from 'keratin';
 * const sounds = await data.audioDatasetFromDirectory('speech', { outputSequenceLength: 16000 });
 * const { x, y } = await sounds.getItem(0);
 * console.log(x.shape, y?.shape); // [ 32, 16000, 1 ] [ 32 ]
 * ```
 */
export function audioDatasetFromDirectory(
  directory: string,
  options: AudioFolderOptions & { readonly subset: 'both' },
): Promise<[training: FolderDataset<Tensor>, validation: FolderDataset<Tensor>]>;
export function audioDatasetFromDirectory(
  directory: string,
  options?: AudioFolderOptions & { readonly subset?: 'training' | 'validation' },
): Promise<FolderDataset<Tensor>>;
export async function audioDatasetFromDirectory(
  directory: string,
  options: AudioFolderOptions = {},
): Promise<FolderParts<Tensor>> {
  const folder = fullFolderOptions(WHERE, options);
  const wanted = wantedOf(options);
  const index = await indexFolder(WHERE, directory, folder, ['.wav']);
  return datasetsOf(WHERE, index, folder, (paths, single) => loadSounds(paths, single, wanted));
}

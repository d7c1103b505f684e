// audioDatasetFromDirectory: a folder of WAV files as batches of samples.
import { currentEngine } from '../../core/engine.js';
import { ArgumentError, ShapeError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import { readNodeFile } from '../../files/node-files.js';
import { decodeWav, type Sound } from '../../files/wav.js';
import { datasetsOf, type FolderDataset, type FolderParts } from './folder-dataset.js';
import { indexFolder } from './labelled-files.js';
import { type FolderOptions, fullFolderOptions } from './options.js';
import { resampleSound } from './resample-sound.js';

const WHERE = 'audioDatasetFromDirectory';

/** Options of {@link audioDatasetFromDirectory}; the defaults are Keras's. */
export interface AudioFolderOptions extends FolderOptions {
  /**
   * The rate that all sounds are brought to, in moments a second; default: each keeps its own. As in
   * Keras, even a sound of this rate is filtered, and all begin about 32 moments of the slower rate later.
   */
  readonly samplingRate?: number | null;
  /**
   * Moments of each sound: shorter ones are followed by silence, longer ones cut. As in Keras, these
   * are moments of the file, before `samplingRate` changes their number. Default: silence follows up to
   * the longest sound of a batch.
   */
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

/** The sound with silence after it, up to `frames` moments. */
function lengthened(sound: Sound, frames: number): Sound {
  if (sound.frames === frames) return sound;
  const samples = new Float32Array(frames * sound.channels);
  samples.set(sound.samples);
  return { ...sound, frames, samples };
}

async function loadSound(path: string, { samplingRate, length }: Wanted): Promise<Sound> {
  const sound = decodeWav(path, await readNodeFile(path), length ?? undefined);
  const cut = length === null ? sound : lengthened(sound, length);
  return samplingRate === null ? cut : resampleSound(path, cut, samplingRate);
}

/** Throws where two sounds cannot be in one batch. */
function checkSame(what: string, path: string, expected: number, received: number, fix: string) {
  if (expected === received) return;
  throw new ShapeError({
    where: path,
    what: `the sound has another ${what} than the first of its batch`,
    expected: String(expected),
    received: String(received),
    fix,
  });
}

async function loadSounds(
  paths: readonly string[],
  single: boolean,
  wanted: Wanted,
): Promise<Tensor> {
  const sounds: Sound[] = [];
  for (const path of paths) {
    const sound = await loadSound(path, wanted);
    const { channels, frames } = sounds[0] ?? sound;
    const channelFix = 'give all files the same channels';
    checkSame('number of channels', path, channels, sound.channels, channelFix);
    if (wanted.length !== null) {
      const fix = 'leave out outputSequenceLength, or give files of one sampling rate';
      checkSame('length after resampling', path, frames, sound.frames, fix);
    }
    sounds.push(sound);
  }
  const channels = sounds[0]?.channels ?? 0;
  const longest = sounds.reduce((most, { frames }) => Math.max(most, frames), 0);
  const batch = new Float32Array(sounds.length * longest * channels);
  for (const [at, { samples }] of sounds.entries()) batch.set(samples, at * longest * channels);
  const shape = single ? [longest, channels] : [paths.length, longest, channels];
  return currentEngine().write({ shape, dtype: 'float32' }, batch);
}

/**
 * A folder of `.wav` files in batches for `fit`: `x` float32 `[batch, moments, channels]` from -1 to
 * 1, `y` as `labelMode` says. PCM of 8, 16, 24 and 32 bits and floats are read, when their batch is
 * asked for; order and parts as in {@link imageDatasetFromDirectory}. `samplingRate` resamples as Keras
 * with TensorFlow I/O does (a windowed sinc of 64 moments). Node only.
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

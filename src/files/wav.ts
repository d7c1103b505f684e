// WAV sounds: PCM of 8, 16, 24 or 32 bits and floats of 32 or 64, as samples from -1 to 1.
import { FormatError } from '../core/errors.js';

/** A sound: `frames` moments of `channels` samples each, from -1 to 1. */
export interface Sound {
  readonly samplingRate: number;
  readonly channels: number;
  readonly frames: number;
  /** Channels of a moment together. */
  readonly samples: Float32Array;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

function damaged(where: string, reason: string): FormatError {
  return new FormatError({
    where,
    what: `the sound cannot be decoded: ${reason}`,
    expected: 'a WAV file of 8 to 32 bits or of floats, without compression',
    fix: 'convert it, for example with: ffmpeg -i sound.mp3 -c:a pcm_s16le sound.wav',
  });
}

function nameAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(at + byte)));
}

/** Where each chunk's content lies. */
function chunksOf(where: string, view: DataView): Map<string, readonly [at: number, size: number]> {
  if (view.byteLength < 12 || nameAt(view, 0) !== 'RIFF' || nameAt(view, 8) !== 'WAVE') {
    throw damaged(where, 'it is no WAV file');
  }
  const chunks = new Map<string, readonly [number, number]>();
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const name = nameAt(view, at);
    // Programs that write to a pipe leave the size of the data open: all that there is counts.
    const most = view.byteLength - at - 8;
    if (!chunks.has(name)) chunks.set(name, [at + 8, Math.min(size, most)]);
    at += 8 + size + (size % 2);
  }
  return chunks;
}

/** How one sample is read; undefined for kinds that are not. */
function sampleReader(
  view: DataView,
  kind: number,
  bits: number,
): ((at: number) => number) | undefined {
  if (kind === FLOAT && bits === 32) return (at) => view.getFloat32(at, true);
  if (kind === FLOAT && bits === 64) return (at) => view.getFloat64(at, true);
  if (kind !== PCM) return undefined;
  if (bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (bits === 16) return (at) => view.getInt16(at, true) / 2 ** 15;
  if (bits === 24) {
    return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23;
  }
  return bits === 32 ? (at) => view.getInt32(at, true) / 2 ** 31 : undefined;
}

/** The sound in WAV bytes, at most `mostFrames` of it. `where` names the file in errors. */
export function decodeWav(
  where: string,
  bytes: Uint8Array,
  mostFrames: number = Number.POSITIVE_INFINITY,
): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = chunksOf(where, view);
  const format = chunks.get('fmt ');
  const data = chunks.get('data');
  if (format === undefined || data === undefined || format[1] < 16) {
    throw damaged(where, 'it has no format or no data');
  }
  const [at, size] = format;
  const named = view.getUint16(at, true);
  const kind = named === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : named;
  const channels = view.getUint16(at + 2, true);
  const samplingRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  const read = sampleReader(view, kind, bits);
  if (read === undefined) throw damaged(where, `samples of kind ${kind} with ${bits} bits`);
  if (channels === 0 || samplingRate === 0) throw damaged(where, 'it has no channels or no rate');
  const bytesEach = bits / 8;
  const frames = Math.min(Math.floor(data[1] / (bytesEach * channels)), mostFrames);
  const samples = new Float32Array(frames * channels);
  for (let sample = 0; sample < samples.length; sample++) {
    samples[sample] = read(data[0] + sample * bytesEach);
  }
  return { samplingRate, channels, frames, samples };
}

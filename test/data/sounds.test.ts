// Folders of sounds against Keras, which resamples them with TensorFlow I/O.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resampleSound } from '../../src/data/folders/resample-sound.js';
import { data, FormatError, ShapeError } from '../../src/index.js';
import { expectClose, type GoldenArray } from '../golden-arrays.js';

interface FolderCase {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
}

interface SoundCase {
  readonly name: string;
  readonly of: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly batches: readonly { readonly x: GoldenArray; readonly y: GoldenArray | null }[];
}

const golden = new URL('../golden/sounds.json', import.meta.url);
const { cases } = JSON.parse(await readFile(golden, 'utf8')) as {
  cases: readonly (FolderCase | SoundCase)[];
};

let top = '';
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'sounds-'));
  for (const one of cases) {
    if (!('files' in one)) continue;
    for (const [place, content] of Object.entries(one.files)) {
      const path = join(top, one.folder, place);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, Buffer.from(content, 'base64'));
    }
  }
});
afterAll(() => rm(top, { recursive: true }));

function ours(options: Readonly<Record<string, unknown>>): object {
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]));
}

const quiet = { shuffle: false, verbose: false } as const;

describe('folders of sounds equal Keras', () => {
  const sounds = cases.filter((one) => 'batches' in one);
  it.each(sounds)('$name', async ({ of, options, batches }) => {
    const folder = join(top, of);
    const made = await data.audioDatasetFromDirectory(folder, { ...ours(options), ...quiet });
    expect(made.length).toBe(batches.length);
    for (const [at, batch] of batches.entries()) {
      const { x, y } = await made.getItem(at);
      await expectClose(x, batch.x);
      expect(y === undefined).toBe(batch.y === null);
      if (y !== undefined && batch.y !== null) await expectClose(y, batch.y);
    }
  });
});

describe('resampled sounds', () => {
  const sine = (rate: number, frames: number) => ({
    samplingRate: rate,
    channels: 1,
    frames,
    samples: Float32Array.from({ length: frames }, (_, at) =>
      Math.sin((2 * Math.PI * 440 * at) / rate),
    ),
  });

  it.each([
    [8000, 44100],
    [44100, 8000],
    [16000, 16000],
    [22050, 16000],
  ])('a tone of 440 Hz from %i to %i Hz stays one, half a filter later', (from, to) => {
    const { samples, frames } = resampleSound('a tone', sine(from, from / 4), to);
    expect(frames).toBe(Math.floor(to / 4));
    // 64 moments of the slower rate, in whole eights of moments of the file.
    const taps = from > to ? Math.ceil(Math.floor((64 * from) / to) / 8) * 8 : 64;
    const delay = taps / 2 / from;
    // After the filter has filled, and within what it leaves of other tones.
    const settled = [...samples].map((value, at) => {
      const time = at / to - delay;
      return time < delay ? 0 : Math.abs(value - Math.sin(2 * Math.PI * 440 * time));
    });
    expect(Math.max(...settled)).toBeLessThan(2e-3);
  });

  it('lengthens sounds of several rates to the longest', async () => {
    const folder = join(top, 'mixed');
    const made = await data.audioDatasetFromDirectory(folder, { ...quiet, samplingRate: 8000 });
    // 60 moments at 11025 Hz, and 90 at 24000.
    expect((await made.getItem(0)).x.shape).toEqual([2, 43, 1]);
  });

  it('refuses other lengths where one is wanted, and rates of damaged files', async () => {
    const options = { ...quiet, samplingRate: 8000, outputSequenceLength: 60 };
    const made = await data.audioDatasetFromDirectory(join(top, 'mixed'), options);
    await expect(made.getItem(0)).rejects.toThrow(ShapeError);
    await expect(made.getItem(0)).rejects.toThrow('another length after resampling');
    const fast = () => resampleSound('fast.wav', sine(4e9, 100), 16000);
    expect(fast).toThrow(FormatError);
    expect(fast).toThrow('fast.wav: the sampling rate is too far');
    expect(() => resampleSound('slow.wav', { ...sine(8000, 9), samplingRate: 1 }, 16000)).toThrow(
      'damaged',
    );
  });
});

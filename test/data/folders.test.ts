// Folders of files in use: training, broken files, links, options that contradict one another.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc32 } from '../../src/files/crc32.js';
import {
  ArgumentError,
  data,
  FormatError,
  full,
  layers,
  Sequential,
  ShapeError,
  tensor,
  UnknownNameError,
} from '../../src/index.js';

let top = '';
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'folders-'));
});
afterAll(() => rm(top, { recursive: true }));

const quiet = { verbose: false } as const;

async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(join(top, 'one-'));
  for (const [place, content] of Object.entries(files)) {
    await mkdir(join(folder, place, '..'), { recursive: true });
    await writeFile(join(folder, place), content);
  }
  return folder;
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(content.length + 8, crc32(bytes.subarray(4, content.length + 8)));
  return bytes;
}

/** A grey PNG that declares its size and holds `content`. */
function pngOf(width: number, height: number, content: Uint8Array): Uint8Array {
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(content)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** A WAV file of 16-bit samples. */
function wavOf(samples: readonly number[], channels = 1, rate = 8000): Uint8Array {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * channels * 2, 28);
  bytes.writeUInt16LE(channels * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (const [at, sample] of samples.entries()) bytes.writeInt16LE(sample, 44 + at * 2);
  return bytes;
}

describe('imageDatasetFromDirectory', () => {
  const dot = (value: number) => pngOf(1, 1, Uint8Array.of(0, value));

  it('trains and predicts', async () => {
    const files = Array.from({ length: 10 }, (_, at) => [
      `${at % 2}/${at}.png`,
      dot((at % 2) * 255),
    ]);
    const folder = await folderOf(Object.fromEntries(files));
    const pictures = await data.imageDatasetFromDirectory(folder, {
      ...quiet,
      imageSize: 2,
      batchSize: 4,
      colorMode: 'grayscale',
      labelMode: 'binary',
      seed: 1,
    });
    expect(pictures.length).toBe(3);
    const model = new Sequential([
      layers.rescaling({ scale: 1 / 255 }),
      layers.flatten(),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
    const first = [...pictures.filePaths];
    const { history } = await model.fit(pictures, { epochs: 2, verbose: 0 });
    expect(history['loss']).toHaveLength(2);
    expect(pictures.filePaths).toEqual(first);
    const predicted = await model.predict(pictures);
    expect(Array.isArray(predicted) ? [] : predicted.shape).toEqual([10, 1]);
  });

  it('mixes anew for each epoch, with the labels of the pictures', async () => {
    const files = Array.from({ length: 8 }, (_, at) => [`${at}/x.png`, dot(at)]);
    const folder = await folderOf(Object.fromEntries(files));
    const options = { ...quiet, imageSize: 1, seed: 4, batchSize: 8 };
    const pictures = await data.imageDatasetFromDirectory(folder, options);
    const orders: number[][] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      for await (const { x, y } of pictures) {
        const labels = [...((await y?.data()) ?? [])];
        expect([...(await x.data())].filter((_, at) => at % 3 === 0)).toEqual(labels);
        orders.push(labels);
      }
    }
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders[1]).not.toEqual(orders[2]);
    expect(orders.map((order) => [...order].sort())).toEqual(
      Array(3).fill([0, 1, 2, 3, 4, 5, 6, 7]),
    );
  });

  it.each([
    ['a text', new TextEncoder().encode('hello'), 'it is no PNG, JPEG, GIF or BMP'],
    ['nothing', new Uint8Array(0), 'the file is empty'],
    ['half a PNG', pngOf(9, 9, new Uint8Array(90)).subarray(0, 50), 'cannot be decoded'],
    [
      'a PNG with a flipped bit',
      pngOf(1, 1, Uint8Array.of(0, 1)).map((b, at) => (at === 45 ? b ^ 1 : b)),
      'cannot be decoded',
    ],
    ['a PNG of more pixels than there can be', pngOf(60000, 60000, new Uint8Array(9)), 'too large'],
    ['a PNG without pixels', pngOf(0, 5, new Uint8Array(9)), 'no pixels'],
    ['a PNG that inflates to far more', pngOf(2, 2, new Uint8Array(2 ** 29)), 'more than the'],
    ['a JPEG that ends', Uint8Array.of(255, 216, 255, 224, 0, 2), 'no frame'],
    ['a GIF that ends', new TextEncoder().encode('GIF89a\u0001\0\u0001\0'), 'ends too early'],
    ['a BMP that ends', new TextEncoder().encode('BM......'), 'ends in its header'],
  ])('names the file and the reason: %s', async (_, content, reason) => {
    const folder = await folderOf({ 'a/good.png': dot(1), 'b/broken.png': content });
    const options = { ...quiet, shuffle: false, imageSize: 2 };
    const pictures = await data.imageDatasetFromDirectory(folder, options);
    const failed = pictures.getItem(0);
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow(join(folder, 'b', 'broken.png'));
    await expect(failed).rejects.toThrow(reason);
  });

  it('reads no file before its batch is asked for', async () => {
    const folder = await folderOf({ 'a/1.png': dot(1), 'a/2.png': 'broken' });
    const options = { ...quiet, shuffle: false, imageSize: 1, batchSize: 1 };
    const pictures = await data.imageDatasetFromDirectory(folder, options);
    expect((await pictures.getItem(0)).x.shape).toEqual([1, 1, 1, 3]);
    await expect(pictures.getItem(1)).rejects.toThrow('2.png');
    await expect(pictures.getItem(2)).rejects.toThrow('from 0 to 1');
    await rm(join(folder, 'a/1.png'));
    await expect(pictures.getItem(0)).rejects.toThrow('1.png');
  });

  it('enters links to folders only where asked, and no loop twice', async () => {
    const folder = await folderOf({ 'a/1.png': dot(1), 'b/2.png': dot(2) });
    await symlink(join(folder, 'b'), join(folder, 'a', 'more'));
    await symlink(folder, join(folder, 'b', 'loop'));
    const count = async (followLinks: boolean) =>
      (await data.imageDatasetFromDirectory(folder, { ...quiet, followLinks })).filePaths.length;
    expect(await count(false)).toBe(2);
    // Through a/more and through b/loop/a, but not into a folder from inside itself.
    expect(await count(true)).toBe(4);
  });

  it('says how many files there are', async () => {
    const lines: unknown[] = [];
    const { log } = console;
    console.log = (line: unknown) => lines.push(line);
    try {
      const folder = await folderOf({ 'a/1.png': dot(1), 'b/2.png': dot(2) });
      await data.imageDatasetFromDirectory(folder, {
        validationSplit: 0.5,
        subset: 'both',
        seed: 1,
      });
    } finally {
      console.log = log;
    }
    expect(lines).toEqual([
      'Found 2 files belonging to 2 classes.',
      'Using 1 files for training.',
      'Using 1 files for validation.',
    ]);
  });

  it.each([
    [{ labels: 'none' }, ArgumentError, "'inferred'"],
    [{ labelMode: 'float' }, ArgumentError, "'int', 'categorical', 'binary' or null"],
    [{ labels: [1], classNames: ['a'] }, ArgumentError, 'classNames are names of folders'],
    [{ labels: [1] }, ArgumentError, 'one label for each file'],
    [{ labels: [1, 2, 9], labelMode: 'categorical' }, ArgumentError, 'counts classes from 0'],
    [{ labelMode: 'binary' }, ArgumentError, 'for two classes'],
    [{ classNames: ['a', 'dogs'] }, UnknownNameError, 'no folder named "dogs"'],
    [{ colorMode: 'cmyk' }, UnknownNameError, 'no colorMode named "cmyk"'],
    [{ interpolation: 'area' }, UnknownNameError, 'bilinear, nearest'],
    [{ imageSize: [3] }, ArgumentError, '[height, width]'],
    [{ batchSize: 0 }, ArgumentError, 'a whole number of at least 1'],
    [{ cropToAspectRatio: true, padToAspectRatio: true }, ArgumentError, 'not both'],
    [{ validationSplit: 2, subset: 'training', seed: 1 }, ArgumentError, 'between 0 and 1'],
    [{ validationSplit: 0.5 }, ArgumentError, 'need each other'],
    [{ subset: 'training' }, ArgumentError, 'need each other'],
    [{ validationSplit: 0.5, subset: 'test', seed: 1 }, ArgumentError, "'both'"],
    [{ validationSplit: 0.5, subset: 'training' }, ArgumentError, 'needs a seed'],
    [
      { validationSplit: 0.1, subset: 'validation', seed: 1 },
      ArgumentError,
      'no files for validation',
    ],
  ])('refuses %o', async (options, Kind, message) => {
    const folder = await folderOf({ 'a/1.png': dot(1), 'b/2.png': dot(2), 'c/3.png': dot(3) });
    const failed = data.imageDatasetFromDirectory(folder, { ...quiet, ...(options as object) });
    await expect(failed).rejects.toThrow(Kind);
    await expect(failed).rejects.toThrow(message);
  });

  it('says what is wrong with the folder', async () => {
    await expect(data.imageDatasetFromDirectory(join(top, 'none'))).rejects.toThrow(
      'cannot be listed',
    );
    await expect(data.imageDatasetFromDirectory(await folderOf({}), quiet)).rejects.toThrow(
      'no files',
    );
  });
});

describe('textDatasetFromDirectory', () => {
  it('feeds adapt and a model through map', async () => {
    const folder = await folderOf({ 'bad/1.txt': 'so bad', 'good/1.txt': 'so good' });
    const texts = await data.textDatasetFromDirectory(folder, { ...quiet, shuffle: false });
    const words = layers.textVectorization({ outputSequenceLength: 2 });
    for await (const { x } of texts) await words.adapt(x);
    const numbers = texts.map(({ x, y }) => ({ x: words.apply(x), y }));
    expect(numbers.length).toBe(1);
    const model = new Sequential([
      layers.embedding({ inputDim: 8, outputDim: 2 }),
      layers.flatten(),
      layers.dense({ units: 1 }),
    ]);
    model.compile({ loss: 'meanSquaredError' });
    await model.fit(numbers, { verbose: 0 });
    expect(await (await numbers.getItem(0)).x.array()).toEqual([
      [2, 4],
      [2, 3],
    ]);
  });

  it('names the file that is no text, and refuses other lengths', async () => {
    const folder = await folderOf({ 'a/latin.txt': Uint8Array.of(0xe9, 0x20) });
    const texts = await data.textDatasetFromDirectory(folder, quiet);
    await expect(texts.getItem(0)).rejects.toThrow('latin.txt: the file is no text in UTF-8');
    const wrong = data.textDatasetFromDirectory(folder, { ...quiet, maxLength: 0 });
    await expect(wrong).rejects.toThrow('maxLength');
  });
});

describe('audioDatasetFromDirectory', () => {
  it('reads samples, cut or followed by silence', async () => {
    const folder = await folderOf({
      'a/1.wav': wavOf([16384, -32768, 0, 8192], 2),
      'a/2.wav': wavOf([16384, 0], 2),
    });
    const options = { ...quiet, shuffle: false } as const;
    const at = async (outputSequenceLength: number) => {
      const sounds = await data.audioDatasetFromDirectory(folder, {
        ...options,
        outputSequenceLength,
      });
      return (await sounds.getItem(0)).x.array();
    };
    expect(await at(1)).toEqual([[[0.5, -1]], [[0.5, 0]]]);
    expect(await at(3)).toEqual([
      [
        [0.5, -1],
        [0, 0.25],
        [0, 0],
      ],
      [
        [0.5, 0],
        [0, 0],
        [0, 0],
      ],
    ]);
    // As in Keras, silence follows up to the longest sound of the batch.
    const whole = await data.audioDatasetFromDirectory(folder, options);
    expect((await whole.getItem(0)).x.shape).toEqual([2, 2, 2]);
    const single = await data.audioDatasetFromDirectory(folder, { ...options, batchSize: null });
    expect((await single.getItem(1)).x.shape).toEqual([1, 2]);
  });

  it('reads floats and other widths', async () => {
    const floats = Buffer.from(wavOf([0, 0, 0, 0]));
    floats.writeUInt16LE(3, 20);
    floats.writeUInt16LE(32, 34);
    floats.writeFloatLE(0.25, 44);
    floats.writeFloatLE(-0.75, 48);
    const wide = Buffer.from(wavOf([0, 0, 0]));
    wide.writeUInt16LE(24, 34);
    wide.writeIntLE(-(2 ** 22), 44, 3);
    wide.writeIntLE(2 ** 21, 47, 3);
    const folder = await folderOf({ 'a/f.wav': floats, 'a/w.wav': wide });
    const sounds = await data.audioDatasetFromDirectory(folder, { ...quiet, shuffle: false });
    expect(await (await sounds.getItem(0)).x.array()).toEqual([
      [[0.25], [-0.75]],
      [[-0.5], [0.25]],
    ]);
  });

  it('names files that do not fit', async () => {
    const one = async (content: Uint8Array | string, options: object = {}) => {
      const folder = await folderOf({ 'a/1.wav': wavOf([1, 2]), 'a/2.wav': content });
      const all = { ...quiet, shuffle: false, ...options } as const;
      return (await data.audioDatasetFromDirectory(folder, all)).getItem(0);
    };
    await expect(one(wavOf([1, 2], 2))).rejects.toThrow(
      '2.wav: the sound has another number of channels',
    );
    await expect(one('RIFF....WAVE')).rejects.toThrow('2.wav: the sound cannot be decoded');
    await expect(one('no sound')).rejects.toThrow(FormatError);
    const packed = Buffer.from(wavOf([1]));
    packed.writeUInt16LE(85, 20);
    await expect(one(packed)).rejects.toThrow('kind 85');
    await expect(one('', { ragged: true })).rejects.toThrow('ragged');
    await expect(one('', { samplingRate: 0.5 })).rejects.toThrow('samplingRate');
  });
});

describe('JPEG that is damaged', () => {
  it('is an error, never a half-grey picture, and spoils no later one', async () => {
    const path = join(top, 'whole.jpg');
    await data.saveImg(path, full([40, 40, 3], 90), { scale: false });
    const whole = await readFile(path);
    const cut = join(top, 'cut.jpg');
    for (const length of [whole.length - 9, whole.length >> 1, 200, 20]) {
      await writeFile(cut, whole.subarray(0, length));
      await expect(data.loadImg(cut)).rejects.toThrow(FormatError);
      await expect(data.loadImg(cut)).rejects.toThrow('cut.jpg: the picture cannot be decoded');
    }
    expect(new Set((await data.loadImg(path)).data)).toEqual(new Set([90]));
    await expect(data.loadImg(path, { maxPixels: 1599 })).rejects.toThrow('too large');
  });
});

describe('saveImg', () => {
  it.each(['png', 'jpg', 'bmp'])('writes %s that loads again', async (ending) => {
    const path = join(top, `flat.${ending}`);
    await data.saveImg(path, full([9, 7, 3], 77), { scale: false });
    const picture = await data.loadImg(path);
    expect([picture.width, picture.height]).toEqual([7, 9]);
    expect(new Set(picture.data)).toEqual(new Set([77]));
    const grey = tensor([[[0], [9]]]);
    await data.saveImg(path, grey, { scale: false, quality: 100 });
    const again = await data.loadImg(path, { colorMode: 'grayscale' });
    expect([...again.data]).toEqual([0, 9]);
  });

  it('refuses what is no picture', async () => {
    const path = join(top, 'x.png');
    await expect(data.saveImg(path, [[1, 2]])).rejects.toThrow(ShapeError);
    await expect(data.saveImg(path, [[[1, 2]]])).rejects.toThrow('[height, width, 1, 3 or 4]');
    await expect(data.saveImg(path, [[[256]]], { scale: false })).rejects.toThrow('no byte');
    await expect(data.saveImg(join(top, 'x.webp'), [[[1]]])).rejects.toThrow(UnknownNameError);
    await expect(data.saveImg(path, [[[1]]], { quality: 0 })).rejects.toThrow('quality');
    await expect(data.loadImg(join(top, 'none.png'))).rejects.toThrow('could not be read');
    const options = { targetSize: [2] } as object;
    await data.saveImg(path, [[[1]]]);
    await expect(data.loadImg(path, options as data.LoadImgOptions)).rejects.toThrow('targetSize');
    await expect(data.loadImg(path, JSON.parse('{"interpolation":"box"}'))).rejects.toThrow(
      'lanczos',
    );
    await expect(data.saveImg(path, [[[1]]], { overwrite: false })).rejects.toThrow(
      'exists already',
    );
    const picture = { width: 2, height: 2, channels: 1, data: new Uint8Array(3) } as const;
    expect(() => data.imgToArray(picture)).toThrow(ShapeError);
  });
});

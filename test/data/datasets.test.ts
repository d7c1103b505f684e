// The data sets of Keras against its own loaders, on small files of the same formats made up for it.
// No test has seen the real files.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/files/npy.js';
import { readPickle } from '../../src/files/pickle.js';
import { ArgumentError, datasets, FormatError, type Tensor } from '../../src/index.js';
import { rawTar } from '../files/raw-tar.js';
import { expectClose, type GoldenArray } from '../golden-arrays.js';
import { ourOptions } from '../golden-cases.js';

interface GoldenPart {
  readonly x: GoldenArray | readonly (readonly number[])[];
  readonly y: GoldenArray;
}

interface GoldenPictures {
  readonly shape: readonly number[];
  readonly channels: GoldenArray;
  readonly column: GoldenArray;
  readonly y: GoldenArray;
}

interface DatasetCase {
  readonly name: string;
  readonly file?: string;
  readonly base64: string;
  readonly archive?: string;
  readonly folder?: string;
  readonly files: Readonly<Record<string, string>>;
  readonly dataset: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly parts?: readonly GoldenPart[];
  readonly pictures?: readonly GoldenPictures[];
}

const golden = new URL('../golden/datasets.json', import.meta.url);
const { cases } = JSON.parse(await readFile(golden, 'utf8')) as { cases: DatasetCase[] };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datasets-'));
  for (const { file, base64, archive, folder: inner, files, name } of cases) {
    if (archive !== undefined) await writeFile(join(folder, name), Buffer.from(archive, 'base64'));
    if (file !== undefined) await writeFile(join(folder, file), Buffer.from(base64, 'base64'));
    if (inner === undefined) continue;
    if (name === 'fashion_mnist') {
      await mkdir(join(folder, 'fashion'));
      for (const [file, content] of Object.entries(files))
        await writeFile(join(folder, 'fashion', file), Buffer.from(content, 'base64'));
      continue;
    }
    const members = Object.entries(files).map(([path, content]) => ({
      name: `${inner}/${path}`,
      content: Buffer.from(content, 'base64'),
    }));
    await writeFile(join(folder, name), gzipSync(rawTar(members)));
  }
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
/** Options that fetch a file of ours, into a cache of its own. */
function from(file: string) {
  const cacheDir = join(folder, `cache-${count++}`);
  return { origin: pathToFileURL(join(folder, file)), fileHash: null, cacheDir };
}

interface Loaded {
  readonly train: { readonly x: unknown; readonly y: Tensor };
  readonly test: { readonly x: unknown; readonly y: Tensor };
}

const LOADERS: Readonly<Record<string, (options: object) => Promise<Loaded>>> = {
  mnist: datasets.mnist,
  boston_housing: datasets.bostonHousing,
  california_housing: datasets.californiaHousing,
  imdb: datasets.imdb,
  reuters: datasets.reuters,
  cifar10: datasets.cifar10,
  cifar100: datasets.cifar100,
  fashion_mnist: (options) => datasets.fashionMnist({ ...options, dir: join(folder, 'fashion') }),
};

function load({ dataset, options }: DatasetCase): Promise<Loaded> {
  const loader = LOADERS[dataset];
  if (loader === undefined) throw new Error(`no loader for ${dataset}`);
  return loader({ ...from(dataset), ...ourOptions(options) });
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'shape' in value;

describe('data sets equal those of Keras', () => {
  it.each(cases.filter(({ parts }) => parts !== undefined))('$name', async (one) => {
    const { train, test } = await load(one);
    for (const [at, part] of [train, test].entries()) {
      const wanted = one.parts?.[at];
      if (wanted === undefined) throw new Error('the case has two parts');
      await expectClose(part.y, wanted.y);
      if (!isTensor(part.x) || !('data' in wanted.x)) expect(part.x).toEqual(wanted.x);
      // Our pixels go from 0 to 1 and have a channel.
      else if (one.dataset.endsWith('mnist')) {
        expect(part.x.shape).toEqual([...wanted.x.shape, 1]);
        const bytes = [...(await part.x.data())].map((pixel) => Math.round(pixel * 255));
        expect(bytes).toEqual(wanted.x.data);
      } else await expectClose(part.x, wanted.x);
    }
  });

  it.each(cases.filter(({ pictures }) => pictures !== undefined))('$name', async (one) => {
    const { train, test } = await load(one);
    for (const [at, { x, y }] of [train, test].entries()) {
      const wanted = one.pictures?.[at];
      if (wanted === undefined || !isTensor(x)) throw new Error('the case has two parts');
      expect([x.dtype, x.shape]).toEqual(['uint8', wanted.shape]);
      await expectClose(x.cast('float32').mean({ axis: [0, 1, 2] }), wanted.channels);
      const rows = (await x.array()) as number[][][][];
      const pixels = rows.flatMap((picture) => picture.map((row) => row[5] ?? []));
      const means = [0, 1, 2].map(
        (channel) => pixels.reduce((sum, pixel) => sum + (pixel[channel] ?? 0), 0) / pixels.length,
      );
      for (const [channel, mean] of means.entries()) {
        expect(mean).toBeCloseTo(Number(wanted.column.data[channel]), 4);
      }
      expect(y.shape).toEqual(wanted.y.shape);
      await expectClose(y, wanted.y);
    }
  });
});

describe('data sets', () => {
  it('names the classes of CIFAR-10, and the file that is damaged', async () => {
    const { classNames } = await datasets.cifar10(from('cifar10'));
    expect([classNames.length, classNames[9]]).toEqual([10, 'truck']);
    const content = Buffer.from('\x80\x02}.', 'latin1');
    const members = [{ name: 'cifar-10-batches-py/data_batch_1', content }];
    await writeFile(join(folder, 'ten'), gzipSync(rawTar(members)));
    const damaged = datasets.cifar10(from('ten'));
    await expect(damaged).rejects.toThrow(FormatError);
    await expect(damaged).rejects.toThrow('no "labels" in it');
  });

  it('reads word numbers', async () => {
    await writeFile(join(folder, 'words.json'), '{"the": 1, "film": 9}');
    expect((await datasets.imdbWordIndex(from('words.json'))).get('film')).toBe(9);
    expect((await datasets.reutersWordIndex(from('words.json'))).get('the')).toBe(1);
    await writeFile(join(folder, 'words.json'), '{"the": "x"}');
    await expect(datasets.imdbWordIndex(from('words.json'))).rejects.toThrow(FormatError);
  });

  it('checks the hash of the real file unless told otherwise', async () => {
    const { fileHash: _, ...options } = from('mnist');
    const failed = datasets.mnist(options);
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow('sha256 731c5ac602752760');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['testSplit', () => datasets.bostonHousing({ testSplit: 1 }), 'testSplit is no part'],
    [
      'version',
      () => datasets.californiaHousing({ version: JSON.parse('"tiny"') }),
      'no such version',
    ],
    [
      'labelMode',
      () => datasets.cifar100({ labelMode: JSON.parse('"rough"') }),
      'no such labelMode',
    ],
    ['maxlen', () => datasets.imdb({ ...from('imdb'), maxlen: 1 }), 'no text is short enough'],
  ])('refuses another %s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(ArgumentError);
    await expect(call()).rejects.toThrow(message);
  });

  it('names the array that a file lacks', async () => {
    await expect(datasets.mnist(from('boston_housing'))).rejects.toThrow('no array "x_train"');
    await expect(datasets.reuters(from('boston_housing'))).rejects.toThrow(
      'lists of whole numbers',
    );
  });
});

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('pickles', () => {
  it.each([
    ['os.system', '\x80\x02cos\nsystem\nU\x02lsR.', 'wants to run code'],
    ['eval by name', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93.', 'builtins.eval'],
    ['a name of every object', '\x80\x02c__proto__\nx\n.', 'wants to run code'],
    ['a call of a number', '\x80\x02K\x01)R.', 'calls something'],
    ['an object with state', '\x80\x02]}b.', 'sets the state'],
    ['text instructions', '\x80\x02I1\n.', 'unknown instruction'],
    ['persistent references', '\x80\x02K\x01Q.', 'unknown instruction'],
    ['an empty stack', '\x80\x02.', 'never gave'],
    ['no mark', '\x80\x02K\x01t.', 'never gave'],
    ['an end in a number', '\x80\x02M\x01', 'ends too early'],
    ['no end', '\x80\x02N', 'ends too early'],
    ['a length beyond the end', '\x80\x02T\xff\xff\xff\xff.', 'ends too early'],
    ['protocol 5', '\x80\x05N.', 'protocol 2 to 4'],
    ['no pickle', 'hello', 'protocol 2 to 4'],
  ])('refuses %s', (_, text, message) => {
    expect(() => readPickle('a file', latin1(text))).toThrow(FormatError);
    expect(() => readPickle('a file', latin1(text))).toThrow(message);
  });

  it('reads plain data', () => {
    const list = '](J\xff\xff\xff\xff\x8a\x02\x00\x80G?\xe0\0\0\0\0\0\0e';
    const text = `\x80\x02}q\0(U\x01aK\x05U\x01b${list}U\x01cX\x02\0\0\0\xc3\xa9N\x86u.`;
    const value = readPickle('a file', latin1(text));
    expect(value).toEqual(
      new Map<string, unknown>([
        ['a', 5],
        ['b', [-1, -32768, 0.5]],
        ['c', ['\u00e9', null]],
      ]),
    );
  });

  it('refuses arrays that are none', () => {
    const npy = (header: string, content = '') =>
      latin1(`\x93NUMPY\x01\x00${String.fromCharCode(header.length, 0)}${header}${content}`);
    const read = (header: string, content?: string) => () =>
      readNpy('a file', npy(header, content));
    expect(
      readNpy('a', npy("{'descr': '>i2', 'fortran_order': False, 'shape': (2,)}", '\0\x01\xff\xfe'))
        .values,
    ).toEqual(Int32Array.of(1, -2));
    expect(read("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 'abcd')).toThrow(
      'does not fill',
    );
    expect(read("{'descr': '<c8', 'fortran_order': False, 'shape': (0,)}")).toThrow(
      'dtype that is not read',
    );
    expect(read("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1)}", 'abcd')).toThrow(
      'Fortran',
    );
    expect(read('{}')).toThrow('the header is none');
    expect(() => readNpy('a file', latin1('hello, world'))).toThrow('no .npy file');
  });
});

// Pictures and folders of files against Keras: what loads, in which order, and cut how.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numpyShuffle } from '../../src/data/folders/numpy-shuffle.js';
import { data, type Tensor, tensor } from '../../src/index.js';
import { expectClose, type GoldenArray } from '../golden-arrays.js';

type Options = Readonly<Record<string, unknown>>;

interface GoldenPart {
  readonly classNames: readonly string[] | null;
  readonly paths: readonly string[];
  readonly batches: readonly { readonly x: GoldenArray; readonly y: GoldenArray | null }[] | null;
}

interface PictureCase {
  readonly name: string;
  readonly utility?: string;
  readonly options: Options;
  readonly file?: string;
  readonly base64?: string;
  readonly path: string;
  readonly input: GoldenArray;
  readonly size: readonly [number, number];
  readonly format: 'PNG' | 'JPEG' | 'BMP';
  readonly result: GoldenArray;
  readonly files?: Readonly<Record<string, string>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly parts: readonly GoldenPart[];
  readonly count?: number;
  readonly seed: number;
  readonly order: readonly number[];
}

const golden = new URL('../golden/pictures.json', import.meta.url);
const { cases } = JSON.parse(await readFile(golden, 'utf8')) as { cases: PictureCase[] };
const of = (utility: string) => cases.filter((one) => one.utility === utility);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  const write = async (place: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await writeFile(join(folder, place), content);
  };
  for (const { file, base64 = '', files = {}, texts = {} } of cases) {
    if (file !== undefined) await write(file, Buffer.from(base64, 'base64'));
    for (const [place, content] of Object.entries(files)) {
      await write(join('pictures', place), Buffer.from(content, 'base64'));
    }
    for (const [place, text] of Object.entries(texts)) await write(join('texts', place), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** snake_case options of Keras as ours; values that are names too. */
function ours(options: Options): object {
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      camel(name),
      name === 'data_format' ? camel(String(value)) : value,
    ]),
  );
}

/** Largest difference between bytes. */
function farthest(bytes: Uint8Array, wanted: GoldenArray): number {
  expect(bytes.length).toBe(wanted.data.length);
  return Math.max(...bytes.map((byte, at) => Math.abs(byte - Number(wanted.data[at]))));
}

describe('loadImg equals Keras', () => {
  it.each(of('load_img'))('$name', async ({ path, options, result }) => {
    const picture = await data.loadImg(join(folder, path), ours(options));
    expect([picture.height, picture.width, picture.channels]).toEqual(result.shape);
    // Pillow and Keratin read JPEG with the same library, but for the colours of print, whose decoders
    // differ in how they spread those stored at half the size.
    const most = path === 'print.jpg' ? 8 : 0;
    const rounding = 'interpolation' in options ? 1 : 0;
    expect(farthest(picture.data, result)).toBeLessThanOrEqual(most + rounding);
    expect(data.imgToArray(picture).shape).toEqual(result.shape);
  });
});

describe('arrays and pictures equal Keras', () => {
  const inputOf = ({ input }: PictureCase) =>
    tensor(input.data.map(Number)).reshape([...input.shape]);

  it.each(of('array_to_img'))('$name', async (one) => {
    const picture = await data.arrayToImg(inputOf(one), ours(one.options));
    expect([picture.height, picture.width, picture.channels]).toEqual(one.result.shape);
    expect([...picture.data]).toEqual(one.result.data);
  });

  it.each(of('img_to_array'))('$name', async ({ input, options, result }) => {
    const [height = 0, width = 0] = input.shape;
    const bytes = Uint8Array.from(input.data, Number);
    const picture: data.Picture = { width, height, channels: 3, data: bytes };
    await expectClose(data.imgToArray(picture, ours(options)), result);
  });

  it.each(of('smart_resize'))('$name', async (one) => {
    await expectClose(data.smartResize(inputOf(one), one.size, ours(one.options)), one.result);
  });
});

describe('saveImg equals Keras', () => {
  const MODES = { 1: 'grayscale', 3: 'rgb', 4: 'rgba' } as const;
  const BEGINS = { PNG: [137, 80, 78, 71], JPEG: [255, 216, 255], BMP: [66, 77] } as const;

  it.each(of('save_img'))('$name', async ({ path, input, options, format, result }) => {
    const file = join(folder, `saved-${path}`);
    const x = tensor(input.data.map(Number)).reshape([...input.shape]);
    await data.saveImg(file, x, ours(options));
    const begins = BEGINS[format];
    expect([...(await readFile(file)).subarray(0, begins.length)]).toEqual(begins);
    const channels = result.shape[2];
    if (channels !== 1 && channels !== 3 && channels !== 4) throw new Error('no picture');
    const picture = await data.loadImg(file, { colorMode: MODES[channels] });
    expect([picture.height, picture.width, channels]).toEqual(result.shape);
    if (format !== 'JPEG') {
      expect([...picture.data]).toEqual(result.data);
      return;
    }
    // JPEG keeps less than there was: another encoder's loss is its own, but no larger than Keras's.
    const given = { ...input, data: input.data.filter((_, at) => at % (input.shape[2] ?? 3) < 3) };
    const lost = farthest(Uint8Array.from(result.data, Number), given);
    expect(farthest(picture.data, given)).toBeLessThanOrEqual(lost);
  });
});

async function expectParts(
  parts: readonly data.FolderDataset<Tensor | string[]>[],
  wanted: readonly GoldenPart[],
  top: string,
): Promise<void> {
  expect(parts.length).toBe(wanted.length);
  for (const [at, part] of parts.entries()) {
    const { classNames, paths, batches } = wanted[at] ?? { classNames: [], paths: [], batches: [] };
    expect(part.classNames ?? null).toEqual(classNames);
    if (paths.length > 0) expect(part.filePaths.map((path) => relative(top, path))).toEqual(paths);
    if (batches === null) continue;
    expect(part.length).toBe(batches.length);
    for (const [index, batch] of batches.entries()) {
      const { x, y } = await part.getItem(index);
      if (Array.isArray(x)) expect(x).toEqual(batch.x);
      else await expectClose(x, batch.x);
      expect(y === undefined).toBe(batch.y === null);
      if (y !== undefined && batch.y !== null) {
        expect([y.dtype, y.shape]).toEqual([batch.y.dtype, batch.y.shape]);
        await expectClose(y, batch.y);
      }
    }
  }
}

describe('folders equal Keras', () => {
  it.each(of('image_dataset_from_directory'))('$name', async ({ options, parts }) => {
    const top = join(folder, 'pictures');
    const made = await data.imageDatasetFromDirectory(top, { ...ours(options), verbose: false });
    await expectParts([made].flat(), parts, top);
  });

  it.each(of('text_dataset_from_directory'))('$name', async ({ options, parts }) => {
    const top = join(folder, 'texts');
    const made = await data.textDatasetFromDirectory(top, { ...ours(options), verbose: false });
    await expectParts([made].flat(), parts, top);
  });

  const orders = cases.filter(({ count }) => count !== undefined);
  it.each(orders)('$name is that of NumPy', ({ count = 0, seed, order }) => {
    expect([...numpyShuffle(count, seed).slice(0, 20)]).toEqual(order);
  });
});

// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, MIT licence): 70,000 pictures of clothes.
import { currentEngine } from '../core/engine.js';
import { FormatError } from '../core/errors.js';
import { formatShape, sizeOf } from '../core/shape.js';
import { importPaths, importSystem } from '../files/node-modules.js';
import { type DataFile, type DataPlaces, readDataFile } from './data-files.js';
import type { DataSet, Part } from './split.js';

const FILES = {
  trainImages: {
    name: 'train-images-idx3-ubyte.gz',
    sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte.gz',
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte.gz',
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte.gz',
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
} as const satisfies Record<string, DataFile>;

const URL = 'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion';

/** Options of {@link fashionMnist}. */
export interface FashionMnistOptions {
  /** The folder with the four .gz files. */
  readonly dir?: string;
  /** null reads other files of the same format, too: their contents are not checked. */
  readonly fileHash?: null;
}

async function placesOf(dir: string | undefined): Promise<DataPlaces> {
  const { homedir } = await importSystem();
  const { join } = await importPaths();
  const shared = process.env['KERATIN_DATA'];
  const inShared = shared === undefined ? [] : [shared, join(shared, 'fashion-mnist')];
  return {
    dataSet: 'fashionMnist',
    folders: dir === undefined ? [...inShared, '/usr/share/datasets/fashion-mnist'] : [dir],
    cache: join(homedir(), '.keratin', 'datasets', 'fashion-mnist'),
    url: URL,
    hint: 'pass { dir } with the four .gz files, or install the Debian package dataset-fashion-mnist',
  };
}

/** The sizes and values of an IDX file of bytes. */
function parseIdx(bytes: Uint8Array, name: string): { shape: number[]; values: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rank = bytes[3] ?? 0;
  const header = 4 + 4 * rank;
  if (bytes.length < header || view.getUint16(0) !== 0 || bytes[2] !== 0x08) {
    throw new FormatError({ where: name, what: 'this is not an IDX file of bytes' });
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const values = bytes.subarray(header);
  if (values.length === sizeOf(shape)) return { shape, values };
  throw new FormatError({
    where: name,
    what: 'the IDX file does not hold what it announces',
    expected: `${sizeOf(shape)} bytes for ${formatShape(shape)}`,
    received: `${values.length} bytes`,
    fix: 'fetch the file again',
  });
}

/** The pictures and labels of one part; throws unless there is one label for each picture. */
async function readPart(images: DataFile, labels: DataFile, places: DataPlaces): Promise<Part> {
  const pictures = parseIdx(await readDataFile(images, places), images.name);
  const classes = parseIdx(await readDataFile(labels, places), labels.name);
  if (classes.shape[0] !== pictures.shape[0]) {
    throw new FormatError({
      where: labels.name,
      what: 'the files do not belong together',
      expected: `${pictures.shape[0]} labels, one for each picture in ${images.name}`,
      received: `${classes.shape[0]} labels`,
      fix: 'take both files from one data set',
    });
  }
  const pixels = Float32Array.from(pictures.values, (value) => value / 255);
  const engine = currentEngine();
  return {
    x: engine.write({ shape: [...pictures.shape, 1], dtype: 'float32' }, pixels),
    y: engine.write({ shape: classes.shape, dtype: 'int32' }, Int32Array.from(classes.values)),
  };
}

/**
 * Fashion-MNIST: 60,000 pictures to train on and 10,000 to test on, 28x28 pixels from 0 to 1, ten
 * classes. The files are looked for in `dir`, or in `$KERATIN_DATA` and
 * `/usr/share/datasets/fashion-mnist`, then in `~/.keratin/datasets`, and downloaded there if need
 * be. Contents are checked. Node only.
 *
 * @throws ArgumentError where the files are nowhere; FormatError where one is damaged.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs 30 MB of files.
 * import { datasets } from 'keratin';
 * const { train, test } = await datasets.fashionMnist();
 * console.log(train.x.shape); // [ 60000, 28, 28, 1 ]
 * ```
 */
export async function fashionMnist(options: FashionMnistOptions = {}): Promise<DataSet> {
  const places = await placesOf(options.dir);
  const wanted = (file: DataFile): DataFile =>
    options.fileHash === null ? { ...file, sha256: null } : file;
  return {
    train: await readPart(wanted(FILES.trainImages), wanted(FILES.trainLabels), places),
    test: await readPart(wanted(FILES.testImages), wanted(FILES.testLabels), places),
    classNames: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
  };
}

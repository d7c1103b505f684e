// CIFAR-10 and CIFAR-100 (Krizhevsky 2009): 60,000 small colour pictures each.
import { currentEngine } from '../core/engine.js';
import { ArgumentError, FormatError } from '../core/errors.js';
import { readNodeFile } from '../files/node-files.js';
import { importPaths } from '../files/node-modules.js';
import { readPickle } from '../files/pickle.js';
import { type DataSetOptions, fetched } from './keras-files.js';
import type { DataSet, Part } from './split.js';

const SIDE = 32;
const PLANE = SIDE * SIDE;

const TEN = {
  name: 'cifar-10-batches-py-target',
  origin: 'https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz',
  hash: '6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce',
};
const HUNDRED = {
  name: 'cifar-100-python-target',
  origin: 'https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz',
  hash: '85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7',
};

interface Batch {
  /** Pictures one after the other, each as planes of red, green and blue. */
  readonly planes: ArrayLike<number>;
  readonly labels: readonly number[];
}

function damaged(path: string, what: string): FormatError {
  const fix = 'delete the file and its folder, so that it is fetched again';
  return new FormatError({ where: path, what, fix });
}

async function readBatch(path: string, labelKey: string): Promise<Batch> {
  const content = readPickle(path, await readNodeFile(path));
  const data: unknown = content instanceof Map ? content.get('data') : undefined;
  const labels: unknown = content instanceof Map ? content.get(labelKey) : undefined;
  const planes: unknown =
    typeof data === 'object' && data !== null ? Reflect.get(data, 'values') : undefined;
  const isNumbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((label) => Number.isInteger(label));
  if (!isNumbers(labels) || !(planes instanceof Uint8Array)) {
    throw damaged(path, `there are no pictures or no "${labelKey}" in it`);
  }
  if (planes.length !== labels.length * PLANE * 3) {
    throw damaged(path, 'there is not one label for each picture');
  }
  return { planes, labels };
}

/** Batches as tensors, the channels of a pixel together. */
function partOf(batches: readonly Batch[]): Part {
  const labels = batches.flatMap((batch) => batch.labels);
  const pixels = new Uint8Array(labels.length * PLANE * 3);
  let at = 0;
  for (const { planes, labels: own } of batches) {
    for (let picture = 0; picture < own.length; picture++) {
      for (let pixel = 0; pixel < PLANE; pixel++) {
        for (let channel = 0; channel < 3; channel++) {
          pixels[at++] = planes[(picture * 3 + channel) * PLANE + pixel] ?? 0;
        }
      }
    }
  }
  const engine = currentEngine();
  return {
    x: engine.write({ shape: [labels.length, SIDE, SIDE, 3], dtype: 'uint8' }, pixels),
    y: engine.write({ shape: [labels.length, 1], dtype: 'int32' }, labels),
  };
}

/**
 * CIFAR-10: 50,000 pictures to train on and 10,000 to test on, `[samples, 32, 32, 3]`, uint8 from 0 to
 * 255 (divide by 255 with a rescaling layer), labels `[samples, 1]`, int32; fetched from its address
 * once. The files are Python pickles, of which only plain data is read. Node only.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * const { train, classNames } = await datasets.cifar10();
 * console.log(train.x.shape, classNames[0]); // [ 50000, 32, 32, 3 ] airplane
 * ```
 */
export async function cifar10(options: DataSetOptions = {}): Promise<DataSet> {
  const { join } = await importPaths();
  const folder = join(await fetched(TEN, options, true), 'cifar-10-batches-py');
  const batches: Batch[] = [];
  for (const number of [1, 2, 3, 4, 5]) {
    batches.push(await readBatch(join(folder, `data_batch_${number}`), 'labels'));
  }
  const test = await readBatch(join(folder, 'test_batch'), 'labels');
  const classNames = 'airplane automobile bird cat deer dog frog horse ship truck'.split(' ');
  return { train: partOf(batches), test: partOf([test]), classNames };
}

/** Options of {@link cifar100}. */
export interface Cifar100Options extends DataSetOptions {
  /** `fine` (default): 100 classes. `coarse`: 20. */
  readonly labelMode?: 'fine' | 'coarse';
}

/** The names in the file `meta`, where it is there. */
async function namesOf(folder: string, mode: string): Promise<string[]> {
  const { join } = await importPaths();
  const path = join(folder, 'meta');
  const content = await readNodeFile(path).catch(() => undefined);
  const meta = content === undefined ? undefined : readPickle(path, content);
  const names: unknown = meta instanceof Map ? meta.get(`${mode}_label_names`) : undefined;
  return Array.isArray(names) ? names.map(String) : [];
}

/**
 * CIFAR-100: as {@link cifar10}, with 100 `fine` or 20 `coarse` classes, whose names come from the file.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * const { train } = await datasets.cifar100({ labelMode: 'coarse' });
 * console.log(train.x.shape); // [ 50000, 32, 32, 3 ]
 * ```
 */
export async function cifar100(options: Cifar100Options = {}): Promise<DataSet> {
  const { labelMode = 'fine' } = options;
  if (labelMode !== 'fine' && labelMode !== 'coarse') {
    throw new ArgumentError({
      where: 'cifar100',
      what: 'there is no such labelMode',
      expected: "'fine' or 'coarse'",
      received: String(labelMode),
      fix: "leave labelMode out for 'fine'",
    });
  }
  const { join } = await importPaths();
  const folder = join(await fetched(HUNDRED, options, true), 'cifar-100-python');
  const part = async (name: string) =>
    partOf([await readBatch(join(folder, name), `${labelMode}_labels`)]);
  return {
    train: await part('train'),
    test: await part('test'),
    classNames: await namesOf(folder, labelMode),
  };
}

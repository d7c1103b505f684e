// MNIST (LeCun, Cortes and Burges): 70,000 handwritten digits.
import { currentEngine } from '../core/engine.js';
import { numbersNamed, readNpz } from '../files/npy.js';
import { type DataSetOptions, fetched } from './keras-files.js';
import type { DataSet, Part } from './split.js';

const FILE = {
  name: 'mnist.npz',
  hash: '731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1',
};

/**
 * MNIST: 60,000 digits to train on and 10,000 to test on, 28x28 pixels from 0 to 1 (Keras leaves them at
 * 0 to 255), fetched from Keras's address once. Node only.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * const { train, test } = await datasets.mnist();
 * console.log(train.x.shape, test.y.shape); // [ 60000, 28, 28, 1 ] [ 10000 ]
 * ```
 */
export async function mnist(options: DataSetOptions = {}): Promise<DataSet> {
  const path = await fetched(FILE, options);
  const arrays = await readNpz(path);
  const part = (name: string): Part => {
    const pictures = numbersNamed(path, arrays, `x_${name}`);
    const labels = numbersNamed(path, arrays, `y_${name}`);
    const pixels = Float32Array.from(pictures.values, (value) => value / 255);
    const engine = currentEngine();
    return {
      x: engine.write({ shape: [...pictures.shape, 1], dtype: 'float32' }, pixels),
      y: engine.write({ shape: labels.shape, dtype: 'int32' }, labels.values),
    };
  };
  const classNames = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
  return { train: part('train'), test: part('test'), classNames };
}

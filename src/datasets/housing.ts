// Prices of houses: Boston (Harrison and Rubinfeld 1978) and California (Pace and Barry 1997).
import { currentEngine } from '../core/engine.js';
import { ArgumentError } from '../core/errors.js';
import { numpyShuffle } from '../data/folders/numpy-shuffle.js';
import type { HostArray } from '../data/host-array.js';
import { takeRows } from '../data/rows.js';
import { numbersNamed, readNpz } from '../files/npy.js';
import { type DataSetOptions, fetched, type KerasFile, trainCount } from './keras-files.js';
import type { Part } from './split.js';

const BOSTON = {
  name: 'boston_housing.npz',
  hash: 'f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5',
};
const CALIFORNIA = {
  name: 'california_housing.npz',
  hash: '1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f',
};

/** Options of the data sets of prices; the defaults are Keras's. */
export interface HousingOptions extends DataSetOptions {
  /** The part kept for testing; default 0.2. */
  readonly testSplit?: number;
  /** Seed of the order in which the samples are parted; default 113. */
  readonly seed?: number;
}

/** Features `[samples, features]` and prices `[samples]`, float32. */
export interface HousingData {
  readonly train: Part;
  readonly test: Part;
}

async function load(file: KerasFile, options: HousingOptions, most: number): Promise<HousingData> {
  const { testSplit = 0.2, seed = 113 } = options;
  trainCount(file.name, 0, testSplit);
  const path = await fetched(file, options);
  const arrays = await readNpz(path);
  const host = (name: string): HostArray => {
    const { shape, values } = numbersNamed(path, arrays, name);
    return { kind: 'host', values: Float32Array.from(values), shape, dtype: 'float32' };
  };
  const [x, y] = [host('x'), host('y')];
  const order = numpyShuffle(Math.min(most, y.values.length), seed);
  const cut = trainCount(file.name, order.length, testSplit);
  const part = (rows: Uint32Array): Part => {
    const [features, prices] = [takeRows(x, rows), takeRows(y, rows)];
    const engine = currentEngine();
    return { x: engine.write(features, features.values), y: engine.write(prices, prices.values) };
  };
  return { train: part(order.subarray(0, cut)), test: part(order.subarray(cut)) };
}

/**
 * Boston housing: 506 districts with 13 features, and their median price in 1000 dollars, parted as
 * Keras parts them; fetched from its address once. One feature is built on race: use another data set
 * for anything but comparisons. Node only.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * const { train } = await datasets.bostonHousing();
 * console.log(train.x.shape); // [ 404, 13 ]
 * ```
 */
export function bostonHousing(options: HousingOptions = {}): Promise<HousingData> {
  return load(BOSTON, options, Number.POSITIVE_INFINITY);
}

/** Options of {@link californiaHousing}. */
export interface CaliforniaHousingOptions extends HousingOptions {
  /** `large` (default): all 20,640 samples. `small`: the first 600. */
  readonly version?: 'large' | 'small';
}

/**
 * California housing: districts of 1990 with 8 features, and their median price in dollars, parted as
 * Keras parts them; fetched from its address once. Node only.
 *
 * @throws StateError where the file cannot be fetched; FormatError where it is another one.
 * @example
 * ```ts no-run
 * // Not run by the tests: it needs the network.
 * import { datasets } from 'keratin';
 * const { train } = await datasets.californiaHousing({ version: 'small' });
 * console.log(train.x.shape); // [ 480, 8 ]
 * ```
 */
export async function californiaHousing(
  options: CaliforniaHousingOptions = {},
): Promise<HousingData> {
  const { version = 'large' } = options;
  const samples = { large: Number.POSITIVE_INFINITY, small: 600 };
  if (Object.hasOwn(samples, version)) return load(CALIFORNIA, options, samples[version]);
  throw new ArgumentError({
    where: 'californiaHousing',
    what: 'there is no such version',
    expected: "'large' or 'small'",
    received: String(version),
    fix: "leave version out for 'large'",
  });
}

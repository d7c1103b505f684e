// Adaptive pooling: windows chosen so that each spatial axis gets a wanted size. Window i of o over
// n elements reaches from floor(i n / o) to ceil((i + 1) n / o), so that neighbours may overlap.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ShapeError } from '../core/errors.js';
import { at, range } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { argMax } from './arg-reductions.js';
import { mul } from './arithmetic.js';
import { asTensor, type TensorLike } from './convert.js';
import { tensor } from './create.js';
import { gather, takeAlongAxis } from './gather.js';
import {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './pool.js';
import { reshape, sum } from './shaping.js';
import { expandDims, squeeze } from './views.js';
import { where } from './where.js';
import { type DataFormat, perAxis, withChannelsLast } from './windows.js';

/** Options of adaptive pooling. */
export interface AdaptivePoolOptions {
  /** `channelsLast` by default. */
  readonly dataFormat?: DataFormat | undefined;
}

const ADAPTIVE_POOL_OPTIONS: OptionNames<AdaptivePoolOptions> = { dataFormat: true };

/** Places of the elements of each window along one axis, padded to the longest window. */
interface AxisWindows {
  readonly places: readonly number[];
  readonly counts: readonly number[];
  readonly longest: number;
}

function windowsAlong(size: number, output: number): AxisWindows {
  const windows = range(output).map((index) => {
    const start = Math.floor((index * size) / output);
    return { start, count: Math.ceil(((index + 1) * size) / output) - start };
  });
  const longest = Math.max(...windows.map(({ count }) => count));
  const places = windows.flatMap(({ start, count }) =>
    range(longest).map((step) => start + Math.min(step, count - 1)),
  );
  return { places, counts: windows.map(({ count }) => count), longest };
}

/** Pools windows that stand side by side, all equal. */
type EvenPool = (x: Tensor, options: { readonly poolSize: readonly number[] }) => Tensor;

/** How the elements of a window become one. */
interface Pooling {
  /** For axes that the output divides, by their number less 1. */
  readonly even: readonly EvenPool[];
  /** One number for each window: `x` has a window's places along `axis`, those beyond its count too. */
  readonly uneven: (x: Tensor, axis: number, windows: AxisWindows) => Tensor;
}

/** A factor for each place of each window, shaped to meet axes `axis` (windows) and `axis + 1`. */
function factors(
  x: Tensor,
  axis: number,
  { counts, longest }: AxisWindows,
  inside: (count: number) => number,
): Tensor {
  const values = counts.flatMap((count) =>
    range(longest).map((step) => (step < count ? inside(count) : 0)),
  );
  const shape = x.shape.map((size, place) => (place === axis || place === axis + 1 ? size : 1));
  return reshape(tensor(values, { dtype: 'float32' }), shape);
}

const AVERAGE: Pooling = {
  even: [averagePool1d, averagePool2d, averagePool3d],
  uneven: (x, axis, windows) => {
    const shares = factors(x, axis, windows, (count) => 1 / count);
    return sum(mul(x, shares), { axis: axis + 1 });
  },
};

/** Along one axis after the other, which decides who of several largest elements is the one. */
function axisByAxis(pool: EvenPool): EvenPool {
  return (x, { poolSize }) =>
    poolSize.reduce((y, size, axis) => {
      const along = poolSize.map((_, place) => (place === axis ? size : 1));
      return size === 1 ? y : pool(y, { poolSize: along });
    }, x);
}

const MAX: Pooling = {
  even: [maxPool1d, axisByAxis(maxPool2d), axisByAxis(maxPool3d)],
  uneven: (x, axis, windows) => {
    const inside = factors(x, axis, windows, () => 1);
    const elements = where(inside, x, Number.NEGATIVE_INFINITY);
    // The first of the largest is the one, also for the gradient, as in Keras on JAX.
    const first = expandDims(argMax(elements, { axis: axis + 1 }), axis + 1);
    return squeeze(takeAlongAxis(elements, first, { axis: axis + 1 }), axis + 1);
  },
};

function pooledAlong(x: Tensor, axis: number, output: number, { uneven }: Pooling): Tensor {
  const size = at(x.shape, axis);
  if (size === output) return x;
  const windows = windowsAlong(size, output);
  const gathered = gather(x, tensor(windows.places, { dtype: 'int32' }), { axis });
  const { shape } = x;
  const apart = [...shape.slice(0, axis), output, windows.longest, ...shape.slice(axis + 1)];
  return uneven(reshape(gathered, apart), axis, windows);
}

function adaptivePool(
  where: string,
  pooling: Pooling,
  input: TensorLike,
  outputSize: number | readonly number[],
  { dataFormat = 'channelsLast' }: AdaptivePoolOptions,
): Tensor {
  const image = asTensor(input);
  const rank = image.rank - 2;
  if (rank < 1 || rank > 3) {
    throw new ShapeError({
      where,
      what: 'the input has no one, two or three spatial axes',
      expected: 'a batch, one to three spatial axes and channels',
      received: formatShape(image.shape),
      fix: 'add the missing axes with expandDims',
    });
  }
  const output = perAxis(where, outputSize, rank);
  return withChannelsLast(image, dataFormat, (x) => {
    const poolSize = output.map((wanted, axis) => at(x.shape, axis + 1) / wanted);
    const even = pooling.even[rank - 1];
    if (even !== undefined && poolSize.every(Number.isInteger)) return even(x, { poolSize });
    return output.reduce((y, wanted, axis) => pooledAlong(y, axis + 1, wanted, pooling), x);
  });
}

/**
 * The mean of windows chosen so that the spatial axes get the sizes `outputSize`; a number is meant
 * for all of them.
 *
 * @example
 * ```ts
 * import { adaptiveAveragePool, tensor } from 'keratin';
 * const x = tensor([[[1], [2], [3], [4], [5]]]);
 * console.log((await adaptiveAveragePool(x, 2).data()).join()); // 2,4
 * ```
 */
export function adaptiveAveragePool(
  x: TensorLike,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions = {},
): Tensor {
  checkOptions('adaptiveAveragePool', options, ADAPTIVE_POOL_OPTIONS);
  return adaptivePool('adaptiveAveragePool', AVERAGE, x, outputSize, options);
}

/**
 * The largest element of windows chosen so that the spatial axes get the sizes `outputSize`; a
 * number is meant for all of them.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool, tensor } from 'keratin';
 * const x = tensor([[[1], [2], [3], [4], [5]]]);
 * console.log((await adaptiveMaxPool(x, 2).data()).join()); // 3,5
 * ```
 */
export function adaptiveMaxPool(
  x: TensorLike,
  outputSize: number | readonly number[],
  options: AdaptivePoolOptions = {},
): Tensor {
  checkOptions('adaptiveMaxPool', options, ADAPTIVE_POOL_OPTIONS);
  return adaptivePool('adaptiveMaxPool', MAX, x, outputSize, options);
}

// Pooling for users: options, data formats and padding brought to the ops of pool-ops.ts.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import type { Op } from '../core/op.js';
import { at, range } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { averagePoolOp, maxPoolOp, type PoolAttrs } from './pool-ops.js';
import { max, mean } from './reductions.js';
import {
  type DataFormat,
  type PaddingPairs,
  perAxis,
  requireImage,
  windowsOver,
  withChannelsLast,
} from './windows.js';

/** Which windows are pooled. */
export interface PoolOptions {
  /** 2 by default. */
  readonly poolSize?: number | readonly number[] | undefined;
  /** As large as the window by default. */
  readonly strides?: number | readonly number[] | null | undefined;
  /** `valid` (default), `same`, or pairs [before, after] for each spatial axis. */
  readonly padding?: 'valid' | 'same' | PaddingPairs | undefined;
  /** `channelsLast` by default. */
  readonly dataFormat?: DataFormat | undefined;
}

/** The names of {@link PoolOptions}. */
export const POOL_OPTIONS: OptionNames<PoolOptions> = {
  poolSize: true,
  strides: true,
  padding: true,
  dataFormat: true,
};

function pool(
  where: string,
  op: Op<PoolAttrs>,
  rank: number,
  call: readonly [TensorLike, PoolOptions],
): Tensor {
  const [image, options] = [asTensor(call[0]), call[1]];
  const { dataFormat = 'channelsLast', padding = 'valid', poolSize = 2 } = options;
  requireImage(where, image, rank, dataFormat);
  const size = perAxis(where, poolSize, rank);
  const strides = perAxis(where, options.strides ?? size, rank);
  return withChannelsLast(image, dataFormat, (x) => {
    const dilation = size.map(() => 1);
    const spatial = x.shape.slice(1, -1);
    const windows = windowsOver(where, spatial, { size, strides, dilation, padding });
    return applyOne(op, [x], { ...windows, batch: at(x.shape, 0), channels: at(x.shape, -1) });
  });
}

/** Which axes a global pool reduces, and what it keeps. */
export interface GlobalPoolOptions {
  readonly dataFormat?: DataFormat | undefined;
  /** Keeps the spatial axes with size 1. */
  readonly keepDims?: boolean | undefined;
}

const GLOBAL_POOL_OPTIONS: OptionNames<GlobalPoolOptions> = { dataFormat: true, keepDims: true };

function spatialAxes(
  where: string,
  x: Tensor,
  rank: number,
  { dataFormat = 'channelsLast' }: GlobalPoolOptions,
): number[] {
  requireImage(where, x, rank, dataFormat);
  return range(rank).map((axis) => axis + (dataFormat === 'channelsLast' ? 1 : 2));
}

/**
 * The largest element of each window over one spatial axis.
 *
 * @example
 * ```ts
 * import { maxPool1d, ones } from 'keratin';
 * console.log(maxPool1d(ones([1, 4, 3])).shape); // [ 1, 2, 3 ]
 * ```
 */
export function maxPool1d(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('maxPool1d', options, POOL_OPTIONS);
  return pool('maxPool1d', maxPoolOp, 1, [x, options]);
}

/**
 * The largest element of each window over two spatial axes.
 *
 * @example
 * ```ts
 * import { maxPool2d, ones } from 'keratin';
 * console.log(maxPool2d(ones([1, 4, 4, 3])).shape); // [ 1, 2, 2, 3 ]
 * ```
 */
export function maxPool2d(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('maxPool2d', options, POOL_OPTIONS);
  return pool('maxPool2d', maxPoolOp, 2, [x, options]);
}

/**
 * The largest element of each window over three spatial axes.
 *
 * @example
 * ```ts
 * import { maxPool3d, ones } from 'keratin';
 * console.log(maxPool3d(ones([1, 4, 4, 4, 3])).shape); // [ 1, 2, 2, 2, 3 ]
 * ```
 */
export function maxPool3d(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('maxPool3d', options, POOL_OPTIONS);
  return pool('maxPool3d', maxPoolOp, 3, [x, options]);
}

/**
 * The mean of each window over one spatial axis; padding does not count.
 *
 * @example
 * ```ts
 * import { averagePool1d, ones } from 'keratin';
 * console.log(averagePool1d(ones([1, 4, 3])).shape); // [ 1, 2, 3 ]
 * ```
 */
export function averagePool1d(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('averagePool1d', options, POOL_OPTIONS);
  return pool('averagePool1d', averagePoolOp, 1, [x, options]);
}

/**
 * The mean of each window over two spatial axes; padding does not count.
 *
 * @example
 * ```ts
 * import { averagePool2d, ones } from 'keratin';
 * console.log(averagePool2d(ones([1, 4, 4, 3])).shape); // [ 1, 2, 2, 3 ]
 * ```
 */
export function averagePool2d(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('averagePool2d', options, POOL_OPTIONS);
  return pool('averagePool2d', averagePoolOp, 2, [x, options]);
}

/**
 * The mean of each window over three spatial axes; padding does not count.
 *
 * @example
 * ```ts
 * import { averagePool3d, ones } from 'keratin';
 * console.log(averagePool3d(ones([1, 4, 4, 4, 3])).shape); // [ 1, 2, 2, 2, 3 ]
 * ```
 */
export function averagePool3d(x: TensorLike, options: PoolOptions = {}): Tensor {
  checkOptions('averagePool3d', options, POOL_OPTIONS);
  return pool('averagePool3d', averagePoolOp, 3, [x, options]);
}

/**
 * The largest element of each channel over one spatial axis: [n, c].
 *
 * @example
 * ```ts
 * import { globalMaxPool1d, ones } from 'keratin';
 * console.log(globalMaxPool1d(ones([2, 4, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function globalMaxPool1d(x: TensorLike, options: GlobalPoolOptions = {}): Tensor {
  checkOptions('globalMaxPool1d', options, GLOBAL_POOL_OPTIONS);
  const input = asTensor(x);
  const axis = spatialAxes('globalMaxPool1d', input, 1, options);
  return max(input, { axis, keepDims: options.keepDims });
}

/**
 * The largest element of each channel over two spatial axes: [n, c].
 *
 * @example
 * ```ts
 * import { globalMaxPool2d, ones } from 'keratin';
 * console.log(globalMaxPool2d(ones([2, 4, 4, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function globalMaxPool2d(x: TensorLike, options: GlobalPoolOptions = {}): Tensor {
  checkOptions('globalMaxPool2d', options, GLOBAL_POOL_OPTIONS);
  const input = asTensor(x);
  const axis = spatialAxes('globalMaxPool2d', input, 2, options);
  return max(input, { axis, keepDims: options.keepDims });
}

/**
 * The largest element of each channel over three spatial axes: [n, c].
 *
 * @example
 * ```ts
 * import { globalMaxPool3d, ones } from 'keratin';
 * console.log(globalMaxPool3d(ones([2, 4, 4, 4, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function globalMaxPool3d(x: TensorLike, options: GlobalPoolOptions = {}): Tensor {
  checkOptions('globalMaxPool3d', options, GLOBAL_POOL_OPTIONS);
  const input = asTensor(x);
  const axis = spatialAxes('globalMaxPool3d', input, 3, options);
  return max(input, { axis, keepDims: options.keepDims });
}

/**
 * The mean of each channel over one spatial axis: [n, c].
 *
 * @example
 * ```ts
 * import { globalAveragePool1d, ones } from 'keratin';
 * console.log(globalAveragePool1d(ones([2, 4, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function globalAveragePool1d(x: TensorLike, options: GlobalPoolOptions = {}): Tensor {
  checkOptions('globalAveragePool1d', options, GLOBAL_POOL_OPTIONS);
  const input = asTensor(x);
  const axis = spatialAxes('globalAveragePool1d', input, 1, options);
  return mean(input, { axis, keepDims: options.keepDims });
}

/**
 * The mean of each channel over two spatial axes: [n, c].
 *
 * @example
 * ```ts
 * import { globalAveragePool2d, ones } from 'keratin';
 * console.log(globalAveragePool2d(ones([2, 4, 4, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function globalAveragePool2d(x: TensorLike, options: GlobalPoolOptions = {}): Tensor {
  checkOptions('globalAveragePool2d', options, GLOBAL_POOL_OPTIONS);
  const input = asTensor(x);
  const axis = spatialAxes('globalAveragePool2d', input, 2, options);
  return mean(input, { axis, keepDims: options.keepDims });
}

/**
 * The mean of each channel over three spatial axes: [n, c].
 *
 * @example
 * ```ts
 * import { globalAveragePool3d, ones } from 'keratin';
 * console.log(globalAveragePool3d(ones([2, 4, 4, 4, 3])).shape); // [ 2, 3 ]
 * ```
 */
export function globalAveragePool3d(x: TensorLike, options: GlobalPoolOptions = {}): Tensor {
  checkOptions('globalAveragePool3d', options, GLOBAL_POOL_OPTIONS);
  const input = asTensor(x);
  const axis = spatialAxes('globalAveragePool3d', input, 3, options);
  return mean(input, { axis, keepDims: options.keepDims });
}

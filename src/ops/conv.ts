// Convolutions for users: options, data formats and padding brought to the ops of conv-ops.ts.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { convOp } from './conv-ops.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import {
  type DataFormat,
  type Padding,
  perAxis,
  requireImage,
  windowsOver,
  withChannelsLast,
} from './windows.js';

/** How a kernel moves over its input. */
export interface ConvOptions {
  /** 1 by default. */
  readonly strides?: number | readonly number[] | undefined;
  /**
   * `valid` (default): none; `same`: ceil(size / stride) outputs; `causal` (one axis): no output
   * sees later inputs; or pairs [before, after] for each spatial axis.
   */
  readonly padding?: Padding | undefined;
  /** 1 by default. */
  readonly dilation?: number | readonly number[] | undefined;
  /** The channels are cut into so many groups with kernels of their own; 1 by default. */
  readonly groups?: number | undefined;
  /** `channelsLast` by default. */
  readonly dataFormat?: DataFormat | undefined;
}

/** The names of {@link ConvOptions}. */
export const CONV_OPTIONS: OptionNames<ConvOptions> = {
  strides: true,
  padding: true,
  dilation: true,
  groups: true,
  dataFormat: true,
};

function requireKernel(where: string, kernel: Tensor, rank: number, layout: string): void {
  if (kernel.rank === rank + 2) return;
  throw new ShapeError({
    where,
    what: 'the kernel has another number of axes',
    expected: `${rank + 2} axes: ${layout}`,
    received: formatShape(kernel.shape),
    fix: 'reshape the kernel',
  });
}

function channelFault(where: string, x: Tensor, kernel: Tensor, groups: number): ShapeError {
  return new ShapeError({
    where,
    what: 'the channels of input and kernel do not match',
    expected: `as many channels in the input as the kernel has, times ${groups} groups`,
    received: `input ${formatShape(x.shape)}, kernel ${formatShape(kernel.shape)}`,
    fix: 'check the data format, the number of groups and the kernel',
  });
}

/** A convolution over `rank` spatial axes. */
function conv(
  where: string,
  rank: number,
  inputs: readonly [TensorLike, TensorLike],
  options: ConvOptions,
): Tensor {
  const [image, kernel] = [asTensor(inputs[0]), asTensor(inputs[1])];
  const { dataFormat = 'channelsLast', groups = 1, padding = 'valid' } = options;
  requireImage(where, image, rank, dataFormat);
  requireKernel(where, kernel, rank, '[..., channels / groups, filters]');
  if (padding === 'causal' && (rank !== 1 || dataFormat !== 'channelsLast')) {
    throw new ArgumentError({
      where,
      what: 'causal padding is for one spatial axis with channels last',
      received: `${rank} spatial axes, ${dataFormat}`,
      fix: "use 'same' or 'valid' padding",
    });
  }
  const channels = at(kernel.shape, rank);
  const filters = at(kernel.shape, rank + 1);
  return withChannelsLast(image, dataFormat, (x) => {
    if (at(x.shape, -1) !== channels * groups || filters % groups !== 0) {
      throw channelFault(where, x, kernel, groups);
    }
    const windows = windowsOver(where, x.shape.slice(1, -1), {
      size: kernel.shape.slice(0, rank),
      strides: perAxis(where, options.strides ?? 1, rank),
      dilation: perAxis(where, options.dilation ?? 1, rank),
      padding,
    });
    const batch = at(x.shape, 0);
    const attrs = { ...windows, batch, groups, channels, filters: filters / groups };
    return applyOne(convOp, [x, kernel], attrs);
  });
}

/**
 * Cross-correlation over one spatial axis: x [n, size, c], kernel [...window, c / groups, filters].
 *
 * @example
 * ```ts
 * import { conv1d, ones } from 'keratin';
 * const y = conv1d(ones([1, 4, 2]), ones([3, 2, 5]));
 * console.log(y.shape); // [ 1, 2, 5 ]
 * ```
 */
export function conv1d(x: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor {
  checkOptions('conv1d', options, CONV_OPTIONS);
  return conv('conv1d', 1, [x, kernel], options);
}

/**
 * Cross-correlation over two spatial axes: x [n, height, width, c], kernel [...window, c / groups, filters].
 *
 * @example
 * ```ts
 * import { conv2d, ones } from 'keratin';
 * const y = conv2d(ones([1, 4, 4, 2]), ones([3, 3, 2, 5]));
 * console.log(y.shape); // [ 1, 2, 2, 5 ]
 * ```
 */
export function conv2d(x: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor {
  checkOptions('conv2d', options, CONV_OPTIONS);
  return conv('conv2d', 2, [x, kernel], options);
}

/**
 * Cross-correlation over three spatial axes: x [n, depth, height, width, c], kernel [...window, c / groups, filters].
 *
 * @example
 * ```ts
 * import { conv3d, ones } from 'keratin';
 * const y = conv3d(ones([1, 4, 4, 4, 2]), ones([3, 3, 3, 2, 5]));
 * console.log(y.shape); // [ 1, 2, 2, 2, 5 ]
 * ```
 */
export function conv3d(x: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor {
  checkOptions('conv3d', options, CONV_OPTIONS);
  return conv('conv3d', 3, [x, kernel], options);
}

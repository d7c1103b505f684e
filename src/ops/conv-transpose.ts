// Transposed convolutions: the input gradient of a convolution, used to make images larger.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ShapeError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import { formatShape } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { convInputOp } from './conv-ops.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { type DataFormat, perAxis, reachOf, requireImage, withChannelsLast } from './windows.js';

/** How a kernel spreads its input. */
export interface ConvTransposeOptions {
  /** 1 by default. */
  readonly strides?: number | readonly number[] | undefined;
  /** `valid` (default), or `same`: size * stride outputs. */
  readonly padding?: 'valid' | 'same' | undefined;
  /** Elements added behind each axis; chosen by padding and strides where it is not given. */
  readonly outputPadding?: number | readonly number[] | null | undefined;
  /** 1 by default. */
  readonly dilation?: number | readonly number[] | undefined;
  /** `channelsLast` by default. */
  readonly dataFormat?: DataFormat | undefined;
}

/** The names of {@link ConvTransposeOptions}. */
export const CONV_TRANSPOSE_OPTIONS: OptionNames<ConvTransposeOptions> = {
  strides: true,
  padding: true,
  outputPadding: true,
  dilation: true,
  dataFormat: true,
};

/** One spatial axis: how large the result is, and how much is cut off in front (as Keras). */
function spreadAxis(
  options: ConvTransposeOptions,
  input: number,
  { stride, reach, extra }: { stride: number; reach: number; extra: number | undefined },
): { readonly size: number; readonly before: number } {
  if (options.padding !== 'same') {
    return {
      size: (input - 1) * stride + (extra === undefined ? Math.max(reach, stride) : reach + extra),
      before: 0,
    };
  }
  // Keras spreads a total padding over both ends of the spread-out input, more of it in front.
  const total = extra === undefined ? stride + reach - 2 : reach + (reach % 2) - 2 + extra;
  const before = reach - 1 - Math.min(Math.ceil(total / 2), reach - 1);
  const size = extra === undefined ? input * stride : (input - 1) * stride + (reach % 2) + extra;
  return { size, before };
}

function extraOf(options: ConvTransposeOptions, axis: number): number | undefined {
  const { outputPadding } = options;
  if (outputPadding === undefined || outputPadding === null) return undefined;
  return typeof outputPadding === 'number' ? outputPadding : at(outputPadding, axis);
}

function convTranspose(
  where: string,
  rank: number,
  inputs: readonly [TensorLike, TensorLike],
  options: ConvTransposeOptions,
): Tensor {
  const [image, kernel] = [asTensor(inputs[0]), asTensor(inputs[1])];
  const { dataFormat = 'channelsLast' } = options;
  requireImage(where, image, rank, dataFormat);
  const strides = perAxis(where, options.strides ?? 1, rank);
  const dilation = perAxis(where, options.dilation ?? 1, rank);
  return withChannelsLast(image, dataFormat, (x) => {
    if (kernel.rank !== rank + 2 || at(kernel.shape, -1) !== at(x.shape, -1)) {
      throw new ShapeError({
        where,
        what: 'the kernel does not fit the input',
        expected: `[..., filters, ${at(x.shape, -1)}] with ${rank} window sizes in front`,
        received: formatShape(kernel.shape),
        fix: 'the last axis of a transposed kernel is the input channels',
      });
    }
    const size = kernel.shape.slice(0, rank);
    const output = x.shape.slice(1, -1);
    const axes = output.map((extent, axis) =>
      spreadAxis(options, extent, {
        stride: at(strides, axis),
        reach: reachOf(at(size, axis), at(dilation, axis)),
        extra: extraOf(options, axis),
      }),
    );
    return applyOne(convInputOp, [x, kernel], {
      size,
      strides,
      dilation,
      before: axes.map(({ before }) => before),
      input: axes.map((one) => one.size),
      output,
      batch: at(x.shape, 0),
      groups: 1,
      channels: at(kernel.shape, rank),
      filters: at(x.shape, -1),
    });
  });
}

/**
 * Transposed convolution of x [n, size, c] with a kernel [...window, filters, c].
 *
 * @example
 * ```ts
 * import { convTranspose1d, ones } from 'keratin';
 * const y = convTranspose1d(ones([1, 4, 2]), ones([3, 5, 2]), { strides: 2 });
 * console.log(y.shape); // [ 1, 9, 5 ]
 * ```
 */
export function convTranspose1d(
  x: TensorLike,
  kernel: TensorLike,
  options: ConvTransposeOptions = {},
): Tensor {
  checkOptions('convTranspose1d', options, CONV_TRANSPOSE_OPTIONS);
  return convTranspose('convTranspose1d', 1, [x, kernel], options);
}

/**
 * Transposed convolution of x [n, height, width, c] with a kernel [...window, filters, c].
 *
 * @example
 * ```ts
 * import { convTranspose2d, ones } from 'keratin';
 * const y = convTranspose2d(ones([1, 4, 4, 2]), ones([3, 3, 5, 2]), { strides: 2 });
 * console.log(y.shape); // [ 1, 9, 9, 5 ]
 * ```
 */
export function convTranspose2d(
  x: TensorLike,
  kernel: TensorLike,
  options: ConvTransposeOptions = {},
): Tensor {
  checkOptions('convTranspose2d', options, CONV_TRANSPOSE_OPTIONS);
  return convTranspose('convTranspose2d', 2, [x, kernel], options);
}

/**
 * Transposed convolution of x [n, depth, height, width, c] with a kernel [...window, filters, c].
 *
 * @example
 * ```ts
 * import { convTranspose3d, ones } from 'keratin';
 * const y = convTranspose3d(ones([1, 4, 4, 4, 2]), ones([3, 3, 3, 5, 2]), { strides: 2 });
 * console.log(y.shape); // [ 1, 9, 9, 9, 5 ]
 * ```
 */
export function convTranspose3d(
  x: TensorLike,
  kernel: TensorLike,
  options: ConvTransposeOptions = {},
): Tensor {
  checkOptions('convTranspose3d', options, CONV_TRANSPOSE_OPTIONS);
  return convTranspose('convTranspose3d', 3, [x, kernel], options);
}

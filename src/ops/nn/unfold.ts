// Windows of images as columns of a matrix and back, as PyTorch lays them out.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { ShapeError } from '../../core/errors.js';
import { at, product, range } from '../../core/sequence.js';
import { formatShape } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { addAlong, gather } from '../gather.js';
import { pad } from '../joining.js';
import { reshape } from '../shaping.js';
import { sliceAxis } from '../slicing.js';
import { transpose } from '../views.js';

type Pair = number | readonly [height: number, width: number];

/** How windows move over images. */
export interface UnfoldOptions {
  /** 1 by default. */
  readonly strides?: Pair | undefined;
  /** 1 by default. */
  readonly dilation?: Pair | undefined;
  /** Zeros on both sides; 0 by default. */
  readonly padding?: Pair | undefined;
}

const UNFOLD_OPTIONS: OptionNames<UnfoldOptions> = { strides: true, dilation: true, padding: true };

/** One spatial axis: where each step of each window lies. */
interface WindowAxis {
  readonly size: number;
  readonly window: number;
  readonly padding: number;
  readonly count: number;
  readonly places: Tensor;
}

function numberOf(pair: Pair | undefined, axis: 0 | 1, fallback: number): number {
  return typeof pair === 'number' ? pair : (pair?.[axis] ?? fallback);
}

function windowAxis(
  where: string,
  axis: 0 | 1,
  size: number,
  [kernel, options]: readonly [Pair, UnfoldOptions],
): WindowAxis {
  const window = numberOf(kernel, axis, 1);
  const stride = numberOf(options.strides, axis, 1);
  const dilation = numberOf(options.dilation, axis, 1);
  const padding = numberOf(options.padding, axis, 0);
  const count = Math.floor((size + 2 * padding - dilation * (window - 1) - 1) / stride) + 1;
  if (!(count >= 1)) {
    throw new ShapeError({
      where,
      what: 'the window is larger than the image',
      expected: `a size of at least ${dilation * (window - 1) + 1} with padding`,
      received: String(size),
      fix: 'use more padding, or a smaller window',
    });
  }
  const list = range(count).flatMap((place) =>
    range(window).map((step) => place * stride + step * dilation),
  );
  const places = tensorOf(list, 'int32', [count, window]);
  return { size, window, padding, count, places };
}

function requireAxes(where: string, x: Tensor, expected: string, rank: number): void {
  if (x.rank === rank) return;
  throw new ShapeError({
    where,
    what: 'the input has another number of axes',
    expected,
    received: formatShape(x.shape),
    fix: 'reshape or transpose the input',
  });
}

/**
 * The windows of images [n, c, height, width] as columns [n, c * window, windows].
 *
 * @example
 * ```ts
 * import { ones, unfold } from 'keratin';
 * console.log(unfold(ones([1, 2, 4, 4]), 2, { strides: 2 }).shape); // [ 1, 8, 4 ]
 * ```
 */
export function unfold(x: TensorLike, kernelSize: Pair, options: UnfoldOptions = {}): Tensor {
  checkOptions('unfold', options, UNFOLD_OPTIONS);
  const input = asTensor(x);
  requireAxes('unfold', input, '[n, channels, height, width]', 4);
  const how = [kernelSize, options] as const;
  const rows = windowAxis('unfold', 0, at(input.shape, 2), how);
  const columns = windowAxis('unfold', 1, at(input.shape, 3), how);
  const padded = pad(input, [
    [0, 0],
    [0, 0],
    [rows.padding, rows.padding],
    [columns.padding, columns.padding],
  ]);
  const apart = gather(gather(padded, rows.places, { axis: 2 }), columns.places, { axis: 4 });
  const [n, c] = [at(input.shape, 0), at(input.shape, 1)];
  const width = c * product([rows.window, columns.window]);
  return reshape(transpose(apart, [0, 1, 3, 5, 2, 4]), [n, width, rows.count * columns.count]);
}

/**
 * Columns [n, c * window, windows] added up where their windows lie: images [n, c, ...outputSize].
 * What `unfold` took from one pixel comes back to it. Pixels that no window reaches are 0 (Keras on JAX
 * leaves those at the end out, and gives smaller images than asked for).
 *
 * @example
 * ```ts
 * import { fold, ones } from 'keratin';
 * console.log(fold(ones([1, 8, 4]), [4, 4], 2, { strides: 2 }).shape); // [ 1, 2, 4, 4 ]
 * ```
 */
export function fold(
  x: TensorLike,
  outputSize: Pair,
  kernelSize: Pair,
  options: UnfoldOptions = {},
): Tensor {
  checkOptions('fold', options, UNFOLD_OPTIONS);
  const input = asTensor(x);
  requireAxes('fold', input, '[n, channels * window, windows]', 3);
  const how = [kernelSize, options] as const;
  const rows = windowAxis('fold', 0, numberOf(outputSize, 0, 1), how);
  const columns = windowAxis('fold', 1, numberOf(outputSize, 1, 1), how);
  const window = rows.window * columns.window;
  const [n, width, count] = [at(input.shape, 0), at(input.shape, 1), at(input.shape, 2)];
  if (width % window !== 0 || count !== rows.count * columns.count) {
    throw new ShapeError({
      where: 'fold',
      what: 'the columns do not fit the image',
      expected: `[n, a multiple of ${window}, ${rows.count * columns.count}]`,
      received: formatShape(input.shape),
      fix: 'give the size, window and strides that unfold had',
    });
  }
  const c = width / window;
  const cells = [n, c, rows.window, columns.window, rows.count, columns.count];
  const apart = transpose(reshape(input, cells), [0, 1, 4, 2, 5, 3]);
  const across = addAlong(columns.places, apart, 4, columns.size + 2 * columns.padding);
  const image = addAlong(rows.places, across, 2, rows.size + 2 * rows.padding);
  const cut = sliceAxis(image, 2, rows.padding, rows.size);
  return sliceAxis(cut, 3, columns.padding, columns.size);
}

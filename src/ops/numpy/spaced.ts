// Tensors made from nothing after NumPy: spaced numbers, windows of signals, powers of numbers.

import { checkOptions, type OptionNames } from '../../core/arguments.js';
import type { DType } from '../../core/dtype.js';
import { at, range } from '../../core/sequence.js';
import { requireAxes } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { div } from '../arithmetic.js';
import { asTensor, type TensorLike, tensorOf } from '../convert.js';
import { eye, LINSPACE_OPTIONS, type LinspaceOptions, linspace, ones, zeros } from '../create.js';
import { pow } from '../division.js';
import { floatOf } from '../kernel-values.js';
import { cast } from '../shaping.js';
import { expandDims } from '../views.js';
import { i0 } from './special.js';

/** How `logspace` divides. */
export interface LogspaceOptions extends LinspaceOptions {
  /** What is raised to the spaced powers; 10 by default. */
  readonly base?: number | undefined;
}

const LOGSPACE_OPTIONS: OptionNames<LogspaceOptions> = {
  base: true,
  num: true,
  endpoint: true,
  dtype: true,
};

/**
 * Powers of a base, evenly spaced in the exponent, from base^start to base^stop.
 *
 * @example
 * ```ts
 * import { logspace } from 'keratin';
 * console.log(await logspace(0, 3, { num: 4, base: 2 }).array()); // [ 1, 2, 4, 8 ]
 * ```
 */
export function logspace(start: number, stop: number, options: LogspaceOptions = {}): Tensor {
  checkOptions('logspace', options, LOGSPACE_OPTIONS);
  const { base = 10, dtype = 'float32', ...spacing } = options;
  return cast(pow(base, linspace(start, stop, { ...spacing, dtype: floatOf(dtype) })), dtype);
}

/**
 * Numbers from start to stop, each the same multiple of the one before.
 *
 * @example
 * ```ts
 * import { geomspace } from 'keratin';
 * console.log(await geomspace(1, 8, { num: 4 }).array()); // [ 1, 2, 4, 8 ]
 * ```
 */
export function geomspace(start: number, stop: number, options: LinspaceOptions = {}): Tensor {
  checkOptions('geomspace', options, LINSPACE_OPTIONS);
  const { num = 50, endpoint = true, dtype = 'float32' } = options;
  const steps = Math.max(1, endpoint ? num - 1 : num);
  const values = range(num).map((index) => start * (stop / start) ** (index / steps));
  return tensorOf(values, dtype, [num]);
}

/**
 * The square matrix with ones on its diagonal, float32 by default.
 *
 * @example
 * ```ts
 * import { identity } from 'keratin';
 * console.log(await identity(2).array()); // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function identity(size: number, dtype: DType = 'float32'): Tensor {
  return eye(size, size, { dtype });
}

/**
 * A tensor whose values do not matter: zeros here.
 *
 * @example
 * ```ts
 * import { empty } from 'keratin';
 * console.log(empty([2, 3]).shape); // [ 2, 3 ]
 * ```
 */
export function empty(shape: readonly number[], dtype: DType = 'float32'): Tensor {
  return zeros(shape, dtype);
}

/**
 * A tensor like x whose values do not matter: zeros here.
 *
 * @example
 * ```ts
 * import { emptyLike } from 'keratin';
 * console.log(emptyLike([1, 2]).shape); // [ 2 ]
 * ```
 */
export function emptyLike(x: TensorLike, dtype?: DType): Tensor {
  const like = asTensor(x);
  return zeros(like.shape, dtype ?? like.dtype);
}

/**
 * Rows of powers of each element of a vector, highest first unless `increasing`.
 *
 * @example
 * ```ts
 * import { vander } from 'keratin';
 * console.log(await vander([2, 3]).array()); // [ [ 2, 1 ], [ 3, 1 ] ]
 * ```
 */
export function vander(
  x: TensorLike,
  options: {
    readonly columns?: number | undefined;
    readonly increasing?: boolean | undefined;
  } = {},
): Tensor {
  checkOptions('vander', options, { columns: true, increasing: true });
  const input = asTensor(x);
  requireAxes('vander', input.shape, 1);
  const { columns = at(input.shape, 0), increasing = false } = options;
  const powers = range(columns);
  const exponents = tensorOf(increasing ? powers : powers.reverse(), input.dtype, [columns]);
  return pow(expandDims(input, -1), exponents);
}

/** A window of `size` numbers from a formula of the place along it, 0 to 1. */
function windowOf(size: number, formula: (place: number) => number): Tensor {
  if (size <= 1) return ones([Math.max(0, size)]);
  const last = size - 1;
  return tensorOf(
    range(size).map((index) => formula(index / last)),
    'float32',
    [size],
  );
}

const cosine = (place: number, times: number): number => Math.cos(2 * Math.PI * times * place);

/**
 * Bartlett's window: a triangle from 0 up to 1 and down to 0.
 *
 * @example
 * ```ts
 * import { bartlett } from 'keratin';
 * console.log(await bartlett(5).array()); // [ 0, 0.5, 1, 0.5, 0 ]
 * ```
 */
export function bartlett(size: number): Tensor {
  return windowOf(size, (place) => 1 - Math.abs(2 * place - 1));
}

/**
 * Blackman's window: 0.42 - 0.5 cos + 0.08 cos of the double angle.
 *
 * @example
 * ```ts
 * import { blackman } from 'keratin';
 * console.log(blackman(5).shape); // [ 5 ]
 * ```
 */
export function blackman(size: number): Tensor {
  return windowOf(size, (place) => 0.42 - 0.5 * cosine(place, 1) + 0.08 * cosine(place, 2));
}

/**
 * Hamming's window: 0.54 - 0.46 cos.
 *
 * @example
 * ```ts
 * import { hamming } from 'keratin';
 * console.log(hamming(5).shape); // [ 5 ]
 * ```
 */
export function hamming(size: number): Tensor {
  return windowOf(size, (place) => 0.54 - 0.46 * cosine(place, 1));
}

/**
 * Hann's window: half of 1 - cos.
 *
 * @example
 * ```ts
 * import { hanning } from 'keratin';
 * console.log(await hanning(3).array()); // [ 0, 1, 0 ]
 * ```
 */
export function hanning(size: number): Tensor {
  return windowOf(size, (place) => 0.5 - 0.5 * cosine(place, 1));
}

/**
 * Kaiser's window: I0(beta sqrt(1 - t²)) / I0(beta), t from -1 to 1; beta 0 is a rectangle.
 *
 * @example
 * ```ts
 * import { kaiser } from 'keratin';
 * console.log(await kaiser(3, 0).array()); // [ 1, 1, 1 ]
 * ```
 */
export function kaiser(size: number, beta: number): Tensor {
  const angles = windowOf(size, (place) => beta * Math.sqrt(1 - (2 * place - 1) ** 2));
  return size <= 1 ? angles : div(i0(angles), i0(beta));
}

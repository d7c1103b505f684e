// Diagonals and triangles of matrices: sentences over eye and tri masks.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { at, range } from '../core/sequence.js';
import { normalizeAxis, requireAxes } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add } from './arithmetic.js';
import { asTensor, type TensorLike } from './convert.js';
import { arange, eye, tri } from './create.js';
import { gather } from './gather.js';
import { pad } from './joining.js';
import { reshape, sum } from './shaping.js';
import { expandDims, transpose } from './views.js';
import { where } from './where.js';

/** 0, or false among bools, which stay bools. */
function nothing(x: Tensor): number | boolean {
  return x.dtype === 'bool' ? false : 0;
}

/**
 * The matrices of x with zeros above the given diagonal (the main one by default).
 *
 * @example
 * ```ts
 * import { tril } from 'keratin';
 * console.log(await tril([[1, 2], [3, 4]]).array()); // [ [ 1, 0 ], [ 3, 4 ] ]
 * ```
 */
export function tril(x: TensorLike, diagonal = 0): Tensor {
  const input = asTensor(x);
  requireAxes('tril', input.shape, 2);
  return where(
    tri(at(input.shape, -2), at(input.shape, -1), { diagonal, dtype: 'bool' }),
    input,
    nothing(input),
  );
}

/**
 * The matrices of x with zeros below the given diagonal (the main one by default).
 *
 * @example
 * ```ts
 * import { triu } from 'keratin';
 * console.log(await triu([[1, 2], [3, 4]]).array()); // [ [ 1, 2 ], [ 0, 4 ] ]
 * ```
 */
export function triu(x: TensorLike, diagonal = 0): Tensor {
  const input = asTensor(x);
  requireAxes('triu', input.shape, 2);
  const below = { diagonal: diagonal - 1, dtype: 'bool' } as const;
  return where(tri(at(input.shape, -2), at(input.shape, -1), below), nothing(input), input);
}

/** Which axes are rows and columns; the last two by default. */
export interface DiagonalOptions {
  readonly axes?: readonly [rows: number, columns: number] | undefined;
}

const DIAGONAL_OPTIONS: OptionNames<DiagonalOptions> = { axes: true };

/** x with the axes of rows and columns last. */
function withMatricesLast(where: string, x: Tensor, options: DiagonalOptions): Tensor {
  requireAxes(where, x.shape, 2);
  const { axes } = options;
  if (axes === undefined) return x;
  const [rows, columns] = axes.map((axis) => normalizeAxis(where, axis, x.rank));
  const others = range(x.rank).filter((axis) => axis !== rows && axis !== columns);
  return transpose(x, [...others, rows ?? 0, columns ?? 0]);
}

/**
 * The elements on a diagonal of the last two axes, or of two others. (NumPy and Keras take the
 * first two where none are named.)
 *
 * @example
 * ```ts
 * import { diagonal } from 'keratin';
 * console.log(await diagonal([[1, 2], [3, 4]]).array()); // [ 1, 4 ]
 * ```
 */
export function diagonal(x: TensorLike, offset = 0, options: DiagonalOptions = {}): Tensor {
  checkOptions('diagonal', options, DIAGONAL_OPTIONS);
  const input = withMatricesLast('diagonal', asTensor(x), options);
  const [rows, columns] = [at(input.shape, -2), at(input.shape, -1)];
  const length = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  const first = offset >= 0 ? offset : -offset * columns;
  const places = arange(0, length * (columns + 1), columns + 1, 'int32');
  const flat = reshape(input, [...input.shape.slice(0, -2), rows * columns]);
  return gather(flat, add(places, first), { axis: flat.rank - 1 });
}

/**
 * A matrix with all elements of x, flattened, on a diagonal.
 *
 * @example
 * ```ts
 * import { diagflat } from 'keratin';
 * console.log(await diagflat([[1], [2]]).array()); // [ [ 1, 0 ], [ 0, 2 ] ]
 * ```
 */
export function diagflat(x: TensorLike, offset = 0): Tensor {
  return diag(reshape(x, [-1]), offset);
}

/**
 * A matrix with the vector x on a diagonal, or the diagonal of a matrix.
 *
 * @example
 * ```ts
 * import { diag } from 'keratin';
 * console.log(await diag([1, 2]).array()); // [ [ 1, 0 ], [ 0, 2 ] ]
 * ```
 */
export function diag(x: TensorLike, offset = 0): Tensor {
  const input = asTensor(x);
  requireAxes('diag', input.shape, 1);
  if (input.rank !== 1) return diagonal(input, offset);
  const size = input.size + Math.abs(offset);
  const mask = eye(input.size, size, { diagonal: Math.max(offset, 0), dtype: 'bool' });
  const placed = where(mask, expandDims(input, 1), nothing(input));
  if (offset >= 0) return offset === 0 ? placed : below(placed, size);
  return transpose(diag(input, -offset));
}

/** Zero rows appended until there are `count`. */
function below(x: Tensor, count: number): Tensor {
  const missing = count - at(x.shape, 0);
  return pad(x, [
    [0, missing],
    [0, 0],
  ]);
}

/**
 * The sum of a diagonal (the main one by default) of the last two axes, or of two others.
 *
 * @example
 * ```ts
 * import { trace } from 'keratin';
 * console.log(await trace([[1, 2], [3, 4]]).item()); // 5
 * ```
 */
export function trace(x: TensorLike, offset = 0, options: DiagonalOptions = {}): Tensor {
  checkOptions('trace', options, DIAGONAL_OPTIONS);
  return sum(diagonal(x, offset, options), { axis: -1 });
}

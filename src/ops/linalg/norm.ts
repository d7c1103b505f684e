// Norms of vectors and matrices, as NumPy has them.
import { checkOptions, type OptionNames } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at, range } from '../../core/sequence.js';
import { normalizeAxes, normalizeAxis } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { div } from '../arithmetic.js';
import { notEqual } from '../comparison.js';
import type { TensorLike } from '../convert.js';
import { pow } from '../division.js';
import { abs, sqrt, square } from '../powers.js';
import type { ReduceOptions } from '../reduced-shape.js';
import { max, min } from '../reductions.js';
import { cast, reshape, sum } from '../shaping.js';
import { expandDims, transpose } from '../views.js';
import { inFloats } from './matrices.js';
import { svd } from './svd.js';

/** Which norm: a number, Infinity (also written 'infinity'), or a matrix's 'fro' or 'nuc'. */
export type NormOrder = number | 'infinity' | 'fro' | 'nuc';

/** Which norm, and of what. */
export interface NormOptions extends ReduceOptions {
  /**
   * The root of the sum of squares by default. Of vectors: the sum of powers' root, the largest
   * magnitude (Infinity) or smallest (-Infinity), or how many elements are not 0 (0). Of matrices
   * (two axes): 'fro' (as the default), 'nuc' (the sum of singular values), 2 and -2 (the largest
   * and smallest of them), 1 and Infinity (the largest sum of magnitudes of a column, of a row).
   */
  readonly order?: NormOrder | undefined;
}

const NORM_OPTIONS: OptionNames<NormOptions> = { order: true, axis: true, keepDims: true };

function vectorNorm(x: Tensor, order: number, options: ReduceOptions): Tensor {
  if (order === 2) return sqrt(sum(square(x), options));
  if (order === 1) return sum(abs(x), options);
  if (order === Number.POSITIVE_INFINITY) return max(abs(x), options);
  if (order === Number.NEGATIVE_INFINITY) return min(abs(x), options);
  if (order === 0) return cast(sum(cast(notEqual(x, 0), 'int32'), options), x.dtype);
  return pow(sum(pow(abs(x), order), options), div(1, cast(order, x.dtype)));
}

/** Of matrices in the last two axes; rows and columns stay as axes of size 1. */
function matrixNorm(x: Tensor, order: NormOrder): Tensor {
  const both = { axis: [-2, -1], keepDims: true } as const;
  const sums = (axis: number): Tensor => sum(abs(x), { axis, keepDims: true });
  switch (order) {
    case 'fro':
      return sqrt(sum(square(x), both));
    case 1:
      return max(sums(-2), both);
    case -1:
      return min(sums(-2), both);
    case 'infinity':
    case Number.POSITIVE_INFINITY:
      return max(sums(-1), both);
    case Number.NEGATIVE_INFINITY:
      return min(sums(-1), both);
    case 'nuc':
      return singular(x, sum);
    case 2:
      return singular(x, max);
    case -2:
      return singular(x, min);
    default:
      throw new ArgumentError({
        where: 'norm',
        what: 'matrices have no such norm',
        expected: "'fro', 'nuc', 1, -1, 2, -2, Infinity or -Infinity",
        received: String(order),
        fix: 'name one axis for the norm of vectors',
      });
  }
}

function singular(x: Tensor, reduce: (x: Tensor, options: ReduceOptions) => Tensor): Tensor {
  const values = svd(x, { fullMatrices: false }).s;
  return expandDims(reduce(values, { axis: -1, keepDims: true }), -1);
}

/**
 * The norm over `axis`: of vectors along one axis, of matrices in two. Without an axis or an order
 * the length of all elements taken as one vector.
 *
 * @example
 * ```ts
 * import { norm } from 'keratin';
 * console.log(await norm([3, 4]).item()); // 5
 * ```
 */
export function norm(x: TensorLike, options: NormOptions = {}): Tensor {
  checkOptions('norm', options, NORM_OPTIONS);
  return inFloats(x, (input) => normOf(input, options));
}

function normOf(input: Tensor, { order, keepDims = false, axis }: NormOptions): Tensor {
  const axes = normalizeAxes('norm', axis, input.rank);
  if (order === undefined) return sqrt(sum(square(input), { axis: axes, keepDims }));
  if (axes.length === 1 && typeof order === 'number') {
    return vectorNorm(input, order, { axis: axes, keepDims });
  }
  if (axes.length === 1 && order === 'infinity') return max(abs(input), { axis: axes, keepDims });
  if (axes.length !== 2) {
    throw new ArgumentError({
      where: 'norm',
      what: 'this norm is one of vectors or matrices',
      expected: order === 'fro' || order === 'nuc' ? 'two axes' : 'one or two axes',
      received: `${axes.length} axes`,
      fix: 'name the axes with { axis }',
    });
  }
  // Rows are the axis named first; by its place where it counts from the end.
  const first = typeof axis === 'object' ? normalizeAxis('norm', at(axis, 0), input.rank) : 0;
  const [rows, columns] = first === at(axes, 0) ? axes : [...axes].reverse();
  const places = [...range(input.rank).filter((place) => !axes.includes(place)), rows, columns];
  const matrices = transpose(
    input,
    places.filter((place) => place !== undefined),
  );
  const result = matrixNorm(matrices, order);
  const kept = input.shape.map((size, place) => (axes.includes(place) ? 1 : size));
  return reshape(result, keepDims ? kept : input.shape.filter((_, place) => !axes.includes(place)));
}

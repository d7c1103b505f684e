// Tensors cut, joined and turned the way NumPy names it: sentences over split, concat and views.

import { checkOptions, requireList } from '../../core/arguments.js';
import { ArgumentError } from '../../core/errors.js';
import { at, range } from '../../core/sequence.js';
import { normalizeAxis } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import { asTensor, type TensorLike } from '../convert.js';
import { concat, split } from '../joining.js';
import { reshape } from '../shaping.js';
import { expandDims, flip, swapAxes } from '../views.js';

/**
 * All elements in one axis.
 *
 * @example
 * ```ts
 * import { ravel } from 'keratin';
 * console.log(await ravel([[1, 2], [3, 4]]).array()); // [ 1, 2, 3, 4 ]
 * ```
 */
export function ravel(x: TensorLike): Tensor {
  return reshape(x, [-1]);
}

/**
 * b behind a along `axis`; without an axis both are flattened first.
 *
 * @example
 * ```ts
 * import { append } from 'keratin';
 * console.log(await append([1, 2], [[3], [4]]).array()); // [ 1, 2, 3, 4 ]
 * ```
 */
export function append(
  a: TensorLike,
  b: TensorLike,
  options: { readonly axis?: number | undefined } = {},
): Tensor {
  checkOptions('append', options, { axis: true });
  const { axis } = options;
  return axis === undefined ? concat([ravel(a), ravel(b)]) : concat([a, b], axis);
}

/**
 * Parts of x along `axis`, as `split`, but a number need not divide it: the first parts are longer.
 *
 * @example
 * ```ts
 * import { arraySplit } from 'keratin';
 * const [first, second] = arraySplit([1, 2, 3], 2);
 * console.log(await first?.array(), await second?.array()); // [ 1, 2 ] [ 3 ]
 * ```
 */
export function arraySplit(
  x: TensorLike,
  sectionsOrIndices: number | readonly number[],
  axis = 0,
): Tensor[] {
  const input = asTensor(x);
  if (typeof sectionsOrIndices !== 'number') return split(input, sectionsOrIndices, axis);
  const count = sectionsOrIndices;
  if (!Number.isInteger(count) || count < 1) {
    throw new ArgumentError({
      where: 'arraySplit',
      what: 'there must be at least one part',
      expected: 'a whole number of at least 1',
      received: String(count),
      fix: 'give the number of parts, or the positions to cut at',
    });
  }
  const extent = at(input.shape, normalizeAxis('arraySplit', axis, input.rank));
  const small = Math.floor(extent / count);
  const larger = extent % count;
  return split(
    input,
    range(count - 1).map((part) => (part + 1) * small + Math.min(part + 1, larger)),
    axis,
  );
}

/**
 * Parts along the second axis; of a vector along its only one.
 *
 * @example
 * ```ts
 * import { hsplit } from 'keratin';
 * const [left] = hsplit([[1, 2], [3, 4]], 2);
 * console.log(await left?.array()); // [ [ 1 ], [ 3 ] ]
 * ```
 */
export function hsplit(x: TensorLike, sectionsOrIndices: number | readonly number[]): Tensor[] {
  const input = asTensor(x);
  return split(input, sectionsOrIndices, input.rank <= 1 ? 0 : 1);
}

/**
 * Parts along the first axis.
 *
 * @example
 * ```ts
 * import { vsplit } from 'keratin';
 * const [top] = vsplit([[1, 2], [3, 4]], 2);
 * console.log(await top?.array()); // [ [ 1, 2 ] ]
 * ```
 */
export function vsplit(x: TensorLike, sectionsOrIndices: number | readonly number[]): Tensor[] {
  return split(x, sectionsOrIndices, 0);
}

/**
 * Parts along the third axis.
 *
 * @example
 * ```ts
 * import { dsplit } from 'keratin';
 * const [front] = dsplit([[[1, 2]]], 2);
 * console.log(await front?.array()); // [ [ [ 1 ] ] ]
 * ```
 */
export function dsplit(x: TensorLike, sectionsOrIndices: number | readonly number[]): Tensor[] {
  return split(x, sectionsOrIndices, 2);
}

/**
 * Tensors joined along the third axis; vectors and matrices get the axes they lack.
 *
 * @example
 * ```ts
 * import { dstack } from 'keratin';
 * console.log(await dstack([[1, 2], [3, 4]]).array()); // [ [ [ 1, 3 ], [ 2, 4 ] ] ]
 * ```
 */
export function dstack(list: readonly TensorLike[]): Tensor {
  requireList('dstack', 'what is joined', list);
  const deep = list.map((one) => {
    const tensor = asTensor(one);
    const wide = tensor.rank <= 1 ? reshape(tensor, [1, -1]) : tensor;
    return wide.rank === 2 ? expandDims(wide, -1) : wide;
  });
  return concat(deep, 2);
}

/**
 * Columns from right to left.
 *
 * @example
 * ```ts
 * import { fliplr } from 'keratin';
 * console.log(await fliplr([[1, 2], [3, 4]]).array()); // [ [ 2, 1 ], [ 4, 3 ] ]
 * ```
 */
export function fliplr(x: TensorLike): Tensor {
  return flip(x, 1);
}

/**
 * Rows from bottom to top.
 *
 * @example
 * ```ts
 * import { flipud } from 'keratin';
 * console.log(await flipud([[1, 2], [3, 4]]).array()); // [ [ 3, 4 ], [ 1, 2 ] ]
 * ```
 */
export function flipud(x: TensorLike): Tensor {
  return flip(x, 0);
}

/**
 * x turned by `turns` quarters in the plane of two axes, from the first towards the second.
 *
 * @example
 * ```ts
 * import { rot90 } from 'keratin';
 * console.log(await rot90([[1, 2], [3, 4]]).array()); // [ [ 2, 4 ], [ 1, 3 ] ]
 * ```
 */
export function rot90(x: TensorLike, turns = 1, axes: readonly [number, number] = [0, 1]): Tensor {
  const input = asTensor(x);
  requireList('rot90', 'the plane', axes);
  const [a, b] = axes.map((axis) => normalizeAxis('rot90', axis, input.rank));
  if (a === undefined || b === undefined || a === b) {
    throw new ArgumentError({
      where: 'rot90',
      what: 'a plane has two axes',
      expected: 'two different axes',
      received: `[${axes.join(', ')}]`,
      fix: 'name two different axes',
    });
  }
  switch (((turns % 4) + 4) % 4) {
    case 1:
      return flip(swapAxes(input, a, b), a);
    case 2:
      return flip(input, [a, b]);
    case 3:
      return swapAxes(flip(input, a), a, b);
    default:
      return input;
  }
}

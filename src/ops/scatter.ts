// Updates put at positions: scatter and its relatives (sentences over addAlong), and oneHot.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import { ShapeError } from '../core/errors.js';
import { denseStrides } from '../core/layout.js';
import { defineOp } from '../core/op.js';
import { at, product, sameNumbers } from '../core/sequence.js';
import { checkShape, formatShape, normalizeAxis, type Shape, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import { add, mul } from './arithmetic.js';
import { greater, greaterEqual, less, logicalAnd } from './comparison.js';
import { applyOne, asTensor, type TensorLike, tensorOf } from './convert.js';
import { onesLike } from './create.js';
import { addAlong, indexTensor } from './gather.js';
import { fit } from './kernel-values.js';
import { all } from './reductions.js';
import { segmentIds } from './segment/ids.js';
import { segmentMax, segmentMin, segmentProd } from './segment/segments.js';
import { cast, reshape, sum } from './shaping.js';
import { maximum, minimum, where } from './where.js';

/** Row numbers for indices whose last axis names a place in the first axes of `shape`. */
function rowsOf(name: string, indices: Tensor, updates: Tensor, shape: Shape): Tensor {
  const depth = indices.rank === 0 ? 0 : at(indices.shape, -1);
  const expected = [...indices.shape.slice(0, -1), ...shape.slice(depth)];
  if (indices.rank === 0 || depth > shape.length || !sameNumbers(expected, updates.shape)) {
    throw new ShapeError({
      where: name,
      what: 'the updates do not fit the indices',
      expected: `updates of ${formatShape(expected)} for indices of ${formatShape(indices.shape)}`,
      received: formatShape(updates.shape),
      fix: `the last axis of the indices names a place in the first axes of ${formatShape(shape)}`,
    });
  }
  const sizes = tensorOf(shape.slice(0, depth), 'int32');
  const given = cast(indices, 'int32');
  // Counted from the end where negative; places outside become a row that there is not.
  const places = where(less(given, 0), add(given, sizes), given);
  const isInside = all(logicalAnd(greaterEqual(places, 0), less(places, sizes)), { axis: -1 });
  const strides = tensorOf(denseStrides(shape.slice(0, depth)), 'int32');
  const rows = sum(mul(places, strides), { axis: -1 });
  return reshape(where(isInside, rows, product(shape.slice(0, depth))), [-1]);
}

/**
 * Zeros of `shape` with `updates` added at `indices`; the last axis of the indices names a place
 * in the first axes of the shape.
 *
 * @example
 * ```ts
 * import { scatter } from 'keratin';
 * console.log(await scatter([[0], [2]], [5, 7], [4]).array()); // [ 5, 0, 7, 0 ]
 * ```
 */
export function scatter(indices: TensorLike, updates: TensorLike, shape: Shape): Tensor {
  checkShape('scatter', shape);
  const places = indexTensor('scatter', indices);
  const values = asTensor(updates);
  const rows = rowsOf('scatter', places, values, shape);
  const depth = at(places.shape, -1);
  const width = product(shape.slice(depth));
  const flat = reshape(values, [rows.size, width]);
  return reshape(addAlong(rows, flat, 0, product(shape.slice(0, depth))), shape);
}

/**
 * x with `updates` added at `indices` (see scatter).
 *
 * @example
 * ```ts
 * import { scatterAdd } from 'keratin';
 * console.log(await scatterAdd([1, 1, 1], [[1]], [5]).array()); // [ 1, 6, 1 ]
 * ```
 */
export function scatterAdd(x: TensorLike, indices: TensorLike, updates: TensorLike): Tensor {
  const input = asTensor(x);
  return add(input, scatter(indices, cast(updates, input.dtype), input.shape));
}

/** How updates join what they meet. */
export interface ScatterOptions {
  /** They replace it by default. Several updates of one place all count, except when replacing. */
  readonly reduction?: 'add' | 'max' | 'min' | 'mul' | undefined;
}

const SCATTER_OPTIONS: OptionNames<ScatterOptions> = { reduction: true };

/**
 * x with the elements at `indices` (see scatter) replaced by `updates`, where the indices are
 * distinct, or joined with them by a reduction.
 *
 * @example
 * ```ts
 * import { scatterUpdate } from 'keratin';
 * console.log(await scatterUpdate([1, 1, 1], [[1]], [5]).array()); // [ 1, 5, 1 ]
 * ```
 */
export function scatterUpdate(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: ScatterOptions = {},
): Tensor {
  checkOptions('scatterUpdate', options, SCATTER_OPTIONS);
  const input = asTensor(x);
  const values = cast(updates, input.dtype);
  const { reduction } = options;
  if (reduction === 'add') return scatterAdd(input, indices, values);
  if (reduction !== undefined) return scatterJoin(input, indices, values, reduction);
  const hit = scatter(indices, onesLike(values, 'int32'), input.shape);
  return where(greater(hit, 0), scatter(indices, values, input.shape), input);
}

const JOINS = {
  max: { group: segmentMax, join: maximum },
  min: { group: segmentMin, join: minimum },
  mul: { group: segmentProd, join: mul },
} as const;

function scatterJoin(
  x: Tensor,
  indices: TensorLike,
  updates: Tensor,
  reduction: keyof typeof JOINS,
): Tensor {
  const places = indexTensor('scatterUpdate', indices);
  const rows = rowsOf('scatterUpdate', places, updates, x.shape);
  const depth = at(places.shape, -1);
  const flat = reshape(updates, [rows.size, product(x.shape.slice(depth))]);
  const { group, join } = JOINS[reduction];
  return join(x, reshape(group(flat, rows, product(x.shape.slice(0, depth))), x.shape));
}

/**
 * The sum of the slices of x (along its first axis) that have the same id, for ids 0 to count - 1.
 *
 * @example
 * ```ts
 * import { segmentSum } from 'keratin';
 * console.log(await segmentSum([1, 2, 4], [0, 0, 1], 2).array()); // [ 3, 4 ]
 * ```
 */
export function segmentSum(x: TensorLike, ids: TensorLike, count: number): Tensor {
  const input = asTensor(x);
  return addAlong(segmentIds('segmentSum', input, ids, count), input, 0, count);
}

interface OneHotAttrs {
  readonly depth: number;
  readonly axis: number;
  readonly dtype: DType;
}

export const oneHotOp = defineOp<OneHotAttrs>({
  name: 'oneHot',
  infer: (inputs, { depth, axis, dtype }) => {
    const { shape } = at(inputs, 0);
    return [spec([...shape.slice(0, axis), depth, ...shape.slice(axis)], dtype)];
  },
  lower: ({ inputs, outputs, attrs: { axis } }) => {
    const output = at(outputs, 0);
    return [
      mapKernel(inputs, output, (index) => {
        const others = [...index.slice(0, axis), ...index.slice(axis + 1)];
        const id = k.cast(read(at(inputs, 0), others), 'i32');
        return fit(k.select(k.eq(id, at(index, axis)), k.i32(1), k.i32(0)), output.dtype);
      }),
    ];
  },
  grad: { none: 'ids are whole numbers' },
});

/** How `oneHot` lays out its result. */
export interface OneHotOptions {
  /** float32 by default. */
  readonly dtype?: DType | undefined;
  /** Where the new axis goes; last by default. */
  readonly axis?: number | undefined;
}

/** The names of {@link OneHotOptions}. */
export const ONE_HOT_OPTIONS: OptionNames<OneHotOptions> = { dtype: true, axis: true };

/**
 * A new axis of size `depth` with 1 at each id and 0 elsewhere; ids outside give zeros.
 *
 * @example
 * ```ts
 * import { oneHot } from 'keratin';
 * console.log(await oneHot([2, 0], 3).array()); // [ [ 0, 0, 1 ], [ 1, 0, 0 ] ]
 * ```
 */
export function oneHot(ids: TensorLike, depth: number, options: OneHotOptions = {}): Tensor {
  checkOptions('oneHot', options, ONE_HOT_OPTIONS);
  checkShape('oneHot', [depth]);
  const input = asTensor(ids, 'int32');
  const axis = normalizeAxis('oneHot', options.axis ?? -1, input.rank + 1);
  return applyOne(oneHotOp, [input], { depth, axis, dtype: options.dtype ?? 'float32' });
}

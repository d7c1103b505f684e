// The same values seen through another order of axes: transpose, expandDims, squeeze, flip ...

import { requireList, requireNumberOrList } from '../core/arguments.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { layoutOf } from '../core/layout.js';
import { defineOp } from '../core/op.js';
import { at, range } from '../core/sequence.js';
import { formatShape, normalizeAxes, normalizeAxis, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { reshape } from './shaping.js';

/** Where each axis of the input went. */
function inverse(axes: readonly number[]): number[] {
  return range(axes.length).map((axis) => axes.indexOf(axis));
}

export const transposeOp = defineOp<{ readonly axes: readonly number[] }>({
  name: 'transpose',
  infer: (inputs, { axes }) => {
    const { shape, dtype } = at(inputs, 0);
    return [
      spec(
        axes.map((axis) => at(shape, axis)),
        dtype,
      ),
    ];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const back = inverse(attrs.axes);
    return [
      mapKernel(inputs, at(outputs, 0), (index) =>
        read(
          at(inputs, 0),
          back.map((axis) => at(index, axis)),
        ),
      ),
    ];
  },
  grad: ({ attrs, dy }) => [transpose(dy, inverse(attrs.axes))],
  view: (layout, { axes }) =>
    layoutOf(
      layout.dtype,
      axes.map((axis) => at(layout.shape, axis)),
      axes.map((axis) => at(layout.strides, axis)),
      layout.offset,
    ),
});

/**
 * The axes in another order: reversed, or as `axes` lists them.
 *
 * @example
 * ```ts
 * import { transpose } from 'keratin';
 * console.log(await transpose([[1, 2], [3, 4]]).array()); // [ [ 1, 3 ], [ 2, 4 ] ]
 * ```
 */
export function transpose(x: TensorLike, axes?: readonly number[]): Tensor {
  const input = asTensor(x);
  requireList('transpose', 'the order of axes', axes ?? []);
  const order = axes?.map((axis) => normalizeAxis('transpose', axis, input.rank));
  const full = order ?? range(input.rank).reverse();
  if (full.length !== input.rank || new Set(full).size !== input.rank) {
    throw new ArgumentError({
      where: 'transpose',
      what: 'the axes do not name every axis once',
      expected: `an order of 0 to ${input.rank - 1}`,
      received: `[${full.join(', ')}]`,
      fix: 'list every axis of the tensor once',
    });
  }
  if (full.every((axis, index) => axis === index)) return input;
  return applyOne(transposeOp, [input], { axes: full });
}

/**
 * Exchanges two axes.
 *
 * @example
 * ```ts
 * import { swapAxes } from 'keratin';
 * console.log(await swapAxes([[1, 2]], 0, 1).array()); // [ [ 1 ], [ 2 ] ]
 * ```
 */
export function swapAxes(x: TensorLike, first: number, second: number): Tensor {
  const input = asTensor(x);
  const a = normalizeAxis('swapAxes', first, input.rank);
  const b = normalizeAxis('swapAxes', second, input.rank);
  const order = range(input.rank).map((axis) => (axis === a ? b : axis === b ? a : axis));
  return transpose(input, order);
}

/**
 * Moves axes to other places, one or several; the others keep their order.
 *
 * @example
 * ```ts
 * import { moveAxis, zeros } from 'keratin';
 * console.log(moveAxis(zeros([1, 2, 3]), 0, -1).shape); // [ 2, 3, 1 ]
 * ```
 */
export function moveAxis(
  x: TensorLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const input = asTensor(x);
  const places = (axes: number | readonly number[]): readonly number[] => {
    requireNumberOrList('moveAxis', 'the axis', axes);
    const list = typeof axes === 'number' ? [axes] : axes;
    return list.map((axis) => normalizeAxis('moveAxis', axis, input.rank));
  };
  const [from, to] = [places(source), places(destination)];
  if (from.length !== to.length || new Set(from).size !== from.length) {
    throw new ArgumentError({
      where: 'moveAxis',
      what: 'each axis moves to one place',
      expected: `${from.length} different axes and as many places`,
      received: `[${from.join(', ')}] to [${to.join(', ')}]`,
      fix: 'give one destination for each source',
    });
  }
  const order = range(input.rank).filter((axis) => !from.includes(axis));
  const moves = to.map((place, index) => [place, at(from, index)] as const);
  for (const [place, axis] of moves.sort(([a], [b]) => a - b)) order.splice(place, 0, axis);
  return transpose(input, order);
}

/**
 * Adds an axis of size 1 at each place in `axis`, counted in the result.
 *
 * @example
 * ```ts
 * import { expandDims } from 'keratin';
 * console.log(expandDims([1, 2], -1).shape); // [ 2, 1 ]
 * ```
 */
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor {
  const input = asTensor(x);
  requireNumberOrList('expandDims', 'the axis', axis);
  const count = typeof axis === 'number' ? 1 : axis.length;
  const rank = input.rank + count;
  const added = normalizeAxes('expandDims', axis, rank);
  let next = 0;
  const shape = range(rank).map((place) => (added.includes(place) ? 1 : at(input.shape, next++)));
  return reshape(input, shape);
}

/**
 * Drops axes of size 1: those named, or all of them.
 *
 * @example
 * ```ts
 * import { squeeze } from 'keratin';
 * console.log(squeeze([[[1, 2]]]).shape); // [ 2 ]
 * ```
 */
export function squeeze(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const input = asTensor(x);
  const named = axis === undefined ? undefined : normalizeAxes('squeeze', axis, input.rank);
  const wrong = named?.find((place) => input.shape[place] !== 1);
  if (wrong !== undefined) {
    throw new ShapeError({
      where: 'squeeze',
      what: `axis ${wrong} does not have size 1`,
      expected: 'axes of size 1',
      received: formatShape(input.shape),
      fix: 'name only axes of size 1, or reduce the axis first',
    });
  }
  const shape = input.shape.filter((extent, place) =>
    named === undefined ? extent !== 1 : !named.includes(place),
  );
  return reshape(input, shape);
}

export const flipOp = defineOp<{ readonly axes: readonly number[] }>({
  name: 'flip',
  infer: (inputs) => [at(inputs, 0)],
  lower: ({ inputs, outputs, attrs }) => {
    const input = at(inputs, 0);
    return [
      mapKernel(inputs, at(outputs, 0), (index) =>
        read(
          input,
          index.map((position, axis) =>
            attrs.axes.includes(axis)
              ? k.sub(k.size(at(input.shape, axis) - 1), position)
              : position,
          ),
        ),
      ),
    ];
  },
  grad: ({ attrs, dy }) => [flip(dy, attrs.axes)],
  view: (layout, { axes }) => {
    if (layout.shape.includes(0)) return layout;
    const strides = layout.strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    const shift = axes.reduce(
      (sum, axis) => sum + (at(layout.shape, axis) - 1) * at(layout.strides, axis),
      0,
    );
    return layoutOf(layout.dtype, layout.shape, strides, layout.offset + shift);
  },
});

/**
 * Runs along `axis` (all axes by default) from the end to the start.
 *
 * @example
 * ```ts
 * import { flip } from 'keratin';
 * console.log(await flip([1, 2, 3]).array()); // [ 3, 2, 1 ]
 * ```
 */
export function flip(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const input = asTensor(x);
  return applyOne(flipOp, [input], { axes: normalizeAxes('flip', axis, input.rank) });
}

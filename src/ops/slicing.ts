// Parts of tensors and room around them: stridedSlice and pad, each the other's gradient.

import { requireList } from '../core/arguments.js';
import { ArgumentError, ShapeError } from '../core/errors.js';
import { layoutOf } from '../core/layout.js';
import { defineOp } from '../core/op.js';
import { at, sameNumbers } from '../core/sequence.js';
import { formatShape, normalizeAxis, type Shape, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { mapKernel, read } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import { sub } from './arithmetic.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { fit } from './kernel-values.js';
import { cast, sum } from './shaping.js';

/** Where a slice starts, how many elements it takes and how far apart they are, for each axis. */
interface SliceAttrs {
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

export const stridedSliceOp = defineOp<SliceAttrs>({
  name: 'stridedSlice',
  infer: (inputs, { sizes }) => [spec(sizes, at(inputs, 0).dtype)],
  lower: ({ inputs, outputs, attrs }) => [
    mapKernel(inputs, at(outputs, 0), (index) =>
      read(
        at(inputs, 0),
        index.map((position, axis) =>
          k.add(k.size(at(attrs.starts, axis)), k.mul(position, k.size(at(attrs.strides, axis)))),
        ),
      ),
    ),
  ],
  // Each element goes back to where it came from, with zeros between and around.
  grad: ({ inputs, attrs, dy }) => {
    const { shape } = at(inputs, 0);
    const after = shape.map((extent, axis) => {
      const taken = at(attrs.sizes, axis);
      const span = taken === 0 ? 0 : (taken - 1) * at(attrs.strides, axis) + 1;
      return extent - at(attrs.starts, axis) - span;
    });
    return [padded(dy, { before: attrs.starts, after, spacing: attrs.strides }, 0)];
  },
  view: (layout, { starts, sizes, strides }) =>
    layoutOf(
      layout.dtype,
      sizes,
      layout.strides.map((stride, axis) => stride * at(strides, axis)),
      starts.reduce(
        (offset, start, axis) => offset + start * at(layout.strides, axis),
        layout.offset,
      ),
    ),
});

/** Elements added in front and behind, and the distance between neighbours afterwards. */
interface PadAttrs {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** 1 keeps neighbours together; n puts n - 1 values between them. */
  readonly spacing: readonly number[];
}

function paddedSize(extent: number, attrs: PadAttrs, axis: number): number {
  const span = extent === 0 ? 0 : (extent - 1) * at(attrs.spacing, axis) + 1;
  return at(attrs.before, axis) + span + at(attrs.after, axis);
}

/** Inputs: the tensor, and the scalar that fills the rest. */
export const padOp = defineOp<PadAttrs>({
  name: 'pad',
  infer: (inputs, attrs) => {
    const { shape, dtype } = at(inputs, 0);
    return [
      spec(
        shape.map((extent, axis) => paddedSize(extent, attrs, axis)),
        dtype,
      ),
    ];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const input = at(inputs, 0);
    const output = at(outputs, 0);
    return [
      mapKernel(inputs, output, (index) => {
        let inside: Expr = k.bool(true);
        const source = index.map((position, axis) => {
          const place = k.sub(position, k.size(at(attrs.before, axis)));
          const spacing = k.size(at(attrs.spacing, axis));
          const step = k.idiv(place, spacing);
          if (at(attrs.before, axis) > 0) inside = k.and(inside, k.ge(place, k.i32(0)));
          if (at(attrs.spacing, axis) > 1) {
            inside = k.and(inside, k.eq(k.rem(place, spacing), k.i32(0)));
          }
          if (at(attrs.after, axis) > 0 || at(attrs.spacing, axis) > 1) {
            inside = k.and(inside, k.lt(step, k.size(at(input.shape, axis))));
          }
          return step;
        });
        const filler = read(at(inputs, 1), []);
        return fit(k.select(inside, read(input, source), filler), output.dtype);
      }),
    ];
  },
  grad: ({ inputs, attrs, dy, needs }) => {
    const { shape } = at(inputs, 0);
    const part = applyOne(stridedSliceOp, [dy], {
      starts: attrs.before,
      sizes: shape,
      strides: attrs.spacing,
    });
    return [part, needs[1] ? cast(sub(sum(dy), sum(part)), at(inputs, 1).dtype) : undefined];
  },
});

function padded(x: Tensor, attrs: PadAttrs, value: TensorLike): Tensor {
  return applyOne(padOp, [x, cast(asTensor(value), x.dtype)], attrs);
}

function requireRank(where: string, lists: readonly (readonly number[])[], shape: Shape): void {
  const wrong = lists.find((list) => list.length !== shape.length);
  if (wrong === undefined) return;
  throw new ShapeError({
    where,
    what: 'there must be one number for each axis',
    expected: `${shape.length} numbers for ${formatShape(shape)}`,
    received: `[${wrong.join(', ')}]`,
    fix: 'name every axis; starts of 0 and sizes of -1 keep an axis whole',
  });
}

function outside(where: string, axis: number, received: string, extent: number): ArgumentError {
  return new ArgumentError({
    where,
    what: `the part does not lie inside axis ${axis}`,
    expected: `0 to ${extent}`,
    received,
    fix: 'check the starts and sizes',
  });
}

/**
 * The block that begins at `starts` and has `sizes`; a size of -1 takes the rest of its axis,
 * negative starts count from the end.
 *
 * @example
 * ```ts
 * import { slice } from 'keratin';
 * console.log(await slice([[1, 2, 3], [4, 5, 6]], [0, 1], [-1, 2]).array()); // [ [ 2, 3 ], [ 5, 6 ] ]
 * ```
 */
export function slice(x: TensorLike, starts: readonly number[], sizes: readonly number[]): Tensor {
  const input = asTensor(x);
  requireList('slice', 'starts', starts);
  requireList('slice', 'sizes', sizes);
  requireRank('slice', [starts, sizes], input.shape);
  const from = starts.map((start, axis) => (start < 0 ? start + at(input.shape, axis) : start));
  const taken = sizes.map((size, axis) =>
    size === -1 ? at(input.shape, axis) - at(from, axis) : size,
  );
  for (const [axis, extent] of input.shape.entries()) {
    const start = at(from, axis);
    const size = at(taken, axis);
    if (start < 0 || size < 0 || start + size > extent) {
      throw outside('slice', axis, `start ${at(starts, axis)}, size ${at(sizes, axis)}`, extent);
    }
  }
  if (sameNumbers(taken, input.shape)) return input;
  return applyOne(stridedSliceOp, [input], {
    starts: from,
    sizes: taken,
    strides: from.map(() => 1),
  });
}

/**
 * Every `strides`-th element from `starts` up to (without) `stops`; negative positions count from
 * the end and positions beyond it are cut off, as in Python. Strides are positive.
 *
 * @example
 * ```ts
 * import { stridedSlice } from 'keratin';
 * console.log(await stridedSlice([0, 1, 2, 3, 4], [1], [-1], [2]).array()); // [ 1, 3 ]
 * ```
 */
export function stridedSlice(
  x: TensorLike,
  starts: readonly number[],
  stops: readonly number[],
  strides?: readonly number[],
): Tensor {
  const input = asTensor(x);
  requireList('stridedSlice', 'starts', starts);
  requireList('stridedSlice', 'stops', stops);
  const steps = strides ?? starts.map(() => 1);
  requireList('stridedSlice', 'strides', steps);
  requireRank('stridedSlice', [starts, stops, steps], input.shape);
  const bad = steps.find((stride) => !Number.isInteger(stride) || stride < 1);
  if (bad !== undefined) {
    throw new ArgumentError({
      where: 'stridedSlice',
      what: 'a stride is not a positive whole number',
      received: String(bad),
      fix: 'run backwards with flip',
    });
  }
  const clamp = (position: number, axis: number): number => {
    const extent = at(input.shape, axis);
    return Math.min(Math.max(position < 0 ? position + extent : position, 0), extent);
  };
  const from = starts.map(clamp);
  const sizes = stops.map((stop, axis) => {
    const span = clamp(stop, axis) - at(from, axis);
    return Math.max(0, Math.ceil(span / at(steps, axis)));
  });
  return applyOne(stridedSliceOp, [input], { starts: from, sizes, strides: steps });
}

/** The elements `start` to `start + count` along one axis. */
export function sliceAxis(x: Tensor, axis: number, start: number, count: number): Tensor {
  const place = normalizeAxis('slice', axis, x.rank);
  return slice(
    x,
    x.shape.map((_, index) => (index === place ? start : 0)),
    x.shape.map((extent, index) => (index === place ? count : extent)),
  );
}

/** Constant padding by a pair of widths for each axis. */
export function padConstant(
  x: Tensor,
  widths: readonly (readonly [number, number])[],
  value: TensorLike,
): Tensor {
  const before = widths.map(([front]) => front);
  const after = widths.map(([, back]) => back);
  return padded(x, { before, after, spacing: before.map(() => 1) }, value);
}

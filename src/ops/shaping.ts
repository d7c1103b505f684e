// The linear ops that every gradient rests on: cast, reshape, broadcastTo and sum.
// They stand in one file since the gradient of one is made of the others.

import { checkOptions, requireList } from '../core/arguments.js';
import { type DType, isFloat } from '../core/dtype.js';
import { ShapeError } from '../core/errors.js';
import { denseStrides, isDense, type Layout, layoutOf } from '../core/layout.js';
import { defineOp } from '../core/op.js';
import { at, product, sameNumbers } from '../core/sequence.js';
import type { Spec } from '../core/shape.js';
import {
  broadcastShapes,
  checkShape,
  formatShape,
  type Shape,
  sizeOf,
  spec,
} from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import { add, idiv, mul, rem, size } from '../kernels/ir/build.js';
import { broadcastIndex, mapKernel, read, reduceKernel } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import { applyOne, asTensor, requireDType, type TensorLike } from './convert.js';
import { fit, floatOf, readAs, totalOf } from './kernel-values.js';
import {
  innerSizes,
  joinIndex,
  keptShape,
  REDUCE_OPTIONS,
  type ReduceAttrs,
  type ReduceOptions,
  reduceAttrs,
  reducedShape,
} from './reduced-shape.js';

export const castOp = defineOp<{ readonly dtype: DType }>({
  name: 'cast',
  infer: (inputs, { dtype }) => [spec(at(inputs, 0).shape, dtype)],
  lower: ({ inputs, outputs }) => {
    const output = at(outputs, 0);
    const value = (index: readonly Expr[]) => fit(read(at(inputs, 0), index), output.dtype);
    return [mapKernel(inputs, output, value)];
  },
  grad: ({ inputs, dy }) => {
    const { dtype } = at(inputs, 0);
    return [isFloat(dtype) && isFloat(dy.dtype) ? cast(dy, dtype) : undefined];
  },
});

/**
 * The same values in another dtype. Floats become integers by dropping the fraction.
 *
 * @example
 * ```ts
 * import { cast, tensor } from 'keratin';
 * console.log(await cast(tensor([1.7, -1.7]), 'int32').array()); // [ 1, -1 ]
 * ```
 */
export function cast(x: TensorLike, dtype: DType): Tensor {
  const input = asTensor(x);
  requireDType('cast', dtype);
  return input.dtype === dtype ? input : applyOne(castOp, [input], { dtype });
}

/** The same values as floats: others than floats become float32. */
export function asFloat(x: TensorLike): Tensor {
  const input = asTensor(x);
  return cast(input, floatOf(input.dtype));
}

/** Strides that show `layout` as `shape` without moving a value; undefined where none do. */
function reshapedStrides(layout: Layout, shape: Shape): number[] | undefined {
  if (isDense(layout)) return denseStrides(shape);
  const old = layout.shape
    .map((extent, axis) => ({ extent, stride: at(layout.strides, axis) }))
    .filter(({ extent }) => extent !== 1);
  const strides = shape.map(() => 0);
  let from = 0;
  let to = 0;
  while (to < shape.length) {
    if (shape[to] === 1) {
      to++;
      continue;
    }
    // Old axes from..fromEnd hold as many elements as new axes to..toEnd.
    let fromEnd = from + 1;
    let toEnd = to + 1;
    let held = at(old, from).extent;
    let wanted = at(shape, to);
    while (held !== wanted) {
      if (wanted < held) wanted *= at(shape, toEnd++);
      else held *= at(old, fromEnd++).extent;
    }
    for (let axis = from; axis + 1 < fromEnd; axis++) {
      const inner = at(old, axis + 1);
      if (at(old, axis).stride !== inner.extent * inner.stride) return undefined;
    }
    let stride = at(old, fromEnd - 1).stride;
    for (let axis = toEnd - 1; axis >= to; axis--) {
      strides[axis] = stride;
      stride *= at(shape, axis);
    }
    from = fromEnd;
    to = toEnd;
  }
  return strides;
}

/** The index into `shape` of the element that stands at `index` of `other` in row-major order. */
function reshapedIndex(shape: Shape, other: Shape, index: readonly Expr[]): Expr[] {
  const strides = denseStrides(other);
  let rest = index.reduce<Expr>(
    (sum, position, axis) => add(sum, mul(position, size(at(strides, axis)))),
    size(0),
  );
  const result: Expr[] = [];
  const own = denseStrides(shape);
  for (const [axis, stride] of own.entries()) {
    if (at(shape, axis) === 1) {
      result.push(size(0));
      continue;
    }
    result.push(idiv(rest, size(stride)));
    rest = rem(rest, size(stride));
  }
  return result;
}

export const reshapeOp = defineOp<{ readonly shape: Shape }>({
  name: 'reshape',
  infer: (inputs, { shape }) => [spec(shape, at(inputs, 0).dtype)],
  lower: ({ inputs, outputs }) => {
    const input = at(inputs, 0);
    const output = at(outputs, 0);
    return [
      mapKernel(inputs, output, (index) =>
        read(input, reshapedIndex(input.shape, output.shape, index)),
      ),
    ];
  },
  grad: ({ inputs, dy }) => [reshape(dy, at(inputs, 0).shape)],
  view: (layout, { shape }) => {
    if (sizeOf(shape) === 0) return layoutOf(layout.dtype, shape);
    const strides = reshapedStrides(layout, shape);
    return strides && layoutOf(layout.dtype, shape, strides, layout.offset);
  },
});

/** `shape` with its one -1 replaced by the size that fits `count` elements. */
function resolveShape(shape: Shape, count: number, from: Shape): number[] {
  const unknown = shape.filter((extent) => extent === -1).length;
  const known = product(shape.filter((extent) => extent !== -1));
  const missing = known === 0 ? 0 : count / known;
  const resolved = shape.map((extent) => (extent === -1 ? missing : extent));
  if (unknown <= 1 && Number.isInteger(missing) && product(resolved) === count) {
    checkShape('reshape', resolved);
    return resolved;
  }
  throw new ShapeError({
    where: 'reshape',
    what: 'the new shape holds another number of elements',
    expected: `${count} elements, as ${formatShape(from)} has`,
    received: formatShape(shape),
    fix: 'choose sizes with the same product; one of them may be -1',
  });
}

/**
 * The same values in row-major order with another shape; one size may be -1.
 *
 * @example
 * ```ts
 * import { arange, reshape } from 'keratin';
 * console.log(await reshape(arange(4), [2, -1]).array()); // [ [ 0, 1 ], [ 2, 3 ] ]
 * ```
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const input = asTensor(x);
  requireList('reshape', 'the shape', shape);
  const target = resolveShape(shape, input.size, input.shape);
  if (sameNumbers(target, input.shape)) return input;
  return applyOne(reshapeOp, [input], { shape: target });
}

export const broadcastToOp = defineOp<{ readonly shape: Shape }>({
  name: 'broadcastTo',
  infer: (inputs, { shape }) => [spec(shape, at(inputs, 0).dtype)],
  lower: ({ inputs, outputs }) => {
    const input = at(inputs, 0);
    return [
      mapKernel(inputs, at(outputs, 0), (index) => read(input, broadcastIndex(input.shape, index))),
    ];
  },
  grad: ({ inputs, dy }) => [sumTo(dy, at(inputs, 0).shape)],
  view: (layout, { shape }) => {
    const extra = shape.length - layout.shape.length;
    const strides = shape.map((extent, axis) =>
      axis < extra || (layout.shape[axis - extra] === 1 && extent !== 1)
        ? 0
        : at(layout.strides, axis - extra),
    );
    return layoutOf(layout.dtype, shape, strides, layout.offset);
  },
});

/**
 * Repeats axes of size 1 (and adds axes in front) until `x` has `shape`, as NumPy broadcasts.
 *
 * @example
 * ```ts
 * import { broadcastTo } from 'keratin';
 * console.log(await broadcastTo([1, 2], [2, 2]).array()); // [ [ 1, 2 ], [ 1, 2 ] ]
 * ```
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const input = asTensor(x);
  checkShape('broadcastTo', shape);
  if (sameNumbers(input.shape, shape)) return input;
  if (!sameNumbers(broadcastShapes('broadcastTo', input.shape, shape), shape)) {
    throw new ShapeError({
      where: 'broadcastTo',
      what: 'the tensor is larger than the shape asked for',
      expected: `a shape that broadcasts to ${formatShape(shape)}`,
      received: formatShape(input.shape),
      fix: 'only axes of size 1 can be repeated',
    });
  }
  return applyOne(broadcastToOp, [input], { shape });
}

export const sumOp = defineOp<ReduceAttrs>({
  name: 'sum',
  infer: (inputs, attrs) => {
    const { shape, dtype } = at(inputs, 0);
    return [spec(reducedShape(shape, attrs), totalOf(dtype))];
  },
  lower: ({ inputs, outputs, attrs }) => {
    const input = at(inputs, 0);
    const output = at(outputs, 0);
    return [
      reduceKernel({
        inputs,
        output,
        over: innerSizes(input.shape, attrs.axes),
        by: 'sum',
        term: (index, inner) =>
          readAs(input, joinIndex(input.shape.length, attrs, index, inner), output.dtype),
      }),
    ];
  },
  grad: ({ inputs, attrs, dy }) => [spread(dy, at(inputs, 0), attrs.axes)],
});

/**
 * The sum over `axis` (all axes by default). Bools count as int32, uint8 as uint32.
 *
 * @example
 * ```ts
 * import { sum } from 'keratin';
 * console.log(await sum([[1, 2], [3, 4]], { axis: 0 }).array()); // [ 4, 6 ]
 * ```
 */
export function sum(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('sum', options, REDUCE_OPTIONS);
  const input = asTensor(x);
  return applyOne(sumOp, [input], reduceAttrs('sum', input.rank, options));
}

/** A reduced tensor repeated along the axes it was reduced over: the gradient of a sum. */
export function spread(reduced: Tensor, like: Spec, axes: readonly number[]): Tensor {
  return broadcastTo(reshape(reduced, keptShape(like.shape, axes)), like.shape);
}

/** The gradient of broadcasting: sums what was repeated until `shape` is left. */
function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameNumbers(x.shape, shape)) return x;
  const extra = x.rank - shape.length;
  const axis = x.shape.flatMap((extent, index) =>
    index < extra || (shape[index - extra] === 1 && extent !== 1) ? [index] : [],
  );
  return reshape(sum(x, { axis }), shape);
}

/** A gradient brought to the shape and dtype of the input it belongs to. */
export function gradientLike(gradient: Tensor, input: Spec): Tensor {
  return cast(sumTo(gradient, input.shape), input.dtype);
}

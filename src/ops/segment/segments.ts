// Reductions over slices with the same id: the largest, smallest or the product of each group.
// One thread combines a block of columns, in the order of the slices, so results never vary.
import { defineOp, type GradientRule, type Op } from '../../core/op.js';
import { at, product } from '../../core/sequence.js';
import { type Shape, spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import { denseElementOf, elementOf, inputBuffer, outputBuffer } from '../../kernels/ir/define.js';
import { type Expr, registerOf } from '../../kernels/ir/expr.js';
import type { View } from '../../kernels/ir/kernel.js';
import type { Loops } from '../../kernels/ir/loops.js';
import { div, mul } from '../arithmetic.js';
import { equal } from '../comparison.js';
import { applyOne, asTensor, type TensorLike } from '../convert.js';
import { addAlong, gather } from '../gather.js';
import { isFloatExpr } from '../kernel-values.js';
import { indexOf, parallelOver, serialOver } from '../loop-nests.js';
import { cast } from '../shaping.js';
import { where } from '../where.js';
import { segmentIds } from './ids.js';

interface SegmentAttrs {
  /** Ids from 0 to count - 1 have a slice in the result. */
  readonly count: number;
}

/** What a group starts with, and how one more element joins it. */
interface Joining {
  readonly start: (like: Expr) => Expr;
  readonly join: (total: Expr, element: Expr) => Expr;
}

function segmentLoops(
  name: string,
  [values, ids]: readonly [View, View],
  output: Shape,
  joining: Joining,
): Loops {
  const source = inputBuffer(values);
  const idSource = inputBuffer(ids);
  const target = outputBuffer({ shape: output, dtype: values.dtype });
  const inner = output.slice(1);
  const flat = [at(output, 0), product(inner)];
  const like = k.constant(registerOf(target.storage), 0);
  const body = parallelOver([product(inner)], (_, column) => {
    const rest = indexOf(column, inner);
    const clear = serialOver(at(output, 0), 'group', (group) => [
      k.store(target, denseElementOf(flat, [group, column]), joining.start(like)),
    ]);
    const combine = serialOver(at(values.shape, 0), 'slice', (slice) => {
      const group = k.newVar('group');
      const place = k.valueOf(group);
      const element = k.load(source, elementOf(values.layout, [slice, ...rest]));
      const into = denseElementOf(flat, [place, column]);
      const inside = k.and(k.ge(place, k.i32(0)), k.lt(place, k.size(at(output, 0))));
      return [
        k.declare(group, k.cast(k.load(idSource, elementOf(ids.layout, [slice])), 'i32')),
        k.when(inside, [k.store(target, into, joining.join(k.load(target, into), element))]),
      ];
    });
    return [clear, combine];
  });
  const buffers = [source, idSource, target];
  return { kind: 'loops', name, buffers, procedures: [], body: [body] };
}

function segmentOp(
  name: string,
  joining: Joining,
  grad: GradientRule<SegmentAttrs>,
): Op<SegmentAttrs> {
  return defineOp<SegmentAttrs>({
    name,
    infer: (inputs, { count }) => {
      const { shape, dtype } = at(inputs, 0);
      return [spec([count, ...shape.slice(1)], dtype)];
    },
    lower: ({ inputs, outputs }) => {
      const views = [at(inputs, 0), at(inputs, 1)] as const;
      return [segmentLoops(name, views, at(outputs, 0).shape, joining)];
    },
    grad,
  });
}

/** The least or greatest number of a register type: infinite for floats. */
function bound(like: Expr, sign: 1 | -1): Expr {
  if (isFloatExpr(like)) return k.literal(like, sign * Number.POSITIVE_INFINITY);
  if (like.type.scalar === 'u32') return k.literal(like, sign > 0 ? 2 ** 32 - 1 : 0);
  return k.literal(like, sign > 0 ? 2 ** 31 - 1 : -(2 ** 31));
}

/** Equal shares to all elements of a group that have its extreme value. */
const toExtremes: GradientRule<SegmentAttrs> = ({ inputs, outputs, attrs, dy }) => {
  const [x, ids] = [at(inputs, 0), at(inputs, 1)];
  const taken = cast(equal(x, gather(at(outputs, 0), ids)), x.dtype);
  const counts = addAlong(ids, taken, 0, attrs.count);
  return [mul(taken, div(gather(dy, ids), where(equal(taken, 0), 1, gather(counts, ids))))];
};

export const segmentMaxOp: Op<SegmentAttrs> = /* @__PURE__ */ segmentOp(
  'segmentMax',
  { start: (like) => bound(like, -1), join: k.max },
  toExtremes,
);

export const segmentMinOp: Op<SegmentAttrs> = /* @__PURE__ */ segmentOp(
  'segmentMin',
  { start: (like) => bound(like, 1), join: k.min },
  toExtremes,
);

/** The product of a group over an element of it: NaN for groups with a 0. */
export const segmentProdOp: Op<SegmentAttrs> = /* @__PURE__ */ segmentOp(
  'segmentProd',
  { start: (like) => k.literal(like, 1), join: k.mul },
  ({ inputs, outputs, dy }) => {
    const [x, ids] = [at(inputs, 0), at(inputs, 1)];
    return [div(gather(mul(dy, at(outputs, 0)), ids), x)];
  },
);

function grouped(op: Op<SegmentAttrs>, x: TensorLike, ids: TensorLike, count: number): Tensor {
  const input = asTensor(x);
  const places = segmentIds(op.name, input, ids, count);
  const isHalf = input.dtype === 'float16' || input.dtype === 'bfloat16';
  const wide = isHalf
    ? cast(input, 'float32')
    : input.dtype === 'bool'
      ? cast(input, 'int32')
      : input;
  const result = applyOne(op, [wide, places], { count });
  return isHalf ? cast(result, input.dtype) : result;
}

/**
 * The largest of the slices of x (along its first axis) that have the same id, for ids 0 to
 * count - 1; the lowest number there is where an id does not come.
 *
 * @example
 * ```ts
 * import { segmentMax } from 'keratin';
 * console.log(await segmentMax([1, 2, 4], [0, 0, 1], 2).array()); // [ 2, 4 ]
 * ```
 */
export function segmentMax(x: TensorLike, ids: TensorLike, count: number): Tensor {
  return grouped(segmentMaxOp, x, ids, count);
}

/**
 * The smallest of the slices of x that have the same id; the highest number there is where an id
 * does not come.
 *
 * @example
 * ```ts
 * import { segmentMin } from 'keratin';
 * console.log(await segmentMin([1, 2, 4], [0, 0, 1], 2).array()); // [ 1, 4 ]
 * ```
 */
export function segmentMin(x: TensorLike, ids: TensorLike, count: number): Tensor {
  return grouped(segmentMinOp, x, ids, count);
}

/**
 * The product of the slices of x that have the same id; 1 where an id does not come. The gradient
 * divides by x, so it is NaN for groups with a 0.
 *
 * @example
 * ```ts
 * import { segmentProd } from 'keratin';
 * console.log(await segmentProd([3, 2, 4], [0, 0, 1], 2).array()); // [ 6, 4 ]
 * ```
 */
export function segmentProd(x: TensorLike, ids: TensorLike, count: number): Tensor {
  return grouped(segmentProdOp, x, ids, count);
}

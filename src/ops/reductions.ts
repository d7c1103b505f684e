// Reductions with a kernel of their own: mean, prod, max, min, any, all.
import { checkOptions } from '../core/arguments.js';
import type { DType } from '../core/dtype.js';
import { ShapeError } from '../core/errors.js';
import { defineOp, type GradientRule, type NoGradient, type Op } from '../core/op.js';
import { at, product, range } from '../core/sequence.js';
import { formatShape, type Shape, type Spec, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { read, reduceKernel } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import type { Combine } from '../kernels/ir/kernel.js';
import { div, mul } from './arithmetic.js';
import { equal } from './comparison.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { eye } from './create.js';
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
import { cast, reshape, spread, sum } from './shaping.js';
import { expandDims, transpose } from './views.js';
import { where } from './where.js';

/** What a reduction op is made of. */
interface ReductionRule {
  readonly name: string;
  readonly by: Combine;
  readonly result: (input: DType) => DType;
  /** Combines whether elements are true (not 0). */
  readonly truth?: boolean;
  readonly finish?: (total: Expr, count: number) => Expr;
  /** Whether nothing can be reduced: a mean of nothing is NaN, a maximum of nothing is a fault. */
  readonly needsElements?: boolean;
  readonly grad: GradientRule<ReduceAttrs> | NoGradient;
}

function requireElements(where: string, shape: Shape, axes: readonly number[]): void {
  if (product(innerSizes(shape, axes)) > 0) return;
  throw new ShapeError({
    where,
    what: 'there are no elements to choose from',
    expected: 'reduced axes of at least size 1',
    received: formatShape(shape),
    fix: 'check that the tensor is not empty',
  });
}

/** The shape and dtype after a reduction. */
function reducedSpec(input: Spec, attrs: ReduceAttrs, dtype: DType): Spec {
  return spec(reducedShape(input.shape, attrs), dtype);
}

function reduction(rule: ReductionRule): Op<ReduceAttrs> {
  return defineOp<ReduceAttrs>({
    name: rule.name,
    infer: (inputs, attrs) => {
      const input = at(inputs, 0);
      if (rule.needsElements) requireElements(rule.name, input.shape, attrs.axes);
      return [reducedSpec(input, attrs, rule.result(input.dtype))];
    },
    lower: ({ inputs, outputs, attrs }) => {
      const input = at(inputs, 0);
      const output = at(outputs, 0);
      const over = innerSizes(input.shape, attrs.axes);
      const count = product(over);
      return [
        reduceKernel({
          inputs,
          output,
          over,
          by: rule.by,
          term: (index, inner) => {
            const place = joinIndex(input.shape.length, attrs, index, inner);
            if (rule.truth) return k.cast(read(input, place), 'bool');
            return readAs(input, place, output.dtype);
          },
          finish: (total) => fit(rule.finish?.(total, count) ?? total, output.dtype),
        }),
      ];
    },
    grad: rule.grad,
  });
}

function reduceWith(op: Op<ReduceAttrs>, x: TensorLike, options: ReduceOptions): Tensor {
  const input = asTensor(x);
  return applyOne(op, [input], reduceAttrs(op.name, input.rank, options));
}

/** The number of elements as a value that shapes decide. */
export function countOf(total: Expr, count: number): Expr {
  return k.cast(k.size(count), total.type.scalar);
}

export const meanOp: Op<ReduceAttrs> = /* @__PURE__ */ reduction({
  name: 'mean',
  by: 'sum',
  result: floatOf,
  finish: (total, count) => k.div(total, countOf(total, count)),
  grad: ({ inputs, attrs, dy }) => {
    const input = at(inputs, 0);
    const count = product(innerSizes(input.shape, attrs.axes));
    return [spread(div(dy, count), input, attrs.axes)];
  },
});

/**
 * The mean over `axis` (all axes by default); integers give float32.
 *
 * @example
 * ```ts
 * import { mean } from 'keratin';
 * console.log(await mean([[1, 2], [3, 6]], { axis: 1 }).array()); // [ 1.5, 4.5 ]
 * ```
 */
export function mean(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('mean', options, REDUCE_OPTIONS);
  return reduceWith(meanOp, x, options);
}

/** For each element the product of all others along `axes`: zeros do no harm, unlike division. */
function productOfOthers(x: Tensor, axes: readonly number[]): Tensor {
  const kept = range(x.rank).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const moved = transpose(x, order);
  const count = product(innerSizes(x.shape, axes));
  const rows = reshape(moved, [...kept.map((axis) => at(x.shape, axis)), count]);
  const others = where(eye(count, count, { dtype: 'bool' }), 1, expandDims(rows, -2));
  const result = reshape(prod(others, { axis: -1 }), moved.shape);
  return transpose(
    result,
    range(x.rank).map((axis) => order.indexOf(axis)),
  );
}

export const prodOp: Op<ReduceAttrs> = /* @__PURE__ */ reduction({
  name: 'prod',
  by: 'prod',
  result: totalOf,
  grad: ({ inputs, attrs, dy }) => {
    const x = at(inputs, 0);
    return [mul(spread(dy, x, attrs.axes), productOfOthers(x, attrs.axes))];
  },
});

/**
 * The product over `axis` (all axes by default). Its gradient takes memory in the square of the
 * number of elements multiplied, so that zeros are no trouble.
 *
 * @example
 * ```ts
 * import { prod } from 'keratin';
 * console.log(await prod([2, 3, 4]).item()); // 24
 * ```
 */
export function prod(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('prod', options, REDUCE_OPTIONS);
  return reduceWith(prodOp, x, options);
}

/** The gradient of max and min: equal shares to all elements that have the extreme value. */
const toExtremes: GradientRule<ReduceAttrs> = ({ inputs, outputs, attrs, dy }) => {
  const x = at(inputs, 0);
  const kept = keptShape(x.shape, attrs.axes);
  const taken = equal(x, reshape(at(outputs, 0), kept));
  const count = sum(cast(taken, x.dtype), { axis: attrs.axes, keepDims: true });
  return [where(taken, div(reshape(dy, kept), count), 0)];
};

const same = (dtype: DType): DType => dtype;

export const maxOp: Op<ReduceAttrs> = /* @__PURE__ */ reduction({
  name: 'max',
  by: 'max',
  result: same,
  needsElements: true,
  grad: toExtremes,
});

/**
 * The largest element over `axis` (all axes by default); NaN if any is NaN.
 *
 * @example
 * ```ts
 * import { max } from 'keratin';
 * console.log(await max([[1, 5], [3, 2]], { axis: 0 }).array()); // [ 3, 5 ]
 * ```
 */
export function max(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('max', options, REDUCE_OPTIONS);
  return reduceWith(maxOp, x, options);
}

export const minOp: Op<ReduceAttrs> = /* @__PURE__ */ reduction({
  name: 'min',
  by: 'min',
  result: same,
  needsElements: true,
  grad: toExtremes,
});

/**
 * The smallest element over `axis` (all axes by default); NaN if any is NaN.
 *
 * @example
 * ```ts
 * import { min } from 'keratin';
 * console.log(await min([[1, 5], [3, 2]], { axis: 0 }).array()); // [ 1, 2 ]
 * ```
 */
export function min(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('min', options, REDUCE_OPTIONS);
  return reduceWith(minOp, x, options);
}

const bool = (): DType => 'bool';

export const anyOp: Op<ReduceAttrs> = /* @__PURE__ */ reduction({
  name: 'any',
  by: 'or',
  result: bool,
  truth: true,
  grad: { none: 'the result is a bool' },
});

/**
 * Whether any element over `axis` (all axes by default) is true (not 0).
 *
 * @example
 * ```ts
 * import { any } from 'keratin';
 * console.log(await any([[false, true], [false, false]], { axis: 1 }).array()); // [ true, false ]
 * ```
 */
export function any(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('any', options, REDUCE_OPTIONS);
  return reduceWith(anyOp, x, options);
}

export const allOp: Op<ReduceAttrs> = /* @__PURE__ */ reduction({
  name: 'all',
  by: 'and',
  result: bool,
  truth: true,
  grad: { none: 'the result is a bool' },
});

/**
 * Whether all elements over `axis` (all axes by default) are true (not 0).
 *
 * @example
 * ```ts
 * import { all } from 'keratin';
 * console.log(await all([[true, true], [true, false]], { axis: 1 }).array()); // [ true, false ]
 * ```
 */
export function all(x: TensorLike, options: ReduceOptions = {}): Tensor {
  checkOptions('all', options, REDUCE_OPTIONS);
  return reduceWith(allOp, x, options);
}

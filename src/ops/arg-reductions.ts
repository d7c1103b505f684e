// Positions of the largest and smallest elements: argMax and argMin.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ShapeError } from '../core/errors.js';
import { defineOp, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { formatShape, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { computeKernel, outputAt, position, stageResult } from '../kernels/ir/define.js';
import type { Expr } from '../kernels/ir/expr.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { isFloatExpr, readAs } from './kernel-values.js';
import { type ReduceAttrs, reduceAttrs, reducedShape } from './reduced-shape.js';
import { rowsOf } from './rows.js';
import { reshape } from './shaping.js';

/** Which axis to search; all elements in row-major order by default. */
export interface ArgOptions {
  readonly axis?: number | undefined;
  readonly keepDims?: boolean | undefined;
}

/** The names of {@link ArgOptions}. */
export const ARG_OPTIONS: OptionNames<ArgOptions> = { axis: true, keepDims: true };

const BEYOND = 0x7fffffff;

/** Whether `value` is the one looked for; NaN always is, so that the first NaN wins. */
export function isExtreme(value: Expr, extreme: Expr): Expr {
  const equal = k.eq(value, extreme);
  return isFloatExpr(value) ? k.or(equal, k.ne(value, value)) : equal;
}

function argOp(name: string, by: 'max' | 'min'): Op<ReduceAttrs> {
  return defineOp<ReduceAttrs>({
    name,
    infer: (inputs, attrs) => {
      const { shape } = at(inputs, 0);
      if (shape[at(attrs.axes, 0)] === 0) {
        throw new ShapeError({
          where: name,
          what: 'there are no elements to choose from',
          received: formatShape(shape),
          fix: 'check that the tensor is not empty',
        });
      }
      return [spec(reducedShape(shape, attrs), 'int32')];
    },
    lower: ({ inputs, outputs, attrs }) => {
      const input = at(inputs, 0);
      const rows = rowsOf(input.shape, attrs.axes);
      const value = readAs(input, rows.index, input.dtype);
      const extreme = stageResult(0, value);
      const place = position(at(rows.inner, 0));
      const found = k.select(isExtreme(value, extreme), place, k.i32(BEYOND));
      const output = outputAt(
        0,
        at(outputs, 0),
        rows.result(attrs.keepDims),
        stageResult(1, found),
      );
      const stages = [
        { over: rows.inner, by, body: value },
        { over: rows.inner, by: 'min' as const, body: found },
      ];
      return [computeKernel(inputs, rows.outer, stages, [output])];
    },
    grad: { none: 'positions are whole numbers' },
  });
}

function search(op: Op<ReduceAttrs>, x: TensorLike, options: ArgOptions): Tensor {
  const input = asTensor(x);
  if (options.axis !== undefined) {
    return applyOne(op, [input], reduceAttrs(op.name, input.rank, options));
  }
  const found = applyOne(op, [reshape(input, [-1])], { axes: [0], keepDims: false });
  return options.keepDims
    ? reshape(
        found,
        input.shape.map(() => 1),
      )
    : found;
}

export const argMaxOp: Op<ReduceAttrs> = /* @__PURE__ */ argOp('argMax', 'max');
export const argMinOp: Op<ReduceAttrs> = /* @__PURE__ */ argOp('argMin', 'min');

/**
 * The position of the (first) largest element along `axis`, as int32; the first NaN if any.
 *
 * @example
 * ```ts
 * import { argMax } from 'keratin';
 * console.log(await argMax([[1, 5], [3, 2]], { axis: 1 }).array()); // [ 1, 0 ]
 * ```
 */
export function argMax(x: TensorLike, options: ArgOptions = {}): Tensor {
  checkOptions('argMax', options, ARG_OPTIONS);
  return search(argMaxOp, x, options);
}

/**
 * The position of the (first) smallest element along `axis`, as int32; the first NaN if any.
 *
 * @example
 * ```ts
 * import { argMin } from 'keratin';
 * console.log(await argMin([[1, 5], [3, 2]], { axis: 1 }).array()); // [ 0, 1 ]
 * ```
 */
export function argMin(x: TensorLike, options: ArgOptions = {}): Tensor {
  checkOptions('argMin', options, ARG_OPTIONS);
  return search(argMinOp, x, options);
}

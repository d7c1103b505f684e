// Running sums and products along an axis, one row to a thread.
import { defineOp, type GradientRule, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { normalizeAxis, type Shape, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { denseElementOf, elementOf, inputBuffer, outputBuffer } from '../kernels/ir/define.js';
import { type Expr, typeOf } from '../kernels/ir/expr.js';
import type { View } from '../kernels/ir/kernel.js';
import type { Stmt } from '../kernels/ir/loops.js';
import { div, mul } from './arithmetic.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { numberOf, workScalar } from './kernel-values.js';
import { parallelOver, serialOver } from './loop-nests.js';
import { cast } from './shaping.js';

interface CumulativeAttrs {
  readonly axis: number;
  readonly reverse: boolean;
  /** Leaves each element out of its own sum. */
  readonly exclusive: boolean;
}

/** One way to put elements together. */
interface Running {
  readonly start: number;
  readonly combine: (total: Expr, element: Expr) => Expr;
}

function cumulativeLoops(
  input: View,
  shape: Shape,
  attrs: CumulativeAttrs,
  running: Running,
): {
  readonly body: Stmt;
  readonly buffers: [ReturnType<typeof inputBuffer>, ReturnType<typeof inputBuffer>];
} {
  const source = inputBuffer(input);
  const target = outputBuffer({ shape, dtype: input.dtype });
  const { axis, reverse, exclusive } = attrs;
  const rows = shape.map((extent, index) => (index === axis ? 1 : extent));
  const scalar = workScalar(input.dtype);
  const body = parallelOver(rows, (row) => {
    const total = k.newVar('total', typeOf(scalar));
    const step = serialOver(at(shape, axis), 'place', (number) => {
      const place = reverse ? k.sub(k.size(at(shape, axis) - 1), number) : number;
      const index = row.map((position, other) => (other === axis ? place : position));
      const element = k.load(source, elementOf(input.layout, index));
      const store = k.store(target, denseElementOf(shape, index), k.valueOf(total));
      const advance = k.set(total, running.combine(k.valueOf(total), element));
      return exclusive ? [store, advance] : [advance, store];
    });
    return [k.declare(total, k.constant(scalar, running.start)), step];
  });
  return { body, buffers: [source, target] };
}

function cumulativeOp(
  name: string,
  running: Running,
  grad: GradientRule<CumulativeAttrs>,
): Op<CumulativeAttrs> {
  return defineOp<CumulativeAttrs>({
    name,
    infer: (inputs) => [spec(at(inputs, 0).shape, at(inputs, 0).dtype)],
    lower: ({ inputs, outputs, attrs }) => {
      const { shape } = at(outputs, 0);
      const { body, buffers } = cumulativeLoops(at(inputs, 0), shape, attrs, running);
      return [{ kind: 'loops', name, buffers, procedures: [], body: [body] }];
    },
    grad,
  });
}

export const cumsumOp: Op<CumulativeAttrs> = /* @__PURE__ */ cumulativeOp(
  'cumsum',
  { start: 0, combine: k.add },
  ({ attrs, dy }) => [applyOne(cumsumOp, [dy], { ...attrs, reverse: !attrs.reverse })],
);

/** dx = (sum of the products that hold x, each times its dy) / x: NaN where x is 0. */
export const cumprodOp: Op<CumulativeAttrs> = /* @__PURE__ */ cumulativeOp(
  'cumprod',
  { start: 1, combine: k.mul },
  ({ inputs, outputs, attrs, dy }) => {
    const weighted = mul(dy, at(outputs, 0));
    const sums = applyOne(cumsumOp, [weighted], { ...attrs, reverse: !attrs.reverse });
    return [div(sums, at(inputs, 0))];
  },
);

/** Along which axis, from which end, and with or without the element itself. */
export interface CumulativeOptions {
  /** The last axis by default. */
  readonly axis?: number | undefined;
  readonly reverse?: boolean | undefined;
  readonly exclusive?: boolean | undefined;
}

function running(op: Op<CumulativeAttrs>, x: TensorLike, options: CumulativeOptions): Tensor {
  const input = asTensor(x);
  const axis = normalizeAxis(op.name, options.axis ?? -1, input.rank);
  const { reverse = false, exclusive = false } = options;
  const isHalf = input.dtype === 'float16' || input.dtype === 'bfloat16';
  const wide = cast(input, isHalf ? 'float32' : numberOf(input.dtype));
  const result = applyOne(op, [wide], { axis, reverse, exclusive });
  return isHalf ? cast(result, input.dtype) : result;
}

/**
 * The sum of all elements up to each one, along `axis` (the last by default).
 *
 * @example
 * ```ts
 * import { cumsum } from 'keratin';
 * console.log(await cumsum([1, 2, 3]).array()); // [ 1, 3, 6 ]
 * ```
 */
export function cumsum(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return running(cumsumOp, x, options);
}

/**
 * The product of all elements up to each one, along `axis` (the last by default). Its gradient
 * divides by x, so it is NaN where x is 0.
 *
 * @example
 * ```ts
 * import { cumprod } from 'keratin';
 * console.log(await cumprod([1, 2, 3]).array()); // [ 1, 2, 6 ]
 * ```
 */
export function cumprod(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  return running(cumprodOp, x, options);
}

// Running sums and products along an axis, one row to a thread.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { defineOp, type GradientRule, type Op } from '../core/op.js';
import { at } from '../core/sequence.js';
import { normalizeAxis, type Shape, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { denseElementOf, elementOf, inputBuffer, outputBuffer } from '../kernels/ir/define.js';
import { type Expr, typeOf } from '../kernels/ir/expr.js';
import type { View } from '../kernels/ir/kernel.js';
import type { Stmt } from '../kernels/ir/loops.js';
import { mul } from './arithmetic.js';
import { applyOne, asTensor, type TensorLike } from './convert.js';
import { numberOf, workScalar } from './kernel-values.js';
import { parallelOver, serialOver } from './loop-nests.js';
import { cast } from './shaping.js';
import { padConstant, sliceAxis } from './slicing.js';

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

/**
 * dx at i sums, over every product that holds it, dy times the product's other factors. Those in
 * front of i are the running product without it, p. Those behind follow from the back:
 * g(i) = dy(i) + x(i + 1) g(i + 1), and dx = p g. Nothing is divided, so zeros do no harm.
 */
const fromProducts: GradientRule<CumulativeAttrs> = ({ inputs, attrs, dy }) => {
  const x = at(inputs, 0);
  if (attrs.exclusive) return [exclusiveSlope(x, dy, attrs)];
  const before = applyOne(cumprodOp, [x], { ...attrs, exclusive: true });
  return [mul(before, applyOne(backwardSumOp, [x, dy], attrs))];
};

/** Where an element is not in its own product, dy moves one place towards where products start. */
function exclusiveSlope(x: Tensor, dy: Tensor, attrs: CumulativeAttrs): Tensor {
  const { axis, reverse } = attrs;
  const count = at(x.shape, axis);
  if (count <= 1) return mul(x, 0);
  const moved = shiftedAlong(dy, axis, reverse ? 1 : -1, count);
  const before = applyOne(cumprodOp, [x], attrs);
  return mul(before, applyOne(backwardSumOp, [x, moved], { ...attrs, exclusive: false }));
}

/** g(i) = dy(i) + x(i + 1) g(i + 1) for inputs x and dy; with `reverse` from the other end. */
export const backwardSumOp: Op<CumulativeAttrs> = defineOp<CumulativeAttrs>({
  name: 'backwardSum',
  infer: (inputs) => [at(inputs, 1)],
  lower: ({ inputs, outputs, attrs }) => {
    const [x, dy] = [at(inputs, 0), at(inputs, 1)];
    const { shape } = at(outputs, 0);
    const [source, slopes] = [inputBuffer(x), inputBuffer(dy)];
    const target = outputBuffer(at(outputs, 0));
    const { axis, reverse } = attrs;
    const last = k.size(at(shape, axis) - 1);
    const rows = shape.map((extent, index) => (index === axis ? 1 : extent));
    const zero = k.constant(workScalar(dy.dtype), 0);
    const body = parallelOver(rows, (row) => {
      // What reaches the next place: x(i + 1) g(i + 1).
      const reached = k.newVar('reached', zero.type);
      const total = k.newVar('total', zero.type);
      const step = serialOver(at(shape, axis), 'place', (number) => {
        const place = reverse ? number : k.sub(last, number);
        const index = row.map((position, other) => (other === axis ? place : position));
        const slope = k.load(slopes, elementOf(dy.layout, index));
        const element = k.load(source, elementOf(x.layout, index));
        return [
          k.declare(total, k.add(slope, k.valueOf(reached))),
          k.store(target, denseElementOf(shape, index), k.valueOf(total)),
          k.set(reached, k.mul(element, k.valueOf(total))),
        ];
      });
      return [k.declare(reached, zero), step];
    });
    const buffers = [source, slopes, target];
    return [{ kind: 'loops', name: 'backwardSum', buffers, procedures: [], body: [body] }];
  },
  // The same recurrence from the other end: h(i) = u(i) + x(i) h(i - 1) reaches dy, and what
  // multiplies x(i + 1) is h(i) g(i + 1).
  grad: ({ inputs, outputs, attrs, dy: upstream }) => {
    const x = at(inputs, 0);
    const { axis, reverse } = attrs;
    const count = at(x.shape, axis);
    const other = { ...attrs, reverse: !reverse };
    // The op multiplies by the element it leaves, here by the one it comes to: x moves one place.
    const next = shiftedAlong(x, axis, reverse ? 1 : -1, count);
    const h = applyOne(backwardSumOp, [next, upstream], other);
    return [mul(shiftedAlong(h, axis, reverse ? -1 : 1, count), at(outputs, 0)), h];
  },
});

/** x moved `by` (1 or -1) places along an axis; 0 comes in. */
function shiftedAlong(x: Tensor, axis: number, by: 1 | -1, count: number): Tensor {
  if (count === 0) return x;
  const kept = sliceAxis(x, axis, by > 0 ? 0 : 1, count - 1);
  const edge: readonly [number, number] = by > 0 ? [1, 0] : [0, 1];
  const widths = x.shape.map((_, other) => (other === axis ? edge : ([0, 0] as const)));
  return padConstant(kept, widths, 0);
}

export const cumprodOp: Op<CumulativeAttrs> = /* @__PURE__ */ cumulativeOp(
  'cumprod',
  { start: 1, combine: k.mul },
  fromProducts,
);

/** Along which axis, from which end, and with or without the element itself. */
export interface CumulativeOptions {
  /** The last axis by default. */
  readonly axis?: number | undefined;
  readonly reverse?: boolean | undefined;
  readonly exclusive?: boolean | undefined;
}

/** The names of {@link CumulativeOptions}. */
export const CUMULATIVE_OPTIONS: OptionNames<CumulativeOptions> = {
  axis: true,
  reverse: true,
  exclusive: true,
};

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
  checkOptions('cumsum', options, CUMULATIVE_OPTIONS);
  return running(cumsumOp, x, options);
}

/**
 * The product of all elements up to each one, along `axis` (the last by default).
 *
 * @example
 * ```ts
 * import { cumprod } from 'keratin';
 * console.log(await cumprod([1, 2, 3]).array()); // [ 1, 2, 6 ]
 * ```
 */
export function cumprod(x: TensorLike, options: CumulativeOptions = {}): Tensor {
  checkOptions('cumprod', options, CUMULATIVE_OPTIONS);
  return running(cumprodOp, x, options);
}

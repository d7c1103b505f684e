// Choosing element by element: where, clip, maximum and minimum.
import { type DType, isFloat, isInteger, promote } from '../core/dtype.js';
import { defineOp } from '../core/op.js';
import { at } from '../core/sequence.js';
import { broadcastShapes, type Spec, spec } from '../core/shape.js';
import type { Tensor } from '../core/tensor.js';
import * as k from '../kernels/ir/build.js';
import { broadcastIndex, mapKernel, read } from '../kernels/ir/define.js';
import { type Expr, scalarOf } from '../kernels/ir/expr.js';
import { mul } from './arithmetic.js';
import { equal, greater, less } from './comparison.js';
import { applyOne, asTensor, operands, type TensorLike } from './convert.js';
import { type BinaryFunction, binary } from './elementwise.js';
import { fit, numberOf, readAs } from './kernel-values.js';
import { cast, gradientLike } from './shaping.js';

function commonShape(where: string, inputs: readonly Spec[]): readonly number[] {
  return inputs.reduce<readonly number[]>(
    (shape, input) => broadcastShapes(where, shape, input.shape),
    [],
  );
}

export const whereOp = defineOp({
  name: 'where',
  infer: (inputs) => {
    const dtype = promote(at(inputs, 1).dtype, at(inputs, 2).dtype);
    return [spec(commonShape('where', inputs), dtype)];
  },
  lower: ({ inputs, outputs }) => {
    const [test, yes, no] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
    const output = at(outputs, 0);
    const scalar = scalarOf(output.dtype);
    return [
      mapKernel(inputs, output, (index) =>
        k.select(
          k.cast(read(test, broadcastIndex(test.shape, index)), 'bool'),
          k.cast(read(yes, broadcastIndex(yes.shape, index)), scalar),
          k.cast(read(no, broadcastIndex(no.shape, index)), scalar),
        ),
      ),
    ];
  },
  grad: ({ inputs, dy, needs }) => {
    const [test, yes, no] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
    return [
      undefined,
      needs[1] ? gradientLike(where(test, dy, 0), yes) : undefined,
      needs[2] ? gradientLike(where(test, 0, dy), no) : undefined,
    ];
  },
});

/**
 * `yes` where `test` is true (not 0), else `no`; the three broadcast together.
 *
 * @example
 * ```ts
 * import { where } from 'keratin';
 * console.log(await where([true, false], [1, 2], 0).array()); // [ 1, 0 ]
 * ```
 */
export function where(test: TensorLike, yes: TensorLike, no: TensorLike): Tensor {
  return applyOne(whereOp, [asTensor(test), ...operands([yes, no])], undefined);
}

/** Half of dy to each side where the two are equal, else all of it to the one taken. */
function shared(taken: Tensor, tied: Tensor, dy: Tensor): Tensor {
  return where(tied, mul(dy, 0.5), where(taken, dy, 0));
}

/**
 * The larger of a and b; NaN where either is NaN. At ties each gets half of the gradient.
 *
 * @example
 * ```ts
 * import { maximum } from 'keratin';
 * console.log(await maximum([1, 5], 3).array()); // [ 3, 5 ]
 * ```
 */
export const maximum: BinaryFunction = /* @__PURE__ */ binary({
  name: 'maximum',
  gives: 'number',
  body: k.max,
  grad: ({ inputs, dy, needs }) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const tied = equal(a, b);
    return [
      needs[0] ? gradientLike(shared(greater(a, b), tied, dy), a) : undefined,
      needs[1] ? gradientLike(shared(less(a, b), tied, dy), b) : undefined,
    ];
  },
});

/**
 * The smaller of a and b; NaN where either is NaN. At ties each gets half of the gradient.
 *
 * @example
 * ```ts
 * import { minimum } from 'keratin';
 * console.log(await minimum([1, 5], 3).array()); // [ 1, 3 ]
 * ```
 */
export const minimum: BinaryFunction = /* @__PURE__ */ binary({
  name: 'minimum',
  gives: 'number',
  body: k.min,
  grad: ({ inputs, dy, needs }) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const tied = equal(a, b);
    return [
      needs[0] ? gradientLike(shared(less(a, b), tied, dy), a) : undefined,
      needs[1] ? gradientLike(shared(greater(a, b), tied, dy), b) : undefined,
    ];
  },
});

export const clipOp = defineOp({
  name: 'clip',
  infer: (inputs) => {
    const dtype = inputs.map((input) => input.dtype).reduce<DType>(promote, at(inputs, 0).dtype);
    return [spec(commonShape('clip', inputs), numberOf(dtype))];
  },
  lower: ({ inputs, outputs }) => {
    const output = at(outputs, 0);
    return [
      mapKernel(inputs, output, (index) => {
        const value = (input: number): Expr => {
          const view = at(inputs, input);
          return readAs(view, broadcastIndex(view.shape, index), output.dtype);
        };
        return fit(k.min(k.max(value(0), value(1)), value(2)), output.dtype);
      }),
    ];
  },
  grad: ({ inputs, dy, needs }) => {
    const [x, low, high] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)];
    // As minimum(maximum(x, low), high) has it: who is equal shares.
    const raised = maximum(x, low);
    const under = shared(less(raised, high), equal(raised, high), dy);
    const pass = (input: Tensor, gradient: Tensor): Tensor | undefined =>
      isFloat(input.dtype) ? gradientLike(gradient, input) : undefined;
    return [
      needs[0] ? pass(x, shared(greater(x, low), equal(x, low), under)) : undefined,
      needs[1] ? pass(low, shared(less(x, low), equal(x, low), under)) : undefined,
      needs[2] ? pass(high, shared(greater(raised, high), equal(raised, high), dy)) : undefined,
    ];
  },
});

/** `x`, where bools count as whole numbers. */
export function ofNumbers(x: Tensor): Tensor {
  return x.dtype === 'bool' ? cast(x, 'int32') : x;
}

/** A bound for `x`: a whole number takes the dtype of whole numbers beside it, whether it fits or not. */
export function bound(value: TensorLike, x: Tensor): TensorLike {
  const isWhole = typeof value === 'number' && Number.isInteger(value);
  return isWhole && isInteger(x.dtype) ? asTensor(value, x.dtype) : value;
}

/**
 * x held between `low` and `high`; NaN stays NaN. As in Keras on JAX, bounds share the gradient where x
 * equals them, and whole numbers wrap around where those of x do not hold them: -1 is 255 among uint8.
 *
 * @example
 * ```ts
 * import { clip } from 'keratin';
 * console.log(await clip([-1, 0.5, 2], 0, 1).array()); // [ 0, 0.5, 1 ]
 * ```
 */
export function clip(x: TensorLike, low: TensorLike, high: TensorLike): Tensor {
  if (typeof x === 'number') return applyOne(clipOp, operands([x, low, high]), undefined);
  const input = ofNumbers(asTensor(x));
  const bounds = [bound(low, input), bound(high, input)];
  return applyOne(clipOp, operands([input, ...bounds]), undefined);
}

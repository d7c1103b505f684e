// Numbers as bit patterns: the same 32 bits read as another dtype.
import type { DType } from '../../core/dtype.js';
import { DTypeError } from '../../core/errors.js';
import { defineOp, type Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import { mapKernel, read } from '../../kernels/ir/define.js';
import { scalarOf } from '../../kernels/ir/expr.js';
import { add, sub } from '../arithmetic.js';
import { equal, greater, isNaN, less, logicalOr } from '../comparison.js';
import {
  applyOne,
  asTensor,
  operands,
  requireDType,
  type TensorLike,
  tensorOf,
} from '../convert.js';
import { asFloat } from '../shaping.js';
import { where } from '../where.js';

interface ViewAttrs {
  readonly dtype: DType;
}

export const viewOp: Op<ViewAttrs> = defineOp<ViewAttrs>({
  name: 'view',
  infer: (inputs, { dtype }) => [spec(at(inputs, 0).shape, dtype)],
  lower: ({ inputs, outputs, attrs }) => [
    mapKernel(inputs, at(outputs, 0), (index) =>
      k.bitcast(read(at(inputs, 0), index), scalarOf(attrs.dtype)),
    ),
  ],
  grad: { none: 'bit patterns do not change smoothly' },
});

const WORDS: readonly DType[] = ['float32', 'int32', 'uint32'];

/**
 * x with its bits read as another dtype of four bytes: float32, int32 or uint32.
 *
 * @example
 * ```ts
 * import { view } from 'keratin';
 * console.log(await view([1], 'int32').array()); // [ 1065353216 ]
 * ```
 */
export function view(x: TensorLike, dtype: DType): Tensor {
  const input = asTensor(x);
  requireDType('view', dtype);
  if (input.dtype === dtype) return input;
  const wrong = [input.dtype, dtype].find((one) => !WORDS.includes(one));
  if (wrong === undefined) return applyOne(viewOp, [input], { dtype });
  throw new DTypeError({
    where: 'view',
    what: 'only dtypes of four bytes can be read as each other',
    expected: WORDS.join(', '),
    received: wrong,
    fix: 'use cast to convert the numbers themselves',
  });
}

/**
 * The float32 next to a in the direction of b; a itself where they are equal. Whole numbers and bools
 * count as float32.
 *
 * @example
 * ```ts
 * import { nextAfter } from 'keratin';
 * console.log((await nextAfter([1], [2]).item()) - 1 === 2 ** -23); // true
 * ```
 */
export function nextAfter(a: TensorLike, b: TensorLike): Tensor {
  const pair = operands([a, b]);
  const [start, target] = [asFloat(at(pair, 0)), asFloat(at(pair, 1))];
  const bits = view(start, 'int32');
  // Positive numbers grow with their bits, negative ones shrink; 0 steps to the smallest number.
  const grows = equal(greater(target, start), greater(start, 0));
  const beside = where(grows, add(bits, 1), sub(bits, 1));
  const smallest = tensorOf(1, 'int32');
  const fromZero = where(less(target, 0), tensorOf(-0x7fffffff, 'int32'), smallest);
  const moved = view(where(equal(start, 0), fromZero, beside), 'float32');
  const isDone = equal(start, target);
  const result = where(isDone, target, moved);
  return where(logicalOr(isNaN(start), isNaN(target)), Number.NaN, result);
}

// Greatest common divisors by Euclid's algorithm, one pair to a step of a parallel loop.
import { isInteger, promote } from '../../core/dtype.js';
import { DTypeError } from '../../core/errors.js';
import { defineOp, type Op } from '../../core/op.js';
import { at } from '../../core/sequence.js';
import { broadcastShapes, spec } from '../../core/shape.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import {
  broadcastIndex,
  denseElementOf,
  elementOf,
  inputBuffer,
  outputBuffer,
} from '../../kernels/ir/define.js';
import { I32 } from '../../kernels/ir/expr.js';
import { mul } from '../arithmetic.js';
import { applyOne, asTensor, operands, type TensorLike } from '../convert.js';
import { floorDiv } from '../division.js';
import { parallelOver } from '../loop-nests.js';
import { abs } from '../powers.js';
import { cast } from '../shaping.js';
import { maximum } from '../where.js';

/** Inputs: two int32 tensors that broadcast. */
export const gcdOp: Op = defineOp({
  name: 'gcd',
  infer: (inputs) => [
    spec(broadcastShapes('gcd', at(inputs, 0).shape, at(inputs, 1).shape), 'int32'),
  ],
  lower: ({ inputs, outputs }) => {
    const output = at(outputs, 0);
    const sources = inputs.map(inputBuffer);
    const target = outputBuffer(output);
    const body = parallelOver(output.shape, (index) => {
      const [a, b, rest] = [k.newVar('a', I32), k.newVar('b', I32), k.newVar('rest', I32)];
      const element = (which: number) => {
        const view = at(inputs, which);
        const place = elementOf(view.layout, broadcastIndex(view.shape, index));
        return k.abs(k.load(at(sources, which), place));
      };
      const step = [
        k.declare(rest, k.rem(k.valueOf(a), k.valueOf(b))),
        k.set(a, k.valueOf(b)),
        k.set(b, k.valueOf(rest)),
      ];
      return [
        k.declare(a, element(0)),
        k.declare(b, element(1)),
        { kind: 'while', test: k.ne(k.valueOf(b), k.i32(0)), body: step },
        k.store(target, denseElementOf(output.shape, index), k.valueOf(a)),
      ];
    });
    const buffers = [...sources, target];
    return [{ kind: 'loops', name: 'gcd', buffers, procedures: [], body: [body] }];
  },
  grad: { none: 'divisors are whole numbers' },
});

/** Whole numbers and bools as int32, and the dtype of the result. */
function wholes(where: string, a: TensorLike, b: TensorLike) {
  const whole = (value: TensorLike): Tensor => asTensor(value, 'int32');
  const pair = operands([
    typeof a === 'number' && typeof b !== 'number' ? a : whole(a),
    typeof b === 'number' ? b : whole(b),
  ]);
  const [left, right] = [at(pair, 0), at(pair, 1)];
  const dtype = promote(left.dtype, right.dtype);
  if (!isInteger(dtype)) {
    throw new DTypeError({
      where,
      what: 'divisors are those of whole numbers',
      expected: 'int32, uint32 or uint8',
      received: `${left.dtype} and ${right.dtype}`,
      fix: "cast the tensor first: cast(x, 'int32')",
    });
  }
  return { left: cast(left, 'int32'), right: cast(right, 'int32'), dtype };
}

/**
 * The greatest common divisor of whole numbers; 0 counts as divided by everything. Lists of numbers are
 * int32.
 *
 * @example
 * ```ts
 * import { gcd } from 'keratin';
 * console.log(await gcd([12, 0], [18, 5]).array()); // [ 6, 5 ]
 * ```
 */
export function gcd(a: TensorLike, b: TensorLike): Tensor {
  const { left, right, dtype } = wholes('gcd', a, b);
  return cast(applyOne(gcdOp, [left, right], undefined), dtype);
}

/**
 * The least common multiple of whole numbers; 0 where either is 0.
 *
 * @example
 * ```ts
 * import { lcm } from 'keratin';
 * console.log(await lcm([4, 0], [6, 5]).array()); // [ 12, 0 ]
 * ```
 */
export function lcm(a: TensorLike, b: TensorLike): Tensor {
  const { left, right, dtype } = wholes('lcm', a, b);
  const [x, y] = [abs(left), abs(right)];
  return cast(mul(floorDiv(x, maximum(gcd(x, y), 1)), y), dtype);
}

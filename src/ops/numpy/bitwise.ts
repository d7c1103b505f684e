// Whole numbers bit by bit. Bools take part as one bit each.
import { isInteger } from '../../core/dtype.js';
import { DTypeError } from '../../core/errors.js';
import type { Tensor } from '../../core/tensor.js';
import * as k from '../../kernels/ir/build.js';
import type { Expr } from '../../kernels/ir/expr.js';
import { logicalAnd, logicalNot, logicalOr, logicalXor } from '../comparison.js';
import { applyOne, asTensor, operands, type TensorLike } from '../convert.js';
import { type BinaryFunction, binary, type UnaryFunction, unary } from '../elementwise.js';

const NO_SLOPE = { none: 'bits do not change smoothly' } as const;

function bitOp(name: string, fn: (a: Expr, b: Expr) => Expr): BinaryFunction {
  return binary({ name, gives: 'number', body: fn, grad: NO_SLOPE });
}

export const andOp: BinaryFunction = /* @__PURE__ */ bitOp('bitwiseAnd', (a, b) =>
  k.call('and', a, b),
);
export const orOp: BinaryFunction = /* @__PURE__ */ bitOp('bitwiseOr', (a, b) =>
  k.call('or', a, b),
);
export const xorOp: BinaryFunction = /* @__PURE__ */ bitOp('bitwiseXor', (a, b) =>
  k.call('xor', a, b),
);
export const notOp: UnaryFunction = /* @__PURE__ */ unary({
  name: 'bitwiseNot',
  gives: 'number',
  body: (x) => k.call('xor', x, k.literal(x, -1)),
  grad: NO_SLOPE,
});

/** Distances of 32 and more push every bit out; machines would take them modulo 32. */
function isFar(distance: Expr): Expr {
  return k.not(k.lt(k.bitcast(distance, 'u32'), k.u32(32)));
}

function near(distance: Expr): Expr {
  return k.call('and', distance, k.literal(distance, 31));
}

export const leftShiftOp: BinaryFunction = /* @__PURE__ */ bitOp('leftShift', (a, b) =>
  k.select(isFar(b), k.literal(a, 0), k.call('shl', a, near(b))),
);
export const rightShiftOp: BinaryFunction = /* @__PURE__ */ bitOp('rightShift', (a, b) => {
  const emptied = a.type.scalar === 'i32' ? k.call('shr', a, k.i32(31)) : k.literal(a, 0);
  return k.select(isFar(b), emptied, k.call('shr', a, near(b)));
});

function wholeNumbers(where: string, values: readonly TensorLike[]): Tensor[] {
  const tensors = operands(
    values.map((value) => (Array.isArray(value) ? intTensor(value) : value)),
  );
  const wrong = tensors.find(({ dtype }) => !isInteger(dtype) && dtype !== 'bool');
  if (wrong === undefined) return tensors;
  throw new DTypeError({
    where,
    what: 'only whole numbers have bits to work on',
    expected: 'int32, uint32, uint8 or bool',
    received: wrong.dtype,
    fix: "cast the tensor first: cast(x, 'int32')",
  });
}

function intTensor(value: TensorLike): Tensor {
  const tensor = asTensor(value);
  return tensor.dtype === 'float32' ? asTensor(value, 'int32') : tensor;
}

type Logical = (a: TensorLike, b: TensorLike) => Tensor;

function joined(
  where: string,
  fn: BinaryFunction,
  ofBools: Logical | undefined,
  values: readonly [TensorLike, TensorLike],
): Tensor {
  const tensors = wholeNumbers(where, values);
  const [a, b] = tensors;
  const areBools = tensors.every(({ dtype }) => dtype === 'bool');
  if (areBools && ofBools !== undefined && a !== undefined && b !== undefined) return ofBools(a, b);
  return applyOne(fn.op, tensors, undefined);
}

/**
 * The bits that both have.
 *
 * @example
 * ```ts
 * import { bitwiseAnd } from 'keratin';
 * console.log(await bitwiseAnd([12], [10]).array()); // [ 8 ]
 * ```
 */
export function bitwiseAnd(a: TensorLike, b: TensorLike): Tensor {
  return joined('bitwiseAnd', andOp, logicalAnd, [a, b]);
}

/**
 * The bits that either has.
 *
 * @example
 * ```ts
 * import { bitwiseOr } from 'keratin';
 * console.log(await bitwiseOr([12], [10]).array()); // [ 14 ]
 * ```
 */
export function bitwiseOr(a: TensorLike, b: TensorLike): Tensor {
  return joined('bitwiseOr', orOp, logicalOr, [a, b]);
}

/**
 * The bits that one has and the other has not.
 *
 * @example
 * ```ts
 * import { bitwiseXor } from 'keratin';
 * console.log(await bitwiseXor([12], [10]).array()); // [ 6 ]
 * ```
 */
export function bitwiseXor(a: TensorLike, b: TensorLike): Tensor {
  return joined('bitwiseXor', xorOp, logicalXor, [a, b]);
}

/**
 * Every bit turned round; bools are negated.
 *
 * @example
 * ```ts
 * import { bitwiseNot } from 'keratin';
 * console.log(await bitwiseNot([0, 5]).array()); // [ -1, -6 ]
 * ```
 */
export function bitwiseNot(x: TensorLike): Tensor {
  const [input] = wholeNumbers('bitwiseNot', [x]);
  if (input === undefined || input.dtype === 'bool') return logicalNot(x);
  return applyOne(notOp.op, [input], undefined);
}

/**
 * a with its bits moved b places up: a * 2 to the power b, as far as it fits.
 *
 * @example
 * ```ts
 * import { bitwiseLeftShift } from 'keratin';
 * console.log(await bitwiseLeftShift([3], [2]).array()); // [ 12 ]
 * ```
 */
export function bitwiseLeftShift(a: TensorLike, b: TensorLike): Tensor {
  return joined('bitwiseLeftShift', leftShiftOp, undefined, [a, b]);
}

/**
 * a with its bits moved b places down; the sign stays.
 *
 * @example
 * ```ts
 * import { bitwiseRightShift } from 'keratin';
 * console.log(await bitwiseRightShift([13, -8], [2, 1]).array()); // [ 3, -4 ]
 * ```
 */
export function bitwiseRightShift(a: TensorLike, b: TensorLike): Tensor {
  return joined('bitwiseRightShift', rightShiftOp, undefined, [a, b]);
}

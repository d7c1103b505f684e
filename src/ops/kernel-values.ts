// How ops compute on elements of each dtype: which register type, and what fits back into memory.
import { type DType, isFloat } from '../core/dtype.js';
import { call, cast, i32 } from '../kernels/ir/build.js';
import { read } from '../kernels/ir/define.js';
import { type Expr, type Scalar, scalarOf } from '../kernels/ir/expr.js';
import type { View } from '../kernels/ir/kernel.js';

/** The dtype that functions such as exp give: floats keep theirs, the rest become float32. */
export function floatOf(dtype: DType): DType {
  return isFloat(dtype) ? dtype : 'float32';
}

/** The dtype that arithmetic gives: bools count as int32. */
export function numberOf(dtype: DType): DType {
  return dtype === 'bool' ? 'int32' : dtype;
}

/** The dtype that sums and products of many elements give, as Keras: small integers widen. */
export function totalOf(dtype: DType): DType {
  if (dtype === 'uint8') return 'uint32';
  return numberOf(dtype);
}

/** The register type that values of `dtype` are calculated in; bools as i32. */
export function workScalar(dtype: DType): Scalar {
  return dtype === 'bool' ? 'i32' : scalarOf(dtype);
}

/** An input's element, ready for arithmetic that gives `dtype`. */
export function readAs(view: View, index: readonly Expr[], dtype: DType): Expr {
  return cast(read(view, index), workScalar(dtype));
}

/** `value` in the form that stores of `dtype` take; uint8 wraps, as its registers are wider. */
export function fit(value: Expr, dtype: DType): Expr {
  if (dtype === 'uint8') return call('and', cast(value, 'i32'), i32(255));
  return cast(value, scalarOf(dtype));
}

/** Whether an expression is a float. */
export function isFloatExpr(value: Expr): boolean {
  return value.type.scalar === 'f32' || value.type.scalar === 'f64';
}

// What each intrinsic, cast and bitcast means for each scalar type, on plain numbers.
// Used by the interpreter's expressions; follows the rows of intrinsics.ts and wraps their results.
import { type IntrinsicName, intrinsics } from '../intrinsics.js';
import type { Scalar } from '../ir/expr.js';

export type NumberFunction = (a: number, b: number, c: number) => number;

const floats = new Float32Array(1);
const integers = new Int32Array(floats.buffer);
const unsigned = new Uint32Array(floats.buffer);

/** Brings a result back into the range (and rounding) of its type. */
export function wrapTo(scalar: Scalar): (value: number) => number {
  switch (scalar) {
    case 'f32':
      return Math.fround;
    case 'f64':
      return (value) => value;
    case 'i32':
      return (value) => value | 0;
    case 'u32':
      return (value) => value >>> 0;
    case 'bool':
      return (value) => (value === 0 ? 0 : 1);
  }
}

/** Integer rows whose exact result may not fit a double, and f32 rows worth a short path. */
function special(fn: IntrinsicName, scalar: Scalar): NumberFunction | undefined {
  if (scalar === 'i32') {
    if (fn === 'add') return (a, b) => (a + b) | 0;
    if (fn === 'sub') return (a, b) => (a - b) | 0;
    if (fn === 'mul') return Math.imul;
    if (fn === 'mulAdd') return (a, b, c) => (Math.imul(a, b) + c) | 0;
  }
  if (scalar === 'u32') {
    if (fn === 'mul') return (a, b) => Math.imul(a, b) >>> 0;
    if (fn === 'mulAdd') return (a, b, c) => (Math.imul(a, b) + c) >>> 0;
  }
  if (scalar === 'f32') {
    if (fn === 'add') return (a, b) => Math.fround(a + b);
    if (fn === 'sub') return (a, b) => Math.fround(a - b);
    if (fn === 'mul') return (a, b) => Math.fround(a * b);
    if (fn === 'div') return (a, b) => Math.fround(a / b);
    if (fn === 'mulAdd') return (a, b, c) => Math.fround(a * b + c);
  }
  return undefined;
}

/** The meaning of `fn` on arguments of type `scalar` (for `select`: of its last two). */
export function numberFunction(fn: IntrinsicName, scalar: Scalar): NumberFunction {
  const short = special(fn, scalar);
  if (short !== undefined) return short;
  const row = intrinsics[fn];
  const js: NumberFunction = row.js;
  if (row.result === 'bool' || fn === 'select' || scalar === 'f64') return js;
  const wrap = wrapTo(scalar);
  return (a, b, c) => wrap(js(a, b, c));
}

function saturate(low: number, high: number): (value: number) => number {
  return (value) => {
    if (Number.isNaN(value)) return 0;
    return value <= low ? low : value >= high ? high : Math.trunc(value) + 0;
  };
}

/** Conversion of one number between scalar types. */
export function castFunction(from: Scalar, to: Scalar): (value: number) => number {
  const isFloat = from === 'f32' || from === 'f64';
  if (isFloat && to === 'i32') return saturate(-(2 ** 31), 2 ** 31 - 1);
  if (isFloat && to === 'u32') return saturate(0, 2 ** 32 - 1);
  return wrapTo(to);
}

/** The same 32 bits read as another type. */
export function bitcastFunction(from: Scalar, to: Scalar): (value: number) => number {
  const write = from === 'f32' ? floats : from === 'i32' ? integers : unsigned;
  const read = to === 'f32' ? floats : to === 'i32' ? integers : unsigned;
  return (value) => {
    write[0] = value;
    return read[0] ?? 0;
  };
}

// Words for writing example kernels: operands with values, and what is known of results.
import { type DType, newArray, type TypedArray } from '../../src/core/dtype.js';
import { layoutOf } from '../../src/core/layout.js';
import { product } from '../../src/core/sequence.js';
import type { Expr } from '../../src/kernels/ir/expr.js';
import type { Kernel, View } from '../../src/kernels/ir/kernel.js';

export interface Representative {
  readonly name: string;
  readonly kernel: Kernel;
  readonly inputs: readonly TypedArray[];
  /** Shapes are in the kernel; this makes fresh arrays for the outputs. */
  readonly outputs: () => TypedArray[];
  /** Error allowed between targets, in units in the last place of the largest output. */
  readonly ulps: number;
}

/** Numbers that look random and are the same everywhere. */
export function numbers(count: number, seed: number): number[] {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

export interface Operand {
  readonly view: View;
  readonly values: TypedArray;
}

let made = 0;

/** An input of floats between -2 and 2. */
export function floats(input: number, shape: readonly number[]): Operand {
  const view: View = { input, shape, dtype: 'float32', layout: layoutOf('float32', shape) };
  const values = numbers(product(shape), ++made).map((x) => 4 * x - 2);
  return { view, values: Float32Array.from(values) };
}

export function integers(input: number, shape: readonly number[], below: number): Operand {
  const view: View = { input, shape, dtype: 'int32', layout: layoutOf('int32', shape) };
  const values = numbers(product(shape), ++made).map((x) => Math.floor(x * below));
  return { view, values: Int32Array.from(values) };
}

export function result(
  name: string,
  kernel: Kernel,
  operands: readonly Operand[],
  outputs: readonly (readonly [DType, readonly number[]])[],
  ulps: number,
): Representative {
  return {
    name,
    kernel,
    inputs: operands.map(({ values }) => values),
    outputs: () => outputs.map(([dtype, shape]) => newArray(dtype, product(shape))),
    ulps,
  };
}

/** The index made of these parts. */
export function list(...parts: (Expr | undefined)[]): Expr[] {
  return parts.filter((part) => part !== undefined);
}

/** A part of an index that must be there. */
export function some(part: Expr | undefined): Expr {
  if (part === undefined) throw new Error('an index is too short');
  return part;
}

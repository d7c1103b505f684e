// Makers of calls that many functions share: one tensor, two operands, a reduction.
import type { Tensor, TensorLike } from '../../../src/index.js';
import type { Calls } from './calls.js';
import type { Given } from './given.js';

type Call = Calls[string];

/** A function of one tensor. */
export function one(fn: (x: Tensor) => Tensor | readonly Tensor[]): Call {
  return (given) => fn(given.tensor(0));
}

/** A function of two tensors or numbers. */
export function two(fn: (a: TensorLike, b: TensorLike) => Tensor): Call {
  return (given) => fn(given.operand(0), given.operand(1));
}

/** What reductions take. */
export interface Reducing {
  readonly axis?: number | readonly number[] | undefined;
  readonly keepDims?: boolean | undefined;
}

export function reducing(given: Given): Reducing {
  return { axis: given.maybeSizes('axis'), keepDims: given.flag('keepdims') };
}

/** A reduction of one tensor. */
export function reduced(fn: (x: Tensor, options: Reducing) => Tensor): Call {
  return (given) => fn(given.tensor(0), reducing(given));
}

/** A function of one tensor along one axis. */
export function along(
  fn: (x: Tensor, options: { readonly axis?: number; readonly keepDims?: boolean }) => Tensor,
): Call {
  return (given) => {
    const axis = given.maybeNumber('axis');
    const keepDims = given.flag('keepdims');
    return fn(given.tensor(0), {
      ...(axis === undefined ? {} : { axis }),
      ...(keepDims === undefined ? {} : { keepDims }),
    });
  };
}

/** Calls with one function each. */
export function each<F>(functions: Readonly<Record<string, F>>, call: (fn: F) => Call): Calls {
  return Object.fromEntries(Object.entries(functions).map(([name, fn]) => [name, call(fn)]));
}

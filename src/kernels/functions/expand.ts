// float32 functions as expressions over primitives, for targets without a mathematics library.
// Recipes call expandFunctions on bodies before they write Loops; f64 calls stay calls.
import { type FunctionName, isFunctionName } from '../intrinsics.js';
import type { Expr } from '../ir/expr.js';
import { mapChildren } from '../ir/expr-walk.js';
import { exp, exp2, expm1, sigmoid } from './exponential.js';
import { acosh, asinh, atanh, cosh, sinh } from './hyperbolic.js';
import { acos, asin, atan, atan2 } from './inverse-trigonometric.js';
import { log, log1p, log2, log10 } from './logarithm.js';
import { pow } from './power.js';
import { erf, tanh } from './saturating.js';
import { cos, sin, tan } from './trigonometric.js';

export type Expansion = (...args: Expr[]) => Expr;

/** What each function is made of; arguments are f32 of any lane count. */
export const expansions: Readonly<Record<FunctionName, Expansion>> = {
  exp,
  exp2,
  expm1,
  log,
  log1p,
  log2,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  erf,
  sigmoid,
  atan2,
  pow,
};

/**
 * The largest error in units in the last place, also in subnormal results, whether `mulAdd`
 * rounds once or twice. sin, cos and tan: for |x| <= 8192; beyond, see trigonometric.ts.
 */
export const ulpBound: Readonly<Record<FunctionName, number>> = {
  exp: 2,
  exp2: 4,
  expm1: 4,
  log: 2,
  log1p: 4,
  log2: 4,
  log10: 4,
  sin: 4,
  cos: 4,
  tan: 4,
  asin: 6,
  acos: 6,
  atan: 6,
  sinh: 6,
  cosh: 6,
  tanh: 4,
  asinh: 6,
  acosh: 6,
  atanh: 6,
  erf: 4,
  sigmoid: 4,
  atan2: 6,
  pow: 8,
};

// For the life of the nodes, so that nodes shared between expressions stay shared.
const expanded = new WeakMap<Expr, Expr>();

/** Replaces every f32 function call inside `expr`; a shared node is expanded once. */
export function expandFunctions(expr: Expr): Expr {
  const known = expanded.get(expr);
  if (known !== undefined) return known;
  const node = mapChildren(expr, expandFunctions);
  const result =
    node.kind === 'call' && node.type.scalar === 'f32' && isFunctionName(node.fn)
      ? expansions[node.fn](...node.args)
      : node;
  expanded.set(expr, result);
  return result;
}

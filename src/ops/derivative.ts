// Derivatives of kernel expressions, so that one body gives an elementwise op every gradient.
// Rules are those of any calculus table; kinks take the side that `select` takes.
import { KeratinError } from '../core/errors.js';
import { at } from '../core/sequence.js';
import type { IntrinsicName } from '../kernels/intrinsics.js';
import {
  add,
  call,
  cast,
  div,
  gt,
  literal,
  lt,
  mul,
  neg,
  select,
  sub,
} from '../kernels/ir/build.js';
import type { CallExpr, Expr } from '../kernels/ir/expr.js';
import { isFloatExpr } from './kernel-values.js';

function isConstant(value: Expr, number: number): boolean {
  return value.kind === 'const' && value.value === number;
}

function plus(a: Expr, b: Expr): Expr {
  if (isConstant(a, 0)) return b;
  return isConstant(b, 0) ? a : add(a, b);
}

function minus(a: Expr, b: Expr): Expr {
  if (isConstant(b, 0)) return a;
  return isConstant(a, 0) ? neg(b) : sub(a, b);
}

/** A product that is 0 where a factor is the constant 0, whatever the other becomes. */
function times(a: Expr, b: Expr): Expr {
  if (isConstant(a, 0) || isConstant(b, 1)) return a;
  if (isConstant(b, 0) || isConstant(a, 1)) return b;
  return mul(a, b);
}

function over(a: Expr, b: Expr): Expr {
  return isConstant(a, 0) ? a : div(a, b);
}

function choose(test: Expr, a: Expr, b: Expr): Expr {
  if (isConstant(a, 0) && isConstant(b, 0)) return a;
  return select(test, a, b);
}

/** d f(a) / da, given a and f(a). */
type Slope = (a: Expr, y: Expr) => Expr;

const one = (like: Expr): Expr => literal(like, 1);
const square = (a: Expr): Expr => mul(a, a);
const root = (a: Expr): Expr => call('sqrt', a);

/** One row for each function of one argument; a missing row is flat (floor, ceil, round ...). */
const SLOPES: Partial<Readonly<Record<IntrinsicName, Slope>>> = {
  neg: (a) => literal(a, -1),
  abs: (a) =>
    select(
      gt(a, literal(a, 0)),
      one(a),
      select(lt(a, literal(a, 0)), literal(a, -1), literal(a, 0)),
    ),
  sqrt: (a, y) => div(literal(a, 0.5), y),
  exp: (_, y) => y,
  exp2: (a, y) => mul(literal(a, Math.LN2), y),
  expm1: (a) => call('exp', a),
  log: (a) => div(one(a), a),
  log1p: (a) => div(one(a), add(one(a), a)),
  log2: (a) => div(literal(a, Math.LOG2E), a),
  log10: (a) => div(literal(a, Math.LOG10E), a),
  sin: (a) => call('cos', a),
  cos: (a) => neg(call('sin', a)),
  tan: (a, y) => add(one(a), square(y)),
  asin: (a) => div(one(a), root(sub(one(a), square(a)))),
  acos: (a) => div(literal(a, -1), root(sub(one(a), square(a)))),
  atan: (a) => div(one(a), add(one(a), square(a))),
  sinh: (a) => call('cosh', a),
  cosh: (a) => call('sinh', a),
  tanh: (a, y) => sub(one(a), square(y)),
  asinh: (a) => div(one(a), root(add(square(a), one(a)))),
  acosh: (a) => div(one(a), root(sub(square(a), one(a)))),
  atanh: (a) => div(one(a), sub(one(a), square(a))),
  erf: (a) => mul(literal(a, 2 / Math.sqrt(Math.PI)), call('exp', neg(square(a)))),
  sigmoid: (a, y) => mul(y, sub(one(a), y)),
};

/** Functions whose derivative is 0 wherever it exists. */
const FLAT: readonly IntrinsicName[] = ['floor', 'ceil', 'trunc', 'round'];

function unknownRule(fn: IntrinsicName): KeratinError {
  return new KeratinError({
    where: `derivative of ${fn}`,
    what: 'the kernel function has no derivative rule',
    fix: 'add a row to SLOPES in ops/derivative.ts, or give the op its own gradient',
  });
}

function sloped(expr: CallExpr, of: (part: Expr) => Expr): Expr {
  const { fn, args } = expr;
  const a = at(args, 0);
  if (FLAT.includes(fn)) return literal(expr, 0);
  if (args.length === 1) {
    const slope = SLOPES[fn];
    if (slope === undefined) throw unknownRule(fn);
    const inner = of(a);
    return isConstant(inner, 0) ? inner : times(inner, slope(a, expr));
  }
  const b = at(args, 1);
  switch (fn) {
    case 'add':
      return plus(of(a), of(b));
    case 'sub':
      return minus(of(a), of(b));
    case 'mul':
      return plus(times(of(a), b), times(a, of(b)));
    case 'mulAdd':
      return plus(plus(times(of(a), b), times(a, of(b))), of(at(args, 2)));
    case 'div':
      return minus(over(of(a), b), times(over(expr, b), of(b)));
    case 'pickMin':
    case 'min':
      return choose(lt(b, a), of(b), of(a));
    case 'pickMax':
    case 'max':
      return choose(lt(a, b), of(b), of(a));
    case 'select':
      return choose(a, of(b), of(at(args, 2)));
    default:
      throw unknownRule(fn);
  }
}

/** The derivative of `expr` with respect to the node `variable` (compared as an object). */
export function derivative(expr: Expr, variable: Expr): Expr {
  const done = new Map<Expr, Expr>();
  const of = (part: Expr): Expr => {
    const known = done.get(part);
    if (known !== undefined) return known;
    const result = derive(part);
    done.set(part, result);
    return result;
  };
  const derive = (part: Expr): Expr => {
    if (part === variable) return one(part);
    if (part.kind === 'call') return sloped(part, of);
    if (part.kind === 'cast' && isFloatExpr(part) && isFloatExpr(part.value)) {
      return cast(of(part.value), part.type.scalar);
    }
    return literal(part, 0);
  };
  return of(expr);
}

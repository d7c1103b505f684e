// The vocabulary in which ops and recipes write kernels: typed constructors of expressions.
// Integer constants fold here, so that recipes can write plain arithmetic.
import { KeratinError } from '../../core/errors.js';
import { type IntrinsicName, intrinsics } from '../intrinsics.js';
import type { BufferRef, Expr, Scalar, SizeExpr, Type, Var } from './expr.js';
import { BOOL, F32, I32, registerOf, typeOf, U32 } from './expr.js';
import type { ForStmt, Stmt } from './loops.js';

/** A literal of any scalar type. */
export function constant(scalar: Scalar, value: number): Expr {
  return { kind: 'const', type: typeOf(scalar), value };
}

export const f32 = (value: number): Expr => ({ kind: 'const', type: F32, value });
export const i32 = (value: number): Expr => ({ kind: 'const', type: I32, value });
export const u32 = (value: number): Expr => ({ kind: 'const', type: U32, value: value >>> 0 });
export const bool = (value: boolean): Expr => ({ kind: 'const', type: BOOL, value: Number(value) });

/** A literal of the type of `like`. */
export function literal(like: Expr, value: number): Expr {
  return { kind: 'const', type: like.type, value };
}

/**
 * An integer that depends on shapes. 0 and 1 (and -1) are written into programs, since code
 * differs for them; other values become parameters of eager programs.
 */
export function size(value: number): Expr {
  if (value >= -1 && value <= 1) return i32(value);
  const node: SizeExpr = { kind: 'size', type: I32, value };
  return node;
}

/** The number behind a constant or size of type i32. */
export function knownInteger(expr: Expr): number | undefined {
  if ((expr.kind === 'const' || expr.kind === 'size') && expr.type === I32) return expr.value;
  return undefined;
}

function typeFault(fn: string, args: readonly Expr[]): KeratinError {
  const shown = args.map((arg) => `${arg.type.scalar}x${arg.type.lanes}`).join(', ');
  return new KeratinError({
    where: `kernel function ${fn}`,
    what: 'the arguments have the wrong types',
    received: shown,
    fix: 'cast or splat the arguments so that their types agree',
  });
}

/** One use of an intrinsic; argument types must agree. */
export function call(fn: IntrinsicName, ...args: Expr[]): Expr {
  const { args: arity, result } = intrinsics[fn];
  const [first, second] = args;
  const model = result === 'second' ? second : first;
  if (args.length !== arity) throw typeFault(fn, args);
  if (first === undefined || model === undefined) throw typeFault(fn, args);
  const compared = result === 'second' ? args.slice(1) : args;
  for (const arg of compared) if (arg.type !== model.type) throw typeFault(fn, args);
  if (result === 'second' && first.type !== typeOf('bool', model.type.lanes)) {
    throw typeFault(fn, args);
  }
  const type = result === 'bool' ? typeOf('bool', model.type.lanes) : model.type;
  return { kind: 'call', fn, type, args };
}

/** Folds i32 arithmetic on literals, and identities such as x * 1. */
export function add(a: Expr, b: Expr): Expr {
  if (a.type === I32) {
    if (a.kind === 'const' && b.kind === 'const') return i32(a.value + b.value);
    if (a.kind === 'const' && a.value === 0) return b;
    if (b.kind === 'const' && b.value === 0) return a;
  }
  return call('add', a, b);
}

export function sub(a: Expr, b: Expr): Expr {
  if (a.type === I32) {
    if (a.kind === 'const' && b.kind === 'const') return i32(a.value - b.value);
    if (b.kind === 'const' && b.value === 0) return a;
  }
  return call('sub', a, b);
}

export function mul(a: Expr, b: Expr): Expr {
  if (a.type === I32) {
    if (a.kind === 'const' && b.kind === 'const') return i32(Math.imul(a.value, b.value));
    if (a.kind === 'const') return a.value === 1 ? b : a.value === 0 ? a : call('mul', a, b);
    if (b.kind === 'const') return b.value === 1 ? a : b.value === 0 ? b : call('mul', a, b);
  }
  return call('mul', a, b);
}

export const div = (a: Expr, b: Expr): Expr => call('div', a, b);

export function idiv(a: Expr, b: Expr): Expr {
  if (a.type === I32 && b.kind === 'const' && b.value === 1) return a;
  return call('idiv', a, b);
}

export function rem(a: Expr, b: Expr): Expr {
  if (a.type === I32 && b.kind === 'const' && b.value === 1) return i32(0);
  return call('rem', a, b);
}

export const neg = (a: Expr): Expr => call('neg', a);
export const abs = (a: Expr): Expr => call('abs', a);
export const min = (a: Expr, b: Expr): Expr => call('min', a, b);
export const max = (a: Expr, b: Expr): Expr => call('max', a, b);
export const sqrt = (a: Expr): Expr => call('sqrt', a);
export const mulAdd = (a: Expr, b: Expr, c: Expr): Expr => call('mulAdd', a, b, c);
export const eq = (a: Expr, b: Expr): Expr => call('eq', a, b);
export const ne = (a: Expr, b: Expr): Expr => call('ne', a, b);
export const lt = (a: Expr, b: Expr): Expr => call('lt', a, b);
export const le = (a: Expr, b: Expr): Expr => call('le', a, b);
export const gt = (a: Expr, b: Expr): Expr => call('gt', a, b);
export const ge = (a: Expr, b: Expr): Expr => call('ge', a, b);

export function and(a: Expr, b: Expr): Expr {
  if (a.kind === 'const' && a.type === BOOL) return a.value === 0 ? a : b;
  if (b.kind === 'const' && b.type === BOOL) return b.value === 0 ? b : a;
  return call('and', a, b);
}

export const or = (a: Expr, b: Expr): Expr => call('or', a, b);
export const not = (a: Expr): Expr => call('not', a);

export function select(test: Expr, a: Expr, b: Expr): Expr {
  if (test.kind === 'const') return test.value !== 0 ? a : b;
  return call('select', test, a, b);
}

/** Conversion to another scalar type; the same node where the type is right already. */
export function cast(value: Expr, scalar: Scalar): Expr {
  if (value.type.scalar === scalar) return value;
  const type = typeOf(scalar, value.type.lanes);
  if (value.kind === 'const' && scalar !== 'bool') {
    const whole = scalar === 'f32' || scalar === 'f64' ? value.value : Math.trunc(value.value);
    return { kind: 'const', type, value: scalar === 'f32' ? Math.fround(whole) : whole };
  }
  return { kind: 'cast', type, value };
}

export function bitcast(value: Expr, scalar: Scalar): Expr {
  if (value.type.scalar === scalar) return value;
  return { kind: 'bitcast', type: typeOf(scalar, value.type.lanes), value };
}

/** Copies a scalar to all lanes. */
export function splat(value: Expr, lanes: number): Expr {
  if (lanes === value.type.lanes) return value;
  return { kind: 'splat', type: typeOf(value.type.scalar, lanes), value };
}

export function ramp(value: Expr, lanes: number): Expr {
  return lanes === 1 ? value : { kind: 'ramp', type: typeOf('i32', lanes), value };
}

export function pack(values: readonly Expr[]): Expr {
  const first = values[0];
  if (first === undefined) throw typeFault('pack', values);
  if (values.length === 1) return first;
  return { kind: 'pack', type: typeOf(first.type.scalar, values.length), values };
}

export function lane(value: Expr, index: number): Expr {
  return { kind: 'lane', type: typeOf(value.type.scalar), value, lane: index };
}

export function shuffle(a: Expr, b: Expr, lanes: readonly number[]): Expr {
  return { kind: 'shuffle', type: typeOf(a.type.scalar, lanes.length), a, b, lanes };
}

/** `lanes` neighbouring elements of a buffer. */
export function load(buffer: BufferRef, index: Expr, lanes = 1): Expr {
  return { kind: 'load', type: typeOf(registerOf(buffer.storage), lanes), buffer, index };
}

/** A new local variable or loop counter. */
export function newVar(hint: string, type: Type = I32): Var {
  return { type, hint };
}

export function valueOf(variable: Var): Expr {
  return { kind: 'var', type: variable.type, variable };
}

export function store(buffer: BufferRef, index: Expr, value: Expr): Stmt {
  return { kind: 'store', buffer, index, value };
}

export function declare(variable: Var, value: Expr): Stmt {
  return { kind: 'let', variable, value };
}

export function set(variable: Var, value: Expr): Stmt {
  return { kind: 'set', variable, value };
}

export function when(test: Expr, then: readonly Stmt[], otherwise: readonly Stmt[] = []): Stmt {
  return { kind: 'if', test, then, otherwise };
}

/** A serial loop from `from` to `to` in steps of `step`; see ForStmt for the other kinds. */
export function loop(
  variable: Var,
  bounds: { readonly from?: Expr; readonly to: Expr; readonly step?: number },
  body: readonly Stmt[],
): ForStmt {
  const { from = i32(0), to, step = 1 } = bounds;
  return { kind: 'for', as: 'serial', variable, from, to, step, body };
}

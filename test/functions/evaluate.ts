// Evaluates an expression over arrays of samples, one array for each shared node: float32 is
// rounded after every primitive, and mulAdd once or twice as asked.
import { type PrimitiveName, primitives } from '../../src/kernels/intrinsics.js';
import type { Expr, Scalar, Var } from '../../src/kernels/ir/expr.js';
import { childrenOf } from '../../src/kernels/ir/expr-walk.js';

export type Values = Float32Array | Int32Array | Uint32Array | Uint8Array;

function emptyOf(scalar: Scalar, length: number): Values {
  if (scalar === 'f32') return new Float32Array(length);
  if (scalar === 'i32') return new Int32Array(length);
  if (scalar === 'u32') return new Uint32Array(length);
  if (scalar === 'bool') return new Uint8Array(length);
  throw new Error(`no arrays of ${scalar} here`);
}

function isPrimitive(name: string): name is PrimitiveName {
  return Object.hasOwn(primitives, name);
}

function applied(expr: Expr & { kind: 'call' }, args: readonly Values[], fused: boolean): Values {
  if (!isPrimitive(expr.fn)) throw new Error(`${expr.fn} was not expanded`);
  const [a, b, c] = args;
  if (a === undefined) throw new Error('a call has arguments');
  const result = emptyOf(expr.type.scalar, a.length);
  const integer = expr.type.scalar === 'i32' || expr.type.scalar === 'u32';
  const js = pickMeaning(expr.fn, integer, fused);
  for (let i = 0; i < a.length; i++) result[i] = js(a[i] ?? 0, b?.[i] ?? 0, c?.[i] ?? 0);
  return result;
}

type Meaning = (a: number, b: number, c: number) => number;

function pickMeaning(fn: PrimitiveName, integer: boolean, fused: boolean): Meaning {
  if (fn === 'mulAdd' && !fused) return (a, b, c) => Math.fround(a * b) + c;
  if (fn === 'mul' && integer) return (a, b) => Math.imul(a, b);
  return primitives[fn].js;
}

function saturated(value: number, scalar: Scalar): number {
  if (Number.isNaN(value)) return 0;
  if (scalar === 'i32') return Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1);
  if (scalar === 'u32') return Math.min(Math.max(value, 0), 2 ** 32 - 1);
  return value;
}

function converted(from: Values, scalar: Scalar): Values {
  const result = emptyOf(scalar, from.length);
  const whole = scalar !== 'f32' && from instanceof Float32Array;
  for (let i = 0; i < from.length; i++) {
    const value = from[i] ?? 0;
    result[i] = whole ? saturated(value, scalar) : value;
  }
  return result;
}

function reread(from: Values, scalar: Scalar): Values {
  if (scalar === 'f32') return new Float32Array(from.buffer);
  return scalar === 'i32' ? new Int32Array(from.buffer) : new Uint32Array(from.buffer);
}

/** The value of `expr` for every sample of its variables. */
export function evaluate(
  expr: Expr,
  samples: ReadonlyMap<Var, Values>,
  options: { readonly fused: boolean },
): Values {
  const length = samples.values().next().value?.length ?? 1;
  const known = new Map<Expr, Values>();
  const visit = (node: Expr): Values => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const inner = childrenOf(node).map(visit);
    const value = compute(node, inner);
    known.set(node, value);
    return value;
  };
  const compute = (node: Expr, [first, ...rest]: readonly Values[]): Values => {
    if (node.kind === 'const') return emptyOf(node.type.scalar, length).fill(node.value);
    if (node.kind === 'var') return samples.get(node.variable) ?? fail('an unbound variable');
    if (first === undefined) return fail(node.kind);
    if (node.kind === 'call') return applied(node, [first, ...rest], options.fused);
    if (node.kind === 'cast') return converted(first, node.type.scalar);
    if (node.kind === 'bitcast') return reread(first, node.type.scalar);
    return fail(node.kind);
  };
  return visit(expr);
}

function fail(what: string): never {
  throw new Error(`cannot evaluate ${what}`);
}

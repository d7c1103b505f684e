// How partial results of a reduction are started, joined and gathered from lanes.
import { at } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import { type Expr, type Type, typeOf } from '../ir/expr.js';
import type { Combine } from '../ir/kernel.js';

function smallest(type: Type): number {
  if (type.scalar === 'i32') return -(2 ** 31);
  return type.scalar === 'u32' ? 0 : Number.NEGATIVE_INFINITY;
}

function largest(type: Type): number {
  if (type.scalar === 'i32') return 2 ** 31 - 1;
  return type.scalar === 'u32' ? 2 ** 32 - 1 : Number.POSITIVE_INFINITY;
}

/** The value that changes nothing: what a reduction over nothing gives. */
export function identityOf(by: Combine, type: Type): Expr {
  const values: Readonly<Record<Combine, number>> = {
    sum: 0,
    prod: 1,
    max: smallest(type),
    min: largest(type),
    and: 1,
    or: 0,
  };
  return k.splat(k.constant(type.scalar, values[by]), type.lanes);
}

/** Puts one more term to a partial result. */
export function combine(by: Combine, total: Expr, term: Expr): Expr {
  if (by === 'sum' && term.kind === 'call' && term.fn === 'mul' && isFloat(term)) {
    return k.mulAdd(at(term.args, 0), at(term.args, 1), total);
  }
  const fn = ({ sum: 'add', prod: 'mul', max: 'max', min: 'min', and: 'and', or: 'or' } as const)[
    by
  ];
  return k.call(fn, total, term);
}

function isFloat(expr: Expr): boolean {
  return expr.type.scalar === 'f32' || expr.type.scalar === 'f64';
}

/** All lanes of a partial result put together, by halves. */
export function acrossLanes(by: Combine, value: Expr): Expr {
  let lanes = Array.from({ length: value.type.lanes }, (_, index) => k.lane(value, index));
  while (lanes.length > 1) {
    const half = lanes.length / 2;
    lanes = lanes.slice(0, half).map((part, index) => combine(by, part, at(lanes, half + index)));
  }
  return at(lanes, 0);
}

export function vectorOf(type: Type, lanes: number): Type {
  return typeOf(type.scalar, lanes);
}

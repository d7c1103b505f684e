// Where an element number lies along axes: the step that lets one kernel be written in terms of
// another's axes. Works on sums over axes whose parts do not carry into each other.
import { add, mul, size } from '../../kernels/ir/build.js';
import { position } from '../../kernels/ir/define.js';
import type { Axis, Expr } from '../../kernels/ir/expr.js';
import { type Linear, linear } from '../../kernels/schedule/access.js';
import { expressionOf } from './flatten.js';

/** An axis and how many elements apart its neighbours lie. */
export interface Stride {
  readonly axis: Axis;
  readonly step: number;
}

interface Bucket {
  readonly stride: Stride;
  readonly terms: { readonly axis: Axis; readonly factor: number }[];
  constant: number;
}

function divideTerms(element: Linear, buckets: readonly Bucket[]): boolean {
  for (const [axis, factor] of element.terms) {
    const bucket = buckets.find(
      ({ stride }) => factor >= stride.step && factor % stride.step === 0,
    );
    if (factor < 0 || bucket === undefined) return false;
    bucket.terms.push({ axis, factor: factor / bucket.stride.step });
  }
  return true;
}

function divideConstant(element: Linear, buckets: readonly Bucket[]): boolean {
  let rest = element.constant;
  if (rest < 0) return false;
  for (const bucket of buckets) {
    bucket.constant = Math.floor(rest / bucket.stride.step);
    rest -= bucket.constant * bucket.stride.step;
  }
  return rest === 0;
}

function staysInside({ stride, terms, constant }: Bucket): boolean {
  const reach = terms.reduce(
    (sum, { axis, factor }) => sum + factor * Math.max(0, axis.extent - 1),
    constant,
  );
  return reach < stride.axis.extent;
}

/**
 * The position along each axis of element number `element` of a dense value whose axes lie
 * `strides` apart; undefined where it is not a plain sum for each axis.
 */
export function positionsOf(
  element: Expr,
  strides: readonly Stride[],
): Map<Axis, Expr> | undefined {
  const parts = linear(element);
  const sorted = [...strides].sort((a, b) => b.step - a.step);
  const [only] = sorted;
  if (sorted.length === 1 && only?.step === 1) {
    return new Map([[only.axis, expressionOf(parts, (expr) => expr)]]);
  }
  if (parts.rest.length > 0) return undefined;
  const buckets = sorted.map((stride): Bucket => ({ stride, terms: [], constant: 0 }));
  if (!divideTerms(parts, buckets) || !divideConstant(parts, buckets)) return undefined;
  if (!buckets.every(staysInside)) return undefined;
  return new Map(
    buckets.map(({ stride, terms, constant }) => [
      stride.axis,
      terms.reduce(
        (sum: Expr, { axis, factor }) => add(sum, mul(position(axis), size(factor))),
        size(constant),
      ),
    ]),
  );
}

// Where reads and writes of a Compute fall in memory, as a sum over axes. First step of recipes.
// An address is constant + Σ coefficient * position(axis) + Σ factor * (anything else).
import type { Layout } from '../../core/layout.js';
import { at } from '../../core/sequence.js';
import { add, knownInteger, mul, size } from '../ir/build.js';
import type { Axis, Expr } from '../ir/expr.js';

/** An integer expression taken apart. */
export interface Linear {
  constant: number;
  readonly terms: Map<Axis, number>;
  /** What is not a sum over axes: gathered indices, remainders. */
  readonly rest: { readonly expr: Expr; readonly factor: number }[];
  /** Nodes for the numbers above, so that one number of one access is one parameter. */
  readonly sizes: Map<number, Expr>;
}

function newLinear(): Linear {
  return { constant: 0, terms: new Map(), rest: [], sizes: new Map() };
}

function addScaled(into: Linear, from: Linear, factor: number): void {
  into.constant += from.constant * factor;
  for (const [axis, coefficient] of from.terms) {
    into.terms.set(axis, (into.terms.get(axis) ?? 0) + coefficient * factor);
  }
  for (const part of from.rest) into.rest.push({ ...part, factor: part.factor * factor });
}

/** Takes an i32 expression apart. */
export function linear(expr: Expr): Linear {
  const result = newLinear();
  const known = knownInteger(expr);
  if (known !== undefined) {
    result.constant = known;
    return result;
  }
  if (expr.kind === 'axis') {
    result.terms.set(expr.axis, 1);
    return result;
  }
  if (expr.kind === 'call') {
    const [a, b] = expr.args;
    if (a !== undefined && b !== undefined) {
      if (expr.fn === 'add' || expr.fn === 'sub') {
        addScaled(result, linear(a), 1);
        addScaled(result, linear(b), expr.fn === 'add' ? 1 : -1);
        return result;
      }
      if (expr.fn === 'mul') {
        const factorA = knownInteger(a);
        const factorB = knownInteger(b);
        if (factorB !== undefined) addScaled(result, linear(a), factorB);
        else if (factorA !== undefined) addScaled(result, linear(b), factorA);
        if (factorA !== undefined || factorB !== undefined) return result;
      }
    } else if (a !== undefined && expr.fn === 'neg') {
      addScaled(result, linear(a), -1);
      return result;
    }
  }
  result.rest.push({ expr, factor: 1 });
  return result;
}

/** The element number that `index` has in a tensor with these strides. */
export function addressOf(
  place: Pick<Layout, 'strides' | 'offset'>,
  index: readonly Expr[],
): Linear {
  const result = newLinear();
  result.constant = place.offset;
  index.forEach((expr, axis) => {
    const stride = at(place.strides, axis);
    if (stride !== 0) addScaled(result, linear(expr), stride);
  });
  for (const [axis, coefficient] of result.terms) {
    if (coefficient === 0) result.terms.delete(axis);
  }
  return result;
}

/** The coefficient of an axis; 0 where the address does not move along it. */
export function coefficient(address: Linear, axis: Axis): number {
  return address.terms.get(axis) ?? 0;
}

/** The node for a number that this address needs. */
export function sizeIn(address: Linear, value: number): Expr {
  const known = address.sizes.get(value);
  if (known !== undefined) return known;
  const node = size(value);
  address.sizes.set(value, node);
  return node;
}

/** Builds the address again, with the positions that `positionOf` gives; `lower` does the rest. */
export function buildAddress(
  address: Linear,
  positionOf: (axis: Axis) => Expr,
  lower: (expr: Expr) => Expr,
): Expr {
  let sum = sizeIn(address, address.constant);
  for (const [axis, factor] of address.terms) {
    sum = add(sum, mul(positionOf(axis), sizeIn(address, factor)));
  }
  for (const { expr, factor } of address.rest) {
    sum = add(sum, mul(lower(expr), sizeIn(address, factor)));
  }
  return sum;
}

/** The smallest and largest value over all positions; undefined where that is not known. */
export function rangeOf(expr: Expr): { readonly low: number; readonly high: number } | undefined {
  const parts = linear(expr);
  if (parts.rest.length > 0) return undefined;
  let low = parts.constant;
  let high = parts.constant;
  for (const [axis, factor] of parts.terms) {
    const reach = factor * Math.max(0, axis.extent - 1);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return { low, high };
}

// Joins neighbouring axes that every access walks as one, so that loops are few and long.
import type { Axis, Expr } from '../ir/expr.js';
import { childrenOf } from '../ir/expr-walk.js';
import { coefficient, type Linear } from './access.js';
import type { Accesses } from './evaluate.js';

/** The number of positions along axes. */
export function total(axes: Iterable<Axis>): number {
  let product = 1;
  for (const { extent } of axes) product *= extent;
  return product;
}

/** Axes whose positions are used as values, or inside indices that are not sums over axes. */
function pinnedAxes(accesses: Accesses): Set<Axis> {
  const pinned = new Set<Axis>();
  const seen = new Set<Expr>();
  const visit = (expr: Expr): void => {
    if (seen.has(expr)) return;
    seen.add(expr);
    if (expr.kind === 'axis') pinned.add(expr.axis);
    else if (expr.kind === 'read') {
      for (const part of accesses.addressOfRead(expr).rest) visit(part.expr);
    } else for (const child of childrenOf(expr)) visit(child);
  };
  for (const body of accesses.stageBodies) visit(body);
  for (const output of accesses.outputs) {
    visit(output.value);
    for (const part of accesses.addressOfOutput(output).rest) visit(part.expr);
  }
  return pinned;
}

function canJoin(addresses: readonly Linear[], outer: Axis, inner: Axis): boolean {
  return addresses.every(
    (address) => coefficient(address, outer) === coefficient(address, inner) * inner.extent,
  );
}

function join(addresses: readonly Linear[], outer: Axis, inner: Axis): Axis {
  const joined: Axis = { extent: outer.extent * inner.extent };
  for (const address of addresses) {
    const step = coefficient(address, inner);
    address.terms.delete(outer);
    address.terms.delete(inner);
    if (step !== 0) address.terms.set(joined, step);
  }
  return joined;
}

/**
 * Drops axes of size 1 and joins neighbours of `axes` where all accesses allow it. Changes the
 * addresses in `accesses`; returns the axes to loop over, outermost first.
 */
export function joinAxes(accesses: Accesses, axes: readonly Axis[]): Axis[] {
  const pinned = pinnedAxes(accesses);
  const addresses = accesses.all();
  const result: Axis[] = [];
  for (const axis of axes) {
    if (axis.extent === 1 && !pinned.has(axis)) {
      for (const address of addresses) address.terms.delete(axis);
      continue;
    }
    const previous = result.at(-1);
    const free = previous !== undefined && !pinned.has(previous) && !pinned.has(axis);
    if (free && canJoin(addresses, previous, axis)) {
      result[result.length - 1] = join(addresses, previous, axis);
    } else result.push(axis);
  }
  return result;
}

// Cuts a map into pieces in which its tests on positions are known: padding and joined tensors
// become a few plain loops that read one tensor each, whole vectors at a time. Used by map.ts.
import { at, range } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import type { Axis, Expr } from '../ir/expr.js';
import { childrenOf, rewriteAll } from '../ir/expr-walk.js';
import type { Compute, Output } from '../ir/kernel.js';
import { linear, rangeOf } from './access.js';
import { Accesses } from './evaluate.js';

/** More pieces than padding on all sides of two axes makes would be much code for little. */
const MOST_PIECES = 9;

/** Comparisons of whole numbers as `difference < bound` or its opposite. */
const comparisons: Readonly<Record<string, { readonly bound: number; readonly below: boolean }>> = {
  lt: { bound: 0, below: true },
  le: { bound: 1, below: true },
  gt: { bound: 1, below: false },
  ge: { bound: 0, below: false },
};

/** `difference < bound` where `below`, else `difference >= bound`. */
interface Comparison {
  readonly difference: Expr;
  readonly bound: number;
  readonly below: boolean;
}

function comparisonOf(expr: Expr): Comparison | undefined {
  if (expr.kind !== 'call') return undefined;
  const { bound, below } = comparisons[expr.fn] ?? {};
  const [a, b] = expr.args;
  if (bound === undefined || below === undefined || a === undefined || b === undefined)
    return undefined;
  if (a.type.scalar !== 'i32') return undefined;
  return { difference: k.sub(a, b), bound, below };
}

/** The first position along the axis from which a comparison comes out the other way. */
function turnOf({ difference, bound }: Comparison): readonly [Axis, number] | undefined {
  const { constant, terms, rest } = linear(difference);
  const [term, ...others] = terms;
  if (term === undefined || others.length > 0 || rest.length > 0) return undefined;
  const [axis, factor] = term;
  if (factor === 1) return [axis, bound - constant];
  return factor === -1 ? [axis, constant - bound + 1] : undefined;
}

/** A comparison whose outcome is the same at all positions becomes that outcome. */
function foldComparison(expr: Expr): Expr {
  const comparison = comparisonOf(expr);
  if (comparison === undefined) return expr;
  const { difference, bound, below } = comparison;
  const reach = rangeOf(difference);
  if (reach === undefined) return expr;
  if (reach.high < bound) return k.bool(below);
  return reach.low >= bound ? k.bool(!below) : expr;
}

function known(expr: Expr | undefined): boolean | undefined {
  return expr?.kind === 'const' ? expr.value !== 0 : undefined;
}

/** Logic and choices with known parts, one node at a time. */
function fold(expr: Expr): Expr {
  if (expr.kind !== 'call') return expr;
  const { fn, args, type } = expr;
  const [a, b, c] = args;
  if (fn === 'select' && known(a) !== undefined) return (known(a) ? b : c) ?? expr;
  if (type.scalar !== 'bool') return expr;
  if (fn === 'not' && known(a) !== undefined) return k.bool(!known(a));
  if (fn === 'and' || fn === 'or') {
    const decisive = fn === 'or';
    if (known(a) === decisive || known(b) === decisive) return k.bool(decisive);
    if (known(a) !== undefined) return b ?? expr;
    if (known(b) !== undefined) return a ?? expr;
  }
  return foldComparison(expr);
}

function allNodes(compute: Compute): Set<Expr> {
  const found = new Set<Expr>();
  const visit = (expr: Expr): void => {
    if (found.has(expr)) return;
    found.add(expr);
    for (const child of childrenOf(expr)) visit(child);
  };
  for (const { value } of compute.outputs) visit(value);
  return found;
}

/** Positions along each axis where a comparison turns. */
function turnsOf(compute: Compute): Map<Axis, number[]> {
  const turns = new Map<Axis, Set<number>>(compute.axes.map((axis) => [axis, new Set()]));
  for (const expr of allNodes(compute)) {
    const comparison = comparisonOf(expr);
    const [axis, turn] = (comparison === undefined ? undefined : turnOf(comparison)) ?? [];
    if (axis === undefined || turn === undefined) continue;
    if (turn > 0 && turn < axis.extent) turns.get(axis)?.add(turn);
  }
  return new Map([...turns].map(([axis, found]) => [axis, [...found].sort((a, b) => a - b)]));
}

/** The part of a map where `axis` lies in `from .. to`. */
function piece(compute: Compute, axis: Axis, from: number, to: number): Compute {
  const part: Axis = { extent: to - from };
  const position = k.add({ kind: 'axis', type: k.i32(0).type, axis: part }, k.size(from));
  const change = rewriteAll((node) =>
    node.kind === 'axis' && node.axis === axis ? position : fold(node),
  );
  return {
    ...compute,
    axes: compute.axes.map((each) => (each === axis ? part : each)),
    outputs: compute.outputs.map(
      (output): Output => ({ ...output, at: output.at.map(change), value: change(output.value) }),
    ),
  };
}

/** Whether a read may fall outside of its tensor, where only a test keeps it from being used. */
function hasGuardedRead(compute: Compute): boolean {
  const accesses = new Accesses(compute.inputs, compute.outputs, []);
  return [...accesses.reads()].some(([read]) => accesses.mayFallOutside(read));
}

/** Pieces of a map that together are all of it; itself where there is nothing to gain. */
export function cutAtTests(compute: Compute): readonly Compute[] {
  if (!hasGuardedRead(compute)) return [compute];
  let pieces: readonly Compute[] = [compute];
  // Innermost first: vectors lie along the last axis.
  for (const [axis, turns] of [...turnsOf(compute)].reverse()) {
    if (turns.length === 0 || pieces.length * (turns.length + 1) > MOST_PIECES) continue;
    const ends = [0, ...turns, axis.extent];
    pieces = pieces.flatMap((each) =>
      range(turns.length + 1).map((index) =>
        piece(each, axis, at(ends, index), at(ends, index + 1)),
      ),
    );
  }
  return pieces;
}

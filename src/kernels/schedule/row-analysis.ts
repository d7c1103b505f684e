// A reduction made ready for loops: its accesses, and its axes joined where all accesses allow.
// Comes before row-builder.ts and rows.ts.
import type { Axis } from '../ir/expr.js';
import type { Compute, Output, Stage } from '../ir/kernel.js';
import { joinAxes } from './axes.js';
import { Accesses } from './evaluate.js';
import { Extents } from './nest.js';

/** The compute with joined axes: what the two ways of ordering it share. */
export interface Rows {
  readonly accesses: Accesses;
  readonly extents: Extents;
  readonly kept: readonly Axis[];
  readonly stages: readonly Stage[];
  readonly outputs: readonly { readonly output: Output; readonly over: readonly Axis[] }[];
}

/** Joins each distinct list of inner axes once, so that stages keep sharing them. */
function joinInner(accesses: Accesses, compute: Compute): Map<readonly Axis[], readonly Axis[]> {
  const lists = [...compute.stages, ...compute.outputs].map((part) => part.over);
  const joined = new Map<readonly Axis[], readonly Axis[]>();
  const distinct: (readonly Axis[])[] = [];
  for (const list of lists) {
    const same = distinct.find(
      (other) => other.length === list.length && other.every((axis, i) => axis === list[i]),
    );
    if (same === undefined) distinct.push(list);
    else joined.set(list, same);
  }
  const axesOnce = distinct.flat();
  const overlapping = new Set(axesOnce).size !== axesOnce.length;
  for (const list of distinct) joined.set(list, overlapping ? list : joinAxes(accesses, list));
  for (const [list, same] of joined) joined.set(list, joined.get(same) ?? same);
  return joined;
}

export function analyseRows(compute: Compute): Rows {
  const bodies = compute.stages.map((stage) => stage.body);
  const accesses = new Accesses(compute.inputs, compute.outputs, bodies);
  const inner = joinInner(accesses, compute);
  const overOf = (list: readonly Axis[]): readonly Axis[] => inner.get(list) ?? list;
  return {
    accesses,
    extents: new Extents(),
    kept: joinAxes(accesses, compute.axes),
    stages: compute.stages.map((stage) => ({ ...stage, over: overOf(stage.over) })),
    outputs: compute.outputs.map((output) => ({ output, over: overOf(output.over) })),
  };
}

/**
 * Outputs by the axes they run over. Those of one group are computed together at each position
 * before any is stored, since an output may lie in the memory of an input.
 */
export function outputGroups(rows: Rows): ReadonlyMap<readonly Axis[], readonly Output[]> {
  const groups = new Map<readonly Axis[], Output[]>();
  for (const { output, over } of rows.outputs) {
    const group = groups.get(over);
    if (group === undefined) groups.set(over, [output]);
    else group.push(output);
  }
  return groups;
}

// The recipe for reductions: sums, maxima, softmax, layer norm, pooling, depthwise convolution.
// Vectors run along the reduced axis where that is contiguous, else along the last kept axis.
import * as k from '../ir/build.js';
import type { Axis, Expr } from '../ir/expr.js';
import type { Compute } from '../ir/kernel.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import { type ColumnSums, columnSums } from './column-sums.js';
import { combine, identityOf, vectorOf } from './combine.js';
import { Evaluator, type Place } from './evaluate.js';
import { buffersOf, nest, type Positions, vectorLoop, wholeSteps } from './nest.js';
import { lanesFor } from './prepare.js';
import { analyseRows, type Rows } from './row-analysis.js';
import { PARTS, RowBuilder } from './row-builder.js';
import type { Target } from './target.js';

/** How many reads of stages run contiguously along an axis. */
function contiguousReads(rows: Rows, axis: Axis | undefined): number {
  if (axis === undefined) return 0;
  let count = 0;
  for (const [, address] of rows.accesses.reads()) {
    if (coefficient(address, axis) === 1) count++;
  }
  return count;
}

/** How many reads would have to gather their lanes one by one if vectors ran along an axis. */
function gatheredReads(rows: Rows, axis: Axis): number {
  let count = 0;
  for (const [, address] of rows.accesses.reads()) {
    const step = coefficient(address, axis);
    if (step !== 0 && step !== 1) count++;
  }
  return count;
}

/** Whether vectors run along the last kept axis rather than along the reduced one. */
function prefersColumns(rows: Rows, wide: number): boolean {
  const kept = rows.kept.at(-1);
  const reduced = rows.stages.at(-1)?.over.at(-1);
  const alongColumn = kept !== undefined && kept.extent >= wide ? contiguousReads(rows, kept) : 0;
  const alongRow = contiguousReads(rows, reduced);
  if (wide === 1 || alongColumn === 0 || kept === undefined) return false;
  if (alongColumn !== alongRow || reduced === undefined) return alongColumn > alongRow;
  return gatheredReads(rows, kept) < gatheredReads(rows, reduced);
}

/**
 * Several neighbouring vectors of columns summed side by side, so that each turn of the reduced
 * loop reads whole cache lines. For computes with one stage and outputs per column only.
 */
function columnBlock(rows: Rows, axis: Axis, lanes: number, positions: Positions): Stmt[] {
  const [stage] = rows.stages;
  const first = positions.get(axis);
  if (stage === undefined || first === undefined) return [];
  const type = vectorOf(stage.body.type, lanes);
  const totals = Array.from({ length: PARTS }, () => k.newVar('total', type));
  const body: Stmt[] = totals.map((total) => k.declare(total, identityOf(stage.by, type)));
  const columnOf = (outer: Positions, part: number): Positions =>
    new Map(outer).set(axis, k.add(first, k.i32(part * lanes)));
  body.push(
    ...nest(stage.over, rows.extents, positions, (inner) => {
      const turn: Stmt[] = [];
      totals.forEach((total, part) => {
        const place: Place = {
          positions: columnOf(inner, part),
          vector: { axis, lanes },
          stages: [],
          body: turn,
        };
        const term = new Evaluator(rows.accesses, place).value(stage.body);
        turn.push(k.set(total, combine(stage.by, k.valueOf(total), term)));
      });
      return turn;
    }),
  );
  totals.forEach((total, part) => {
    const here = columnOf(positions, part);
    new RowBuilder(rows, body, here, { axis, lanes }, 1).finish(k.valueOf(total));
  });
  return body;
}

/** Loops over columns: blocks of vectors where that is possible, then vectors, then the rest. */
function columnLoops(
  rows: Rows,
  axis: Axis,
  lanes: number,
  outer: Positions,
  as: 'parallel' | 'serial',
  sums: ColumnSums | undefined,
): Stmt[] {
  const point = (positions: Positions, step: number): readonly Stmt[] => {
    const body: Stmt[] = [];
    const column = step > 1 ? { axis, lanes: step } : undefined;
    new RowBuilder(rows, body, positions, column, 1).build();
    return body;
  };
  const simple = rows.stages.length === 1 && rows.outputs.every(({ over }) => over.length === 0);
  if (!simple) return [...vectorLoop(axis, lanes, rows.extents, outer, point, as)];
  const to = rows.extents.of(axis);
  const blocks = wholeSteps(to, lanes * PARTS);
  const vectors = wholeSteps(to, lanes);
  const loop = (step: number, from: Expr, end: Expr, inside: (p: Positions) => readonly Stmt[]) => {
    const variable = k.newVar('column');
    const positions = new Map(outer).set(axis, k.valueOf(variable));
    return { kind: 'for', as, variable, from, to: end, step, body: inside(positions) } as const;
  };
  if (sums !== undefined) {
    return [sums.loop(outer, as), loop(1, vectors, to, (p) => point(p, 1))];
  }
  return [
    loop(lanes * PARTS, k.i32(0), blocks, (p) => columnBlock(rows, axis, lanes, p)),
    loop(lanes, blocks, vectors, (p) => point(p, lanes)),
    loop(1, vectors, to, (p) => point(p, 1)),
  ];
}

export function rowsLoops(compute: Compute, target: Target): Loops {
  const rows = analyseRows(compute);
  const wide = lanesFor(compute, target);
  const lastKept = rows.kept.at(-1);
  const columns = prefersColumns(rows, wide);
  const alongRow = contiguousReads(rows, rows.stages.at(-1)?.over.at(-1));
  const rowLanes = wide > 1 && !columns && alongRow > 0 ? wide : 1;
  const outer = rows.kept.slice(0, -1);
  const sums =
    columns && lastKept !== undefined ? columnSums(rows, lastKept, wide, target) : undefined;
  const body =
    columns && lastKept !== undefined
      ? nest(
          outer,
          rows.extents,
          new Map(),
          (positions) =>
            columnLoops(
              rows,
              lastKept,
              wide,
              positions,
              outer.length === 0 ? 'parallel' : 'serial',
              sums,
            ),
          'parallel',
        )
      : nest(
          rows.kept,
          rows.extents,
          new Map(),
          (positions) => {
            const row: Stmt[] = [];
            new RowBuilder(rows, row, positions, undefined, rowLanes).build();
            return row;
          },
          'parallel',
        );
  const buffers = buffersOf(rows.accesses, sums === undefined ? [] : [sums.totals]);
  return { kind: 'loops', name: 'rows', buffers, procedures: [], body };
}

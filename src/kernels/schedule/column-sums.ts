// Reductions down the columns of long matrices: sums of bias gradients, moments, a vector times a
// matrix. Memory is read front to back, four rows at a time, into totals kept in scratch memory.
// Used by rows.ts where columns are many and rows are long.
import * as k from '../ir/build.js';
import type { Axis, BufferRef, Expr, Storage } from '../ir/expr.js';
import type { Stage } from '../ir/kernel.js';
import type { Stmt } from '../ir/loops.js';
import { combine, identityOf, vectorOf } from './combine.js';
import { Evaluator, type Place } from './evaluate.js';
import { nest, type Positions, wholeSteps } from './nest.js';
import type { Rows } from './row-analysis.js';
import { RowBuilder } from './row-builder.js';
import type { Target } from './target.js';

/** Rows added in one turn, so that totals are loaded and stored once for all of them. */
const ROWS_AT_ONCE = 4;
/** Fewest columns and rows for which totals in memory pay. */
const FEWEST_COLUMNS = 64;
const FEWEST_ROWS = 64;
/** Columns of one chunk: their totals and four of their rows stay in the first cache. */
const MOST_COLUMNS = 1024;
/** Chunks are whole blocks of this many columns. */
const COLUMN_STEP = 16;

const storageOfScalar: Readonly<Record<string, Storage>> = { f32: 'f32', i32: 'i32', u32: 'u32' };

/** What loops over columns are written with. */
export interface ColumnSums {
  /** Totals of the columns of one chunk, for each thread its own. */
  readonly totals: BufferRef;
  /** A loop over the chunks of all whole vectors of columns. */
  loop(positions: Positions, as: 'parallel' | 'serial'): Stmt;
}

function columnsPerChunk(columns: number, threads: number): number {
  const share = Math.ceil(columns / threads / COLUMN_STEP) * COLUMN_STEP;
  return Math.min(MOST_COLUMNS, share);
}

/** Loops that add rows into totals; undefined where registers do better. */
export function columnSums(
  rows: Rows,
  axis: Axis,
  lanes: number,
  target: Target,
): ColumnSums | undefined {
  const [stage] = rows.stages;
  const simple = rows.stages.length === 1 && rows.outputs.every(({ over }) => over.length === 0);
  if (stage === undefined || !simple || lanes === 1 || axis.extent < FEWEST_COLUMNS)
    return undefined;
  const length = stage.over.reduce((product, reduced) => product * reduced.extent, 1);
  const storage = storageOfScalar[stage.body.type.scalar];
  if (length < FEWEST_ROWS || storage === undefined) return undefined;
  const chunk = k.size(columnsPerChunk(axis.extent, target.threads));
  const totals: BufferRef = {
    storage,
    space: 'scratch',
    slot: 0,
    length: chunk,
    perThread: true,
  };
  const writer = new ColumnSumWriter(rows, stage, axis, lanes, chunk, totals);
  return { totals, loop: (positions, as) => writer.loop(positions, as) };
}

class ColumnSumWriter {
  constructor(
    private readonly rows: Rows,
    private readonly stage: Stage,
    private readonly axis: Axis,
    private readonly lanes: number,
    private readonly chunk: Expr,
    private readonly totals: BufferRef,
  ) {}

  loop(positions: Positions, as: 'parallel' | 'serial'): Stmt {
    const { chunk, lanes, rows, axis } = this;
    const whole = wholeSteps(rows.extents.of(axis), lanes);
    const number = k.newVar('chunk');
    const start = k.newVar('start');
    const count = k.newVar('count');
    const left = k.sub(whole, k.valueOf(start));
    const body: Stmt[] = [
      k.declare(start, k.mul(k.valueOf(number), chunk)),
      k.declare(count, k.select(k.lt(left, chunk), left, chunk)),
      ...this.#inChunk(positions, k.valueOf(start), k.valueOf(count)),
    ];
    const to = k.idiv(k.add(whole, k.sub(chunk, k.i32(1))), chunk);
    return { kind: 'for', as, variable: number, from: k.i32(0), to, step: 1, body };
  }

  #inChunk(positions: Positions, start: Expr, count: Expr): Stmt[] {
    const { stage, rows, lanes, totals } = this;
    const type = vectorOf(stage.body.type, lanes);
    const outer = stage.over.slice(0, -1);
    const inner = stage.over.at(-1);
    const clear = this.#overColumns(count, (column) => [
      k.store(totals, column, identityOf(stage.by, type)),
    ]);
    const finish = this.#overColumns(count, (column) => {
      const body: Stmt[] = [];
      const total = k.newVar('total', type);
      body.push(k.declare(total, k.load(totals, column, lanes)));
      const here = new Map(positions).set(this.axis, k.add(start, column));
      new RowBuilder(rows, body, here, { axis: this.axis, lanes }, 1).finish(k.valueOf(total));
      return body;
    });
    const sums = nest(outer, rows.extents, positions, (outside) =>
      inner === undefined
        ? [this.#addRows(outside, undefined, [], start, count)]
        : this.#overInner(outside, inner, start, count),
    );
    return [clear, ...sums, finish];
  }

  /** The innermost reduced axis: several rows at a time, then one by one. */
  #overInner(positions: Positions, inner: Axis, start: Expr, count: Expr): Stmt[] {
    const extent = this.rows.extents.of(inner);
    const blocks = wholeSteps(extent, ROWS_AT_ONCE);
    const run = (step: number, from: Expr, to: Expr): Stmt => {
      const variable = k.newVar('row');
      const offsets = Array.from({ length: step }, (_, offset) =>
        k.add(k.valueOf(variable), k.i32(offset)),
      );
      const body = [this.#addRows(positions, inner, offsets, start, count)];
      return { kind: 'for', as: 'serial', variable, from, to, step, body };
    };
    return [run(ROWS_AT_ONCE, k.i32(0), blocks), run(1, blocks, extent)];
  }

  /** Adds the terms of some rows to the totals of all columns of the chunk. */
  #addRows(
    positions: Positions,
    inner: Axis | undefined,
    rowsAt: readonly Expr[],
    start: Expr,
    count: Expr,
  ): Stmt {
    const { stage, axis, lanes, totals } = this;
    return this.#overColumns(count, (column) => {
      const body: Stmt[] = [];
      const total = k.newVar('total', vectorOf(stage.body.type, lanes));
      body.push(k.declare(total, k.load(totals, column, lanes)));
      const columnAt = new Map(positions).set(axis, k.add(start, column));
      const places =
        inner === undefined ? [columnAt] : rowsAt.map((row) => new Map(columnAt).set(inner, row));
      for (const here of places) {
        const place: Place = { positions: here, vector: { axis, lanes }, stages: [], body };
        const term = new Evaluator(this.rows.accesses, place).value(stage.body);
        body.push(k.set(total, combine(stage.by, k.valueOf(total), term)));
      }
      body.push(k.store(totals, column, k.valueOf(total)));
      return body;
    });
  }

  #overColumns(count: Expr, inside: (column: Expr) => readonly Stmt[]): Stmt {
    const variable = k.newVar('column');
    return k.loop(variable, { to: count, step: this.lanes }, inside(k.valueOf(variable)));
  }
}

// The recipe for sums of products: packed panels, a register tile, cache blocks, as in
// Goto & van de Geijn 2008 and BLIS. Convolutions gather their windows while packing.
import * as k from '../ir/build.js';
import type { Axis, BufferRef, Expr } from '../ir/expr.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { flatExtent, packProcedure } from './contraction-pack.js';
import type { Contraction } from './contraction-shape.js';
import { tileProcedure } from './contraction-tile.js';
import { buffersOf, Extents, nest } from './nest.js';
import type { Target } from './target.js';

/** Reduced steps that one block aims at: both panels of a tile then stay in the first cache. */
const BLOCK_STEPS = 320;
/** Reduced steps up to which one block is made, so that sums stay in registers. */
const UNBLOCKED_STEPS = 640;
/** Bytes of packed right panels per block: what the last-level cache holds with ease. */
const RIGHT_BYTES = 4 << 20;

/** Numbers of a blocking; they depend on sizes and become parameters where not 0 or 1. */
interface Blocking {
  /** Positions of the outermost reduced axis in one block, and reduced steps of one position. */
  readonly outer: number;
  readonly innerSteps: number;
  readonly blocked: boolean;
  readonly rows: number;
  readonly columns: number;
}

function total(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * axis.extent, 1);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

function blockingOf(contraction: Contraction, target: Target, width: number): Blocking {
  const [outermost] = contraction.reduced;
  const outermostExtent = outermost?.extent ?? 1;
  const steps = total(contraction.reduced);
  const innerSteps = steps / outermostExtent;
  const sumsFit = contraction.outputs.some((output) => output.dtype === 'float32');
  const whole = steps <= UNBLOCKED_STEPS || !sumsFit || outermostExtent === 1;
  const blocks = whole ? 1 : Math.ceil(steps / BLOCK_STEPS);
  const outer = Math.max(1, Math.ceil(outermostExtent / blocks));
  const blockSteps = outer * innerSteps;
  const rowsInCache = Math.floor(target.cacheBytes / 2 / 4 / blockSteps);
  const tileRows = target.tile.rows;
  const rows = Math.max(tileRows, Math.floor(rowsInCache / tileRows) * tileRows);
  const columnsInCache = Math.max(width, Math.floor(RIGHT_BYTES / 4 / blockSteps / width) * width);
  return {
    outer,
    innerSteps,
    blocked: outer < outermostExtent,
    rows: Math.min(rows, roundUp(total(contraction.rows), tileRows)),
    columns: Math.min(columnsInCache, roundUp(total(contraction.columns), width)),
  };
}

function smaller(a: Expr, b: Expr): Expr {
  return k.select(k.lt(a, b), a, b);
}

/** A variable declared in `body`. */
function named(body: Stmt[], hint: string, value: Expr): Expr {
  const variable = k.newVar(hint);
  body.push(k.declare(variable, value));
  return k.valueOf(variable);
}

export function contractionLoops(contraction: Contraction, target: Target): Loops {
  const { tile, lanes } = target;
  const width = tile.vectors * lanes;
  const extents = new Extents();
  const blocking = blockingOf(contraction, target, width);
  const { accesses, batch, rows, columns, reduced } = contraction;
  const innerSteps = k.size(blocking.innerSteps);
  const blockSteps = k.mul(k.size(blocking.outer), innerSteps);
  const scratch = (slot: number, length: Expr): BufferRef => ({
    storage: 'f32',
    space: 'scratch',
    slot,
    length,
  });
  const rowBlock = k.size(blocking.rows);
  const columnBlock = k.size(blocking.columns);
  const left = scratch(0, k.mul(rowBlock, blockSteps));
  const right = scratch(1, k.mul(columnBlock, blockSteps));
  const spill = scratch(2, k.i32(tile.rows * width));
  const shared = { accesses, extents, batch, reduced, lanes };
  const packLeft = packProcedure({
    ...shared,
    factor: contraction.left,
    across: rows,
    width: tile.rows,
    panel: left,
    hint: 'packLeft',
  });
  const packRight = packProcedure({
    ...shared,
    factor: contraction.right,
    across: columns,
    width,
    panel: right,
    hint: 'packRight',
  });
  const { blocked } = blocking;
  const multiply = tileProcedure({
    contraction,
    extents,
    rows: tile.rows,
    vectors: tile.vectors,
    lanes,
    left,
    right,
    spill,
    blocked,
  });

  const body = nest(batch, extents, new Map(), (positions) => {
    const batchArgs = batch.map((axis) => positions.get(axis) ?? k.i32(0));
    const rowTotal = flatExtent(rows, extents);
    const columnTotal = flatExtent(columns, extents);
    const [outermost] = reduced;
    const reducedTotal = outermost === undefined ? k.i32(1) : extents.of(outermost);

    const kBlock = k.newVar('kBlock');
    const columnStart = k.newVar('columnStart');
    const rowStart = k.newVar('rowStart');

    const inBlock: Stmt[] = [];
    const kFrom = named(inBlock, 'kFrom', k.mul(k.valueOf(kBlock), k.size(blocking.outer)));
    const kTo = named(inBlock, 'kTo', smaller(k.add(kFrom, k.size(blocking.outer)), reducedTotal));
    const steps = named(inBlock, 'steps', k.mul(k.sub(kTo, kFrom), innerSteps));
    const isFirst = k.cast(k.eq(kFrom, k.i32(0)), 'i32');
    const isLast = k.cast(k.eq(kTo, reducedTotal), 'i32');
    const blockFlags = blocked ? [isFirst, isLast] : [];

    /** A loop over tiles of a block that starts at `start`: gives first element and panel. */
    const overPanels = (
      start: Expr,
      count: Expr,
      tileSize: number,
      inside: (element: Expr, panelAt: Expr) => readonly Stmt[],
    ): Stmt => {
      const offset = k.newVar('offset');
      const inner: Stmt[] = [];
      const element = named(inner, 'element', k.add(start, k.valueOf(offset)));
      const panelAt = named(inner, 'panelAt', k.mul(k.valueOf(offset), steps));
      inner.push(...inside(element, panelAt));
      const end = k.add(count, k.i32(tileSize - 1));
      return k.loop(offset, { to: end, step: tileSize }, inner);
    };

    const inColumns: Stmt[] = [];
    const columnCount = named(
      inColumns,
      'columnCount',
      smaller(columnBlock, k.sub(columnTotal, k.valueOf(columnStart))),
    );
    inColumns.push(
      overPanels(k.valueOf(columnStart), columnCount, width, (column, panelAt) => [
        { kind: 'call', procedure: packRight, args: [...batchArgs, column, kFrom, kTo, panelAt] },
      ]),
    );
    const inRows: Stmt[] = [];
    const rowCount = named(
      inRows,
      'rowCount',
      smaller(rowBlock, k.sub(rowTotal, k.valueOf(rowStart))),
    );
    inRows.push(
      overPanels(k.valueOf(rowStart), rowCount, tile.rows, (row, panelAt) => [
        { kind: 'call', procedure: packLeft, args: [...batchArgs, row, kFrom, kTo, panelAt] },
      ]),
      overPanels(k.valueOf(columnStart), columnCount, width, (column, rightAt) => [
        overPanels(k.valueOf(rowStart), rowCount, tile.rows, (row, leftAt) => [
          {
            kind: 'call',
            procedure: multiply,
            args: [...batchArgs, row, column, steps, leftAt, rightAt, ...blockFlags],
          },
        ]),
      ]),
    );
    inColumns.push(blockLoop(rowStart, rowTotal, rowBlock, inRows));
    inBlock.push(blockLoop(columnStart, columnTotal, columnBlock, inColumns));
    const blocks = k.size(Math.ceil((outermost?.extent ?? 1) / blocking.outer));
    return [k.loop(kBlock, { to: blocks }, inBlock)];
  });
  return {
    kind: 'loops',
    name: 'contraction',
    buffers: buffersOf(accesses, [left, right, spill]),
    procedures: [packLeft, packRight, multiply],
    body,
  };
}

/** `for (start = 0; start < total; start += block)`, with a block that is known at run time. */
function blockLoop(
  start: ReturnType<typeof k.newVar>,
  end: Expr,
  block: Expr,
  body: readonly Stmt[],
): Stmt {
  const count = k.newVar('block');
  const blocks = k.idiv(k.add(end, k.sub(block, k.i32(1))), block);
  return k.loop(count, { to: blocks }, [k.declare(start, k.mul(k.valueOf(count), block)), ...body]);
}

// The recipe for sums of products: packed panels, a register tile, cache blocks, as in
// Goto & van de Geijn 2008 and BLIS. Convolutions gather their windows while packing.
import * as k from '../ir/build.js';
import type { Axis, BufferRef, Expr, Var } from '../ir/expr.js';
import type { Loops, Procedure, Stmt } from '../ir/loops.js';
import { flatExtent, packingWay, packProcedure } from './contraction-pack.js';
import type { Contraction } from './contraction-shape.js';
import { tileProcedure } from './contraction-tile.js';
import { buffersOf, Extents, nest } from './nest.js';
import type { Target, Tile } from './target.js';

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
  readonly columnBlocks: number;
  readonly reducedBlocks: number;
}

function total(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * axis.extent, 1);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

function blockingOf(contraction: Contraction, target: Target, tile: Tile): Blocking {
  const width = tile.vectors * target.lanes;
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
  const tileRows = tile.rows;
  const rowTotal = total(contraction.rows);
  // Every thread gets a share of the rows; which rows share a block changes no sum.
  const rowsPerThread = roundUp(Math.ceil(rowTotal / target.threads), tileRows);
  const rows = Math.max(tileRows, Math.floor(rowsInCache / tileRows) * tileRows);
  const columnsInCache = Math.max(width, Math.floor(RIGHT_BYTES / 4 / blockSteps / width) * width);
  const columnTotal = roundUp(total(contraction.columns), width);
  const columns = Math.min(columnsInCache, columnTotal);
  return {
    outer,
    innerSteps,
    blocked: outer < outermostExtent,
    rows: Math.min(rows, rowsPerThread),
    columns,
    columnBlocks: Math.ceil(columnTotal / columns),
    reducedBlocks: Math.ceil(outermostExtent / outer),
  };
}

/** Time of packing element by element, as a share of the whole. */
const SLOW_PACKING = 0.15;

/** The tile that loses least to its rate, to rows past the end and to slow packing. */
function chooseTile(contraction: Contraction, target: Target): Tile {
  const { accesses, left, rows, reduced } = contraction;
  const rowsPerThread = Math.ceil(total(rows) / target.threads);
  const worth = (tile: Tile): number => {
    const question = { accesses, factor: left, across: rows, reduced, lanes: target.lanes };
    const way = packingWay({ ...question, width: tile.rows });
    const packing = way === 'single' ? 1 - SLOW_PACKING : 1;
    return tile.rate * packing * (rowsPerThread / roundUp(rowsPerThread, tile.rows));
  };
  return target.tiles.reduce((best, tile) => (worth(tile) > worth(best) ? tile : best));
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

/** Batches from which threads take whole products instead of sharing the rows of one. */
const MANY_BATCHES = 4;

/** Writes the loops round the three procedures: pack left, pack right, multiply a tile. */
class ContractionWriter {
  readonly #extents = new Extents();
  readonly #tileShape: Tile;
  readonly #width: number;
  readonly #blocking: Blocking;
  /** Whether threads take whole products of the batch. */
  readonly #byBatch: boolean;
  readonly #blockSteps: Expr;
  readonly #innerSteps: Expr;
  readonly #rowBlock: Expr;
  readonly #columnBlock: Expr;
  readonly #outer: Expr;
  readonly #scratch: BufferRef[] = [];

  constructor(
    private readonly contraction: Contraction,
    private readonly target: Target,
  ) {
    this.#tileShape = chooseTile(contraction, target);
    this.#width = this.#tileShape.vectors * target.lanes;
    const blocking = blockingOf(contraction, target, this.#tileShape);
    this.#blocking = blocking;
    this.#byBatch = total(contraction.batch) >= MANY_BATCHES;
    this.#innerSteps = k.size(blocking.innerSteps);
    this.#outer = k.size(blocking.outer);
    this.#blockSteps = k.mul(this.#outer, this.#innerSteps);
    this.#rowBlock = k.size(blocking.rows);
    this.#columnBlock = k.size(blocking.columns);
  }

  write(): Loops {
    const { accesses, batch } = this.contraction;
    const left = this.#newScratch(k.mul(this.#rowBlock, this.#blockSteps), true);
    const right = this.#newScratch(k.mul(this.#columnBlock, this.#blockSteps), this.#byBatch);
    const packLeft = this.#packing(left, 'packLeft');
    const packRight = this.#packing(right, 'packRight');
    const multiply = this.#tile(left, right);
    const body = nest(
      batch,
      this.#extents,
      new Map(),
      (positions) => {
        const args = batch.map((axis) => positions.get(axis) ?? k.i32(0));
        return this.#blocks(args, packLeft, packRight, multiply);
      },
      this.#byBatch ? 'parallel' : 'serial',
    );
    return {
      kind: 'loops',
      name: 'contraction',
      buffers: buffersOf(accesses, this.#scratch),
      procedures: [packLeft, packRight, multiply],
      body,
    };
  }

  #newScratch(length: Expr, perThread: boolean): BufferRef {
    const slot = this.#scratch.length;
    const buffer: BufferRef = { storage: 'f32', space: 'scratch', slot, length, perThread };
    this.#scratch.push(buffer);
    return buffer;
  }

  #packing(panel: BufferRef, hint: 'packLeft' | 'packRight'): Procedure {
    const { accesses, batch, reduced, rows, columns, left, right } = this.contraction;
    const isLeft = hint === 'packLeft';
    return packProcedure({
      accesses,
      extents: this.#extents,
      batch,
      reduced,
      lanes: this.target.lanes,
      factor: isLeft ? left : right,
      across: isLeft ? rows : columns,
      width: isLeft ? this.#tileShape.rows : this.#width,
      panel,
      hint,
    });
  }

  #tile(left: BufferRef, right: BufferRef): Procedure {
    const { contraction, target } = this;
    const [output] = contraction.outputs;
    const plain = contraction.outputs.length === 1 && output?.value.kind === 'stage';
    const { rows, columns } = contraction;
    const spill = this.#newScratch(k.i32(this.#tileShape.rows * this.#width), true);
    const sums = k.mul(flatExtent(rows, this.#extents), flatExtent(columns, this.#extents));
    // Partial sums wait in the output itself, unless what is stored there is something else.
    const partial =
      this.#blocking.blocked && !plain ? this.#newScratch(sums, this.#byBatch) : undefined;
    return tileProcedure({
      contraction,
      extents: this.#extents,
      rows: this.#tileShape.rows,
      vectors: this.#tileShape.vectors,
      lanes: target.lanes,
      left,
      right,
      spill,
      partial,
      blocked: this.#blocking.blocked,
    });
  }

  /** Blocks of reduced steps, in them blocks of columns, in them blocks of rows. */
  #blocks(
    batchArgs: readonly Expr[],
    packLeft: Procedure,
    packRight: Procedure,
    multiply: Procedure,
  ): readonly Stmt[] {
    const { contraction } = this;
    const rowTotal = flatExtent(contraction.rows, this.#extents);
    const columnTotal = flatExtent(contraction.columns, this.#extents);
    const [outermost] = contraction.reduced;
    const reducedTotal = outermost === undefined ? k.i32(1) : this.#extents.of(outermost);
    const kBlock = k.newVar('kBlock');
    const columnStart = k.newVar('columnStart');
    const rowStart = k.newVar('rowStart');

    const inBlock: Stmt[] = [];
    const kFrom = named(inBlock, 'kFrom', k.mul(k.valueOf(kBlock), this.#outer));
    const kTo = named(inBlock, 'kTo', smaller(k.add(kFrom, this.#outer), reducedTotal));
    const steps = named(inBlock, 'steps', k.mul(k.sub(kTo, kFrom), this.#innerSteps));
    const isFirst = k.cast(k.eq(kFrom, k.i32(0)), 'i32');
    const isLast = k.cast(k.eq(kTo, reducedTotal), 'i32');
    const flags = this.#blocking.blocked ? [isFirst, isLast] : [];

    const inColumns: Stmt[] = [];
    const columnsLeft = k.sub(columnTotal, k.valueOf(columnStart));
    const columnCount = named(inColumns, 'columnCount', smaller(this.#columnBlock, columnsLeft));
    const share = this.#byBatch ? 'serial' : 'parallel';
    if (this.#repeats()) inColumns.push({ kind: 'barrier' });
    const columns = { start: k.valueOf(columnStart), count: columnCount, tile: this.#width, steps };
    inColumns.push(
      overPanels(columns, share, (column, panelAt) => [
        { kind: 'call', procedure: packRight, args: [...batchArgs, column, kFrom, kTo, panelAt] },
      ]),
    );
    if (!this.#byBatch) inColumns.push({ kind: 'barrier' });

    const inRows: Stmt[] = [];
    const rowsLeft = k.sub(rowTotal, k.valueOf(rowStart));
    const rowCount = named(inRows, 'rowCount', smaller(this.#rowBlock, rowsLeft));
    const rows = {
      start: k.valueOf(rowStart),
      count: rowCount,
      tile: this.#tileShape.rows,
      steps,
    };
    inRows.push(
      overPanels(rows, 'serial', (row, panelAt) => [
        { kind: 'call', procedure: packLeft, args: [...batchArgs, row, kFrom, kTo, panelAt] },
      ]),
      overPanels(columns, 'serial', (column, rightAt) => [
        overPanels(rows, 'serial', (row, leftAt) => [
          {
            kind: 'call',
            procedure: multiply,
            args: [...batchArgs, row, column, steps, leftAt, rightAt, ...flags],
          },
        ]),
      ]),
    );
    inColumns.push(blockLoop(rowStart, rowTotal, this.#rowBlock, share, inRows));
    inBlock.push(blockLoop(columnStart, columnTotal, this.#columnBlock, 'serial', inColumns));
    return [k.loop(kBlock, { to: k.size(this.#blocking.reducedBlocks) }, inBlock)];
  }

  /** Whether the right panels are packed more than once, so that threads must wait in between. */
  #repeats(): boolean {
    const { columnBlocks, reducedBlocks } = this.#blocking;
    return !this.#byBatch && columnBlocks * reducedBlocks * total(this.contraction.batch) > 1;
  }
}

/** A block's range of rows or columns, its tile size, and the reduced steps in the block. */
interface PanelRange {
  readonly start: Expr;
  readonly count: Expr;
  readonly tile: number;
  readonly steps: Expr;
}

/** A loop over the tiles of a range: `inside` gets the first row or column, and the panel's place. */
function overPanels(
  range: PanelRange,
  as: 'serial' | 'parallel',
  inside: (element: Expr, panelAt: Expr) => readonly Stmt[],
): Stmt {
  const offset = k.newVar('offset');
  const inner: Stmt[] = [];
  const element = named(inner, 'element', k.add(range.start, k.valueOf(offset)));
  const panelAt = named(inner, 'panelAt', k.mul(k.valueOf(offset), range.steps));
  inner.push(...inside(element, panelAt));
  const to = k.add(range.count, k.i32(range.tile - 1));
  return { kind: 'for', as, variable: offset, from: k.i32(0), to, step: range.tile, body: inner };
}

/** `for (start = 0; start < total; start += block)`, with a block that is known at run time. */
function blockLoop(
  start: Var,
  end: Expr,
  block: Expr,
  as: 'serial' | 'parallel',
  body: readonly Stmt[],
): Stmt {
  const count = k.newVar('block');
  const to = k.idiv(k.add(end, k.sub(block, k.i32(1))), block);
  return {
    kind: 'for',
    as,
    variable: count,
    from: k.i32(0),
    to,
    step: 1,
    body: [k.declare(start, k.mul(k.valueOf(count), block)), ...body],
  };
}

export function contractionLoops(contraction: Contraction, target: Target): Loops {
  return new ContractionWriter(contraction, target).write();
}

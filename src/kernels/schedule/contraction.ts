// The recipe for sums of products: packed panels, a register tile, cache blocks, as in
// Goto & van de Geijn 2008 and BLIS. Convolutions gather their windows while packing.
import * as k from '../ir/build.js';
import type { BufferRef, Expr, Var } from '../ir/expr.js';
import type { Loops, Procedure, Stmt } from '../ir/loops.js';
import { total } from './axes.js';
import { type Blocking, blockingOf, chooseTile } from './contraction-blocking.js';
import { flatExtent, packProcedure } from './contraction-pack.js';
import type { Contraction } from './contraction-shape.js';
import { rowsInPlace, tileProcedure } from './contraction-tile.js';
import { buffersOf, Extents, nest } from './nest.js';
import { packedRight, panelStart } from './packed-columns.js';
import type { Target, Tile } from './target.js';

/** Columns from which it pays to pack rows that could be read where they lie. */
const COLUMNS_TO_PACK = 256;

function smaller(a: Expr, b: Expr): Expr {
  return k.select(k.lt(a, b), a, b);
}

/** A variable declared in `body`. */
function named(body: Stmt[], hint: string, value: Expr): Expr {
  const variable = k.newVar(hint);
  body.push(k.declare(variable, value));
  return k.valueOf(variable);
}

/** Writes the loops round the three procedures: pack left, pack right, multiply a tile. */
class ContractionWriter {
  readonly #extents = new Extents();
  readonly #tileShape: Tile;
  readonly #width: number;
  readonly #blocking: Blocking;
  /** Whether threads take whole products of the batch. */
  readonly #byBatch: boolean;
  /** Whether rows of the left factor are read where they lie. */
  readonly #inPlace: boolean;
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
    this.#byBatch = blocking.share === 'batch';
    const reused = !blocking.rowsFirst && total(contraction.columns) >= COLUMNS_TO_PACK;
    this.#inPlace = !reused && rowsInPlace(contraction) !== undefined;
    this.#innerSteps = k.size(blocking.innerSteps);
    this.#outer = k.size(blocking.outer);
    this.#blockSteps = k.mul(this.#outer, this.#innerSteps);
    this.#rowBlock = k.size(blocking.rows);
    this.#columnBlock = k.size(blocking.columns);
  }

  write(): Loops {
    const { accesses, batch } = this.contraction;
    const { rowsFirst } = this.#blocking;
    const columns = rowsFirst ? k.i32(this.#width) : this.#columnBlock;
    const left = this.#inPlace
      ? undefined
      : this.#newScratch(k.mul(this.#rowBlock, this.#blockSteps), this.#byBatch || !rowsFirst);
    const right = this.#rightPanels(columns);
    const packLeft = left === undefined ? undefined : this.#packing(left, 'packLeft');
    const multiply = this.#tile(left, right.buffer);
    const body = nest(
      batch,
      this.#extents,
      new Map(),
      (positions) => {
        const args = batch.map((axis) => positions.get(axis) ?? k.i32(0));
        return this.#blocks(args, packLeft, right, multiply);
      },
      this.#byBatch ? 'parallel' : 'serial',
    );
    return {
      kind: 'loops',
      name: 'contraction',
      buffers: buffersOf(accesses, this.#scratch),
      procedures: [packLeft, right.pack, multiply].filter((each) => each !== undefined),
      body,
    };
  }

  /** Where the tile finds its columns: packed beforehand, or in scratch memory that is packed here. */
  #rightPanels(columns: Expr): RightPanels {
    const { accesses } = this.contraction;
    const packed = packedRight(this.contraction, this.#width);
    if (packed !== undefined) return { buffer: accesses.bufferOf(packed), pack: undefined };
    const perThread = this.#byBatch || this.#blocking.rowsFirst;
    const buffer = this.#newScratch(k.mul(columns, this.#blockSteps), perThread);
    return { buffer, pack: this.#packing(buffer, 'packRight') };
  }

  /** Where a panel that was packed beforehand begins. */
  #panelStart(batchArgs: readonly Expr[], column: Expr, kFrom: Expr): Expr {
    const { contraction } = this;
    const width = this.#width;
    const packed = packedRight(contraction, width);
    if (packed === undefined) throw new Error('the columns are not packed');
    const steps = flatExtent(contraction.reduced, this.#extents);
    const from = k.mul(kFrom, this.#innerSteps);
    return panelStart(contraction, packed, batchArgs, { column, from, steps, width });
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

  #tile(left: BufferRef | undefined, right: BufferRef): Procedure {
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

  /** Blocks of reduced steps, in them all rows and columns. */
  #blocks(
    batchArgs: readonly Expr[],
    packLeft: Procedure | undefined,
    right: RightPanels,
    multiply: Procedure,
  ): readonly Stmt[] {
    const { contraction } = this;
    const [outermost] = contraction.reduced;
    const reducedTotal = outermost === undefined ? k.i32(1) : this.#extents.of(outermost);
    const kBlock = k.newVar('kBlock');
    const body: Stmt[] = [];
    const kFrom = named(body, 'kFrom', k.mul(k.valueOf(kBlock), this.#outer));
    const kTo = named(body, 'kTo', smaller(k.add(kFrom, this.#outer), reducedTotal));
    const steps = named(body, 'steps', k.mul(k.sub(kTo, kFrom), this.#innerSteps));
    const isFirst = k.cast(k.eq(kFrom, k.i32(0)), 'i32');
    const isLast = k.cast(k.eq(kTo, reducedTotal), 'i32');
    const flags = this.#blocking.blocked ? [isFirst, isLast] : [];
    const block: Block = {
      steps,
      rowTotal: flatExtent(contraction.rows, this.#extents),
      columnTotal: flatExtent(contraction.columns, this.#extents),
      packLeft: (row, at) =>
        packLeft === undefined ? [] : [call(packLeft, [...batchArgs, row, kFrom, kTo, at])],
      right: (column, at) =>
        right.pack === undefined
          ? { at: this.#panelStart(batchArgs, column, kFrom), pack: [] }
          : { at, pack: [call(right.pack, [...batchArgs, column, kFrom, kTo, at])] },
      multiply: (row, column, leftAt, rightAt) =>
        call(multiply, [
          ...batchArgs,
          row,
          column,
          steps,
          this.#inPlace ? kFrom : leftAt,
          rightAt,
          ...flags,
        ]),
    };
    body.push(...(this.#blocking.rowsFirst ? this.#rowsFirst(block) : this.#byBlocks(block)));
    return [k.loop(kBlock, { to: k.size(this.#blocking.reducedBlocks) }, body)];
  }

  /** All rows are packed; then threads take columns, a panel at a time. */
  #rowsFirst(block: Block): readonly Stmt[] {
    const { steps, rowTotal, columnTotal } = block;
    const share = this.#byBatch ? 'serial' : 'parallel';
    const rows = { start: k.i32(0), count: rowTotal, tile: this.#tileShape.rows, steps };
    const columns = { start: k.i32(0), count: columnTotal, tile: this.#width, steps };
    return [
      ...(this.#inPlace ? this.#waitForSums() : this.#packRows(block, rows, share)),
      overPanels(columns, share, (column) => {
        const right = block.right(column, k.i32(0));
        return [
          ...right.pack,
          overPanels(rows, 'serial', (row, leftAt) => [
            block.multiply(row, column, leftAt, right.at),
          ]),
        ];
      }),
    ];
  }

  /** Sums of earlier blocks may be another thread's. Where rows are packed, all wait for that. */
  #waitForSums(): readonly Stmt[] {
    return this.#blocking.blocked && !this.#byBatch ? [barrier] : [];
  }

  /** Packs all rows, for all threads to read. */
  #packRows(block: Block, rows: PanelRange, share: 'serial' | 'parallel'): readonly Stmt[] {
    return [
      ...this.#waitBeforePacking(),
      overPanels(rows, share, block.packLeft),
      ...(this.#byBatch ? [] : [barrier]),
    ];
  }

  /** Blocks of columns, packed by all threads; in them threads take blocks of rows. */
  #byBlocks(block: Block): readonly Stmt[] {
    const { steps, rowTotal, columnTotal } = block;
    const share = this.#byBatch ? 'serial' : 'parallel';
    const columnStart = k.newVar('columnStart');
    const rowStart = k.newVar('rowStart');
    const body: Stmt[] = [];
    const columnsLeft = k.sub(columnTotal, k.valueOf(columnStart));
    const columnCount = named(body, 'columnCount', smaller(this.#columnBlock, columnsLeft));
    const columns = { start: k.valueOf(columnStart), count: columnCount, tile: this.#width, steps };
    body.push(...this.#waitBeforePacking(), ...this.#packColumns(block, columns, share));
    const inRows: Stmt[] = [];
    const rowsLeft = k.sub(rowTotal, k.valueOf(rowStart));
    const rowCount = named(inRows, 'rowCount', smaller(this.#rowBlock, rowsLeft));
    const tile = this.#tileShape.rows;
    const rows = { start: k.valueOf(rowStart), count: rowCount, tile, steps };
    inRows.push(
      ...(this.#inPlace ? [] : [overPanels(rows, 'serial', block.packLeft)]),
      overPanels(columns, 'serial', (column, panelAt) => [
        overPanels(rows, 'serial', (row, leftAt) => [
          block.multiply(row, column, leftAt, block.right(column, panelAt).at),
        ]),
      ]),
    );
    body.push(blockLoop(rowStart, rowTotal, this.#rowBlock, share, inRows));
    return [blockLoop(columnStart, columnTotal, this.#columnBlock, 'serial', body)];
  }

  /** Packs the columns of a block and waits for them, unless they were packed beforehand. */
  #packColumns(block: Block, columns: PanelRange, share: 'serial' | 'parallel'): readonly Stmt[] {
    if (packedRight(this.contraction, this.#width) !== undefined) return [];
    const pack = overPanels(columns, share, (column, at) => block.right(column, at).pack);
    return this.#byBatch ? [pack] : [pack, barrier];
  }

  /** Where shared panels are packed more than once, threads must have done with the ones before. */
  #waitBeforePacking(): readonly Stmt[] {
    return this.#repeats() ? [barrier] : [];
  }

  /** Whether panels that threads share are packed more than once. */
  #repeats(): boolean {
    const { columnBlocks, reducedBlocks } = this.#blocking;
    return !this.#byBatch && columnBlocks * reducedBlocks * total(this.contraction.batch) > 1;
  }
}

/** What holds packed columns, and how they get there; undefined where they were packed before. */
interface RightPanels {
  readonly buffer: BufferRef;
  readonly pack: Procedure | undefined;
}

const barrier: Stmt = { kind: 'barrier' };

function call(procedure: Procedure, args: readonly Expr[]): Stmt {
  return { kind: 'call', procedure, args };
}

/** One block of reduced steps: its sizes, and the calls that work on it. */
interface Block {
  readonly steps: Expr;
  readonly rowTotal: Expr;
  readonly columnTotal: Expr;
  readonly packLeft: (row: Expr, panelAt: Expr) => readonly Stmt[];
  /** Where the panel of a column is, given its place in scratch memory, and what packs it there. */
  readonly right: (
    column: Expr,
    panelAt: Expr,
  ) => { readonly at: Expr; readonly pack: readonly Stmt[] };
  readonly multiply: (row: Expr, column: Expr, leftAt: Expr, rightAt: Expr) => Stmt;
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

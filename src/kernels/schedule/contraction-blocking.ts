// How a sum of products is cut: which register tile, how large its blocks, and what threads share.
// Sizes and the target decide; contraction.ts writes the loops.
import { total } from './axes.js';
import { packingWay } from './contraction-pack.js';
import type { Contraction } from './contraction-shape.js';
import type { Target, Tile } from './target.js';

/** Reduced steps that one block aims at: both panels of a tile then stay in the first cache. */
const BLOCK_STEPS = 320;
/** Reduced steps up to which one block is made, so that sums stay in registers. */
const UNBLOCKED_STEPS = 640;
/** Bytes of packed right panels per block: what the last-level cache holds with ease. */
const RIGHT_BYTES = 4 << 20;

/**
 * Rows of a block where threads share rows: what a quicker thread can take over. With fewer, right
 * panels are read too often; with more, threads wait for the last block.
 */
const ROWS_TO_SHARE = 24;
/** Column panels for each thread from which threads share columns. */
const PANELS_PER_THREAD = 4;
/** Batches from which threads take whole products instead of sharing the rows of one. */
const MANY_BATCHES = 4;

/** Numbers of a blocking; they depend on sizes and become parameters where not 0 or 1. */
export interface Blocking {
  /** Positions of the outermost reduced axis in one block, and reduced steps of one position. */
  readonly outer: number;
  readonly innerSteps: number;
  readonly blocked: boolean;
  /**
   * What threads share. Columns where all packed rows stay in the cache: each right panel is then
   * packed just before it is used. Whole products of a batch where there are many.
   */
  readonly share: 'rows' | 'columns' | 'batch';
  /** Whether all rows are packed at once, so that right panels are made one at a time. */
  readonly rowsFirst: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly columnBlocks: number;
  readonly reducedBlocks: number;
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** How the reduced axes are cut; never by the number of threads, since it decides roundings. */
function cutReduced(
  contraction: Contraction,
): Pick<Blocking, 'outer' | 'innerSteps' | 'blocked' | 'reducedBlocks'> {
  const extent = contraction.reduced[0]?.extent ?? 1;
  const steps = total(contraction.reduced);
  const sumsFit = contraction.outputs.some((output) => output.dtype === 'float32');
  const whole = steps <= UNBLOCKED_STEPS || !sumsFit || extent === 1;
  const blocks = whole ? 1 : Math.ceil(steps / BLOCK_STEPS);
  const outer = Math.max(1, Math.ceil(extent / blocks));
  return {
    outer,
    innerSteps: steps / extent,
    blocked: outer < extent,
    reducedBlocks: Math.ceil(extent / outer),
  };
}

export function blockingOf(contraction: Contraction, target: Target, tile: Tile): Blocking {
  const width = tile.vectors * target.lanes;
  const { threads } = target;
  const reduced = cutReduced(contraction);
  const blockSteps = reduced.outer * reduced.innerSteps;
  const rowsInCache = Math.floor(target.cacheBytes / 2 / 4 / blockSteps);
  const rowTotal = roundUp(total(contraction.rows), tile.rows);
  const columnTotal = roundUp(total(contraction.columns), width);
  const byBatch = total(contraction.batch) >= MANY_BATCHES;
  const enoughPanels = threads === 1 || columnTotal / width >= PANELS_PER_THREAD * threads;
  const rowsFirst = rowTotal <= rowsInCache && (byBatch || enoughPanels);
  if (rowsFirst) {
    const share = byBatch ? 'batch' : 'columns';
    const whole = { rows: rowTotal, columns: columnTotal, columnBlocks: 1 };
    return { ...reduced, ...whole, share, rowsFirst };
  }
  const columnsInCache = Math.max(width, Math.floor(RIGHT_BYTES / 4 / blockSteps / width) * width);
  const columns = Math.min(columnsInCache, columnTotal);
  // Every thread gets as many blocks of rows, all of about the same size.
  const sharesRows = !byBatch && threads > 1;
  const rowsPerThread = Math.ceil(rowTotal / (sharesRows ? threads : 1));
  const mostRows = sharesRows ? Math.min(rowsInCache, ROWS_TO_SHARE) : rowsInCache;
  const blocksPerThread = Math.ceil(rowsPerThread / Math.max(tile.rows, mostRows));
  return {
    ...reduced,
    share: byBatch ? 'batch' : 'rows',
    rowsFirst,
    rows: roundUp(Math.ceil(rowsPerThread / blocksPerThread), tile.rows),
    columns,
    columnBlocks: Math.ceil(columnTotal / columns),
  };
}

/** Time of packing element by element, as a share of the whole. */
const SLOW_PACKING = 0.15;

/** The tile that loses least to its rate, to rows past the end and to slow packing. */
export function chooseTile(contraction: Contraction, target: Target): Tile {
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

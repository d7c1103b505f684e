// The GPU recipe for sums of products: a workgroup computes a tile of the output, whose operands
// pass through workgroup memory; each invocation keeps a small square of sums in registers.
import { range } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import { type Axis, type BufferRef, type Expr, F32, type ReadExpr } from '../ir/expr.js';
import { some } from '../ir/expr-walk.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import type { Contraction } from './contraction-shape.js';
import { Evaluator } from './evaluate.js';
import { flatExtentOf, loopOver, named, positionsAt, totalOf } from './gpu-place.js';
import { buffersOf, Extents, type Positions, storeOutputs } from './nest.js';

/** Invocations along each side of a tile. */
const SIDE = 16;
const INVOCATIONS = SIDE * SIDE;
/** Reduced steps that pass through workgroup memory at once. */
const STEPS = 16;
/** Sums an invocation holds along a long side. */
const MOST_SUMS = 4;

const barrier: Stmt = { kind: 'barrier' };

/** One operand: which part of it a workgroup needs, and where that is kept. */
interface Operand {
  readonly factor: Expr;
  readonly across: readonly Axis[];
  /** Positions across that one tile spans. */
  readonly width: number;
  readonly tile: BufferRef;
}

/** Elements from one reduced step to the next: an odd number, so that banks do not collide. */
function lineOf({ width }: Pick<Operand, 'width'>): number {
  return width + 1;
}

function sumsFor(axes: readonly Axis[]): number {
  return totalOf(axes) <= SIDE ? 1 : MOST_SUMS;
}

export function gpuContractionLoops(contraction: Contraction): Loops {
  const { accesses, batch, rows, columns, reduced } = contraction;
  const extents = new Extents();
  const operand = (factor: Expr, across: readonly Axis[], slot: number): Operand => {
    const width = SIDE * sumsFor(across);
    const length = k.i32(STEPS * lineOf({ width }));
    return { factor, across, width, tile: { storage: 'f32', space: 'workgroup', slot, length } };
  };
  const left = operand(contraction.left, rows, 0);
  const right = operand(contraction.right, columns, 1);
  const builder = new TileBuilder(contraction, extents, left, right);
  const tilesAlong = ({ across, width }: Operand): Expr =>
    k.size(Math.ceil(totalOf(across) / width));
  const groups = loopOver('group', 'batch', flatExtentOf(batch, extents), (batchFlat) => [
    loopOver('group', 'rowTile', tilesAlong(left), (rowTile) => [
      loopOver('group', 'columnTile', tilesAlong(right), (columnTile) => [
        loopOver('thread', 'thread', k.i32(INVOCATIONS), (thread) => {
          const body: Stmt[] = [];
          const outer = positionsAt(batch, batchFlat, extents, body);
          builder.build(outer, rowTile, columnTile, thread, body);
          return body;
        }),
      ]),
    ]),
  ]);
  return {
    kind: 'loops',
    name: 'contraction',
    buffers: buffersOf(accesses, [left.tile, right.tile]),
    procedures: [],
    body: reduced.length === 0 ? [] : [groups],
  };
}

/** The statements of one invocation. */
class TileBuilder {
  constructor(
    private readonly contraction: Contraction,
    private readonly extents: Extents,
    private readonly left: Operand,
    private readonly right: Operand,
  ) {}

  build(outer: Positions, rowTile: Expr, columnTile: Expr, thread: Expr, body: Stmt[]): void {
    const { left, right, extents } = this;
    const x = named(body, 'x', k.call('and', thread, k.i32(SIDE - 1)));
    const y = named(body, 'y', k.call('shr', thread, k.i32(Math.log2(SIDE))));
    const rowStart = named(body, 'rowStart', k.mul(rowTile, k.i32(left.width)));
    const columnStart = named(body, 'columnStart', k.mul(columnTile, k.i32(right.width)));
    const sums = range(left.width / SIDE).map(() =>
      range(right.width / SIDE).map(() => k.newVar('sum', F32)),
    );
    for (const sum of sums.flat()) body.push(k.declare(sum, k.f32(0)));
    const steps = flatExtentOf(this.contraction.reduced, extents);
    const blocks = k.idiv(k.add(steps, k.i32(STEPS - 1)), k.i32(STEPS));
    body.push(
      loopOver('serial', 'block', blocks, (block) => {
        const inner: Stmt[] = [];
        const first = named(inner, 'first', k.mul(block, k.i32(STEPS)));
        this.#fill(left, outer, rowStart, first, thread, inner);
        this.#fill(right, outer, columnStart, first, thread, inner);
        inner.push(barrier, this.#multiply(sums, x, y), barrier);
        return inner;
      }),
    );
    sums.forEach((line, i) => {
      line.forEach((sum, j) => {
        const row = k.add(rowStart, k.add(y, k.i32(i * SIDE)));
        const column = k.add(columnStart, k.add(x, k.i32(j * SIDE)));
        body.push(this.#finish(outer, row, column, k.valueOf(sum)));
      });
    });
  }

  /** Copies the operand's part for the reduced steps from `first` on into workgroup memory. */
  #fill(
    operand: Operand,
    outer: Positions,
    start: Expr,
    first: Expr,
    thread: Expr,
    body: Stmt[],
  ): void {
    const { across, factor, tile, width } = operand;
    const { accesses, reduced } = this.contraction;
    // Neighbouring invocations read neighbouring elements.
    const alongSteps = this.#runsAlong(factor, reduced) > this.#runsAlong(factor, across);
    for (let piece = 0; piece < (STEPS * width) / INVOCATIONS; piece++) {
      const element = named(body, 'element', k.add(thread, k.i32(piece * INVOCATIONS)));
      // Both are powers of two.
      const fast = alongSteps ? STEPS : width;
      const quick = k.call('and', element, k.i32(fast - 1));
      const slow = k.call('shr', element, k.i32(Math.log2(fast)));
      const step = named(body, 'step', alongSteps ? quick : slow);
      const lane = named(body, 'lane', alongSteps ? slow : quick);
      const acrossFlat = named(body, 'across', k.add(start, lane));
      const stepFlat = named(body, 'reduced', k.add(first, step));
      const value = k.newVar('value', F32);
      body.push(k.declare(value, k.f32(0)));
      const inside = k.and(
        k.lt(acrossFlat, flatExtentOf(across, this.extents)),
        k.lt(stepFlat, flatExtentOf(reduced, this.extents)),
      );
      const then: Stmt[] = [];
      const at = positionsAt(across, acrossFlat, this.extents, then, outer);
      const positions = positionsAt(reduced, stepFlat, this.extents, then, at);
      const evaluator = new Evaluator(accesses, { positions, stages: [], body: then });
      then.push(k.set(value, evaluator.value(factor)));
      const place = k.add(k.mul(step, k.i32(lineOf(operand))), lane);
      body.push(k.when(inside, then), k.store(tile, place, k.valueOf(value)));
    }
  }

  /** How many reads of the factor have neighbours along the innermost of these axes. */
  #runsAlong(factor: Expr, axes: readonly Axis[]): number {
    const inner = axes.at(-1);
    if (inner === undefined) return 0;
    let count = 0;
    for (const [read, address] of this.contraction.accesses.reads()) {
      if (coefficient(address, inner) === 1 && holds(factor, read)) count += 1;
    }
    return count;
  }

  #multiply(sums: readonly (readonly ReturnType<typeof k.newVar>[])[], x: Expr, y: Expr): Stmt {
    const { left, right } = this;
    return loopOver('serial', 'step', k.i32(STEPS), (step) => {
      const body: Stmt[] = [];
      const pick = (operand: Operand, place: Expr, index: number): Expr => {
        const line = k.add(k.mul(step, k.i32(lineOf(operand))), place);
        return named(body, 'factor', k.load(operand.tile, k.add(line, k.i32(index * SIDE))));
      };
      const rows = sums.map((_, index) => pick(left, y, index));
      const columns = (sums[0] ?? []).map((_, index) => pick(right, x, index));
      sums.forEach((line, i) => {
        line.forEach((sum, j) => {
          const [a, b] = [rows[i], columns[j]];
          if (a !== undefined && b !== undefined) {
            body.push(k.set(sum, k.mulAdd(a, b, k.valueOf(sum))));
          }
        });
      });
      return body;
    });
  }

  /** Writes one element of every output, where the tile does not stand out over its edge. */
  #finish(outer: Positions, row: Expr, column: Expr, sum: Expr): Stmt {
    const { accesses, outputs, rows, columns } = this.contraction;
    const then: Stmt[] = [];
    const atRow = positionsAt(rows, row, this.extents, then, outer);
    const positions = positionsAt(columns, column, this.extents, then, atRow);
    const place = { positions, stages: [sum], body: then };
    storeOutputs(accesses, outputs, new Evaluator(accesses, place), place);
    const inside = k.and(
      k.lt(row, flatExtentOf(rows, this.extents)),
      k.lt(column, flatExtentOf(columns, this.extents)),
    );
    return k.when(inside, then);
  }
}

function holds(expr: Expr, read: ReadExpr): boolean {
  return some(expr, (node) => node === read);
}

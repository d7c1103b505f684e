// The GPU recipe for reductions: a workgroup for each kept position, whose invocations share the
// reduced axes and join their results as a tree in workgroup memory; short rows take one invocation.
import * as k from '../ir/build.js';
import type { Axis, BufferRef, Expr, Scalar } from '../ir/expr.js';
import type { Combine, Compute, Output, Stage } from '../ir/kernel.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { combine, identityOf } from './combine.js';
import { Evaluator, type Place } from './evaluate.js';
import { flatExtentOf, loopOver, positionsAt, stridedLoop, totalOf } from './gpu-place.js';
import { buffersOf, nest, type Positions, storeOutputs } from './nest.js';
import { analyseRows, outputGroups, type Rows } from './row-analysis.js';
import type { Target } from './target.js';

/** Rows shorter than this are not worth waiting for each other. */
const SHORT_ROW = 64;
/** Terms that each invocation of a workgroup should have at least. */
const FEWEST_TERMS = 4;
const SMALLEST_GROUP = 32;

const barrier: Stmt = { kind: 'barrier' };

/** Invocations of a workgroup for rows of this length: a power of two. */
function groupSizeFor(length: number, target: Target): number {
  if (length < SHORT_ROW || target.workgroupSize < SMALLEST_GROUP) return 1;
  let size = SMALLEST_GROUP;
  while (size * 2 <= target.workgroupSize && size * 2 * FEWEST_TERMS <= length) size *= 2;
  return size;
}

/** Runs the stages for one kept position, then writes the outputs. */
class GroupBuilder {
  readonly #results: Expr[] = [];
  readonly tiles = new Map<Scalar, BufferRef>();

  constructor(
    private readonly rows: Rows,
    private readonly size: number,
  ) {}

  /** @param thread which of the `size` invocations runs this */
  build(positions: Positions, thread: Expr, body: Stmt[]): void {
    for (const stage of this.rows.stages) this.#stage(stage, positions, thread, body);
    for (const [over, outputs] of outputGroups(this.rows)) {
      this.#store(outputs, over, positions, thread, body);
    }
  }

  /** The invocation's share of the positions of `axes`. */
  #share(
    axes: readonly Axis[],
    positions: Positions,
    thread: Expr,
    inside: (positions: Positions, body: Stmt[]) => void,
  ): readonly Stmt[] {
    const { extents } = this.rows;
    const filled = (here: Positions, body: Stmt[]): Stmt[] => {
      inside(here, body);
      return body;
    };
    if (this.size === 1) return nest(axes, extents, positions, (here) => filled(here, []));
    const loop = stridedLoop(thread, flatExtentOf(axes, extents), this.size, (flat) => {
      const body: Stmt[] = [];
      return filled(positionsAt(axes, flat, extents, body, positions), body);
    });
    return [loop];
  }

  #place(positions: Positions, body: Stmt[]): Place {
    return { positions, body, stages: [...this.#results] };
  }

  #stage(stage: Stage, positions: Positions, thread: Expr, body: Stmt[]): void {
    const { type } = stage.body;
    const total = k.newVar('total', type);
    body.push(k.declare(total, identityOf(stage.by, type)));
    body.push(
      ...this.#share(stage.over, positions, thread, (here, inner) => {
        const term = new Evaluator(this.rows.accesses, this.#place(here, inner)).value(stage.body);
        inner.push(k.set(total, combine(stage.by, k.valueOf(total), term)));
      }),
    );
    if (this.size > 1) body.push(...this.#joined(stage.by, total, thread));
    this.#results.push(k.valueOf(total));
  }

  /** Joins the partial results of all invocations; afterwards each holds the whole one. */
  #joined(by: Combine, total: ReturnType<typeof k.newVar>, thread: Expr): readonly Stmt[] {
    const tile = this.#tile(total.type.scalar);
    const steps: Stmt[] = [k.store(tile, thread, k.valueOf(total)), barrier];
    for (let half = this.size / 2; half >= 1; half /= 2) {
      const other = k.load(tile, k.add(thread, k.i32(half)));
      const joined = combine(by, k.load(tile, thread), other);
      steps.push(k.when(k.lt(thread, k.i32(half)), [k.store(tile, thread, joined)]), barrier);
    }
    // The second barrier: nobody writes the tile anew before all have read it.
    return [...steps, k.set(total, k.load(tile, k.i32(0))), barrier];
  }

  #tile(scalar: Scalar): BufferRef {
    const known = this.tiles.get(scalar);
    if (known !== undefined) return known;
    const tile: BufferRef = {
      storage: scalar === 'bool' ? 'bool8' : scalar,
      space: 'workgroup',
      slot: this.tiles.size,
      length: k.i32(this.size),
    };
    this.tiles.set(scalar, tile);
    return tile;
  }

  #store(
    outputs: readonly Output[],
    over: readonly Axis[],
    positions: Positions,
    thread: Expr,
    body: Stmt[],
  ): void {
    const { accesses } = this.rows;
    const write = (here: Positions, inner: Stmt[]): void => {
      const place = this.#place(here, inner);
      storeOutputs(accesses, outputs, new Evaluator(accesses, place), place);
    };
    if (over.length > 0 || this.size === 1) {
      body.push(...this.#share(over, positions, thread, write));
      return;
    }
    const inner: Stmt[] = [];
    write(positions, inner);
    body.push(k.when(k.eq(thread, k.i32(0)), inner));
  }
}

export function gpuRowsLoops(compute: Compute, target: Target): Loops {
  const rows = analyseRows(compute);
  const { accesses, extents, kept } = rows;
  const longest = Math.max(...rows.stages.map((stage) => totalOf(stage.over)));
  const size = groupSizeFor(longest, target);
  const builder = new GroupBuilder(rows, size);
  const rowCount = flatExtentOf(kept, extents);
  const rowLoop = loopOver(size === 1 ? 'parallel' : 'group', 'row', rowCount, (flat) => {
    const inside = (thread: Expr): Stmt[] => {
      const body: Stmt[] = [];
      builder.build(positionsAt(kept, flat, extents, body), thread, body);
      return body;
    };
    if (size === 1) return inside(k.i32(0));
    return [loopOver('thread', 'thread', k.i32(size), inside)];
  });
  return {
    kind: 'loops',
    name: 'rows',
    buffers: buffersOf(accesses, [...builder.tiles.values()]),
    procedures: [],
    body: [rowLoop],
  };
}

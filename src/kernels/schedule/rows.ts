// The recipe for reductions: sums, maxima, softmax, layer norm, pooling, depthwise convolution.
// Vectors run along the reduced axis where that is contiguous, else along the last kept axis.
import * as k from '../ir/build.js';
import type { Axis, Expr } from '../ir/expr.js';
import type { Compute, Output, Stage } from '../ir/kernel.js';
import type { Loops, Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import { joinAxes } from './axes.js';
import { acrossLanes, combine, identityOf, vectorOf } from './combine.js';
import { Accesses, Evaluator, type Place } from './evaluate.js';
import {
  buffersOf,
  Extents,
  nest,
  outputBuffer,
  type Positions,
  storeOutput,
  vectorLoop,
} from './nest.js';
import { lanesFor } from './prepare.js';
import type { Target } from './target.js';

/** Vectors in flight, so that additions need not wait for each other. */
const PARTS = 4;

/** The compute with joined axes: what the two ways of ordering it share. */
interface Rows {
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

function analyse(compute: Compute): Rows {
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

/** The outputs that hold a stage's term, so that later uses read it back instead of computing. */
function placeForTerm(rows: Rows, stage: Stage): Output | undefined {
  return rows.outputs.find(
    ({ output, over }) =>
      over === stage.over &&
      output.dtype === 'float32' &&
      stage.body.type.scalar === 'f32' &&
      stage.body.type.lanes === 1,
  )?.output;
}

function usesTerm(rows: Rows, stage: number): boolean {
  const seen = new Set<Expr>();
  const uses = (expr: Expr): boolean => {
    if (seen.has(expr)) return false;
    seen.add(expr);
    if (expr.kind === 'term') return expr.stage === stage;
    if (expr.kind === 'call') return expr.args.some(uses);
    return expr.kind === 'cast' || expr.kind === 'bitcast' ? uses(expr.value) : false;
  };
  return rows.outputs.some(({ output }) => uses(output.value));
}

/** One kept position (or vector of them) at a time: runs all stages, then writes the outputs. */
class RowBuilder {
  readonly #results: Expr[] = [];
  readonly #kept = new Map<number, Output>();

  constructor(
    private readonly rows: Rows,
    private readonly body: Stmt[],
    private readonly positions: Positions,
    /** The vector axis when it is a kept one. */
    private readonly column: { readonly axis: Axis; readonly lanes: number } | undefined,
    /** Lanes along the innermost reduced axis otherwise. */
    private readonly rowLanes: number,
  ) {}

  build(): void {
    this.rows.stages.forEach((stage, index) => this.#stage(stage, index));
    for (const { output, over } of this.rows.outputs) this.#output(output, over);
  }

  #place(
    body: Stmt[],
    positions: Positions,
    vector: { readonly axis: Axis; readonly lanes: number } | undefined,
    terms?: ReadonlyMap<number, Expr>,
  ): Place {
    return {
      body,
      positions,
      stages: this.#results,
      ...(vector === undefined ? {} : { vector }),
      ...(terms === undefined ? {} : { terms }),
    };
  }

  #stage(stage: Stage, index: number): void {
    const keep = usesTerm(this.rows, index) ? placeForTerm(this.rows, stage) : undefined;
    if (keep !== undefined) this.#kept.set(index, keep);
    const lanes = this.column?.lanes ?? 1;
    const type = vectorOf(stage.body.type, lanes);
    const total = k.newVar('total', type);
    this.body.push(k.declare(total, identityOf(stage.by, type)));
    const inner = stage.over.at(-1);
    const whole = k.valueOf(total);
    const term = (
      positions: Positions,
      vector: { readonly axis: Axis; readonly lanes: number } | undefined,
      body: Stmt[],
    ): Expr => {
      const place = this.#place(body, positions, vector, this.#storedTerms(body, positions, vector, stage.over));
      const evaluator = new Evaluator(this.rows.accesses, place);
      const value = evaluator.value(stage.body);
      if (keep === undefined) return value;
      const held = k.newVar('term', value.type);
      body.push(k.declare(held, value));
      const address = evaluator.address(this.rows.accesses.addressOfOutput(keep));
      body.push(k.store(outputBuffer(keep), address, k.valueOf(held)));
      return k.valueOf(held);
    };
    if (this.rowLanes > 1 && inner !== undefined && this.column === undefined) {
      this.#alongRow(stage, inner, total, term);
      return;
    }
    this.body.push(
      ...nest(stage.over, this.rows.extents, this.positions, (positions) => {
        const body: Stmt[] = [];
        const value = term(positions, this.column, body);
        body.push(k.set(total, combine(stage.by, whole, value)));
        return body;
      }),
    );
    this.#results.push(whole);
  }

  /** Several vector partial sums along the innermost reduced axis, joined at the end. */
  #alongRow(
    stage: Stage,
    inner: Axis,
    total: Stmt extends never ? never : ReturnType<typeof k.newVar>,
    term: (
      positions: Positions,
      vector: { readonly axis: Axis; readonly lanes: number } | undefined,
      body: Stmt[],
    ) => Expr,
  ): void {
    const lanes = this.rowLanes;
    const type = vectorOf(stage.body.type, lanes);
    const parts = Array.from({ length: PARTS }, () => k.newVar('part', type));
    for (const part of parts) this.body.push(k.declare(part, identityOf(stage.by, type)));
    const outer = stage.over.slice(0, -1);
    const extent = this.rows.extents.of(inner);
    const block = lanes * PARTS;
    const run = (
      step: number,
      from: Expr,
      to: Expr,
      positions: Positions,
      inside: (variable: Expr, body: Stmt[], positions: Positions) => void,
    ): Stmt => {
      const variable = k.newVar('j');
      const body: Stmt[] = [];
      inside(k.valueOf(variable), body, positions);
      return { kind: 'for', as: 'serial', variable, from, to, step, body };
    };
    const at = (positions: Positions, position: Expr): Positions =>
      new Map(positions).set(inner, position);
    const addVector = (position: Expr, part: (typeof parts)[number]) =>
      (body: Stmt[], positions: Positions): void => {
        const value = term(at(positions, position), { axis: inner, lanes }, body);
        body.push(k.set(part, combine(stage.by, k.valueOf(part), value)));
      };
    this.body.push(
      ...nest(outer, this.rows.extents, this.positions, (positions) => {
        const blocks = k.call('and', extent, k.i32(-block));
        const vectors = k.call('and', extent, k.i32(-lanes));
        return [
          run(block, k.i32(0), blocks, positions, (j, body, here) => {
            parts.forEach((part, index) => {
              addVector(k.add(j, k.i32(index * lanes)), part)(body, here);
            });
          }),
          run(lanes, blocks, vectors, positions, (j, body, here) => {
            const [first] = parts;
            if (first !== undefined) addVector(j, first)(body, here);
          }),
          run(1, vectors, extent, positions, (j, body, here) => {
            const value = term(at(here, j), undefined, body);
            body.push(k.set(total, combine(stage.by, k.valueOf(total), value)));
          }),
        ];
      }),
    );
    let joined: Expr[] = parts.map(k.valueOf);
    while (joined.length > 1) {
      const half = joined.length / 2;
      joined = joined.slice(0, half).map((value, index) => {
        const other = joined[half + index];
        return other === undefined ? value : combine(stage.by, value, other);
      });
    }
    const [vector] = joined;
    if (vector !== undefined) {
      const held = k.newVar('lanes', type);
      this.body.push(k.declare(held, vector));
      const row = acrossLanes(stage.by, k.valueOf(held));
      this.body.push(k.set(total, combine(stage.by, k.valueOf(total), row)));
    }
    this.#results.push(k.valueOf(total));
  }

  /** Loads of the terms that earlier stages have stored at this position. */
  #storedTerms(
    body: Stmt[],
    positions: Positions,
    vector: { readonly axis: Axis; readonly lanes: number } | undefined,
    over: readonly Axis[],
  ): ReadonlyMap<number, Expr> | undefined {
    const terms = new Map<number, Expr>();
    for (const [stage, output] of this.#kept) {
      if (this.rows.stages[stage]?.over !== over || stage >= this.#results.length) continue;
      const place = this.#place(body, positions, vector);
      const address = new Evaluator(this.rows.accesses, place).address(
        this.rows.accesses.addressOfOutput(output),
      );
      terms.set(stage, k.load(outputBuffer(output), address, vector?.lanes ?? 1));
    }
    return terms.size === 0 ? undefined : terms;
  }

  #output(output: Output, over: readonly Axis[]): void {
    const write = (
      positions: Positions,
      vector: { readonly axis: Axis; readonly lanes: number } | undefined,
      body: Stmt[],
    ): void => {
      const terms = this.#storedTerms(body, positions, vector, over);
      const place = this.#place(body, positions, vector, terms);
      storeOutput(this.rows.accesses, output, new Evaluator(this.rows.accesses, place), place);
    };
    const inner = over.at(-1);
    if (inner === undefined || this.column !== undefined || this.rowLanes === 1) {
      this.body.push(
        ...nest(over, this.rows.extents, this.positions, (positions) => {
          const body: Stmt[] = [];
          write(positions, this.column, body);
          return body;
        }),
      );
      return;
    }
    this.body.push(
      ...nest(over.slice(0, -1), this.rows.extents, this.positions, (outer) =>
        vectorLoop(inner, this.rowLanes, this.rows.extents, outer, (positions, lanes) => {
          const body: Stmt[] = [];
          write(positions, lanes > 1 ? { axis: inner, lanes } : undefined, body);
          return body;
        }),
      ),
    );
  }
}

/** How many reads of stages run contiguously along an axis. */
function contiguousReads(rows: Rows, axis: Axis | undefined): number {
  if (axis === undefined) return 0;
  let count = 0;
  for (const [, address] of rows.accesses.reads()) {
    if (coefficient(address, axis) === 1) count++;
  }
  return count;
}

export function rowsLoops(compute: Compute, target: Target): Loops {
  const rows = analyse(compute);
  const wide = lanesFor(compute, target);
  const lastKept = rows.kept.at(-1);
  const lastReduced = rows.stages.at(-1)?.over.at(-1);
  const alongRow = contiguousReads(rows, lastReduced);
  const alongColumn =
    lastKept !== undefined && lastKept.extent >= wide ? contiguousReads(rows, lastKept) : 0;
  const columns = wide > 1 && alongColumn > alongRow;
  const rowLanes = wide > 1 && !columns && alongRow > 0 ? wide : 1;
  const point = (
    positions: Positions,
    column: { readonly axis: Axis; readonly lanes: number } | undefined,
  ): readonly Stmt[] => {
    const body: Stmt[] = [];
    new RowBuilder(rows, body, positions, column, rowLanes).build();
    return body;
  };
  const body =
    columns && lastKept !== undefined
      ? nest(
          rows.kept.slice(0, -1),
          rows.extents,
          new Map(),
          (positions) =>
            vectorLoop(
              lastKept,
              wide,
              rows.extents,
              positions,
              (inner, lanes) => point(inner, lanes > 1 ? { axis: lastKept, lanes } : undefined),
              rows.kept.length === 1 ? 'parallel' : 'serial',
            ),
          'parallel',
        )
      : nest(rows.kept, rows.extents, new Map(), (p) => point(p, undefined), 'parallel');
  return { kind: 'loops', name: 'rows', buffers: buffersOf(rows.accesses), procedures: [], body };
}

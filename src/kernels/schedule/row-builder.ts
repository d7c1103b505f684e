// One kept position of a reduction (or a vector of them): its stages, then its outputs.
// Between row-analysis.ts and rows.ts.
import * as k from '../ir/build.js';
import type { Axis, Expr, Var } from '../ir/expr.js';
import type { Output, Stage } from '../ir/kernel.js';
import type { Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import { acrossLanes, combine, identityOf, vectorOf } from './combine.js';
import { Evaluator, type Place } from './evaluate.js';
import { nest, outputBuffer, type Positions, storeOutputs, vectorLoop } from './nest.js';
import { outputGroups, type Rows } from './row-analysis.js';

/** Vectors in flight, so that additions need not wait for each other. */
export const PARTS = 4;
/** As many for maxima and minima that keep NaN: several dependent instructions each. */
const EXTREME_PARTS = 8;

function partsOf(stage: Stage): number {
  return stage.by === 'max' || stage.by === 'min' ? EXTREME_PARTS : PARTS;
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

type VectorAxis = { readonly axis: Axis; readonly lanes: number };

/** One kept position (or vector of them): its stages in order, then its outputs. */
export class RowBuilder {
  readonly #results: Expr[] = [];
  readonly #kept = new Map<number, Output>();

  constructor(
    private readonly rows: Rows,
    private readonly body: Stmt[],
    private readonly positions: Positions,
    /** The vector axis when it is a kept one. */
    private readonly column: VectorAxis | undefined,
    /** Lanes along the innermost reduced axis otherwise. */
    private readonly rowLanes: number,
  ) {}

  build(): void {
    this.rows.stages.forEach((stage, index) => {
      this.#stage(stage, index);
    });
    this.#writeOutputs();
  }

  /** For a builder whose only stage was summed by somebody else. */
  finish(total: Expr): void {
    this.#results.push(total);
    this.#writeOutputs();
  }

  #writeOutputs(): void {
    for (const [over, outputs] of outputGroups(this.rows)) this.#store(outputs, over);
  }

  /** The output that can hold a stage's term: whole vectors of it must lie side by side. */
  #placeForTerm(stage: Stage): Output | undefined {
    const output = placeForTerm(this.rows, stage);
    const inner = this.rowLanes > 1 ? stage.over.at(-1) : undefined;
    const axis = this.column?.axis ?? inner;
    if (output === undefined || axis === undefined) return output;
    const address = this.rows.accesses.addressOfOutput(output);
    return coefficient(address, axis) === 1 && address.rest.length === 0 ? output : undefined;
  }

  #place(
    body: Stmt[],
    positions: Positions,
    vector: VectorAxis | undefined,
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
    const keep = usesTerm(this.rows, index) ? this.#placeForTerm(stage) : undefined;
    if (keep !== undefined) this.#kept.set(index, keep);
    const lanes = this.column?.lanes ?? 1;
    const type = vectorOf(stage.body.type, lanes);
    const total = k.newVar('total', type);
    this.body.push(k.declare(total, identityOf(stage.by, type)));
    const inner = stage.over.at(-1);
    const whole = k.valueOf(total);
    const term = (positions: Positions, vector: VectorAxis | undefined, body: Stmt[]): Expr => {
      const place = this.#place(
        body,
        positions,
        vector,
        this.#storedTerms(body, positions, vector, stage.over),
      );
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
    total: Var,
    term: (positions: Positions, vector: VectorAxis | undefined, body: Stmt[]) => Expr,
  ): void {
    const lanes = this.rowLanes;
    const type = vectorOf(stage.body.type, lanes);
    const parts = Array.from({ length: partsOf(stage) }, () => k.newVar('part', type));
    for (const part of parts) this.body.push(k.declare(part, identityOf(stage.by, type)));
    const outer = stage.over.slice(0, -1);
    const extent = this.rows.extents.of(inner);
    const block = lanes * parts.length;
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
    const addVector =
      (position: Expr, part: (typeof parts)[number]) =>
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
    vector: VectorAxis | undefined,
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

  #store(outputs: readonly Output[], over: readonly Axis[]): void {
    const write = (positions: Positions, vector: VectorAxis | undefined, body: Stmt[]): void => {
      const terms = this.#storedTerms(body, positions, vector, over);
      const place = this.#place(body, positions, vector, terms);
      const { accesses } = this.rows;
      storeOutputs(accesses, outputs, new Evaluator(accesses, place), place);
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

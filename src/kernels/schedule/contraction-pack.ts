// Packs one panel of a factor: `width` rows (or columns) side by side, reduced index outermost,
// so that the micro-kernel reads both factors from front to back.
import { at, range } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import type { Axis, BufferRef, Expr, Var } from '../ir/expr.js';
import { some } from '../ir/expr-walk.js';
import type { Procedure, Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import { type Accesses, Evaluator, type Place } from './evaluate.js';
import { type Extents, nest, type Positions, wholeSteps } from './nest.js';

/** What a packing procedure is made from. */
export interface PackRequest {
  readonly accesses: Accesses;
  readonly extents: Extents;
  readonly factor: Expr;
  readonly batch: readonly Axis[];
  /** The axes that run across the panel. */
  readonly across: readonly Axis[];
  readonly reduced: readonly Axis[];
  readonly width: number;
  readonly lanes: number;
  readonly panel: BufferRef;
  readonly hint: string;
}

/** Positions along `axes` of the flat index `index`. */
export function unflatten(
  axes: readonly Axis[],
  extents: Extents,
  index: Expr,
  declare: (hint: string, value: Expr) => Expr,
): Map<Axis, Expr> {
  const positions = new Map<Axis, Expr>();
  let rest = index;
  for (let position = axes.length - 1; position >= 0; position--) {
    const axis = at(axes, position);
    if (position === 0) positions.set(axis, rest);
    else {
      positions.set(axis, declare('position', k.rem(rest, extents.of(axis))));
      rest = declare('rest', k.idiv(rest, extents.of(axis)));
    }
  }
  return positions;
}

/** The number of flat positions along axes. */
export function flatExtent(axes: readonly Axis[], extents: Extents): Expr {
  return axes.reduce((total, axis) => k.mul(total, extents.of(axis)), k.i32(1));
}

function transposed(rows: readonly Expr[]): readonly Expr[] {
  const [a, b, c, d] = [at(rows, 0), at(rows, 1), at(rows, 2), at(rows, 3)];
  const lowAB = k.shuffle(a, b, [0, 4, 1, 5]);
  const highAB = k.shuffle(a, b, [2, 6, 3, 7]);
  const lowCD = k.shuffle(c, d, [0, 4, 1, 5]);
  const highCD = k.shuffle(c, d, [2, 6, 3, 7]);
  return [
    k.shuffle(lowAB, lowCD, [0, 1, 4, 5]),
    k.shuffle(lowAB, lowCD, [2, 3, 6, 7]),
    k.shuffle(highAB, highCD, [0, 1, 4, 5]),
    k.shuffle(highAB, highCD, [2, 3, 6, 7]),
  ];
}

/** How a panel is filled: vectors of rows, blocks turned by shuffles, or element by element. */
export type PackingWay = 'across' | 'along' | 'single';

/** Whether this factor is read along `axis` from memory, always contiguously. */
function isContiguous(request: PackingQuestion, axis: Axis | undefined): boolean {
  if (axis === undefined || request.lanes === 1) return false;
  let moving = 0;
  for (const [read, address] of request.accesses.reads()) {
    if (!some(request.factor, (node) => node === read)) continue;
    const step = coefficient(address, axis);
    if (step !== 0 && step !== 1) return false;
    if (step === 1) moving++;
  }
  return moving > 0;
}

/** What decides the way of packing. */
export type PackingQuestion = Pick<
  PackRequest,
  'accesses' | 'factor' | 'across' | 'reduced' | 'width' | 'lanes'
>;

export function packingWay(request: PackingQuestion): PackingWay {
  const { across, reduced, width, lanes } = request;
  const inner = across.at(-1);
  // A panel's rows lie side by side: along one axis, or within one stretch of the innermost.
  const sideBySide =
    inner !== undefined && (across.length === 1 || inner.extent % width === 0) && width >= lanes;
  if (sideBySide && isContiguous(request, inner)) return 'across';
  const last = reduced.at(-1);
  const turns = lanes === 4 && width >= 4 && last !== undefined && last.extent >= 4;
  return turns && isContiguous(request, last) ? 'along' : 'single';
}

/**
 * Where groups of `lanes` begin that together cover `width`: the last one overlaps the one before
 * where the width is no multiple, and stores the same numbers twice.
 */
function groupStarts(width: number, lanes: number): readonly number[] {
  const groups = Math.ceil(width / lanes);
  return range(groups).map((group) => Math.min(group * lanes, width - lanes));
}

/** Writes the three ways of packing; which one is used follows from the factor's addresses. */
class Packer {
  readonly parameters: readonly Var[];
  readonly #batch: Positions;
  readonly #start = k.newVar('start');
  readonly #from = k.newVar('from');
  readonly #to = k.newVar('to');
  readonly #base = k.newVar('base');
  readonly #next = k.newVar('next');

  constructor(private readonly request: PackRequest) {
    const batch = request.batch.map((axis) => [axis, k.newVar('batch')] as const);
    this.#batch = new Map(batch.map(([axis, variable]) => [axis, k.valueOf(variable)]));
    this.parameters = [
      ...batch.map(([, variable]) => variable),
      this.#start,
      this.#from,
      this.#to,
      this.#base,
    ];
  }

  procedure(): Procedure {
    const { hint, across, width, extents } = this.request;
    const body: Stmt[] = [k.declare(this.#next, k.valueOf(this.#base))];
    const way = packingWay(this.request);
    if (way === 'across') {
      const end = k.add(k.valueOf(this.#start), k.i32(width));
      const whole = k.le(end, flatExtent(across, extents));
      body.push(k.when(whole, this.#vectorsAcross(), this.#oneByOne()));
    } else if (way === 'along') body.push(...this.#transposing());
    else body.push(...this.#oneByOne());
    return { hint, parameters: this.parameters, body };
  }

  /** Loops over the reduced axes; the outermost runs over the block that was asked for. */
  #overReduced(inside: (positions: Positions) => readonly Stmt[]): readonly Stmt[] {
    const { reduced, extents } = this.request;
    const [outermost, ...others] = reduced;
    if (outermost === undefined) return inside(this.#batch);
    const variable = k.newVar('k');
    const positions = new Map(this.#batch).set(outermost, k.valueOf(variable));
    const bounds = { from: k.valueOf(this.#from), to: k.valueOf(this.#to) };
    return [k.loop(variable, bounds, nest(others, extents, positions, inside))];
  }

  #advance(elements: number): Stmt {
    return k.set(this.#next, k.add(k.valueOf(this.#next), k.i32(elements)));
  }

  #vectorsAcross(): readonly Stmt[] {
    const { accesses, across, extents, width, lanes, panel, factor } = this.request;
    const axis = at(across, -1);
    const before: Stmt[] = [];
    const declare = (hint: string, value: Expr): Expr => {
      const variable = k.newVar(hint);
      before.push(k.declare(variable, value));
      return k.valueOf(variable);
    };
    const first = unflatten(across, extents, k.valueOf(this.#start), declare);
    const loops = this.#overReduced((positions) => {
      const body: Stmt[] = [];
      for (const offset of groupStarts(width, lanes)) {
        const start = k.add(first.get(axis) ?? k.i32(0), k.i32(offset));
        const place: Place = {
          positions: new Map([...positions, ...first, [axis, start]]),
          vector: { axis, lanes },
          stages: [],
          body,
        };
        const value = new Evaluator(accesses, place).value(factor);
        body.push(k.store(panel, k.add(k.valueOf(this.#next), k.i32(offset)), value));
      }
      body.push(this.#advance(width));
      return body;
    });
    return [...before, ...loops];
  }

  /** Positions of each of the panel's rows; those past the end repeat the last one. */
  #rowPositions(body: Stmt[]): readonly Positions[] {
    const { across, extents, width } = this.request;
    const declare = (hint: string, value: Expr): Expr => {
      const variable = k.newVar(hint);
      body.push(k.declare(variable, value));
      return k.valueOf(variable);
    };
    const last = declare('last', k.sub(flatExtent(across, extents), k.i32(1)));
    return Array.from({ length: width }, (_, row) => {
      const index = declare('row', k.add(k.valueOf(this.#start), k.i32(row)));
      const inside = declare('row', k.select(k.lt(index, last), index, last));
      return unflatten(across, extents, inside, declare);
    });
  }

  #oneByOne(): readonly Stmt[] {
    const { accesses, panel, factor } = this.request;
    const before: Stmt[] = [];
    const rows = this.#rowPositions(before);
    const loops = this.#overReduced((positions) => {
      const body = rows.flatMap((row, index) =>
        this.#element(accesses, positions, row, index, panel, factor),
      );
      body.push(this.#advance(rows.length));
      return body;
    });
    return [...before, ...loops];
  }

  #element(
    accesses: Accesses,
    positions: Positions,
    row: Positions,
    index: number,
    panel: BufferRef,
    factor: Expr,
  ): Stmt[] {
    const body: Stmt[] = [];
    const place: Place = { positions: new Map([...positions, ...row]), stages: [], body };
    const value = new Evaluator(accesses, place).value(factor);
    body.push(k.store(panel, k.add(k.valueOf(this.#next), k.i32(index)), value));
    return body;
  }

  /** Four reduced steps of four rows at a time, turned by shuffles. */
  #transposing(): readonly Stmt[] {
    const { reduced, extents } = this.request;
    const before: Stmt[] = [];
    const rows = this.#rowPositions(before);
    const inner = at(reduced, -1);
    const alone = reduced.length === 1;
    const from = alone ? k.valueOf(this.#from) : k.i32(0);
    const to = alone ? k.valueOf(this.#to) : extents.of(inner);
    const inside = (positions: Positions): readonly Stmt[] => {
      const step = k.newVar('k');
      const single = k.newVar('k');
      const whole = k.add(from, wholeSteps(k.sub(to, from), 4));
      return [
        k.loop(step, { from, to: whole, step: 4 }, this.#block(positions, rows, inner, step)),
        k.loop(single, { from: whole, to }, this.#column(positions, rows, inner, single)),
      ];
    };
    if (alone) return [...before, ...inside(this.#batch)];
    const [outermost, ...others] = reduced.slice(0, -1);
    if (outermost === undefined) return before;
    const variable = k.newVar('k');
    const positions = new Map(this.#batch).set(outermost, k.valueOf(variable));
    const bounds = { from: k.valueOf(this.#from), to: k.valueOf(this.#to) };
    return [...before, k.loop(variable, bounds, nest(others, extents, positions, inside))];
  }

  #block(positions: Positions, rows: readonly Positions[], inner: Axis, step: Var): Stmt[] {
    const { accesses, panel, factor, width } = this.request;
    const body: Stmt[] = [];
    const vectors = rows.map((row) => {
      const place: Place = {
        positions: new Map([...positions, ...row, [inner, k.valueOf(step)]]),
        vector: { axis: inner, lanes: 4 },
        stages: [],
        body,
      };
      const value = new Evaluator(accesses, place).value(factor);
      const variable = k.newVar('vector', value.type);
      body.push(k.declare(variable, value));
      return k.valueOf(variable);
    });
    for (const first of groupStarts(width, 4)) {
      transposed(vectors.slice(first, first + 4)).forEach((value, index) => {
        const to = k.add(k.valueOf(this.#next), k.i32(index * width + first));
        body.push(k.store(panel, to, value));
      });
    }
    body.push(this.#advance(4 * width));
    return body;
  }

  #column(positions: Positions, rows: readonly Positions[], inner: Axis, single: Var): Stmt[] {
    const { accesses, panel, factor } = this.request;
    const here = new Map(positions).set(inner, k.valueOf(single));
    const body = rows.flatMap((row, index) =>
      this.#element(accesses, here, row, index, panel, factor),
    );
    body.push(this.#advance(rows.length));
    return body;
  }
}

/**
 * A procedure with parameters (batch positions..., first row, from, to, element of the panel):
 * packs rows `first ..` for the outermost reduced positions `from .. to`.
 */
export function packProcedure(request: PackRequest): Procedure {
  return new Packer(request).procedure();
}

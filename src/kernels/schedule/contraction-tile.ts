// The micro-kernel: one register tile of a product from two packed panels, then its epilogue.
import { at, range } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import {
  type Axis,
  type BufferRef,
  type Expr,
  type ReadExpr,
  typeOf,
  type Var,
} from '../ir/expr.js';
import type { Procedure, Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import { constantsOnce } from './constants-once.js';
import { flatExtent, unflatten } from './contraction-pack.js';
import type { Contraction } from './contraction-shape.js';
import { Evaluator, type Place } from './evaluate.js';
import { type Extents, outputBuffer, storeOutputs } from './nest.js';

/** What the micro-kernel is made from. */
export interface TileRequest {
  readonly contraction: Contraction;
  readonly extents: Extents;
  readonly rows: number;
  readonly vectors: number;
  readonly lanes: number;
  /** The left panel; undefined where rows are read where they lie. */
  readonly left: BufferRef | undefined;
  readonly right: BufferRef;
  /** A tile's worth of memory for results that cannot be stored as whole vectors. */
  readonly spill: BufferRef;
  /** Whether the reduced axes are done in several blocks. */
  readonly blocked: boolean;
  /** Where sums wait for the next block, row by row; in the only output where there is none. */
  readonly partial: BufferRef | undefined;
}

/** Where the elements of the left factor are while a tile is computed. */
interface LeftRows {
  readonly buffer: BufferRef;
  readonly pointers: readonly Var[];
  /** The element of a row in the reduced step that the pointers are at. */
  at(row: number): Expr;
  /** How far the pointers move in a reduced step. */
  readonly step: number;
}

/**
 * The left factor where its rows can be read where they lie: each from front to back, one step after
 * the other. Packing would only copy it.
 */
export function rowsInPlace({ accesses, left, rows, reduced }: Contraction): ReadExpr | undefined {
  const [step, ...otherSteps] = reduced;
  if (left.kind !== 'read' || step === undefined) return undefined;
  if (otherSteps.length > 0 || rows.length !== 1) return undefined;
  if (accesses.bufferOf(left).storage !== 'f32' || accesses.mayFallOutside(left)) return undefined;
  const address = accesses.addressOfRead(left);
  return address.rest.length === 0 && coefficient(address, step) === 1 ? left : undefined;
}

/** What ends some sums: where they are, how they wait for the next block, and what is done at last. */
interface Finish {
  readonly address: readonly Stmt[];
  readonly add: readonly Stmt[];
  readonly wait: readonly Stmt[];
  readonly finished: readonly Stmt[];
}

class TileWriter {
  readonly #batch: readonly (readonly [Axis, Var])[];
  readonly #row = k.newVar('row');
  readonly #column = k.newVar('column');
  readonly #steps = k.newVar('steps');
  readonly #leftAt = k.newVar('leftAt');
  readonly #rightAt = k.newVar('rightAt');
  readonly #isFirst = k.newVar('isFirst');
  readonly #isLast = k.newVar('isLast');
  readonly #sums: readonly (readonly Var[])[];
  readonly #width: number;

  constructor(private readonly request: TileRequest) {
    const { contraction, rows, vectors, lanes } = request;
    this.#batch = contraction.batch.map((axis) => [axis, k.newVar('batch')] as const);
    const type = typeOf('f32', lanes);
    this.#sums = range(rows).map(() => range(vectors).map(() => k.newVar('sum', type)));
    this.#width = vectors * lanes;
  }

  procedure(): Procedure {
    const zero = k.splat(k.f32(0), this.request.lanes);
    const body: Stmt[] = this.#sums.flat().map((sum) => k.declare(sum, zero));
    const left = this.#leftRows(body);
    const right = k.newVar('right');
    body.push(k.declare(right, k.valueOf(this.#rightAt)));
    // One step in a turn. Where a turn does several, V8 before its version 13 (Node 20 and 22) runs out
    // of registers, and takes 1.5 times as long; later versions gain a hundredth.
    body.push(
      k.loop(k.newVar('k'), { to: k.valueOf(this.#steps) }, this.#products(left, right)),
      ...this.#epilogue(),
    );
    const parameters = [
      ...this.#batch.map(([, variable]) => variable),
      this.#row,
      this.#column,
      this.#steps,
      this.#leftAt,
      this.#rightAt,
      ...(this.request.blocked ? [this.#isFirst, this.#isLast] : []),
    ];
    return { hint: 'tile', parameters, body };
  }

  /** Where the left factor is: in a panel that holds rows side by side, or in rows of its own. */
  #leftRows(body: Stmt[]): LeftRows {
    const { contraction, extents, rows, left } = this.request;
    const declare = (hint: string, value: Expr): Expr => {
      const variable = k.newVar(hint);
      body.push(k.declare(variable, value));
      return k.valueOf(variable);
    };
    if (left !== undefined) {
      const panel = k.newVar('left');
      body.push(k.declare(panel, k.valueOf(this.#leftAt)));
      return {
        buffer: left,
        pointers: [panel],
        at: (row) => k.add(k.valueOf(panel), k.i32(row)),
        step: rows,
      };
    }
    const read = rowsInPlace(contraction);
    if (read === undefined) throw new Error('a left factor that is not packed is read in rows');
    const { accesses } = contraction;
    const last = declare('last', k.sub(flatExtent(contraction.rows, extents), k.i32(1)));
    const pointers = range(rows).map((row) => {
      const index = declare('row', k.add(k.valueOf(this.#row), k.i32(row)));
      // Rows past the end repeat the last one, as they do in panels.
      const inside = k.select(k.lt(index, last), index, last);
      const positions = new Map([
        ...this.#batchPositions(),
        ...contraction.rows.map((axis) => [axis, inside] as const),
        ...contraction.reduced.map((axis) => [axis, k.valueOf(this.#leftAt)] as const),
      ]);
      const place: Place = { positions, stages: [], body };
      const address = new Evaluator(accesses, place).address(accesses.addressOfRead(read));
      const pointer = k.newVar('left');
      body.push(k.declare(pointer, address));
      return pointer;
    });
    return {
      buffer: accesses.bufferOf(read),
      pointers,
      at: (row) => k.valueOf(at(pointers, row)),
      step: 1,
    };
  }

  /** One reduced step: a column of the left factor times a row of the right one. */
  #products(left: LeftRows, right: Var): Stmt[] {
    const { rows, vectors, lanes } = this.request;
    const body: Stmt[] = [];
    const columns = range(vectors).map((vector) => {
      const index = k.add(k.valueOf(right), k.i32(vector * lanes));
      const loaded = k.newVar('b', typeOf('f32', lanes));
      body.push(k.declare(loaded, k.load(this.request.right, index, lanes)));
      return k.valueOf(loaded);
    });
    for (let row = 0; row < rows; row++) {
      const repeated = k.newVar('a', typeOf('f32', lanes));
      body.push(k.declare(repeated, k.splat(k.load(left.buffer, left.at(row)), lanes)));
      columns.forEach((column, vector) => {
        const sum = at(at(this.#sums, row), vector);
        body.push(k.set(sum, k.mulAdd(k.valueOf(repeated), column, k.valueOf(sum))));
      });
    }
    const moved = (pointer: Var, by: number): Stmt =>
      k.set(pointer, k.add(k.valueOf(pointer), k.i32(by)));
    return [
      ...body,
      ...left.pointers.map((pointer) => moved(pointer, left.step)),
      moved(right, this.#width),
    ];
  }

  /** Whole tiles inside the output are stored as vectors; others element by element. */
  #epilogue(): Stmt[] {
    const { contraction, extents, rows } = this.request;
    const rowEnd = k.add(k.valueOf(this.#row), k.i32(rows));
    const columnEnd = k.add(k.valueOf(this.#column), k.i32(this.#width));
    const fits = k.and(
      k.le(rowEnd, flatExtent(contraction.rows, extents)),
      k.le(columnEnd, flatExtent(contraction.columns, extents)),
    );
    const byElement = this.#storeElements();
    if (!this.#columnsAreContiguous()) return byElement;
    return [k.when(fits, this.#storeVectors(), byElement)];
  }

  #columnsAreContiguous(): boolean {
    const { contraction } = this.request;
    const [column] = contraction.columns;
    if (column === undefined || contraction.columns.length > 1) return false;
    return contraction.outputs.every((output) => {
      const address = contraction.accesses.addressOfOutput(output);
      return coefficient(address, column) === 1 && address.rest.length === 0;
    });
  }

  #storeVectors(): Stmt[] {
    const { contraction, extents, lanes } = this.request;
    const column = at(contraction.columns, 0);
    const finishes: Finish[] = [];
    /** What the next vector declares: the first of a row its position too. */
    const declared: Stmt[] = [];
    const declare = (hint: string, value: Expr): Expr => {
      const variable = k.newVar(hint);
      declared.push(k.declare(variable, value));
      return k.valueOf(variable);
    };
    this.#sums.forEach((sums, row) => {
      const index = declare('row', k.add(k.valueOf(this.#row), k.i32(row)));
      const positions = unflatten(contraction.rows, extents, index, declare);
      sums.forEach((sum, vector) => {
        const start = declare('column', k.add(k.valueOf(this.#column), k.i32(vector * lanes)));
        const place = (into: Stmt[]): Place => ({
          positions: new Map([...this.#batchPositions(), ...positions, [column, start]]),
          vector: { axis: column, lanes },
          stages: [k.valueOf(sum)],
          body: into,
        });
        finishes.push(this.#finish(place, sum, index, start, declared.splice(0)));
      });
    });
    return this.#finishing(finishes);
  }

  #batchPositions(): [Axis, Expr][] {
    return this.#batch.map(([axis, variable]) => [axis, k.valueOf(variable)]);
  }

  /** Stores every output, given the whole sum. */
  #storeFinished(place: (into: Stmt[]) => Place): Stmt[] {
    const { accesses, outputs } = this.request.contraction;
    const body: Stmt[] = [];
    const here = place(body);
    storeOutputs(accesses, outputs, new Evaluator(accesses, here), here);
    return body;
  }

  /** What ends a vector of sums, or one of them; `address` declares where they are. */
  #finish(
    place: (into: Stmt[]) => Place,
    sum: Var,
    row: Expr,
    column: Expr,
    address: Stmt[] = [],
  ): Finish {
    const { contraction, extents, blocked, partial } = this.request;
    const finished = this.#storeFinished(place);
    const [only] = contraction.outputs;
    if (!blocked || only === undefined) return { address, add: [], wait: [], finished };
    const here = place(address);
    const columns = flatExtent(contraction.columns, extents);
    const buffer = partial ?? outputBuffer(only);
    const element = k.newVar('element');
    const index =
      partial === undefined
        ? new Evaluator(contraction.accesses, here).address(
            contraction.accesses.addressOfOutput(only),
          )
        : k.add(k.mul(row, columns), column);
    address.push(k.declare(element, index));
    const before = k.load(buffer, k.valueOf(element), here.vector?.lanes ?? 1);
    const add = [k.set(sum, k.call('add', k.valueOf(sum), before))];
    const wait = [k.store(buffer, k.valueOf(element), k.valueOf(sum))];
    return { address, add, wait, finished };
  }

  /** Adds what earlier blocks left, and stores the finished or the partial sums. */
  #finishing(finishes: readonly Finish[]): Stmt[] {
    const { blocked, partial } = this.request;
    const all = (part: keyof Finish): Stmt[] => finishes.flatMap((finish) => finish[part]);
    if (!blocked) {
      return constantsOnce(finishes.flatMap(({ address, finished }) => [...address, ...finished]));
    }
    const isLater = k.eq(k.valueOf(this.#isFirst), k.i32(0));
    const isLast = k.ne(k.valueOf(this.#isLast), k.i32(0));
    const wait = all('wait');
    return [
      ...all('address'),
      k.when(isLater, all('add')),
      ...(partial === undefined ? wait : [k.when(isLast, constantsOnce(all('finished')), wait)]),
    ];
  }

  #storeElements(): Stmt[] {
    const { contraction, extents, rows, lanes, spill } = this.request;
    const body: Stmt[] = this.#sums.flatMap((sums, row) =>
      sums.map((sum, vector) =>
        k.store(spill, k.i32(row * this.#width + vector * lanes), k.valueOf(sum)),
      ),
    );
    const row = k.newVar('i');
    const column = k.newVar('j');
    const inside: Stmt[] = [];
    const declare = (hint: string, value: Expr): Expr => {
      const variable = k.newVar(hint);
      inside.push(k.declare(variable, value));
      return k.valueOf(variable);
    };
    const rowIndex = declare('row', k.add(k.valueOf(this.#row), k.valueOf(row)));
    const columnIndex = declare('column', k.add(k.valueOf(this.#column), k.valueOf(column)));
    const positions = new Map([
      ...this.#batchPositions(),
      ...unflatten(contraction.rows, extents, rowIndex, declare),
      ...unflatten(contraction.columns, extents, columnIndex, declare),
    ]);
    const sum = k.newVar('sum', typeOf('f32'));
    const place = k.add(k.mul(k.valueOf(row), k.i32(this.#width)), k.valueOf(column));
    inside.push(k.declare(sum, k.load(spill, place)));
    const at = (into: Stmt[]): Place => ({ positions, stages: [k.valueOf(sum)], body: into });
    inside.push(...this.#finishing([this.#finish(at, sum, rowIndex, columnIndex)]));
    const left = (axes: readonly Axis[], start: Var, most: number): Expr => {
      const rest = k.sub(flatExtent(axes, extents), k.valueOf(start));
      return k.select(k.lt(rest, k.i32(most)), rest, k.i32(most));
    };
    const columnLoop = k.loop(
      column,
      { to: left(contraction.columns, this.#column, this.#width) },
      inside,
    );
    body.push(k.loop(row, { to: left(contraction.rows, this.#row, rows) }, [columnLoop]));
    return body;
  }
}

/**
 * A procedure with parameters (batch positions..., first row, first column, reduced steps, element
 * of the left panel, of the right panel[, is this the first block, the last block]).
 */
export function tileProcedure(request: TileRequest): Procedure {
  return new TileWriter(request).procedure();
}

// Turns Compute expressions into Loops expressions at one place: positions become variables,
// reads become loads, lanes are spread along the vector axis. Used by every CPU recipe.
import { denseStrides, type Layout } from '../../core/layout.js';
import { at } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import {
  type Axis,
  type BufferRef,
  type CallExpr,
  type Expr,
  type ReadExpr,
  storageOf,
} from '../ir/expr.js';
import { childrenOf, mapChildren, some } from '../ir/expr-walk.js';
import type { Output } from '../ir/kernel.js';
import type { Stmt } from '../ir/loops.js';
import { addressOf, buildAddress, coefficient, type Linear, rangeOf } from './access.js';

/** Where an expression is evaluated. */
export interface Place {
  /** The i32 position along each axis; along the vector axis that of lane 0. */
  readonly positions: ReadonlyMap<Axis, Expr>;
  readonly vector?: { readonly axis: Axis; readonly lanes: number };
  /** Results of the stages done so far. */
  readonly stages: readonly Expr[];
  /** Terms of stages that were stored, at this position. */
  readonly terms?: ReadonlyMap<number, Expr>;
  /** Where declarations of shared values go. */
  readonly body: Stmt[];
  /** When set, loads that may fall outside read element 0 unless it holds. */
  readonly guard?: Expr;
}

const inputBuffers = new Map<string, BufferRef>();

/** The buffer of an input; the same object for the same slot and storage. */
function inputBuffer({ dtype }: Layout, slot: number): BufferRef {
  const storage = storageOf(dtype);
  const key = `${slot}${storage}`;
  const known = inputBuffers.get(key);
  if (known !== undefined) return known;
  const buffer: BufferRef = { storage, space: 'input', slot };
  inputBuffers.set(key, buffer);
  return buffer;
}

/** Everything about a Compute's memory accesses, shared by the places of one recipe. */
export class Accesses {
  readonly #reads = new Map<ReadExpr, Linear>();
  readonly #outputs = new Map<Output, Linear>();
  readonly #buffers: readonly BufferRef[];
  readonly #uses = new Map<Expr, number>();
  readonly #unsafe = new Set<ReadExpr>();

  constructor(
    readonly inputs: readonly Layout[],
    readonly outputs: readonly Output[],
    readonly stageBodies: readonly Expr[],
  ) {
    this.#buffers = inputs.map(inputBuffer);
    for (const root of stageBodies) this.#visit(root);
    for (const output of outputs) {
      this.#visit(output.value);
      for (const index of output.at) this.#visit(index);
      const place = { strides: denseStrides(output.shape), offset: 0 };
      this.#outputs.set(output, addressOf(place, output.at));
    }
  }

  #visit(expr: Expr): void {
    const uses = this.#uses.get(expr) ?? 0;
    this.#uses.set(expr, uses + 1);
    if (uses > 0) return;
    if (expr.kind === 'read') {
      const layout = at(this.inputs, expr.input);
      this.#reads.set(expr, addressOf(layout, expr.at));
      const inside = expr.at.every((index, axis) => {
        const range = rangeOf(index);
        return range !== undefined && range.low >= 0 && range.high < at(layout.shape, axis);
      });
      if (!inside) this.#unsafe.add(expr);
    }
    for (const child of childrenOf(expr)) this.#visit(child);
  }

  /** Every address: of reads, then of outputs. */
  all(): Linear[] {
    return [...this.#reads.values(), ...this.#outputs.values()];
  }

  reads(): Iterable<readonly [ReadExpr, Linear]> {
    return this.#reads;
  }

  addressOfRead(read: ReadExpr): Linear {
    const address = this.#reads.get(read);
    if (address === undefined) throw new Error('a read was made after its Compute was analysed');
    return address;
  }

  addressOfOutput(output: Output): Linear {
    const address = this.#outputs.get(output);
    if (address === undefined) throw new Error('an output does not belong to this Compute');
    return address;
  }

  bufferOf(read: ReadExpr): BufferRef {
    return at(this.#buffers, read.input);
  }

  inputBuffers(): readonly BufferRef[] {
    return this.#buffers;
  }

  /** Whether more than one expression uses this node. */
  isShared(expr: Expr): boolean {
    return (this.#uses.get(expr) ?? 0) > 1;
  }

  /** Whether the read may fall outside its tensor (where a `select` must guard it). */
  mayFallOutside(read: ReadExpr): boolean {
    return this.#unsafe.has(read);
  }
}

/** Whether whole numbers decide a test; positions are whole numbers. */
function testsPositions(test: Expr): boolean {
  if (test.kind !== 'call') return test.kind !== 'read' && test.kind !== 'const';
  const [first] = test.args;
  if (first?.type.scalar === 'bool') return test.args.some(testsPositions);
  return first?.type.scalar === 'i32' || first?.type.scalar === 'u32';
}

/** Evaluates expressions at one place; the same node is computed once. */
export class Evaluator {
  readonly #scalars = new Map<Expr, Expr>();
  readonly #vectors = new Map<Expr, Expr>();
  readonly #varying = new Map<Expr, boolean>();

  constructor(
    private readonly accesses: Accesses,
    private readonly place: Place,
  ) {}

  /** The value with as many lanes as the place has. */
  value(expr: Expr): Expr {
    const { vector } = this.place;
    if (vector === undefined) return this.scalar(expr);
    if (!this.varies(expr)) return k.splat(this.scalar(expr), vector.lanes);
    const known = this.#vectors.get(expr);
    if (known !== undefined) return known;
    const result = this.#named(expr, this.#vectorValue(expr, vector.axis, vector.lanes));
    this.#vectors.set(expr, result);
    return result;
  }

  /** The value of an expression that is the same in all lanes. */
  scalar(expr: Expr): Expr {
    const known = this.#scalars.get(expr);
    if (known !== undefined) return known;
    const result = this.#named(expr, this.#scalarValue(expr));
    this.#scalars.set(expr, result);
    return result;
  }

  /** Whether the value differs from lane to lane. */
  varies(expr: Expr): boolean {
    const { vector, stages, terms } = this.place;
    if (vector === undefined) return false;
    const known = this.#varying.get(expr);
    if (known !== undefined) return known;
    let result: boolean;
    if (expr.kind === 'axis') result = expr.axis === vector.axis;
    else if (expr.kind === 'stage') result = at(stages, expr.stage).type.lanes > 1;
    else if (expr.kind === 'term') {
      result = (terms?.get(expr.stage)?.type.lanes ?? vector.lanes) > 1;
    } else if (expr.kind === 'read') {
      const address = this.accesses.addressOfRead(expr);
      result =
        coefficient(address, vector.axis) !== 0 ||
        address.rest.some((part) => this.varies(part.expr));
    } else result = childrenOf(expr).some((child) => this.varies(child));
    this.#varying.set(expr, result);
    return result;
  }

  /** The element number of an address at this place (of lane 0). */
  address(address: Linear): Expr {
    return buildAddress(
      address,
      (axis) => this.#position(axis),
      (expr) => this.scalar(expr),
    );
  }

  #position(axis: Axis): Expr {
    const position = this.place.positions.get(axis);
    if (position === undefined) throw new Error('an axis is used outside its loop');
    return position;
  }

  #named(expr: Expr, value: Expr): Expr {
    const plain = value.kind === 'const' || value.kind === 'size' || value.kind === 'var';
    if (plain || !this.accesses.isShared(expr)) return value;
    const variable = k.newVar('shared', value.type);
    this.place.body.push(k.declare(variable, value));
    return k.valueOf(variable);
  }

  #scalarValue(expr: Expr): Expr {
    switch (expr.kind) {
      case 'axis':
        return this.#position(expr.axis);
      case 'stage':
        return at(this.place.stages, expr.stage);
      case 'term':
        return this.#term(expr.stage);
      case 'read': {
        const address = this.address(this.accesses.addressOfRead(expr));
        return k.load(this.accesses.bufferOf(expr), this.#guarded(expr, address));
      }
      case 'call':
        if (this.#isGuard(expr)) return this.#guardedSelect(expr, 1);
        break;
      default:
    }
    return mapChildren(expr, (child) => this.scalar(child));
  }

  #vectorValue(expr: Expr, axis: Axis, lanes: number): Expr {
    switch (expr.kind) {
      case 'axis':
        return k.ramp(this.#position(expr.axis), lanes);
      case 'stage':
        return at(this.place.stages, expr.stage);
      case 'term':
        return this.#term(expr.stage);
      case 'read':
        return this.#vectorRead(expr, axis, lanes);
      case 'call':
        if (this.#isGuard(expr)) {
          const test = expr.args[0];
          if (test !== undefined && this.varies(test)) return this.#laneByLane(expr, axis, lanes);
          return this.#guardedSelect(expr, lanes);
        }
        return { ...k.call(expr.fn, ...expr.args.map((arg) => this.value(arg))) };
      case 'cast':
        return k.cast(this.value(expr.value), expr.type.scalar);
      case 'bitcast':
        return k.bitcast(this.value(expr.value), expr.type.scalar);
      default:
        return this.#laneByLane(expr, axis, lanes);
    }
  }

  #term(stage: number): Expr {
    return this.place.terms?.get(stage) ?? this.value(at(this.accesses.stageBodies, stage));
  }

  #vectorRead(expr: ReadExpr, axis: Axis, lanes: number): Expr {
    const address = this.accesses.addressOfRead(expr);
    const contiguous =
      coefficient(address, axis) === 1 && !address.rest.some((part) => this.varies(part.expr));
    if (!contiguous) return this.#laneByLane(expr, axis, lanes);
    const index = this.#guarded(expr, this.address(address));
    return k.load(this.accesses.bufferOf(expr), index, lanes);
  }

  /** One scalar evaluation a lane: gathers, and guards that differ between lanes. */
  #laneByLane(expr: Expr, axis: Axis, lanes: number): Expr {
    const base = this.#position(axis);
    const { guard, body, stages } = this.place;
    const values = Array.from({ length: lanes }, (_, lane) => {
      const positions = new Map(this.place.positions);
      positions.set(axis, k.add(base, k.i32(lane)));
      const terms = new Map<number, Expr>();
      for (const [stage, value] of this.place.terms ?? []) {
        terms.set(stage, value.type.lanes > 1 ? k.lane(value, lane) : value);
      }
      const place: Place = {
        positions,
        body,
        stages: stages.map((value) => (value.type.lanes > 1 ? k.lane(value, lane) : value)),
        terms,
        ...(guard === undefined ? {} : { guard }),
      };
      return new Evaluator(this.accesses, place).scalar(expr);
    });
    return k.pack(values);
  }

  /**
   * Whether a choice keeps reads inside of their tensor. Each one that does is evaluated for both
   * its sides apart, so choices between numbers (signs, ranges of a function) must not count.
   */
  #isGuard(expr: CallExpr): boolean {
    const [test] = expr.args;
    if (expr.fn !== 'select' || test === undefined) return false;
    return testsPositions(test) && this.#needsGuard(expr);
  }

  #needsGuard(expr: Expr): boolean {
    return some(expr, (node) => node.kind === 'read' && this.accesses.mayFallOutside(node));
  }

  #guarded(read: ReadExpr, address: Expr): Expr {
    const { guard } = this.place;
    if (guard === undefined || !this.accesses.mayFallOutside(read)) return address;
    return k.select(guard, address, k.i32(0));
  }

  /** Both sides are computed, but loads of the side not taken stay inside their tensor. */
  #guardedSelect(expr: Expr, lanes: number): Expr {
    const [test, whenTrue, whenFalse] = childrenOf(expr);
    if (test === undefined || whenTrue === undefined || whenFalse === undefined) return expr;
    const holds = this.scalar(test);
    const of = (evaluator: Evaluator, value: Expr): Expr =>
      lanes === 1 ? evaluator.scalar(value) : evaluator.value(value);
    const side = (value: Expr, guard: Expr): Expr => {
      if (!this.#needsGuard(value)) return of(this, value);
      const outer = this.place.guard;
      const both = outer === undefined ? guard : k.and(outer, guard);
      return of(new Evaluator(this.accesses, { ...this.place, guard: both }), value);
    };
    const yes = side(whenTrue, holds);
    const no = side(whenFalse, k.not(holds));
    return k.select(k.splat(holds, lanes), yes, no);
  }
}

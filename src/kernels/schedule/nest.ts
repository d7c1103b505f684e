// Loop nests over axes: the scaffolding that the CPU recipes share.
import { at } from '../../core/sequence.js';
import * as k from '../ir/build.js';
import { type Axis, type BufferRef, type Expr, storageOf } from '../ir/expr.js';
import type { Output } from '../ir/kernel.js';
import type { Stmt } from '../ir/loops.js';
import { coefficient } from './access.js';
import type { Accesses, Evaluator, Place } from './evaluate.js';

/** The node for each axis's extent, so that one axis is one parameter. */
export class Extents {
  readonly #nodes = new Map<Axis, Expr>();

  of(axis: Axis): Expr {
    const known = this.#nodes.get(axis);
    if (known !== undefined) return known;
    const node = k.size(axis.extent);
    this.#nodes.set(axis, node);
    return node;
  }
}

export type Positions = ReadonlyMap<Axis, Expr>;

/** One loop for each axis, outermost first; `inside` makes the innermost body. */
export function nest(
  axes: readonly Axis[],
  extents: Extents,
  positions: Positions,
  inside: (positions: Positions) => readonly Stmt[],
  outermost: 'parallel' | 'serial' = 'serial',
): readonly Stmt[] {
  const [axis, ...others] = axes;
  if (axis === undefined) return inside(positions);
  const variable = k.newVar('i');
  const inner = new Map(positions).set(axis, k.valueOf(variable));
  const body = nest(others, extents, inner, inside);
  const from = k.i32(0);
  return [{ kind: 'for', as: outermost, variable, from, to: extents.of(axis), step: 1, body }];
}

/** The largest multiple of `step` (a power of two) that is at most `extent`. */
export function wholeSteps(extent: Expr, step: number): Expr {
  return step === 1 ? extent : k.call('and', extent, k.i32(-step));
}

/** A loop in vector steps along an axis, then a plain loop over what is left. */
export function vectorLoop(
  axis: Axis,
  lanes: number,
  extents: Extents,
  positions: Positions,
  inside: (positions: Positions, lanes: number) => readonly Stmt[],
  as: 'parallel' | 'serial' = 'serial',
): readonly Stmt[] {
  const to = extents.of(axis);
  const run = (step: number, from: Expr, end: Expr): Stmt => {
    const variable = k.newVar(step > 1 ? 'v' : 'i');
    const inner = new Map(positions).set(axis, k.valueOf(variable));
    return { kind: 'for', as, variable, from, to: end, step, body: inside(inner, step) };
  };
  if (lanes === 1) return [run(1, k.i32(0), to)];
  const whole = wholeSteps(to, lanes);
  return [run(lanes, k.i32(0), whole), run(1, whole, to)];
}

/**
 * Stores the values of several outputs at a place. All are computed before any is stored, since an
 * output may lie in the memory of an input.
 */
export function storeOutputs(
  accesses: Accesses,
  outputs: readonly Output[],
  evaluator: Evaluator,
  place: Place,
): void {
  const values = outputs.map((output) => {
    const value = evaluator.value(output.value);
    if (outputs.length === 1) return value;
    const held = k.newVar('value', value.type);
    place.body.push(k.declare(held, value));
    return k.valueOf(held);
  });
  outputs.forEach((output, index) => {
    storeValue(accesses, output, at(values, index), evaluator, place);
  });
}

function storeValue(
  accesses: Accesses,
  output: Output,
  value: Expr,
  evaluator: Evaluator,
  place: Place,
): void {
  const address = accesses.addressOfOutput(output);
  const buffer = outputBuffer(output);
  const first = evaluator.address(address);
  const { vector } = place;
  const step = vector === undefined ? 1 : coefficient(address, vector.axis);
  const scattered = address.rest.some((part) => evaluator.varies(part.expr));
  if (vector === undefined || (step === 1 && !scattered)) {
    place.body.push(k.store(buffer, first, value));
    return;
  }
  const held = k.newVar('value', value.type);
  place.body.push(k.declare(held, value));
  for (let lane = 0; lane < vector.lanes; lane++) {
    const index = k.add(first, k.mul(k.i32(lane), k.size(step)));
    place.body.push(k.store(buffer, index, k.lane(k.valueOf(held), lane)));
  }
}

const outputBuffers = new Map<string, BufferRef>();

/** The buffer of an output; the same object for the same slot and storage. */
export function outputBuffer(output: Output): BufferRef {
  const storage = storageOf(output.dtype);
  const key = `${output.output}${storage}`;
  const known = outputBuffers.get(key);
  if (known !== undefined) return known;
  const buffer: BufferRef = { storage, space: 'output', slot: output.output };
  outputBuffers.set(key, buffer);
  return buffer;
}

/** The program's buffers: inputs, then outputs, then scratch. */
export function buffersOf(
  accesses: Accesses,
  scratch: readonly BufferRef[] = [],
): readonly BufferRef[] {
  const outputs = [...new Set(accesses.outputs.map(outputBuffer))];
  outputs.sort((a, b) => a.slot - b.slot);
  return [...accesses.inputBuffers(), ...outputs, ...scratch];
}

// Loops over an axis: scan, map, vectorizedMap. Engines that make programs get one
// loop (see traced-loops.ts); elsewhere the steps run one after another, op by op.
import { checkOptions, type OptionNames } from '../core/arguments.js';
import { ArgumentError, StateError } from '../core/errors.js';
import { at, range } from '../core/sequence.js';
import type { Tensor } from '../core/tensor.js';
import { tracer } from './bodies.js';
import { stack } from './joining.js';
import { sliceAxis } from './slicing.js';
import { mapTensors, requireSameSpecs, type State, tensorsOf, withTensors } from './state-trees.js';
import { tracedLoop } from './traced-loops.js';
import { squeeze } from './views.js';

/** How `scan` runs. */
export interface ScanOptions {
  /** Steps to run where there are no inputs. */
  readonly length?: number | undefined;
  /** Runs from the last input to the first; outputs stay in the order of the inputs. */
  readonly reverse?: boolean | undefined;
  /**
   * Whether a compiled program repeats the step's kernels instead of looping over them: faster
   * for few short steps, larger for many. false; a number of at least the length counts as true.
   */
  readonly unroll?: boolean | number | undefined;
}

const SCAN_OPTIONS: OptionNames<ScanOptions> = { length: true, reverse: true, unroll: true };

function lengthOf(where: string, xs: unknown, given?: number): number {
  const lengths = tensorsOf(xs).map((x) => {
    if (x.rank > 0) return at(x.shape, 0);
    throw new ArgumentError({
      where,
      what: 'an input is a single number, which has no steps',
      expected: 'inputs with a first axis',
      received: String(x),
      fix: 'give the inputs an axis of steps, or put what all steps share into the carry',
    });
  });
  const length = lengths[0] ?? given;
  const agree = given === undefined || given === length;
  if (length !== undefined && agree && lengths.every((one) => one === length)) {
    if (length > 0) return length;
    throw new ArgumentError({
      where,
      what: 'there are no steps',
      fix: 'pass inputs whose first axis is at least 1',
    });
  }
  const told = given === undefined ? [] : [`a length of ${given}`];
  throw new ArgumentError({
    where,
    what: 'the number of steps is not clear',
    expected: 'inputs with one size of the first axis, or a length',
    received: lengths.length === 0 ? 'neither' : [lengths.join(', '), ...told].join(' and '),
    fix: 'pass inputs with equal first axes, or { length }',
  });
}

/** The tensors of all inputs at one step. */
function stepOf<X extends State>(xs: X, index: number): X {
  return mapTensors(xs, (x) => squeeze(sliceAxis(x, 0, index, 1), 0));
}

/** A scan as one op that holds the body. */
function tracedScan<Carry extends State, X extends State, Y extends State>(
  body: (carry: Carry, input: X) => readonly [Carry, Y],
  initial: Carry,
  inputs: X,
  turns: { readonly length: number; readonly reverse: boolean },
): [Carry, Y] {
  const start = tensorsOf(initial);
  let shape: Y | undefined;
  const { carries, outputs } = tracedLoop({
    ...turns,
    carries: start,
    slices: tensorsOf(inputs),
    turn: (carry, slices) => {
      const [next, output] = body(withTensors(initial, carry), withTensors(inputs, slices));
      requireSameSpecs('scan', 'the body changed the carry', start, tensorsOf(next));
      shape = output;
      return { carries: tensorsOf(next), outputs: tensorsOf(output) };
    },
  });
  if (shape === undefined) throw new StateError({ where: 'scan', what: 'the body did not run' });
  return [withTensors(initial, carries), withTensors(shape, outputs)];
}

/**
 * Runs `body(carry, input)` once for each step of the first axis of `inputs`, and gives the last
 * carry and all outputs stacked. Carry, inputs and outputs are tensors, or lists and records of
 * tensors; the carry keeps its shapes and dtypes. A compiled step holds one loop, whatever the
 * length; its gradient is a loop too.
 *
 * @throws ShapeError where the body returns a carry of another shape or dtype; ArgumentError where
 * the number of steps is not clear, or none.
 * @example
 * ```ts
 * import { scan, tensor } from 'keratin';
 * const [total, sums] = scan(
 *   (carry, x) => [carry.add(x), carry.add(x)],
 *   tensor(0),
 *   tensor([1, 2, 3]),
 * );
 * console.log(await total.item(), await sums.array()); // 6 [ 1, 3, 6 ]
 * ```
 */
export function scan<Carry extends State, X extends State, Y extends State>(
  body: (carry: Carry, input: X) => readonly [Carry, Y],
  initialCarry: Carry,
  inputs: X,
  options: ScanOptions = {},
): [Carry, Y] {
  checkOptions('scan', options, SCAN_OPTIONS);
  const length = lengthOf('scan', inputs, options.length);
  const { unroll = false, reverse = false } = options;
  const whole = typeof unroll === 'number' ? unroll < length : !unroll;
  if (whole && tracer() !== undefined) {
    return tracedScan(body, initialCarry, inputs, { length, reverse });
  }
  const order = reverse ? range(length).reverse() : range(length);
  const outputs: Y[] = new Array(length);
  const specs = tensorsOf(initialCarry);
  let carry = initialCarry;
  for (const index of order) {
    const [next, output] = body(carry, stepOf(inputs, index));
    requireSameSpecs('scan', 'the body changed the carry', specs, tensorsOf(next));
    carry = next;
    outputs[index] = output;
  }
  const lists = outputs.map(tensorsOf);
  const first = at(outputs, 0);
  const stacked = at(lists, 0).map((_, leaf) => stack(lists.map((list) => at(list, leaf))));
  return [carry, withTensors(first, stacked)];
}

/**
 * `fn` of every entry along the first axis of `inputs`, stacked.
 *
 * @example
 * ```ts
 * import { map, tensor } from 'keratin';
 * console.log(await map((row) => row.sum(), tensor([[1, 2], [3, 4]])).array()); // [ 3, 7 ]
 * ```
 */
export function map<X extends State, Y extends State>(fn: (input: X) => Y, inputs: X): Y {
  const [, outputs] = scan<readonly Tensor[], X, Y>((_, x) => [[], fn(x)], [], inputs);
  return outputs;
}

/**
 * The same as `map`. (Keras may run all entries at once here; Keratin runs them one after
 * another. Write `fn` over the whole axis where speed matters.)
 *
 * @example
 * ```ts
 * import { tensor, vectorizedMap } from 'keratin';
 * console.log(await vectorizedMap((x) => x.mul(2), tensor([1, 2])).array()); // [ 2, 4 ]
 * ```
 */
export function vectorizedMap<X extends State, Y extends State>(fn: (input: X) => Y, inputs: X): Y {
  return map(fn, inputs);
}
